"""What AWS counts of the events of one account and Region, for the recorders that are present there (R80–R89).

Nothing of it depends on any other place: where a change leaves the recorders of a place as they are, it leaves this.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from costplan.engine.event_bytes import bytes_for_log_groups, is_measured, raw_bytes
from costplan.engine.lake import ingestion_meter
from costplan.engine.matching import Matcher
from costplan.engine.routing import Delivery, deliveries_of
from costplan.engine.tally import Tally
from costplan.model.billing import Meter
from costplan.model.events import EventCategory, EventKey
from costplan.model.quantity import Quantity
from costplan.model.recorders import DirectDelivery, EventDataStore, Recorder, Trail, is_billed_by_bytes
from costplan.model.scenario import FirstNetworkCopy, Settings
from costplan.model.selectors import InsightSelector, InsightType
from costplan.model.truth import Truth
from costplan.model.unknown import Flag
from costplan.model.volumes import VolumeRow

DetailKey = tuple[str | None, str | None, str | None]
"""Resource type, container and principal, as far as they are kept apart."""
_NO_DETAIL: DetailKey = (None, None, None)
_MOST_KNOWN = 8
"""Of one place, so that memory does not grow with the number of states that are compared."""


class Receiver(NamedTuple):
    """All that metering asks of a recorder that is present in a place, or may be.

    presence: YES or MAYBE.
    bytes_meter: the meter of the uncompressed bytes that it takes in; ``None`` of a trail.
    is_billed_by_bytes: whether these bytes cost something, there or where a trail sends its events.
    """

    presence: Truth
    matcher: Matcher
    bytes_meter: Meter | None
    is_billed_by_bytes: bool
    insights: tuple[InsightSelector, ...]
    aggregates_data: bool


def receiver_of(recorder: Recorder, presence: Truth, matcher: Matcher) -> Receiver:
    """Return what metering asks of *recorder*, whose selectors are those of *matcher*."""
    bytes_meter = None
    if isinstance(recorder, EventDataStore):
        bytes_meter = ingestion_meter(recorder)
    elif isinstance(recorder, DirectDelivery):
        bytes_meter = Meter.DIRECT_DELIVERY
    aggregates = isinstance(recorder, Trail) and recorder.aggregates_data
    return Receiver(presence, matcher, bytes_meter, is_billed_by_bytes(recorder), recorder.insights, aggregates)


class Counted:
    """What one meter has counted for one recorder.

    details: the same by resource type and what else is kept apart.
    selectors: the positions of the selectors that admitted it; earlier: the recorders that may have an earlier copy.
    """

    __slots__ = ("details", "earlier", "selectors", "total")

    def __init__(self) -> None:
        self.total = Tally()
        self.details: dict[DetailKey, Tally] = defaultdict(Tally)
        self.selectors: set[int] = set()
        self.earlier: set[int] = set()

    def add(self, other: "Counted", ordinals: Sequence[int]) -> None:
        """Add what was counted elsewhere, where recorder *n* goes by ``ordinals[n]`` here."""
        self.total.plus(other.total)
        for detail, tally in other.details.items():
            self.details[detail].plus(tally)
        self.selectors |= other.selectors
        self.earlier.update(ordinals[n] for n in other.earlier)


class Kept:
    """Events of a month; where their bytes cost something, these, and the bytes that get into log groups."""

    __slots__ = ("events", "raw_bytes", "sent_bytes")

    def __init__(self) -> None:
        self.events, self.raw_bytes, self.sent_bytes = Tally(), Tally(), Tally()

    def add(self, other: "Kept") -> None:
        """Add what is received elsewhere."""
        self.events.plus(other.events)
        self.raw_bytes.plus(other.raw_bytes)
        self.sent_bytes.plus(other.sent_bytes)


class _Fate(NamedTuple):
    """What decides on which meters events are counted, and how surely."""

    category: EventCategory
    read_only: Flag
    deliveries: tuple[Delivery, ...]
    detail: DetailKey


class PlaceMeters:
    """The meters of one account and Region in a scenario's first month; recorders go by their position there.

    happened, covered, missed: distinct events by category: all, those that somebody records, those that nobody does.
    counted: by meter and recorder; kept: by recorder and delivery kind; delivered: by recorder and category.
    first_copies: events that at least one trail records, or may record, by category.
    shared: by recorder and meter, the paid copies that go with one recorder alone (R82).
    assumed_event_bytes: whether bytes that cost something are of a size that nobody measured.
    """

    def __init__(
        self, receivers: Sequence[Receiver], settings: Settings, breakdown: frozenset[str] = frozenset()
    ) -> None:
        self._receivers = receivers
        self._present = [(n, one.presence, one.matcher) for n, one in enumerate(receivers)]
        self._by_bytes = frozenset(n for n, one in enumerate(receivers) if one.is_billed_by_bytes)
        self._settings, self._breakdown = settings, breakdown
        self.happened: dict[EventCategory, Tally] = defaultdict(Tally)
        self.covered: dict[EventCategory, Tally] = defaultdict(Tally)
        self.missed: dict[EventCategory, Tally] = defaultdict(Tally)
        self.counted: dict[tuple[Meter, int], Counted] = defaultdict(Counted)
        self.kept: dict[tuple[int, str], Kept] = defaultdict(Kept)
        self.delivered: dict[tuple[int, EventCategory], Tally] = defaultdict(Tally)
        self.first_copies: dict[EventCategory, Tally] = defaultdict(Tally)
        self.shared: dict[tuple[int, Meter], Tally] = defaultdict(Tally)
        self.assumed_event_bytes = False

    def read(self, rows: Iterable[VolumeRow]) -> None:
        """Count the rows of this place on every meter they reach."""
        # Rows of one fate are counted alike, so their sum is: there are few fates, and each has many meters.
        for fate, sums in self._by_fate(rows).items():
            self._count_all(fate, sums)

    def _by_fate(self, rows: Iterable[VolumeRow]) -> dict[_Fate, Kept]:
        found: dict[_Fate, Kept] = {}
        for row in rows:
            key = row.key
            deliveries = deliveries_of(key, self._present)
            fate = _Fate(key.category, key.read_only, deliveries, self._detail(key) if deliveries else _NO_DETAIL)
            sums = found.get(fate)
            if sums is None:
                sums = found[fate] = Kept()
            sums.events.add(row.per_month)
            if self._by_bytes and any(one.ordinal in self._by_bytes for one in deliveries):
                raw = raw_bytes(row)
                sums.raw_bytes.add(raw)
                sums.sent_bytes.add(bytes_for_log_groups(row) if row.oversize else raw)
                self.assumed_event_bytes |= not is_measured(row)
        return found

    def _detail(self, key: EventKey) -> DetailKey:
        resource = key.main_resource
        of_type = resource.type if resource and isinstance(resource.type, str) else None
        container = principal = None
        if "resource" in self._breakdown:
            known = resource.container if resource else None
            container = known if isinstance(known, str) else None
            if key.category is EventCategory.MANAGEMENT:
                container = key.event_source if isinstance(key.event_source, str) else None
        if "principal" in self._breakdown:
            known_principal = key.principal.container or key.principal.invoked_by
            principal = known_principal if isinstance(known_principal, str) else None
        return (of_type, container, principal)

    def _count_all(self, fate: _Fate, sums: Kept) -> None:
        events, raw, sent = sums.events.quantity, sums.raw_bytes.quantity, sums.sent_bytes.quantity
        category = fate.category
        is_recorded = any(one.truth is Truth.YES for one in fate.deliveries)
        may_be_recorded = bool(fate.deliveries)
        self.happened[category].add(events)
        covered, missed = self.covered[category], self.missed[category]
        if may_be_recorded:
            covered.add(events, low=is_recorded)
        if not is_recorded:
            missed.add(events, low=not may_be_recorded, point=not may_be_recorded)
        trails = []
        for delivery in fate.deliveries:
            receiver = self._receivers[delivery.ordinal]
            self.delivered[delivery.ordinal, category].add(events, low=delivery.truth is Truth.YES)
            self._count_insights(receiver, delivery, fate, events)
            if receiver.bytes_meter is None:
                trails.append(delivery)
                self._keep(delivery, fate, events, raw, sent)
                if receiver.aggregates_data and category is EventCategory.DATA:
                    self._count(Meter.DATA_AGGREGATION, delivery, fate, events)
            elif receiver.bytes_meter is Meter.DIRECT_DELIVERY:
                self._count_bytes(receiver.bytes_meter, delivery, sent)
                self._keep(delivery, fate, events, raw, sent)
            else:
                self._count_bytes(receiver.bytes_meter, delivery, raw)
        self._count_copies(trails, fate, events)

    def _count_copies(self, trails: list[Delivery], fate: _Fate, events: Quantity) -> None:
        category = fate.category
        if trails:
            self.first_copies[category].add(events)
        if category is EventCategory.MANAGEMENT:
            meters = (Meter.MANAGEMENT_FIRST_COPY, Meter.MANAGEMENT_ADDITIONAL_COPY)
            self._count_free_then_paid(trails, fate, events, *meters)
        elif category is EventCategory.DATA:
            for delivery in trails:
                self._count(Meter.DATA, delivery, fate, events)
        elif category is EventCategory.NETWORK_ACTIVITY:
            if self._settings.network_activity_first_copy is FirstNetworkCopy.FREE:
                self._count_free_then_paid(trails, fate, events, None, Meter.NETWORK_ACTIVITY)
            else:
                for delivery in trails:
                    self._count(Meter.NETWORK_ACTIVITY, delivery, fate, events)

    def _count_free_then_paid(
        self, trails: list[Delivery], fate: _Fate, events: Quantity, first: Meter | None, additional: Meter
    ) -> None:
        """Count the first copy of an event as free and each further one as paid (R80, R81).

        Trails that only may record make the band: at the low end only the certain ones deliver, at the high end all.
        """
        certain = sum(delivery.truth is Truth.YES for delivery in trails)
        certain_before = 0
        for possible_before, delivery in enumerate(trails):
            is_certain = delivery.truth is Truth.YES
            if first is not None and not certain_before:
                free = self.counted[first, delivery.ordinal]
                free.total.add(events, low=is_certain and not possible_before, point=not possible_before)
                free.selectors.add(delivery.selector)
            if possible_before:
                paid = self._count(additional, delivery, fate, events, may_be_certain=certain_before > 0)
                paid.earlier.update(trails[before].ordinal for before in range(possible_before))
            if len(trails) > 1:
                self.shared[delivery.ordinal, additional].add(events, low=is_certain and certain > 1)
            certain_before += is_certain

    def _count_insights(self, receiver: Receiver, delivery: Delivery, fate: _Fate, events: Quantity) -> None:
        """Count events once for each Insights type that analyses them (R88)."""
        for insight in receiver.insights:
            if fate.category not in insight.categories:
                continue
            if fate.category is EventCategory.DATA:
                self._count(Meter.INSIGHTS_DATA, delivery, fate, events)
            elif insight.type is InsightType.API_ERROR_RATE:
                self._count(Meter.INSIGHTS_MANAGEMENT, delivery, fate, events)
            elif fate.read_only is not True:
                is_write = fate.read_only is False
                self._count(Meter.INSIGHTS_MANAGEMENT, delivery, fate, events, may_be_certain=is_write)

    def _count_bytes(self, meter: Meter, delivery: Delivery, size: Quantity) -> None:
        """Count the uncompressed bytes of what is no trail: no copy is free, nor makes another paid (R78, R85)."""
        counted = self.counted[meter, delivery.ordinal]
        counted.total.add(size * (1 / self._settings.gb.bytes), low=delivery.truth is Truth.YES)
        counted.selectors.add(delivery.selector)

    def _keep(self, delivery: Delivery, fate: _Fate, events: Quantity, raw: Quantity, sent: Quantity) -> None:
        kind = "CloudTrail-NetworkActivity" if fate.category is EventCategory.NETWORK_ACTIVITY else "CloudTrail"
        kept = self.kept[delivery.ordinal, kind]
        is_certain = delivery.truth is Truth.YES
        kept.events.add(events, low=is_certain)
        kept.raw_bytes.add(raw, low=is_certain)
        if delivery.ordinal in self._by_bytes:
            kept.sent_bytes.add(sent, low=is_certain)

    def _count(
        self, meter: Meter, delivery: Delivery, fate: _Fate, events: Quantity, *, may_be_certain: bool = True
    ) -> Counted:
        is_certain = may_be_certain and delivery.truth is Truth.YES
        counted = self.counted[meter, delivery.ordinal]
        counted.total.add(events, low=is_certain)
        counted.selectors.add(delivery.selector)
        counted.details[fate.detail].add(events, low=is_certain)
        return counted


class MeteredPlaces:
    """The meters of places, each worked out once for all scenarios that have the same rows and recorders there.

    Give the same ones to all states of a comparison: most places are alike in every state.
    """

    def __init__(self) -> None:
        # By identity: rows are many, and those that are compared are the same objects.
        self._known: dict[int, tuple[Sequence[VolumeRow], dict[Hashable, PlaceMeters]]] = {}

    def of(
        self,
        rows: Sequence[VolumeRow],
        receivers: tuple[Receiver, ...],
        settings: Settings,
        breakdown: frozenset[str] = frozenset(),
    ) -> PlaceMeters:
        """Return the meters of a place that has these *rows*, for its recorders in the order of copies."""
        _, known = self._known.setdefault(id(rows), (rows, {}))
        asked = (receivers, settings.network_activity_first_copy, settings.gb, breakdown)
        meters = known.get(asked)
        if meters is None:
            meters = PlaceMeters(receivers, settings, breakdown)
            meters.read(rows)
            if len(known) == _MOST_KNOWN:
                del known[next(iter(known))]
            known[asked] = meters
        return meters
