"""``costplan volumes shortlist``: which data events would make the bill."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import OutputFile, page_width, parse_as_of, write_result
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.reports import ShortlistFormat, render_shortlist_as

EXAMPLES = examples(
    "costplan volumes shortlist scenarios/volumes/acme-account.json --top 10",
    "costplan volumes shortlist estimated.yaml --trails trails.json --without-log-buckets",
    "costplan volumes shortlist estimated.yaml --writes --format csv -o shortlist.csv",
    "costplan volumes shortlist estimated.yaml --select 2 --format yaml",
)


def shortlist(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Volumes files.")],
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Show N rows, the rest as one.")] = None,
    writes_only: Annotated[bool, typer.Option("--writes", help="Rank by, and select, writes only.")] = False,
    trails: Annotated[
        list[Path] | None,
        typer.Option("--trails", metavar="CONFIG", help="Trails: which buckets are log buckets. May be repeated."),
    ] = None,
    estate: Annotated[
        Path | None,
        typer.Option("--estate", metavar="CONFIG", help="The same [estate: in costplan.yaml]."),
    ] = None,
    without_log_buckets: Annotated[
        bool, typer.Option("--without-log-buckets", help="Leave out buckets that trails deliver into.")
    ] = False,
    prices: Annotated[
        Path | None, typer.Option("--prices", metavar="FILE", help="Your own prices, in place of list prices.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Use the list prices of that day [today].")
    ] = None,
    select: Annotated[
        int | None,
        typer.Option("--select", metavar="N", min=1, help="Of --format yaml: selectors of the first N [all]."),
    ] = None,
    form: Annotated[ShortlistFormat, typer.Option("--format", help="How to write it.")] = ShortlistFormat.TABLE,
    output: OutputFile = None,
) -> None:
    """Rank buckets, functions and tables by what their events cost."""
    if select is not None and form is not ShortlistFormat.YAML:
        raise UsageError("--select writes selectors: give --format yaml too")
    if top is not None and form is not ShortlistFormat.TABLE:
        raise UsageError(f"--top is for people: --format {form} has every row")
    day = parse_as_of(as_of)

    from costplan.workflows.project import estate_of_project
    from costplan.workflows.shortlist import shortlist as run_shortlist

    result = run_shortlist(
        files,
        trails=trails or (),
        estate=estate or estate_of_project(Path()),
        writes_only=writes_only,
        without_log_buckets=without_log_buckets,
        prices=prices,
        as_of=day,
    )
    if form is ShortlistFormat.YAML and not result.shortlist.named:
        hint = "volumes that keep containers have some: costplan volumes show FILE --by resource"
        where = Location(" and ".join(map(str, files)))
        raise BadInputError([Problem(where, "no data event names its bucket, function or table", hint)])
    text = render_shortlist_as(result.shortlist, result.prices, form, width=page_width(output), top=top, select=select)
    write_result(text, output)
