"""Volumes as the text of a volumes file: JSON, one row on a line."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from costplan.inputs.volumes.volumes_replicates import (
    Kept,
    check_designs,
    counted_per_month,
    encode,
    kept_replicates,
    replicates_head,
    sampling_entry,
)
from costplan.inputs.volumes.volumes_shape import FORMAT
from costplan.model.containers import holds_objects
from costplan.model.events import EventKey, Principal, Resource
from costplan.model.problems import CostplanError
from costplan.model.selectors import FieldSelector
from costplan.model.unknown import UNKNOWN, Except
from costplan.model.volumes import Billed, Coverage, FileStatistics, ReadSummary, Sampling, VolumeRow, Volumes

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")
_READ_IF_ANY = ("inferred_category", "inferred_read_only", "inferred_account", "addenda", "late")
_EVENT_FIELDS = (
    ("event_source", "event_source"),
    ("event_name", "event_name"),
    ("event_type", "event_type"),
    ("read_only", "read_only"),
)
_LATE_FIELDS = (
    ("console", "is_console"),
    ("error_code", "error_code"),
    ("vpc_endpoint_id", "vpc_endpoint_id"),
    ("vpc_endpoint_account", "vpc_endpoint_account"),
    ("global_endpoint", "is_global_endpoint"),
    ("cross_account", "is_cross_account"),
)


def write_volumes(volumes: Volumes, path: str | Path) -> None:
    """Write *volumes* to a file.

    Raises:
        CostplanError: the file cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(volumes))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CostplanError(f"{path}: cannot be written: {reason} — check the folder and its permissions") from None


def format_volumes(volumes: Volumes) -> str:
    """Return the text of a volumes file."""
    return "".join(_lines(volumes))


def is_whole_by_default(resource_type: object, container: object) -> bool:
    """Whether a container is taken for the whole ARN where a file does not say."""
    is_session = isinstance(container, str) and ":assumed-role/" in container
    return isinstance(container, str) and not is_session and not holds_objects(resource_type)


def _lines(volumes: Volumes) -> Iterator[str]:
    yield f'{{\n  "format": {_json(FORMAT)}'
    source = _source(volumes)
    if source:
        yield f',\n  "source": {_json(source)}'
    if volumes.covers_all:
        yield ',\n  "covers_all": true'
    if volumes.coverage or not volumes.covers_all:
        yield from _list("coverage", map(_coverage, volumes.coverage))
    if volumes.conditions:
        conditions = ({"field": c.field, "operator": c.operator, "value": c.value} for c in volumes.conditions)
        yield from _list("conditions", conditions)
    yield from _list("events", map(_row, volumes.rows))
    if volumes.files:
        yield from _list("files", map(_files, volumes.files))
    check_designs(volumes)
    if volumes.sampling is not None:
        yield from _replicates(volumes.sampling, kept_replicates(volumes, volumes.sampling))
    if volumes.further_samples:
        yield from _list("further_samples", (_further(volumes, sampling) for sampling in volumes.further_samples))
    yield "\n}\n"


def _json(value: Any) -> str:
    return _ENCODER.encode(value).decode()


def _list(name: str, elements: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    yield f',\n  "{name}": ['
    separator = "\n    "
    for element in elements:
        yield separator + _json(element)
        separator = ",\n    "
    yield "]" if separator == "\n    " else "\n  ]"


def _replicates(sampling: Sampling, kept: Kept) -> Iterator[str]:
    """Yield ``replicates``, the numbers of one row on a line."""
    yield f',\n  "replicates": {_json(replicates_head(sampling))[:-1]}, "rows": {{'
    separator = "\n    "
    for position, deviations in kept.rows.items():
        yield f'{separator}"{position}":"{encode(deviations)}"'
        separator = ",\n    "
    yield "}" if separator == "\n    " else "\n  }"
    if kept.rest:
        rest = ({"rows": one.rows, "deviations": encode(one.deviations)} for one in kept.rest)
        yield from _list("rest", rest)
    yield "}"


def _further(volumes: Volumes, sampling: Sampling) -> dict[str, Any]:
    kept = kept_replicates(volumes, sampling)
    replicates = replicates_head(sampling) | {"rows": {str(n): encode(found) for n, found in kept.rows.items()}}
    if kept.rest:
        replicates["rest"] = [{"rows": one.rows, "deviations": encode(one.deviations)} for one in kept.rest]
    return {"sampling": sampling_entry(sampling), "replicates": replicates}


def _source(volumes: Volumes) -> dict[str, Any]:
    source: dict[str, Any] = {"kind": volumes.kind}
    if volumes.read is not None:
        source["read"] = _read(volumes.read)
    if volumes.multiplicity:
        source["multiplicity"] = _multiplicity(volumes.multiplicity)
    if volumes.sampling is not None:
        source["sampling"] = sampling_entry(volumes.sampling)
    if volumes.changes:
        source["changes"] = volumes.changes
    if volumes.billed:
        source["billed"] = [_billed(billed) for billed in volumes.billed]
    return {} if source == {"kind": "typed"} else source


def _billed(billed: Billed) -> dict[str, Any]:
    entry = {"account": billed.account, "region": billed.region, "usage_type": billed.usage_type}
    if billed.resource is not None:
        entry["resource"] = billed.resource
    return entry | {"amount": f"{billed.amount:f}", "per_month": _six_places(billed.per_month)}


def _read(read: ReadSummary) -> dict[str, Any]:
    entry = {name: getattr(read, name) for name in ReadSummary.__dataclass_fields__}
    return {name: value for name, value in entry.items() if value or name not in _READ_IF_ANY}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "account": coverage.account,
        "region": coverage.region,
        "category": coverage.category,
        "resource_type": coverage.resource_type,
        "container": coverage.container,
        "event_source": coverage.event_source,
        "read_only": coverage.read_only,
        "fields": {field.field: _operators(field) for field in coverage.fields} or None,
        "basis": coverage.basis,
    }
    if coverage.observed is not None:
        entry["observed"] = {
            "start": _time(coverage.observed.start),
            "end": _time(coverage.observed.end),
            "hours": coverage.observed.hours,
            "gap_hours": coverage.observed.gap_hours,
        }
    return {name: value for name, value in entry.items() if value is not None}


def _operators(field: FieldSelector) -> dict[str, Any]:
    return {name: getattr(field, name) for name in _OPERATORS if getattr(field, name)}


def _time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _row(row: VolumeRow) -> dict[str, Any]:
    key = row.key
    entry: dict[str, Any] = {"account": key.account, "region": key.region, "category": key.category}
    entry |= _known(key, _EVENT_FIELDS)
    if key.resources is not UNKNOWN:
        entry["resources"] = [_resource(resource) for resource in key.resources]
    if key.principal != Principal():
        entry["principal"] = _principal(key.principal)
    entry |= _known(key, _LATE_FIELDS)
    if row.count is not None:
        entry["count"] = row.count
    entry["per_month"] = _six_places(row.per_month.point)
    if row.per_month.has_band:
        entry["per_month_low"] = _six_places(row.per_month.low)
        entry["per_month_high"] = _six_places(row.per_month.high)
    if row.per_month.is_sampled:
        entry["counted_per_month"] = _six_places(counted_per_month(row.per_month))
    if row.raw_bytes is not None:
        entry["raw_bytes"] = row.raw_bytes
    if row.oversize:
        entry["oversize"] = row.oversize
    return entry


def _known(holder: EventKey | Principal, names: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return the fields that are not unknown, under their names in files."""
    entry: dict[str, Any] = {}
    for name, attribute in names:
        value = getattr(holder, attribute)
        if isinstance(value, Except):
            entry[name] = {"not": sorted(value.values)}
        elif value is not UNKNOWN:
            entry[name] = value
    return entry


def _resource(resource: Resource) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if resource.type is not UNKNOWN:
        entry["type"] = resource.type
    if resource.container is not UNKNOWN:
        entry["container"] = resource.container
    if resource.is_whole != is_whole_by_default(resource.type, resource.container):
        entry["whole"] = resource.is_whole
    entry["answers"] = resource.answers
    return entry


def _principal(principal: Principal) -> dict[str, Any]:
    entry = _known(principal, (("container", "container"),))
    if principal.is_whole != is_whole_by_default(None, principal.container):
        entry["whole"] = principal.is_whole
    entry |= _known(principal, (("type", "type"), ("invoked_by", "invoked_by")))
    entry["answers"] = principal.answers
    return entry


def _files(files: FileStatistics) -> dict[str, Any]:
    names = ("account", "region", "kind", "files", "bytes", "events", "slots_occupied", "slots_observed")
    entry: dict[str, Any] = {name: getattr(files, name) for name in names}
    if files.bytes_per_file is not None and files.bytes_per_event is not None:
        entry["fit"] = {"bytes_per_file": files.bytes_per_file, "bytes_per_event": files.bytes_per_event}
    if files.size_histogram:
        entry["size_histogram"] = dict(files.size_histogram)
    if files.multiplicity:
        entry["multiplicity"] = _multiplicity(files.multiplicity)
    return entry


def _multiplicity(multiplicity: Mapping[int, int]) -> dict[str, int]:
    return {str(times): events for times, events in sorted(multiplicity.items())}


def _six_places(value: Decimal) -> str:
    """Return a number in plain digits, without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
