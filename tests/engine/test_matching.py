"""What selectors admit of events that are only partly known; AWS's own cases are in ``test_aws_cases.py``."""

from dataclasses import replace

import pytest

from costplan.engine.matching import Matcher, Matchers, categories_of
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.events import CLOUDTRAIL_SERVICE, EventKey, Principal, Resource
from costplan.model.recorders import Recorder
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN, Except
from tests.build import (
    DATA,
    KMS,
    MANAGEMENT,
    NETWORK,
    PROD,
    S3_OBJECT,
    UNKNOWN_KEY,
    make_key,
    make_object,
    make_selector,
    make_trail,
    on_objects,
)

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES
WITHOUT_KMS = make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(KMS,)))
CLAIMS = "arn:aws:s3:::lake/claims/"
ETL = f"arn:aws:sts::{PROD}:assumed-role/etl"


def match(key: EventKey, *selectors: AdvancedEventSelector, conditions: tuple[Condition, ...] = ()) -> Truth:
    return Matcher(make_trail(selectors=selectors), conditions).match(key)


def object_key(*resources: Resource, **fields: object) -> EventKey:
    return make_key(DATA, resources=resources or (make_object(),), **fields)


# ---- fields nobody kept, values nobody knows ----


@pytest.mark.parametrize(
    ("source", "expected"),
    [(KMS, NO), ("ec2.amazonaws.com", YES), (UNKNOWN, MAYBE), (Except(frozenset({KMS})), YES), (None, YES)],
)
def test_an_exclusion_of_a_source_that_is_known_unknown_or_surely_another(source: object, expected: Truth) -> None:
    assert match(make_key(event_source=source), WITHOUT_KMS) is expected


def test_surely_another_says_nothing_of_third_values() -> None:
    of_ec2 = make_selector(NETWORK, FieldSelector("eventSource", equals=("ec2.amazonaws.com",)))
    assert match(make_key(NETWORK, event_source=Except(frozenset({KMS}))), of_ec2) is MAYBE


def test_what_is_surely_not_one_value_may_still_begin_like_it() -> None:
    like_kms = make_selector(NETWORK, FieldSelector("eventSource", starts_with=(KMS,)))
    assert match(make_key(NETWORK, event_source=Except(frozenset({KMS}))), like_kms) is MAYBE


@pytest.mark.parametrize(("read_only", "expected"), [(True, YES), (False, NO), (UNKNOWN, MAYBE), (None, NO)])
def test_read_only_is_compared_as_text_and_may_be_unknown_or_absent(read_only: object, expected: Truth) -> None:
    reads = make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("true",)))
    assert match(make_key(read_only=read_only), reads) is expected


def test_an_absent_flag_has_no_text_not_even_a_word_for_nothing() -> None:
    assert match(make_key(read_only=None), make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("none",)))) is NO


@pytest.mark.parametrize(("flag", "expected"), [(True, NO), (None, YES), (False, YES), (UNKNOWN, MAYBE)])
def test_a_session_that_is_not_from_the_console_has_no_such_field(flag: object, expected: Truth) -> None:
    not_console = make_selector(DATA, FieldSelector("sessionCredentialFromConsole", not_equals=("true",)))
    assert match(make_key(DATA, is_console=flag), not_console) is expected


def test_the_text_false_never_equals_an_absent_console_flag() -> None:
    never = make_selector(DATA, FieldSelector("sessionCredentialFromConsole", equals=("false",)))
    assert match(make_key(DATA, is_console=None), never) is NO
    assert match(make_key(DATA, is_console=False), never) is NO


@pytest.mark.parametrize(
    ("field", "name", "expected"),
    [
        (FieldSelector("eventName", equals=(UNKNOWN,)), "GetItem", MAYBE),
        (FieldSelector("eventName", equals=("GetItem", UNKNOWN)), "GetItem", YES),
        (FieldSelector("eventName", not_equals=(UNKNOWN,)), "GetItem", MAYBE),
        (FieldSelector("eventName", not_equals=("GetItem", UNKNOWN)), "GetItem", NO),
        (FieldSelector("eventName", starts_with=(UNKNOWN,), not_starts_with=("Get",)), "GetItem", NO),
        # Absent: no value can select it and none deselect it, known or not.
        (FieldSelector("eventName", equals=(UNKNOWN,)), None, NO),
        (FieldSelector("eventName", not_equals=(UNKNOWN,)), None, YES),
    ],
)
def test_a_value_known_only_after_apply_may_hit(field: FieldSelector, name: str | None, expected: Truth) -> None:
    assert match(make_key(DATA, event_name=name), make_selector(DATA, field)) is expected


def test_an_unknown_category_may_be_any() -> None:
    selector = AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),))
    assert match(make_key(), selector) is MAYBE
    assert MANAGEMENT in categories_of(make_trail(selectors=(selector,)))


def test_a_recorder_has_the_categories_of_all_its_selectors() -> None:
    trail = make_trail(selectors=(make_selector(MANAGEMENT), on_objects()))
    assert categories_of(trail) == {MANAGEMENT, DATA}


def test_one_sure_selector_is_enough() -> None:
    unsure = make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(UNKNOWN,)))
    matcher = Matcher(make_trail(selectors=(unsure, make_selector(MANAGEMENT), make_selector(DATA))))
    assert matcher.match_each(make_key()) == (MAYBE, YES, NO)
    assert matcher.match(make_key()) is YES
    assert matcher.selector_names == ("selector 1", "selector 2", "selector 3")


@pytest.mark.parametrize(
    ("truths", "expected"),
    [
        ((), (NO, 0)),
        ((NO, NO), (NO, 0)),
        ((NO, MAYBE, MAYBE), (MAYBE, 1)),
        ((MAYBE, YES, YES), (YES, 1)),
        ((MAYBE, NO), (MAYBE, 0)),
    ],
)
def test_the_first_of_the_selectors_that_are_surest_is_named(
    truths: tuple[Truth, ...], expected: tuple[Truth, int]
) -> None:
    values = {NO: ("ec2.amazonaws.com",), MAYBE: (UNKNOWN,), YES: (KMS,)}
    selectors = [make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=values[truth])) for truth in truths]
    assert Matcher(make_trail(selectors=tuple(selectors))).admit(make_key()) == expected


def test_one_field_listed_twice_is_asked_twice() -> None:
    twice = make_selector(
        DATA, FieldSelector("eventName", starts_with=("Get",)), FieldSelector("eventName", ends_with=("Object",))
    )
    assert match(make_key(DATA, event_name="GetObject"), twice) is YES
    assert match(make_key(DATA, event_name="GetItem"), twice) is NO


def test_the_resource_type_listed_twice_is_asked_twice() -> None:
    values = {"starts_with": ("AWS::S3",)}, {"ends_with": ("::AccessPoint",)}
    twice = make_selector(DATA, *(FieldSelector("resources.type", **value) for value in values))
    assert match(object_key(Resource("AWS::S3::AccessPoint")), twice) is YES
    assert match(object_key(), twice) is NO


def test_nothing_is_known_of_a_row_that_says_only_its_category() -> None:
    key = make_key(DATA, **UNKNOWN_KEY)
    assert match(key, on_objects()) is MAYBE
    assert match(key, make_selector(MANAGEMENT)) is NO


# ---- containers, answers ----

IN_CLAIMS = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, CLAIMS)
BY_BOB = Condition(ArnField.PRINCIPAL, Operator.ENDS_WITH, "/bob")
UNDER_CLAIMS = on_objects(FieldSelector("resources.ARN", starts_with=(CLAIMS,)))


@pytest.mark.parametrize(
    ("bucket", "answers", "conditions", "expected"),
    [
        ("lake", "", (), MAYBE),
        ("lake", "1", (BY_BOB, IN_CLAIMS), YES),  # answers count the conditions on their own field only
        ("lake", "0", (IN_CLAIMS,), NO),
        ("lake", "", (IN_CLAIMS,), MAYBE),
        ("other", "", (), NO),
        # A container that decides is believed before an answer.
        ("other", "1", (IN_CLAIMS,), NO),
    ],
)
def test_what_the_bucket_leaves_open_is_answered_or_may_match(
    bucket: str, answers: str, conditions: tuple[Condition, ...], expected: Truth
) -> None:
    key = object_key(make_object(bucket, answers))
    assert match(key, UNDER_CLAIMS, conditions=conditions) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (Principal(ETL, answers="1"), NO),
        (Principal(ETL, answers="0"), YES),
        (Principal(ETL), MAYBE),
        (Principal(), MAYBE),
        (Principal(None), YES),  # no ARN, nothing to deselect
        (Principal(f"arn:aws:iam::{PROD}:user/bob", is_whole=True), NO),
    ],
)
def test_a_session_name_is_answered_or_may_match(principal: Principal, expected: Truth) -> None:
    not_bob = on_objects(FieldSelector("userIdentity.arn", not_ends_with=("/bob",)))
    assert match(object_key(principal=principal), not_bob, conditions=(BY_BOB,)) is expected


def test_the_answer_to_a_text_that_is_no_arn_is_believed() -> None:
    condition = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "odd")
    selector = on_objects(FieldSelector("resources.ARN", starts_with=("odd",)))
    assert match(object_key(Resource(S3_OBJECT, "arn", False, "1")), selector, conditions=(condition,)) is YES


@pytest.mark.parametrize("field", [{"starts_with": (CLAIMS,)}, {"not_starts_with": (CLAIMS,)}], ids=repr)
def test_an_arn_that_nobody_kept_may_match(field: dict[str, tuple[str, ...]]) -> None:
    selector = on_objects(FieldSelector("resources.ARN", **field))
    assert match(object_key(Resource(S3_OBJECT, UNKNOWN)), selector) is MAYBE


def test_a_type_that_may_be_the_right_one_may_match() -> None:
    assert match(object_key(Resource(UNKNOWN, "arn:aws:s3:::lake")), on_objects()) is MAYBE
    assert match(object_key(Resource(None, "arn:aws:s3:::lake")), on_objects()) is NO


# ---- several resources (R30, R31) ----

TABLE = "AWS::DynamoDB::Table"


def table(name: str) -> Resource:
    return Resource(TABLE, f"arn:aws:dynamodb:eu-west-1:{PROD}:table/{name}", True)


def on_tables(**values: tuple[str, ...]) -> AdvancedEventSelector:
    arns = {operator: tuple(str(table(name).container) for name in names) for operator, names in values.items()}
    return make_selector(DATA, FieldSelector("resources.type", equals=(TABLE,)), FieldSelector("resources.ARN", **arns))


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("orders",), NO), (("carts",), YES), (("carts", "users"), YES), (("orders", "carts"), MAYBE)],
)
def test_an_event_of_which_some_tables_are_deselected_makes_a_band(names: tuple[str, ...], expected: Truth) -> None:
    assert match(object_key(*map(table, names)), on_tables(not_equals=("orders",))) is expected


def test_a_table_that_is_only_not_selected_makes_no_band() -> None:
    both = object_key(table("orders"), table("users"))
    assert match(both, on_tables(equals=("orders",))) is YES
    # Nothing of this event is deselected, though the selector deselects other tables.
    assert match(both, on_tables(equals=("orders",), not_equals=("carts",))) is YES


def test_type_and_arn_are_asked_of_one_and_the_same_element() -> None:
    bucket = Resource("AWS::S3::Bucket", "arn:aws:s3:::lake", True)
    all_but_lake = on_objects(FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::lake/",)))
    assert match(object_key(make_object("lake"), bucket), all_but_lake) is NO


def test_an_element_without_an_arn_passes_what_only_deselects() -> None:
    nameless = Resource(S3_OBJECT, None)
    assert match(object_key(nameless), on_objects(FieldSelector("resources.ARN", not_starts_with=(CLAIMS,)))) is YES
    assert match(object_key(nameless), UNDER_CLAIMS) is NO


def test_an_event_without_resources_has_no_resource_to_match() -> None:
    assert match(make_key(DATA, resources=()), on_objects()) is NO


# ---- what a trail asks before its selectors (R67, R76) ----


def gate(recorder: Recorder, **fields: object) -> Truth:
    return Matcher(recorder).match(make_key(**fields))


@pytest.mark.parametrize(
    ("invoked_by", "source", "name", "expected"),
    [
        (CLOUDTRAIL_SERVICE, "s3.amazonaws.com", "PutObject", NO),
        (CLOUDTRAIL_SERVICE, "logs.amazonaws.com", "PutLogEvents", NO),
        (CLOUDTRAIL_SERVICE, "s3.amazonaws.com", "GetBucketAcl", YES),
        (CLOUDTRAIL_SERVICE, "logs.amazonaws.com", "PutObject", YES),
        ("delivery.logs.amazonaws.com", "s3.amazonaws.com", "PutObject", YES),
        (None, "s3.amazonaws.com", "PutObject", YES),
        # A measurement always keeps the mark, so what has none is somebody else's call.
        (UNKNOWN, "s3.amazonaws.com", "PutObject", YES),
        (CLOUDTRAIL_SERVICE, "s3.amazonaws.com", UNKNOWN, MAYBE),
    ],
)
def test_without_recursive_logging_only_deliveries_of_cloudtrail_are_dropped(
    invoked_by: object, source: str, name: object, expected: Truth
) -> None:
    fields = {"event_source": source, "event_name": name, "principal": Principal(invoked_by=invoked_by)}  # type: ignore[arg-type]
    assert gate(make_trail(recursive_logging=False), **fields) is expected
    assert gate(make_trail(), **fields) is YES


@pytest.mark.parametrize(
    ("source", "is_global_endpoint", "expected"),
    [
        ("iam.amazonaws.com", UNKNOWN, NO),
        ("cloudfront.amazonaws.com", UNKNOWN, NO),
        ("sts.amazonaws.com", True, NO),
        ("sts.amazonaws.com", False, YES),
        ("sts.amazonaws.com", UNKNOWN, MAYBE),
        ("ec2.amazonaws.com", UNKNOWN, YES),
        ("not-iam.amazonaws.com", UNKNOWN, YES),
        ("iam.amazonaws.com.cn", UNKNOWN, YES),
        (UNKNOWN, False, MAYBE),
    ],
)
def test_global_service_events_can_be_left_out_of_a_single_region_trail(
    source: object, is_global_endpoint: object, expected: Truth
) -> None:
    fields = {"event_source": source, "is_global_endpoint": is_global_endpoint}
    assert gate(make_trail(include_global_service_events=False), **fields) is expected
    assert gate(make_trail(include_global_service_events=False, is_multi_region=True), **fields) is YES


@pytest.mark.parametrize(
    ("changed", "is_shared"),
    [
        ({"name": "other", "home_region": "us-east-1", "is_logging": False, "log_file_validation": True}, True),
        ({"recursive_logging": False}, False),
        ({"include_global_service_events": False}, False),
        ({"is_multi_region": True}, False),
        ({"selectors": (WITHOUT_KMS, WITHOUT_KMS)}, False),
    ],
    ids=["asks the same", "own deliveries", "global service events", "multi-Region", "selectors"],
)
def test_recorders_share_a_matcher_that_ask_the_same(changed: dict[str, object], is_shared: bool) -> None:
    trail = make_trail(selectors=(WITHOUT_KMS,))

    one, other = Matchers().of((trail, replace(trail, **changed)))  # type: ignore[arg-type]

    assert (one is other) is is_shared


def test_other_conditions_are_other_questions() -> None:
    trail, matchers = make_trail(selectors=(on_objects(),)), Matchers()
    condition = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, CLAIMS)

    assert matchers.of((trail,)) == matchers.of((trail,))
    assert matchers.of((trail,)) != matchers.of((trail,), (condition,))


def test_what_one_list_of_resources_comes_to_is_not_that_of_another() -> None:
    matcher = Matcher(make_trail(selectors=(on_objects(FieldSelector("resources.ARN", starts_with=(CLAIMS,))),)))
    lake, logs = make_object("lake"), make_object("logs")

    # The bucket alone leaves open whether an object is below the prefix; a bucket of another name settles it.
    found = [matcher.match(object_key(*some)) for some in ((logs,), (lake,), (logs, lake), (logs,), (lake, logs))]

    assert found == [NO, MAYBE, MAYBE, NO, MAYBE]
