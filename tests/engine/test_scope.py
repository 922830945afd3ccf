"""Where recorders are present, in which order their copies count, and what is settled from the context."""

import pytest

from costplan.engine.scope import Landscape, Place, copy_order, labels_of, landscape_of, places_of, settle
from costplan.model.problems import Location
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization, Scenario
from costplan.model.truth import Truth
from costplan.model.volumes import Volumes
from tests.build import (
    IRELAND,
    OWNER,
    PROD,
    SPAIN,
    TEST,
    VIRGINIA,
    make_coverage,
    make_prices,
    make_row,
    make_scenario,
    make_store,
    make_trail,
)

YES, MAYBE = Truth.YES, Truth.MAYBE
REGIONS = make_prices().regions
EVERYWHERE = (make_row(1), make_row(1, region=VIRGINIA), make_row(1, account=TEST))
"""Events in two Regions of one account and one Region of another."""


def places(recorder: Recorder, *rows: object, **rest: object) -> dict[Place, Truth]:
    scenario = make_scenario(recorder, rows=rows or EVERYWHERE, **rest)  # type: ignore[arg-type]
    return places_of(recorder, landscape_of(scenario, REGIONS))


def members(*accounts: str) -> Organization:
    return Organization("o-exampleorgid", OWNER, accounts)


# ---- presence ----


def test_a_single_region_trail_is_present_at_home_only() -> None:
    assert places(make_trail()) == {(PROD, IRELAND): YES}


def test_a_multi_region_trail_is_present_in_every_region_of_its_own_account() -> None:
    assert places(make_trail(is_multi_region=True)) == {(PROD, IRELAND): YES, (PROD, VIRGINIA): YES}


def test_a_home_without_events_is_a_place_too() -> None:
    assert places(make_trail(home_region=SPAIN)) == {(PROD, SPAIN): YES}
    assert (PROD, SPAIN) in places(make_trail(home_region=SPAIN, is_multi_region=True))


def test_a_home_that_the_account_does_not_list_is_enabled_all_the_same() -> None:
    trail = make_trail(home_region=VIRGINIA, is_multi_region=True)
    found = places(trail, make_row(1), accounts={PROD: Account(regions=(IRELAND,))})
    assert found == {(PROD, IRELAND): YES, (PROD, VIRGINIA): YES}


def test_listed_regions_count_without_any_event() -> None:
    found = places(make_trail(is_multi_region=True), make_row(1), accounts={PROD: Account(regions=(IRELAND, SPAIN))})
    assert found == {(PROD, IRELAND): YES, (PROD, SPAIN): YES}


def test_coverage_is_a_place_even_where_nothing_happened() -> None:
    volumes = Volumes((), (make_coverage(region=VIRGINIA),))
    trail = make_trail(is_multi_region=True)
    found = places_of(trail, landscape_of(make_scenario(trail, volumes=(volumes,)), REGIONS))
    assert found == {(PROD, IRELAND): YES, (PROD, VIRGINIA): YES}


@pytest.mark.parametrize("recorder", [make_trail(is_logging=False), make_store(is_ingesting=False)], ids=repr)
def test_what_is_stopped_is_nowhere(recorder: Recorder) -> None:
    assert places(recorder) == {}


def test_a_store_is_placed_like_a_trail() -> None:
    assert places(make_store(is_multi_region=True)) == {(PROD, IRELAND): YES, (PROD, VIRGINIA): YES}
    assert places(make_store(is_multi_region=False)) == {(PROD, IRELAND): YES}


@pytest.mark.parametrize("missing", [{"account": None}, {"home_region": None}], ids=repr)
def test_what_is_not_settled_is_nowhere_and_makes_no_place(missing: dict[str, None]) -> None:
    trail = make_trail(**missing)
    scenario = make_scenario(trail)
    assert landscape_of(scenario, REGIONS).regions == {}
    assert places_of(trail, landscape_of(scenario, REGIONS)) == {}


# ---- organizations ----


def test_an_organization_trail_is_present_in_each_member_and_the_management_account() -> None:
    trail = make_trail(account=OWNER, is_organization=True, is_multi_region=True)
    assert places(trail, organization=members(PROD, TEST)) == {
        (PROD, IRELAND): YES,
        (PROD, VIRGINIA): YES,
        (TEST, IRELAND): YES,
        (OWNER, IRELAND): YES,
    }


def test_an_organization_of_unstated_members_is_every_account_there_is() -> None:
    trail = make_trail(is_organization=True)
    assert places(trail) == {(PROD, IRELAND): YES, (TEST, IRELAND): YES}


def test_the_management_account_is_a_member_where_it_is_stated() -> None:
    def members_of(organization: Organization) -> frozenset[str]:
        return landscape_of(make_scenario(rows=EVERYWHERE, organization=organization), REGIONS).members

    assert members_of(Organization("o-exampleorgid", OWNER, None)) == {PROD, TEST, OWNER}
    assert members_of(Organization("o-exampleorgid", OWNER, (PROD,))) == {PROD, OWNER}
    assert members_of(Organization("o-exampleorgid", None, (PROD,))) == {PROD}


def test_an_organization_trail_is_present_in_its_own_account_whatever_that_lists() -> None:
    trail = make_trail(home_region=SPAIN, is_organization=True)
    lists = Landscape({PROD: frozenset({IRELAND})}, frozenset({PROD}), frozenset({PROD}), REGIONS)
    assert places_of(trail, lists) == {(PROD, SPAIN): YES}


def test_an_account_outside_of_the_organization_is_left_alone() -> None:
    trail = make_trail(account=OWNER, is_organization=True)
    assert places(trail, organization=members(PROD)) == {(PROD, IRELAND): YES, (OWNER, IRELAND): YES}


@pytest.mark.parametrize("is_multi_region", [True, False])
def test_a_member_of_which_nothing_is_known_is_unknown_at_home_not_absent(is_multi_region: bool) -> None:
    trail = make_trail(account=OWNER, is_organization=True, is_multi_region=is_multi_region)
    assert places(trail, organization=members("123456789012"))["123456789012", IRELAND] is YES


@pytest.mark.parametrize("is_multi_region", [True, False])
def test_a_member_without_the_opt_in_home_region_sends_nothing(is_multi_region: bool) -> None:
    trail = make_trail(account=OWNER, home_region=SPAIN, is_organization=True, is_multi_region=is_multi_region)
    found = places(trail, organization=members(TEST), accounts={TEST: Account(regions=(IRELAND,))})
    assert {account for account, _ in found} == {OWNER}


def test_a_member_with_the_opt_in_home_region_sends_from_all_its_regions() -> None:
    trail = make_trail(account=OWNER, home_region=SPAIN, is_organization=True, is_multi_region=True)
    found = places(trail, organization=members(TEST), accounts={TEST: Account(regions=(IRELAND, SPAIN))})
    assert found[TEST, IRELAND] is YES
    assert found[TEST, SPAIN] is YES


def test_a_member_that_does_not_say_whether_it_has_the_opt_in_home_region_may_send() -> None:
    trail = make_trail(account=OWNER, home_region=SPAIN, is_organization=True, is_multi_region=True)
    found = places(trail, organization=members(TEST))
    assert found[TEST, IRELAND] is MAYBE
    assert found[OWNER, SPAIN] is YES


def test_a_region_nobody_has_heard_of_is_taken_for_opt_in() -> None:
    trail = make_trail(account=OWNER, home_region="eu-north-9", is_organization=True)
    assert places(trail, organization=members(TEST))[TEST, "eu-north-9"] is MAYBE


# ---- order and names ----


def test_copies_count_by_start_of_logging_then_organization_then_file_order() -> None:
    first, late = make_trail("a", started="2024-01-01T00:00:00Z"), make_trail("b", started="2025-01-01T00:00:00Z")
    organization, plain, other = make_trail("c", is_organization=True), make_trail("d"), make_trail("e")
    order = copy_order((plain, late, other, organization, first))
    assert [recorder.name for recorder in order] == ["a", "b", "c", "d", "e"]


def test_recorders_of_one_name_are_told_apart_by_account_then_region() -> None:
    trails = (
        make_trail("audit"),
        make_trail("audit", account=TEST),
        make_trail("own"),
        make_trail("audit", home_region=VIRGINIA),
    )
    labels = ("111122223333:eu-west-1:audit", "444455556666:audit", "own", "111122223333:us-east-1:audit")
    assert tuple(labels_of(trails).values()) == labels
    # What else there is changes no label, or comparing two estimates would.
    assert tuple(labels_of((make_trail("new"), *trails)).values()) == ("new", *labels)


def test_even_recorders_alike_in_everything_have_labels_of_their_own() -> None:
    labels = labels_of((make_trail("a"), make_trail("a"), make_trail("111122223333:eu-west-1:a"))).values()
    alike = "111122223333:eu-west-1:a"
    assert list(labels) == [alike, f"{alike}#2", f"{alike}#3"]


# ---- settling ----


def bare(**rest: object) -> Recorder:
    return make_trail(account=None, home_region=None, **rest)


def settled(
    recorder: Recorder, *rows: object, account: str | None = None, region: str | None = None, **rest: object
) -> tuple[str | None, str | None, tuple[str, ...]]:
    scenario, problems = settle(make_scenario(recorder, rows=rows, **rest), account, region)  # type: ignore[arg-type]
    assert problems == ()
    (done,) = scenario.recorders
    return done.account, done.home_region, scenario.notes


ARN = "arn:aws:cloudtrail:us-east-1:444455556666:trail/audit"


def test_a_recorders_own_word_comes_before_its_arn_and_that_before_the_command_line() -> None:
    assert settled(make_trail(arn=ARN), account=OWNER, region=SPAIN)[:2] == (PROD, IRELAND)
    account, region, notes = settled(bare(arn=ARN), account=OWNER, region=VIRGINIA)
    # The ARN says so itself: nothing was taken for true.
    assert (account, region, notes) == (TEST, VIRGINIA, ())


def test_what_the_command_line_settles_is_noted() -> None:
    account, region, notes = settled(bare(), *EVERYWHERE, account=TEST, region=SPAIN)
    assert (account, region) == (TEST, SPAIN)
    assert notes == (f"audit is taken to belong to account {TEST}", f"audit is taken to have {SPAIN} as home Region")


def test_the_only_account_and_region_there_are_settle_the_rest() -> None:
    assert settled(bare(), make_row(1))[:2] == (PROD, IRELAND)
    # Two accounts, but the trail's own has one Region.
    assert settled(make_trail(account=TEST, home_region=None), *EVERYWHERE)[:2] == (TEST, IRELAND)


def test_an_organization_trail_belongs_to_the_management_account() -> None:
    organization = members(PROD, TEST)
    account, _, notes = settled(bare(is_organization=True), make_row(1), organization=organization, region=IRELAND)
    assert account == OWNER
    assert f"audit is taken to belong to account {OWNER}" in notes
    # A member's own trail does not.
    assert settled(bare(), make_row(1), organization=organization)[0] == PROD


def test_what_cannot_be_settled_is_a_problem_that_lists_the_choices() -> None:
    where = Location("scenario.yaml", 7)
    scenario, problems = settle(make_scenario(bare(where=where), rows=EVERYWHERE))
    assert [str(problem) for problem in problems] == [
        'scenario.yaml:7: audit: whose trail it is, is not said — write account: "…" or pass --account '
        f"(accounts here: {PROD}, {TEST})",
        "scenario.yaml:7: audit: its home Region is not said — write home_region: … or pass --region "
        f"(Regions here: {IRELAND}, {VIRGINIA})",
    ]
    assert isinstance(scenario, Scenario)


def test_listed_regions_settle_the_home_of_the_accounts_own_trail() -> None:
    accounts = {PROD: Account(regions=(SPAIN,)), TEST: Account(regions=(VIRGINIA,))}
    assert settled(make_trail(home_region=None), accounts=accounts)[1] == SPAIN


def test_an_organization_trail_without_an_organization_is_settled_like_any_other() -> None:
    assert settled(bare(is_organization=True), make_row(1))[0] == PROD


def test_a_problem_is_where_the_recorder_is_or_the_scenario_or_under_its_name() -> None:
    def place(**rest: object) -> str:
        _, (problem, *_) = settle(make_scenario(bare(), **rest))
        return str(problem.where)

    assert place(where=Location("scenario.yaml")) == "scenario.yaml"
    assert place() == "scene"


def test_where_nothing_is_known_there_is_nothing_to_choose_from() -> None:
    _, problems = settle(make_scenario(bare()))
    assert [problem.hint for problem in problems] == [
        'write account: "…" or pass --account (accounts here: none known)',
        "write home_region: … or pass --region (Regions here: none known)",
    ]


def test_a_scenario_without_recorders_has_nothing_to_settle() -> None:
    assert settle(make_scenario())[1] == ()
