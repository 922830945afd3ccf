"""``costplan check``: limits and rules, for a build that has to fail."""

from collections.abc import Iterable, Sequence
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
    CommentName,
    OutputFile,
    ProgressLine,
    page_width,
    parse_as_of,
    warn,
    write_result,
)
from costplan.cli.prices_lists import PricingFolder
from costplan.model.problems import UsageError
from costplan.reports import COMMENT_NAME, CheckFormat, render_check

BROKEN = 1

HAVE_NOTES = frozenset({CheckFormat.TABLE, CheckFormat.JSON, CheckFormat.MARKDOWN, CheckFormat.GITHUB_SUMMARY})
"""Formats that say what was left out, and why."""

EXAMPLES = examples(
    "costplan check plan.json --typed management=9M/month --estate estate.yaml --max-monthly 500",
    "costplan check scenarios/layouts/4-multi-and-single.yaml --before scenarios/layouts/2-single-region.yaml "
    "--max-increase 50",
    "costplan check scenarios/layouts/3-multi-region.yaml --max-monthly 500 --report sarif=check.sarif",
)


def check(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SCENARIO]...", help="What to check [check: scenarios: in costplan.yaml].", show_default=False
        ),
    ] = None,
    before: Annotated[
        Path | None, typer.Option("--before", metavar="PATH", help="What was there before [a Terraform plan: its own].")
    ] = None,
    git: Annotated[
        str | None, typer.Option("--git", metavar="REV", help="What was there before: the same files at REV.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="What to ask [costplan.yaml here, or in a folder above]."),
    ] = None,
    max_monthly: Annotated[
        str | None, typer.Option("--max-monthly", metavar="500", help="Most that the last month may cost.")
    ] = None,
    max_increase: Annotated[
        str | None, typer.Option("--max-increase", metavar="50|10%", help="Most that it may cost more than before.")
    ] = None,
    max_decrease: Annotated[
        str | None, typer.Option("--max-decrease", metavar="50|10%", help="Most that it may cost less than before.")
    ] = None,
    unknown: Annotated[
        str | None, typer.Option("--unknown", metavar="fail|warn|allow", help="What the unknown does [fail].")
    ] = None,
    lint: Annotated[
        str | None, typer.Option("--lint", metavar="CODE,...", help="Codes of trails lint to fail on, or all.")
    ] = None,
    soft_fail: Annotated[
        bool, typer.Option("--soft-fail", help="Exit with 0 whatever the verdict; bad input still fails.")
    ] = False,
    typed: Typed = None,
    volumes: VolumesFiles = None,
    logs: Logs = None,
    recorded_by: RecordedBy = None,
    estate: Estate = None,
    parameters: Parameters = None,
    form_name: FormName = None,
    account: Account = None,
    region: HomeRegion = None,
    months: Months = None,
    prices: Prices = None,
    pricing: PricingFolder = None,
    as_of: AsOf = None,
    before_as_of: Annotated[
        str | None,
        typer.Option("--before-as-of", metavar="DATE", help="What was before has that day's prices."),
    ] = None,
    form: Annotated[CheckFormat, typer.Option("--format", help="How to write the result.")] = CheckFormat.TABLE,
    output: OutputFile = None,
    reports: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="FORMAT=FILE", help="Write this format to FILE too; may be repeated."),
    ] = None,
    comment_name: CommentName = COMMENT_NAME,
) -> None:
    """Check limits of cost, and what must be recorded.

    Exit code 1 says that a limit or rule is broken, 3 that it could not be told.
    """
    further = [_report(text) for text in reports or ()]
    _refuse_one_file_twice([file for _, file in further] + ([] if output is None else [output]))
    if recorded_by is not None and not logs:
        raise UsageError("--recorded-by says which trails wrote --logs: give both")
    day, before_day = parse_as_of(as_of), parse_as_of(before_as_of, "--before-as-of")

    from costplan.reports.checks.verdict_words import counts
    from costplan.workflows.check import check as run_check
    from costplan.workflows.project import project_file, repository_of

    with ProgressLine() as progress:
        result = run_check(
            scenarios or (),
            config=config or project_file(Path()),
            before=before,
            git=git,
            max_monthly=max_monthly,
            max_increase=max_increase,
            max_decrease=max_decrease,
            unknown=unknown,
            lint=None if lint is None else [code.strip() for code in lint.split(",")],
            logs=logs or (),
            typed=typed,
            volumes=volumes or (),
            recorded_by=recorded_by,
            estate=estate,
            parameters=parameter_values(parameters),
            form=form_name,
            account=account,
            region=region,
            months=months,
            prices=prices,
            pricing=pricing,
            as_of=day,
            before_as_of=before_day,
            workers=cores_for(logs),
            progress=progress.show,
        )
    root, here = repository_of(Path()), Path().resolve()
    report = result.report
    # Everything is written as text before the first file is: a fault of one leaves no other behind.
    files = [*further, (form, output)]
    *texts, text = (
        render_check(report, each, width=page_width(file), root=root, folder=here, comment_name=comment_name)
        for each, file in files
    )
    for other, (_, file) in zip(texts, further, strict=True):
        write_result(other, file)
    write_result(text, output)
    warn(result.warnings)
    if output is not None or form not in HAVE_NOTES:
        warn(report.notes)
    code = {"passed": 0, "broken": BROKEN, "could-not-tell": COULD_NOT_TELL}[report.outcome]
    ends = f" (exit code {code} without --soft-fail)" if code and soft_fail else ""
    warn([f"{'passed' if not code else report.outcome.replace('-', ' ')}: {counts(report.verdicts)}{ends}"])
    if code and not soft_fail:
        raise typer.Exit(code)


def _refuse_one_file_twice(files: Sequence[Path]) -> None:
    """Raise if two results would go to one file, of which only the last would be left."""
    known: set[Path] = set()
    for file in files:
        if file.resolve() in known:
            raise UsageError(f"{file} is named for two results: give each a file of its own")
        known.add(file.resolve())


def _report(text: str) -> tuple[CheckFormat, Path]:
    """Return the format and the file of ``--report``.

    Raises:
        UsageError: it names none.
    """
    name, equals, file = text.partition("=")
    formats: Iterable[str] = [form.value for form in CheckFormat]
    if not equals or not file or name not in formats:
        raise UsageError(f"--report {text}: write FORMAT=FILE, with a format of {', '.join(formats)}")
    return CheckFormat(name), Path(file)
