"""The lines of a server access log, as far as costs need them.

A line is space-delimited: bucket owner, bucket, [time], address, requester, request id, operation, key, "request-URI",
status, error code, bytes sent, object size, total time, turn-around time, then what is not looked at: referrer, user
agent and all fields that came later or will come.  A quoted string may hold quotes, escaped or not: it ends at the
first place where a status and the numbers follow, so that what people send in later fields cannot shift these.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from costplan.inputs.volumes.logs.gunzip import DamagedFileError, inflate, is_gzip
from costplan.inputs.volumes.logs.period import slot_of_minute

BLOCK_BYTES = 4 * 2**20
"""About so much text is taken apart at a time: a merge of many files must not fill the memory."""

_TIME = (
    rb"((?:0[1-9]|[12]\d|3[01])/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/\d{4}:[0-2]\d:[0-5]\d):\d\d \+0000"
)
_LINE = (
    rb"^(\S++) (\S++) \[%(time)s\] \S++ %(requester)s \S++ ([A-Za-z0-9_]++\.[A-Za-z0-9_.]++) %(key)s"
    rb' (?:"[^"\n]*+(?:"[^"\n]*+)*?"|-) (\d{3}|-) ([A-Za-z0-9._-]++) [\d-]++ [\d-]++ [\d-]++ [\d-]++(?: .*+|\r?+)$'
)
_WHOLE = rb"(\S++)"
_WITHOUT_SESSION = rb"(arn:aws[a-z-]*+:sts::\d*+:assumed-role/[^/\s]++/|\S++)\S*+"
_WHETHER_A_KEY = rb"(-(?= )|)\S*+"
_PATTERNS = {
    (with_keys, with_sessions): re.compile(
        _LINE
        % {
            b"time": _TIME,
            b"requester": _WHOLE if with_sessions else _WITHOUT_SESSION,
            b"key": _WHOLE if with_keys else _WHETHER_A_KEY,
        },
        re.MULTILINE,
    )
    for with_keys in (False, True)
    for with_sessions in (False, True)
}

_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec"), start=1)
}


class Group(NamedTuple):
    """What lines have in common that are counted together.

    minute: ``05/Oct/2026:00:07``.
    requester: as the log writes it; without sessions an assumed role's ARN ends with the slash before the name of one.
    key: as the log writes it; without keys ``-`` where there is none, and nothing where there is one.
    """

    owner: bytes
    bucket: bytes
    minute: bytes
    requester: bytes
    operation: bytes
    key: bytes
    status: bytes
    error: bytes


def text_of(data: bytes) -> bytes:
    """Return the text of a file's bytes, whatever the file is called.

    Raises:
        DamagedFileError: nothing in it, or damaged gzip.
    """
    if not data:
        raise DamagedFileError("the file is empty", "copy it again")
    return (bytes(inflate(data)) if is_gzip(data) else data).removeprefix(BOM_UTF8)


def blocks_of(text: bytes) -> Iterator[bytes]:
    """Yield a text in blocks of whole lines."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", min(start + BLOCK_BYTES, len(text))) + 1 or len(text)
        yield text[start:end]
        start = end


def count_lines(
    block: bytes, *, with_keys: bool = False, with_sessions: bool = False
) -> tuple[Counter[tuple[bytes, ...]], int]:
    """Return how many lines of a block there are of each ``Group``, and how many are none of a log.

    The groups are plain tuples: an object for each would take longer than all the rest.
    """
    found = _PATTERNS[with_keys, with_sessions].findall(block)
    others = block.count(b"\n") + (block[-1:] not in (b"", b"\n")) - len(found)
    if others:
        others = sum(bool(line.strip()) for line in block.split(b"\n")) - len(found)
    return Counter(found), others


def is_line(line: bytes) -> bool:
    """Whether something is a line of a log."""
    return _PATTERNS[False, False].match(line) is not None


def other_lines(text: bytes) -> Iterator[int]:
    """Yield the numbers of the lines that are none of a log, from 1."""
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip() and not is_line(line):
            yield number


def slot_of(minute: bytes) -> int | None:
    """Return the slot in which a minute lies, or ``None`` if there is no such day or hour.

    >>> slot_of(b"01/Jan/1970:00:09")
    1
    """
    text = minute.decode()
    return slot_of_minute(f"{text[7:11]}-{_MONTHS[text[3:6]]}-{text[:2]}T{text[12:17]}")
