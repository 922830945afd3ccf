"""The counts of all units together, and what they come to: volumes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from costplan.inputs.volumes.logs.catalog import Place
from costplan.inputs.volumes.logs.coverage import inferred_coverage, recorded_coverage
from costplan.inputs.volumes.logs.edges import PlainIds, Tail
from costplan.inputs.volumes.logs.interruptions import switched
from costplan.inputs.volumes.logs.period import Span, union
from costplan.inputs.volumes.logs.records import narrow
from costplan.inputs.volumes.logs.scanning import OVERSIZE_BYTES
from costplan.inputs.volumes.logs.unit_count import KeyTally, UnitCount
from costplan.model.events import EventCategory, EventKey
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import Location, Problem
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Coverage, Period, ReadSummary, Sampling, VolumeRow, Volumes

# Coverage speaks of these, so they are counted even where no row keeps them.  Where no row keeps resources, no data
# event counts as covered.
_COVERAGE_FIELDS = frozenset({"event_source", "read_only"})


def counted_plan(plan: CountPlan) -> CountPlan:
    """Return the plan by which records are read: the given one, and what coverage needs."""
    return CountPlan(plan.fields | _COVERAGE_FIELDS, plan.conditions, plan.counts_bytes)


class Tally:
    """Everything that is counted, over all units, which are added place by place in the order of delivery.

    problems: of all files; named_bad: files that the caller named itself and that are damaged or no logs.
    foreign_files: how many files are no logs, by kind.
    """

    def __init__(self, plan: CountPlan) -> None:
        self._asked = plan
        self.total = UnitCount()
        self._place: Place | None = None
        self._last: int | None = None
        self._open = Tail()
        self._late: dict[str, int] = {}

    # ---- adding ----

    def add(self, place: Place, unit: UnitCount) -> None:
        """Add a unit; copies of events that the unit before counted are taken back."""
        if place != self._place:
            self.settle()
            self._place = place
        self._join(unit)
        total = self.total
        for reading, tally in unit.by_reading.items():
            known = total.by_reading.get(reading)
            if known is None:
                total.by_reading[reading] = tally
            else:
                known.add(tally)
        for name in _SUMS:
            setattr(total, name, getattr(total, name) + getattr(unit, name))
        for counter, more in (
            (total.set_aside, unit.set_aside),
            (total.foreign_files, unit.foreign_files),
            (total.multiplicity, unit.multiplicity),
        ):
            counter.update(more)  # type: ignore[arg-type]
        for where, slots in unit.occupied.items():
            total.occupied[where].update(slots)
        for kind, files in unit.by_files.items():
            total.by_files[kind].update(files)
        total.met |= unit.met
        total.organizations |= unit.organizations
        total.problems += unit.problems
        total.named_bad += unit.named_bad

    def _join(self, unit: UnitCount) -> None:
        """Find the copies on both sides of the cut, and settle how often events were met."""
        edges, times = unit.edges, unit.multiplicity
        is_next = edges.first is not None and self._last is not None and edges.first <= self._last + 1
        before = self._open if is_next else Tail()
        head, late = edges.head, PlainIds(edges.late)
        times.update(self._open.multiplicity())
        for event_id, (earlier, index) in before.common(head.ids).items():
            _take_back(unit, head.tallies[index], head.weekdays[index], head.sizes[index])
            times[earlier] -= 1
            often = head.times.get(event_id)
            if often is None:
                edges.tail.add(event_id, earlier)
            else:
                times[often] -= 1
                times[often + earlier] += 1
        met_before = before.common(late)
        for event_id, met in edges.late.items():
            earlier = met_before[event_id][0] if event_id in met_before else 0
            known = self._late.get(event_id, 0)
            if earlier or known:
                _take_back(unit, met.tally, met.weekday, met.size)
            times[earlier] -= bool(earlier)
            self._late[event_id] = known + earlier + met.times
        self._open = edges.tail
        if edges.first is not None:
            self._last = edges.last

    def settle(self) -> None:
        """Close the place that was read last: no more copies of its events will come."""
        self.total.multiplicity.update(self._open.multiplicity())
        self.total.multiplicity.update(self._late.values())
        self._open, self._late, self._last = Tail(), {}, None

    # ---- what it comes to ----

    def volumes(
        self,
        recorded_by: tuple[Recorder, ...],
        where: Location,
        *,
        rows: tuple[VolumeRow, ...] | None = None,
        sampling: Sampling | None = None,
    ) -> tuple[Volumes, tuple[Problem, ...]]:
        """Return the volumes, and what about *recorded_by* does not fit the logs.

        rows, sampling: what a sample was expanded to; by default everything was counted.
        """
        self.settle()
        total = self.total
        spans = self.spans()
        periods = {place: spans[place].period(total.occupied.get(place)) for place in sorted(spans)}
        coverage, problems = self._coverage(recorded_by, periods, where)
        if sampling is not None:
            coverage = self._seen(coverage)
        statistics = tuple(
            tally.statistics(*place_and_kind, spans[place_and_kind[:2]].slots)
            for place_and_kind, tally in sorted(total.by_files.items())
        )
        volumes = Volumes(
            rows=self._rows(spans) if rows is None else rows,
            coverage=coverage,
            conditions=self._asked.conditions,
            kind="cloudtrail-logs",
            read=self._summary(),
            multiplicity={times: many for times, many in sorted(total.multiplicity.items()) if many},
            files=statistics,
            sampling=sampling,
        )
        return volumes, (*problems, *switched(total.occupied, spans, where))

    def spans(self) -> dict[Place, Span]:
        """Return the observed slots of every place that was met; places of one owner share theirs.

        An owner is an account, or the organization in whose folder the account's files lie.  A place that only odd
        files mention (an empty one without a stamp, a digest) has the span of all files.
        """
        by_owner: dict[str, list[Span]] = defaultdict(list)
        for (account, _), slots in self.total.occupied.items():
            by_owner[self._owner(account)].append(slots.span)
        if not by_owner:
            return {}
        everything = union([span for spans in by_owner.values() for span in spans])
        counted = {(key.account, key.region) for key in (reading.key for reading in self.total.by_reading)}
        shared = {owner: union(spans) for owner, spans in by_owner.items()}
        places = self.total.met | counted | self.total.occupied.keys()
        return {place: shared.get(self._owner(place[0]), everything) for place in places}

    def _owner(self, account: str) -> str:
        return self.total.organizations.get(account, account)

    def _rows(self, spans: dict[Place, Span]) -> tuple[VolumeRow, ...]:
        expansions = {span: span.expansion() for span in set(spans.values())}
        rows = []
        with exact_arithmetic():
            for key, tally in summed_by_key(self.total, self._asked):
                per_month = expansions[spans[key.account, key.region]].per_month(tally.by_weekday)
                raw_bytes = tally.raw_bytes if self._asked.counts_bytes else None
                rows.append(VolumeRow(key, Quantity.exact(per_month), sum(tally.by_weekday), raw_bytes, tally.oversize))
        return tuple(rows)

    def _summary(self) -> ReadSummary:
        counts = {reading: sum(tally.by_weekday) for reading, tally in self.total.by_reading.items()}
        counted, total = sum(counts.values()), self.total
        return ReadSummary(
            files=total.files,
            files_unreadable=total.files_unreadable,
            records=counted + total.duplicates + total.unreadable,
            counted=counted,
            duplicates=total.duplicates,
            unreadable=total.unreadable,
            without_event_id=total.without_event_id,
            set_aside=dict(sorted(total.set_aside.items())),
            inferred_category=sum(count for reading, count in counts.items() if reading.is_category_inferred),
            inferred_read_only=sum(count for reading, count in counts.items() if reading.is_read_only_inferred),
            inferred_account=sum(count for reading, count in counts.items() if reading.is_account_inferred),
            addenda=sum(count for reading, count in counts.items() if reading.is_addendum),
            late=total.late,
        )

    def _seen(self, coverage: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
        """Return what of a coverage a sample saw at least once: what it did not see may be there all the same."""
        seen: set[tuple[str, str, EventCategory, object]] = set()
        for reading, tally in self.total.by_reading.items():
            key = reading.key
            if any(tally.by_weekday):
                types = [r.type for r in key.resources] if isinstance(key.resources, tuple) else []
                seen.update((key.account, key.region, key.category, of_type) for of_type in (None, *types))
        return tuple(c for c in coverage if (c.account, c.region, c.category, c.resource_type) in seen)

    def _coverage(
        self, recorded_by: tuple[Recorder, ...], periods: dict[Place, Period], where: Location
    ) -> tuple[tuple[Coverage, ...], tuple[Problem, ...]]:
        keys = [reading.key for reading, tally in self.total.by_reading.items() if any(tally.by_weekday)]
        if not recorded_by:
            return inferred_coverage(keys, periods), ()
        coverage, problems = recorded_coverage(recorded_by, periods)
        claimed = {(part.account, part.region, part.category) for part in coverage}
        beyond = [key for key in keys if (key.account, key.region, key.category) not in claimed]
        if not beyond:
            return coverage, problems
        # Seen is seen: what another trail delivered is covered as far as it shows.
        notice = Problem(
            where,
            f"holds events that none of the given trails records: {_kinds_text(beyond)}",
            "another trail delivers here too: give its configuration as well",
        )
        return (*coverage, *inferred_coverage(beyond, periods)), (*problems, notice)


def _kinds_text(keys: Iterable[EventKey]) -> str:
    found = sorted({f"{key.category.value} in {key.account} {key.region}" for key in keys})
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _order(key: EventKey) -> tuple[str, ...]:
    """Return what rows are sorted by: one text for each field, since fields mix texts, None and UNKNOWN."""
    return (
        key.account,
        key.region,
        key.category.value,
        *map(
            str,
            (
                key.event_source,
                key.event_name,
                key.event_type,
                key.read_only,
                key.resources,
                key.principal,
                key.is_console,
                key.error_code,
                key.vpc_endpoint_id,
                key.vpc_endpoint_account,
                key.is_global_endpoint,
                key.is_cross_account,
            ),
        ),
    )


_SUMS = (
    "files",
    "log_files",
    "files_unreadable",
    "duplicates",
    "unreadable",
    "without_event_id",
    "late",
    "forgotten",
    "objects",
    "records_met",
    "bytes_read",
    "bytes_unreadable",
)


def summed_by_key(count: UnitCount, plan: CountPlan) -> Iterator[tuple[EventKey, KeyTally]]:
    """Yield the keys of everything counted, in the order of rows, with their counters."""
    merged: dict[EventKey, list[KeyTally]] = defaultdict(list)
    for reading, tally in count.by_reading.items():
        if any(tally.by_weekday):
            merged[narrow(reading.key, plan)].append(tally)
    for key in sorted(merged, key=_order):
        yield key, _sum_of(merged[key])


def _sum_of(tallies: list[KeyTally]) -> KeyTally:
    """Return the counters of several readings of one key."""
    if len(tallies) == 1:
        return tallies[0]
    first = tallies[0]
    whole = KeyTally(first.account, first.region, first.kind)
    for tally in tallies:
        whole.add(tally)
    return whole


def _take_back(unit: UnitCount, tally: KeyTally, weekday: int, size: int) -> None:
    """Turn an event that was counted into a copy of one that was counted before."""
    tally.by_weekday[weekday] -= 1
    tally.raw_bytes -= size
    tally.oversize -= size > OVERSIZE_BYTES
    unit.duplicates += 1
