"""Every kind of selector as advanced event selectors that record the same events."""

import pytest

from costplan.model.recorders import EventDataStore, Trail
from costplan.model.selection import advanced_form
from costplan.model.selectors import DataResource, EventSelector, FieldSelector, ReadWriteType, Value
from costplan.model.unknown import UNKNOWN
from tests.build import DATA, MANAGEMENT, make_selector

Fields = tuple[FieldSelector, ...]
MANAGEMENT_FIELD = FieldSelector("eventCategory", equals=("Management",))
DATA_FIELD = FieldSelector("eventCategory", equals=("Data",))


def form_of(*selectors: EventSelector) -> list[Fields]:
    return [selector.fields for selector in advanced_form(Trail("audit", selectors=selectors))]


def of_type(resource_type: str) -> FieldSelector:
    return FieldSelector("resources.type", equals=(resource_type,))


@pytest.mark.parametrize(
    "recorder", [Trail("audit"), EventDataStore("lake"), EventDataStore("lake", selectors=())], ids=repr
)
def test_a_recorder_that_never_had_selectors_records_all_management_events(recorder: Trail | EventDataStore) -> None:
    (only,) = advanced_form(recorder)
    assert only.fields == (MANAGEMENT_FIELD,)


def test_a_trail_whose_selectors_were_emptied_records_nothing() -> None:
    assert advanced_form(Trail("audit", selectors=())) == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ReadWriteType.ALL, ()),
        (ReadWriteType.READ_ONLY, (FieldSelector("readOnly", equals=("true",)),)),
        (ReadWriteType.WRITE_ONLY, (FieldSelector("readOnly", equals=("false",)),)),
        (UNKNOWN, (FieldSelector("readOnly", equals=(UNKNOWN,)),)),
    ],
)
def test_read_write_type_narrows_management_and_data_events_alike(kind: ReadWriteType, expected: Fields) -> None:
    resource = DataResource("AWS::S3::Object", ("arn:aws:s3",))
    assert form_of(EventSelector(kind, data_resources=(resource,))) == [
        (MANAGEMENT_FIELD, *expected),
        (DATA_FIELD, of_type("AWS::S3::Object"), *expected),
    ]


def test_an_exclusion_belongs_to_its_own_selector() -> None:
    excluding = EventSelector(exclude_management_event_sources=("kms.amazonaws.com",))
    # The second selector brings the management events back, KMS included.
    assert form_of(excluding, EventSelector()) == [
        (MANAGEMENT_FIELD, FieldSelector("eventSource", not_equals=("kms.amazonaws.com",))),
        (MANAGEMENT_FIELD,),
    ]


def test_management_events_that_may_be_included_may_match() -> None:
    (fields,) = form_of(EventSelector(include_management_events=UNKNOWN))
    assert fields == (MANAGEMENT_FIELD, FieldSelector("eventSource", not_equals=(UNKNOWN,)))


@pytest.mark.parametrize("value", ["arn:aws:s3", "arn:aws:s3:::", "arn:aws-cn:s3:::", "arn:aws-us-gov:s3"])
def test_the_everything_values_of_s3_ask_nothing_of_the_arn(value: str) -> None:
    resource = DataResource("AWS::S3::Object", ("arn:aws:s3:::lake/", value))
    fields = form_of(EventSelector(include_management_events=False, data_resources=(resource,)))
    assert fields == [(DATA_FIELD, of_type("AWS::S3::Object"))]


@pytest.mark.parametrize(
    ("resource_type", "value", "expected"),
    [
        ("AWS::S3::Object", "arn:aws:s3:::lake/", FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))),
        (
            "AWS::S3::Object",
            "arn:aws:s3:::lake/a",
            FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/a",)),
        ),
        # A bare bucket ends at its boundary, or lake would mean lakehouse too.
        ("AWS::S3::Object", "arn:aws:s3:::lake", FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))),
        ("AWS::S3::Object", UNKNOWN, FieldSelector("resources.ARN", starts_with=(UNKNOWN,))),
        (
            "AWS::Lambda::Function",
            "arn:aws:lambda:eu-west-1:111122223333:function:etl",
            FieldSelector("resources.ARN", equals=("arn:aws:lambda:eu-west-1:111122223333:function:etl",)),
        ),
        (
            "AWS::DynamoDB::Table",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            FieldSelector("resources.ARN", equals=("arn:aws:dynamodb:eu-west-1:111122223333:table/orders",)),
        ),
    ],
)
def test_values_are_prefixes_for_objects_and_whole_arns_for_the_rest(
    resource_type: str, value: Value, expected: FieldSelector
) -> None:
    resource = DataResource(resource_type, (value,))
    fields = form_of(EventSelector(include_management_events=False, data_resources=(resource,)))
    assert fields == [(DATA_FIELD, of_type(resource_type), expected)]


def test_a_type_without_an_everything_value_is_selected_by_whole_arns() -> None:
    topic = DataResource("AWS::SNS::Topic", ("arn:aws:sns:eu-west-1:111122223333:alerts",))
    (fields,) = form_of(EventSelector(include_management_events=False, data_resources=(topic,)))
    assert fields[-1] == FieldSelector("resources.ARN", equals=topic.values)


def test_a_data_resource_without_values_selects_nothing() -> None:
    nothing = DataResource("AWS::S3::Object", ())
    assert form_of(EventSelector(include_management_events=False, data_resources=(nothing,))) == []


def test_selectors_are_named_by_their_place_where_they_have_no_name() -> None:
    trail = Trail("audit", selectors=(make_selector(MANAGEMENT), make_selector(DATA)))
    assert [selector.name for selector in advanced_form(trail)] == ["selector 1", "selector 2"]


def test_everything_of_one_type_says_nothing_of_another() -> None:
    # The API refuses it (R9); if it ever stands in a configuration, it must not mean every object.
    foreign = EventSelector(data_resources=(DataResource("AWS::S3::Object", ("arn:aws:lambda",)),))
    of_data = advanced_form(Trail("audit", selectors=(foreign,)))[-1]

    assert of_data.find("resources.ARN") == FieldSelector("resources.ARN", starts_with=("arn:aws:lambda",))


@pytest.mark.parametrize(
    ("home_region", "is_everything"), [("eu-west-1", False), ("cn-north-1", True), (None, True)], ids=str
)
def test_everything_of_another_partition_is_nothing_here(home_region: str | None, is_everything: bool) -> None:
    china = EventSelector(data_resources=(DataResource("AWS::S3::Object", ("arn:aws-cn:s3",)),))
    of_data = advanced_form(Trail("audit", home_region=home_region, selectors=(china,)))[-1]

    assert (of_data.find("resources.ARN") is None) is is_everything
