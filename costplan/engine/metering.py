"""From deliveries to usage: what AWS counts, for whom, and which copy is free (R80–R89)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costplan.engine.place_meters import Counted, DetailKey, Kept, MeteredPlaces, PlaceMeters, receiver_of
from costplan.engine.routing import Router
from costplan.engine.scope import Place
from costplan.engine.tally import Tally
from costplan.model.billing import LAKE_METERS, Detail, Meter, Usage
from costplan.model.events import EventCategory
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.scenario import Settings
from costplan.model.volumes import Volumes

_BY_SIZE = LAKE_METERS | {Meter.DIRECT_DELIVERY}

UsageKey = tuple[Meter, str, str, int]
"""Meter, paying account, Region, recorder (by ordinal)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one recorder receives in one account and Region: events and raw bytes of one month, by delivery kind.

    log_group_bytes: of the events that are small enough for a log group.
    """

    ordinal: int
    account: str
    region: str
    kind: str
    events: Quantity
    raw_bytes: Quantity = NOTHING
    log_group_bytes: Quantity = NOTHING

    def times(self, factor: Decimal) -> "Recorded":
        """Return so many times as much."""
        sizes = (self.raw_bytes * factor, self.log_group_bytes * factor)
        return Recorded(self.ordinal, self.account, self.region, self.kind, self.events * factor, *sizes)


class Meters:
    """The meters of a scenario's first month: the sum of those of its places, by the recorders of one router.

    known: the meters of places that other scenarios have too.
    """

    def __init__(
        self,
        router: Router,
        settings: Settings,
        breakdown: frozenset[str] = frozenset(),
        known: MeteredPlaces | None = None,
    ) -> None:
        self.router = router
        self.settings = settings
        self.breakdown = breakdown
        self._known = known or MeteredPlaces()
        self._counted: dict[UsageKey, Counted] = defaultdict(Counted)
        self._kept: dict[tuple[int, str, str, str], Kept] = defaultdict(Kept)
        self._happened: dict[EventCategory, Tally] = defaultdict(Tally)
        self._covered: dict[EventCategory, Tally] = defaultdict(Tally)
        self._missed: dict[EventCategory, Tally] = defaultdict(Tally)
        self._shared: dict[tuple[int, Meter, str], Tally] = defaultdict(Tally)
        self._delivered: dict[tuple[int, EventCategory], Tally] = defaultdict(Tally)
        self._first_copies: dict[EventCategory, dict[Place, Tally]] = defaultdict(lambda: defaultdict(Tally))
        self.assumed_event_bytes = False
        self._selector_names = tuple(matcher.selector_names for matcher in router.matchers())

    def read(self, volumes: Volumes) -> None:
        """Count every row on every meter it reaches."""
        matchers = self.router.matchers(volumes.conditions)
        for place, rows in volumes.by_place.items():
            present = self.router.present(place)
            receivers = tuple(receiver_of(self.router.recorders[n], truth, matchers[n]) for n, truth in present)
            metered = self._known.of(rows, receivers, self.settings, self.breakdown)
            self._add(place, tuple(ordinal for ordinal, _ in present), metered)

    def _add(self, place: Place, ordinals: Sequence[int], metered: PlaceMeters) -> None:
        """Add the meters of a place, whose recorders have these *ordinals*."""
        # The account that receives the event pays for every copy of it (R84).
        for (meter, n), counted in metered.counted.items():
            self._counted[meter, *place, ordinals[n]].add(counted, ordinals)
        for (n, kind), kept in metered.kept.items():
            self._kept[ordinals[n], *place, kind].add(kept)
        for (n, meter), shared in metered.shared.items():
            self._shared[ordinals[n], meter, place[1]].plus(shared)
        for (n, category), delivered in metered.delivered.items():
            self._delivered[ordinals[n], category].plus(delivered)
        for category, first in metered.first_copies.items():
            self._first_copies[category][place].plus(first)
        for mine, others in (
            (self._happened, metered.happened),
            (self._covered, metered.covered),
            (self._missed, metered.missed),
        ):
            for category, events in others.items():
                mine[category].plus(events)
        self.assumed_event_bytes |= metered.assumed_event_bytes

    def usages(self) -> Iterator[Usage]:
        """Yield the usage of month 1 on every CloudTrail meter, in a stable order."""
        for key in sorted(self._counted, key=lambda k: (k[0].value, *k[1:])):
            counted = self._counted[key]
            meter, account, region, ordinal = key
            details = tuple(
                Detail(*detail, tally.quantity)
                for detail, tally in sorted(counted.details.items(), key=lambda item: _sortable(item[0]))
            )
            yield Usage(
                meter,
                account,
                region,
                self.router.labels[ordinal],
                counted.total.quantity,
                "GB" if meter in _BY_SIZE else "events",
                RULES[meter],
                BECAUSE[meter],
                details,
                selectors=tuple(self._selector_names[ordinal][position] for position in sorted(counted.selectors)),
                earlier_copies=tuple(self.router.labels[earlier] for earlier in sorted(counted.earlier)),
            )

    def recorded(self) -> Iterator[Recorded]:
        """Yield what each trail delivers, by account, Region and delivery kind, in a stable order."""
        for place, kept in sorted(self._kept.items(), key=lambda item: item[0]):
            yield Recorded(*place, kept.events.quantity, kept.raw_bytes.quantity, kept.sent_bytes.quantity)

    def delivered(self) -> Iterator[tuple[int, str, Quantity]]:
        """Yield how many events each recorder records, by ordinal and category."""
        for (ordinal, category), tally in sorted(self._delivered.items()):
            yield ordinal, category.value, tally.quantity

    def shared_copies(self, ordinal: int) -> Mapping[tuple[Meter, str], Quantity]:
        """Return, by meter and Region, the paid copies that removing one recorder alone would save (R82).

        Only meters whose first copy is free have such; every copy on the others is the recorder's own.
        """
        return {(meter, region): tally.quantity for (o, meter, region), tally in self._shared.items() if o == ordinal}

    def first_copies(self, category: EventCategory) -> Mapping[tuple[str, str], Quantity]:
        """Return, by account and Region, the events of a category that at least one trail records, or may record.

        Each is counted once, however many trails may have it: the usages of trails that only may record add up to more.
        """
        return {place: tally.quantity for place, tally in self._first_copies[category].items()}

    def events(self) -> tuple[dict[str, Quantity], dict[str, Quantity], dict[str, Quantity]]:
        """Return distinct events by category: all of them, those somebody records, those nobody records."""
        return tuple(  # type: ignore[return-value]
            {category.value: tallies[category].quantity for category in EventCategory if category in tallies}
            for tallies in (self._happened, self._covered, self._missed)
        )


def _sortable(detail: DetailKey) -> tuple[str, ...]:
    return tuple(part or "" for part in detail)


RULES: Mapping[Meter, tuple[str, ...]] = {
    Meter.MANAGEMENT_FIRST_COPY: ("R80", "R81", "R83"),
    Meter.MANAGEMENT_ADDITIONAL_COPY: ("R80", "R81", "R82", "R84"),
    Meter.DATA: ("R86",),
    Meter.NETWORK_ACTIVITY: ("R86", "R79"),
    Meter.INSIGHTS_MANAGEMENT: ("R88",),
    Meter.INSIGHTS_DATA: ("R88",),
    Meter.DATA_AGGREGATION: ("R89",),
    Meter.LAKE_INGESTION_ONE_YEAR: ("R85",),
    Meter.LAKE_INGESTION_SEVEN_YEAR: ("R85",),
    Meter.DIRECT_DELIVERY: ("R78",),
}
BECAUSE: Mapping[Meter, str] = {
    Meter.MANAGEMENT_FIRST_COPY: "first copy of each management event in its account and Region",
    Meter.MANAGEMENT_ADDITIONAL_COPY: "management events that another trail of the same account and Region records too",
    Meter.DATA: "data events recorded; every copy is paid, the first too",
    Meter.NETWORK_ACTIVITY: "network activity events recorded; every copy is paid",
    Meter.INSIGHTS_MANAGEMENT: "management events analysed, once for each Insights type (call rate: writes only)",
    Meter.INSIGHTS_DATA: "data events analysed, once for each Insights type",
    Meter.DATA_AGGREGATION: "data events summarised, on top of what recording them costs",
    Meter.LAKE_INGESTION_ONE_YEAR: "uncompressed bytes ingested",
    Meter.LAKE_INGESTION_SEVEN_YEAR: "uncompressed bytes ingested",
    Meter.DIRECT_DELIVERY: "uncompressed bytes of the events sent to CloudWatch Logs without a trail",
}
