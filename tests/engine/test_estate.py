"""What there is beside the recorders of a change: who gives way to whom, and what is said without an estate."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.estate import with_estate
from costplan.engine.scope import settle
from costplan.model.estimate import Assumption
from costplan.model.events import EventCategory
from costplan.model.recorders import LogBucket, Recorder
from costplan.model.scenario import Account, Estate, Organization, Scenario
from costplan.model.selectors import FieldSelector
from costplan.model.unknown import UNKNOWN
from tests.build import IRELAND, PROD, TEST, VIRGINIA, make_row, make_scenario, make_selector, make_store, make_trail
from tests.engine.scenes import estimate

ARN = f"arn:aws:cloudtrail:{IRELAND}:{PROD}:trail/audit"
ELSEWHERE = f"arn:aws:cloudtrail:{VIRGINIA}:{PROD}:trail/audit"


def joined(own: Recorder, *estate: Recorder, **rest: Any) -> list[Recorder]:
    """What *own*, alone in a scenario, and *estate* make together."""
    return list(with_estate(make_scenario(own, **rest), Estate("estate.yaml", estate)).recorders)


@pytest.mark.parametrize(
    ("own", "other", "is_same"),
    [
        pytest.param(make_trail(arn=ARN), make_trail("renamed", arn=ARN), True, id="one-arn"),
        pytest.param(make_trail(arn=ARN), make_trail(arn=ELSEWHERE), False, id="two-arns"),
        pytest.param(make_trail(), make_trail(arn=ARN), True, id="account-and-name"),
        pytest.param(make_trail(), make_trail("other"), False, id="another-name"),
        pytest.param(make_trail(account=TEST), make_trail(is_organization=True), False, id="another-account"),
        pytest.param(make_trail(), make_trail(home_region=VIRGINIA), False, id="another-region"),
        pytest.param(make_trail("one"), make_store("one"), False, id="a-store-is-no-trail"),
        pytest.param(make_store("one"), make_store("one", retention_days=90), True, id="stores"),
    ],
)
def test_a_recorder_of_the_estate_gives_way_to_the_same_one(own: Recorder, other: Recorder, is_same: bool) -> None:
    assert joined(own, other) == ([own] if is_same else [other, own])


def test_a_region_that_only_the_rules_decided_tells_no_two_recorders_apart() -> None:
    written = make_trail(home_region=None)
    settled, problems = settle(make_scenario(written, rows=(make_row(1, region=VIRGINIA),)))
    assert (settled.recorders[0].home_region, problems) == (VIRGINIA, ())
    estate = Estate("estate.yaml", (make_trail(home_region=IRELAND),))
    assert with_estate(settled, estate, [written]).recorders == settled.recorders


def test_what_a_plan_replaces_or_deletes_is_no_more() -> None:
    gone = make_trail("old", arn=ARN)
    assert joined(make_trail("new"), make_trail("old", arn=ARN, is_logging=False), replaced=(gone,)) == [
        make_trail("new")
    ]


def test_recorders_of_accounts_that_nothing_touches_are_left_out() -> None:
    own, far = make_trail(), make_trail("far", account=TEST)
    everywhere = make_trail("org", account=TEST, is_organization=True)
    assert joined(own, far, everywhere) == [everywhere, own]
    assert joined(own, far, rows=(make_row(1, account=TEST),)) == [far, own]
    assert joined(own, far, accounts={TEST: Account()}) == [far, own]


def test_an_estate_tells_accounts_and_the_organization() -> None:
    organization = Organization("o-exampleorgid", PROD, (PROD, TEST))
    known = {PROD: Account("prod", (IRELAND,)), TEST: Account("test", (VIRGINIA,))}
    estate = Estate("estate.yaml", (), known, organization)
    alone = with_estate(make_scenario(make_trail()), estate)
    assert (alone.accounts, alone.organization) == ({PROD: Account("prod", (IRELAND,))}, organization)
    # What the scenario says itself stays.
    own = Organization("o-another")
    scenario = make_scenario(make_trail(), accounts={PROD: Account(None, (VIRGINIA,))}, organization=own)
    both = with_estate(scenario, estate)
    assert (both.accounts, both.organization) == ({PROD: Account("prod", (VIRGINIA,))}, own)


def test_a_trail_whose_name_cloudformation_made_is_that_of_its_logical_id() -> None:
    own = make_trail("Trail022F0CF2", is_declared=True)
    deployed = make_trail("Audit-Trail022F0CF2-1ABCDEFGHIJKL")
    another = make_trail("Audit-Trail0A1B2C3D-1ABCDEFGHIJKL")
    settled = with_estate(make_scenario(own), Estate("estate.yaml", (deployed, another)))
    assert list(settled.recorders) == [another, own]
    assert settled.decided == (
        f"{deployed.name} of the estate is taken to be Trail022F0CF2, whose name CloudFormation made",
    )
    # Nobody knows which of two it is, and a trail that is not declared has the name that it says.
    twin = make_trail("Other-Trail022F0CF2-1ABCDEFGHIJKL")
    both = with_estate(make_scenario(own), Estate("estate.yaml", (deployed, twin)))
    assert list(both.recorders) == [deployed, twin, own]
    assert len(both.decided) == 1
    assert joined(make_trail("Trail022F0CF2"), deployed) == [deployed, make_trail("Trail022F0CF2")]


def test_what_became_of_an_estate_is_noted() -> None:
    estate = Estate("estate.yaml", (make_trail(), make_trail("second"), make_trail("far", account=TEST)))
    (note,) = with_estate(make_scenario(make_trail()), estate).notes
    assert note == (
        "estate.yaml has 3 recorders: 1 beside those of the scenario, 1 that it replaces,"
        " 1 in accounts that it does not touch, left out"
    )


# ---- places ----


def test_a_namesake_of_the_estate_tells_account_and_region() -> None:
    declared = make_trail(account=None, home_region=None, is_declared=True)
    rows = (make_row(1), make_row(1, account=TEST, region=VIRGINIA))
    assert len(settle(make_scenario(declared, rows=rows))[1]) == 2
    known = [make_trail(), make_trail("other", account=TEST), make_store("audit", account=TEST)]
    settled, problems = settle(make_scenario(declared, rows=rows), known=known)
    assert problems == ()
    assert settled.recorders == (make_trail(),)
    assert settled.decided == (
        f"audit is taken to belong to account {PROD}",
        f"audit is taken to have {IRELAND} as home Region",
    )
    assert settled.notes == ()


def test_two_namesakes_tell_nothing_in_which_they_differ() -> None:
    declared = make_trail(account=None, home_region=None)
    known = [make_trail(), make_trail(account=TEST)]
    settled, (problem,) = settle(make_scenario(declared), known=known)
    assert "whose trail it is" in problem.what
    assert settled.recorders[0].home_region == IRELAND


# ---- without an estate ----


DATA_ONLY = (make_selector(EventCategory.DATA),)


def said(scenario: Scenario) -> list[Assumption]:
    return [assumption for assumption in estimate(scenario).assumptions if assumption.rule == "estate"]


def test_infrastructure_code_without_an_estate_says_what_another_trail_would_cost() -> None:
    # 6,000,000 first copies at $2.00 per 100,000, if another trail had them all: $120.00.
    scenario = make_scenario(make_trail(is_declared=True), rows=(make_row(6_000_000),))
    (assumption,) = said(scenario)
    assert assumption.text == "no other trail records these management events"
    assert assumption.moves == Decimal("120.00")
    assert assumption.is_always_said


def test_copies_that_are_paid_already_are_no_dearer_beside_another_trail() -> None:
    trails = [make_trail(name, is_declared=True) for name in ("a", "b")]
    (assumption,) = said(make_scenario(*trails, rows=(make_row(6_000_000),)))
    assert assumption.moves == Decimal("120.00")


def test_an_event_has_one_first_copy_whichever_trail_it_is_of() -> None:
    # Nobody knows which of 6,000,000 events are writes, so the first copy of any may be a's or b's, but never both.
    writes = make_selector(EventCategory.MANAGEMENT, FieldSelector("readOnly", equals=("false",)))
    trails = (make_trail("a", is_declared=True, selectors=(writes,)), make_trail("b", is_declared=True))
    (assumption,) = said(make_scenario(*trails, rows=(make_row(6_000_000, read_only=UNKNOWN),)))
    assert assumption.moves == Decimal("120.00")


def test_code_that_records_no_management_events_says_so_too() -> None:
    (assumption,) = said(make_scenario(make_trail(is_declared=True, selectors=DATA_ONLY), rows=(make_row(1),)))
    assert assumption.text == "the code records no management event, so no other trail makes one dearer"
    assert assumption.moves is None


def test_buckets_without_a_name_are_said_in_one_sentence() -> None:
    trails = [make_trail(name, is_declared=True) for name in "abcde"]
    named = make_trail("named", is_declared=True, bucket=LogBucket("logs"))
    texts = [
        a.text for a in estimate(make_scenario(*trails, named, rows=(make_row(1),))).assumptions if a.is_always_said
    ]
    assert texts[1:] == [
        "the bucket of a, b, c and 2 more has no name before the code is applied: it is taken to be their own,"
        " unless the code shows that trails share one"
    ]


@pytest.mark.parametrize("has_estate", [True, False])
def test_it_is_said_of_infrastructure_code_without_an_estate_only(has_estate: bool) -> None:
    scenario = make_scenario(make_trail(is_declared=has_estate), rows=(make_row(6_000_000),))
    assert said(replace(scenario, has_estate=has_estate)) == []
