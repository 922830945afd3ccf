"""Which buckets, functions and tables would make the bill if their data events were recorded, dearest first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from costplan.engine.covers import cover_of
from costplan.engine.matching import is_own_delivery
from costplan.engine.rating import first_tier_price
from costplan.engine.settling import settled_by
from costplan.model.billing import Meter
from costplan.model.containers import holds_objects, joint_of
from costplan.model.events import EventCategory
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import PriceList
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, Coverage, VolumeRow, Volumes

BASIC_TYPES = ("AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table")
"""The types of which everybody has some: that nothing measured them has to be said."""

_Place = tuple[str, str]
_Name = tuple[str | None, str | None]
"""Resource type and container; ``None`` where the rows do not say."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Events a month, and what recording each of them once costs at list prices (R86).

    is_whole: ``False`` where a part was not measured, or has no list price: there is at least so much.
    """

    events: Quantity = NOTHING
    cost: Quantity = NOTHING
    is_whole: bool = True

    def plus(self, events: Quantity, price: Decimal | None) -> "Costs":
        """Return both together; without a price the cost is only a part."""
        cost = self.cost if price is None else self.cost + events * price
        return Costs(self.events + events, cost, self.is_whole and (price is not None or not events))

    def and_more(self) -> "Costs":
        """Return the same as a part of what there is."""
        return replace(self, is_whole=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A container whose data events could be recorded.

    container: ``None`` for events whose rows do not say theirs: no selector can be written for it.
    is_whole: the container is the ARN of the resource, so nothing follows it.
    is_log_bucket: trails deliver into it.
    places: accounts and Regions that its events happen in.
    """

    resource_type: str | None
    container: str | None
    is_whole: bool
    all_events: Costs
    writes: Costs
    is_log_bucket: bool = False
    places: tuple[_Place, ...] = ()

    def costs(self, *, writes_only: bool) -> Costs:
        """Return what is ranked."""
        return self.writes if writes_only else self.all_events


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Resources of a type that no source could have seen, beside those that are listed.

    others: containers of the type that were measured there.
    price: the dearest list price of an event in these places.
    """

    resource_type: str
    places: tuple[_Place, ...]
    others: int
    price: Decimal | None

    @property
    def settled_by(self) -> str:
        """The command that would measure them."""
        return settled_by(EventCategory.DATA, self.resource_type)


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Candidates, dearest first; log buckets that were left out; what nobody measured."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()
    writes_only: bool = False

    @property
    def named(self) -> tuple[Candidate, ...]:
        """Those that a selector can be written for."""
        return tuple(c for c in self.candidates if c.container is not None and c.resource_type is not None)


@dataclass(slots=True)
class _Sum:
    is_whole: bool = False
    every: Costs = Costs()
    writes: Costs = Costs()
    places: set[_Place] = field(default_factory=set)


@exact_arithmetic()
def shortlist_of(
    sources: Sequence[Volumes],
    prices: PriceList,
    log_buckets: Collection[str] = (),
    *,
    writes_only: bool = False,
    without_log_buckets: bool = False,
) -> Shortlist:
    """Return every container with data events in *sources*, by what recording them would cost a month.

    log_buckets: the names of buckets that trails deliver into; those that CloudTrail itself was seen to write into are
        known without.
    writes_only: rank by what recording the writes alone would cost.
    """
    sums: dict[_Name, _Sum] = defaultdict(_Sum)
    logs: set[str | None] = set()
    for volumes in sources:
        for row in volumes.rows:
            if row.key.category is EventCategory.DATA:
                name = _count(row, sums, prices)
                if is_own_delivery(row.key) is Truth.YES:
                    logs.add(name[1])
        for part in volumes.coverage:
            if part.category is EventCategory.DATA and part.resource_type and part.container:
                # Seen and silent is not the same as not seen.
                named = sums[part.resource_type, part.container]
                named.places.add((part.account, part.region))
                named.is_whole = named.is_whole or not holds_objects(part.resource_type)
    logs.update(name for _, name in sums if name and name.rpartition(":::")[2] in log_buckets)
    known = _Known(sources)
    found = [_candidate(name, one, known, is_log_bucket=name[1] in logs - {None}) for name, one in sums.items()]
    found.sort(key=lambda candidate: _rank(candidate, writes_only=writes_only))
    left_out = tuple(c for c in found if c.is_log_bucket) if without_log_buckets else ()
    kept = tuple(c for c in found if not (c.is_log_bucket and without_log_buckets))
    return Shortlist(kept, left_out, tuple(_unmeasured(sources, known, sums, prices)), writes_only)


class _Known:
    """What sources together could have seen: nothing in places that their samples never drew."""

    def __init__(self, sources: Sequence[Volumes]) -> None:
        self.covers_all = any(volumes.covers_all for volumes in sources)
        self._covers = []
        for volumes in sources:
            never_drawn = volumes.never_drawn
            seen = tuple(part for part in volumes.coverage if (part.account, part.region) not in never_drawn)
            self._covers.append(cover_of(replace(volumes, coverage=seen)))

    def holds(self, place: _Place, of_type: str, container: str | None, *, read_only: bool) -> bool:
        """Whether the reads or the writes of a container, or of all of a type, would have been seen in a place."""
        part = Coverage(*place, EventCategory.DATA, Basis.TYPED, of_type, container, read_only=read_only)
        return self.covers_all or any(cover.holds_all_of(part) for cover in self._covers)


def _candidate(name: _Name, one: _Sum, known: _Known, *, is_log_bucket: bool) -> Candidate:
    of_type, container = name
    places = tuple(sorted(one.places))
    every, writes = one.every, one.writes
    if container is not None and of_type is not None:
        has_reads, has_writes = (
            all(known.holds(place, of_type, container, read_only=flag) for place in places) for flag in (True, False)
        )
        every = every if has_reads and has_writes else every.and_more()
        writes = writes if has_writes else writes.and_more()
    return Candidate(of_type, container, one.is_whole, every, writes, is_log_bucket, places)


def _rank(candidate: Candidate, *, writes_only: bool) -> tuple[object, ...]:
    costs = candidate.costs(writes_only=writes_only)
    names = (candidate.container or "", candidate.resource_type or "")
    return (candidate.container is None, -costs.cost.point, -costs.events.point, *names)


def _count(row: VolumeRow, sums: dict[_Name, _Sum], prices: PriceList) -> _Name:
    key = row.key
    resource = key.main_resource
    of_type = resource.type if resource and isinstance(resource.type, str) else None
    container = resource.container if resource and isinstance(resource.container, str) else None
    one = sums[of_type, container]
    one.is_whole = bool(resource and resource.is_whole)
    price = first_tier_price(Meter.DATA, key.region, prices)
    one.every = one.every.plus(row.per_month, price)
    if key.read_only is not True and key.read_only is not None:
        written = row.per_month.maybe() if key.read_only is UNKNOWN else row.per_month
        one.writes = one.writes.plus(written, price)
    one.places.add((key.account, key.region))
    return of_type, container


def _unmeasured(
    sources: Sequence[Volumes], known: _Known, sums: Mapping[_Name, _Sum], prices: PriceList
) -> Iterator[Unmeasured]:
    """Yield types of which nobody could have seen all resources everywhere."""
    places = sorted({place for volumes in sources for place in volumes.places})
    for of_type in (*BASIC_TYPES, *sorted({t for t, _ in sums if t} - set(BASIC_TYPES))):
        missing = {
            place for place in places if not all(known.holds(place, of_type, None, read_only=f) for f in (True, False))
        }
        if missing:
            beside = [name for (t, name), one in sums.items() if t == of_type and name and one.places & missing]
            listed = [first_tier_price(Meter.DATA, region, prices) for _, region in missing]
            dearest = max((price for price in listed if price is not None), default=None)
            yield Unmeasured(of_type, tuple(sorted(missing)), len(beside), dearest)


def selectors_of(candidates: Sequence[Candidate], *, writes_only: bool = False) -> tuple[AdvancedEventSelector, ...]:
    """Return the advanced event selectors that record the data events of *candidates*, one for each resource type.

    A resource that has no end of names below it (a bucket) is selected by the beginning of its objects' ARNs, a whole
    ARN by itself: another function's may begin alike.
    """
    by_type: dict[str, tuple[list[str], list[str]]] = {}
    for one in candidates:
        if one.resource_type is None or one.container is None:
            continue
        equals, starts = by_type.setdefault(one.resource_type, ([], []))
        if one.is_whole:
            equals.append(one.container)
        else:
            starts.append(one.container + (joint_of(one.resource_type, one.container) or "/"))
    read_only = (FieldSelector("readOnly", equals=("false",)),) if writes_only else ()
    return tuple(
        AdvancedEventSelector(
            (
                FieldSelector("eventCategory", equals=("Data",)),
                FieldSelector("resources.type", equals=(of_type,)),
                *read_only,
                FieldSelector("resources.ARN", equals=tuple(equals), starts_with=tuple(starts)),
            ),
            f"{of_type} {'writes' if writes_only else 'events'}",
        )
        for of_type, (equals, starts) in by_type.items()
    )
