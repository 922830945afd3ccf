"""What changes between two scenarios, which events that adds or drops, and what it costs."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costplan.model.billing import Meter, UnknownUsage, UnpricedUsage
from costplan.model.estimate import Estimate
from costplan.model.numbers import ZERO
from costplan.model.problems import Location
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import Recorder
from costplan.model.selectors import AdvancedEventSelector, FieldSelector


@dataclass(frozen=True, slots=True)
class CostDifference:
    """How much more one month costs than another; below zero where it costs less.

    point: the difference of the points.
    low, high: its band; charges that are the same in both have no part in it.
    half_width: how far the interval reaches beyond either end of the band; zero where nothing was sampled.
    """

    point: Decimal
    low: Decimal
    high: Decimal
    half_width: Decimal = ZERO

    @property
    def has_band(self) -> bool:
        """Whether something about the difference could not be decided."""
        return self.low != self.high

    @property
    def ends(self) -> tuple[Decimal, Decimal] | None:
        """The ends of the band, widened by what chance did; nothing for a difference that is certain."""
        if not self.has_band and not self.half_width:
            return None
        return self.low - self.half_width, self.high + self.half_width


class ChangeKind(StrEnum):
    """Whether something is new, gone, or other than before."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


Side = Recorder | AdvancedEventSelector | FieldSelector | str | None
"""What stood on one side of a change: a whole recorder, a selector, one field of it, or the text of a value."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two scenarios.

    recorder: the label of the recorder it is about, that of the scenario after the change unless it is gone; ``None``
    for what is about the scenario as a whole.
    attribute: the key that changed, as the scenario format names it (``is_multi_region``, ``bucket.kms_key``,
    ``selectors``, ``volumes``); nothing where the whole recorder came or went.
    selector: the name of the event selector that it is in.
    before, after: what stood there; ``None`` where nothing did.
    where: file and line, after the change where there is one.
    recorders: the labels of all of them, where several change together and *recorder* names them in short.
    """

    kind: ChangeKind
    recorder: str | None
    recorder_kind: str
    attribute: str
    before: Side
    after: Side
    selector: str = ""
    where: Location | None = field(default=None, compare=False)
    recorders: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the recorders that it is about; none for the scenario as a whole."""
        return self.recorders or (() if self.recorder is None else (self.recorder,))


@dataclass(frozen=True, slots=True)
class EventsMoved:
    """Events of one kind that a recorder records after a change and did not before, or the other way round.

    category, event_source, resource_type, container: as volumes have them; ``None``: not known, or none.
    quantity: events of the month that is compared.
    """

    recorder: str
    category: str
    event_source: str | None
    resource_type: str | None
    container: str | None
    quantity: Quantity = NOTHING


@dataclass(frozen=True, slots=True)
class PricedChange:
    """A change, and what it does to the month that is compared.

    in_order: what it adds after all changes before it; these add up to the whole difference.
    alone: what it would add if it were the only one; these need not add up.
    recorded, dropped: events that recorders record now and did not, and the other way round, in order, most first.
    unknown, unpriced: what it brings that nobody measured, or that has no price; settled: what of that goes with it.
    """

    change: Change
    in_order: CostDifference
    alone: CostDifference
    recorded: tuple[EventsMoved, ...] = ()
    dropped: tuple[EventsMoved, ...] = ()
    unknown: tuple[UnknownUsage, ...] = ()
    unpriced: tuple[UnpricedUsage, ...] = ()
    settled: tuple[UnknownUsage | UnpricedUsage, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """One charge before and after, over all tiers; recorder: its label after the change, unless it is gone.

    id: the stable identity of the charge: service, meter, account, Region and recorder.
    quantity_before, quantity_after, before, after: in the month that is compared; ``None`` where there is no charge.
    """

    id: str
    kind: ChangeKind
    meter: Meter
    account: str
    region: str
    recorder: str
    unit: str
    quantity_before: Quantity | None
    quantity_after: Quantity | None
    before: Quantity | None
    after: Quantity | None
    cost: CostDifference


@dataclass(frozen=True, slots=True)
class Renamed:
    """A recorder that is the same under another name, which is no change."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What one scenario costs more than another, and why.

    before, after: estimates of the last month alone; cost: of that month, at list prices; net: after discounts.
    prices: what the list prices of the second day alone add to the first scenario; nothing where the days are one.
    causes: in the order of the files; together: what is left of the whole difference when each change is priced alone,
    which comes from changes that act on the same events.
    charges: those that differ, dearest change first.
    """

    before: Estimate
    after: Estimate
    cost: CostDifference
    net: CostDifference
    causes: tuple[PricedChange, ...] = ()
    together: CostDifference = CostDifference(ZERO, ZERO, ZERO)
    prices: CostDifference | None = None
    charges: tuple[ChargeChange, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    @property
    def if_another_trail(self) -> Decimal:
        """What comes on top if a trail that nobody showed has the free first copies of both sides (R80)."""
        return self.after.if_another_trail - self.before.if_another_trail

    @property
    def is_empty(self) -> bool:
        """Whether nothing that could cost or record anything is different."""
        return not (self.causes or self.charges or self.prices is not None)
