"""``costplan volumes lookup``: measure management events by the event history of a live account."""

from typing import Annotated

import typer

from costplan.cli.account_options import AwsProfile, PrintsPolicy
from costplan.cli.help_text import examples
from costplan.cli.measure_options import ForScenarios, Keep, VolumesFile
from costplan.cli.measured import report_measured
from costplan.cli.output import ProgressLine, write_result

EXAMPLES = examples("costplan volumes lookup --print-policy")


def lookup(
    regions: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Ask only this Region. May be repeated. [all]"),
    ] = None,
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="Days before now, 1 to 90 [14].")] = None,
    calls: Annotated[
        int | None, typer.Option("--calls", metavar="N", help="About how many calls for each Region [600].")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="The same N draws the same.")] = None,
    scenarios: ForScenarios = None,
    keep: Keep = None,
    profile: AwsProfile = None,
    prints_policy: PrintsPolicy = False,
    output: VolumesFile = None,
) -> None:
    """Measure management events by the event history.

    Asking is free, and AWS allows two calls a second in each Region: fifty
    events each.  Quiet Regions are read whole, others by windows of time drawn
    at random.  The event history holds no data events.
    """
    from costplan.workflows import lookup as workflow
    from costplan.workflows.lookup import DEFAULT_CALLS, DEFAULT_DAYS, DEFAULT_SEED, LookupSize

    if prints_policy:
        write_result(workflow.event_history_policy(), output)
        return
    size = LookupSize(
        DEFAULT_DAYS if days is None else days,
        DEFAULT_CALLS if calls is None else calls,
        DEFAULT_SEED if seed is None else seed,
    )
    with ProgressLine() as progress:
        result = workflow.lookup_events(
            regions=regions or (),
            size=size,
            scenarios=scenarios or (),
            keep=[field.strip() for field in keep.split(",")] if keep else [],
            access=workflow.Access(profile),
            progress=progress.show,
        )
    report_measured(result, output)
