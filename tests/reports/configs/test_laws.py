"""The round trips as laws, over generated recorders."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, assume, event, given, settings

from costplan.model.recorders import Recorder
from costplan.reports.configs import TargetFormat, write_configuration
from tests.reports.configs.generated import several
from tests.reports.configs.roundtrip import (
    after_aws_api,
    after_terraform,
    by_name,
    of_place,
    places_of,
    read,
    through_aws_api,
    through_cloudformation,
    through_terraform,
)

SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def note_kinds(recorders: tuple[Recorder, ...]) -> None:
    event(f"{len({one.name for one in recorders})} names of {len(recorders)}")


@SETTINGS
@given(several(with_unknown=True))
def test_terraform_loses_only_what_it_cannot_say(recorders: tuple[Recorder, ...]) -> None:
    note_kinds(recorders)
    with tempfile.TemporaryDirectory() as folder:
        assert through_terraform(Path(folder), recorders) == tuple(after_terraform(one) for one in recorders)


@SETTINGS
@given(several(with_unknown=True))
def test_a_template_loses_only_what_it_cannot_say(recorders: tuple[Recorder, ...]) -> None:
    note_kinds(recorders)
    with tempfile.TemporaryDirectory() as folder:
        for place in places_of(recorders):
            assert through_cloudformation(Path(folder), recorders, place) == of_place(recorders, place)


@SETTINGS
@given(several(with_unknown=False))
def test_answers_lose_only_what_they_cannot_say(recorders: tuple[Recorder, ...]) -> None:
    note_kinds(recorders)
    counts = Counter((one.account, one.name) for one in recorders)
    expected = [
        replace(kept, name=f"{kept.name} ({kept.home_region})") if counts[kept.account, kept.name] > 1 else kept
        for kept in map(after_aws_api, recorders)
    ]
    with tempfile.TemporaryDirectory() as folder:
        assert by_name(through_aws_api(Path(folder), recorders)) == by_name(expected)


@SETTINGS
@given(several(with_unknown=True))
def test_a_scenario_loses_nothing(recorders: tuple[Recorder, ...]) -> None:
    # A trail and a store of one name in one place are two entries of one name, which a scenario refuses.
    assume(len({(one.name, one.account, one.home_region) for one in recorders}) == len(recorders))
    text = write_configuration(recorders, TargetFormat.SCENARIO).text
    assume("1e3" not in text)
    with tempfile.TemporaryDirectory() as folder:
        assert read(Path(folder), "scenario.yaml", text) == recorders
