"""The mix of one source, the totals of another: the sums are those of the totals to the last of six decimals."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from costplan.engine.calibration import Calibrated, Fate, calibrate
from costplan.engine.scaling import dealt_out
from costplan.engine.uncertainty import half_width
from costplan.inputs.documents import parse_document
from costplan.inputs.volumes.volumes_file import format_volumes, parse_volumes
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, total
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from costplan.reports.amounts import count_of
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    PROD,
    S3_OBJECT,
    TEST,
    VIRGINIA,
    between,
    make_coverage,
    make_key,
    make_row,
    object_row,
)
from tests.engine.together.worlds import CELLS, sampled

SIX = Decimal("0.000001")
amounts = st.integers(0, 10**12).map(lambda millionths: millionths * SIX)
deviations = st.floats(-1e6, 1e6, width=32)


def billed(per_month: Quantity | Decimal | int, category: object = MANAGEMENT, **place: str) -> Volumes:
    """A total that says nothing of its mix."""
    key = replace(make_key(category, **place), event_source=UNKNOWN, read_only=UNKNOWN, resources=UNKNOWN)  # type: ignore[arg-type]
    figure = per_month if isinstance(per_month, Quantity) else Quantity.exact(per_month)
    return Volumes((VolumeRow(key, figure),), (make_coverage(category, **place),), kind="bill")  # type: ignore[arg-type]


def mix_of(*counts: int | Decimal | str | Quantity) -> Volumes:
    rows = tuple(make_row(count, event_source=f"s{n}") for n, count in enumerate(counts))  # type: ignore[arg-type]
    return Volumes(rows, (make_coverage(MANAGEMENT),), kind="cloudtrail-logs")


def points(result: Calibrated) -> list[Decimal]:
    return [row.per_month.point for row in result.volumes.rows]


def fates(result: Calibrated) -> list[Fate]:
    return [stratum.fate for stratum in result.strata]


# ---- laws ----


@given(st.lists(amounts, min_size=1, max_size=8), amounts)
def test_what_is_dealt_out_adds_up_exactly_and_no_part_is_off_by_a_millionth(
    weights: list[Decimal], whole: Decimal
) -> None:
    assume(any(weights))
    with exact_arithmetic():
        parts = dealt_out(whole, weights)
        assert sum(parts) == whole
        for part, weight in zip(parts, weights, strict=True):
            assert part >= 0
            assert abs(part - whole * weight / sum(weights)) < SIX


@given(
    st.lists(st.tuples(st.sampled_from(CELLS), amounts, st.tuples(deviations, deviations)), min_size=1, max_size=12),
    st.dictionaries(st.sampled_from(sorted({(c.account, c.region, c.category) for c in CELLS})), amounts, min_size=1),
)
def test_calibrated_rows_add_up_to_the_totals_and_chance_moves_shares_only(
    drawn: list[tuple[object, Decimal, tuple[float, float]]], totals: dict[tuple[object, ...], Decimal]
) -> None:
    rows = [VolumeRow(cell.key, Quantity.exact(count)) for cell, count, _ in drawn]  # type: ignore[attr-defined]
    places = {(row.key.account, row.key.region, row.key.category) for row in rows}
    coverage = tuple(make_coverage(c, account=a, region=r) for a, r, c in sorted(places))
    mix = sampled(Volumes(tuple(rows), coverage), [vector for *_, vector in drawn])
    bill = Volumes(
        tuple(billed(n, c, account=a, region=r).rows[0] for (a, r, c), n in totals.items()),  # type: ignore[arg-type]
        tuple(make_coverage(c, account=a, region=r) for a, r, c in totals),  # type: ignore[arg-type]
    )

    result = calibrate(mix, bill, Decimal(10**30))

    for stratum in result.strata:
        if stratum.fate is Fate.UNCALIBRATED or stratum.fate is Fate.ABSURD:
            continue
        place = (stratum.account, stratum.region, stratum.category)
        here = [r for r in result.volumes.rows if (r.key.account, r.key.region, r.key.category) == place]
        with exact_arithmetic():
            after = total(row.per_month for row in here)
        assert (after.point, after.low, after.high) == (totals[place],) * 3
        assert float(half_width(after.replicates)) <= 1e-6 * max(1.0, float(stratum.factor or 1) * 1e7)
        assert all(0 <= row.per_month.counted <= row.per_month.low for row in here)


# ---- by hand ----


def test_rows_are_scaled_by_the_ratio_of_the_totals() -> None:
    # 1200 / (100 + 300) = 3
    result = calibrate(mix_of(100, 300), billed(1200))
    assert points(result) == [300, 900]
    (stratum,) = result.strata
    assert (stratum.fate, stratum.factor, stratum.sees_less) == (Fate.SCALED, 3, False)
    assert result.volumes.changes == (f"Management events of {PROD} in {IRELAND} × 3, to totals",)


def test_what_was_observed_stays_since_it_says_how_large_an_event_is() -> None:
    mix = Volumes((make_row(100, raw_bytes=150_000),), (make_coverage(MANAGEMENT),))
    (row,) = calibrate(mix, billed(250)).volumes.rows
    assert (row.per_month.point, row.count, row.raw_bytes) == (250, 100, 150_000)


def test_the_last_millionth_goes_where_most_was_rounded_away() -> None:
    # A third each of 1 is 0.333333…: the first gets the millionth that is left.
    assert points(calibrate(mix_of(1, 1, 1), billed(1))) == [
        Decimal("0.333334"),
        Decimal("0.333333"),
        Decimal("0.333333"),
    ]


def test_the_replicates_are_those_of_a_ratio() -> None:
    mix = sampled(mix_of(100, 300), [(8.0, 0.0), (0.0, -4.0)])
    first, second = (row.per_month for row in calibrate(mix, billed(800)).volumes.rows)
    # Factor 2, shares 1/4 and 3/4, sums 8 and −4: 2 (8 − 8/4) = 12, 2 (0 + 4/4) = 2; 2 (0 − 6) = −12, 2 (−4 + 3) = −2.
    assert first.replicates[0].deviations == (12.0, 2.0)
    assert second.replicates[0].deviations == (-12.0, -2.0)
    # A tenth was counted: 10 and 30 remain surely there.
    assert (first.counted, second.counted) == (10, 30)


def test_what_was_counted_never_exceeds_a_smaller_total() -> None:
    mix = sampled(mix_of(100, 300), [(8.0, 0.0), (0.0, -4.0)])
    assert [r.per_month.counted for r in calibrate(mix, billed(40)).volumes.rows] == [1, 3]


def test_a_calibrated_sample_survives_its_file_and_its_total_is_printed_as_known() -> None:
    mix = sampled(mix_of(*range(100_000, 100_300)), [(n * 31.7, 0.3 * n**2) for n in range(300)])
    result = calibrate(mix, billed(40_000_000)).volumes
    document = parse_document("c.json", format_volumes(result))
    read = parse_volumes(document, (), document.value, [])
    assert read is not None
    with exact_arithmetic():
        every = total(row.per_month for row in read.rows)
        one = read.rows[7].per_month
    assert every.point == 40_000_000
    assert count_of(every) == "40.0M"
    assert "±" in count_of(one)


def test_a_band_of_the_mix_and_one_of_the_totals_are_scaled_with_the_points() -> None:
    # The rows are 100 and 200–400 (point 400), the total 1000, perhaps only 800: factors 2 and 1.6.
    result = calibrate(mix_of(100, between(200, 400)), billed(Quantity.between(Decimal(800), Decimal(1000))))
    figures = [row.per_month for row in result.volumes.rows]
    assert [(q.low, q.point, q.high) for q in figures] == [(160, 200, 200), (320, 800, 800)]


@pytest.mark.parametrize(
    ("amount", "most", "fate"),
    [
        (2000, 20, Fate.SCALED),
        (2001, 20, Fate.ABSURD),
        (5, 20, Fate.SCALED),
        (4, 20, Fate.ABSURD),
        (0, 20, Fate.ABSURD),
        (2001, 21, Fate.SCALED),
    ],
)
def test_an_absurd_factor_is_told(amount: int, most: int, fate: Fate) -> None:
    assert fates(calibrate(mix_of(60, 40), billed(amount), Decimal(most))) == [fate]


def test_a_total_without_a_mix_is_kept_as_a_row_that_says_no_more() -> None:
    bill = billed(70, region=VIRGINIA)
    result = calibrate(mix_of(5), bill)
    assert fates(result) == [Fate.UNCALIBRATED, Fate.UNKNOWN_MIX]
    assert result.volumes.rows[1:] == bill.rows
    assert bill.coverage[0] in result.volumes.coverage
    assert points(result) == [5, 70]


def test_a_mix_of_nothing_is_no_mix() -> None:
    nothing = sampled(mix_of(0, Quantity(Decimal(0), Decimal(0), Decimal(5))), [(2.0, 0.0), (1.0, 1.0)])
    bill = billed(70)
    result = calibrate(nothing, bill)
    assert fates(result) == [Fate.UNKNOWN_MIX]
    assert result.volumes.rows == bill.rows


def test_a_total_that_covers_one_bucket_scales_that_bucket() -> None:
    lake = {"resource_type": S3_OBJECT, "container": "arn:aws:s3:::lake"}
    rows = (object_row(10), object_row(20, "claims"))
    bill = Volumes((object_row(30),), (make_coverage(DATA, **lake),))
    result = calibrate(Volumes(rows, (make_coverage(DATA),)), bill)
    assert points(result) == [30, 20]
    assert result.strata[0].aside.point == 20


def test_where_rows_do_not_say_whether_a_total_counts_them_nothing_is_scaled() -> None:
    bill = Volumes((object_row(30),), (make_coverage(DATA, container="arn:aws:s3:::lake"),))
    folded = make_row(8, DATA, resources=UNKNOWN)
    for rows in ((object_row(10), folded), (folded,)):
        mix = Volumes(rows, (make_coverage(DATA),))
        result = calibrate(mix, bill)
        assert fates(result) == [Fate.UNDECIDED]
        assert result.volumes == mix


def test_a_bill_of_data_events_counts_copies() -> None:
    mix = Volumes((object_row(10),), (make_coverage(DATA),))
    assert calibrate(mix, billed(20, DATA)).strata[0].counts_copies
    assert not calibrate(mix_of(1), billed(2)).strata[0].counts_copies


def test_a_mix_that_saw_less_than_the_totals_count_is_told() -> None:
    mix = Volumes((object_row(10),), (make_coverage(DATA, resource_type=S3_OBJECT),))
    assert calibrate(mix, billed(20, DATA)).strata[0].sees_less


def test_totals_without_coverage_are_those_of_their_places() -> None:
    bill = replace(billed(10), coverage=())
    assert points(calibrate(mix_of(2, 3), bill)) == [4, 6]
    elsewhere = replace(billed(10, account=TEST), coverage=(), covers_all=True)
    assert fates(calibrate(mix_of(2, 3), elsewhere)) == [Fate.UNCALIBRATED, Fate.UNKNOWN_MIX]


def test_sampled_totals_are_none() -> None:
    with pytest.raises(ValueError, match="not sampled"):
        calibrate(mix_of(1), sampled(billed(10), [(1.0, -1.0)]))
