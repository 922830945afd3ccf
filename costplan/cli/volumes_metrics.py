"""``costplan volumes metrics``: measure data events by the metrics of CloudWatch, before any trail records them."""

from decimal import ROUND_UP, Decimal
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from costplan.cli.account_options import PrintsPolicy, RoleName, WithOrganization
from costplan.cli.help_text import examples
from costplan.cli.measure_options import VolumesFile
from costplan.cli.measured import agree, report_measured
from costplan.cli.output import ProgressLine, warn, write_result

if TYPE_CHECKING:
    from costplan.workflows.metrics import MetricsCost

EXAMPLES = examples("costplan volumes metrics --service s3 --print-policy")

ASK_FROM_DOLLARS = Decimal("0.10")
"""Less is not worth a question."""

_CENT = Decimal("0.01")


class ServiceName(StrEnum):
    """Whose metrics are read."""

    S3 = "s3"
    LAMBDA = "lambda"
    DYNAMODB = "dynamodb"
    SNS = "sns"
    SQS = "sqs"
    KINESIS = "kinesis"
    STEP_FUNCTIONS = "stepfunctions"


def metrics(
    services: Annotated[
        list[ServiceName] | None,
        typer.Option("--service", metavar="NAME", help=f"Only {', '.join(ServiceName)}. May be repeated. [all]"),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Ask only this Region. May be repeated. [all]"),
    ] = None,
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="Days before now, 1 to 455 [14].")] = None,
    keys_per_delete: Annotated[
        int | None,
        typer.Option("--keys-per-delete", metavar="N", help="Most objects that one request deletes [1000]."),
    ] = None,
    profiles: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="NAME", help="Profile of the AWS configuration. May be repeated."),
    ] = None,
    with_organization: WithOrganization = False,
    role: RoleName = None,
    is_agreed: Annotated[
        bool, typer.Option("--yes", help="Read them without asking whether the cost is all right.")
    ] = False,
    prints_policy: PrintsPolicy = False,
    output: VolumesFile = None,
) -> None:
    """Measure data events by CloudWatch metrics.

    What data events would cost, before any trail records them: of S3 buckets,
    Lambda functions, DynamoDB tables, SNS topics, SQS queues, Kinesis streams
    and state machines.  What has no metrics is unknown, and named.
    """
    from costplan.workflows import metrics as workflow

    chosen = [workflow.MetricService(service) for service in services or ()]
    if prints_policy:
        text = workflow.policy_text(
            services=chosen, regions=regions or (), with_organization=with_organization, role=role
        )
        write_result(text, output)
        return
    with ProgressLine() as progress:
        result = workflow.measure_metrics(
            services=chosen,
            regions=regions or (),
            days=workflow.DEFAULT_DAYS if days is None else days,
            profiles=profiles or (),
            with_organization=with_organization,
            role=role,
            keys_per_delete=workflow.MOST_KEYS if keys_per_delete is None else keys_per_delete,
            announce=partial(_ask, is_agreed=is_agreed),
            progress=progress.show,
        )
    report_measured(result, output)


def _ask(cost: "MetricsCost", *, is_agreed: bool) -> None:
    """Say what reading the metrics costs, and go on only if that is all right where it is worth a question.

    Raises:
        UsageError: nobody is there to be asked.
        Exit: it is not.
    """
    dollars = f"${cost.dollars.quantize(_CENT, ROUND_UP)}"
    price = f"${cost.fee.price} for {cost.fee.per:,} {cost.fee.unit}"
    warn([f"metrics to read: {cost.metrics:,}, for about {dollars} ({price}, list price of {cost.fee.region})"])
    if cost.dollars >= ASK_FROM_DOLLARS:
        agree("Read them?", is_agreed=is_agreed)
