"""What infrastructure code leaves open until it is applied, and what an estimate takes for it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from costplan.engine.rating import first_tier_cost
from costplan.engine.scope import some_of
from costplan.model.billing import Meter, Usage
from costplan.model.estimate import Assumption
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceList
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Scenario


def left_open(
    scenario: Scenario,
    labels: Sequence[str],
    recorders: Sequence[Recorder],
    usages: Iterable[Usage],
    growth: Decimal,
    prices: PriceList,
) -> Iterator[Assumption]:
    """Yield what stands under every estimate that is made from infrastructure code; nothing for others.

    labels: of *recorders*; usages: of the first month; growth: from there to the last.
    """
    declared = {label: one for label, one in zip(labels, recorders, strict=True) if one.is_declared}
    if not declared:
        return
    if not scenario.has_estate:
        text = "no other trail records these management events; if one does"
        yield Assumption("estate", text, _if_all_were_further_copies(usages, growth, prices), is_always_said=True)
    for text in scenario.decided:
        yield Assumption("places", text, None, is_always_said=True)
    nameless = [label for label, one in declared.items() if isinstance(one, Trail) and one.bucket.name is None]
    if nameless:
        whose = "its own" if len(nameless) == 1 else "their own, unless the code shows that trails share one"
        text = f"the bucket of {some_of(nameless)} has no name before the code is applied: it is taken to be {whose}"
        yield Assumption("places", text, None, is_always_said=True)


def _if_all_were_further_copies(usages: Iterable[Usage], growth: Decimal, prices: PriceList) -> Decimal:
    """Return what the free first copies would cost if another trail had them (R80)."""
    first = (usage for usage in usages if usage.meter is Meter.MANAGEMENT_FIRST_COPY)
    return sum(
        (first_tier_cost(u.quantity.high * growth, Meter.MANAGEMENT_ADDITIONAL_COPY, u.region, prices) for u in first),
        ZERO,
    )
