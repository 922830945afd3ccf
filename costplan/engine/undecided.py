"""What infrastructure code leaves open until it is applied, and what an estimate takes for it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from costplan.engine.metering import Meters
from costplan.engine.rating import first_tier_cost
from costplan.engine.routing import Router
from costplan.engine.scope import Place, some_of
from costplan.model.billing import Meter
from costplan.model.estimate import OTHER_TRAILS, Assumption
from costplan.model.events import EventCategory
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Scenario


def left_open_of(
    scenario: Scenario, router: Router, meters: Meters, growth: Decimal, prices: PriceList
) -> Iterator[Assumption]:
    """Yield the same of a month in which the recorders of *router* are on, whose meters are those of month 1."""
    copies = meters.first_copies(EventCategory.MANAGEMENT)
    return left_open(scenario, router.labels, router.recorders, copies, growth, prices)


def left_open(
    scenario: Scenario,
    labels: Sequence[str],
    recorders: Sequence[Recorder],
    first_copies: Mapping[Place, Quantity],
    growth: Decimal,
    prices: PriceList,
) -> Iterator[Assumption]:
    """Yield what stands under every estimate that is made from infrastructure code; nothing for others.

    labels: of *recorders*; first_copies: management events that a trail may record, in the first month; growth: from
    there to the last.
    """
    declared = {label: one for label, one in zip(labels, recorders, strict=True) if one.is_declared}
    if not (declared or scenario.replaced):
        return
    if not scenario.has_estate:
        if any(quantity.high for quantity in first_copies.values()):
            text = "no other trail records these management events"
            moves: Decimal | None = _if_all_were_further_copies(first_copies, growth, prices)
        else:
            text, moves = "the code records no management event, so no other trail makes one dearer", None
        yield Assumption(OTHER_TRAILS, text, moves, is_always_said=True)
    for text in scenario.decided:
        yield Assumption("places", text, None, is_always_said=True)
    nameless = [label for label, one in declared.items() if isinstance(one, Trail) and one.bucket.name is None]
    if nameless:
        whose = "its own" if len(nameless) == 1 else "their own, unless the code shows that trails share one"
        text = f"the bucket of {some_of(nameless)} has no name before the code is applied: it is taken to be {whose}"
        yield Assumption("places", text, None, is_always_said=True)


def _if_all_were_further_copies(first_copies: Mapping[Place, Quantity], growth: Decimal, prices: PriceList) -> Decimal:
    """Return what the free first copies would cost if another trail had them (R80)."""
    return sum(
        (
            first_tier_cost(quantity.high * growth, Meter.MANAGEMENT_ADDITIONAL_COPY, region, prices)
            for (_, region), quantity in first_copies.items()
        ),
        ZERO,
    )
