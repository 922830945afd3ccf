"""Recorders as entries of a scenario, in JSON and YAML: what is read back is the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from costplan.inputs.configs import read_recorder_entries
from costplan.inputs.documents import parse_document
from costplan.inputs.scenarios import read_scenario
from costplan.model.problems import Problem
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization
from costplan.reports.trails_json import render_trails_json, trails_json
from costplan.reports.trails_yaml import render_trails_yaml
from tests.reports.recorders import AUDIT, EVERYTHING, LAKE, NOT_KNOWN


@pytest.mark.parametrize("render", [render_trails_json, render_trails_yaml])
def test_entries_read_back_as_the_same_recorders(render: Callable[[Sequence[Recorder]], str]) -> None:
    document = parse_document("trails", render(EVERYTHING))
    problems: list[Problem] = []
    read = read_recorder_entries(document, ("recorders",), problems).recorders
    assert (read, problems) == (EVERYTHING, [])
    # Equality leaves it out, and an estimate prints it.
    assert [recorder.assumed for recorder in read] == [recorder.assumed for recorder in EVERYTHING]


@pytest.mark.parametrize("recorder", [AUDIT, LAKE])
def test_months_read_back_and_are_written_where_there_are_some(recorder: Recorder) -> None:
    switched = replace(recorder, starts_in_month=3, stops_in_month=9)
    document = parse_document("trails", render_trails_yaml([switched]))
    assert read_recorder_entries(document, ("recorders",), []).recorders == (switched,)
    (entry,) = trails_json([switched])["recorders"]
    assert (entry["starts_in_month"], entry["stops_in_month"]) == (3, 9)
    (entry,) = trails_json([recorder])["recorders"]
    assert not {"starts_in_month", "stops_in_month"} & entry.keys()


def test_json_lists_what_was_assumed_beside_the_recorders() -> None:
    told = trails_json([AUDIT])
    assert told["format"] == "costplan.trails/1"
    assert told["assumed"] == [
        {"recorder": "audit", "account": "111122223333", "text": "no organization trail: not stated"}
    ]


def test_a_value_that_is_not_known_says_so() -> None:
    (entry,) = trails_json([NOT_KNOWN])["recorders"]
    assert entry["advanced_event_selectors"][0]["fields"]["eventCategory"]["equals"] == [
        {"unknown": "not known when this was written"}
    ]


def test_yaml_looks_like_a_scenario_that_a_person_wrote() -> None:
    text = render_trails_yaml(
        [LAKE],
        comment=["pulled today", "a line\nwith a break"],
        accounts={"111122223333": Account("logs", ("eu-west-1", "us-east-1")), "444455556666": Account()},
        organization=Organization("o-exampleorgid", "111122223333"),
    )
    assert text == dedent(
        """\
        # pulled today
        # a line with a break
        accounts:
          '111122223333':
            name: logs
            regions: [eu-west-1, us-east-1]
          '444455556666': {}
        organization:
          id: o-exampleorgid
          management_account: '111122223333'
          members: all
        recorders:
          - event_data_store: lake
            account: '111122223333'
            home_region: eu-west-1
            is_multi_region: true
            is_organization: false
            status: ENABLED
            billing_mode: EXTENDABLE_RETENTION_PRICING
            retention_days: 2557
            scanned_gib_per_month: 12.5
        """
    )


def test_yaml_is_a_scenario_but_for_its_name_and_volumes(tmp_path: Path) -> None:
    accounts = {"111122223333": Account("logs", ("eu-west-1",))}
    organization = Organization("o-exampleorgid", "111122223333", ("111122223333",))
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "scenario: as it is\n" + render_trails_yaml(EVERYTHING, accounts=accounts, organization=organization)
    )
    scenario = read_scenario(path, volumes=())
    assert (scenario.recorders, scenario.accounts, scenario.organization) == (EVERYTHING, accounts, organization)
