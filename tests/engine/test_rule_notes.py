"""Rules about which AWS is silent: said exactly where an estimate used them, with what the other reading would cost."""

from decimal import Decimal

import pytest

from costplan.engine.count_plan import plan_for
from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Assumption
from costplan.model.events import Resource
from costplan.model.recorders import LogBucket, Recorder, Trail
from costplan.model.selectors import DataResource, EventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import ReadSummary, VolumeRow, Volumes
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    PROD,
    S3_OBJECT,
    VIRGINIA,
    make_object,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
TABLE_TYPE = "AWS::DynamoDB::Table"
TABLES = f"arn:aws:dynamodb:{IRELAND}:{PROD}:table"
WITHOUT_S3 = make_prices(
    make_price(Meter.DATA_AGGREGATION, 100_000, ("0.03", None)), without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)
)
MILLION = 1_000_000
"""Data events that cost $1.00: 1,000,000 × 0.10 / 100,000."""


def assumed(*recorders: Recorder, rows: tuple[VolumeRow, ...] = (), **rest: object) -> dict[str, Assumption]:
    scenario = make_scenario(*recorders, rows=rows, **rest)
    return {a.rule: a for a in estimate_scenario(scenario, WITHOUT_S3).assumptions}


def on(kind: str, *values: str) -> Trail:
    """A trail whose one basic selector records data events."""
    selector = EventSelector(include_management_events=False, data_resources=(DataResource(kind, values),))
    return make_trail(selectors=(selector,))


def on_table(per_month: int, *names: str) -> VolumeRow:
    resources = tuple(Resource(TABLE_TYPE, f"{TABLES}/{name}", True) for name in names)
    return make_row(per_month, DATA, event_source="dynamodb.amazonaws.com", resources=resources)


# ---- selectors ----


def test_a_table_in_a_basic_selector_is_that_table_alone() -> None:
    rows = (on_table(5, "orders"), on_table(MILLION, "orders-archive"))
    found = assumed(on(TABLE_TYPE, f"{TABLES}/orders"), rows=rows)["R9"]
    assert found.text == "audit: a table's ARN in a basic selector means that table alone"
    assert found.moves == D(1)  # what orders-archive would cost, were it a prefix
    assert "R9" not in assumed(on(TABLE_TYPE, "arn:aws:dynamodb"), rows=rows)
    advanced = make_selector(
        DATA,
        FieldSelector("resources.type", equals=(TABLE_TYPE,)),
        FieldSelector("resources.ARN", equals=(f"{TABLES}/orders",)),
    )
    assert "R9" not in assumed(make_trail(selectors=(advanced,)), rows=rows)


def test_a_bucket_without_its_slash_is_that_bucket_alone() -> None:
    rows = (object_row(5, "lake"), object_row(2 * MILLION, "lakehouse"))
    assert assumed(on(S3_OBJECT, "arn:aws:s3:::lake"), rows=rows)["R11"].moves == D(2)
    assert "R11" not in assumed(on(S3_OBJECT, "arn:aws:s3:::lake/"), rows=rows)
    assert "R11" not in assumed(on(S3_OBJECT, "arn:aws:s3"), rows=rows)
    # The bare value says no more than the one with the slash beside it only by this rule.
    assert "R11" in assumed(on(S3_OBJECT, "arn:aws:s3:::lake", "arn:aws:s3:::other/"), rows=rows)


def test_of_a_field_listed_twice_both_entries_hold() -> None:
    twice = on_objects(
        FieldSelector("eventName", starts_with=("Get",)), FieldSelector("eventName", ends_with=("Object",))
    )
    rows = tuple(object_row(MILLION, event_name=name) for name in ("GetObject", "GetObjectAcl", "PutObject", "X"))
    # One of four by both, three of four by either: two more dollars.
    assert assumed(make_trail(selectors=(twice,)), rows=rows)["R25"].moves == D(2)
    once = on_objects(FieldSelector("eventName", starts_with=("Get",), ends_with=("Object",)))
    assert "R25" not in assumed(make_trail(selectors=(once,)), rows=rows)


def test_several_resource_types_are_alternatives() -> None:
    both = make_selector(DATA, FieldSelector("resources.type", equals=(S3_OBJECT, TABLE_TYPE)))
    rows = (object_row(MILLION), on_table(3 * MILLION, "orders"))
    assert assumed(make_trail(selectors=(both,)), rows=rows)["R28"].moves == D(3)
    assert "R28" not in assumed(make_trail(selectors=(on_objects(),)), rows=rows)


def test_type_and_arn_are_of_one_resource_where_an_event_has_several() -> None:
    orders = make_selector(
        DATA,
        FieldSelector("resources.type", equals=(TABLE_TYPE,)),
        FieldSelector("resources.ARN", equals=(f"{TABLES}/orders",)),
    )
    two_types = make_row(
        MILLION,
        DATA,
        resources=(Resource("AWS::DynamoDB::Stream", f"{TABLES}/orders"), Resource(TABLE_TYPE, f"{TABLES}/x", True)),
    )
    trail = make_trail(selectors=(orders,))
    assert assumed(trail, rows=(two_types,))["R30"].moves == D(1)
    assert "R30" not in assumed(trail, rows=(on_table(MILLION, "orders"), on_table(MILLION, "x")))
    assert "R30" not in assumed(trail, rows=(on_table(MILLION, "orders", "x"),))


@pytest.mark.parametrize(
    ("field", "moves"),
    [
        (FieldSelector("eventName", equals=("putobject",)), D(1)),
        (FieldSelector("eventName", not_ends_with=("object",)), D(1)),
        (FieldSelector("eventName", starts_with=("PUT",)), D(1)),
        (FieldSelector("eventName", equals=("PutObject",)), None),
        (FieldSelector("eventName", equals=("getobject",)), None),
    ],
)
def test_case_matters_where_a_value_would_match_without_it(field: FieldSelector, moves: Decimal | None) -> None:
    found = assumed(make_trail(selectors=(on_objects(field),)), rows=(object_row(MILLION, event_name="PutObject"),))
    assert (found["R23"].moves if "R23" in found else None) == moves


IN_CLAIMS = on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/claims/",)))


@pytest.mark.parametrize(
    ("name", "bucket", "moves"),
    [
        ("ListObjects", "lake", D(1)),
        (UNKNOWN, "lake", None),
        ("GetObject", "lake", "not used"),
        ("ListObjects", "other", "not used"),
    ],
)
def test_a_call_on_a_bucket_is_under_no_prefix_within_it(name: object, bucket: str, moves: object) -> None:
    conditions = plan_for([make_trail(selectors=(IN_CLAIMS,))]).conditions
    row = make_row(MILLION, DATA, event_name=name, resources=(make_object(bucket, "0"),))
    volumes = Volumes((row,), covers_all=True, conditions=conditions)
    found = assumed(make_trail(selectors=(IN_CLAIMS,)), volumes=(volumes,))
    assert (found["R32"].moves if "R32" in found else "not used") == moves


def test_a_whole_bucket_asks_nothing_of_calls_on_buckets() -> None:
    whole = on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)))
    rows = (object_row(MILLION, event_name="ListObjects"),)
    assert "R32" not in assumed(make_trail(selectors=(whole,)), rows=rows)


def test_what_global_service_events_are_is_said_where_a_trail_leaves_them_out() -> None:
    # Two trails in us-east-1, one of which leaves IAM out: with it, a second copy of 1,000,000 would be $20.
    rows = (make_row(MILLION, region=VIRGINIA, event_source="iam.amazonaws.com"),)
    other = make_trail("other", home_region=VIRGINIA)
    without = {"home_region": VIRGINIA, "include_global_service_events": False}
    assert assumed(other, make_trail(**without), rows=rows)["R67"].moves == D(20)
    assert "R67" not in assumed(other, make_trail(is_multi_region=True, **without), rows=rows)
    assert "R67" not in assumed(other, rows=rows)


def test_a_rule_of_a_stopped_trail_is_not_used() -> None:
    stopped = on(S3_OBJECT, "arn:aws:s3:::lake")
    stopped = Trail(stopped.name, PROD, IRELAND, selectors=stopped.selectors, is_logging=False)
    assert "R11" not in assumed(stopped, rows=(object_row(5),))


def test_what_hangs_on_a_rule_grows_with_the_volumes() -> None:
    rows = (object_row(MILLION, "lakehouse"),)
    found = assumed(on(S3_OBJECT, "arn:aws:s3:::lake"), rows=rows, months=2, growth_per_month=D("0.5"))
    assert found["R11"].moves == D("1.5")


# ---- deliveries, aggregation, records ----


def test_deliveries_of_other_trails_are_left_out_too() -> None:
    def bucket(name: str) -> LogBucket:
        return LogBucket(name, region=IRELAND, account=PROD)

    quiet = make_trail("quiet", selectors=(on_objects(),), bucket=bucket("a"), recursive_logging=False)
    busy = make_trail("busy", bucket=bucket("b"))
    rows = (make_row(100_000_000), object_row(1))
    # The other trail fills 8,760 slots with 3 files each, every one a PutObject that the quiet trail leaves out.
    assert assumed(quiet, busy, rows=rows)["R76"].moves == 3 * 8760 * D("0.10") / 100_000
    assert "R76" not in assumed(quiet, rows=rows)
    management_only = make_trail("quiet", bucket=bucket("a"), recursive_logging=False)
    assert "R76" not in assumed(management_only, busy, rows=rows)
    elsewhere = make_trail("busy", home_region=VIRGINIA, bucket=LogBucket("b", region=VIRGINIA, account=PROD))
    assert "R76" not in assumed(quiet, elsewhere, rows=(*rows, make_row(10, region=VIRGINIA)))


def test_templates_of_an_aggregation_may_each_be_charged() -> None:
    trail = make_trail(selectors=(on_objects(),), aggregates_data=True)
    # 10,000,000 at 0.03 / 100,000 is $3, once more for each of two further templates.
    assert assumed(trail, rows=(object_row(10 * MILLION),))["R89"].moves == D(6)
    assert "R89" not in assumed(make_trail(selectors=(on_objects(),)), rows=(object_row(10 * MILLION),))


def test_what_records_do_not_say_moves_its_share_of_the_cost() -> None:
    read = ReadSummary(counted=1000, records=1000, inferred_account=100, addenda=10)
    volumes = Volumes((object_row(10 * MILLION),), covers_all=True, kind="cloudtrail-logs", read=read)
    found = assumed(make_trail(selectors=(on_objects(),)), volumes=(volumes,))
    assert (found["R50"].moves, found["R55"].moves) == (D(1), D("0.1"))  # a tenth and a hundredth of $10
    assert "10 late or corrected records" in found["R55"].text
    silent = Volumes((), covers_all=True, kind="cloudtrail-logs", read=ReadSummary(counted=5, records=5))
    assert assumed(make_trail(), volumes=(silent,)).keys().isdisjoint({"R50", "R55"})


def test_nothing_is_said_of_rules_that_were_not_used() -> None:
    recorders = (make_trail(selectors=(make_selector(MANAGEMENT), on_objects())), make_store())
    rows = (make_row(10), object_row(10))
    used = assumed(*recorders, rows=rows).keys()
    assert used.isdisjoint({"R9", "R11", "R23", "R25", "R28", "R30", "R32", "R50", "R55", "R67", "R76", "R89"})
