"""Valid log files, damaged at random: nothing breaks, every record is accounted for, and no message tells a secret."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs import LogCount, count_logs
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.inputs.volumes.volumes_writer import write_volumes
from costplan.model.volumes import EVERYTHING, CountPlan
from costplan.reports.volumes_table import render_volumes

from .building import ACCOUNT, STAMPED, make_object_record, make_record, text_of

pytestmark = pytest.mark.usefixtures("either_loop")

KEY, SESSION, PARAMETER, CODE = "qwxzjkvpq1", "zvqkxwjyq2", "xjqzkwvhq3", "kzqxvjwgq4"
SECRETS = (KEY, SESSION, PARAMETER, CODE)
SHORTEST = 6
"""Damage may change one character of a secret, so parts of it are looked for."""

IDENTITY = {
    "type": "AssumedRole",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/etl/{SESSION}",
    "principalId": f"AROAIOSFODNN7EXAMPLE:{SESSION}",
    "accountId": ACCOUNT,
}
RECORDS = [
    make_object_record(f"claims/{KEY}.json", userIdentity=IDENTITY),
    make_object_record(f"claims/{KEY}.csv", eventName="GetObject", readOnly=True, userAgent=PARAMETER),
    make_record(userIdentity=IDENTITY, requestParameters={"token": PARAMETER}, errorMessage=PARAMETER),
    make_record(eventSource="kms.amazonaws.com", eventName="Decrypt", readOnly="true", errorCode=CODE),
    make_record(eventCategory="NetworkActivity", eventType="AwsVpceEvent", readOnly=..., vpcEndpointId="vpce-0example"),
    make_record(eventCategory=..., eventVersion="1.05", sharedEventID=PARAMETER, additionalEventData={"x": PARAMETER}),
]
TEXT = text_of(RECORDS)
PACKED = gzip.compress(TEXT)
NAMES = st.sampled_from([STAMPED.replace("aBc", "xYz"), "events.json"])
PLANS = st.sampled_from([EVERYTHING, CountPlan(frozenset())])


@st.composite
def damaged_bytes(draw: st.DrawFn, sound: bytes) -> bytes:
    """Some bytes flipped, cut out, put in, doubled."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["flip", "replace", "cut", "end", "insert", "double"])):
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
            case "replace":
                # What JSON is made of does more harm than other bytes.
                content[at : at + 1] = draw(st.sampled_from([b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\0"]))
            case "cut":
                del content[at : at + draw(st.integers(1, 200))]
            case "end":
                del content[at:]
            case "insert":
                content[at:at] = draw(st.binary(max_size=12))
            case _:
                content[at:at] = content[at : at + draw(st.integers(1, 300))]
    return bytes(content)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "true", "9999-12-31T23:59:59Z", "arn:aws:s3:::", "us-east-1", "Insight", "\ud800", "a\0b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places_in(each, (*path, key)))]


PLACES = places_in({"Records": RECORDS})


@st.composite
def swapped_types(draw: st.DrawFn) -> bytes:
    """Some values replaced by others, of other types too."""
    document: Any = json.loads(TEXT)
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(PLACES[1:]))
        target = document
        for key in parents:
            target = target[key] if _has(target, key) else None
        if _has(target, last):
            target[last] = draw(VALUES)
    return json.dumps(document).encode()


def _has(value: Any, key: Any) -> bool:
    return (isinstance(value, dict) and key in value) or (
        isinstance(value, list) and isinstance(key, int) and key < len(value)
    )


def check(found: LogCount, folder: Path) -> None:
    read = found.volumes.read
    assert read.records == read.counted + read.duplicates + read.unreadable
    assert read.counted == sum(row.count for row in found.volumes.rows)
    assert read.counted == sum(found.volumes.multiplicity.values()) + read.without_event_id
    assert read.counted + read.duplicates >= len(RECORDS)
    assert found.bytes_unreadable <= found.bytes_read
    told = "\n".join(map(str, found.problems)).replace(str(folder), "")
    for secret in SECRETS:
        assert not any(secret[at : at + SHORTEST] in told for at in range(len(secret) - SHORTEST + 1)), told
    # What was counted can be kept and shown.
    write_volumes(found.volumes, folder / "volumes.json")
    assert read_volumes(folder / "volumes.json").read == read
    assert render_volumes(found.volumes, 100)


def count_beside_a_good_file(folder: Path, name: str, content: bytes, plan: CountPlan) -> LogCount:
    logs = folder / "logs"
    logs.mkdir()
    (logs / STAMPED).write_bytes(PACKED)
    (logs / name).write_bytes(content)
    found = count_logs([logs], plan)
    check(found, folder)
    return found


@settings(max_examples=250)
@given(NAMES, PLANS, damaged_bytes(PACKED))
def test_damaged_gzip(tmp_path_factory, name, plan, content):
    count_beside_a_good_file(tmp_path_factory.mktemp("fuzz"), name, content, plan)


@settings(max_examples=400)
@given(NAMES, PLANS, damaged_bytes(TEXT))
def test_damaged_json(tmp_path_factory, name, plan, content):
    count_beside_a_good_file(tmp_path_factory.mktemp("fuzz"), name, content, plan)


@settings(max_examples=500)
@given(NAMES, PLANS, swapped_types())
def test_values_of_other_types(tmp_path_factory, name, plan, content):
    count_beside_a_good_file(tmp_path_factory.mktemp("fuzz"), name, content, plan)


@pytest.mark.parametrize("value", [None, 7, -1.5, True, "", "x", [], {}, [{}], {"a": [1]}], ids=repr)
def test_any_one_value_of_another_type(tmp_path, value):
    unreadable = set()
    for number, (*parents, last) in enumerate(PLACES[1:]):
        document: Any = json.loads(TEXT)
        target = document
        for key in parents:
            target = target[key]
        target[last] = value
        folder = tmp_path / str(number)
        folder.mkdir()
        found = count_beside_a_good_file(folder, "events.json", json.dumps(document).encode(), EVERYTHING)
        unreadable.add(found.volumes.read.unreadable)
    # Some fields make no difference, some cost their record; more than that is never lost.
    assert unreadable == {0, 1} or value is None


def test_the_secrets_would_be_found_in_a_message():
    assert all(secret in TEXT.decode() for secret in SECRETS)
    assert len(PLACES) > 100
