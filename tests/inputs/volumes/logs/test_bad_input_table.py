"""Bad input as a table: what is in a folder beside good logs, the exact messages, the exact counts, the exit codes."""

import gzip
import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from costplan.cli.app import run
from costplan.inputs.volumes.logs import LogCount, count_logs
from costplan.model.volumes import EVERYTHING

from .building import ACCOUNT, make_object_record, make_record, text_of

pytestmark = pytest.mark.usefixtures("either_loop")

GOOD = f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0010Z_gOoD.json.gz"
BAD = f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0015Z_bAd.json.gz"
_RANDOM = Random(4)
GOOD_RECORDS = [make_object_record(f"claims/{_RANDOM.randbytes(30).hex()}.json") for _ in range(3_000)]
# So large that a small bad file is less than one per cent of the bytes.
GOOD_FILE = gzip.compress(text_of(GOOD_RECORDS))

AGAIN = "copy the file again"
LOG_FORM = 'a log file is {"Records": […]}'

Place = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """What lies beside the good file, and what becomes of it.

    messages: all that is said, without the folder.
    records, counted, duplicates, unreadable: beyond those of the good file.
    files, files_unreadable: beyond the good file; set_aside: of everything.
    code: of the folder; named_code: when the file is named on the command line beside the good one, where it can be.
    """

    beside: Mapping[str, Place]
    messages: tuple[str, ...] = ()
    counted: int = 0
    duplicates: int = 0
    unreadable: int = 0
    files: int = 1
    files_unreadable: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    code: int = 0
    named_code: int | None = 0

    @property
    def records(self) -> int:
        return self.counted + self.duplicates + self.unreadable


def damaged(content: Place, told: str, *, code: int = 0, name: str = BAD, line: str = "") -> Case:
    """A file of which nothing can be read."""
    return Case({name: content}, (f"{name}{line}: {told}",), files_unreadable=1, code=code, named_code=3)


def whole(content: bytes, counted: int, name: str = BAD) -> Case:
    """A file that only looks bad."""
    return Case({name: content}, counted=counted)


def put_aside(content: bytes, kind: str, *messages: str, named_code: int = 3) -> Case:
    """A sound file that is no log."""
    return Case({"other.json": content}, messages, files=0, set_aside={kind: 1}, named_code=named_code)


ONE = make_record()
TEXT = text_of([ONE, make_record(), make_record()])
PACKED = gzip.compress(TEXT)
# 600 kB whose trailer promises 513 MiB, as much as zeros could become.
BOMB = gzip.compress(bytes(1000))[:-8] + bytes(600_000) + struct.pack("<II", 0, 513 * 2**20)
DIGEST = {"awsAccountId": ACCOUNT, "digestStartTime": "2026-10-05T00:00:00Z", "logFiles": []}
NOTIFICATION = {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "s3": {}}]}
NOT_A_LOG = f"JSON, but not a CloudTrail log — set aside; {LOG_FORM} with CloudTrail's records"

CASES = {
    # ---- gzip ----
    "truncated gzip": damaged(PACKED[:-20], f"its gzip stream is cut off — {AGAIN}"),
    "gzip that lacks its last byte": damaged(PACKED[:-1], f"its gzip stream is cut off — {AGAIN}"),
    "a gzip header only": damaged(PACKED[:10], f"its gzip stream is cut off — {AGAIN}"),
    "two gzip members": whole(gzip.compress(TEXT[:200]) + gzip.compress(TEXT[200:]), 3),
    "a corrupt gzip stream": damaged(
        PACKED[:90] + bytes([PACKED[90] ^ 255]) + PACKED[91:], f"its gzip stream is corrupt — {AGAIN}"
    ),
    "bytes after gzip": damaged(
        PACKED + b"tail!", f"its gzip stream is followed by 5 bytes that are not gzip — {AGAIN}"
    ),
    "gzip of an enormous expansion": damaged(
        BOMB,
        "decompresses to more than 512 MiB"
        " — CloudTrail's own files hold at most 50 MB; split it if it is a merge of many",
        code=3,
    ),
    "nothing in gzip": damaged(gzip.compress(b""), f"nothing is in its gzip stream — {AGAIN}"),
    "an empty file": damaged(b"", "the file is empty — copy it again"),
    "not gzip": damaged(b"<html></html>", "neither gzip nor JSON — give the log files as CloudTrail wrote them"),
    "gzip of something else": damaged(
        gzip.compress(b"time,event"), "neither gzip nor JSON — give the log files as CloudTrail wrote them"
    ),
    "JSON that is called gzip": whole(TEXT, 3),
    "gzip that is called JSON": whole(PACKED, 3, BAD.removesuffix(".gz")),
    # ---- JSON ----
    "truncated JSON": damaged(
        gzip.compress(TEXT[:-9]), f"its JSON is cut off after {len(TEXT) - 9} bytes — {AGAIN}", line=":1"
    ),
    "malformed JSON": damaged(
        gzip.compress(b'{"Records":[{"a":tru}]}'), f"its JSON is malformed at byte 18 — {AGAIN}", line=":1"
    ),
    "JSON lines": damaged(
        json.dumps(ONE).encode() + b"\n" + json.dumps(ONE).encode(),
        f"a second JSON value begins at byte {len(json.dumps(ONE)) + 2}"
        " — a log file is one object; put JSON lines into a list",
        line=":2",
    ),
    "JSON that is nested too deep": damaged(
        gzip.compress(b'{"Records":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), f"its JSON cannot be read — {AGAIN}"
    ),
    "a byte order mark": whole(b"\xef\xbb\xbf" + TEXT, 3),
    # ---- records ----
    "Records missing": damaged(gzip.compress(b'{"records":[]}'), f"it has no Records — {AGAIN}; {LOG_FORM}"),
    "Records missing from a file of another name": put_aside(
        b'{"records":[]}', "other-json", f"other.json: {NOT_A_LOG}"
    ),
    "Records not a list": damaged(
        gzip.compress(b'{"Records":{"a":1}}'), f"its Records are not a list — {AGAIN}; events stand in a list"
    ),
    "Records null": damaged(
        gzip.compress(b'{"Records":null}'), f"its Records are not a list — {AGAIN}; events stand in a list"
    ),
    "an empty list of Records": whole(gzip.compress(b'{"Records":[]}'), 0),
    "one bad record among good ones": Case(
        {BAD: gzip.compress(text_of([make_record(), make_record(awsRegion="nowhere"), make_record()]))},
        (f"{BAD}: Records[1]: its awsRegion is not a Region code — not counted",),
        counted=2,
        unreadable=1,
    ),
    "many bad records": Case(
        {
            BAD: gzip.compress(
                text_of([ONE, "text", 7, None, make_record(eventName=["x"]), make_record(eventSource=...)])
            )
        },
        (
            f"{BAD}: Records[1-3]: it is not an object — 3 records are not counted",
            f"{BAD}: Records[4]: its eventName is not a text — not counted",
            f"{BAD}: Records[5]: it has no eventSource — not counted",
        ),
        counted=1,
        unreadable=5,
    ),
    "booleans as strings": whole(
        gzip.compress(text_of([make_record(readOnly="true", managementEvent="false", eventCategory=...)])), 1
    ),
    "booleans that mean nothing": Case(
        {BAD: gzip.compress(text_of([make_record(readOnly="perhaps")]))},
        (f"{BAD}: Records[0]: its readOnly is neither true nor false — not counted",),
        unreadable=1,
    ),
    # ---- files ----
    "the same file twice": Case({BAD: GOOD_FILE}, duplicates=3_000),
    "a renamed copy": Case({"copy (1).json.gz": GOOD_FILE}, duplicates=3_000),
    "a renamed copy beside a damaged one": Case(
        {"copy (1).json.gz": GOOD_FILE, BAD: PACKED[:-20]},
        (f"{BAD}: its gzip stream is cut off — {AGAIN}",),
        duplicates=3_000,
        files=2,
        files_unreadable=1,
        named_code=3,
    ),
    "names that are no CloudTrail names": Case(
        {"events.json": text_of([make_record()]), "täglich/2026.JSON.GZ": gzip.compress(text_of([make_record()]))},
        counted=2,
        files=2,
    ),
    "a name of CloudTrail's with a date that is none": whole(
        PACKED, 3, f"{ACCOUNT}_CloudTrail_eu-west-1_20261399T0010Z_x.json.gz"
    ),
    "files with other endings, and hidden ones": Case(
        {"README.md": b"x", ".a.json": TEXT, ".b/a.json": TEXT}, files=0, named_code=None
    ),
    "an empty folder": Case({"empty": Path.mkdir}, files=0, named_code=None),
    "a digest": put_aside(json.dumps(DIGEST).encode(), "digest", named_code=0),
    "a notification": put_aside(json.dumps(NOTIFICATION).encode(), "notification"),
    "other JSON": put_aside(b'{"name": "x"}', "other-json", f"other.json: {NOT_A_LOG}"),
    "a link to nothing": damaged(
        lambda path: path.symlink_to("nowhere"),
        "cannot be read: No such file or directory — copy the file that it should point to",
    ),
    "a link to itself": damaged(
        lambda path: path.symlink_to(path.name),
        "cannot be read: Too many levels of symbolic links — copy the file that it should point to",
    ),
    "a pipe": Case({BAD: os.mkfifo}, files=0, named_code=3),
}
MISSING = "no such file or folder — check the path"
NAMED_MESSAGES = {
    "a notification": f"other.json: a notification, but not a CloudTrail log — set aside; {LOG_FORM} with"
    " CloudTrail's records",
    # What cannot be found by its name is refused before anything is read.
    "a link to nothing": f"{BAD}: {MISSING}",
    "a link to itself": f"{BAD}: {MISSING}",
    "a pipe": f"{BAD}: neither a file nor a folder — copy what it holds into a file",
}


def put(folder: Path, beside: Mapping[str, Place]) -> None:
    for name, content in beside.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """A folder with one good file."""
    put(tmp_path / "logs", {GOOD: GOOD_FILE})
    monkeypatch.chdir(tmp_path)
    return tmp_path / "logs"


def messages_of(found: LogCount) -> tuple[str, ...]:
    return tuple(str(problem).removeprefix("logs/") for problem in found.problems)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told_and_everything_else_is_counted(logs, capsys, name):
    case = CASES[name]
    put(logs, case.beside)

    found = count_logs(["logs"], EVERYTHING)
    read = found.volumes.read
    assert messages_of(found) == case.messages
    assert (read.records - 3_000, read.counted - 3_000, read.duplicates, read.unreadable) == (
        case.records,
        case.counted,
        case.duplicates,
        case.unreadable,
    )
    assert read.records == read.counted + read.duplicates + read.unreadable
    assert (read.files - 1, read.files_unreadable, read.set_aside) == (
        case.files,
        case.files_unreadable,
        case.set_aside,
    )
    assert found.bytes_unreadable < found.bytes_read

    assert run(["volumes", "logs", "logs"]) == case.code
    out, err = capsys.readouterr()
    assert err == "".join(f"logs/{message}\n" for message in case.messages)
    assert f"{read.records:,} records = {read.counted:,} counted" in out


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.named_code is not None])
def test_a_bad_file_that_is_named_ends_with_3(logs, capsys, name):
    case = CASES[name]
    put(logs, case.beside)

    assert run(["volumes", "logs", f"logs/{GOOD}", *(f"logs/{name}" for name in case.beside)]) == case.named_code
    expected = (NAMED_MESSAGES[name],) if name in NAMED_MESSAGES else case.messages
    assert capsys.readouterr().err == "".join(f"logs/{message}\n" for message in expected)


ALONE = {
    "an empty folder": (
        {},
        "no .json or .gz file in it — name the folder that CloudTrail delivers to: …/AWSLogs",
    ),
    "a folder of other files": (
        {"README.md": b"x"},
        "no .json or .gz file in it — name the folder that CloudTrail delivers to: …/AWSLogs",
    ),
    "a folder without a log": (
        {"digest.json": json.dumps(DIGEST).encode(), "broken.json": b"{"},
        f"no CloudTrail log among 2 files: 1 digest, 1 unreadable file — {LOG_FORM};"
        " CloudTrail delivers them under …/AWSLogs/<account>/CloudTrail/",
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_nothing_readable_ends_with_3(tmp_path, monkeypatch, capsys, name):
    beside, message = ALONE[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    put(tmp_path / "logs", beside)

    assert run(["volumes", "logs", "logs"]) == 3
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == f"logs: {message}"
    assert "0 records" in out
    found = count_logs(["logs"], EVERYTHING)
    assert (found.has_logs, found.volumes.read.records, found.volumes.rows) == (False, 0, ())


def test_more_than_one_per_cent_of_unreadable_bytes_ends_with_3(logs):
    size = len(GOOD_FILE)
    (logs / BAD).write_bytes(b"{" * (size // 100))
    assert run(["volumes", "logs", "logs"]) == 0
    (logs / BAD).write_bytes(b"{" * (size // 98))
    assert run(["volumes", "logs", "logs"]) == 3


def test_a_bad_record_weighs_its_share_of_the_file(logs):
    bad = {"awsRegion": "nowhere"}
    (logs / BAD).write_bytes(gzip.compress(text_of([make_record(**bad), make_record(), make_record(**bad)])))
    found = count_logs(["logs"], EVERYTHING)
    assert found.bytes_unreadable == (logs / BAD).stat().st_size * 2 // 3


def test_every_message_names_a_file_says_what_is_wrong_and_what_to_do():
    told = [message for case in CASES.values() for message in case.messages]
    assert len(told) > 20
    assert all(": " in message and " — " in message for message in told)
