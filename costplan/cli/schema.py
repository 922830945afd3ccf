"""``costplan schema``: the file formats, for editors and other programs."""

from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import write_result
from costplan.model.problems import UsageError

ESTIMATE = "estimate"
MATCH = "match"
PRICE_CHECK = "price-check"
DIFF = "diff"
CHECK = "check"
SHORTLIST = "shortlist"


EXAMPLES = examples("costplan schema scenario")


def schema(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which format [lists the names].")] = None,
) -> None:
    """Print the JSON Schema of a file format."""
    from json import dumps

    from costplan.workflows.schema import schema as schema_of
    from costplan.workflows.schema import schema_names

    names = (*schema_names(), ESTIMATE, MATCH, PRICE_CHECK, DIFF, CHECK, SHORTLIST)
    if name is None:
        write_result("\n".join(names))
    elif name == ESTIMATE:
        # What only a report writes is declared by that report, which workflows may not import.
        from costplan.reports.estimate_json import estimate_schema

        write_result(dumps(estimate_schema(), indent=2))
    elif name == MATCH:
        from costplan.reports.match_json import match_schema

        write_result(dumps(match_schema(), indent=2))
    elif name == PRICE_CHECK:
        from costplan.reports.price_checks_json import price_check_schema

        write_result(dumps(price_check_schema(), indent=2))
    elif name == DIFF:
        from costplan.reports.diffs.diff_shape import diff_schema

        write_result(dumps(diff_schema(), indent=2))
    elif name == CHECK:
        from costplan.reports.checks.check_json import check_schema

        write_result(dumps(check_schema(), indent=2))
    elif name == SHORTLIST:
        from costplan.reports.shortlist_shape import shortlist_schema

        write_result(dumps(shortlist_schema(), indent=2))
    elif name in names:
        write_result(dumps(schema_of(name), indent=2))
    else:
        raise UsageError(f'there is no format "{name}": choose from {", ".join(names)}')
