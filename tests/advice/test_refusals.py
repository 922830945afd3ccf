"""What CloudTrail's API refuses: basic and advanced selectors, and Insights that lack their events."""

import pytest

from costplan.advice.refusals import refusals
from costplan.model.events import EventCategory
from costplan.model.problems import Location
from costplan.model.recorders import DirectDelivery, EventDataStore, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
    Value,
)
from costplan.model.unknown import UNKNOWN

S3, LAMBDA, DYNAMODB = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"
OPERATORS = {
    "E": "equals",
    "NE": "not_equals",
    "SW": "starts_with",
    "EW": "ends_with",
    "NSW": "not_starts_with",
    "NEW": "not_ends_with",
}
ANY = frozenset(OPERATORS)
E, NE, E_NE, NONE = frozenset({"E"}), frozenset({"NE"}), frozenset({"E", "NE"}), frozenset[str]()

COLUMNS = (
    ("Management", "trail"),
    ("Management", "store"),
    ("Data", "trail"),
    ("Data", "store"),
    ("NetworkActivity", "trail"),
    ("NetworkActivity", "store"),
)
# Section 2.1 of the rules, row by row: which operators each column allows.
TABLE = {
    "eventCategory": (E, E, E, E, E, E),
    "readOnly": (E, E, E, E, NONE, NONE),
    "eventSource": (NE, ANY, ANY, ANY, E, E),
    "eventName": (NONE, ANY, ANY, ANY, ANY, ANY),
    "eventType": (NONE, ANY, ANY, ANY, NONE, NONE),
    "resources.type": (NONE, NONE, E, E, NONE, NONE),
    "resources.ARN": (NONE, NONE, ANY, ANY, NONE, NONE),
    "sessionCredentialFromConsole": (NONE, E_NE, E_NE, E_NE, NONE, NONE),
    "userIdentity.arn": (NONE, ANY, ANY, ANY, ANY, NONE),
    "errorCode": (NONE, NONE, NONE, NONE, E, E),
    "vpcEndpointId": (NONE, NONE, NONE, NONE, ANY, ANY),
}
A_VALUE = {
    "readOnly": "true",
    "eventSource": "kms.amazonaws.com",
    "resources.type": S3,
    "sessionCredentialFromConsole": "true",
    "errorCode": "VpceAccessDenied",
}
CELLS = [
    pytest.param(category, kind, field, operator, operator in row[column], id=f"{category}-{kind}-{field}-{operator}")
    for field, row in TABLE.items()
    for column, (category, kind) in enumerate(COLUMNS)
    for operator in OPERATORS
]


def field(name: str, operator: str, *values: Value) -> FieldSelector:
    return FieldSelector(name, **{OPERATORS[operator]: values})


def equals(**values: str) -> dict[str, FieldSelector]:
    return {name.replace("__", "."): field(name.replace("__", "."), "E", value) for name, value in values.items()}


def required_of(category: str) -> dict[str, FieldSelector]:
    fields = equals(eventCategory=category)
    if category == "Data":
        fields |= equals(resources__type=S3)
    if category == "NetworkActivity":
        fields |= equals(eventSource="kms.amazonaws.com")
    return fields


def recorder(kind: str, *selectors: AdvancedEventSelector, insights: tuple[InsightSelector, ...] = ()) -> Recorder:
    if kind == "trail":
        return Trail("audit", "111122223333", "eu-west-1", selectors=selectors or None, insights=insights)
    return EventDataStore("lake", "111122223333", "eu-west-1", selectors=selectors or None, insights=insights)


def selector(*fields: FieldSelector) -> AdvancedEventSelector:
    return AdvancedEventSelector(fields, "it")


def basic_trail(*selectors: EventSelector) -> Trail:
    return Trail("audit", "111122223333", "eu-west-1", selectors=selectors)


def whats(recorder: Recorder) -> list[str]:
    return [problem.what for problem in refusals(recorder)]


def buckets(count: int) -> DataResource:
    return DataResource(S3, tuple(f"arn:aws:s3:::bucket-{number}/" for number in range(count)))


# ---- advanced selectors: field, operator and value ----


@pytest.mark.parametrize(("category", "kind", "name", "operator", "is_legal"), CELLS)
def test_a_field_and_operator_is_refused_exactly_where_the_table_has_no_entry(
    category: str, kind: str, name: str, operator: str, is_legal: bool
) -> None:
    fields = required_of(category)
    value = category if name == "eventCategory" else A_VALUE.get(name, "something")
    fields[name] = field(name, operator, value)
    found = whats(recorder(kind, selector(*fields.values())))
    assert (found == []) is is_legal
    assert all(what.startswith("InvalidEventSelectorsException: ") for what in found)


def test_the_table_has_every_field_and_both_answers() -> None:
    assert len(CELLS) == 11 * 6 * 6
    assert {cell.values[4] for cell in CELLS} == {True, False}


@pytest.mark.parametrize("category", ["Insight", "ConfigurationItem", "Evidence", "ActivityAuditLog"])
def test_some_categories_are_for_event_data_stores_only(category: str) -> None:
    only = selector(*equals(eventCategory=category).values())
    assert whats(recorder("store", only)) == []
    (what,) = whats(recorder("trail", only))
    assert f"events of category {category} cannot be recorded by a trail" in what


def test_the_categories_of_event_data_stores_have_no_other_field() -> None:
    fields = equals(eventCategory="ConfigurationItem", eventName="PutObject").values()
    (what,) = whats(recorder("store", selector(*fields)))
    assert "eventName cannot be used" in what


@pytest.mark.parametrize(("category", "missing"), [("Data", "resources.type"), ("NetworkActivity", "eventSource")])
def test_a_required_field_may_not_be_missing(category: str, missing: str) -> None:
    fields = required_of(category)
    del fields[missing]
    (what,) = whats(recorder("trail", selector(*fields.values())))
    assert f"{missing} is missing" in what


def test_every_selector_needs_a_category() -> None:
    (what,) = whats(recorder("trail", selector(field("readOnly", "E", "true"))))
    assert "eventCategory is missing" in what


@pytest.mark.parametrize(
    ("category", "kind", "wrong"),
    [
        ("Management", "trail", field("readOnly", "E", "True")),
        ("Management", "trail", field("eventSource", "NE", "sts.amazonaws.com")),
        ("Data", "trail", field("sessionCredentialFromConsole", "E", "false")),
        ("NetworkActivity", "trail", field("errorCode", "E", "AccessDenied")),
    ],
    ids=["read-only", "event-source", "console", "error-code"],
)
def test_a_value_outside_the_few_legal_ones_is_refused(category: str, kind: str, wrong: FieldSelector) -> None:
    (what,) = whats(recorder(kind, selector(*required_of(category).values(), wrong)))
    assert f"is no value of {wrong.field}" in what


def test_both_excludable_event_sources_may_be_excluded_at_once() -> None:
    both = field("eventSource", "NE", "kms.amazonaws.com", "rdsdata.amazonaws.com")
    assert whats(recorder("trail", selector(*required_of("Management").values(), both))) == []


def test_t63_an_event_name_on_management_events_is_for_stores_only() -> None:
    fields = [*required_of("Management").values(), field("eventName", "E", "CreateUser")]
    assert "eventName cannot be used for Management events of a trail" in whats(recorder("trail", selector(*fields)))[0]
    assert whats(recorder("store", selector(*fields))) == []


def test_what_no_page_says_of_a_direct_delivery_is_not_refused() -> None:
    fields = [*required_of("Management").values(), field("eventName", "E", "CreateUser")]
    assert whats(DirectDelivery("direct", selectors=(selector(*fields),))) == []
    (what,) = whats(DirectDelivery("direct", selectors=(selector(field("readOnly", "E", "true")),)))
    assert "direct delivery direct" in what


def test_t64_a_principal_on_network_activity_is_for_trails_only() -> None:
    fields = [*required_of("NetworkActivity").values(), field("userIdentity.arn", "NSW", "arn:aws:sts::")]
    assert whats(recorder("trail", selector(*fields))) == []
    assert "userIdentity.arn cannot be used" in whats(recorder("store", selector(*fields)))[0]


@pytest.mark.parametrize(
    ("category", "name", "values"),
    [
        ("Data", "resources.type", (S3, LAMBDA)),
        ("NetworkActivity", "eventSource", ("kms.amazonaws.com", "ec2.amazonaws.com")),
        ("Data", "eventCategory", ("Management", "Data")),
    ],
)
def test_some_fields_take_one_value(category: str, name: str, values: tuple[str, ...]) -> None:
    fields = required_of(category) | {name: field(name, "E", *values)}
    (what,) = whats(recorder("trail", selector(*fields.values())))
    assert f"{name} takes one value, not 2" in what


def test_the_same_field_twice_is_no_refusal() -> None:
    twice = [field("eventName", "E", "PutObject"), field("eventName", "NE", "GetObject")]
    assert whats(recorder("trail", selector(*required_of("Data").values(), *twice))) == []


# ---- limits ----


def data_selector_with(names: int) -> AdvancedEventSelector:
    values = tuple(f"Event{number}" for number in range(names))
    return selector(*required_of("Data").values(), field("eventName", "E", *values))


def test_five_hundred_values_are_allowed_in_all() -> None:
    # eventCategory and resources.type count too: 2 + 248 + 2 + 248 = 500
    assert whats(recorder("trail", data_selector_with(248), data_selector_with(248))) == []


def test_the_five_hundred_and_first_value_is_refused() -> None:
    # 2 + 248 + 2 + 249 = 501
    (what,) = whats(recorder("trail", data_selector_with(248), data_selector_with(249)))
    assert "501 values" in what


@pytest.mark.parametrize(("length", "is_legal"), [(0, False), (1, True), (2048, True), (2049, False)])
def test_a_value_has_1_to_2048_characters(length: int, is_legal: bool) -> None:
    long = field("eventName", "E", "x" * length)
    assert (whats(recorder("trail", selector(*required_of("Data").values(), long))) == []) is is_legal


@pytest.mark.parametrize(("length", "is_legal"), [(1000, True), (1001, False)])
def test_a_selector_name_has_at_most_1000_characters(length: int, is_legal: bool) -> None:
    named = AdvancedEventSelector(tuple(required_of("Management").values()), "n" * length)
    assert (whats(recorder("trail", named)) == []) is is_legal


def test_t51_five_times_fifty_data_resources_are_allowed() -> None:
    assert whats(basic_trail(*[EventSelector(data_resources=(buckets(50),))] * 5)) == []


def test_t52_the_two_hundred_and_fifty_may_be_split_in_any_way() -> None:
    # 3 × 50 + 99 + 1 = 250
    split = [EventSelector(data_resources=(buckets(count),)) for count in (50, 50, 50, 99, 1)]
    assert whats(basic_trail(*split)) == []


def test_t53_five_times_one_hundred_data_resources_are_refused() -> None:
    (what,) = whats(basic_trail(*[EventSelector(data_resources=(buckets(100),))] * 5))
    assert what.startswith("InvalidEventSelectorsException: ")
    assert "500 data resources" in what


@pytest.mark.parametrize("everything", ["arn:aws:s3", "arn:aws:s3:::"])
def test_a_type_that_is_logged_wholesale_does_not_count(everything: str) -> None:
    resources = (buckets(300), DataResource(S3, (everything,)))
    assert whats(basic_trail(EventSelector(data_resources=resources))) == []


def test_another_type_that_is_logged_wholesale_does_not_help() -> None:
    resources = (buckets(251), DataResource(LAMBDA, ("arn:aws:lambda",)))
    (what,) = whats(basic_trail(EventSelector(data_resources=resources)))
    assert "251 data resources" in what


@pytest.mark.parametrize(("count", "is_legal"), [(5, True), (6, False)])
def test_a_trail_has_at_most_five_basic_selectors(count: int, is_legal: bool) -> None:
    assert (whats(basic_trail(*[EventSelector()] * count)) == []) is is_legal


# ---- basic selectors ----


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (S3, "arn:aws:s3"),
        (S3, "arn:aws:s3:::"),
        (S3, "arn:aws-us-gov:s3:::lake/"),
        (S3, "arn:aws:s3:::lake/claims/2024"),
        (S3, "arn:aws:s3:::lake"),
        (LAMBDA, "arn:aws:lambda"),
        (LAMBDA, "arn:aws:lambda:us-west-2:111122223333:function:etl"),
        (DYNAMODB, "arn:aws:dynamodb"),
        (DYNAMODB, "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/orders"),
    ],
)
def test_a_value_that_aws_documents_is_accepted(kind: str, value: str) -> None:
    assert whats(basic_trail(EventSelector(data_resources=(DataResource(kind, (value,)),)))) == []


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (S3, "arn:aws:s3:::*", 'Value "arn:aws:s3:::*" for DataResources.Values is invalid'),  # T54
        (S3, "arn:aws:s3:::*/*", 'Value "arn:aws:s3:::*/*" for DataResources.Values is invalid'),
        (S3, "arn:aws:s3:::aigo-", 'Invalid S3 ARN: "arn:aws:s3:::aigo-"'),
        (S3, "lake/claims/", 'Value "lake/claims/" for DataResources.Values is invalid'),
        (LAMBDA, "arn:aws:lambda:*", 'Value "arn:aws:lambda:*" for DataResources.Values is invalid'),
        (LAMBDA, "arn:aws:s3", "for DataResources.Values is invalid"),
        (DYNAMODB, "orders", "for DataResources.Values is invalid"),
    ],
)
def test_t54_a_wildcard_or_half_a_name_gets_the_text_of_the_api(kind: str, value: str, text: str) -> None:
    (what,) = whats(basic_trail(EventSelector(data_resources=(DataResource(kind, (value,)),))))
    assert what.startswith("InvalidEventSelectorsException: trail audit: ")
    assert text in what


def test_basic_selectors_know_three_resource_types() -> None:
    other = DataResource("AWS::SNS::Topic", ("arn:aws:sns:eu-west-1:111122223333:alarms",))
    (problem,) = refusals(basic_trail(EventSelector(data_resources=(other,))))
    assert "AWS::SNS::Topic (R12)" in problem.what
    assert "advanced event selector" in problem.hint


@pytest.mark.parametrize(
    ("source", "is_legal"),
    [("kms.amazonaws.com", True), ("rdsdata.amazonaws.com", True), ("s3.amazonaws.com", False)],
)
def test_only_two_event_sources_can_be_excluded(source: str, is_legal: bool) -> None:
    found = whats(basic_trail(EventSelector(exclude_management_event_sources=(source,))))
    assert (found == []) is is_legal
    assert all("ExcludeManagementEventSources is not valid" in what for what in found)


# ---- Insights ----

CALL, ERROR = InsightSelector(InsightType.API_CALL_RATE), InsightSelector(InsightType.API_ERROR_RATE)
READS = (*required_of("Management").values(), field("readOnly", "E", "true"))
WRITES = (*required_of("Management").values(), field("readOnly", "E", "false"))
DATA = tuple(required_of("Data").values())


@pytest.mark.parametrize(
    ("fields", "insight", "is_legal"),
    [
        (WRITES, CALL, True),
        (READS, CALL, False),
        (DATA, CALL, False),
        (READS, ERROR, True),
        (WRITES, ERROR, True),
        (DATA, ERROR, False),
    ],
    ids=["call-writes", "call-reads", "call-data", "error-reads", "error-writes", "error-data"],
)
def test_insights_need_the_management_events_they_analyse(
    fields: tuple[FieldSelector, ...], insight: InsightSelector, is_legal: bool
) -> None:
    for kind in ("trail", "store"):
        found = whats(recorder(kind, selector(*fields), insights=(insight,)))
        assert (found == []) is is_legal
        assert all(what.startswith("InvalidInsightSelectorsException: ") for what in found)


def test_a_trail_without_selectors_can_have_both_insights() -> None:
    assert whats(recorder("trail", insights=(CALL, ERROR))) == []


def test_basic_selectors_feed_insights_by_their_read_write_type() -> None:
    reads = EventSelector(ReadWriteType.READ_ONLY)
    without = EventSelector(include_management_events=False, data_resources=(buckets(1),))
    assert len(refusals(Trail("audit", selectors=(reads,), insights=(CALL, ERROR)))) == 1
    assert len(refusals(Trail("audit", selectors=(without,), insights=(CALL, ERROR)))) == 2


def test_insights_on_data_events_are_for_trails_only() -> None:
    on_data = InsightSelector(InsightType.API_CALL_RATE, (EventCategory.DATA,))
    assert whats(recorder("trail", selector(*DATA), insights=(on_data,))) == []
    (what,) = whats(recorder("store", insights=(on_data,)))
    assert "for trails only" in what


# ---- what is not known, and where ----


@pytest.mark.parametrize(
    "unknown",
    [
        selector(field("eventCategory", "E", UNKNOWN), field("eventName", "SW", "Put")),
        selector(*required_of("Management").values(), field("readOnly", "E", UNKNOWN)),
        selector(*required_of("Data").values(), field("resources.ARN", "SW", UNKNOWN)),
        selector(*equals(eventCategory="Data").values(), field("resources.type", "E", UNKNOWN)),
        EventSelector(UNKNOWN, UNKNOWN, (UNKNOWN,), (DataResource(S3, (UNKNOWN, *buckets(300).values)),)),
    ],
    ids=["category", "read-only", "arn", "type", "basic"],
)
def test_a_value_that_is_known_only_later_is_never_refused(unknown: AdvancedEventSelector | EventSelector) -> None:
    trail = Trail("audit", selectors=(unknown,))  # type: ignore[arg-type]
    assert whats(trail) == []


def test_unknown_selectors_may_feed_insights() -> None:
    unknown = EventSelector(UNKNOWN, UNKNOWN)
    assert whats(Trail("audit", selectors=(unknown,), insights=(CALL, ERROR))) == []


def test_a_refusal_points_at_the_selector_and_says_what_to_do() -> None:
    wrong = AdvancedEventSelector(
        (*required_of("Management").values(), field("eventName", "E", "CreateUser")),
        "people",
        Location("trails.yaml", 7),
    )
    (problem,) = refusals(recorder("trail", wrong))
    assert str(problem) == (
        "trails.yaml:7: InvalidEventSelectorsException: trail audit: selector people: eventName cannot be used for"
        " Management events of a trail — use only eventCategory, readOnly, eventSource"
    )


@pytest.mark.parametrize(("is_multi_region", "expected"), [(True, 1), (False, 0)])
def test_a_multi_region_trail_must_include_global_service_events(is_multi_region: bool, expected: int) -> None:
    trail = Trail("audit", is_multi_region=is_multi_region, include_global_service_events=False)
    found = refusals(trail)

    assert len(found) == expected
    assert all("InvalidParameterCombinationException" in problem.what for problem in found)
