"""Who records what: selectors decide which events, presence decides where, and each may be unsure."""

import pytest

from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from tests.build import (
    IRELAND,
    MANAGEMENT,
    OWNER,
    PROD,
    SPAIN,
    TEST,
    VIRGINIA,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    routed,
)

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
ALL = make_selector(MANAGEMENT)
UNSURE = make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(UNKNOWN,)))
WRITES = make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("false",)))


def deliveries(*recorders: Recorder, rows: tuple[VolumeRow, ...], **rest: object) -> list[list[tuple[int, Truth]]]:
    """Ordinal and truth of each delivery, by row."""
    scenario = make_scenario(*recorders, rows=rows, **rest)
    router = Router(recorders, landscape_of(scenario, make_prices().regions))
    return [
        [(d.ordinal, d.truth) for d in found] for volumes in scenario.volumes for _, found in routed(router, volumes)
    ]


# Spain has to be enabled, and nobody says whether this member has done so: its events may be sent or not.
IN_SPAIN = {"account": OWNER, "home_region": SPAIN, "is_organization": True, "is_multi_region": True}
MEMBERS = Organization("o-exampleorgid", OWNER, (TEST,))


@pytest.mark.parametrize(("selector", "expected"), [(ALL, MAYBE), (UNSURE, MAYBE), (WRITES, NO)])
def test_a_recorder_that_may_be_present_records_at_best_perhaps(selector: object, expected: Truth) -> None:
    trail = make_trail(**IN_SPAIN, selectors=(selector,))
    (found,) = deliveries(trail, rows=(make_row(1, account=TEST),), organization=MEMBERS)
    assert found == ([] if expected is NO else [(0, expected)])


@pytest.mark.parametrize(("selector", "expected"), [(ALL, YES), (UNSURE, MAYBE), (WRITES, NO)])
def test_a_recorder_that_is_present_records_what_it_selects(selector: object, expected: Truth) -> None:
    (found,) = deliveries(make_trail(selectors=(selector,)), rows=(make_row(1),))
    assert found == ([] if expected is NO else [(0, expected)])


def test_every_row_of_every_source_is_offered_to_every_recorder_present_there() -> None:
    local, multi = make_trail("local"), make_trail("multi", is_multi_region=True)
    volumes = tuple(Volumes((make_row(1, region=region),)) for region in (IRELAND, VIRGINIA, SPAIN))
    accounts = {PROD: Account(regions=(IRELAND, VIRGINIA, SPAIN))}
    found = deliveries(local, multi, rows=(), volumes=volumes, accounts=accounts)
    assert found == [[(0, YES), (1, YES)], [(1, YES)], [(1, YES)]]


def test_a_row_that_nobody_records_is_routed_all_the_same() -> None:
    assert deliveries(rows=(make_row(1),)) == [[]]
    assert deliveries(make_trail(), rows=(make_row(1, account=TEST),)) == [[]]
