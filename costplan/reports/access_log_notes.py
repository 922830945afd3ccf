"""What to know about volumes from server access logs: what was no event, and what may be none."""

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
    notes += [f"may not be recorded, up to {events} a month: {what}" for what, events in _doubts(volumes.rows)]
    notes.append("access logs come when they can: lines may be hours late, or missing")
    notes.append("counted is what the owner of the buckets gets; a caller of another account gets its own copy (R87)")
    return notes


def _doubts(rows: tuple[VolumeRow, ...]) -> list[tuple[str, str]]:
    """Return what may or may not be recorded, in words, with the events a month at most."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.per_month.has_band:
            what = _doubt(row.key.event_source)
            sums[what] = sums.get(what, Decimal(0)) + row.per_month.high - row.per_month.low
    return [(what, count_of(Quantity.exact(sums[what]))) for what in (*_DOUBTS.values(), _OTHER_DOUBTS) if what in sums]


def _doubt(source: Text) -> str:
    return _DOUBTS.get(source, _OTHER_DOUBTS) if isinstance(source, str) else _OTHER_DOUBTS
