"""The truth about generated logs: what was written, counted while it was written."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Resource(NamedTuple):
    """A resource a data event selector can name.

    container is the bucket ARN of an object, the function ARN, or the table ARN (of a table's stream too).
    """

    type: str
    container: str


class EventKey(NamedTuple):
    """Everything about an event that a selector or a meter can see, with unbounded names cut to containers.

    category: Management, Data or NetworkActivity by AWS's rules, also where the record does not say it.
    read_only: None where the record has no such field.
    resources: sorted; empty for management and network activity events, whose resources no selector sees.
    folder: for S3 object events the object key up to its last slash, with the slash (empty
        for calls that name a prefix of the bucket); else None.
    principal: ``arn:aws:sts::<account>:assumed-role/<role>`` without the session, or the user's ARN.
    console: "true" as in the record, or None.
    """

    account: str
    region: str
    category: str
    event_source: str
    event_name: str
    event_type: str
    read_only: bool | None
    resources: tuple[Resource, ...]
    folder: str | None
    principal: str | None
    principal_type: str | None
    invoked_by: str | None
    console: str | None
    error_code: str | None
    vpc_endpoint_id: str | None
    vpc_endpoint_account_id: str | None

    @property
    def resource_type(self) -> str | None:
        """The type of the first resource."""
        return self.resources[0].type if self.resources else None

    @property
    def resource_container(self) -> str | None:
        """The container of the first resource."""
        return self.resources[0].container if self.resources else None


class FileStats(NamedTuple):
    """Log files of one account, Region and kind: bytes are compressed, raw bytes are not.

    records counts every copy; slots_occupied counts different stamps.
    """

    files: int
    bytes: int
    raw_bytes: int
    records: int
    slots_occupied: int


@dataclass(frozen=True)
class Truth:
    """What was written.

    counts: distinct events by key; raw_bytes: bytes of one record of each of them, as compact JSON.
    multiplicity: how many distinct events were written that many times.
    records: records in all log files, copies included.
    without_category: distinct events whose record has no eventCategory.
    files: by (account, Region, kind), kind being the folder's name; digests are apart.
    slots_observed: 5-minute slots of the period.
    """

    counts: dict[EventKey, int]
    raw_bytes: dict[EventKey, int]
    multiplicity: dict[int, int]
    records: int
    without_category: int
    files: dict[tuple[str, str, str], FileStats]
    slots_observed: int
    digests: int
    digest_bytes: int

    @property
    def distinct(self) -> int:
        """Distinct events."""
        return sum(self.counts.values())

    @property
    def duplicates(self) -> int:
        """Records that are a further copy of an event."""
        return self.records - self.distinct

    @property
    def log_files(self) -> int:
        """Log files, without digests."""
        return sum(stats.files for stats in self.files.values())

    @property
    def log_bytes(self) -> int:
        """Compressed bytes of the log files."""
        return sum(stats.bytes for stats in self.files.values())

    def by(self, *names: str) -> Counter[Any]:
        """Return distinct events by the named fields of the key: a value for one name, else a tuple."""
        totals: Counter[Any] = Counter()
        for key, count in self.counts.items():
            values = tuple(getattr(key, name) for name in names)
            totals[values[0] if len(values) == 1 else values] += count
        return totals

    def total(self, **wanted: object) -> int:
        """Return the distinct events whose key has all *wanted* values."""
        return sum(
            count
            for key, count in self.counts.items()
            if all(getattr(key, name) == value for name, value in wanted.items())
        )

    def as_json(self) -> dict[str, Any]:
        """Return the truth as plain lists and objects, one row per key."""
        events = [
            {**key._asdict(), "resources": [resource._asdict() for resource in key.resources]}
            | {"count": count, "raw_bytes": self.raw_bytes[key]}
            for key, count in sorted(self.counts.items(), key=lambda row: (-row[1], repr(row[0])))
        ]
        files = [
            {"account": account, "region": region, "kind": kind, **stats._asdict()}
            for (account, region, kind), stats in sorted(self.files.items())
        ]
        names = ("distinct", "duplicates", "records", "without_category", "log_files", "log_bytes")
        numbers = {name: getattr(self, name) for name in (*names, "slots_observed", "digests", "digest_bytes")}
        return {**numbers, "multiplicity": self.multiplicity, "events": events, "files": files}


@dataclass
class Tally:
    """The counters behind a ``Truth``, filled by ``iter_files`` and complete when that is exhausted."""

    counts: Counter[EventKey] = field(default_factory=Counter)
    raw_bytes: Counter[EventKey] = field(default_factory=Counter)
    multiplicity: Counter[int] = field(default_factory=Counter)
    without_category: int = 0
    files: dict[tuple[str, str, str], FileStats] = field(default_factory=dict)
    slots_observed: int = 0
    digests: int = 0
    digest_bytes: int = 0

    def add_file(self, where: tuple[str, str, str], size: int, raw: int, records: int, is_new_slot: bool) -> None:
        """Count one log file of *where* = (account, Region, kind)."""
        old = self.files.get(where, FileStats(0, 0, 0, 0, 0))
        added = FileStats(1, size, raw, records, int(is_new_slot))
        self.files[where] = FileStats(*(a + b for a, b in zip(old, added, strict=True)))

    def truth(self) -> Truth:
        """Return what was counted."""
        return Truth(
            counts=dict(self.counts),
            raw_bytes=dict(self.raw_bytes),
            multiplicity=dict(sorted(self.multiplicity.items())),
            records=sum(stats.records for stats in self.files.values()),
            without_category=self.without_category,
            files=dict(self.files),
            slots_observed=self.slots_observed,
            digests=self.digests,
            digest_bytes=self.digest_bytes,
        )
