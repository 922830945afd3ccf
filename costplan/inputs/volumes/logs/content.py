"""What is inside a file: the records of a log, or something that is not a log.  Its name does not matter."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError, inflate, is_gzip

DIGEST = "digest"
NOTIFICATION = "notification"
OTHER_JSON = "other-json"


class _Envelope(msgspec.Struct, gc=False):
    Records: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_BOM = b"\xef\xbb\xbf"


NOT_DECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding JSON can raise: not JSON or of another type, no UTF-8, nested too deep."""


class NotALogError(Exception):
    """A file that is sound and holds no log: a digest, a notification, other JSON."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class Content:
    """The records of a file, each as its own exact text.

    is_delivered: whether they stand in ``Records``, as CloudTrail delivers them.
    """

    records: list[msgspec.Raw]
    is_delivered: bool


def decompress(data: bytes) -> bytes | bytearray:
    """Return the JSON text of a file's bytes, whatever the file is called.

    Raises:
        DamagedFileError: nothing in it, or neither gzip nor JSON, or damaged gzip.
    """
    if not data:
        raise DamagedFileError("the file is empty", "copy it again")
    if is_gzip(data):
        data = inflate(data)  # type: ignore[assignment]
        if not data:
            raise DamagedFileError("nothing is in its gzip stream", "copy the file again")
    elif len(data) > MAX_RAW_BYTES:
        what = f"larger than {MAX_RAW_BYTES // 2**20} MiB"
        raise DamagedFileError(what, "CloudTrail's own files hold at most 50 MB; split it if it is a merge of many")
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
    return data


def open_log(text: bytes | bytearray, *, is_named_as_log: bool) -> Content:
    """Return the records in a JSON text: an object with ``Records``, a plain list of events, or a single event.

    Events wrapped by EventBridge or by a search engine are not unwrapped: they are no log of a trail.

    Raises:
        DamagedFileError: not JSON, or a delivered log file without a list of records.
        NotALogError: sound JSON that is something else.
    """
    try:
        records = _ENVELOPE.decode(text).Records
        if records is not msgspec.UNSET:
            return Content(records, True)
    except msgspec.ValidationError:
        pass
    except NOT_DECODABLE as error:
        raise _malformed(text, error) from None
    try:
        value = _ANY.decode(text)
    except NOT_DECODABLE as error:
        raise _malformed(text, error) from None
    if isinstance(value, list) and value:
        return Content(_LIST.decode(text), False)
    if isinstance(value, dict):
        if "Records" in value:
            raise DamagedFileError("its Records are not a list", "copy the file again; events stand in a list")
        if "awsRegion" in value and ("eventSource" in value or "eventType" in value):
            return Content([msgspec.Raw(bytes(text))], False)
    kind = _kind_of(value)
    if kind == OTHER_JSON and is_named_as_log:
        raise DamagedFileError("it has no Records", 'copy the file again; a log file is {"Records": […]}')
    raise NotALogError(kind)


def raw_records(text: bytes | bytearray) -> list[msgspec.Raw]:
    """Return the records of a text that is known to be a log, each as its own exact text."""
    records = _ENVELOPE.decode(text).Records
    return [] if records is msgspec.UNSET else records


def kind_of_foreign(record: msgspec.Raw) -> str:
    """Return what a file is, of whose ``Records`` none is CloudTrail's, by its first."""
    try:
        return _kind_of(_ANY.decode(record))
    except NOT_DECODABLE:
        return OTHER_JSON


def _kind_of(value: Any) -> str:
    if not isinstance(value, dict):
        return OTHER_JSON
    if "digestStartTime" in value:
        return DIGEST
    source = value.get("eventSource") or value.get("EventSource")
    if isinstance(source, str) and source.startswith("aws:"):
        return NOTIFICATION
    # EventBridge wraps what it carries; S3 sends a test when a notification is set up.
    if ("detail-type" in value and "detail" in value) or value.get("Event") == "s3:TestEvent":
        return NOTIFICATION
    return OTHER_JSON


def _malformed(text: bytes | bytearray, error: Exception) -> DamagedFileError:
    """Say where JSON breaks off without quoting any of it."""
    start = bytes(text[:64]).lstrip()[:1]
    if start not in (b"{", b"["):
        return DamagedFileError("neither gzip nor JSON", "give the log files as CloudTrail wrote them")
    if "truncated" in str(error):
        return DamagedFileError(
            f"its JSON is cut off after {len(text)} bytes", "copy the file again", text.count(b"\n") + 1
        )
    match = _AT_BYTE.search(str(error))
    if match is None:
        return DamagedFileError("its JSON cannot be read", "copy the file again")
    at = int(match[1])
    line = text.count(b"\n", 0, at) + 1
    if "trailing" in str(error) and "characters" in str(error):
        what = f"a second JSON value begins at byte {at}"
        return DamagedFileError(what, "a log file is one object; put JSON lines into a list", line)
    return DamagedFileError(f"its JSON is malformed at byte {at}", "copy the file again", line)


def kinds_text(kinds: Counter[str]) -> str:
    """Return counted kinds in words.

    >>> kinds_text(Counter({"digest": 1, "notification": 2}))
    '1 digest, 2 notifications'
    """
    words = {OTHER_JSON: ("other JSON file", "other JSON files")}
    parts = []
    for kind, count in sorted(kinds.items()):
        one, many = words.get(kind, (kind, f"{kind}s"))
        parts.append(f"{count} {one if count == 1 else many}")
    return ", ".join(parts)
