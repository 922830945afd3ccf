"""Trails switched on or off while they were observed are told, and quiet places are not."""

import pytest

from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.interruptions import switched
from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, SlotSet, Span, slot_of_minute
from costplan.model.problems import Location
from costplan.model.volumes import EVERYTHING

from .building import ACCOUNT, make_record, write_log

START = slot_of_minute("2026-10-01T00:00")
WHERE = Location("AWSLogs")
PLACE = (ACCOUNT, "eu-west-1")


def slots(*ranges: range) -> SlotSet:
    found = SlotSet()
    for days in ranges:
        for slot in days:
            found.add(START + slot)
    return found


def told(occupied: SlotSet, days: int = 20) -> list[str]:
    span = Span(START, START + days * SLOTS_PER_DAY)
    return [str(problem) for problem in switched({PLACE: occupied}, {PLACE: span}, WHERE)]


DAY = SLOTS_PER_DAY


@pytest.mark.parametrize(
    ("occupied", "what"),
    [
        (slots(range(10 * DAY, 20 * DAY, 6)), "no file before 2026-10-11 00:00"),
        (slots(range(0, 12 * DAY, 6)), "no file after 2026-10-12 23:35"),
    ],
)
def test_a_busy_place_that_begins_late_or_ends_early_is_told(occupied, what):
    (message,) = told(occupied)
    assert message.startswith(f"AWSLogs: {what} in {ACCOUNT} eu-west-1, and files in nearly every hour ")
    assert message.endswith("(--from, --to)")


@pytest.mark.parametrize(
    "occupied",
    [
        slots(range(0, 20 * DAY, 6)),
        # Less than a day, and less than a tenth of the period.
        slots(range(DAY - 1, 20 * DAY, 6)),
        slots(range(2 * DAY - 1, 20 * DAY, 6)),
        # A quiet place has no file for days, and no trail need have been switched.
        slots(range(10 * DAY, 20 * DAY, 24 * 12)),
        slots(range(10 * DAY, 11 * DAY - 12, 6)),
    ],
    ids=["all the time", "a day late", "a tenth late", "quiet", "less than a day"],
)
def test_others_are_not(occupied):
    assert told(occupied) == []


def test_many_places_are_counted():
    occupied = {(ACCOUNT, f"eu-west-{n}"): slots(range(10 * DAY, 20 * DAY, 6)) for n in range(1, 6)}
    span = Span(START, START + 20 * DAY)
    (problem,) = switched(occupied, dict.fromkeys(occupied, span), WHERE)
    assert " and 2 more places, and files" in problem.what


def test_a_trail_switched_on_half_way_is_told_by_a_count(tmp_path):
    for region, first in (("us-east-1", 5), ("eu-west-1", 8)):
        for day in range(first, 12):
            for hour in range(24):
                name = f"{ACCOUNT}_CloudTrail_{region}_202610{day:02}T{hour:02}05Z_a.json.gz"
                write_log(tmp_path / name, [make_record(awsRegion=region)])
    (problem,) = count_logs([tmp_path], EVERYTHING).problems
    assert problem.what.startswith(f"no file before 2026-10-08 00:00 in {ACCOUNT} eu-west-1")
