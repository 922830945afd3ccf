"""A report as a whole: lint, unknowns, ages, suppressions, notes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from costplan.advice.lint import LINT_CODES
from costplan.model.events import EventCategory
from costplan.model.policy import EventsAsked, Extent, LintAsked, Requirement, WhenUnknown, Within
from costplan.model.problems import Location
from costplan.model.recorders import IS_RUNNING
from costplan.model.verdicts import Level, Outcome, Suppression
from costplan.model.volumes import Basis, Coverage, Period, Volumes
from tests.advice.check.scenes import MAX, MORE, TODAY, checked, limit, report, verdicts
from tests.build import (
    IRELAND,
    MANAGEMENT,
    PROD,
    make_coverage,
    make_row,
    make_scenario,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

PASSED, BROKEN, OPEN = Outcome.PASSED, Outcome.BROKEN, Outcome.COULD_NOT_TELL
OBJECTS = make_trail("objects", selectors=(on_objects(),), where=Location("main.json", 5))
AUDIT = make_trail("audit", where=Location("main.json", 1))
SECOND = make_trail("second", where=Location("main.json", 9))
EVENTS = (make_row(1_000_000, event_name="DescribeInstances"), object_row(50_000_000))


def scene(*recorders: Any, **rest: Any) -> Any:
    return make_scenario(*recorders, rows=EVENTS, **rest)


def test_nothing_asked_of_what_is_known_passes() -> None:
    found = report(checked(scene(AUDIT)))
    assert found.outcome is PASSED
    assert [(v.rule, v.outcome) for v in found.verdicts] == [("unknown", PASSED)]
    assert found.notes == ()


def test_verdicts_stand_in_the_order_of_the_settings_and_the_lint_last() -> None:
    asked = Requirement("all", EventsAsked(EventCategory.MANAGEMENT), Within(Extent.EVERY_REGION, PROD, IRELAND))
    limits = (limit(MAX, "100"), limit(MAX, "1", recorder="audit"))
    found = report(checked(scene(AUDIT, SECOND)), limits=limits, requirements=(asked,), lint=LINT)
    assert [v.rule for v in found.verdicts] == ["max-monthly", "max-monthly", "require-all", "unknown", "CP013"]


def test_each_scenario_is_checked() -> None:
    cheap, dear = checked(scene(AUDIT)), checked(replace(scene(OBJECTS), name="dear"))
    found = report(cheap, dear, limits=(limit(MAX, "10"),))
    assert [(v.scenario, v.outcome) for v in verdicts(found, "max-monthly")] == [("scene", PASSED), ("dear", BROKEN)]
    only = report(cheap, dear, limits=(limit(MAX, "10", scenario="scene"),))
    assert [v.scenario for v in verdicts(only, "max-monthly")] == ["scene"]


# ---- lint ----


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (LintAsked(), []),
        (LintAsked(frozenset({"CP001"})), []),
        (LintAsked(frozenset({"CP013"})), [("CP013", Level.FAIL)]),
        # Both trails are in one Region without global service events, which is a note.
        (LintAsked(everything=True), [("CP016", Level.WARN), ("CP013", Level.FAIL), ("CP016", Level.WARN)]),
    ],
    ids=str,
)
def test_only_the_codes_that_are_asked_for_fail(asked: LintAsked, found: list[tuple[str, Level]]) -> None:
    codes = report(checked(scene(AUDIT, SECOND)), lint=asked).verdicts
    assert [(v.rule, v.level) for v in codes if v.rule in LINT_CODES] == found


def test_a_note_of_the_lint_is_said_among_all_and_fails_by_its_code() -> None:
    # CP018, which is a note: a store that nobody can make any more.
    one = checked(scene(make_store(where=Location("main.json", 2), is_declared=True), has_estate=True))
    everything = report(one, lint=LintAsked(everything=True))
    assert {(v.rule, v.level) for v in everything.verdicts if v.rule in LINT_CODES} == {("CP018", Level.WARN)}
    assert everything.outcome is PASSED
    by_code = report(one, lint=LintAsked(frozenset({"CP018"})))
    assert by_code.outcome is BROKEN


def test_what_the_lint_finds_in_the_estate_is_not_the_changes_fault() -> None:
    one = checked(scene(AUDIT, SECOND))
    of_estate = replace(one, own=frozenset({AUDIT.where}))
    (found,) = verdicts(report(one, lint=LintAsked(everything=True)), "CP013")
    assert (found.subject, found.where) == ("second", SECOND.where)
    assert not verdicts(report(of_estate, lint=LintAsked(everything=True)), "CP013")


def test_a_store_is_told_from_a_trail_of_its_name_that_is_not_its_own() -> None:
    # The organization's trail comes first in the order of copies, and last in the files.
    store = make_store("main", where=Location("main.json", 2), is_declared=True)
    trail = make_trail("main", is_organization=True, where=Location("estate.json", 1))
    both = checked(scene(store, trail, has_estate=True))
    of_store, of_trail = (replace(both, own=frozenset({one.where})) for one in (store, trail))
    (found,) = verdicts(report(of_store, lint=LintAsked(frozenset({"CP018"}))), "CP018")
    assert found.where == store.where
    assert not verdicts(report(of_trail, lint=LintAsked(frozenset({"CP018"}))), "CP018")


# ---- unknowns ----

SILENT = (Volumes(EVENTS[:1], coverage=(make_coverage(),)),)


@pytest.mark.parametrize(
    ("unknown", "outcomes", "whole"),
    [
        (WhenUnknown.FAIL, [(OPEN, Level.FAIL)], OPEN),
        (WhenUnknown.WARN, [(OPEN, Level.WARN)], PASSED),
        (WhenUnknown.ALLOW, [], PASSED),
    ],
)
def test_unknowns_fail_or_are_said_or_not(unknown: WhenUnknown, outcomes: Any, whole: Outcome) -> None:
    one = checked(make_scenario(AUDIT, OBJECTS, volumes=SILENT))
    found = report(one, unknown=unknown)
    unknowns = verdicts(found, "unknown")
    assert [(v.outcome, v.level) for v in unknowns] == outcomes
    assert all(v.subject == "objects" and v.where == OBJECTS.where for v in unknowns)
    assert found.outcome is whole


def test_what_code_leaves_open_is_unknown() -> None:
    words = "logging is on: IsLogging is known only when it is applied (parameter On)"
    trail = replace(AUDIT, undecided=((IS_RUNNING, words),))
    (found,) = report(checked(scene(trail))).verdicts
    assert (found.rule, found.outcome, found.subject, found.where) == ("unknown", OPEN, "audit", AUDIT.where)
    assert found.message == f"not known of trail audit, and taken for granted: {words}"
    assert report(checked(scene(trail)), unknown=WhenUnknown.WARN).outcome is PASSED
    # Of what is there besides, the change decides nothing.
    assert report(replace(checked(scene(trail)), own=frozenset())).outcome is PASSED


# ---- ages ----


def volumes(*ends: date | None, kind: str = "cloudtrail-logs") -> Volumes:
    def covered(end: date | None) -> Coverage:
        if end is None:
            return make_coverage()
        at = datetime(end.year, end.month, end.day, tzinfo=UTC)
        return Coverage(PROD, IRELAND, MANAGEMENT, Basis.RECORDED_BY, observed=Period(at, at, Decimal(24)))

    rows = EVENTS[:1]
    return Volumes(rows, tuple(map(covered, ends)), kind=kind, where=Location("volumes.json"))


# A period that ends on the morning of 1 November ends with 31 October; 30 days before 30 November.
@pytest.mark.parametrize(("most", "outcome"), [(29, OPEN), (30, PASSED), (90, PASSED), (None, None)])
def test_volumes_are_as_old_as_their_last_day(most: int | None, outcome: Outcome | None) -> None:
    one = checked(make_scenario(AUDIT, volumes=(volumes(date(2026, 10, 5), date(2026, 11, 1)),)))
    found = verdicts(report(one, max_volumes_age_days=most), "volumes-age")
    assert [v.outcome for v in found] == ([] if outcome is None else [outcome])
    if outcome is OPEN:
        assert found[0].message == (
            "volumes.json end on 2026-10-31, 30 days before 2026-11-30, more than the 29 that are allowed"
        )
        assert found[0].where == Location("volumes.json")
        assert found[0].is_open


def test_a_period_that_ends_a_second_into_a_day_has_seen_that_day() -> None:
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC)
    part = make_coverage(observed=Period(start, end, Decimal(1) / 4))
    one = checked(make_scenario(AUDIT, volumes=(Volumes(EVENTS[:1], (part,), kind="cloudtrail-logs"),)))
    (found,) = verdicts(report(one, max_volumes_age_days=29), "volumes-age")
    assert (found.outcome, found.message) == (
        PASSED,
        "volumes (cloudtrail-logs) end on 2026-11-01, 29 days before 2026-11-30, of 29 that are allowed",
    )


def test_measured_volumes_without_a_date_cannot_be_told() -> None:
    one = checked(make_scenario(AUDIT, volumes=(volumes(None),)))
    (found,) = verdicts(report(one, max_volumes_age_days=9), "volumes-age")
    assert (found.outcome, found.message) == (OPEN, "volumes.json do not say when they were observed")


def test_typed_volumes_have_no_date_which_is_said() -> None:
    found = report(checked(make_scenario(AUDIT, volumes=(volumes(None, kind="typed"),))), max_volumes_age_days=9)
    assert not verdicts(found, "volumes-age")
    assert found.notes == ("scene: typed volumes have no date, so their age is not looked at",)


def test_what_is_too_old_says_what_to_do_and_typed_volumes_with_a_day_are_as_old_as_measured_ones() -> None:
    # They end on 29 November, the day before.
    typed = volumes(date(2026, 11, 30), kind="typed")
    for most, outcome in ((0, OPEN), (1, PASSED)):
        found = report(checked(make_scenario(AUDIT, volumes=(typed,))), max_volumes_age_days=most)
        (verdict,) = verdicts(found, "volumes-age")
        assert (verdict.outcome, found.notes) == (outcome, ())
        hint = "measure them again, or allow more with max_volumes_age_days"
        assert verdict.hint == ("" if outcome is PASSED else hint)


@pytest.mark.parametrize(
    ("some", "is_noted"),
    [
        ((volumes(None, kind="typed"), volumes(date(2026, 11, 30))), True),
        ((volumes(None), volumes(date(2026, 11, 30), kind="typed")), False),
    ],
)
def test_typed_volumes_beside_others_are_said(some: tuple[Volumes, ...], is_noted: bool) -> None:
    found = report(checked(make_scenario(AUDIT, volumes=some)), max_volumes_age_days=9)
    assert len(found.notes) == is_noted
    assert len(verdicts(found, "volumes-age")) == 2 - is_noted


# ---- suppressions ----


def accepted(rule: str, expires: date = TODAY, recorder: str | None = None) -> Suppression:
    return Suppression(rule, "known since May", expires, recorder, Location("costplan.yaml", 12))


LINT = LintAsked(frozenset({"CP013"}))


@pytest.mark.parametrize(
    ("suppression", "whole", "note"),
    [
        (accepted("CP013"), PASSED, ""),
        (accepted("CP013", recorder="second"), PASSED, ""),
        (
            accepted("CP013", recorder="audit"),
            BROKEN,
            "CP013 of audit suppresses nothing: remove it",
        ),
        (accepted("CP001"), BROKEN, "CP001 suppresses nothing: remove it"),
        (
            accepted("CP013", date(2026, 11, 29)),
            BROKEN,
            "CP013 expired on 2026-11-29: it suppresses nothing any more",
        ),
    ],
    ids=["of the rule", "of the recorder", "of another recorder", "of another rule", "expired"],
)
def test_a_finding_is_accepted_until_a_day(suppression: Suppression, whole: Outcome, note: str) -> None:
    found = report(checked(scene(AUDIT, SECOND)), lint=LINT, suppressions=(suppression,))
    (verdict,) = verdicts(found, "CP013")
    assert found.outcome is whole
    assert verdict.suppressed == (suppression if whole is PASSED else None)
    assert found.notes == ((f"costplan.yaml:12: the suppression of {note}",) if note else ())


def test_a_limit_and_an_unknown_can_be_accepted_too() -> None:
    one = checked(make_scenario(AUDIT, SECOND, OBJECTS, volumes=SILENT))
    asked: dict[str, Any] = {"limits": (limit(MAX, "1"),)}
    assert report(one, **asked).outcome is BROKEN
    both = (accepted("max-monthly"), accepted("unknown", recorder="objects"))
    assert report(one, **asked, suppressions=both[:1]).outcome is OPEN
    assert report(one, **asked, suppressions=both).outcome is PASSED


# ---- notes ----


def test_a_change_of_nothing_passes_and_says_so() -> None:
    found = report(checked(scene(AUDIT), scene(AUDIT)), limits=(limit(MORE, "0"),))
    assert found.outcome is PASSED
    assert found.notes == ("scene: nothing that costs or records anything is different",)
    assert len(found.diffs) == 1


def test_a_change_of_something_is_not_said_to_be_none() -> None:
    assert report(checked(scene(AUDIT, SECOND), scene(AUDIT))).notes == ()


@pytest.mark.parametrize(
    ("of", "says"),
    [
        ({"recorder": "gone"}, "recorder gone"),
        ({"recorder": "gone", "scenario": "scene"}, "recorder gone"),
        ({"recorder": "gone", "account": PROD}, f"account {PROD} and recorder gone"),
        ({"account": "444455556666"}, "account 444455556666"),
        ({"scenario": "prod"}, 'the name "prod"'),
    ],
    ids=str,
)
def test_a_limit_of_what_nobody_has_is_said(of: dict[str, str], says: str) -> None:
    found = report(checked(scene(AUDIT)), limits=(limit(MAX, "1", **of),))
    assert found.notes == (f"--max-monthly: no scenario has {says}, so it limits nothing",)
    assert found.outcome is PASSED


def test_a_limit_of_what_one_of_several_has_is_a_limit() -> None:
    both = checked(scene(AUDIT)), checked(replace(scene(OBJECTS), name="other"))
    for of in ({"scenario": "scene"}, {"recorder": "objects"}):
        assert report(*both, limits=(limit(MAX, "1000", **of),)).notes == ()


def test_an_increase_of_what_nobody_shows_is_said() -> None:
    found = report(checked(scene(AUDIT)), limits=(limit(MORE, "1"),))
    (note,) = found.notes
    assert note == "max-increase not looked at for scene: nothing says what was before (--before, --git)"
