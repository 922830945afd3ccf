"""``costplan estimate``: what scenarios cost, side by side."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.config_options import FormName, Parameters, parameter_values
from costplan.cli.help_text import examples
from costplan.cli.input_options import (
    Account,
    AsOf,
    Estate,
    HomeRegion,
    Logs,
    Months,
    Prices,
    RecordedBy,
    Typed,
    VolumesFiles,
    cores_for,
)
from costplan.cli.output import (
    COULD_NOT_TELL,
    OutputFile,
    ProgressLine,
    page_width,
    parse_as_of,
    parse_words,
    warn,
    write_result,
)
from costplan.cli.prices_lists import PricingFolder, pricing_folder
from costplan.model.problems import UsageError
from costplan.reports import NEEDS_DETAIL, Dimension, EstimateFormat, render_estimates

LEAVES_OUT = {
    EstimateFormat.CSV: "CSV",
    EstimateFormat.FOCUS: "FOCUS rows",
    EstimateFormat.AWS_CALCULATOR: "requests",
}
"""Formats of known amounts only, and what they are made of."""
HAVE_CHARGES = frozenset({EstimateFormat.FOCUS, EstimateFormat.AWS_CALCULATOR})
"""Formats that a breakdown has no place in."""

# Far from the last year that a date can have, which the months of a projection would pass.
_MONTH = re.compile(r"(2[01][0-9]{2})-(0[1-9]|1[0-2])\Z")

EXAMPLES = examples(
    "costplan estimate scenarios/layouts",
    "costplan estimate scenarios/layouts --by account,meter --top 10",
    "costplan estimate --typed management=40M/month,s3-writes=12M/month",
    "costplan estimate scenarios/layouts/4-multi-and-single.yaml --format focus --start 2027-01 -o focus.csv",
    "costplan estimate scenarios/layouts/3-multi-region.yaml --format aws-calculator -o usage.json",
    "costplan estimate plan.json --typed management=9M/month --estate estate.yaml",
)


def estimate(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SCENARIO", help="Scenarios, folders of them, or configurations of any format."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DIM,...", help=f"Break down by {', '.join(Dimension)}.")
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="Show N rows of --by, the rest as one.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how each figure was made, and all that is assumed.")
    ] = False,
    months: Months = None,
    prices: Prices = None,
    pricing: PricingFolder = None,
    as_of: AsOf = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="YYYY-MM", help="The month that month 1 is [scenario: start:]."),
    ] = None,
    logs: Logs = None,
    volumes: VolumesFiles = None,
    recorded_by: RecordedBy = None,
    typed: Typed = None,
    estate: Estate = None,
    parameters: Parameters = None,
    form_name: FormName = None,
    account: Account = None,
    region: HomeRegion = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="DOLLARS", help="Say what brings a month to so many dollars.")
    ] = None,
    break_even: Annotated[
        bool, typer.Option("--break-even", help="Say at which volumes another scenario gets cheaper.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if anything is unknown or unpriced.")] = False,
    form: Annotated[EstimateFormat, typer.Option("--format", help="How to write the result.")] = EstimateFormat.TABLE,
    output: OutputFile = None,
) -> None:
    """Estimate what scenarios cost per month, side by side."""
    dimensions = parse_words(by, Dimension, "--by")
    _refuse_what_cannot_be_shown(form, dimensions, top, explains=explain)
    dollars = _dollars(limit)
    if form is not EstimateFormat.TABLE and (dollars is not None or break_even):
        raise UsageError("--limit and --break-even are for --format table")
    first_day = _first_day(start)
    if first_day is not None and form is EstimateFormat.AWS_CALCULATOR:
        raise UsageError(f"--start says which months are meant: --format {form} has the usage of one, without a date")
    day = parse_as_of(as_of)
    # Rows with dates need a month: of an estimate made today, the first whole one.
    today = day or datetime.now(UTC).date()
    next_month = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    if recorded_by is not None and not logs:
        raise UsageError("--recorded-by says which trails wrote --logs: give both")

    from costplan.reports.wording import is_without_any_price, what_is_not_known
    from costplan.workflows.estimate import estimate as run_estimate
    from costplan.workflows.project import estate_of_project

    with ProgressLine() as progress:
        result = run_estimate(
            scenarios or (),
            logs=logs or (),
            typed=typed,
            volumes=volumes or (),
            recorded_by=recorded_by,
            estate=estate,
            estate_of_code=None if estate else estate_of_project(Path()),
            parameters=parameter_values(parameters),
            form=form_name,
            account=account,
            region=region,
            months=months,
            limit=dollars,
            break_even=break_even,
            prices=prices,
            pricing=pricing_folder(pricing),
            as_of=day,
            start=first_day,
            start_otherwise=next_month if form is EstimateFormat.FOCUS else None,
            breakdown=frozenset(dimension.value for dimension in dimensions if dimension in NEEDS_DETAIL),
            workers=cores_for(logs),
            progress=progress.show,
        )
    warn(result.warnings)
    width = page_width(output)
    text = render_estimates(
        result.estimates, form, width=width, by=dimensions, top=top, explains=explain, start=first_day or next_month
    )
    if result.limits or break_even:
        from costplan.reports.limits_table import render_break_evens, render_limits

        parts = [render_limits(result.limits, width)] if result.limits else []
        parts += [render_break_evens(result.break_evens, width)] if break_even else []
        text = "\n\n".join([text.rstrip("\n"), *parts])
    write_result(text, output)
    unknown = what_is_not_known(result.estimates)
    if form in LEAVES_OUT and unknown:
        warn([f"not in the {LEAVES_OUT[form]}: {unknown}; --format json has it"])
    if form is EstimateFormat.FOCUS:
        from costplan.reports.estimate_focus import focus_notes

        warn(focus_notes(result.estimates))
    elif form is EstimateFormat.AWS_CALCULATOR:
        from costplan.reports.estimate_aws_calculator import aws_calculator_notes

        warn(aws_calculator_notes(result.estimates))
    if strict and unknown:
        warn([f"could not tell: {unknown} (--strict)"])
    is_nothing_priced = is_without_any_price(result.estimates)
    if is_nothing_priced and not strict:
        warn([f"could not tell: {unknown}, and nothing could be priced"])
    if (strict and unknown) or is_nothing_priced:
        raise typer.Exit(COULD_NOT_TELL)


def _dollars(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$").replace(",", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UsageError(f"--limit {text}: not an amount, write for example 500")
    return amount


def _first_day(start: str | None) -> date | None:
    """Return the first day of the month that *start* names, which month 1 of the projection is.

    Raises:
        UsageError: it is none.
    """
    if start is None:
        return None
    found = _MONTH.match(start)
    if found is None:
        raise UsageError(f"--start {start}: not a month such as 2026-01")
    return date(int(found[1]), int(found[2]), 1)


def _refuse_what_cannot_be_shown(
    form: EstimateFormat, by: tuple[Dimension, ...], top: int | None, *, explains: bool
) -> None:
    """Raise for options that would be ignored without a word."""
    if top is not None and not by:
        raise UsageError("--top shows the first rows of --by: give both")
    if top is not None and Dimension.MONTH in by:
        raise UsageError("--top shows the dearest rows, --by month every month: leave one of them out")
    if by and form in HAVE_CHARGES:
        raise UsageError(f"--by is not for --format {form}, whose rows are charges: leave it out, or use --format csv")
    if top is not None and form in (EstimateFormat.JSON, EstimateFormat.CSV):
        raise UsageError(f"--top is for people: --format {form} has every row")
    if explains and form is not EstimateFormat.TABLE:
        has = "always explains, in a folded part" if form is EstimateFormat.MARKDOWN else "has all of it in its fields"
        has = "has charges only" if form in HAVE_CHARGES else has
        raise UsageError(f"--explain is for --format table: {form} {has}")
