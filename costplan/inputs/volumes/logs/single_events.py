"""Single events of log files, for people to look at: found again by their keys, shown by what may be shown.

What cannot be read is passed over here: counting the same files tells it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from costplan.inputs.volumes.logs.content import NOT_DECODABLE, NotALogError, decompress, open_log
from costplan.inputs.volumes.logs.decoding import RecordDecoder
from costplan.inputs.volumes.logs.folders import find_files
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.names import parse_log_name
from costplan.inputs.volumes.logs.period import slot_of_minute
from costplan.inputs.volumes.logs.records import UnreadableRecordError, event_key
from costplan.model.events import ROUTED_CATEGORIES, EventKey
from costplan.model.matches import SampleEvent
from costplan.model.progress import Progress
from costplan.model.volumes import CountPlan

Report = Callable[[Progress], None]

_SHOWN = CountPlan(frozenset({"event_source", "event_name", "resources", "principal_container"}))


def find_samples(
    paths: Iterable[str | Path],
    plan: CountPlan,
    needed: Mapping[EventKey, int],
    progress: Report | None = None,
) -> dict[EventKey, tuple[SampleEvent, ...]]:
    """Return so many events of each key, the first ones of the files; reading stops when all are found.

    *progress* is called with the files done, and all of them.

    Raises:
        BadInputError: a path does not exist.
    """
    found: defaultdict[EventKey, list[SampleEvent]] = defaultdict(list)
    missing = Counter(dict(needed))
    left = missing.total()
    if left:
        for key, event in iter_events(paths, plan, lambda key: missing[key] > 0, progress):
            found[key].append(event)
            missing[key] -= 1
            left -= 1
            if not left:
                break
    return {key: tuple(events) for key, events in found.items()}


def iter_events(
    paths: Iterable[str | Path],
    plan: CountPlan,
    is_wanted: Callable[[EventKey], bool],
    progress: Report | None = None,
) -> Iterator[tuple[EventKey, SampleEvent]]:
    """Yield key and sample of every event whose key is wanted, copies left out, in the order of the files.

    A key that is not wanted any more is not asked for again.

    Raises:
        BadInputError: a path does not exist.
    """
    known: dict[Hashable, EventKey | None] = {}
    met: set[tuple[str, str]] = set()
    decoder = RecordDecoder(plan)
    files = find_files(paths)
    for done, path in enumerate(files):
        if progress is not None:
            progress(Progress(done, len(files)))
        name = parse_log_name(path)
        account = name.account if name else None
        for raw in _records(path, is_named_as_log=name is not None):
            record = decoder.decode(raw)
            # What does not decode is judged by the slow path, each such record by itself.
            group = None if record is None else decoder.group(record)
            group = group and (group, account)
            key = known[group] if group in known else _key_of(raw, plan, account)
            if key is not None and not is_wanted(key):
                key = None
            if group is not None:
                known[group] = key
            if key is None:
                continue
            event = _sample(msgspec.json.decode(raw), account)
            if (name is None or name.slot is None) and slot_of_minute((event.time or "")[:16]) is None:
                continue
            if event.event_id is not None:
                if (key.account, event.event_id) in met:
                    continue
                met.add((key.account, event.event_id))
            yield key, event


def _records(path: str, *, is_named_as_log: bool) -> list[msgspec.Raw]:
    try:
        return open_log(decompress(Path(path).read_bytes()), is_named_as_log=is_named_as_log).records
    except (OSError, DamagedFileError, NotALogError):
        return []


def _key_of(raw: msgspec.Raw, plan: CountPlan, account: str | None) -> EventKey | None:
    """Return the key of a record that is counted as an event."""
    try:
        key = event_key(msgspec.json.decode(raw), plan, file_account=account)
    except (UnreadableRecordError, *NOT_DECODABLE):
        return None
    return key if key.category in ROUTED_CATEGORIES else None


def _sample(record: Mapping[str, Any], account: str | None) -> SampleEvent:
    """Return what of a record may be shown; its ARNs only as far as their containers."""
    key = event_key(record, _SHOWN, file_account=account)
    resources = key.resources if isinstance(key.resources, tuple) else ()
    containers = dict.fromkeys(r.container for r in resources if isinstance(r.container, str))
    principal = key.principal.container
    time, event_id = record.get("eventTime"), record.get("eventID")
    return SampleEvent(
        time if isinstance(time, str) else None,
        str(key.event_source),
        str(key.event_name),
        tuple(containers),
        principal if isinstance(principal, str) else None,
        event_id if isinstance(event_id, str) and event_id else None,
    )
