"""Estimates: what a scenario costs, month by month, and how far that can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from costplan.model.billing import Charge, UnknownUsage, UnpricedUsage
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.places import Region
from costplan.model.prices import PriceBook
from costplan.model.quantity import Quantity, total
from costplan.model.scenario import Scenario

OTHER_TRAILS = "estate"
"""The rule of the assumption that no trail which nobody showed records the same management events."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something taken for true that could be otherwise.

    rule: the R-number where AWS is silent, else a short name.
    moves: dollars of the last month's total that hang on it; ``None`` where nobody can say.
    is_always_said: stands under every table, whatever it moves.
    """

    rule: str
    text: str
    moves: Decimal | None = Decimal(0)
    is_always_said: bool = False


@dataclass(frozen=True, slots=True)
class MonthEstimate:
    """The charges of one month."""

    month: int
    charges: tuple[Charge, ...]

    @property
    def list_cost(self) -> Quantity:
        """The sum of the charges before discounts, unrounded."""
        with exact_arithmetic():
            return total(charge.list_cost for charge in self.charges)

    @property
    def net_cost(self) -> Quantity:
        """The sum of the charges after discounts, unrounded."""
        with exact_arithmetic():
            return total(charge.net_cost for charge in self.charges)


@dataclass(frozen=True, slots=True)
class RecorderEvents:
    """What one recorder records of the events of month 1, by category, and what removing it alone would save (R82).

    One that is not on in the last month records nothing here.
    """

    recorder: str
    recorded: Mapping[str, Quantity]
    saved_if_removed_alone: Quantity


@dataclass(frozen=True, slots=True)
class EventsSummary:
    """Distinct events of month 1, by category: all, recorded by at least one recorder, recorded by none.

    The recorders are those that are on in the last month of the projection.

    The calls that the trails' own deliveries make are not among them: they differ from scenario to scenario (R107).
    """

    happened: Mapping[str, Quantity]
    recorded: Mapping[str, Quantity]
    recorded_by_none: Mapping[str, Quantity]
    by_recorder: tuple[RecorderEvents, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """The projected cost of one scenario.

    books, regions: the price books that the months stand on, and the Regions AWS has.
    steady: the first month after which nothing changes any more; ``None`` where something grows for ever.
    """

    scenario: Scenario
    months: tuple[MonthEstimate, ...]
    events: EventsSummary
    unknown: tuple[UnknownUsage, ...] = ()
    unpriced: tuple[UnpricedUsage, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    books: tuple[PriceBook, ...] = field(default=(), compare=False)
    steady: MonthEstimate | None = None
    regions: Mapping[str, Region] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name

    @property
    def currency(self) -> str | None:
        """The currency of every amount, that of the price books; nothing where nothing was priced."""
        return self.books[0].currency if self.books else None

    @property
    def is_lower_bound(self) -> bool:
        """Whether something is unknown, so that totals are at least what they say."""
        return bool(self.unknown or self.unpriced)

    @property
    def if_another_trail(self) -> Decimal:
        """Dollars of the last month that come on top if a trail nobody showed has the free first copies (R80)."""
        return sum((a.moves or ZERO for a in self.assumptions if a.rule == OTHER_TRAILS), ZERO)

    @property
    def last(self) -> MonthEstimate:
        """The last month of the projection."""
        return self.months[-1]
