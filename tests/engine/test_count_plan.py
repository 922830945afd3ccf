"""What has to be kept of each event so that a set of recorders can be routed exactly."""

import pytest

from costplan.engine.count_plan import KEEPABLE, plan_for
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.selectors import DataResource, EventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import OPTIONAL_FIELDS
from tests.build import MANAGEMENT, NETWORK, make_selector, make_store, make_trail, on_objects

ALWAYS = {"event_source", "read_only", "resources"}


def test_without_recorders_only_what_meters_and_reports_need_is_kept() -> None:
    plan = plan_for(())
    assert plan.fields == ALWAYS
    assert plan.conditions == ()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("eventName", "event_name"),
        ("eventType", "event_type"),
        ("errorCode", "error_code"),
        ("vpcEndpointId", "vpc_endpoint_id"),
        ("sessionCredentialFromConsole", "is_console"),
        ("userIdentity.arn", "principal_container"),
    ],
)
def test_a_field_that_a_selector_asks_for_is_kept(name: str, kept: str) -> None:
    selector = make_selector(NETWORK, FieldSelector(name, not_equals=("x",)))
    assert plan_for([make_trail(selectors=(selector,))]).fields == {*ALWAYS, kept}


def test_the_gates_of_a_trail_keep_what_they_ask_for() -> None:
    assert plan_for([make_trail(include_global_service_events=False)]).fields == {*ALWAYS, "is_global_endpoint"}
    assert plan_for([make_trail(recursive_logging=False)]).fields == {*ALWAYS, "event_name", "invoked_by"}
    assert plan_for([make_store()]).fields == ALWAYS


def test_values_that_buckets_decide_are_no_conditions() -> None:
    field = FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",), not_starts_with=("arn:aws:s3:::la",))
    everything = EventSelector(data_resources=(DataResource("AWS::S3::Object", ("arn:aws:s3:::lake", "arn:aws:s3")),))
    assert plan_for([make_trail(selectors=(on_objects(field),))]).conditions == ()
    assert plan_for([make_trail(selectors=(everything,))]).conditions == ()


@pytest.mark.parametrize("operator", ["equals", "ends_with"])
def test_a_bucket_decides_prefixes_only(operator: str) -> None:
    field = FieldSelector("resources.ARN", **{operator: ("arn:aws:s3:::lake/",)})
    (condition,) = plan_for([make_trail(selectors=(on_objects(field),))]).conditions
    assert condition.value == "arn:aws:s3:::lake/"


def test_every_other_value_of_an_unbounded_field_is_a_condition_asked_once_in_a_fixed_order() -> None:
    arn = FieldSelector(
        "resources.ARN",
        equals=("arn:aws:s3:::lake/a",),
        starts_with=("arn:aws:s3:::lake/claims/",),
        not_ends_with=(".tmp",),
    )
    who = FieldSelector("userIdentity.arn", not_starts_with=("arn:aws:sts::111122223333:assumed-role/scan", UNKNOWN))
    one, other = make_trail(selectors=(on_objects(arn, who),)), make_trail("b", selectors=(on_objects(arn),))
    expected = (
        Condition(ArnField.RESOURCE, Operator.ENDS_WITH, ".tmp"),
        Condition(ArnField.RESOURCE, Operator.EQUALS, "arn:aws:s3:::lake/a"),
        Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "arn:aws:s3:::lake/claims/"),
        Condition(ArnField.PRINCIPAL, Operator.STARTS_WITH, "arn:aws:sts::111122223333:assumed-role/scan"),
    )
    assert plan_for([one, other]).conditions == plan_for([other, one]).conditions == expected


def test_what_is_asked_for_by_name_is_kept() -> None:
    plan = plan_for([make_trail(selectors=(make_selector(MANAGEMENT),))], keep=("principal", "console"))
    assert plan.fields == {*ALWAYS, "principal_container", "principal_type", "invoked_by", "is_console"}


def test_everything_optional_can_be_asked_for() -> None:
    assert {field for fields in KEEPABLE.values() for field in fields} == OPTIONAL_FIELDS
    # By names that a reader of selectors would try.
    assert not [name for name in KEEPABLE if name.startswith(("is_", "principal_"))]


def test_a_name_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        plan_for([], keep=("shoe_size",))
