"""What is written is read back as the same recorders, but for what a format cannot say, and that is told."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from costplan.model.recorders import EventDataStore, LogBucket, Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, EventSelector, FieldSelector
from costplan.reports.configs import TargetFormat, TemplateFormat, write_configuration
from tests.reports.configs.recorders import EVERYTHING, KNOWN
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


def test_together_the_recorders_have_every_attribute() -> None:
    """A new attribute that no format writes would be lost in silence."""
    plain = {Trail: Trail("x"), EventDataStore: EventDataStore("x"), LogBucket: LogBucket()}
    used: set[str] = set()
    for part in [*EVERYTHING, *(one.bucket for one in EVERYTHING if isinstance(one, Trail))]:
        default = plain[type(part)]
        names = (field.name for field in fields(part) if field.compare)
        used |= {f"{type(part).__name__}.{name}" for name in names if getattr(part, name) != getattr(default, name)}
    every = {f"{kind.__name__}.{field.name}" for kind in plain for field in fields(kind) if field.compare}
    assert every - used == set()
    advanced = [s for one in EVERYTHING for s in one.selectors or () if isinstance(s, AdvancedEventSelector)]
    basic = [s for one in EVERYTHING for s in one.selectors or () if isinstance(s, EventSelector)]
    for name in (field.name for field in fields(FieldSelector)):
        assert any(getattr(field, name) for selector in advanced for field in selector.fields)
    assert any(selector.name for selector in advanced)
    assert all(
        any(getattr(s, f.name) != getattr(EventSelector(), f.name) for s in basic)
        for f in fields(EventSelector)
        if f.compare
    )
    assert len(EVERYTHING) >= 12


@pytest.mark.parametrize("recorder", EVERYTHING, ids=lambda one: f"{one.name} {one.home_region}")
def test_terraform_reads_back(tmp_path: Path, recorder: Recorder) -> None:
    assert through_terraform(tmp_path, [recorder]) == (after_terraform(recorder),)


def test_terraform_reads_back_all_at_once(tmp_path: Path) -> None:
    assert through_terraform(tmp_path, EVERYTHING) == tuple(after_terraform(one) for one in EVERYTHING)


@pytest.mark.parametrize("form", list(TemplateFormat))
@pytest.mark.parametrize("recorder", EVERYTHING, ids=lambda one: f"{one.name} {one.home_region}")
def test_a_template_reads_back(tmp_path: Path, recorder: Recorder, form: TemplateFormat) -> None:
    (place,) = places_of([recorder])
    assert through_cloudformation(tmp_path, [recorder], place, form) == of_place([recorder], place)


@pytest.mark.parametrize("place", [one for one in places_of(EVERYTHING) if one != (None, None)])
def test_a_template_of_several_places_declares_in_each_what_belongs_there(
    tmp_path: Path, place: tuple[str, str]
) -> None:
    expected = of_place(EVERYTHING, place)
    assert len(expected) < len(EVERYTHING)
    assert through_cloudformation(tmp_path, EVERYTHING, place) == expected


@pytest.mark.parametrize("recorder", KNOWN, ids=lambda one: f"{one.name} {one.home_region}")
def test_answers_read_back(tmp_path: Path, recorder: Recorder) -> None:
    assert through_aws_api(tmp_path, [recorder]) == (after_aws_api(recorder),)


def test_answers_read_back_all_at_once(tmp_path: Path) -> None:
    # Where an account has two trails of one name, the Region tells them apart.
    clashing = {"audit": "audit ({})"}
    expected = [after_aws_api(one) for one in KNOWN]
    expected = [replace(one, name=clashing.get(one.name, one.name).format(one.home_region)) for one in expected]
    assert by_name(through_aws_api(tmp_path, KNOWN)) == by_name(expected)


def test_answers_about_trails_told_apart_by_their_regions_have_the_names_that_aws_knows(tmp_path: Path) -> None:
    once = through_aws_api(tmp_path, KNOWN)
    text = write_configuration(once, TargetFormat.AWS_API).text
    assert "audit (" not in text
    assert by_name(through_aws_api(tmp_path, once)) == by_name(once)


@pytest.mark.parametrize("recorder", EVERYTHING, ids=lambda one: f"{one.name} {one.home_region}")
def test_a_scenario_reads_back_whole(tmp_path: Path, recorder: Recorder) -> None:
    written = write_configuration([recorder], TargetFormat.SCENARIO)
    assert (read(tmp_path, "scenario.yaml", written.text), written.notes) == ((recorder,), ())
