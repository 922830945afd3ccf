"""Limits beside costs that are calculated by hand: data events at 1 dollar a million, further copies at 20."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.advice.check import Checked
from costplan.advice.check.costs import cost_before, increase, month_cost
from costplan.advice.check.limits import verdict_on_limit
from costplan.engine.changes.groups import MOST_SINGLE
from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.numbers import exact_arithmetic
from costplan.model.policy import EVERYTHING, Subject, WhenUnknown
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import Trail
from costplan.model.scenario import Account, Scenario
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.verdicts import Level, Outcome
from costplan.model.volumes import Volumes
from tests.advice.check.scenes import FREE, LESS, MAX, MORE, PRICES, checked, limit, verdict
from tests.build import (
    IRELAND,
    PROD,
    TEST,
    between,
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
PASSED, BROKEN, OPEN = Outcome.PASSED, Outcome.BROKEN, Outcome.COULD_NOT_TELL

OBJECTS = make_trail("objects", selectors=(on_objects(),))
AUDIT = make_trail("audit")


def objects(amount: int | Quantity, *trails: Trail, **rest: Any) -> Scenario:
    return make_scenario(*(trails or (OBJECTS,)), rows=(object_row(amount),), **rest)


# 50M data events are 50 dollars.
@pytest.mark.parametrize(("amount", "outcome"), [("51", PASSED), ("50", PASSED), ("49.99", BROKEN), ("0", BROKEN)])
def test_a_month_is_within_a_limit_or_over_it(amount: str, outcome: Outcome) -> None:
    found = verdict(limit(MAX, amount), checked(objects(50_000_000)))
    assert found.outcome is outcome
    words = "within the limit of" if outcome is PASSED else "over the limit of"
    assert found.message == f"month 1 costs $50.00, {words} ${D(amount):.2f}"
    assert (found.rule, found.level, found.scenario) == ("max-monthly", Level.FAIL, "scene")


# Between 20 and 50 dollars.
@pytest.mark.parametrize(("amount", "outcome"), [("50", PASSED), ("49", OPEN), ("20", OPEN), ("19.99", BROKEN)])
def test_a_limit_inside_of_a_band_cannot_be_told(amount: str, outcome: Outcome) -> None:
    found = verdict(limit(MAX, amount), checked(objects(between(20_000_000, 50_000_000))))
    assert found.outcome is outcome
    assert "between $20.00 and $50.00" in found.message


def test_an_amount_that_rounds_to_its_limit_is_told_from_it() -> None:
    # 50,000,100 events are 50.0001 dollars.
    found = verdict(limit(MAX, "50"), checked(objects(50_000_100)))
    assert found.outcome is BROKEN
    assert found.message == "month 1 costs $50.0001, over the limit of $50.00"


def test_a_limit_is_about_net_costs() -> None:
    # 50 dollars less 10 %.
    one = checked(objects(50_000_000, discounts={"cloudtrail": D("0.1")}))
    assert verdict(limit(MAX, "45"), one).outcome is PASSED
    assert verdict(limit(MAX, "44.99"), one).outcome is BROKEN


@pytest.mark.parametrize(
    ("of", "dollars"),
    [
        ({}, "9"),
        ({"account": PROD}, "2"),
        ({"account": TEST}, "7"),
        ({"recorder": "objects"}, "2"),
        ({"recorder": "others"}, "7"),
        ({"meter": "data"}, "9"),
        ({"meter": "network-activity"}, "0"),
        ({"account": PROD, "recorder": "others"}, "0"),
    ],
    ids=str,
)
def test_a_limit_is_about_a_part(of: dict[str, str], dollars: str) -> None:
    # 2M events of one account, 7M of another, each with a trail of its own.
    rows = (object_row(2_000_000), object_row(7_000_000, account=TEST))
    others = make_trail("others", TEST, selectors=(on_objects(),))
    one = checked(make_scenario(OBJECTS, others, rows=rows))
    with exact_arithmetic():
        assert month_cost(one.estimate, PRICES, Subject(**of)).high == D(dollars)
    assert verdict(limit(MAX, dollars, **of), one).outcome is PASSED


@pytest.mark.parametrize("of", [{"account": TEST}, {"recorder": "gone"}, {"scenario": "other"}], ids=str)
def test_a_part_that_is_not_there_has_no_verdict(of: dict[str, str]) -> None:
    assert verdict_on_limit(limit(MAX, "1", **of), checked(objects(1)), WhenUnknown.FAIL) is None


# From 40 to 50 dollars: 10 more, or 25 %.
@pytest.mark.parametrize(
    ("kind", "amount", "outcome"),
    [
        (MORE, "10", PASSED),
        (MORE, "9.99", BROKEN),
        (MORE, "25%", PASSED),
        (MORE, "24.9%", BROKEN),
        (LESS, "0", PASSED),
        (LESS, "0%", PASSED),
    ],
)
def test_an_increase_is_limited_by_amount_and_by_share(kind: Any, amount: str, outcome: Outcome) -> None:
    found = verdict(limit(kind, amount), checked(objects(50_000_000), objects(40_000_000)))
    assert found.outcome is outcome
    assert found.message.startswith("month 1 costs $10.00 more than before")


@pytest.mark.parametrize(("amount", "outcome"), [("10", PASSED), ("9.99", BROKEN), ("20%", PASSED), ("19%", BROKEN)])
def test_a_decrease_is_limited_too(amount: str, outcome: Outcome) -> None:
    # From 50 to 40 dollars: 20 % less.
    one = checked(objects(40_000_000), objects(50_000_000))
    assert verdict(limit(LESS, amount), one).outcome is outcome
    assert verdict(limit(MORE, "0"), one).outcome is PASSED


def test_from_nothing_any_increase_is_more_than_any_share() -> None:
    nothing = objects(50_000_000, AUDIT)
    found = verdict(limit(MORE, "900%"), checked(objects(50_000_000), nothing))
    assert found.outcome is BROKEN
    assert found.message == (
        "month 1 costs $50.00 more than before, when it cost nothing: any change is more than 900 %"
    )
    same = verdict(limit(MORE, "0%"), checked(nothing, nothing))
    assert same.outcome is PASSED
    assert same.message == "month 1 costs as much as before, within the limit of 0 % ($0.00)"
    # A fifth of 40 dollars are 8.
    more = verdict(limit(MORE, "20%"), checked(objects(50_000_000), objects(40_000_000)))
    assert more.message == "month 1 costs $10.00 more than before, over the limit of 20 % ($8.00)"


def test_a_share_of_what_is_not_certain_has_two_ends() -> None:
    # Before: 20 to 50 dollars of objects; 3 more for certain.  10 % of that are 2 to 5 dollars.
    rows = (object_row(between(20_000_000, 50_000_000)), object_row(3_000_000, account=TEST))
    others = make_trail("others", TEST, selectors=(on_objects(),))
    one = checked(make_scenario(OBJECTS, others, rows=rows), make_scenario(OBJECTS, rows=rows))
    found = verdict(limit(MORE, "10%"), one)
    assert found.outcome is OPEN
    assert found.message == "month 1 costs $3.00 more than before, and the limit is 10 % ($2.00 to $5.00)"
    # 15 % are 3 to 7.50; 5 % are 1 to 2.50.
    assert verdict(limit(MORE, "15%"), one).outcome is PASSED
    assert verdict(limit(MORE, "5%"), one).outcome is BROKEN
    # 5.0001 dollars are over the upper end, from which they are told.
    rows = (rows[0], object_row(5_000_100, account=TEST))
    one = checked(make_scenario(OBJECTS, others, rows=rows), make_scenario(OBJECTS, rows=rows))
    found = verdict(limit(MORE, "10%"), one)
    assert found.message == "month 1 costs $5.0001 more than before, over the limit of 10 % ($2.00 to $5.00)"


def test_what_is_the_same_in_both_has_no_part_in_an_increase() -> None:
    # The band of 20 to 50 dollars stands on both sides.
    one = checked(objects(between(20_000_000, 50_000_000)), objects(between(20_000_000, 50_000_000)))
    assert verdict(limit(MORE, "0"), one).outcome is PASSED


@pytest.mark.parametrize(
    ("now", "limit_of", "said"),
    [
        # Before: 20 to 50 dollars.
        (20_000_000, MORE, "between $0.00 and $30.00 less than before, within the limit of $10.00"),
        (20_500_000, MORE, "between -$29.50 and $0.50 more than before, within the limit of $10.00"),
        (50_000_000, LESS, "between $0.00 and $30.00 more than before, within the limit of $10.00"),
        (10_000_000, MORE, "between $10.00 and $40.00 less than before, within the limit of $10.00"),
    ],
)
def test_a_difference_is_said_to_be_more_or_less(now: int, limit_of: Any, said: str) -> None:
    one = checked(objects(now), objects(between(20_000_000, 50_000_000)))
    assert verdict(limit(limit_of, "10"), one).message == f"month 1 costs {said}"


def test_a_rename_is_no_increase_of_the_recorder() -> None:
    renamed = replace(OBJECTS, name="s3-objects")
    one = checked(objects(50_000_000, renamed), objects(50_000_000))
    assert one.diff is not None
    assert one.diff.renamed
    found = verdict(limit(MORE, "0", recorder="s3-objects"), one)
    assert (found.outcome, found.subject, found.message) == (
        PASSED,
        "s3-objects",
        "month 1 costs as much as before, within the limit of $0.00",
    )


def test_a_rename_leaves_what_is_undecided_the_same() -> None:
    undecided = between(20_000_000, 50_000_000)
    one = checked(objects(undecided, replace(OBJECTS, name="s3-objects")), objects(undecided))
    assert verdict(limit(MORE, "0"), one).outcome is PASSED
    # Another selector records other events of those: 30 dollars more, or 30 less.
    other = replace(OBJECTS, selectors=(on_objects(FieldSelector("readOnly", equals=("true", "false"))),))
    assert verdict(limit(MORE, "29"), checked(objects(undecided, other), objects(undecided))).outcome is OPEN


def test_a_recorder_that_is_gone_still_has_a_verdict_on_what_it_saved() -> None:
    one = checked(objects(50_000_000, AUDIT), objects(50_000_000, AUDIT, OBJECTS))
    assert verdict(limit(LESS, "49", recorder="objects"), one).outcome is BROKEN


def test_no_before_no_verdict_on_an_increase() -> None:
    assert verdict_on_limit(limit(MORE, "1"), checked(objects(1)), WhenUnknown.FAIL) is None


def test_increase_is_the_difference_that_the_diff_tells() -> None:
    one = checked(objects(50_000_000), objects(between(20_000_000, 40_000_000)))
    assert one.diff is not None
    with exact_arithmetic():
        bounds = increase(one, one.diff, EVERYTHING)
    assert (bounds.low, bounds.high) == (one.diff.net.low, one.diff.net.high) == (10, 30)


def test_a_level_of_warn_is_kept() -> None:
    found = verdict(limit(MAX, "1", level=Level.WARN), checked(objects(50_000_000)))
    assert (found.outcome, found.is_broken) == (BROKEN, False)


def test_accounts_that_a_scenario_lists_are_known() -> None:
    one = checked(objects(1, accounts={TEST: Account()}))
    assert verdict(limit(MAX, "1", account=TEST), one).outcome is PASSED


# ---- the trail that nobody shows ----


DECLARED = replace(AUDIT, is_declared=True)
# 10M management events: a further copy of all of them is 200 dollars.
EVENTS = (make_row(10_000_000, event_name="DescribeInstances"),)


@pytest.mark.parametrize(("amount", "outcome"), [("200.01", PASSED), ("200", PASSED), ("100", OPEN), ("0", OPEN)])
def test_a_copy_that_another_trail_may_make_dearer_counts_at_the_high_end(amount: str, outcome: Outcome) -> None:
    one = checked(make_scenario(DECLARED, rows=EVENTS))
    found = verdict(limit(MAX, amount, meter="management-additional-copy"), one)
    assert found.outcome is outcome
    assert verdict(limit(MAX, amount), one).outcome is outcome
    if outcome is OPEN:
        assert "between $0.00 and $200.00" in found.message
        assert "$200.00 of it only if a trail that is not shown records the same events (R80)" in found.message
        assert "--estate" in found.hint


def test_only_the_copy_hangs_on_another_trail() -> None:
    # 50 dollars of objects, whoever else records something.
    one = checked(make_scenario(DECLARED, OBJECTS, rows=(*EVENTS, object_row(50_000_000))))
    found = verdict(limit(MAX, "100"), one)
    assert "between $50.00 and $250.00, and the limit is $100.00; $200.00 of it only if" in found.message


def test_another_trail_is_not_told_of_where_a_limit_is_open_without_it() -> None:
    # 20 to 50 dollars of objects, and 200 of the copy that hangs on another trail.
    one = checked(make_scenario(DECLARED, OBJECTS, rows=(*EVENTS, object_row(between(20_000_000, 50_000_000)))))
    found = verdict(limit(MAX, "49.99"), one)
    assert (found.outcome, found.hint) == (OPEN, "")
    assert found.message == "month 1 costs between $20.00 and $250.00, and the limit is $49.99"
    assert "only if" in verdict(limit(MAX, "50"), one).message
    # With no such trail, nothing hangs.
    one = checked(objects(between(20_000_000, 50_000_000)))
    assert verdict(limit(MAX, "49.99"), one).hint == ""


def test_the_copy_that_hangs_on_another_trail_had_the_price_of_before() -> None:
    # A further copy of 10M events was 300 dollars, and is 200.
    dearer = make_price(Meter.MANAGEMENT_ADDITIONAL_COPY, 100_000, ("3", None))
    old = make_prices(*FREE, dearer)
    same = make_scenario(DECLARED, rows=EVENTS)
    one = replace(checked(same, same), old_prices=old)
    assert one.diff is not None
    with exact_arithmetic():
        assert cost_before(one, one.diff, EVERYTHING).high == 300
        assert cost_before(replace(one, old_prices=None), one.diff, EVERYTHING).high == 200
    assert verdict(limit(LESS, "99"), one).outcome is OPEN
    assert verdict(limit(LESS, "100"), one).outcome is PASSED
    assert verdict(limit(LESS, "0"), replace(one, old_prices=None)).outcome is PASSED


def test_that_copy_is_of_its_account_and_recorder_and_after_discounts() -> None:
    other = make_trail("other", TEST, is_declared=True)
    rows = (*EVENTS, make_row(1_000_000, event_name="x", account=TEST))
    one = checked(make_scenario(DECLARED, other, rows=rows, discounts={"cloudtrail": D("0.25")}))
    with exact_arithmetic():
        # 200 and 20 dollars, less a quarter.
        assert month_cost(one.estimate, PRICES, EVERYTHING).high == 165
        assert month_cost(one.estimate, PRICES, Subject(account=PROD)).high == 150
        assert month_cost(one.estimate, PRICES, Subject(recorder="other")).high == 15
        assert month_cost(one.estimate, PRICES, Subject(meter="data")).high == 0


def test_a_known_estate_leaves_nothing_open() -> None:
    one = checked(make_scenario(DECLARED, rows=EVENTS, has_estate=True))
    assert verdict(limit(MAX, "0"), one).outcome is PASSED


def test_what_hangs_is_what_the_estimate_says_of_it() -> None:
    one = checked(make_scenario(DECLARED, rows=EVENTS))
    (assumed,) = (a for a in one.estimate.assumptions if a.rule == "estate")
    with exact_arithmetic():
        assert month_cost(one.estimate, PRICES, EVERYTHING).hangs == assumed.moves == 200


def test_another_trail_is_there_before_and_after() -> None:
    # The same trail on both sides: a trail that nobody shows makes both 200 dollars dearer, and neither dearer.
    same = make_scenario(DECLARED, rows=EVENTS)
    assert verdict(limit(MORE, "0"), checked(same, same)).outcome is PASSED
    new = checked(same, make_scenario(rows=EVENTS, replaced=(DECLARED,)))
    found = verdict(limit(MORE, "50"), new)
    assert found.outcome is OPEN
    assert "between $0.00 and $200.00 more than before" in found.message
    gone = checked(make_scenario(rows=EVENTS, replaced=(DECLARED,)), same)
    found = verdict(limit(LESS, "50"), gone)
    assert found.outcome is OPEN
    assert "$200.00 of it only if a trail that is not shown records the same events (R80)" in found.message
    assert verdict(limit(MORE, "0"), gone).outcome is PASSED


# 10M events, give or take 3.182 (Student, 3 degrees of freedom) times a standard error of 1M: their copies are 200
# dollars, give or take 63.64.
SAMPLED = (
    make_row(
        Quantity.sampled(D(10_000_000), Replicates("drawn", 0.25, (1e6, -1e6, 1e6, -1e6))),
        event_name="DescribeInstances",
    ),
)


@pytest.mark.parametrize(("amount", "outcome"), [("264", PASSED), ("263", OPEN), ("201", OPEN)])
def test_what_chance_did_to_events_it_did_to_the_copies_that_hang_on_another_trail(
    amount: str, outcome: Outcome
) -> None:
    scene, nothing = make_scenario(DECLARED, rows=SAMPLED), make_scenario(rows=SAMPLED, replaced=(DECLARED,))
    assert verdict(limit(MAX, amount), checked(scene)).outcome is outcome
    assert verdict(limit(MORE, amount), checked(scene, nothing)).outcome is outcome
    assert verdict(limit(LESS, amount), checked(nothing, scene)).outcome is outcome


def test_what_chance_did_to_both_sides_alike_leaves_no_copy_open() -> None:
    scene = make_scenario(DECLARED, rows=SAMPLED)
    assert verdict(limit(MORE, "0"), checked(scene, scene)).outcome is PASSED


def test_other_selectors_may_record_other_events_that_another_trail_records_too() -> None:
    # Between 2M and 5M of the events: a further copy of them is 40 to 100 dollars.
    rows = (make_row(between(2_000_000, 5_000_000), event_name="DescribeInstances"),)
    fields = (FieldSelector("eventCategory", equals=("Management",)), FieldSelector("readOnly", equals=("true",)))
    other = replace(DECLARED, selectors=(AdvancedEventSelector(fields),))
    one = checked(make_scenario(other, rows=rows), make_scenario(DECLARED, rows=rows))
    assert verdict(limit(MORE, "59"), one).outcome is OPEN
    assert verdict(limit(MORE, "60"), one).outcome is PASSED
    assert verdict(limit(LESS, "59"), one).outcome is OPEN
    assert verdict(limit(LESS, "60"), one).outcome is PASSED


def test_a_band_that_is_the_same_on_both_sides_is_at_one_end_on_both() -> None:
    # A further copy is 40 to 100 dollars, and 36 to 90 after the discount: 4 to 10 less.
    rows = (make_row(between(2_000_000, 5_000_000), event_name="DescribeInstances"),)
    cheaper = make_scenario(DECLARED, rows=rows, discounts={"cloudtrail": D("0.1")})
    one = checked(cheaper, make_scenario(DECLARED, rows=rows))
    assert verdict(limit(LESS, "9.99"), one).outcome is OPEN
    assert verdict(limit(LESS, "10"), one).outcome is PASSED
    assert verdict(limit(MORE, "0"), one).outcome is PASSED
    back = checked(make_scenario(DECLARED, rows=rows), cheaper)
    assert verdict(limit(MORE, "9.99"), back).outcome is OPEN
    assert verdict(limit(MORE, "10"), back).outcome is PASSED
    assert verdict(limit(LESS, "0"), back).outcome is PASSED


# ---- what is not known ----

# Nobody measured data events: only management events are covered.
SILENT = (Volumes(EVENTS, coverage=(make_coverage(),)),)


@pytest.mark.parametrize(
    ("unknown", "outcome"), [(WhenUnknown.FAIL, OPEN), (WhenUnknown.WARN, PASSED), (WhenUnknown.ALLOW, PASSED)]
)
def test_what_nobody_measured_leaves_a_limit_open(unknown: WhenUnknown, outcome: Outcome) -> None:
    one = checked(make_scenario(OBJECTS, volumes=SILENT))
    found = verdict(limit(MAX, "1000"), one, unknown)
    assert found.outcome is outcome
    assert "costs at least $0.00" in found.message


def test_a_limit_that_is_passed_without_the_unknown_is_broken() -> None:
    # Two trails: 10M second copies are 200 dollars.
    one = checked(make_scenario(AUDIT, make_trail("second"), OBJECTS, volumes=SILENT))
    assert verdict(limit(MAX, "199"), one).outcome is BROKEN
    assert verdict(limit(MAX, "200"), one).outcome is OPEN
    # What is unknown is not of that meter, and not of that recorder.
    assert verdict(limit(MAX, "200", meter="management-additional-copy"), one).outcome is PASSED
    assert verdict(limit(MAX, "200", recorder="second"), one).outcome is PASSED
    assert verdict(limit(MAX, "200", recorder="objects"), one).outcome is OPEN
    # Nor of another account.
    elsewhere = make_scenario(AUDIT, make_trail("second"), OBJECTS, volumes=SILENT, accounts={TEST: Account()})
    assert verdict(limit(MAX, "200", account=TEST), checked(elsewhere)).outcome is PASSED
    assert verdict(limit(MAX, "200", account=PROD), checked(elsewhere)).outcome is OPEN


def test_what_is_unknown_on_both_sides_has_no_part_unless_its_recorder_changed() -> None:
    before = make_scenario(OBJECTS, volumes=SILENT)
    assert verdict(limit(MORE, "0"), checked(before, before)).outcome is PASSED
    wider = replace(OBJECTS, is_multi_region=True)
    changed = checked(make_scenario(wider, volumes=SILENT), before)
    assert verdict(limit(MORE, "1000"), changed).outcome is OPEN
    new = checked(make_scenario(AUDIT, OBJECTS, volumes=SILENT), make_scenario(AUDIT, volumes=SILENT))
    assert verdict(limit(MORE, "1000"), new).outcome is OPEN
    gone = checked(make_scenario(AUDIT, volumes=SILENT), make_scenario(AUDIT, OBJECTS, volumes=SILENT))
    assert verdict(limit(LESS, "1000"), gone).outcome is OPEN


def test_what_is_gone_makes_a_difference_less_and_what_is_new_makes_it_more() -> None:
    # 10M second copies are 200 dollars; what the objects cost, nobody knows.
    audits, two = (AUDIT,), (AUDIT, make_trail("second"))
    gone = checked(make_scenario(*two, volumes=SILENT), make_scenario(*audits, OBJECTS, volumes=SILENT))
    found = verdict(limit(MORE, "199"), gone)
    assert found.outcome is OPEN
    assert "costs at most $200.00 more than before, and the limit is $199.00; not known: " in found.message
    assert verdict(limit(MORE, "200"), gone).outcome is PASSED
    new = checked(make_scenario(*audits, OBJECTS, volumes=SILENT), make_scenario(*two, volumes=SILENT))
    found = verdict(limit(LESS, "199"), new)
    assert found.outcome is OPEN
    assert "costs at most $200.00 less than before, and the limit is $199.00; not known: " in found.message
    assert verdict(limit(LESS, "200"), new).outcome is PASSED
    # The other way round it is more than that, and surely over the limit.
    more = checked(make_scenario(*two, OBJECTS, volumes=SILENT), make_scenario(*audits, volumes=SILENT))
    assert verdict(limit(MORE, "199"), more).outcome is BROKEN
    assert verdict(limit(MORE, "200"), more).outcome is OPEN


def test_what_is_unknown_of_what_changed_makes_a_difference_more_or_less() -> None:
    two = (AUDIT, make_trail("second"))
    before = make_scenario(AUDIT, OBJECTS, volumes=SILENT)
    # 200 dollars of second copies, and objects that nobody counted: as before, in other Regions, at another price.
    same = checked(make_scenario(*two, OBJECTS, volumes=SILENT), before)
    assert verdict(limit(MORE, "199"), same).outcome is BROKEN
    assert verdict(limit(MORE, "200"), same).outcome is PASSED
    wider = checked(make_scenario(*two, replace(OBJECTS, is_multi_region=True), volumes=SILENT), before)
    dearer = checked(make_scenario(*two, OBJECTS, volumes=SILENT, discounts={"data": D("0.5")}), before)
    for one in (wider, dearer):
        assert verdict(limit(MORE, "199"), one).outcome is OPEN
        assert verdict(limit(MORE, "200"), one).outcome is OPEN
        assert verdict(limit(MORE, "199"), one, WhenUnknown.WARN).outcome is BROKEN
        assert verdict(limit(MORE, "200"), one, WhenUnknown.WARN).outcome is PASSED
        assert verdict(limit(LESS, "0"), one).outcome is OPEN
    assert verdict(limit(LESS, "0"), same).outcome is PASSED


def test_what_is_said_of_a_difference_leaves_out_what_is_not_known_where_it_may_be_either_way() -> None:
    two = (AUDIT, make_trail("second"))
    # A recorder that is changed may cost more or less; the second copies are 200 dollars more.
    wider = make_scenario(*two, replace(OBJECTS, is_multi_region=True), volumes=SILENT)
    either = checked(wider, make_scenario(AUDIT, OBJECTS, volumes=SILENT))
    said = "without what is not known, month 1 costs $200.00 more than before, and the limit is $200.00; not known: "
    assert verdict(limit(MORE, "200"), either).message.startswith(said)
    # One that is new costs more, whether it is all there is or not.
    new = checked(make_scenario(AUDIT, OBJECTS, volumes=SILENT), make_scenario(AUDIT, volumes=SILENT))
    said = "without what is not known, month 1 costs as much as before, and the limit is $1.00; not known: "
    assert verdict(limit(MORE, "1"), new).message.startswith(said)
    more = checked(make_scenario(*two, OBJECTS, volumes=SILENT), make_scenario(AUDIT, volumes=SILENT))
    assert verdict(limit(MORE, "199"), more).message.startswith("month 1 costs at least $200.00 more than before, over")
    gone = checked(make_scenario(*two, volumes=SILENT), make_scenario(AUDIT, OBJECTS, volumes=SILENT))
    assert verdict(limit(MORE, "200"), gone).message.startswith(
        "month 1 costs at most $200.00 more than before, within"
    )


def test_what_is_not_known_comes_on_top_of_one_end_of_a_band() -> None:
    # Between 2M and 5M second copies are 40 to 100 dollars.
    rows = (make_row(between(2_000_000, 5_000_000), event_name="DescribeInstances"),)
    some = (Volumes(rows, coverage=(make_coverage(),)),)
    two = (AUDIT, make_trail("second"))
    before = make_scenario(AUDIT, OBJECTS, volumes=some)
    found = verdict(limit(MAX, "100"), checked(make_scenario(*two, OBJECTS, volumes=some), before))
    assert found.message.startswith("month 1 costs at least $40.00, and the limit is $100.00; not known: ")
    gone = verdict(limit(MORE, "100"), checked(make_scenario(*two, volumes=some), before))
    assert gone.message == "month 1 costs at most $100.00 more than before, within the limit of $100.00"


def test_what_is_unknown_of_a_share_makes_the_limit_higher() -> None:
    # Before: 200 dollars and what nobody knows.  400 dollars now are 200 more, which is 100 % or less.
    two = (AUDIT, make_trail("second"))
    more = (*two, make_trail("third"), OBJECTS)
    one = checked(make_scenario(*more, volumes=SILENT), make_scenario(*two, OBJECTS, volumes=SILENT))
    assert verdict(limit(MORE, "100%"), one).outcome is PASSED
    assert verdict(limit(MORE, "99%"), one).outcome is OPEN
    assert verdict(limit(MORE, "99%"), one, WhenUnknown.WARN).outcome is BROKEN


def test_what_is_unknown_of_many_recorders_that_change_alike_has_a_part() -> None:
    # More changes than have a row each: their rows name three recorders, and how many more there are.
    many = [make_trail(f"objects-{n:02}", selectors=(on_objects(),)) for n in range(MOST_SINGLE + 1)]
    wider = [replace(one, is_multi_region=True) for one in many]
    one = checked(make_scenario(*wider, volumes=SILENT), make_scenario(*many, volumes=SILENT))
    assert one.diff is not None
    assert len(one.diff.causes) == 1
    found = verdict(limit(MORE, "1000"), one)
    assert found.outcome is OPEN
    assert found.message.startswith("without what is not known, month 1 costs as much as before")
    assert verdict(limit(MORE, "1000", recorder="objects-07"), one).outcome is OPEN


def test_what_has_no_price_is_unknown_too() -> None:
    one = checked(objects(50_000_000))
    prices = make_prices(*FREE, without=(Meter.DATA,))
    unpriced = Checked(estimate_scenario(one.estimate.scenario, prices), prices)
    found = verdict(limit(MAX, "1000"), unpriced)
    assert found.outcome is OPEN
    assert f"not known: the price of data of objects in {IRELAND}" in found.message
