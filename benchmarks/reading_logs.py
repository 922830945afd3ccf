"""The logs that the reading benchmark reads: generated from fixed seeds, kept for the next time, and looked at."""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.generator import Mix, Population, account_ids, write_logs

CLOUDTRAIL_LEVEL = 6
"""Compression level, as of the files that CloudTrail delivers."""

# Two thirds S3 data events, which give a mean event between 1.5 and 1.7 kB.
MIX = Mix(management=22, s3=66, lambda_=6, dynamodb=6, network=0)
REGIONS = (("us-east-1", 1.0), ("eu-west-1", 1.0))
SLOTS_PER_DAY = 288
LARGE, LARGE_HOURS = "large", "large-12-hours"
SMALL, SMALL_ONCE, SMALL_TEN_TIMES = "2-kB-month", "2-kB-10-days", "2-kB-100-days"
"""A month of a trail is read for speed, ten days and ten times as many for memory: what a longer trail has."""

_HOURS = {LARGE: 1, LARGE_HOURS: 12}
_DAYS = {SMALL: 30, SMALL_ONCE: 10, SMALL_TEN_TIMES: 100}


def population(name: str, *, is_quick: bool) -> Population:
    """Return what is generated under *name*: files of several thousand events, or of about eight."""
    if name in _HOURS:
        # From nine to ten a slot has 1.7 times its mean; a slot is a file, but a seventh of them are cut.
        accounts, per_slot = 1 if is_quick else 2, 2_600
        when = {
            "start": datetime(2026, 10, 5, 9, tzinfo=UTC),
            "days": 0,
            "hours": _HOURS[name] // (4 if is_quick else 1) or 1,
            "max_events_per_file": 10_000,
        }
    else:
        accounts, per_slot = 2, 8
        when = {"days": _DAYS[name] // (4 if is_quick else 1), "weekend": 1.0}
    return Population(
        seed=11,
        accounts=account_ids(accounts),
        regions=REGIONS,
        events_per_day=accounts * len(REGIONS) * SLOTS_PER_DAY * per_slot,
        mix=MIX,
        skew=0.5,
        management_trails=2,
        data_trails=2,
        **when,
    )


def generate(name: str, data: Path, *, is_quick: bool) -> Path:
    """Return the folder of the logs *name* in *data*; they are written unless they are there already."""
    described = population(name, is_quick=is_quick)
    folder, stamp = data / name, data / f"{name}.population"
    text = f"{described!r} level {CLOUDTRAIL_LEVEL}\n"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != text:
        stamp.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        write_logs(described, folder, level=CLOUDTRAIL_LEVEL)
        stamp.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Profile:
    """What logs turned out to be; shares are of distinct events, of their sessions and of their objects."""

    files: int
    stored_bytes: int
    raw_bytes: int
    largest_raw_bytes: int
    records: int
    events: int
    s3_data_share: float
    single_session_share: float
    single_object_share: float
    copies: tuple[tuple[int, int], ...]

    def lines(self) -> Iterator[str]:
        """Yield the profile in words."""
        yield (
            f"{self.files:,} files of {self.stored_bytes / self.files:,.0f} bytes"
            f" ({self.raw_bytes / self.files / 1e6:,.3f} MB unpacked), {self.raw_bytes / 1e6:,.0f} MB unpacked in all"
        )
        copies = ", ".join(f"{events:,} met {times} times" for times, events in self.copies)
        yield (
            f"{self.records:,} records of {self.raw_bytes / self.records:,.0f} bytes; {self.events:,} events: {copies}"
        )
        yield (
            f"{self.s3_data_share:.0%} S3 data events; used once: {self.single_session_share:.0%} of the sessions,"
            f" {self.single_object_share:.0%} of the object keys"
        )


def look_at(folder: Path) -> Profile:
    """Return the profile of all logs in *folder*, found with nothing but the standard library."""
    files = stored = raw = largest = s3 = 0
    met: Counter[str] = Counter()
    sessions: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    for path in log_paths(folder):
        data = path.read_bytes()
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        files, stored, raw, largest = files + 1, stored + len(data), raw + len(text), max(largest, len(text))
        for record in json.loads(text)["Records"]:
            event_id = record.get("eventID", "")
            met[event_id] += 1
            if met[event_id] > 1:
                continue
            arn = (record.get("userIdentity") or {}).get("arn") or ""
            if ":assumed-role/" in arn:
                sessions[arn] += 1
            keys = [
                e["ARN"] for e in record.get("resources") or () if e.get("type") == "AWS::S3::Object" and "ARN" in e
            ]
            s3 += is_s3_data(record)
            objects.update(keys)
    return Profile(
        files,
        stored,
        raw,
        largest,
        met.total(),
        len(met),
        s3 / len(met),
        _used_once(sessions),
        _used_once(objects),
        tuple(sorted(Counter(met.values()).items())),
    )


def is_s3_data(record: dict[str, Any]) -> bool:
    """Whether a record is a data event of S3."""
    return record.get("eventCategory") == "Data" and record.get("eventSource", "").startswith("s3")


def log_paths(folder: Path) -> list[Path]:
    """Return the log files in a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.name.endswith((".json", ".json.gz")))


def _used_once(times: Counter[str]) -> float:
    return sum(often == 1 for often in times.values()) / len(times) if times else 0.0
