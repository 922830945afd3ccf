"""What an estimate takes for true of log groups, in words, with the dollars that hang on it."""

from collections import defaultdict
from collections.abc import Iterator

from costplan.engine.log_groups import log_group_of
from costplan.engine.rating import first_tier_price, marginal_cost
from costplan.engine.routing import Router
from costplan.engine.scope import some_of
from costplan.model.billing import Meter, Service
from costplan.model.estimate import Assumption, MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceList
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import LogClass, Trail

_FLAT, _VENDED = Meter.CLOUDWATCH_LOGS_INGESTION, Meter.CLOUDWATCH_LOGS_INGESTION_VENDED
_INFREQUENT = Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT


def log_group_notes(router: Router, last: MonthEstimate, prices: PriceList) -> Iterator[Assumption]:
    """Yield what is assumed of the log groups of a scenario."""
    yield from _of_retention(router)
    yield from _of_vended(last, prices)
    yield from _of_class(router, last, prices)


def _of_retention(router: Router) -> Iterator[Assumption]:
    pairs = zip(router.labels, router.recorders, strict=True)
    groups = {label: log_group_of(recorder) for label, recorder in pairs if recorder.is_running}
    endless = [label for label, group in groups.items() if group and group.retention_days is None]
    if endless:
        text = f"the log group of {some_of(endless)} keeps events for ever: nobody said its retention"
        yield Assumption("retention", text)


def _of_vended(last: MonthEstimate, prices: PriceList) -> Iterator[Assumption]:
    """Say what hangs on whether CloudTrail's events count as vended logs, where that makes a difference."""
    for meter, other, text in (
        (_FLAT, _VENDED, "does not count among the logs that AWS vends, which get cheaper the more there are"),
        (_VENDED, _FLAT, "counts among the logs that AWS vends, which get cheaper the more there are"),
    ):
        moves, regions = ZERO, []
        for region, amount in _ingested(last, meter).items():
            mine, others = (prices.find(Service.CLOUDWATCH, region, one) for one in (meter, other))
            if mine is not None and others is not None:
                costs = [marginal_cost(amount, NOTHING, price).point for price in (mine, others)]
                if costs[0] != costs[1]:
                    moves += abs(costs[0] - costs[1])
                    regions.append(region)
        if regions:
            where = f"what goes into CloudWatch Logs in {some_of(sorted(regions))}"
            yield Assumption("vended-logs", f"{where} {text} (cloudwatch_logs_vended); AWS does not say", moves)


def _of_class(router: Router, last: MonthEstimate, prices: PriceList) -> Iterator[Assumption]:
    """Say that no page of AWS's tells whether a trail delivers to log groups of the Infrequent Access class."""
    trails = [
        label
        for label, one in zip(router.labels, router.recorders, strict=True)
        if isinstance(one, Trail) and one.is_logging and _is_infrequent(one)
    ]
    if not trails:
        return
    moves = ZERO
    for charge in last.charges:
        if charge.usage.meter is _INFREQUENT and charge.usage.recorder in trails:
            standard = first_tier_price(_FLAT, charge.usage.region, prices) or ZERO
            moves += charge.quantity.point * standard - charge.list_cost.point
    text = f"a trail delivers to a log group of the Infrequent Access class ({some_of(trails)}); AWS does not say so"
    yield Assumption("log-class", text, moves)


def _is_infrequent(trail: Trail) -> bool:
    return trail.cloudwatch_logs is not None and trail.cloudwatch_logs.log_class is LogClass.INFREQUENT_ACCESS


def _ingested(last: MonthEstimate, meter: Meter) -> dict[str, Quantity]:
    """Return what goes in on a meter in the last month, by Region: log groups of a Region share its tiers."""
    found: dict[str, Quantity] = defaultdict(lambda: NOTHING)
    for charge in last.charges:
        if charge.usage.meter is meter:
            found[charge.usage.region] += charge.quantity
    return found
