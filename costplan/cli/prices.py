"""``costplan prices``: look at price books, compare them with AWS's lists, and bring them up to date."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import page_width, write_result
from costplan.cli.prices_lists import UPDATE_EXAMPLES, VERIFY_EXAMPLES, PricingFolder, pricing_folder, update, verify

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _prices() -> None:
    """List prices: what, from where, how old; and what AWS asks now."""


@app.command("show", epilog=examples("costplan prices show --service cloudtrail --region eu-west-1"))
def show(
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            metavar="SERVICE",
            help="cloudtrail, cloudwatch, config, kms, s3, sns [all]. Repeatable.",
        ),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Show every price of a Region. May be repeated."),
    ] = None,
    pricing: PricingFolder = None,
) -> None:
    """Show which list prices there are, and how old they are."""
    from costplan.reports.prices_table import render_books, render_regions
    from costplan.workflows.show import price_books

    books = price_books(services or (), regions or (), pricing_folder(pricing))
    today = datetime.now(UTC).date()
    render = render_books if regions else render_regions
    write_result(render(books, page_width(), today))


app.command("update", epilog=UPDATE_EXAMPLES)(update)
app.command("verify", epilog=VERIFY_EXAMPLES)(verify)
