"""``costplan prices update`` and ``verify``: price books beside AWS's price lists."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costplan.cli.account_options import AwsProfile, PrintsPolicy
from costplan.cli.help_text import examples
from costplan.cli.output import COULD_NOT_TELL, OutputFile, page_width, warn, write_result
from costplan.model.problems import UsageError

if TYPE_CHECKING:
    from costplan.workflows.price_updates import PriceUpdate

UPDATE_EXAMPLES = examples(
    "costplan prices update --from AWSCloudTrail.csv --dry-run",
    "costplan prices update --from AWSCloudTrail.csv --to my-pricing --yes",
    "costplan prices update --print-policy",
)
VERIFY_EXAMPLES = examples("costplan prices verify --from AWSCloudTrail.csv --region il-central-1")

DIFFERENT_EXIT = 1


class FetchMethod(StrEnum):
    """How price lists are fetched."""

    FILES = "files"
    PRODUCTS = "products"


class ChecksFormat(StrEnum):
    """How a comparison is written."""

    TABLE = "table"
    JSON = "json"


Services = Annotated[
    list[str] | None,
    typer.Option(
        "--service", metavar="SERVICE", help="cloudtrail, cloudwatch, config, kms, s3, sns [all]. Repeatable."
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="REGION", help="Only this Region [all]. May be repeated."),
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--from", metavar="FILE", help="A downloaded list, JSON or CSV, not AWS. Repeatable."),
]
Fetching = Annotated[FetchMethod, typer.Option("--method", help="Fetch whole files, or products page by page.")]
PricingFolder = Annotated[
    Path | None,
    typer.Option("--pricing", metavar="DIR", help="Your price books, before shipped ones [costplan.yaml]."),
]
"""The folder whose books go before those that are shipped."""
Format = Annotated[ChecksFormat, typer.Option("--format", help="How to write the result.")]


def update(
    services: Services = None,
    regions: Regions = None,
    files: Files = None,
    method: Fetching = FetchMethod.FILES,
    profile: AwsProfile = None,
    pricing: PricingFolder = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Write to this folder, not to the books in use.")
    ] = None,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Keep prices that the list lacks, and go on.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    prints_policy: PrintsPolicy = False,
    form: Format = ChecksFormat.TABLE,
) -> None:
    """Bring price books up to date with AWS's price lists.

    What changes is shown first.  A new price gets a row of its own with the day
    from which it holds; the old one stays.  Nothing is ever written to AWS.
    """
    from costplan.workflows import price_updates as workflow

    if prints_policy:
        write_result(workflow.price_list_policy_text())
        return
    if form is ChecksFormat.JSON and not (yes or dry_run):
        raise UsageError("--format json asks nobody: give --dry-run or --yes")
    plan = workflow.plan_update(
        services or (),
        regions or (),
        files=files or (),
        method=workflow.Method(method.value),
        profile=profile,
        pricing=pricing if to else pricing_folder(pricing),
        to=to,
        allow_missing=allow_missing,
    )
    if form is ChecksFormat.JSON:
        from costplan.reports.price_checks_json import render_checks_json

        write_result(render_checks_json(plan.checks))
    else:
        from costplan.reports.price_checks_table import render_checks

        write_result(render_checks(plan.checks, page_width(), datetime.now(UTC).date()))
    if dry_run or not plan.texts:
        warn([f"nothing was written: {_would_write(plan) if plan.texts else 'the price books say all of it already'}"])
        return
    if not yes:
        _ask(plan)
    workflow.write_update(plan)
    warn([f"written: {_would_write(plan)}"])


def verify(
    services: Services = None,
    regions: Regions = None,
    files: Files = None,
    method: Fetching = FetchMethod.FILES,
    profile: AwsProfile = None,
    pricing: PricingFolder = None,
    has_every_price: Annotated[bool, typer.Option("--all", help="List the prices that are the same too.")] = False,
    prints_policy: PrintsPolicy = False,
    form: Format = ChecksFormat.TABLE,
    output: OutputFile = None,
) -> None:
    """Compare price books with AWS's price lists.

    Exit code 1 says that something differs, 3 that it could not be told.
    """
    from costplan.reports.price_checks_json import render_checks_json
    from costplan.reports.price_checks_table import DIFFERENT, UNDECIDED, render_checks
    from costplan.workflows import price_updates as workflow

    if prints_policy:
        write_result(workflow.price_list_policy_text(), output)
        return
    checks = workflow.compare_prices(
        services or (),
        regions or (),
        files=files or (),
        method=workflow.Method(method.value),
        profile=profile,
        pricing=pricing_folder(pricing),
    )
    if form is ChecksFormat.JSON:
        text = render_checks_json(checks)
    else:
        text = render_checks(checks, page_width(output), datetime.now(UTC).date(), has_every_price=has_every_price)
    write_result(text, output)
    if checks.of(*DIFFERENT):
        raise typer.Exit(DIFFERENT_EXIT)
    if checks.of(*UNDECIDED):
        raise typer.Exit(COULD_NOT_TELL)


def pricing_folder(given: Path | None) -> Path | None:
    """Return the folder of price books of an option, else the one that ``costplan.yaml`` names."""
    from costplan.workflows.project import pricing_of_project

    return given or pricing_of_project(Path())


def _would_write(plan: "PriceUpdate") -> str:
    from costplan.reports.amounts import plural

    files = list(plan.texts)
    where = str(files[0]) if len(files) == 1 else f"{plural(len(files), 'price book')} in {files[0].parent.parent}"
    return f"{plural(len(plan.changed), 'new price')}, {plural(plan.dated, 'date')} of confirmation, {where}"


def _ask(plan: "PriceUpdate") -> None:
    """Go on only if somebody agrees.

    Raises:
        UsageError: nobody is there to be asked.
        Exit: nobody agrees.
    """
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was written: nobody can be asked here; give --yes, or --dry-run to look only")
    if not typer.confirm(f"Write {_would_write(plan)}?", err=True):
        warn(["nothing was written"])
        raise typer.Exit(0)
