"""Which recorders choose their events in another way on the two sides."""

from dataclasses import replace

import pytest

from costplan.engine.changes.selection import selecting_otherwise
from costplan.model.recorders import Trail
from costplan.model.scenario import Account, Organization
from tests.build import IRELAND, OWNER, PROD, TEST, VIRGINIA, make_row, make_scenario, make_trail, on_objects

AUDIT, OBJECTS = make_trail("audit"), make_trail("objects", selectors=(on_objects(),))
SCENE = make_scenario(AUDIT, OBJECTS, rows=(make_row(1),))


def test_nothing_chooses_otherwise_where_nothing_differs() -> None:
    assert selecting_otherwise(SCENE, SCENE) == frozenset()
    assert selecting_otherwise(SCENE, replace(SCENE, recorders=(OBJECTS, AUDIT))) == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        make_scenario(AUDIT, OBJECTS, rows=(make_row(2),)),
        replace(SCENE, accounts={PROD: Account(regions=(IRELAND, VIRGINIA))}),
        replace(SCENE, organization=Organization("o-exampleorgid", OWNER, (OWNER, PROD))),
    ],
    ids=["events", "accounts", "organization"],
)
def test_where_other_events_happen_or_in_other_places_all_do(other: object) -> None:
    assert selecting_otherwise(SCENE, other) == {"audit", "objects"}  # type: ignore[arg-type]
    assert selecting_otherwise(other, SCENE) == {"audit", "objects"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        replace(OBJECTS, account=TEST),
        replace(OBJECTS, home_region=VIRGINIA),
        replace(OBJECTS, is_multi_region=True),
        replace(OBJECTS, is_organization=True),
        replace(OBJECTS, is_logging=False),
        replace(OBJECTS, include_global_service_events=False),
        replace(OBJECTS, starts_in_month=2),
        replace(OBJECTS, stops_in_month=2),
        replace(OBJECTS, selectors=None),
    ],
)
def test_one_that_is_elsewhere_or_selects_otherwise_does(other: Trail) -> None:
    assert selecting_otherwise(SCENE, replace(SCENE, recorders=(AUDIT, other))) == {"objects"}


def test_one_that_comes_or_goes_does() -> None:
    assert selecting_otherwise(SCENE, replace(SCENE, recorders=(AUDIT,))) == {"objects"}
    assert selecting_otherwise(replace(SCENE, recorders=(AUDIT,)), SCENE) == {"objects"}


def test_what_changes_no_choice_is_none() -> None:
    other = replace(OBJECTS, log_file_validation=True)
    assert selecting_otherwise(SCENE, replace(SCENE, recorders=(AUDIT, other))) == frozenset()
