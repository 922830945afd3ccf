"""From what metrics counted in some weeks to a month of 730 hours, and to rows of volumes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from costplan.inputs.volumes.logs.period import SLOT_SECONDS, Span
from costplan.inputs.volumes.metrics.cloudwatch import Points
from costplan.inputs.volumes.metrics.facts import FACTS, MetricService
from costplan.model.containers import holds_objects
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.places import partition_of
from costplan.model.problems import Location, Problem
from costplan.model.quantity import Quantity
from costplan.model.unknown import Flag, Text
from costplan.model.volumes import Basis, Coverage, Period, VolumeRow

API_CALL = "AwsApiCall"

NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Window:
    """A time that is looked at, start inclusive, end exclusive, both whole hours."""

    start: datetime
    end: datetime

    @property
    def period(self) -> Period:
        """The same as coverage has it."""
        return self._span.period()

    @property
    def _span(self) -> Span:
        return Span(int(self.start.timestamp()) // SLOT_SECONDS, int(self.end.timestamp()) // SLOT_SECONDS)

    def a_month(self, points: Points) -> Fraction:
        """Return what was counted in the window, expanded to 730 hours as counts of log files are; not rounded.

        From two weeks on every weekday makes a seventh of the month.
        """
        by_weekday = [0] * 7
        for moment, count in points.items():
            if self.start <= moment < self.end:
                by_weekday[moment.weekday()] += count
        expansion = self._span.expansion()
        weighted = sum(count * weight for count, weight in zip(by_weekday, expansion.weights, strict=True))
        return Fraction(weighted, expansion.denominator)

    def count(self, points: Points) -> int:
        """Return what was counted in the window."""
        return sum(count for moment, count in points.items() if self.start <= moment < self.end)

    def holds(self, points: Points) -> bool:
        """Return whether something was counted in the window, be it zero."""
        return any(self.start <= moment < self.end for moment in points)

    def since_first(self, points: Iterable[Points]) -> "Window":
        """Return the window from the first that was counted; the same one where that is in its first day.

        Metrics that somebody switched on count from then on, and nobody says when that was.
        """
        first = min((min(some) for some in points if some), default=self.start)
        return self if first < self.start + timedelta(days=1) else Window(first, self.end)

    def until_last(self, points: Iterable[Points]) -> "Window":
        """Return the window up to the end of the hour that was counted last; the same one where that is its last day.

        Metrics that somebody switched off counted up to then, and nobody says when that was.
        """
        last = max((max(some) for some in points if some), default=self.end) + timedelta(hours=1)
        return self if last > self.end - timedelta(days=1) else Window(self.start, last)


@dataclass(frozen=True, slots=True)
class Figure:
    """A month's events, at least, about and at most; not rounded."""

    low: Fraction
    point: Fraction
    high: Fraction

    def rounded(self) -> Quantity:
        """Return the figure as volumes hold it: six decimals."""
        point = _decimal(self.point)
        return Quantity.between(min(point, _decimal(self.low)), max(point, _decimal(self.high)), point)


def _decimal(value: Fraction) -> Decimal:
    with exact_arithmetic():
        return round_once(Decimal(value.numerator) / value.denominator)


@dataclass(frozen=True, slots=True)
class Place:
    """An account and a Region, as far as metrics name them."""

    account: str
    region: str

    def arn(self, service: MetricService, name: str) -> str:
        """Return the ARN of a resource by its name."""
        partition = partition_of(self.region)
        return FACTS[service].arn.format(partition=partition, region=self.region, account=self.account, name=name)

    def resource(self, service: MetricService, name: str | None) -> Resource:
        """Return a resource by its name; one of which only the type is known without."""
        type_ = FACTS[service].resource_type
        return Resource(type_) if name is None else Resource(type_, self.arn(service, name), not holds_objects(type_))

    def key(
        self,
        service: MetricService,
        resources: tuple[Resource, ...],
        event_name: Text,
        read_only: Flag,
        event_type: Text = API_CALL,
    ) -> EventKey:
        """Return the key of a row of data events."""
        return EventKey(
            self.account,
            self.region,
            EventCategory.DATA,
            event_source=FACTS[service].event_source,
            event_name=event_name,
            event_type=event_type,
            read_only=read_only,
            resources=resources,
        )

    def coverage(self, resource_type: str, observed: Period, container: str | None = None) -> Coverage:
        """Return that the data events of a type, or those of one resource, were measured."""
        return Coverage(
            self.account,
            self.region,
            EventCategory.DATA,
            Basis.MEASURED,
            resource_type=resource_type,
            container=container,
            observed=observed,
        )

    def problem(self, what: str, hint: str = "") -> Problem:
        """Return what is not known of the account, or has to be known about it."""
        return Problem(Location(f"account {self.account}"), what, hint)


@dataclass(slots=True)
class Measured:
    """What came out, to be put together."""

    rows: list[VolumeRow]
    coverage: list[Coverage]
    problems: list[Problem]

    @classmethod
    def nothing(cls) -> "Measured":
        """Return an empty one."""
        return cls([], [], [])

    def add(self, other: "Measured") -> None:
        """Take in what another one holds."""
        self.rows += other.rows
        self.coverage += other.coverage
        self.problems += other.problems

    def add_row(self, key: EventKey, figure: Figure, count: int) -> None:
        """Add a row, unless nothing happened and nothing may have."""
        per_month = figure.rounded()
        if per_month:
            self.rows.append(VolumeRow(key, per_month, count))
