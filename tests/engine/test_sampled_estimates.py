"""Sampled volumes through a whole estimate: by hand, and against a twin that estimates once for each replicate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from math import isclose, sqrt

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.uncertainty import half_width, interval, student_t
from costplan.model.billing import Charge, Meter
from costplan.model.estimate import Estimate
from costplan.model.events import CLOUDTRAIL_SERVICE, Principal
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import LogBucket, Recorder
from costplan.model.scenario import FirstNetworkCopy, Scenario
from costplan.model.selectors import FieldSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, FileStatistics, VolumeRow, Volumes
from tests.build import (
    DATA,
    IRELAND,
    KMS,
    MANAGEMENT,
    NETWORK,
    PROD,
    VIRGINIA,
    charges_of,
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
    quantity_of,
)

D = Decimal
FACTOR = 0.25
WITHOUT_S3 = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
T3 = student_t(3)
"""Four replicates leave three degrees of freedom."""


def sampled(point: int | str, *deviations: float, counted: int | str = 0, design: str = "a") -> Quantity:
    return Quantity.sampled(D(point), Replicates(design, FACTOR, deviations), counted=D(counted))


def estimate(*recorders: Recorder, rows: tuple[VolumeRow, ...] = (), **rest: object) -> Estimate:
    prices = rest.pop("prices", WITHOUT_S3)
    return estimate_scenario(make_scenario(*recorders, rows=rows, **rest), prices)  # type: ignore[arg-type]


def cost(result: Estimate, *meters: Meter) -> Quantity:
    return sum((charge.list_cost for charge in charges_of(result, *meters)), Quantity.exact(0))


TWO = (make_trail("first"), make_trail("second", selectors=(make_selector(MANAGEMENT), on_objects())))


# ---- by hand ----


@pytest.mark.parametrize(
    ("of_objects", "error"),
    [
        # What the two charges owe to chance adds up replicate by replicate: 2 + 1 = 3 dollars each, √(0.25 × 4 × 3²).
        ((1e6, -1e6, 1e6, -1e6), 3.0),
        # Or takes away: 2 − 1 = 1 dollar each.
        ((-1e6, 1e6, -1e6, 1e6), 1.0),
        # Or has nothing to do with it: 3, −3, 1, −1 dollars, √(0.25 × 20) = √5 = √(2² + 1²).
        ((1e6, -1e6, -1e6, 1e6), sqrt(5)),
    ],
)
def test_charges_of_one_sample_add_up_replicate_by_replicate(of_objects: tuple[float, ...], error: float) -> None:
    # 1,000,000 management events twice: a second copy at 2.00 for 100,000 is 20 dollars, each replicate 2 dollars off.
    # 5,000,000 object events at 0.10 for 100,000 are 5 dollars; a deviation of 1,000,000 is 1 dollar.
    rows = (make_row(sampled(1_000_000, 1e5, -1e5, 1e5, -1e5)), object_row(sampled(5_000_000, *of_objects)))
    result = estimate(*TWO, rows=rows)
    copies, objects = cost(result, Meter.MANAGEMENT_ADDITIONAL_COPY), cost(result, Meter.DATA)
    assert (copies.point, objects.point) == (20, 5)
    assert isclose(copies.standard_error, 2.0)
    assert isclose(objects.standard_error, 1.0)
    whole = result.last.list_cost
    assert whole.point == 25
    assert isclose(whole.standard_error, error)
    low, high = interval(whole)
    assert isclose(float(low), 25 - T3 * error, rel_tol=1e-9)
    assert isclose(float(high), 25 + T3 * error, rel_tol=1e-9)


def test_variances_of_different_samples_add() -> None:
    # 3 dollars and 4 dollars of standard error, though every replicate of both goes up when the other does: 5 dollars.
    rows = (
        object_row(sampled(10_000_000, 3e6, -3e6, 3e6, -3e6)),
        object_row(sampled(20_000_000, 4e6, -4e6, 4e6, -4e6, design="b"), bucket="claims"),
    )
    volumes = tuple(Volumes((row,), covers_all=True) for row in rows)
    whole = estimate(TWO[1], volumes=volumes).last.list_cost
    assert [r.design_id for r in whole.replicates] == ["a", "b"]
    assert isclose(whole.standard_error, 5.0)


def test_a_tier_is_filled_again_for_each_replicate() -> None:
    # 30 events at 0.30 to 10, 0.20 above: 3.00 + 4.00 = 7.00.  Under the replicates there are 40, 20, 8 and 0:
    # 9.00, 5.00, 2.40 and 0.00 dollars, so 2, −2, −4.60 and −7 off: √(0.25 × (4 + 4 + 21.16 + 49)) = √19.54.
    price = make_price(Meter.DATA, 1, ("0.30", "10"), ("0.20", None))
    prices = make_prices(price, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    rows = (object_row(sampled(30, 10, -10, -22, -35, counted=4)),)
    whole = estimate(TWO[1], rows=rows, prices=prices).last.list_cost
    assert whole.point == D("7.00")
    (replicates,) = whole.replicates
    assert [round(d, 9) for d in replicates.deviations] == [2.0, -2.0, -4.6, -7.0]
    assert isclose(whole.standard_error, sqrt(19.54))
    # 7.00 − 3.15 × 4.42 would be below nothing, and the four that were counted cost 4 × 0.30.
    assert interval(whole)[0] == D("1.20")


def test_a_tier_that_only_chance_reaches_is_charged_too() -> None:
    # 9 events at 0.30 to 10, 0.20 above: 2.70.  Under the replicates there are 12 and 6: 3.40 and 1.80 dollars.
    price = make_price(Meter.DATA, 1, ("0.30", "10"), ("0.20", None))
    prices = make_prices(price, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    result = estimate(TWO[1], rows=(object_row(sampled(9, 3, -3)),), prices=prices)
    assert [(c.tier, c.quantity.point) for c in result.last.charges] == [(1, 9), (2, 0)]
    assert result.last.list_cost.point == D("2.70")
    assert [round(d, 9) for d in result.last.list_cost.replicates[0].deviations] == [0.7, -0.9]


def test_no_figure_is_less_than_what_was_counted_of_it() -> None:
    # 10 counted object events of 1,000,000: 0.00001 dollars at least, and 1,000,000 typed ones beside them: 1 dollar.
    rows = (
        object_row(sampled(1_000_000, 1e6, -1e6, 1e6, -1e6, counted=10)),
        object_row(1_000_000, bucket="claims"),
    )
    result = estimate(TWO[1], rows=rows, discounts={"cloudtrail": D("0.5")})
    low, high = interval(result.last.list_cost)
    assert low == D("1.00001")
    # 1 ± 3.18 × 1 dollars of the sampled ones.
    assert isclose(float(high), 2 + T3, rel_tol=1e-9)
    assert interval(result.last.net_cost)[0] == D("0.500005")
    assert interval(result.events.recorded["Data"])[0] == 1_000_010


def test_a_trail_that_may_record_makes_a_band_beside_the_interval() -> None:
    # The sure trail records 1,000,000 events; whether the other one records these too hangs on a name nobody kept.
    # Its copies cost 0 to 20 dollars, and at the high end chance makes 2 dollars of them.
    unsure = make_trail(
        "unsure", selectors=(make_selector(MANAGEMENT, FieldSelector("eventName", equals=("CreateRole",))),)
    )
    row = make_row(sampled(1_000_000, 1e5, -1e5, 1e5, -1e5, counted=500_000), event_name=UNKNOWN)
    result = estimate(make_trail("sure"), unsure, rows=(row,))
    copies = cost(result, Meter.MANAGEMENT_ADDITIONAL_COPY)
    assert (copies.low, copies.point, copies.high) == (0, 20, 20)
    assert isclose(copies.standard_error, 2.0)
    # Nothing of what may not be recorded at all was counted for sure.
    assert copies.floor == 0
    low, high = interval(copies)
    assert low == 0
    assert isclose(float(high), 20 + T3 * 2, rel_tol=1e-9)


def test_growth_makes_the_error_grow_with_the_figure() -> None:
    # 1.1² = 1.21 of 1 dollar ± 0.5 in month 3.
    rows = (object_row(sampled(1_000_000, 5e5, -5e5, 5e5, -5e5)),)
    whole = estimate(TWO[1], rows=rows, months=3, growth_per_month=D("0.1")).last.list_cost
    assert whole.point == D("1.21")
    assert isclose(whole.standard_error, 0.605)


def test_bytes_of_a_store_move_with_its_events() -> None:
    # 2³⁰ events of 1 byte are a GB for 0.75 dollars; a tenth off in each replicate is 0.075 dollars.
    row = replace(object_row(sampled(2**30, *(2**30 / 10 * sign for sign in (1, -1, 1, -1)))), raw_bytes=2**30)
    whole = estimate(make_store(selectors=(on_objects(),)), rows=(row,)).last.list_cost
    assert whole.point == D("0.75")
    assert isclose(whole.standard_error, 0.075)


def test_saving_moves_with_what_else_is_in_the_tier() -> None:
    # Two trails record the same 8 events: 16 at 0.30 to 10, 0.20 above; each would save 8 × 0.20 + … = 1.80 dollars:
    # 3.00 + 1.20 = 4.20 less 2.40.  With 9 events: 3.00 + 1.60 less 2.70 = 1.90; with 4: 2.40 less 1.20 = 1.20.
    price = make_price(Meter.DATA, 1, ("0.30", "10"), ("0.20", None))
    prices = make_prices(price, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    trails = (make_trail("a", selectors=(on_objects(),)), make_trail("b", selectors=(on_objects(),)))
    result = estimate(*trails, rows=(object_row(sampled(8, 1, -4)),), prices=prices)
    saved = result.events.by_recorder[0].saved_if_removed_alone
    assert saved.point == D("1.80")
    assert [round(d, 9) for d in saved.replicates[0].deviations] == [0.1, -0.6]


# ---- the twin ----


def value_under(figure: Quantity, number: int) -> Decimal:
    """The figure under one replicate, as if it had been counted so."""
    deviation = sum((D(r.deviations[number]) for r in figure.replicates), D(0))
    return max(D(0), figure.point + deviation)


def under(scenario: Scenario, number: int) -> Scenario:
    """The scenario in which each row happens as often as one replicate says, for certain."""
    return replace(
        scenario,
        volumes=tuple(
            replace(
                volumes,
                rows=tuple(
                    replace(row, per_month=Quantity.exact(value_under(row.per_month, number))) for row in volumes.rows
                ),
            )
            for volumes in scenario.volumes
        ),
    )


REPLICATES = 6


def wave(point: int, size: float, start: int) -> Quantity:
    """A figure whose replicates lie around it in an order of their own."""
    deviations = [round(point * size * ((start * (n + 2) * 37) % 19 - 9) / 9, 3) for n in range(REPLICATES)]
    return Quantity.sampled(D(point), Replicates("a", FACTOR, tuple(deviations)), counted=D(point // 60))


def files(region: str, events: int) -> FileStatistics:
    return FileStatistics(PROD, region, "CloudTrail", 9_000, 5_000_000, events, 4_000, 8_928, D(650), D(170))


CHECK = Principal(container=None, type="AWSService", invoked_by=CLOUDTRAIL_SERVICE)
ROWS = (
    make_row(wave(4_000_000, 0.2, 1), raw_bytes=5_000_000_000),
    make_row(wave(90_000, 0.5, 2), read_only=False, event_source="iam.amazonaws.com", region=VIRGINIA),
    make_row(wave(700_000, 0.3, 3), event_source=KMS, raw_bytes=800_000_000),
    object_row(wave(30_000_000, 0.15, 4), raw_bytes=40_000_000_000),
    object_row(wave(900, 0.9, 5), bucket="claims", read_only=False),
    make_row(wave(50_000, 0.4, 6), NETWORK, event_source=KMS, read_only=None),
    make_row(wave(2_000, 0.3, 7), event_source="s3.amazonaws.com", event_name="GetBucketAcl", principal=CHECK),
)
BUCKET = LogBucket("trail-logs", PROD, IRELAND, has_kms_key=True)
COVERED = tuple(
    make_coverage(category, region=region, basis=Basis.RECORDED_BY)
    for category in (MANAGEMENT, DATA, NETWORK)
    for region in (IRELAND, VIRGINIA)
)
MEASURED = Volumes(ROWS, COVERED, kind="cloudtrail-logs", files=(files(IRELAND, 4_000_000), files(VIRGINIA, 90_000)))
EVERYTHING = (make_selector(MANAGEMENT), on_objects(), make_selector(NETWORK, FieldSelector("eventSource", (KMS,))))
BUSY = make_trail("busy", is_multi_region=True, selectors=EVERYTHING, bucket=BUCKET)
SECOND = make_trail(
    "second",
    bucket=LogBucket("second-logs", PROD, IRELAND),
    insights=(
        InsightSelector(InsightType.API_CALL_RATE, frozenset({MANAGEMENT})),
        InsightSelector(InsightType.API_ERROR_RATE, frozenset({MANAGEMENT})),
    ),
)
TIERED = make_prices(
    make_price(Meter.MANAGEMENT_ADDITIONAL_COPY, 100_000, ("2.00", "4000000"), ("1.50", "4500000"), ("1.00", None)),
    make_price(Meter.S3_PUT, 1_000, ("0.005", "20000"), ("0.004", None)),
    make_price(Meter.S3_STORAGE_STANDARD, 1, ("0.03", "20"), ("0.02", None)),
)
QUIET = make_trail("quiet", home_region=VIRGINIA, bucket=LogBucket("quiet-logs", PROD, VIRGINIA))
SCENES: Mapping[str, Scenario] = {
    "a store": make_scenario(make_store(selectors=(make_selector(MANAGEMENT), on_objects())), volumes=(MEASURED,)),
    "two trails, their loops and their checks": make_scenario(BUSY, SECOND, volumes=(MEASURED,), months=4),
    "growth, a busy season and a discount": make_scenario(
        BUSY,
        SECOND,
        volumes=(MEASURED,),
        months=3,
        growth_per_month=D("0.07"),
        busy_factor=D("1.3"),
        discounts={"cloudtrail": D("0.07")},
    ),
    "files that were not measured": make_scenario(QUIET, BUSY, volumes=(replace(MEASURED, files=()),), months=2),
    "the first network copy is free": make_scenario(
        BUSY, replace(BUSY, name="also"), volumes=(MEASURED,), network_activity_first_copy=FirstNetworkCopy.FREE
    ),
}

Figures = Callable[[Estimate], dict[object, Quantity]]


def by_charge(result: Estimate) -> dict[object, Quantity]:
    """Every figure of a charge, and every total; charges of several tiers by tier."""
    found: dict[object, Quantity] = {}
    for month in result.months:
        for charge in month.charges:
            found |= {(month.month, charge.id, charge.tier, name): of(charge) for name, of in FIGURES.items()}
        found[month.month, "list"] = month.list_cost
        found[month.month, "net"] = month.net_cost
    return found


FIGURES: Mapping[str, Callable[[Charge], Quantity]] = {
    "quantity": lambda charge: charge.quantity,
    "list": lambda charge: charge.list_cost,
    "net": lambda charge: charge.net_cost,
}


def of_events(result: Estimate) -> dict[object, Quantity]:
    found: dict[object, Quantity] = {}
    for name in ("happened", "recorded", "recorded_by_none"):
        found |= {(name, category): quantity for category, quantity in getattr(result.events, name).items()}
    for recorder in result.events.by_recorder:
        found |= {(recorder.recorder, category): quantity for category, quantity in recorder.recorded.items()}
        found[recorder.recorder, "saved"] = recorder.saved_if_removed_alone
    return found


@pytest.mark.parametrize("figures", [by_charge, of_events])
@pytest.mark.parametrize("scene", SCENES)
def test_every_figure_moves_as_it_does_when_each_replicate_is_estimated_by_itself(scene: str, figures: Figures) -> None:
    scenario = SCENES[scene]
    mine = figures(estimate_scenario(scenario, TIERED))
    twins = [figures(estimate_scenario(under(scenario, n), TIERED)) for n in range(REPLICATES)]
    moved = 0
    assert mine.keys() >= {name for twin in twins for name, figure in twin.items() if figure}
    for name, figure in mine.items():
        deviations = figure.replicates[0].deviations if figure.replicates else (0.0,) * REPLICATES
        for twin, deviation in zip(twins, deviations, strict=True):
            expected = twin[name].point if name in twin else D(0)
            # Counts, files and calls for each file are rounded to six decimals, the loops of deliveries to a millionth.
            assert isclose(float(figure.point) + deviation, float(expected), rel_tol=1e-7, abs_tol=2e-5), name
            moved += abs(deviation) > 1e-3
    assert moved > 10


def test_the_margin_of_a_whole_estimate_is_that_of_its_twins() -> None:
    scenario = SCENES["two trails, their loops and their checks"]
    whole = estimate_scenario(scenario, TIERED).last.list_cost
    twins = [estimate_scenario(under(scenario, n), TIERED).last.list_cost.point for n in range(REPLICATES)]
    error = sqrt(FACTOR * sum(float(twin - whole.point) ** 2 for twin in twins))
    assert error > 1
    assert isclose(float(half_width(whole.replicates)), student_t(REPLICATES - 1) * error, rel_tol=1e-6)
    assert quantity_of(estimate_scenario(scenario, TIERED), Meter.MANAGEMENT_ADDITIONAL_COPY).is_sampled
