"""What becomes of the prices of price books beside a list of AWS's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costplan.model.prices import Price


class Outcome(StrEnum):
    """What a comparison of one price found."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    """The list has a price for a meter that the book has none for."""
    GONE = "gone"
    """The list lacks a usage type that the book names."""
    NOT_FOUND = "not-found"
    """The list lacks the usage type that the meter is looked for under; the book names none."""
    NAMELESS = "nameless"
    """Nobody knows under which name AWS lists the meter."""
    OLDER = "older-list"
    """The list says otherwise, and is older than what the book was last compared with."""
    REFUSED = "refused"
    """The list has a price that cannot be taken for the meter's."""


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One meter of one book beside a list.

    ours: the last price of the book; theirs: that of the list, for as many units; either may be missing.
    because: what else there is to say.
    seen: the last day on which AWS is known to have shown the list.
    """

    service: str
    region: str
    meter: str
    outcome: Outcome
    ours: Price | None = None
    theirs: Price | None = None
    because: str = ""
    seen: date | None = None

    @property
    def name(self) -> str:
        """Service, Region and meter in words."""
        return f"{self.meter} in {self.region}"

    def changes(self) -> tuple["TierChange", ...]:
        """Return the tiers of both prices beside each other."""
        ours = self.ours.tiers if self.ours else ()
        theirs = self.theirs.tiers if self.theirs else ()
        return tuple(
            TierChange(
                ours[at].price if at < len(ours) else None,
                theirs[at].price if at < len(theirs) else None,
                ours[at].up_to if at < len(ours) else None,
                theirs[at].up_to if at < len(theirs) else None,
            )
            for at in range(max(len(ours), len(theirs)))
        )


@dataclass(frozen=True, slots=True)
class TierChange:
    """One tier of a book's price and of a list's; what is not there is ``None``, as is the end of the last tier."""

    old: Decimal | None
    new: Decimal | None
    old_up_to: Decimal | None
    new_up_to: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """By which share the price rose: 0.25 is 25 %; ``None`` where there is nothing to compare, or it was free.

        A quotient, and so rounded to the digits of the arithmetic around it.
        """
        if self.old is None or self.new is None or not self.old:
            return None
        return (self.new - self.old) / self.old


@dataclass(frozen=True, slots=True)
class PriceChecks:
    """Every price that was compared, and what the lists had besides.

    unknown_usage: usage types, without their Region prefix, that belong to no meter, by service code.
    regions_without_book: Regions that a list has and no price book.
    regions_without_offer: Regions that were asked for and that a list lacks, by service code.
    not_covered: how many prices belong to a list that was not given.
    announced: how many prices of the lists hold from a later day on than that of the list.
    """

    checks: tuple[PriceCheck, ...]
    unknown_usage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions_without_book: tuple[str, ...] = ()
    regions_without_offer: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_covered: int = 0
    announced: int = 0

    def of(self, *outcomes: Outcome) -> tuple[PriceCheck, ...]:
        """Return the checks that came out in one of some ways."""
        return tuple(check for check in self.checks if check.outcome in outcomes)
