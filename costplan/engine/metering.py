"""From deliveries to usage: what AWS counts, for whom, and which copy is free (R80–R89)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from costplan.engine.event_bytes import bytes_for_log_groups, is_measured, raw_bytes
from costplan.engine.lake import ingestion_meter
from costplan.engine.routing import Delivery, Routed, Router
from costplan.engine.tally import Tally
from costplan.model.billing import LAKE_METERS, Detail, Meter, Usage
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import DirectDelivery, EventDataStore, Recorder, is_billed_by_bytes
from costplan.model.scenario import FirstNetworkCopy, Settings
from costplan.model.selectors import InsightType
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow

_BY_SIZE = LAKE_METERS | {Meter.DIRECT_DELIVERY}

UsageKey = tuple[Meter, str, str, int]
"""Meter, paying account, Region, recorder (by ordinal)."""
DetailKey = tuple[str | None, str | None, str | None]


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
    """The meters of a scenario's first month, running while rows are read."""

    def __init__(self, router: Router, settings: Settings, breakdown: frozenset[str] = frozenset()) -> None:
        self.router = router
        self.settings = settings
        self.breakdown = breakdown
        self._usage: dict[UsageKey, Tally] = defaultdict(Tally)
        self._details: dict[UsageKey, dict[DetailKey, Tally]] = defaultdict(lambda: defaultdict(Tally))
        self._selectors: dict[UsageKey, set[int]] = defaultdict(set)
        self._earlier: dict[UsageKey, set[int]] = defaultdict(set)
        self._recorded: dict[tuple[int, str, str, str], tuple[Tally, Tally, Tally]] = {}
        self._happened: dict[EventCategory, Tally] = defaultdict(Tally)
        self._covered: dict[EventCategory, Tally] = defaultdict(Tally)
        self._missed: dict[EventCategory, Tally] = defaultdict(Tally)
        self._shared: dict[tuple[int, Meter, str], Tally] = defaultdict(Tally)
        self._delivered: dict[tuple[int, EventCategory], Tally] = defaultdict(Tally)
        self._first_copies: dict[EventCategory, dict[tuple[str, str], Tally]] = defaultdict(lambda: defaultdict(Tally))
        self.assumed_event_bytes = False
        self._selector_names = tuple(matcher.selector_names for matcher in router.matchers())
        self._by_size = frozenset(n for n, recorder in enumerate(router.recorders) if is_billed_by_bytes(recorder))

    def read(self, routed: Iterable[Routed]) -> None:
        """Count every row on every meter it reaches."""
        for item in routed:
            self._read_row(item.row, item.deliveries)

    def _read_row(self, row: VolumeRow, deliveries: tuple[Delivery, ...]) -> None:
        quantity, category = row.per_month, row.key.category
        is_recorded = is_by_size = False
        for one in deliveries:
            is_recorded |= one.truth is Truth.YES
            is_by_size |= one.ordinal in self._by_size
        may_be_recorded = bool(deliveries)
        self._happened[category].add(quantity)
        covered, missed = self._covered[category], self._missed[category]
        if may_be_recorded:
            covered.add(quantity, low=is_recorded)
        if not is_recorded:
            missed.add(quantity, low=not may_be_recorded, point=not may_be_recorded)
        raw = raw_bytes(row) if is_by_size else NOTHING
        for_log_groups = bytes_for_log_groups(row) if is_by_size and row.oversize else raw
        self.assumed_event_bytes |= is_by_size and not is_measured(row)
        trails = []
        for delivery in deliveries:
            recorder = self.router.recorders[delivery.ordinal]
            self._delivered[delivery.ordinal, category].add(quantity, low=delivery.truth is Truth.YES)
            self._read_insights(recorder, delivery, row)
            if isinstance(recorder, EventDataStore):
                self._read_size(ingestion_meter(recorder), delivery, row, raw)
            elif isinstance(recorder, DirectDelivery):
                self._read_size(Meter.DIRECT_DELIVERY, delivery, row, for_log_groups)
                self._keep(delivery, row, raw, for_log_groups)
            else:
                trails.append(delivery)
                self._keep(delivery, row, raw, for_log_groups)
                if recorder.aggregates_data and category is EventCategory.DATA:
                    self._count(Meter.DATA_AGGREGATION, row, delivery)
        self._read_copies(row, trails)

    def _read_copies(self, row: VolumeRow, trails: list[Delivery]) -> None:
        category = row.key.category
        if trails:
            self._first_copies[category][row.key.account, row.key.region].add(row.per_month)
        if category is EventCategory.MANAGEMENT:
            self._read_free_then_paid(row, trails, Meter.MANAGEMENT_FIRST_COPY, Meter.MANAGEMENT_ADDITIONAL_COPY)
        elif category is EventCategory.DATA:
            for delivery in trails:
                self._count(Meter.DATA, row, delivery)
        elif category is EventCategory.NETWORK_ACTIVITY:
            if self.settings.network_activity_first_copy is FirstNetworkCopy.FREE:
                self._read_free_then_paid(row, trails, None, Meter.NETWORK_ACTIVITY)
            else:
                for delivery in trails:
                    self._count(Meter.NETWORK_ACTIVITY, row, delivery)

    def _read_free_then_paid(
        self, row: VolumeRow, trails: list[Delivery], first: Meter | None, additional: Meter
    ) -> None:
        """Count the first copy of an event as free and each further one as paid (R80, R81).

        Trails that only may record make the band: at the low end only the certain ones deliver, at the high end all.
        """
        quantity = row.per_month
        certain = sum(delivery.truth is Truth.YES for delivery in trails)
        certain_before = 0
        for possible_before, delivery in enumerate(trails):
            is_certain = delivery.truth is Truth.YES
            if first is not None and not certain_before:
                free = self._key(first, row.key, delivery)
                self._usage[free].add(quantity, low=is_certain and not possible_before, point=not possible_before)
                self._selectors[free].add(delivery.selector)
            if possible_before:
                paid = self._key(additional, row.key, delivery)
                self._count_key(paid, row, delivery.selector, is_certain=is_certain and certain_before > 0)
                self._earlier[paid].update(trails[before].ordinal for before in range(possible_before))
            if len(trails) > 1:
                shared = (delivery.ordinal, additional, row.key.region)
                self._shared[shared].add(quantity, low=is_certain and certain > 1)
            certain_before += is_certain

    def _read_insights(self, recorder: Recorder, delivery: Delivery, row: VolumeRow) -> None:
        """Count events once for each Insights type that analyses them (R88)."""
        key = row.key
        for insight in recorder.insights:
            if key.category not in insight.categories:
                continue
            if key.category is EventCategory.DATA:
                self._count(Meter.INSIGHTS_DATA, row, delivery)
            elif insight.type is InsightType.API_ERROR_RATE:
                self._count(Meter.INSIGHTS_MANAGEMENT, row, delivery)
            elif key.read_only is not True:
                is_write = key.read_only is False
                truth = delivery.truth if is_write else Truth.MAYBE
                self._count(Meter.INSIGHTS_MANAGEMENT, row, delivery._replace(truth=truth))

    def _read_size(self, meter: Meter, delivery: Delivery, row: VolumeRow, raw: Quantity) -> None:
        """Count the uncompressed bytes of what is no trail: no copy is free, nor makes another paid (R78, R85)."""
        key = self._key(meter, row.key, delivery)
        self._usage[key].add(raw * (1 / self.settings.gb.bytes), low=delivery.truth is Truth.YES)
        self._selectors[key].add(delivery.selector)

    def _keep(self, delivery: Delivery, row: VolumeRow, raw: Quantity, for_log_groups: Quantity) -> None:
        kind = "CloudTrail-NetworkActivity" if row.key.category is EventCategory.NETWORK_ACTIVITY else "CloudTrail"
        place = (delivery.ordinal, row.key.account, row.key.region, kind)
        if place not in self._recorded:
            self._recorded[place] = (Tally(), Tally(), Tally())
        events, size, sent = self._recorded[place]
        is_certain = delivery.truth is Truth.YES
        events.add(row.per_month, low=is_certain)
        if raw is not NOTHING:
            size.add(raw, low=is_certain)
        if delivery.ordinal in self._by_size:
            sent.add(for_log_groups, low=is_certain)

    def _key(self, meter: Meter, key: EventKey, delivery: Delivery) -> UsageKey:
        # The account that receives the event pays for every copy of it (R84).
        return (meter, key.account, key.region, delivery.ordinal)

    def _count(self, meter: Meter, row: VolumeRow, delivery: Delivery) -> None:
        key = self._key(meter, row.key, delivery)
        self._count_key(key, row, delivery.selector, is_certain=delivery.truth is Truth.YES)

    def _count_key(self, key: UsageKey, row: VolumeRow, selector: int, *, is_certain: bool) -> None:
        self._usage[key].add(row.per_month, low=is_certain)
        self._selectors[key].add(selector)
        self._details[key][self._detail(row.key)].add(row.per_month, low=is_certain)

    def _detail(self, key: EventKey) -> DetailKey:
        resource = main_resource(key)
        of_type = resource.type if resource and isinstance(resource.type, str) else None
        container = principal = None
        if "resource" in self.breakdown:
            known = resource.container if resource else None
            container = known if isinstance(known, str) else None
            if key.category is EventCategory.MANAGEMENT:
                container = key.event_source if isinstance(key.event_source, str) else None
        if "principal" in self.breakdown:
            known_principal = key.principal.container or key.principal.invoked_by
            principal = known_principal if isinstance(known_principal, str) else None
        return (of_type, container, principal)

    def usages(self) -> Iterator[Usage]:
        """Yield the usage of month 1 on every CloudTrail meter, in a stable order."""
        for key in sorted(self._usage, key=lambda k: (k[0].value, *k[1:])):
            meter, account, region, ordinal = key
            details = tuple(
                Detail(*detail, tally.quantity)
                for detail, tally in sorted(self._details[key].items(), key=lambda item: _sortable(item[0]))
            )
            yield Usage(
                meter,
                account,
                region,
                self.router.labels[ordinal],
                self._usage[key].quantity,
                "GB" if meter in _BY_SIZE else "events",
                RULES[meter],
                BECAUSE[meter],
                details,
                selectors=tuple(self._selector_names[ordinal][position] for position in sorted(self._selectors[key])),
                earlier_copies=tuple(self.router.labels[earlier] for earlier in sorted(self._earlier[key])),
            )

    def recorded(self) -> Iterator[Recorded]:
        """Yield what each trail delivers, by account, Region and delivery kind, in a stable order."""
        for place, tallies in sorted(self._recorded.items()):
            yield Recorded(*place, *(tally.quantity for tally in tallies))

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


def main_resource(key: EventKey) -> Resource | None:
    """Return the resource that an event is reported under: the object of an S3 call, not the bucket beside it."""
    if key.resources is UNKNOWN or not isinstance(key.resources, tuple) or not key.resources:
        return None
    return next((r for r in key.resources if r.type != "AWS::S3::Bucket"), key.resources[0])


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
