"""Events that the scenario's own trails cause: their deliveries are calls too, and calls are events (R107).

What was measured belongs to the trails that wrote the logs, so it is taken out; what the scenario's trails will
cause is put in its place.  A trail that records the bucket it delivers to records its own deliveries: the loop is
followed to its fixed point.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from costplan.engine.log_files import FileModel, Inflow, inflows, place_inflow
from costplan.engine.matching import Matchers
from costplan.engine.metering import Recorded
from costplan.engine.place_meters import MeteredPlaces
from costplan.engine.routing import Delivery, Router
from costplan.engine.storage import bucket_place
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory, EventKey, Principal, Resource
from costplan.model.numbers import SIX_PLACES, ZERO
from costplan.model.places import partition_of
from costplan.model.quantity import NOTHING, Quantity, replicates_of_difference, total
from costplan.model.recorders import Trail
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import SLOTS_PER_MONTH, VolumeRow, Volumes

_MOST_ROUNDS = 200
_NEAR = float(SIX_PLACES)
_CLOUDTRAIL = Principal(container=None, type="AWSService", invoked_by=CLOUDTRAIL_SERVICE)

Place = tuple[int, str, str, str]
"""A trail (by ordinal), account, Region and delivery kind."""


def is_own_event(key: EventKey) -> bool:
    """Whether CloudTrail itself made the call."""
    return key.principal.invoked_by == CLOUDTRAIL_SERVICE


@dataclass(frozen=True, slots=True)
class Measured:
    """Volumes without the events that the trails behind them caused.

    own: those events, per month.
    checks_per_file: ``GetBucketAcl`` calls for each delivered file, without band; ``None`` where nobody measured it.
    matchers: what recorders ask of them, compiled once for all scenarios that are worked out of these volumes.
    metered: the meters of their places, for the same scenarios.
    """

    volumes: tuple[Volumes, ...]
    own: Quantity
    checks_per_file: Quantity | None
    matchers: Matchers = field(default_factory=Matchers, compare=False, repr=False)
    metered: MeteredPlaces = field(default_factory=MeteredPlaces, compare=False, repr=False)


def without_own_events(sources: Sequence[Volumes]) -> Measured:
    """Return *sources* without CloudTrail's own events, and how many bucket checks it made for each file."""
    kept: list[Volumes] = []
    own: list[VolumeRow] = []
    files = ZERO
    for volumes in sources:
        # What somebody typed is meant; only a measurement holds the events of other trails.
        mine = [row for row in volumes.rows if is_own_event(row.key)] if volumes.kind != "typed" else []
        own += mine
        rows = tuple(row for row in volumes.rows if not is_own_event(row.key)) if mine else volumes.rows
        kept.append(replace(volumes, rows=rows))
        files += sum(
            (Decimal(f.files) * SLOTS_PER_MONTH / f.slots_observed for f in volumes.files if f.slots_observed), ZERO
        )
    checks = total(row.per_month for row in own if row.key.event_name == "GetBucketAcl")
    is_told = bool(files) and not any(row.key.event_name is UNKNOWN for row in own)
    per_file = _per_file(checks, files) if is_told else None
    return Measured(tuple(kept), total(row.per_month for row in own), per_file)


def _per_file(checks: Quantity, files: Decimal) -> Quantity:
    point = (checks.point / files).quantize(SIX_PLACES)
    return Quantity(point, point, point, (checks * (1 / files)).replicates)


@dataclass(frozen=True, slots=True)
class Echo:
    """A kind of event that each file of one trail causes."""

    ordinal: int
    key: EventKey
    per_file: Quantity
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Caused:
    """What the scenario's trails cause in one month: events, and what each trail then delivers."""

    rows: tuple[VolumeRow, ...]
    flows: dict[int, Inflow]


@dataclass(frozen=True, slots=True)
class OwnRecorded:
    """Events of one kind that the scenario's trails cause, as one recorder, by its ordinal, records them."""

    ordinal: int
    key: EventKey
    quantity: Quantity


class OwnEvents:
    """The echoes of a scenario's trails, routed once, for as many months as are asked."""

    def __init__(self, router: Router, measured: Measured) -> None:
        self._router = router
        self.echoes: list[Echo] = []
        self.left_out: list[Echo] = []
        matchers = router.matchers()
        for ordinal, recorder in enumerate(router.recorders):
            if isinstance(recorder, Trail) and recorder.is_logging and router.places[ordinal]:
                # Where a trail delivers is not known and nothing was measured: the estimate says what it leaves out.
                is_known = recorder.bucket.name is not None or bool(measured.own)
                for key, per_file in _echoes_of(recorder, measured):
                    echo = Echo(ordinal, key, per_file, router.deliveries(key, matchers))
                    (self.echoes if is_known else self.left_out).append(echo)
        self._loops = _loops(self.echoes)
        self._deliveries = {echo.key: echo.deliveries for echo in self.echoes}

    def of_month(
        self, recorded: Sequence[Recorded], models: Mapping[tuple[str, str, str], FileModel], growth: Decimal
    ) -> Caused:
        """Return what the trails cause in a month in which measured volumes have grown by *growth*.

        Files cause events, events fill files: repeated until nothing changes by a millionth.
        """
        grown = {_place(part): replace(part, events=part.events * growth) for part in recorded}
        touched = {
            (delivery.ordinal, echo.key.account, echo.key.region, _KIND)
            for echo in self.echoes
            for delivery in echo.deliveries
            if isinstance(self._router.recorders[delivery.ordinal], Trail)
        }
        still = inflows([part for place, part in grown.items() if place not in touched], self._router, models)
        flows = self._flows(still, grown, {}, touched, models, {})
        loops = self._started(flows)
        rows: tuple[VolumeRow, ...] = ()
        for _ in range(_MOST_ROUNDS):
            rows = tuple(
                VolumeRow(echo.key, flows[echo.ordinal].objects.times(echo.per_file))
                for echo in self.echoes
                if echo.ordinal in flows
            )
            after = self._flows(still, grown, self._arriving(rows), touched, models, loops)
            is_settled = all(_is_close(flow.objects, flows[ordinal].objects) for ordinal, flow in after.items())
            flows = after
            if is_settled:
                break
        else:
            # Files only ever grow towards what the slots can hold, so this is a fault of the program.
            raise AssertionError(f"the trails' own deliveries did not settle in {_MOST_ROUNDS} rounds")
        return Caused(tuple(row for row in rows if row.per_month), flows)

    def recorded(self, flows: Mapping[int, Inflow]) -> tuple[OwnRecorded, ...]:
        """Return what each recorder records of the events that a month's *flows* cause."""
        return tuple(
            OwnRecorded(delivery.ordinal, echo.key, caused if delivery.truth is Truth.YES else caused.maybe())
            for echo in self.echoes
            if echo.ordinal in flows and (caused := flows[echo.ordinal].objects.times(echo.per_file))
            for delivery in echo.deliveries
        )

    def _started(self, flows: Mapping[int, Inflow]) -> dict[Place, Truth]:
        """Return the loops that something sets going: a first delivery, by *flows* as they are without any loop."""
        started = {}
        for place, truth in self._loops.items():
            feeding = {echo.ordinal for echo in self.echoes if any(d.ordinal == place[0] for d in echo.deliveries)}
            first = [flows[ordinal].objects for ordinal in {*feeding, place[0]} if ordinal in flows]
            is_sure = any(objects.low for objects in first)
            if any(objects.high for objects in first):
                started[place] = truth if is_sure else min(truth, Truth.MAYBE)
        return started

    def _arriving(self, rows: tuple[VolumeRow, ...]) -> Mapping[Place, Quantity]:
        """Return what each trail receives of the caused events."""
        found: dict[Place, Quantity] = defaultdict(lambda: NOTHING)
        for row in rows:
            for delivery in self._deliveries[row.key]:
                quantity = row.per_month
                if delivery.truth is not Truth.YES:
                    quantity = quantity.maybe()
                place = (delivery.ordinal, row.key.account, row.key.region, _KIND)
                found[place] = found[place] + quantity
        return found

    def _flows(
        self,
        still: Mapping[int, Inflow],
        grown: Mapping[Place, Recorded],
        arriving: Mapping[Place, Quantity],
        touched: set[Place],
        models: Mapping[tuple[str, str, str], FileModel],
        loops: Mapping[Place, Truth],
    ) -> dict[int, Inflow]:
        """Return each trail's inflow; only the places that caused events reach are computed again."""
        result = dict(still)
        for place in sorted(touched):
            ordinal, account, region, kind = place
            part = grown.get(place) or Recorded(ordinal, account, region, kind, NOTHING)
            part = replace(part, events=part.events + arriving.get(place, NOTHING))
            inflow = place_inflow(part, models, loops.get(place, Truth.NO))
            result[ordinal] = result.get(ordinal, Inflow()).plus(inflow)
        return result


_KIND = "CloudTrail"


def _place(part: Recorded) -> Place:
    return (part.ordinal, part.account, part.region, part.kind)


def _is_close(left: Quantity, right: Quantity) -> bool:
    ends = ((left.point, right.point), (left.low, right.low), (left.high, right.high))
    moved = replicates_of_difference(left.replicates, right.replicates)
    return all(abs(a - b) <= SIX_PLACES for a, b in ends) and all(abs(d) <= _NEAR for r in moved for d in r.deviations)


def _echoes_of(trail: Trail, measured: Measured) -> list[tuple[EventKey, Quantity]]:
    """Return the calls that one delivered file of *trail* makes, each with its number."""
    account, region = bucket_place(trail)
    container = f"arn:{partition_of(region)}:s3:::{trail.bucket.name}" if trail.bucket.name else UNKNOWN

    def call(category: EventCategory, source: str, name: str, read_only: bool, resource: Resource | None) -> EventKey:
        return EventKey(
            account,
            region,
            category,
            event_source=source,
            event_name=name,
            event_type="AwsApiCall",
            read_only=read_only,
            resources=(resource,) if resource else UNKNOWN,
            principal=_CLOUDTRAIL,
            is_console=None,
            error_code=None,
            vpc_endpoint_id=None,
            is_global_endpoint=None,
            is_cross_account=None,
        )

    one = Quantity.exact(1)
    stored = Resource("AWS::S3::Object", container)
    echoes = [(call(EventCategory.DATA, "s3.amazonaws.com", "PutObject", False, stored), one)]
    if trail.bucket.has_kms_key:
        key = call(EventCategory.MANAGEMENT, "kms.amazonaws.com", "GenerateDataKey", True, None)
        echoes.append((key, one))
    if measured.checks_per_file:
        key = call(EventCategory.MANAGEMENT, "s3.amazonaws.com", "GetBucketAcl", True, None)
        echoes.append((key, measured.checks_per_file))
    return echoes


def _loops(echoes: Sequence[Echo]) -> dict[Place, Truth]:
    """Return the places where a trail receives what its own deliveries cause, at once or through other trails.

    There every slot has a file for ever: one delivery is the event of the next.
    """
    direct: dict[tuple[int, int], Truth] = {}
    for echo in echoes:
        for delivery in echo.deliveries:
            edge = (echo.ordinal, delivery.ordinal)
            direct[edge] = max(direct.get(edge, Truth.NO), delivery.truth)
    ways = surest_ways(direct)
    loops: dict[Place, Truth] = {}
    for echo in echoes:
        for delivery in echo.deliveries:
            place = (delivery.ordinal, echo.key.account, echo.key.region, _KIND)
            truth = min(delivery.truth, ways.get((delivery.ordinal, echo.ordinal), Truth.NO))
            if delivery.ordinal == echo.ordinal:
                truth = delivery.truth
            loops[place] = max(loops.get(place, Truth.NO), truth)
    return loops


def surest_ways(direct: Mapping[tuple[int, int], Truth]) -> dict[tuple[int, int], Truth]:
    """Return how surely one trail leads to another, at once or through others, from how surely it does at once.

    A way is as sure as the least sure part of it.

    >>> surest_ways({(1, 2): Truth.YES, (2, 3): Truth.MAYBE})[1, 3]
    <Truth.MAYBE: 1>
    """
    # By where they begin: most trails lead to few others, so most of all triples need no look.
    ways: dict[int, dict[int, Truth]] = defaultdict(dict)
    for (start, end), truth in direct.items():
        ways[start][end] = truth
    for middle, onwards in ways.items():
        for reached in ways.values():
            if middle in reached:
                for end, truth in tuple(onwards.items()):
                    reached[end] = max(reached.get(end, Truth.NO), min(reached[middle], truth))
    return {(start, end): truth for start, reached in ways.items() for end, truth in reached.items()}
