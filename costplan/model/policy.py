"""What a check asks of scenarios: limits of their cost, events that must be recorded, findings that fail."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costplan.model.events import EventCategory
from costplan.model.problems import Location
from costplan.model.verdicts import Level, Suppression

UNKNOWN_RULE = "unknown"
"""The id of the rule that everything a scenario uses has a volume and a price."""

AGE_RULE = "volumes-age"
"""The id of the rule that volumes are not too old."""

REQUIRE_PREFIX = "require-"
"""What stands before the id of a requirement in the id of its rule."""


class LimitKind(StrEnum):
    """What a limit bounds: the cost of the last month, or how much more or less that is than before."""

    MAX_MONTHLY = "max-monthly"
    MAX_INCREASE = "max-increase"
    MAX_DECREASE = "max-decrease"


class WhenUnknown(StrEnum):
    """What a volume that nobody measured, or a meter without a price, does to a check."""

    FAIL = "fail"
    WARN = "warn"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Subject:
    """What part of the cost a limit is about; nothing said is all of it, of each scenario.

    recorder: its label; meter: the name in price books.
    """

    scenario: str | None = None
    account: str | None = None
    recorder: str | None = None
    meter: str | None = None

    def __str__(self) -> str:
        return ", ".join(part for part in (self.account, self.recorder, self.meter) if part)

    @property
    def is_everything(self) -> bool:
        """Whether it is all costs of every scenario."""
        return not (self.scenario or str(self))


EVERYTHING = Subject()
"""All costs of every scenario."""


@dataclass(frozen=True, slots=True)
class CostLimit:
    """A bound of what the last month costs after discounts.

    amount: in the currency of the price books; where *is_share*, the part of the cost before that it may change by:
    0.1 is 10 %.
    is_dollars: it was written with a dollar sign.
    """

    kind: LimitKind
    amount: Decimal
    of: Subject = EVERYTHING
    level: Level = Level.FAIL
    is_share: bool = False
    is_dollars: bool = False
    where: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """The events that a requirement speaks of: all that have every stated field.

    Nothing said is every value.  event_sources, event_names: any of them; but_not_sources: none of them.
    container: the ARN of the bucket, function or table that the resources of *resource_type* belong to.
    """

    category: EventCategory
    read_only: bool | None = None
    event_sources: tuple[str, ...] = ()
    event_names: tuple[str, ...] = ()
    event_type: str | None = None
    error_code: str | None = None
    resource_type: str | None = None
    container: str | None = None
    but_not_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordersAsked:
    """Which recorders count; ``None`` is whatever they are.

    kind: as ``Recorder.kind``.
    """

    kind: str | None = None
    is_multi_region: bool | None = None
    is_organization: bool | None = None


class Extent(StrEnum):
    """Where events must be recorded: in every enabled Region, or in at least one of each account."""

    EVERY_REGION = "every-region"
    EVERY_ACCOUNT = "every-account"


@dataclass(frozen=True, slots=True)
class Within:
    """The places that a requirement speaks of.

    extent: ``None``, where the resource is.  account, region: only there.
    """

    extent: Extent | None = None
    account: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """Events that must be recorded.

    id: stable, lower case with dashes; say: the requirement as a sentence, for people.
    """

    id: str
    events: EventsAsked
    within: Within = Within()
    by: RecordersAsked = RecordersAsked()
    say: str = ""
    level: Level = Level.FAIL
    where: Location | None = field(default=None, compare=False)

    @property
    def rule(self) -> str:
        """The id of its rule in verdicts."""
        return f"{REQUIRE_PREFIX}{self.id}"


@dataclass(frozen=True, slots=True)
class LintAsked:
    """Which findings of the lint fail a check.

    codes: these, whatever their severity; everything: all but notes, which are only said.
    """

    codes: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a check asks.

    max_volumes_age_days: from the end of what a source observed to the day of the check.
    """

    limits: tuple[CostLimit, ...] = ()
    unknown: WhenUnknown = WhenUnknown.FAIL
    lint: LintAsked = LintAsked()
    suppressions: tuple[Suppression, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    max_volumes_age_days: int | None = None
