"""One reader for every spelling of event selectors: the API's, Terraform's, Pulumi's and a scenario's."""

import json
from typing import Any

import pytest

from costplan.inputs.configs.selectors import parse_advanced, parse_basic, parse_insights, parse_selectors
from costplan.inputs.documents import Document, parse_document
from costplan.model.events import EventCategory
from costplan.model.problems import Problem
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from costplan.model.unknown import UNKNOWN

NEW_PHOTOS = AdvancedEventSelector(
    (
        FieldSelector("eventCategory", equals=("Data",)),
        FieldSelector("resources.type", equals=("AWS::S3::Object",)),
        FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::photos/",), not_ends_with=(".tmp",)),
        FieldSelector("readOnly", equals=("false",)),
    ),
    "new photos",
)
API = {
    "Name": "new photos",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"], "StartsWith": [], "NotEquals": []},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::photos/"], "NotEndsWith": [".tmp"]},
        {"Field": "readOnly", "Equals": ["false"]},
    ],
}
TERRAFORM = {
    "name": "new photos",
    "field_selector": [
        {"field": "eventCategory", "equals": ["Data"], "not_equals": None, "starts_with": [], "ends_with": None},
        {"field": "resources.type", "equals": ["AWS::S3::Object"], "not_starts_with": None},
        {"field": "resources.ARN", "equals": None, "starts_with": ["arn:aws:s3:::photos/"], "not_ends_with": [".tmp"]},
        {"field": "readOnly", "equals": ["false"]},
    ],
}
PULUMI = {
    "name": "new photos",
    "fieldSelectors": [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        {"field": "resources.ARN", "startsWith": ["arn:aws:s3:::photos/"], "notEndsWith": [".tmp"]},
        {"field": "readOnly", "equals": ["false"]},
    ],
}
SCENARIO = {
    "name": "new photos",
    "fields": {
        "eventCategory": {"equals": "Data"},
        "resources.type": {"equals": ["AWS::S3::Object"]},
        "resources.ARN": {"starts_with": "arn:aws:s3:::photos/", "not_ends_with": [".tmp"]},
        "readOnly": {"equals": [False]},
    },
}
BASIC = EventSelector(
    ReadWriteType.WRITE_ONLY,
    False,
    ("kms.amazonaws.com",),
    (DataResource("AWS::S3::Object", ("arn:aws:s3:::lake/",)),),
)
BASIC_API = {
    "ReadWriteType": "WriteOnly",
    "IncludeManagementEvents": False,
    "ExcludeManagementEventSources": ["kms.amazonaws.com"],
    "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::lake/"]}],
}
BASIC_TERRAFORM = {
    "read_write_type": "WriteOnly",
    "include_management_events": False,
    "exclude_management_event_sources": ["kms.amazonaws.com"],
    "data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::lake/"]}],
}


def advanced(value: Any) -> tuple[tuple[AdvancedEventSelector, ...], list[Problem]]:
    problems: list[Problem] = []
    return parse_advanced(Document("trails.json", value), (), value, problems), problems


def basic(value: Any) -> tuple[tuple[EventSelector, ...], list[Problem]]:
    problems: list[Problem] = []
    return parse_basic(Document("trails.json", value), (), value, problems), problems


def only_field(**operators: Any) -> tuple[tuple[AdvancedEventSelector, ...], list[Problem]]:
    return advanced([{"FieldSelectors": [{"Field": "eventName", **operators}]}])


@pytest.mark.parametrize("value", [API, TERRAFORM, PULUMI, SCENARIO], ids=["api", "terraform", "pulumi", "scenario"])
def test_every_spelling_of_an_advanced_selector_reads_the_same(value: dict[str, Any]) -> None:
    assert advanced([value]) == ((NEW_PHOTOS,), [])


@pytest.mark.parametrize("value", [BASIC_API, BASIC_TERRAFORM], ids=["api", "terraform"])
def test_every_spelling_of_a_basic_selector_reads_the_same(value: dict[str, Any]) -> None:
    assert basic([value]) == ((BASIC,), [])


def test_a_basic_selector_has_the_defaults_of_aws() -> None:
    assert basic([{}]) == ((EventSelector(ReadWriteType.ALL, True, (), ()),), [])
    assert basic([{"ReadWriteType": None, "DataResources": None}]) == ((EventSelector(),), [])


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("False", False)])
def test_a_boolean_may_be_written_as_text(text: str, flag: bool) -> None:
    assert basic([{"IncludeManagementEvents": text}]) == ((EventSelector(include_management_events=flag),), [])


def test_the_same_field_listed_twice_stays_two_field_selectors() -> None:
    (selector,), problems = advanced(
        [
            {
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "eventName", "StartsWith": ["Put"]},
                    {"Field": "eventName", "NotEquals": ["PutObjectAcl"]},
                ]
            }
        ]
    )
    assert problems == []
    assert [field.field for field in selector.fields] == ["eventCategory", "eventName", "eventName"]


@pytest.mark.parametrize(
    ("operators", "what", "hint"),
    [
        ({"Equal": ["PutObject"]}, 'unknown key "Equal"', 'did you mean "Equals"?'),
        ({"starts_wiht": ["Put"]}, 'unknown key "starts_wiht"', 'did you mean "starts_with"?'),
        ({"Equals": [5]}, "must be text, not the number 5", "quotation marks"),
        ({"Equals": [True]}, "must be text, not true", "quotation marks"),
        ({"Equals": [["PutObject"]]}, "must be text, not a list", ""),
        ({}, "has no operator with a value", ""),
        ({"Equals": [], "NotEquals": None}, "has no operator with a value", ""),
        ({"Equals": ["a"], "equals": ["b"]}, 'says the same as "Equals"', "keep one"),
    ],
)
def test_an_operator_that_is_wrong_is_a_problem(operators: dict[str, Any], what: str, hint: str) -> None:
    _, (problem,) = only_field(**operators)
    assert what in problem.what
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("selector", "what", "hint"),
    [
        ({"FieldSelectors": [{"Field": "eventname", "Equals": ["a"]}]}, 'field "eventname"', '"eventName"'),
        ({"fields": {"resource.arn": {"equals": ["a"]}}}, 'field "resource.arn"', '"resources.ARN"'),
        ({"fields": {"eventCategory": {"equals": ["data"]}}}, 'event category "data"', '"Data"'),
        ({"fields": {"eventCategory": {"equals": ["Aggregated"]}}}, '"Aggregated"', "use one of Management"),
        ({"fields": {"eventCategory": "Data"}}, "must be a mapping of operators", "{equals: [Data]}"),
        ({"fields": ["eventCategory"]}, "must be a mapping, not a list", "equals"),
        ({"FieldSelectors": {"Field": "eventName"}}, "must be a list, not a mapping", "even of one"),
        ({"FieldSelectors": ["eventName"]}, "must be a mapping", ""),
        ({"FieldSelectors": [{"Equals": ["a"]}]}, "without Field", ""),
        ({"Name": "empty", "FieldSelectors": []}, "a selector without fields", "eventCategory"),
        ({"Selectors": []}, 'unknown key "Selectors"', "FieldSelectors"),
        ({"Name": 5, "fields": {"eventName": {"equals": "a"}}}, "must be text, not the number 5", ""),
    ],
)
def test_an_advanced_selector_that_is_wrong_is_one_problem(selector: dict[str, Any], what: str, hint: str) -> None:
    _, (problem,) = advanced([selector])
    assert what in problem.what
    assert hint in problem.hint


def test_both_forms_of_fields_at_once_are_a_problem() -> None:
    _, problems = advanced([{**API, "fields": SCENARIO["fields"]}])
    assert "keep one of the two" in problems[0].hint


@pytest.mark.parametrize(
    ("selector", "what", "hint"),
    [
        ({"ReadWriteType": "read-only"}, "InvalidEventSelectorsException", '"ReadOnly"'),
        ({"ReadWriteTypes": "All"}, 'unknown key "ReadWriteTypes"', '"ReadWriteType"'),
        ({"include_managment_events": True}, "include_managment_events", '"include_management_events"'),
        ({"IncludeManagementEvents": "yes"}, "must be true or false", ""),
        ({"DataResources": [{"Values": ["arn:aws:s3"]}]}, "without Type", ""),
        ({"DataResources": [{"Type": "AWS::S3::Object", "Value": []}]}, 'unknown key "Value"', '"Values"'),
        ({"DataResources": "arn:aws:s3"}, "must be a list", ""),
        ({"ExcludeManagementEventSources": [None]}, "must be text, not nothing", ""),
    ],
)
def test_a_basic_selector_that_is_wrong_is_one_problem(selector: dict[str, Any], what: str, hint: str) -> None:
    _, (problem,) = basic([selector])
    assert what in problem.what
    assert hint in problem.hint


def test_every_problem_is_found_at_once_and_names_its_line() -> None:
    text = json.dumps({"AdvancedEventSelectors": [{"Nam": "x", "FieldSelectors": [{"Field": "evntName"}]}]}, indent=0)
    document = parse_document("trails.json", text)
    problems: list[Problem] = []
    parse_selectors(document, (), document.value, problems)
    assert [(problem.where.line, problem.what.partition(":")[0]) for problem in problems] == [
        (4, "AdvancedEventSelectors[0].Nam"),
        (7, "AdvancedEventSelectors[0].FieldSelectors[0].Field"),
        (6, "AdvancedEventSelectors[0].FieldSelectors[0]"),
    ]


@pytest.mark.parametrize(
    "holder",
    [
        {"EventSelectors": [BASIC_API], "AdvancedEventSelectors": [API]},
        {"event_selector": [BASIC_TERRAFORM], "advanced_event_selector": [TERRAFORM]},
    ],
)
def test_both_kinds_in_one_trail_are_a_problem(holder: dict[str, Any]) -> None:
    problems: list[Problem] = []
    parse_selectors(Document("trails.json", holder), (), holder, problems)
    (problem,) = problems
    assert "both basic and advanced" in problem.what


@pytest.mark.parametrize(
    "holder",
    [{}, {"EventSelectors": []}, {"event_selector": [], "advanced_event_selector": None}],
)
def test_empty_lists_are_no_selectors(holder: dict[str, Any]) -> None:
    problems: list[Problem] = []
    assert parse_selectors(Document("trails.json", holder), (), holder, problems) is None
    assert problems == []


def test_an_empty_list_beside_the_other_kind_is_no_second_kind() -> None:
    holder = {"event_selector": [], "advanced_event_selector": [TERRAFORM]}
    assert parse_selectors(Document("trails.json", holder), (), holder, []) == (NEW_PHOTOS,)


@pytest.mark.parametrize("wrong", ["All", 5, {"ReadWriteType": "All"}, False])
def test_selectors_that_are_no_list_are_a_problem(wrong: object) -> None:
    holder = {"EventSelectors": wrong}
    problems: list[Problem] = []
    assert parse_selectors(Document("trails.json", holder), (), holder, problems) is None
    assert len(problems) == 1


# ---- known only after it is applied ----


def test_an_unknown_value_stays_unknown() -> None:
    (selector,), problems = only_field(Equals=[UNKNOWN, "PutObject"])
    assert problems == []
    assert selector.fields == (FieldSelector("eventName", equals=(UNKNOWN, "PutObject")),)
    assert basic([{"ReadWriteType": UNKNOWN, "IncludeManagementEvents": UNKNOWN}]) == (
        (EventSelector(UNKNOWN, UNKNOWN),),
        [],
    )


@pytest.mark.parametrize(
    "holder",
    [
        {"AdvancedEventSelectors": UNKNOWN},
        {"AdvancedEventSelectors": [{"FieldSelectors": UNKNOWN}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": UNKNOWN, "Equals": ["a"]}]}]},
    ],
)
def test_selectors_that_are_unknown_may_select_any_event(holder: dict[str, Any]) -> None:
    problems: list[Problem] = []
    found = parse_selectors(Document("plan.json", holder), (), holder, problems)
    assert found == (AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),)),)
    assert problems == []


# ---- Insights ----


@pytest.mark.parametrize(
    "value",
    [
        [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Data"]}],
        [{"insight_type": "ApiCallRateInsight", "event_categories": ["Data"]}],
        [{"type": "ApiCallRateInsight", "categories": ["Data"]}],
    ],
    ids=["api", "terraform", "scenario"],
)
def test_every_spelling_of_insights_reads_the_same(value: list[dict[str, Any]]) -> None:
    problems: list[Problem] = []
    found = parse_insights(Document("trails.json", value), (), value, problems)
    assert found == (InsightSelector(InsightType.API_CALL_RATE, (EventCategory.DATA,)),)
    assert problems == []


def test_insights_analyse_management_events_unless_they_say_otherwise() -> None:
    (found,) = parse_insights(Document("x", []), (), [{"InsightType": "ApiErrorRateInsight"}], [])
    assert found.categories == (EventCategory.MANAGEMENT,)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"InsightType": "ApiCallRate"}, "unknown Insights type"),
        ({"EventCategories": ["Data"]}, "without type"),
        ({"InsightType": "ApiCallRateInsight", "EventCategories": ["NetworkActivity"]}, "no events of category"),
        ({"InsightType": "ApiCallRateInsight", "Category": []}, 'unknown key "Category"'),
    ],
)
def test_insights_that_are_wrong_are_one_problem(value: dict[str, Any], what: str) -> None:
    problems: list[Problem] = []
    parse_insights(Document("trails.json", [value]), (), [value], problems)
    (problem,) = problems
    assert what in problem.what
