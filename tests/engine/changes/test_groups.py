from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.changes.edits import Edits
from costplan.engine.changes.groups import MOST_CAUSES, MOST_SINGLE, grouped
from costplan.engine.changes.pricing import diff_scenarios
from costplan.model.billing import Meter
from costplan.model.changes import ChangeKind
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.problems import Location
from costplan.model.recorders import LogBucket, Trail
from costplan.model.scenario import PricedScenario, Scenario
from tests.build import make_prices, make_row, make_scenario, make_trail

PRICES = make_prices()


def trails(number: int, **fields: object) -> list[Trail]:
    return [make_trail(f"trail {n}", bucket=LogBucket(f"logs-{n}"), **fields) for n in range(number)]


def scenario(recorders: list[Trail]) -> Scenario:
    return make_scenario(*recorders, rows=(make_row(1_000_000),))


def test_few_changes_have_a_row_each() -> None:
    before, after = trails(MOST_SINGLE), trails(MOST_SINGLE, log_file_validation=True)
    edits = Edits(scenario(before), scenario(after)).edits
    assert [group.positions for group in grouped(edits)] == [(n,) for n in range(MOST_SINGLE)]


def test_many_that_say_the_same_are_one() -> None:
    before, after = trails(MOST_SINGLE + 1), trails(MOST_SINGLE + 1, log_file_validation=True)
    after[3] = replace(after[3], log_file_validation=False, is_multi_region=True)
    groups = grouped(Edits(scenario(before), scenario(after)).edits)
    assert [(g.change.recorder, g.change.recorder_kind, g.change.attribute, len(g.positions)) for g in groups] == [
        ("trail 0, trail 1, trail 2 and 9 more", "trails", "log_file_validation", 12),
        ("trail 3", "trail", "is_multi_region", 1),
    ]
    assert [group.change.labels for group in groups] == [
        tuple(f"trail {n}" for n in range(MOST_SINGLE + 1) if n != 3),
        ("trail 3",),
    ]


def test_what_comes_is_told_one_by_one_though_nothing_but_its_line_differs() -> None:
    alike = [make_trail(where=Location("main.json", n)) for n in range(MOST_SINGLE + 1)]
    groups = grouped(Edits(scenario([]), scenario(alike)).edits)
    assert [group.positions for group in groups] == [(n,) for n in range(MOST_SINGLE + 1)]


@pytest.mark.parametrize("number", [MOST_CAUSES, MOST_CAUSES + 1])
def test_as_many_as_a_person_reads_have_a_row_each_and_one_more_is_told_with_the_last(number: int) -> None:
    added = [replace(one, where=Location("main.json", n)) for n, one in enumerate(trails(number))]
    *_, last = groups = grouped(Edits(scenario([]), scenario(added)).edits)
    assert len(groups) == MOST_CAUSES
    assert last.change.where == Location("main.json", MOST_CAUSES - 1)
    kinds = (ChangeKind.ADDED, "trail") if number == MOST_CAUSES else (ChangeKind.CHANGED, "recorders")
    assert (last.change.kind, last.change.recorder_kind) == kinds
    assert last.change.labels == tuple(f"trail {n}" for n in range(MOST_CAUSES - 1, number))


def test_what_is_too_much_to_read_is_priced_together_and_still_adds_up() -> None:
    after = trails(MOST_CAUSES + 5)
    before, now = scenario(after[:1]), scenario(after)
    found = diff_scenarios(PricedScenario(before, PRICES), PricedScenario(now, PRICES))
    assert len(found.causes) == MOST_CAUSES
    # 34 trails were added: 29 have a row of their own.
    assert found.causes[-1].change.recorder == "trail 30, trail 31, trail 32 and 2 more"
    with exact_arithmetic():
        assert sum((cause.in_order.point for cause in found.causes), ZERO) == found.cost.point
        # Each of them has 1,000,000 further copies at 2.00 for 100,000, and a bucket.
        assert found.causes[-1].in_order.point > 5 * Decimal(20)


def test_what_is_too_much_of_the_scenario_is_told_as_that() -> None:
    meters = [meter.value for meter in Meter][: MOST_CAUSES + 1]
    after = replace(scenario([]), discounts=dict.fromkeys(meters, Decimal("0.1")))
    *_, last = grouped(Edits(scenario([]), after).edits)
    assert (last.change.recorder, len(last.positions)) == ("the scenario", 2)
