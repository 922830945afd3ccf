"""The counters of one run, and what they come to: volumes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from costplan.inputs.volumes.logs.coverage import Place, inferred_coverage, recorded_coverage
from costplan.inputs.volumes.logs.deduplication import Deduplicator
from costplan.inputs.volumes.logs.files import LogName
from costplan.inputs.volumes.logs.period import SlotSet, Span, union
from costplan.inputs.volumes.logs.records import Reading, narrow
from costplan.inputs.volumes.logs.statistics import KINDS, FileTally
from costplan.model.events import EventCategory, EventKey
from costplan.model.problems import Location, Problem
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Coverage, Period, ReadSummary, VolumeRow, Volumes

# Coverage speaks of these, so they are counted even where no row keeps them.
_COVERAGE_FIELDS = frozenset({"event_source", "read_only", "resources"})


class KeyTally:
    """The counters of the records of one key."""

    __slots__ = ("account", "by_weekday", "is_first", "kind", "oversize", "raw_bytes", "region")

    def __init__(self, key: EventKey, is_first: Callable[[str], bool]) -> None:
        self.is_first = is_first
        self.account, self.region = key.account, key.region
        self.kind = KINDS[key.category is EventCategory.NETWORK_ACTIVITY]
        self.by_weekday = [0] * 7
        self.raw_bytes = self.oversize = 0


class Tally:
    """Everything that is counted over all files.

    plan: the given one, and what coverage needs.
    occupied: slots in which a place delivered a file or, in files without a stamp, had an event.
    met: places that any file's name shows, those of digests and empty files included.
    """

    def __init__(self, plan: CountPlan) -> None:
        self._asked = plan
        self.plan = CountPlan(plan.fields | _COVERAGE_FIELDS, plan.conditions)
        self.deduplicator = Deduplicator()
        self.files = self.files_unreadable = self.duplicates = self.unreadable = self.without_event_id = 0
        self.set_aside: Counter[str] = Counter()
        self.by_reading: dict[Reading, KeyTally] = {}
        self.occupied: defaultdict[Place, SlotSet] = defaultdict(SlotSet)
        self.met: set[Place] = set()
        self.by_files: defaultdict[tuple[str, str, str], FileTally] = defaultdict(FileTally)
        self._organizations: dict[str, str] = {}

    def counters_of(self, reading: Reading) -> KeyTally:
        """Return the counters of a reading's key; equal readings share them."""
        known = self.by_reading.get(reading)
        if known is None:
            known = self.by_reading[reading] = KeyTally(reading.key, self.deduplicator.events_of(reading.key.account))
        return known

    def meet(self, name: LogName, account: str) -> None:
        """Remember the place and the organization that a file's name tells; the records may tell another *account*."""
        self.met.add((account, name.region))
        if name.organization is not None:
            self._organizations[account] = name.organization

    # ---- what it comes to ----

    def volumes(self, recorded_by: tuple[Recorder, ...], where: Location) -> tuple[Volumes, tuple[Problem, ...]]:
        """Return the volumes, and what about *recorded_by* does not fit the logs."""
        spans = self._spans()
        periods = {place: spans[place].period(self.occupied.get(place)) for place in sorted(spans)}
        coverage, problems = self._coverage(recorded_by, periods, where)
        statistics = tuple(
            tally.statistics(*place_and_kind, spans[place_and_kind[:2]].slots)
            for place_and_kind, tally in sorted(self.by_files.items())
        )
        volumes = Volumes(
            rows=self._rows(spans),
            coverage=coverage,
            conditions=self._asked.conditions,
            kind="cloudtrail-logs",
            read=self._summary(),
            multiplicity=dict(sorted(self.deduplicator.multiplicity().items())),
            files=statistics,
        )
        return volumes, problems

    def _spans(self) -> dict[Place, Span]:
        """Return the observed slots of every place that was met; places of one owner share theirs.

        An owner is an account, or the organization in whose folder the account's files lie.  A place that only odd
        files mention (an empty one without a stamp, a digest) has the span of all files.
        """
        by_owner: dict[str, list[Span]] = defaultdict(list)
        for (account, _), slots in self.occupied.items():
            by_owner[self._owner(account)].append(slots.span)
        if not by_owner:
            return {}
        everything = union([span for spans in by_owner.values() for span in spans])
        counted = {(key.account, key.region) for key in (reading.key for reading in self.by_reading)}
        shared = {owner: union(spans) for owner, spans in by_owner.items()}
        places = self.met | counted | self.occupied.keys()
        return {place: shared.get(self._owner(place[0]), everything) for place in places}

    def _owner(self, account: str) -> str:
        return self._organizations.get(account, account)

    def _rows(self, spans: dict[Place, Span]) -> tuple[VolumeRow, ...]:
        merged: dict[EventKey, list[KeyTally]] = defaultdict(list)
        for reading, tally in self.by_reading.items():
            if any(tally.by_weekday):
                merged[narrow(reading.key, self._asked)].append(tally)
        expansions = {span: span.expansion() for span in set(spans.values())}
        rows = []
        for key in sorted(merged, key=_order):
            tallies = merged[key]
            by_weekday = [sum(counts) for counts in zip(*(tally.by_weekday for tally in tallies), strict=True)]
            per_month = expansions[spans[key.account, key.region]].per_month(by_weekday)
            rows.append(
                VolumeRow(
                    key,
                    Quantity.exact(per_month),
                    count=sum(by_weekday),
                    raw_bytes=sum(tally.raw_bytes for tally in tallies),
                    oversize=sum(tally.oversize for tally in tallies),
                )
            )
        return tuple(rows)

    def _summary(self) -> ReadSummary:
        counts = {reading: sum(tally.by_weekday) for reading, tally in self.by_reading.items()}
        counted = sum(counts.values())
        return ReadSummary(
            files=self.files,
            files_unreadable=self.files_unreadable,
            records=counted + self.duplicates + self.unreadable,
            counted=counted,
            duplicates=self.duplicates,
            unreadable=self.unreadable,
            without_event_id=self.without_event_id,
            set_aside=dict(sorted(self.set_aside.items())),
            inferred_category=sum(count for reading, count in counts.items() if reading.is_category_inferred),
            inferred_read_only=sum(count for reading, count in counts.items() if reading.is_read_only_inferred),
            inferred_account=sum(count for reading, count in counts.items() if reading.is_account_inferred),
            addenda=sum(count for reading, count in counts.items() if reading.is_addendum),
        )

    def _coverage(
        self, recorded_by: tuple[Recorder, ...], periods: dict[Place, Period], where: Location
    ) -> tuple[tuple[Coverage, ...], tuple[Problem, ...]]:
        keys = [reading.key for reading, tally in self.by_reading.items() if any(tally.by_weekday)]
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
