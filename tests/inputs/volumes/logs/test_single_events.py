"""Single events are found again by their keys, and show nothing that is private."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.single_events import find_samples, iter_events
from costplan.model.events import EventCategory, EventKey
from costplan.model.matches import SampleEvent
from costplan.model.problems import BadInputError
from costplan.model.volumes import EVERYTHING
from tests.generator import Population, account_ids, write_logs
from tests.inputs.volumes.logs.building import (
    ACCOUNT,
    OTHER_ACCOUNT,
    STAMPED,
    make_object_record,
    make_record,
    write_log,
)


def every(path: Path) -> list[tuple[EventKey, SampleEvent]]:
    return list(iter_events([path], EVERYTHING, lambda _: True))


def names(path: Path) -> list[str]:
    return [event.event_name for _, event in every(path)]


def test_an_event_is_shown_by_time_source_name_containers_principal_and_id(tmp_path: Path) -> None:
    write_log(tmp_path / STAMPED, [make_object_record(eventID="11111111-2222-3333-4444-555555555555")])

    ((key, event),) = every(tmp_path)
    assert key.category is EventCategory.DATA
    assert event == SampleEvent(
        time="2026-10-05T00:07:30Z",
        event_source="s3.amazonaws.com",
        event_name="PutObject",
        containers=("arn:aws:s3:::amzn-s3-demo-lake",),
        principal=f"arn:aws:sts::{ACCOUNT}:assumed-role/etl",
        event_id="11111111-2222-3333-4444-555555555555",
    )


def test_no_object_key_no_session_and_nothing_else_of_the_record_is_shown(tmp_path: Path) -> None:
    write_log(tmp_path / STAMPED, [make_object_record(key="secret-key"), make_record()])

    found = json.dumps([asdict(event) for _, event in every(tmp_path)])
    assert "amzn-s3-demo-lake" in found
    for private in ("secret-key", "session", "AROA", "192.0.2.1", "t3.micro"):
        assert private not in found


def test_an_event_without_resources_or_caller_shows_none(tmp_path: Path) -> None:
    write_log(tmp_path / STAMPED, [make_record(userIdentity={"type": "AWSService"}, eventID=...)])

    ((_, event),) = every(tmp_path)
    assert (event.containers, event.principal, event.event_id) == ((), None, None)


def test_copies_are_shown_once_but_not_events_of_two_accounts(tmp_path: Path) -> None:
    one = make_record()
    write_log(tmp_path / STAMPED, [one, one, one | {"recipientAccountId": OTHER_ACCOUNT}])
    assert [key.account for key, _ in every(tmp_path)] == [ACCOUNT, OTHER_ACCOUNT]


@pytest.mark.parametrize(
    "left_out",
    [
        make_record(eventName="Bad", awsRegion="nowhere"),
        make_record(eventName="Bad", eventSource=7),
        make_record(eventName="Bad", eventCategory="Insight"),
        "no record",
    ],
    ids=["unreadable", "wrong type", "set aside", "text"],
)
def test_what_is_not_counted_is_not_shown(left_out: object, tmp_path: Path) -> None:
    write_log(tmp_path / STAMPED, [make_record(eventName="Before"), left_out, make_record(eventName="After")])
    assert names(tmp_path) == ["Before", "After"]


def test_a_record_without_a_time_is_shown_only_where_the_file_tells_it(tmp_path: Path) -> None:
    timeless = make_record(eventTime=...)
    assert names(write_log(tmp_path / STAMPED, [timeless])) == ["RunInstances"]
    assert names(write_log(tmp_path / "event.json", [timeless])) == []


def test_damaged_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"Records": [')
    (tmp_path / "other.json").write_text('{"a": 1}')
    write_log(tmp_path / "good.json", [make_record()])
    assert names(tmp_path) == ["RunInstances"]


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        every(tmp_path / "nowhere")


def test_reading_stops_when_everything_is_found(tmp_path: Path) -> None:
    for hour in range(3):
        write_log(tmp_path / f"{hour}.json", [make_record()])
    ((key, _), *_) = every(tmp_path)

    read: list[int] = []
    found = find_samples([tmp_path], EVERYTHING, {key: 2}, lambda progress: read.append(progress.files))
    assert len(found[key]) == 2
    assert read == [0, 1]


def test_nothing_is_read_for_nothing(tmp_path: Path) -> None:
    assert find_samples([tmp_path / "nowhere"], EVERYTHING, {}) == {}


def test_every_key_that_is_counted_is_found_again(tmp_path: Path) -> None:
    write_logs(Population(seed=3, accounts=account_ids(2), days=0, hours=2, old_versions=0.3), tmp_path)
    rows = count_logs([tmp_path], EVERYTHING).volumes.rows

    found = find_samples([tmp_path], EVERYTHING, {row.key: 2 for row in rows})
    assert {key: len(events) for key, events in found.items()} == {row.key: min(2, row.count or 0) for row in rows}
    assert len(rows) > 50
