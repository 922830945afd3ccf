"""What to know about volumes from server access logs: what was no event, and what may be none."""

from datetime import datetime
from decimal import Decimal

from costplan.model.quantity import Quantity
from costplan.model.unknown import Text
from costplan.model.volumes import VolumeRow, Volumes
from costplan.reports.amounts import count_of, plural

KIND = "access-logs"

_ASIDE = {
    "bucket-operation": "on buckets rather than objects (management events)",
    "copy-source": "the reading half of a copy (one event with its other half)",
    "lifecycle": "by lifecycle rules, left out as asked",
    "redirect": "redirected for good (301)",
}
_NAMED = 5
_OTHER_FILE = "other-file"
_DOUBTS = {
    "s3lifecycle.amazonaws.com": "lifecycle rules: AWS's pages disagree (Q1)",
    "s3-authn-errors.amazonaws.com": "failed authentication: AWS's pages disagree (Q2)",
}
_OTHER_DOUBTS = "other requests of which no page says whether they are recorded"


def access_log_notes(volumes: Volumes) -> list[str]:
    """Return what was set aside, what may not be recorded, and what such logs cannot tell."""
    notes = []
    read = volumes.read
    if read is not None:
        aside = [f"{read.set_aside[word]:,} {said}" for word, said in _ASIDE.items() if read.set_aside.get(word)]
        if aside:
            notes.append(f"set aside, no data events: {'; '.join(aside)}")
        if read.set_aside.get(_OTHER_FILE):
            notes.append(f"no access logs: {plural(read.set_aside[_OTHER_FILE], 'other file')}")
        if read.files_unreadable:
            notes.append(f"damaged: {plural(read.files_unreadable, 'file')}, named on stderr when they were read")
        if read.late:
            notes.append(f"delivered more than six hours after they happened: {plural(read.late, 'line')}")
    later = _begun_later(volumes)
    if later:
        named = sorted(bucket.rpartition(":")[2] for *_, bucket in later)
        shown = ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" if len(named) > _NAMED else "")
        text = "logs begin a day or more after those of other buckets, so they may have been switched on then"
        notes.append(f"{text}; ranges from as if not to as if so: {shown}")
    notes += [f"may not be recorded, up to {events} a month: {what}" for what, events in _doubts(volumes.rows, later)]
    notes.append("access logs come when they can: lines may be hours late, or missing")
    notes.append("counted is what the owner of the buckets gets; a caller of another account gets its own copy (R87)")
    return notes


def _begun_later(volumes: Volumes) -> frozenset[tuple[str, str, str]]:
    """Return the buckets that were observed for less long than others in their account and Region."""
    first: dict[tuple[str, str], datetime] = {}
    parts = [(part, part.observed) for part in volumes.coverage if part.observed and part.container]
    for part, observed in parts:
        place = part.account, part.region
        first[place] = min(observed.start, first.get(place, observed.start))
    later = (part for part, observed in parts if observed.start > first[part.account, part.region])
    return frozenset((part.account, part.region, str(part.container)) for part in later)


def _doubts(rows: tuple[VolumeRow, ...], later: frozenset[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return what may or may not be recorded, in words, with the events a month at most.

    later: buckets whose ranges have another reason too.
    """
    sums: dict[str, Decimal] = {}
    for row in rows:
        resources = row.key.resources if isinstance(row.key.resources, tuple) else ()
        is_later = any((row.key.account, row.key.region, resource.container) in later for resource in resources)
        # What was surely recorded begins above zero, so its range is that of a later beginning.
        if row.per_month.has_band and not (is_later and row.per_month.low):
            what = _doubt(row.key.event_source)
            sums[what] = sums.get(what, Decimal(0)) + row.per_month.high - row.per_month.low
    return [(what, count_of(Quantity.exact(sums[what]))) for what in (*_DOUBTS.values(), _OTHER_DOUBTS) if what in sums]


def _doubt(source: Text) -> str:
    return _DOUBTS.get(source, _OTHER_DOUBTS) if isinstance(source, str) else _OTHER_DOUBTS
