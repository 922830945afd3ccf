from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.changes.attributes import NOT_COMPARED, changed_attributes
from costplan.engine.changes.edits import Edits
from costplan.inputs.configs.entry_shapes import BucketEntry, CloudWatchLogsEntry, RecorderEntry
from costplan.model.changes import Change, ChangeKind
from costplan.model.problems import Location
from costplan.model.recorders import (
    CloudWatchLogs,
    DirectDelivery,
    EventDataStore,
    LifecycleRule,
    LogBucket,
    Recorder,
    SnsProtocol,
    Trail,
)
from costplan.model.scenario import Account, ConfigItems, Organization, Settings
from costplan.model.selectors import (
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from tests.build import (
    DATA,
    IRELAND,
    KMS,
    MANAGEMENT,
    PROD,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    on_objects,
)

LAKE = FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))
WRITES = FieldSelector("readOnly", equals=("false",))
NO_KMS = FieldSelector("eventSource", not_equals=(KMS,))


def changes_of(before: Recorder, after: Recorder) -> list[Change]:
    return [edit.change for edit in Edits(make_scenario(before), make_scenario(after)).edits]


def told(before: Recorder, after: Recorder) -> list[tuple[str, str, object, object]]:
    return [(c.kind.value, c.attribute, c.before, c.after) for c in changes_of(before, after)]


GROUP = "{retention_days: 30, log_class: STANDARD}"
NOTIFYING = LogBucket("logs", notifies_sns=True, sns_subscriptions=((SnsProtocol.SQS, 2),))
TRAIL = make_trail(bucket=LogBucket("logs"), selectors=(make_selector(MANAGEMENT, NO_KMS), on_objects(LAKE, WRITES)))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"is_multi_region": True}, ("changed", "is_multi_region", "false", "true")),
        ({"aggregates_data": True}, ("changed", "aggregation", "false", "true")),
        ({"stops_in_month": 7}, ("added", "stops_in_month", None, "7")),
        ({"cloudwatch_logs": CloudWatchLogs(30)}, ("added", "cloudwatch_logs", None, GROUP)),
        ({"bucket": LogBucket("logs", has_kms_key=True, kms_key="k")}, ("changed", "s3.kms_key", "false", "k")),
        ({"bucket": NOTIFYING}, ("changed", "s3.sns", "false", "sqs 2")),
        ({"bucket": LogBucket("archive")}, ("changed", "s3.bucket", "logs", "archive")),
        (
            {"bucket": LogBucket("logs", lifecycle=(LifecycleRule(90, "GLACIER"),))},
            ("added", "s3.lifecycle", None, "{transition_days: 90, storage_class: GLACIER}"),
        ),
    ],
)
def test_an_attribute_has_its_key_of_the_scenario_format(changed: dict[str, Any], expected: tuple[object, ...]) -> None:
    assert told(TRAIL, replace(TRAIL, **changed)) == [expected]


def test_another_key_of_a_bucket_is_a_change_although_the_trails_are_equal() -> None:
    one, other = (make_trail(bucket=LogBucket("logs", has_kms_key=True, kms_key=key)) for key in ("a", "b"))
    assert one == other
    assert told(one, other) == [("changed", "s3.kms_key", "a", "b")]


def test_a_stores_attributes_too() -> None:
    store = make_store(retention_days=400)
    assert told(store, replace(store, retention_days=None, extended_gib=Decimal("2.50"))) == [
        ("removed", "retention_days", "400", None),
        ("added", "extended_retention_gib", None, "2.5"),
    ]


EXTREMES: dict[type, dict[str, Any]] = {
    Trail: {"cloudwatch_logs": CloudWatchLogs(1)},
    EventDataStore: {},
    DirectDelivery: {},
}


@pytest.mark.parametrize("kind", EXTREMES)
def test_every_field_of_a_recorder_is_compared_or_left_out_on_purpose(kind: type) -> None:
    """A field that is added to the model must not pass unseen: whatever has another value is a change."""
    one = kind("one", PROD, IRELAND, **EXTREMES[kind])
    for part, prefix in ((one, ""), *((getattr(one, n), n) for n in ("bucket", "cloudwatch_logs") if hasattr(one, n))):
        for field in fields(part):
            if (not prefix and field.name in NOT_COMPARED) or field.name in ("bucket", "cloudwatch_logs"):
                continue
            other_part = replace(part, **{field.name: "another"})
            other = replace(one, **{prefix: other_part}) if prefix else other_part
            found = list(changed_attributes(one, other))
            assert len(found) == 1, (prefix, field.name)
            assert found[0].value(found[0].put(one, found[0].value(other))) == found[0].value(other)


def test_the_keys_are_those_that_a_scenario_is_written_with() -> None:
    known = {field.replace("lambda_", "lambda") for field in RecorderEntry.__struct_fields__}
    known |= {f"s3.{name}" for name in BucketEntry.__struct_fields__}
    known |= {f"cloudwatch_logs.{name}" for name in CloudWatchLogsEntry.__struct_fields__}
    full = make_trail(cloudwatch_logs=CloudWatchLogs(1))
    keys = set()
    for part, prefix in ((full, ""), (full.bucket, "bucket"), (full.cloudwatch_logs, "cloudwatch_logs")):
        for field in fields(part):  # type: ignore[arg-type]
            if field.name in NOT_COMPARED - {"account"} or field.name in ("bucket", "cloudwatch_logs", "kms_key"):
                continue
            if not prefix and field.name == "account":
                continue
            other = replace(part, **{field.name: "another"})  # type: ignore[type-var]
            found = changed_attributes(full, replace(full, **{prefix: other}) if prefix else other)  # type: ignore[arg-type]
            keys |= {attribute.key for attribute in found}
    assert keys <= known
    assert "s3.transition_default_minimum_object_size" in keys


def test_a_dropped_exclusion_and_a_wider_bucket_are_two_changes_of_two_fields() -> None:
    after = replace(TRAIL, selectors=(make_selector(MANAGEMENT), on_objects(WRITES)))
    assert told(TRAIL, after) == [
        ("removed", "selectors.eventSource", NO_KMS, None),
        ("removed", "selectors.resources.ARN", LAKE, None),
    ]


def test_basic_selectors_are_compared_with_advanced_ones_by_what_they_record() -> None:
    lake = DataResource("AWS::S3::Object", ("arn:aws:s3:::lake/",))
    basic = make_trail(
        selectors=(
            EventSelector(ReadWriteType.WRITE_ONLY, exclude_management_event_sources=(KMS,), data_resources=(lake,)),
        )
    )
    same = replace(basic, selectors=(on_objects(LAKE, WRITES), make_selector(MANAGEMENT, WRITES, NO_KMS)))
    assert told(basic, same) == []
    wider = replace(basic, selectors=(EventSelector(exclude_management_event_sources=(KMS,), data_resources=(lake,)),))
    assert told(basic, wider) == [("removed", "selectors.readOnly", WRITES, None)] * 2


def test_no_selectors_are_the_default_of_aws() -> None:
    assert told(make_trail(), make_trail(selectors=(make_selector(MANAGEMENT),))) == []
    added = told(make_trail(), make_trail(selectors=(make_selector(MANAGEMENT), on_objects())))
    assert [(kind, attribute) for kind, attribute, _, _ in added] == [("added", "selectors")]


def test_another_kind_of_events_is_one_change_of_the_whole_selector() -> None:
    before, after = (make_trail(selectors=(selector,)) for selector in (on_objects(WRITES), make_selector(DATA)))
    assert [(c.kind, c.attribute) for c in changes_of(before, after)] == [
        (ChangeKind.CHANGED, "selectors"),
    ]


@pytest.mark.parametrize("line", [7, None])
def test_a_change_of_a_selector_stands_where_the_selector_does_or_else_its_recorder(line: int | None) -> None:
    at = None if line is None else Location("main.json", line)
    before = make_trail(selectors=(on_objects(),), where=Location("old.json", 1))
    after = make_trail(selectors=(replace(on_objects(WRITES), where=at),), where=Location("main.json", 2))
    (change,) = changes_of(before, after)
    assert change.where == Location("main.json", line or 2)


RATE, ERRORS = InsightType
ON_BOTH = (MANAGEMENT, DATA)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), (InsightSelector(RATE),), [("added", f"insights.{RATE}", None, "Management")]),
        ((InsightSelector(RATE),), (), [("removed", f"insights.{RATE}", "Management", None)]),
        (
            (InsightSelector(RATE),),
            (InsightSelector(RATE, ON_BOTH),),
            [("changed", f"insights.{RATE}", "Management", "Management and Data")],
        ),
        ((InsightSelector(RATE, ON_BOTH),), (InsightSelector(RATE, (DATA,)), InsightSelector(RATE)), []),
        (
            (InsightSelector(RATE),),
            (InsightSelector(ERRORS),),
            [("removed", f"insights.{RATE}", "Management", None), ("added", f"insights.{ERRORS}", None, "Management")],
        ),
    ],
)
def test_each_kind_of_insights_is_a_change_of_its_own(before: Any, after: Any, expected: list[object]) -> None:
    assert told(make_trail(insights=before), make_trail(insights=after)) == expected


def test_a_kind_of_insights_leaves_the_others_on() -> None:
    before, after = (make_trail(insights=(InsightSelector(RATE), *more)) for more in ((), (InsightSelector(ERRORS),)))
    for one, other in ((before, after), (after, before)):
        edits = Edits(make_scenario(one), make_scenario(other))
        assert edits.between((0,))[0].recorders == (other,)


def test_a_store_that_lost_its_selectors_on_the_way_does_not_record_everything() -> None:
    """Between two selectors lies none, and a store without selectors has AWS's default: all management events."""
    before, after = make_store(selectors=(on_objects(),)), make_store(selectors=(make_selector(MANAGEMENT, NO_KMS),))
    edits = Edits(make_scenario(before), make_scenario(after))
    removed = next(n for n, edit in enumerate(edits.edits) if edit.change.kind is ChangeKind.REMOVED)
    (between,) = edits.between((removed,))[0].recorders
    assert not between.is_running


def test_what_is_about_the_scenario_comes_first_with_its_key() -> None:
    row = make_row(1_000)
    before = make_scenario(make_trail("old"), rows=(row,), busy_factor=Decimal(1), discounts={"data": Decimal("0.1")})
    after = make_scenario(
        make_trail("old", is_multi_region=True),
        rows=(row, row),
        busy_factor=Decimal(2),
        discounts={"data": Decimal("0.2"), "cloudtrail": Decimal("0.5")},
        accounts={PROD: Account(regions=(IRELAND,))},
        organization=Organization("o-1"),
        config_items=(ConfigItems(PROD, IRELAND, Decimal(5)),),
    )
    found = [edit.change for edit in Edits(before, after).edits]
    assert [(c.attribute, c.before, c.after) for c in found] == [
        ("volumes", "1,000 events a month", "2,000 events a month"),
        ("accounts", None, PROD),
        ("organization", None, "{id: o-1}"),
        (
            "config_items",
            None,
            f"{{account: {PROD}, region: {IRELAND}, items: 5, is_daily: false, rule_evaluations: 0}}",
        ),
        ("assumptions.busy_factor", "1", "2"),
        ("discounts.cloudtrail", None, "0.5"),
        ("discounts.data", "0.1", "0.2"),
        ("is_multi_region", "false", "true"),
    ]


def test_a_discount_changes_without_the_others() -> None:
    before = make_scenario(discounts={"cloudtrail": Decimal("0.5"), "data": Decimal("0.1")})
    after = make_scenario(discounts={"data": Decimal("0.2"), "s3": Decimal("0.3")})
    edits = Edits(before, after)
    assert [(e.change.kind.value, e.change.attribute, e.change.before, e.change.after) for e in edits.edits] == [
        ("removed", "discounts.cloudtrail", "0.5", None),
        ("changed", "discounts.data", "0.1", "0.2"),
        ("added", "discounts.s3", None, "0.3"),
    ]
    cheaper = {"cloudtrail": Decimal("0.5"), "data": Decimal("0.1"), "s3": Decimal("0.3")}
    for position, expected in (
        (0, {"data": Decimal("0.1")}),
        (1, before.discounts | {"data": Decimal("0.2")}),
        (2, cheaper),
    ):
        assert edits.between((position,))[0].discounts == expected


def test_every_setting_is_compared_but_the_months() -> None:
    one = make_scenario()
    for field in fields(Settings):
        other = replace(one, settings=replace(one.settings, **{field.name: "another"}))
        found = Edits(one, other).edits
        assert len(found) == (field.name not in ("as_of", "start", "months")), field.name


def test_a_renamed_recorder_keeps_its_changes() -> None:
    before = make_scenario(make_trail("old", bucket=LogBucket("logs")))
    after = make_scenario(make_trail("new", bucket=LogBucket("logs"), log_file_validation=True))
    edits = Edits(before, after)
    assert [(one.before, one.after) for one in edits.renamed] == [("old", "new")]
    assert [(e.change.recorder, e.change.attribute) for e in edits.edits] == [("new", "log_file_validation")]


@pytest.mark.parametrize("name", ["lake", "renamed"])
def test_a_store_that_one_side_knows_to_be_there_is_there_on_both(name: str) -> None:
    """Its ARN says that it is there, and keeps something already."""
    known = make_store(arn=f"arn:aws:cloudtrail:{IRELAND}:{PROD}:eventdatastore/1")
    other = replace(known, name=name, arn=None)
    for before, after in ((known, other), (other, known)):
        edits = Edits(make_scenario(before), make_scenario(after))
        expected = replace(known, name=after.name)
        assert (edits.before.recorders, edits.after.recorders) == ((expected,), (expected,))
        assert not edits.edits


def test_the_arn_of_a_trail_goes_with_its_name() -> None:
    arn = f"arn:aws:cloudtrail:{IRELAND}:{PROD}:trail/old"
    before, after = make_trail("old", bucket=LogBucket("logs"), arn=arn), make_trail("new", bucket=LogBucket("logs"))
    edits = Edits(make_scenario(before), make_scenario(after))
    assert (edits.before.recorders, edits.after.recorders) == ((after,), (after,))
