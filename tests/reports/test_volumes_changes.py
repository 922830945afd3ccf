"""What putting volumes together did, in words."""

from decimal import Decimal
from pathlib import Path

from costplan.engine.calibration import Fate, Stratum
from costplan.engine.merging import Dropped
from costplan.engine.what_if import Choice, Done, Times
from costplan.model.problems import Location
from costplan.model.quantity import NOTHING, Quantity, Replicates
from costplan.model.volumes import Basis, Volumes
from costplan.reports.amounts import count_of, money_of
from costplan.reports.volumes_changes import merge_notes, render_calibration, render_changes
from costplan.reports.volumes_table import notes_on
from costplan.reports.wording import source_of
from tests.build import DATA, IRELAND, MANAGEMENT, PROD, TEST, VIRGINIA, make_coverage

PATHS = (Path("a.json"), Path("b.json"), Path("c.json"))


def test_what_a_merge_left_out_is_told_file_by_file() -> None:
    dropped = (Dropped(1, 2, Quantity.exact(1500), 0, 1), Dropped(2, straddling=1))
    assert merge_notes(Volumes(()), dropped, PATHS) == (
        "b.json: 2 rows left out, 1,500 events a month; 1 row of its coverage left out: a.json holds them",
        "c.json: 1 row may be held twice and became a band from zero: a.json or b.json holds them",
    )
    (note,) = merge_notes(Volumes((), covers_all=True), (), PATHS)
    assert note == "one of the files vouches that nothing else happens, so the merged volumes do"


def exact(number: int) -> Quantity:
    return Quantity.exact(number)


def test_every_fate_of_a_stratum_is_told() -> None:
    strata = (
        Stratum(PROD, IRELAND, DATA, Fate.SCALED, exact(100), exact(250), Decimal("2.5"), exact(7), True, True),
        Stratum(PROD, VIRGINIA, DATA, Fate.UNDECIDED, exact(3), exact(5), aside=exact(9)),
        Stratum(TEST, IRELAND, MANAGEMENT, Fate.UNCALIBRATED, NOTHING, NOTHING, aside=exact(11)),
        Stratum(TEST, VIRGINIA, MANAGEMENT, Fate.UNKNOWN_MIX, NOTHING, exact(13)),
    )
    table, _, notes = render_calibration(strata, 200).partition("\n\n")
    assert [line.split() for line in table.splitlines()[2:]] == [
        [PROD, IRELAND, "Data", "107", "250", "×", "2.500"],
        [PROD, VIRGINIA, "Data", "12", "5", "–"],
        [TEST, IRELAND, "Management", "11", "–", "–"],
        [TEST, VIRGINIA, "Management", "–", "13", "–"],
    ]
    assert notes.splitlines() == [
        f"unknown mix, so selectors make a range of it: Management in {TEST} {VIRGINIA}: only the total is known",
        f"not calibrated: Management in {TEST} {IRELAND}: no total covers them, 11 events a month stay as they were",
        f"not calibrated: Data in {PROD} {VIRGINIA}: 9 events a month do not say whether the totals count them",
        f"not calibrated: Data in {PROD} {IRELAND}: 7 events a month that the totals do not cover",
        f"assumed: Data in {PROD} {IRELAND}: what the mix does not cover is like what it covers (R110)",
        f"assumed: Data in {PROD} {IRELAND}: no two trails recorded the same events; a bill counts each copy (R86)",
    ]


def test_many_places_are_named_by_the_first() -> None:
    strata = [Stratum(PROD, f"r{n}", DATA, Fate.UNCALIBRATED, NOTHING, NOTHING, aside=exact(1)) for n in range(5)]
    assert f"Data in {PROD} r2, 2 more: no total covers them, 5 events" in render_calibration(strata, 200)


def test_a_change_is_told_with_what_it_left() -> None:
    done = Done(Times(Choice(), Decimal(2), "bucket=lake × 2", Location("x")), 3, exact(10), exact(20), 4)
    text = render_changes([done], 100)
    assert text.splitlines()[2].split() == ["bucket=lake", "×", "2", "3", "10", "20"]
    assert text.endswith("bucket=lake × 2: 4 rows may belong to it and stay, as they do not say")


def test_changed_volumes_say_so_wherever_they_are_used() -> None:
    changed = Volumes((), kind="merged", changes=tuple(f"change {n}" for n in range(10)))
    assert source_of(changed) == "merged volumes, 10 changes since"
    assert notes_on(changed)[:1] + notes_on(changed)[7:] == (
        "changed since: change 0",
        "changed since: change 7",
        "changed since: 2 more",
    )


def test_coverage_of_several_kinds_names_them() -> None:
    parts = (make_coverage(DATA, basis=Basis.TYPED), make_coverage(MANAGEMENT, basis=Basis.INFERRED))
    assert notes_on(Volumes((), parts))[-1] == (
        "coverage: of several kinds: only what was seen (R102), what somebody typed"
    )


def test_what_is_left_of_a_known_total_is_no_margin() -> None:
    # Replicates that cancel but for the 24 bits that they are stored in: a millionth of a millionth, and a thousandth.
    rounding, chance = (
        Quantity(Decimal(10**6), Decimal(10**6), Decimal(10**6), (Replicates("d", 1.0, (d, -d)),)) for d in (1e-3, 1e3)
    )
    assert count_of(rounding) == "1.00M"
    assert money_of(rounding) == "$1,000,000.00"
    assert "±" in count_of(chance)
