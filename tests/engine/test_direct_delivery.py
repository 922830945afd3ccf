"""Events in CloudWatch Logs without a trail, by hand (R78)."""

from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.explanation import Explainer
from costplan.engine.scope import landscape_of, places_of
from costplan.inputs.prices import load_price_list
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.matches import Absence
from costplan.model.recorders import CloudWatchLogs, DirectDelivery, LogClass, Recorder
from costplan.model.scenario import Account, Gigabyte, Organization
from costplan.model.truth import Truth
from costplan.model.volumes import VolumeRow, Volumes
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    OWNER,
    PROD,
    S3_OBJECT,
    SPAIN,
    TEST,
    VIRGINIA,
    charges_of,
    make_coverage,
    make_key,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
    quantity_of,
)

D = Decimal
PRICES = load_price_list([IRELAND, SPAIN, VIRGINIA], ("cloudtrail", "s3", "cloudwatch"))
CALLS = make_selector(MANAGEMENT)
GIB = 2**30


def direct(*regions: str, **fields: Any) -> DirectDelivery:
    fields = {"account": PROD, "selectors": (CALLS,), "cloudwatch_logs": CloudWatchLogs(90)} | fields
    regions = regions or (VIRGINIA,)
    return DirectDelivery("to-cloudwatch", home_region=regions[0], regions=regions, **fields)


def estimate(*recorders: Recorder, rows: tuple[VolumeRow, ...], **rest: Any) -> Estimate:
    """At list prices: the invented ones have none of CloudWatch's."""
    return estimate_scenario(make_scenario(*recorders, rows=rows, **rest), PRICES)


MILLION = make_row(1_000_000, raw_bytes=1_500_000_000, region=VIRGINIA)


def costs(found: Estimate) -> dict[Meter, Decimal]:
    return {c.usage.meter: c.list_cost.point for c in found.months[0].charges}


@pytest.mark.parametrize(
    ("gb", "delivered", "ingested", "stored"),
    [
        # 1.5 GB × 0.25 and × 0.50; half of it is there on average in the first month: 1.5 × 0.15 / 2 × 0.03
        (Gigabyte.DECIMAL, D("0.375"), D("0.75"), D("0.003375")),
        # 1.5 × 10⁹ / 2³⁰ = 1.39698386192321777 GB
        (Gigabyte.BINARY, D("0.3492459654808044"), D("0.6984919309616088"), D("0.00314321368932724")),
    ],
    ids=["GB of 10⁹ bytes", "GB of 2³⁰ bytes"],
)
def test_a_million_events_cost_a_quarter_and_a_half_per_gb(
    gb: Gigabyte, delivered: Decimal, ingested: Decimal, stored: Decimal
) -> None:
    found = costs(estimate(direct(), rows=(MILLION,), gb=gb))

    assert found[Meter.DIRECT_DELIVERY] == pytest.approx(delivered, abs=D("1e-15"))
    assert found[Meter.CLOUDWATCH_LOGS_INGESTION] == pytest.approx(ingested, abs=D("1e-15"))
    assert found[Meter.CLOUDWATCH_LOGS_STORAGE] == pytest.approx(stored, abs=D("1e-12"))
    assert found.keys() == {
        Meter.DIRECT_DELIVERY,
        Meter.CLOUDWATCH_LOGS_INGESTION,
        Meter.CLOUDWATCH_LOGS_STORAGE,
    }


def test_it_neither_takes_nor_gives_the_free_copy() -> None:
    found = estimate(direct(), make_trail(home_region=VIRGINIA), rows=(MILLION,))

    assert quantity_of(found, Meter.MANAGEMENT_FIRST_COPY).point == 1_000_000
    assert quantity_of(found, Meter.MANAGEMENT_ADDITIONAL_COPY).point == 0
    # Without it the trail has the same copies.
    alone = estimate(make_trail(home_region=VIRGINIA), rows=(MILLION,))
    of_trail = {c.id: c.list_cost for c in found.last.charges if c.usage.recorder == "audit"}
    assert of_trail == {c.id: c.list_cost for c in alone.last.charges}


def test_it_is_one_of_the_recorders_of_the_events() -> None:
    found = estimate(direct(), rows=(MILLION,))

    (events,) = found.events.by_recorder
    assert events.recorder == "to-cloudwatch"
    assert events.recorded["Management"].point == 1_000_000
    assert events.saved_if_removed_alone.point == found.last.list_cost.point


def test_it_is_there_only_in_the_regions_where_it_is_switched_on() -> None:
    rows = (MILLION, make_row(1_000_000, raw_bytes=GIB, region=IRELAND), make_row(7, region=SPAIN))
    found = estimate(direct(VIRGINIA, IRELAND), rows=rows)
    delivered = {c.usage.region: c.quantity.point for c in charges_of(found, Meter.DIRECT_DELIVERY)}

    assert delivered == {VIRGINIA: D(1_500_000_000) / GIB, IRELAND: D(1)}
    # Each Region has a log group of its own, at its own price: 0.57 in Ireland.
    ingested = {c.usage.region: c.list_cost.point for c in charges_of(found, Meter.CLOUDWATCH_LOGS_INGESTION)}
    assert ingested[IRELAND] == D("0.57")
    assert found.events.recorded_by_none["Management"].point == 7


def test_its_selectors_choose_data_events_as_those_of_a_trail_do() -> None:
    rows = (object_row(100, region=VIRGINIA, raw_bytes=GIB), make_row(100, region=VIRGINIA, raw_bytes=GIB))
    found = estimate(direct(selectors=(on_objects(),)), rows=rows)

    assert quantity_of(found, Meter.DIRECT_DELIVERY).point == 1
    # No charge for data events as such: CloudTrail's share is by size.
    assert quantity_of(found, Meter.DATA).point == 0


def test_of_an_organization_every_member_has_a_log_group_and_pays_for_it() -> None:
    rows = (MILLION, make_row(10, account=TEST, region=VIRGINIA, raw_bytes=GIB))
    organization = Organization("o-example", OWNER, (PROD, TEST))
    found = estimate(direct(is_organization=True, account=OWNER), rows=rows, organization=organization)

    assert {c.usage.account: c.quantity.point for c in charges_of(found, Meter.CLOUDWATCH_LOGS_INGESTION)} == {
        PROD: D(1_500_000_000) / GIB,
        TEST: D(1),
    }


def test_it_reaches_no_member_that_has_not_enabled_the_region() -> None:
    accounts = {TEST: Account(regions=(VIRGINIA,)), PROD: Account(regions=(VIRGINIA, SPAIN))}
    organization = Organization("o-example", OWNER, (PROD, TEST))
    recorder = direct(SPAIN, account=OWNER, is_organization=True)
    scenario = make_scenario(recorder, accounts=accounts, organization=organization)
    places = places_of(recorder, landscape_of(scenario, {}))

    assert places == {(OWNER, SPAIN): Truth.YES, (PROD, SPAIN): Truth.YES}


def test_what_nobody_measured_is_unknown_at_its_price() -> None:
    volumes = (Volumes((MILLION,), coverage=(make_coverage(region=VIRGINIA),)),)
    found = estimate(direct(selectors=(CALLS, on_objects())), rows=(), volumes=volumes)
    (unknown,) = found.unknown

    assert (unknown.meter, unknown.what) == (Meter.DIRECT_DELIVERY, f"{S3_OBJECT} data events")
    assert unknown.list_unit_price == D("0.25")
    assert found.is_lower_bound


def test_its_absence_is_explained() -> None:
    recorder = direct(VIRGINIA)
    landscape = landscape_of(make_scenario(recorder, rows=(make_row(1),)), {})
    explainer = Explainer(recorder, landscape)

    assert explainer.explain(make_key(region=VIRGINIA)).truth is Truth.YES
    assert explainer.explain(make_key(region=IRELAND)).absence is Absence.OTHER_REGION
    assert explainer.explain(make_key(account=TEST, region=VIRGINIA)).absence is Absence.OTHER_ACCOUNT
    assert explainer.explain(make_key(DATA, region=VIRGINIA)).truth is Truth.NO


def test_an_event_nobody_measured_has_the_usual_bytes_and_it_is_said() -> None:
    found = estimate(direct(), rows=(make_row(2**20, region=VIRGINIA),))

    # 2²⁰ events of 1,500 bytes
    assert quantity_of(found, Meter.DIRECT_DELIVERY).point == D(1500) / 1024
    assert "event-size" in {a.rule for a in found.assumptions}
    assert "event-size" not in {a.rule for a in estimate(direct(), rows=(MILLION,)).assumptions}


# ---- log class, vended logs ----


@pytest.mark.parametrize("is_direct", [True, False], ids=["without a trail", "of a trail"])
def test_the_infrequent_access_class_halves_what_goes_in(is_direct: bool) -> None:
    logs = CloudWatchLogs(90, LogClass.INFREQUENT_ACCESS)
    recorder = direct(cloudwatch_logs=logs) if is_direct else make_trail(home_region=VIRGINIA, cloudwatch_logs=logs)
    found = estimate(recorder, rows=(make_row(10, region=VIRGINIA, raw_bytes=1000 * GIB),))

    assert quantity_of(found, Meter.CLOUDWATCH_LOGS_INGESTION).point == 0
    (charge,) = charges_of(found, Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT)
    # 1,000 × 0.25
    assert charge.list_cost.point == 250
    said = [(a.text, a.moves) for a in found.assumptions if a.rule == "log-class"]
    # 1,000 × (0.50 − 0.25)
    text = "a trail delivers to a log group of the Infrequent Access class (audit); AWS does not say so"
    assert said == ([] if is_direct else [(text, D(250))])


LARGE = make_row(10, region=VIRGINIA, raw_bytes=30_720 * GIB)


def test_above_10_tb_the_estimate_says_what_vended_logs_would_save() -> None:
    found = estimate(direct(), rows=(LARGE,))

    # flat: 30,720 × 0.50
    assert charges_of(found, Meter.CLOUDWATCH_LOGS_INGESTION)[0].list_cost.point == 15_360
    # vended: 10,240 × 0.50 + 20,480 × 0.25 = 10,240
    ((text, moves),) = [(a.text, a.moves) for a in found.assumptions if a.rule == "vended-logs"]
    assert moves == 5_120
    assert text == (
        "what goes into CloudWatch Logs in us-east-1 does not count among the logs that AWS vends, which get cheaper "
        "the more there are (cloudwatch_logs_vended); AWS does not say"
    )


def test_a_scenario_may_take_them_for_vended() -> None:
    found = estimate(direct(), rows=(LARGE,), cloudwatch_logs_vended=True)

    charges = charges_of(found, Meter.CLOUDWATCH_LOGS_INGESTION_VENDED)
    assert [c.list_cost.point for c in charges] == [5_120, 5_120]
    assert [a.moves for a in found.assumptions if a.rule == "vended-logs"] == [5_120]


def test_up_to_10_tb_nothing_hangs_on_it() -> None:
    row = make_row(10, region=VIRGINIA, raw_bytes=10_240 * GIB)

    assert not [a for a in estimate(direct(), rows=(row,)).assumptions if a.rule == "vended-logs"]


def test_log_groups_of_one_region_reach_10_tb_together() -> None:
    row = make_row(10, region=VIRGINIA, raw_bytes=6_144 * GIB)
    trail = make_trail(home_region=VIRGINIA, cloudwatch_logs=CloudWatchLogs(90))
    found = estimate(direct(), trail, rows=(row,))

    # 12,288 − 10,240 = 2,048 GB at half the price: 2,048 × 0.25
    assert [a.moves for a in found.assumptions if a.rule == "vended-logs"] == [512]
