"""What no language but a scenario's can say: in which month of a projection a recorder is on."""

from dataclasses import replace

import pytest

from costplan.inputs.configs import read_recorder_entries
from costplan.inputs.documents import parse_document
from costplan.reports.configs import TargetFormat, write_configuration
from tests.reports.configs.recorders import LAKE, PLAIN

NOTE = "the month in which it starts or stops is not said: only a scenario can; it is written as one that is on"


@pytest.mark.parametrize("language", [form for form in TargetFormat if form is not TargetFormat.SCENARIO])
def test_months_are_told_to_be_lost(language: TargetFormat) -> None:
    switched = (replace(PLAIN, starts_in_month=3), replace(LAKE, stops_in_month=9))
    notes = write_configuration(switched, language).notes
    assert [note.rpartition(": the month")[0] for note in notes if note.endswith(NOTE)] == [
        f"trail {PLAIN.name}",
        f"event data store {LAKE.name}",
    ]
    assert not [note for note in write_configuration((PLAIN, LAKE), language).notes if "month in which" in note]


def test_a_scenario_keeps_them() -> None:
    switched = replace(PLAIN, starts_in_month=3, stops_in_month=9)
    written = write_configuration((switched,), TargetFormat.SCENARIO)
    assert NOTE not in " ".join(written.notes)
    (read,) = read_recorder_entries(parse_document("s.yaml", written.text), ("recorders",), []).recorders
    assert (read.starts_in_month, read.stops_in_month) == (3, 9)
