"""What is said of buckets: why nothing is known of one and what would change that, and which figures are doubtful."""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from costplan.inputs.account.answers import Refusal
from costplan.inputs.measuring import Fee, read_fees
from costplan.inputs.volumes.metrics.buckets import BucketPlan
from costplan.inputs.volumes.metrics.cloudwatch import Read
from costplan.inputs.volumes.metrics.figures import NONE
from costplan.inputs.volumes.metrics.inventory import ENTIRE_BUCKET, Filters
from costplan.model.problems import Problem

DISAGREE = Fraction(1, 10)
"""From this share on a difference between two sources is told: both are kept up as well as AWS can, and no better."""

_CENT = Decimal("0.01")


class Says(Protocol):
    """What a source says of a bucket: requests of every kind in a month, and as one metric counts them all."""

    @property
    def total(self) -> Fraction:
        """The sum of all kinds."""

    @property
    def all_requests(self) -> Fraction:
        """The metric of all requests."""


def doubts(plan: BucketPlan, by_requests: Says | None, by_lens: Says | None) -> list[Problem]:
    """Return what makes the figures of a bucket doubtful: metrics that were switched off, sources that disagree."""
    found = []
    chosen = by_requests or by_lens
    if by_requests is not None and isinstance(plan.filters, Filters) and not plan.filters.whole:
        what = f"bucket {plan.name}: the request metrics {ENTIRE_BUCKET} have figures, but are not switched on"
        found.append(
            plan.place.problem(
                what,
                "switched off in that time? up to then they are taken for all of it, at the low end not",
            )
        )
    if chosen is not None and NONE < chosen.all_requests < chosen.total * (1 - DISAGREE):
        fewer = _apart(chosen.all_requests, chosen.total)
        what = f"bucket {plan.name}: AllRequests counts {fewer} fewer than its kinds"
        found.append(plan.place.problem(what, "metrics are delivered as well as AWS can: take the figures with care"))
    if by_requests is not None and by_lens is not None:
        first, second = by_requests.total, by_lens.total
        if abs(first - second) > DISAGREE * max(first, second):
            what = f"bucket {plan.name}: request metrics and Storage Lens are {_apart(first, second)} apart"
            found.append(plan.place.problem(what, "request metrics were taken"))
    return found


def _apart(first: Fraction, second: Fraction) -> str:
    return f"{round(abs(first - second) * 100 / max(first, second))} %"


def why_unknown(plan: BucketPlan, read: Read, *, has_part: bool) -> Problem:
    """Return why nobody knows the requests of a bucket, and what would change that."""
    where = f"bucket {plan.name} in {plan.place.region}"
    asked = [*(s for one in plan.whole.values() for s in one.series), *plan.lens]
    failed = [read.failed[s] for s in asked if s in read.failed]
    if failed:
        return plan.place.problem(f"nothing is known of {where} ({failed[0]})", "run it again later")
    if has_part:
        ids = ", ".join(plan.partial)
        what = f"of {where} only a part is known: its request metrics ({ids}) count some of the requests"
        return plan.place.problem(what, switch_on(plan.name))
    if plan.whole:
        what = f"nothing is known of {where}: its request metrics have nothing in that time"
        return plan.place.problem(what, "they may be new: run it again when they have counted for a while")
    if isinstance(plan.filters, Refusal):
        what = f"nothing is known of {where}: whether it has request metrics is not known ({plan.filters})"
        allow = "allow s3:GetMetricsConfiguration; --print-policy shows all that is needed"
        return plan.place.problem(what, plan.filters.remedy(allow))
    lens = "Storage Lens says nothing in the CloudWatch of the Regions asked"
    what = f"nothing is known of {where}: it has no request metrics, and {lens}"
    return plan.place.problem(what, switch_on(plan.name))


REQUEST_METRICS_OF_A_FILTER = 16
"""AWS/S3 request metrics with the dimension FilterId (S3 User Guide, Metrics and dimensions)."""


def switch_on(bucket: str) -> str:
    """Return the command that switches request metrics of a bucket on, and what they cost."""
    fee = read_fees()[Fee.CUSTOM_METRIC]
    dollars = (REQUEST_METRICS_OF_A_FILTER * fee.unit_price).quantize(_CENT)
    command = (
        f"aws s3api put-bucket-metrics-configuration --bucket {bucket} --id {ENTIRE_BUCKET}"
        f""" --metrics-configuration '{{"Id":"{ENTIRE_BUCKET}"}}'"""
    )
    price = f"up to ${dollars} a month: {REQUEST_METRICS_OF_A_FILTER} custom metrics, list price of {fee.region}"
    return f"switch them on: {command} ({price})"
