"""One sentence for each change, by what stood before and what stands after."""

import pytest

from costplan.model.changes import Change, ChangeKind, EventsMoved, PricedChange, Side
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.reports.diffs.change_words import LONGEST_VALUE, change_words
from costplan.reports.diffs.moved_words import effect_lines
from tests.reports.build import UNKNOWN_LAMBDA, between
from tests.reports.diffs import UNPRICED_NETWORK, change, difference, management, moved

LAKE = "arn:aws:s3:::lake/"
KMS = "kms.amazonaws.com"
WRITES = AdvancedEventSelector(
    (
        FieldSelector("eventCategory", equals=("Data",)),
        FieldSelector("resources.type", equals=("AWS::S3::Object",)),
        FieldSelector("readOnly", equals=("false",)),
    ),
    "S3 writes",
)
READS = AdvancedEventSelector((*WRITES.fields[:2], FieldSelector("readOnly", equals=("true",))), "S3 writes")


def arn(*prefixes: str, **operators: tuple[str, ...]) -> FieldSelector:
    return FieldSelector("resources.ARN", starts_with=prefixes, **operators)


@pytest.mark.parametrize(
    ("attribute", "before", "after", "sentence"),
    [
        ("is_multi_region", "false", "true", "trail main: multi-Region, was single-Region"),
        ("is_organization", "true", "false", "trail main: of one account, was of the organization"),
        ("is_logging", "true", "false", "trail main: stopped, was logging"),
        ("log_file_validation", "false", "true", "trail main: log file validation on, was off"),
        ("recursive_logging", "true", "false", "trail main: recursive logging off, was on"),
        (
            "include_global_service_events",
            "true",
            "false",
            "trail main: without them, was with global service events",
        ),
        ("insights.ApiCallRateInsight", None, "Management", "trail main: Insights, API call rate: Management, was off"),
        ("insights.ApiErrorRateInsight", "Data", None, "trail main: Insights, API error rate: off, was Data"),
        ("home_region", "us-east-1", "eu-west-1", "trail main: home_region eu-west-1, was us-east-1"),
        (
            "cloudwatch_logs",
            None,
            "{retention_days: 90}",
            "trail main: cloudwatch_logs {retention_days: 90}, was not set",
        ),
        ("s3.lifecycle", "90 GLACIER", None, "trail main: s3.lifecycle no longer set, was 90 GLACIER"),
        # A switch of which one side is not known is no switch that was turned.
        ("is_multi_region", None, "true", "trail main: is_multi_region true, was not set"),
    ],
)
def test_an_attribute_is_named_with_what_it_is_and_was(
    attribute: str, before: Side, after: Side, sentence: str
) -> None:
    assert change_words(change(attribute, before, after)) == sentence


@pytest.mark.parametrize(
    ("attribute", "before", "after", "sentence"),
    [
        ("volumes", "5 events a month", "6 events a month", "volumes: 6 events a month, was 5 events a month"),
        ("assumptions.busy_factor", None, "1.5", "assumptions.busy_factor: 1.5, was not set"),
        ("discounts.cloudtrail", "0.07", None, "discounts.cloudtrail no longer set, was 0.07"),
        ("recorders", "in another order", "in this order", "recorders in another order"),
    ],
)
def test_what_is_about_the_scenario_names_no_recorder(attribute: str, before: Side, after: Side, sentence: str) -> None:
    assert change_words(change(attribute, before, after, recorder=None, recorder_kind="")) == sentence


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [(ChangeKind.ADDED, "trail audit added"), (ChangeKind.REMOVED, "trail audit removed")],
)
def test_a_recorder_comes_or_goes(kind: ChangeKind, sentence: str) -> None:
    sides = (None, Trail("audit")) if kind is ChangeKind.ADDED else (Trail("audit"), None)
    assert change_words(Change(kind, "audit", "trail", "", *sides)) == sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (None, WRITES, 'trail main: selector "S3 writes" added (data · AWS::S3::Object · writes)'),
        (WRITES, None, 'trail main: selector "S3 writes" removed (data · AWS::S3::Object · writes)'),
        (
            WRITES,
            READS,
            'trail main: selector "S3 writes": data · AWS::S3::Object · reads, was data · AWS::S3::Object · writes',
        ),
    ],
)
def test_a_selector_says_what_it_records(before: Side, after: Side, sentence: str) -> None:
    kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
    assert change_words(change("selectors", before, after, kind=kind)) == sentence


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (arn(LAKE), None, f"resources.ARN no longer limited to {LAKE}"),
        (None, arn(LAKE), f"resources.ARN now limited to {LAKE}"),
        (arn(LAKE), arn(LAKE, "arn:aws:s3:::claims/"), "resources.ARN now admits arn:aws:s3:::claims/"),
        (arn(LAKE, "arn:aws:s3:::claims/"), arn(LAKE), "resources.ARN no longer admits arn:aws:s3:::claims/"),
        (
            arn("arn:a/", "arn:b/"),
            arn("arn:b/", "arn:c/"),
            "resources.ARN now admits arn:c/ and no longer admits arn:a/",
        ),
        (arn("arn:a/"), arn("arn:a/", not_starts_with=("arn:a/x/",)), "resources.ARN now excludes arn:a/x/"),
        (
            arn("arn:a/"),
            FieldSelector("resources.ARN", not_equals=("arn:b",)),
            "resources.ARN no longer limited to arn:a/ and now excludes arn:b",
        ),
        # The same text asks other things by another operator.
        (
            FieldSelector("userIdentity.arn", equals=("arn:x",)),
            FieldSelector("userIdentity.arn", starts_with=("arn:x",)),
            "userIdentity.arn now admits what starts with arn:x and no longer admits arn:x",
        ),
        (
            FieldSelector("eventName", ends_with=("Object",)),
            None,
            "eventName no longer limited to what ends with Object",
        ),
        (
            FieldSelector("eventSource", not_equals=(KMS,)),
            None,
            f"eventSource no longer excludes {KMS}",
        ),
        (None, FieldSelector("eventSource", not_equals=(KMS,)), f"eventSource now excludes {KMS}"),
        (FieldSelector("readOnly", equals=("false",)), None, "reads and writes, was writes"),
        (
            FieldSelector("readOnly", equals=("false",)),
            FieldSelector("readOnly", equals=("true",)),
            "reads, was writes",
        ),
        (None, FieldSelector("readOnly", equals=(UNKNOWN,)), "readOnly now limited to (not known)"),
        (arn("a/", "b/"), arn("b/", "a/"), "resources.ARN with its values in another order"),
        (
            arn("a/", "b/", "c/", "d/", "e/"),
            None,
            "resources.ARN no longer limited to a/, b/, c/ or 2 more",
        ),
    ],
)
def test_a_field_says_what_became_of_it(before: FieldSelector | None, after: FieldSelector | None, said: str) -> None:
    words = change_words(change("selectors.x", before, after, selector="S3 writes"))
    assert words == f'trail main, selector "S3 writes": {said}'


def test_a_long_value_does_not_hide_the_rest_of_its_sentence() -> None:
    words = change_words(change("s3.lifecycle", "x" * 5000, "short"))
    assert words.startswith("trail main: s3.lifecycle short, was xxx")
    assert len(words) < LONGEST_VALUE + 50


# ---- what comes of it ----


def effects(*recorded: EventsMoved, dropped: tuple[EventsMoved, ...] = (), **rest: object) -> tuple[str, ...]:
    one = difference("1")
    cause = PricedChange(change("is_multi_region", "false", "true"), one, one, recorded, dropped, **rest)  # type: ignore[arg-type]
    return effect_lines(cause)


def test_data_events_are_told_by_type_and_container() -> None:
    # 10.0M + 2.3M
    assert effects(moved(10_000_000, "photos"), moved(2_300_000, "logs")) == (
        "records 12.3M more data events a month (AWS::S3::Object: photos 10.0M, logs 2.30M)",
    )


def test_one_container_needs_no_count_of_its_own() -> None:
    assert effects(moved(5, "photos")) == ("records 5 more data events a month (AWS::S3::Object: photos)",)


def test_each_type_has_its_containers() -> None:
    function = "arn:aws:lambda:eu-west-1:111122223333:function:etl"
    lambda_events = moved(7, resource_type="AWS::Lambda::Function")
    assert effects(
        moved(5, "photos"),
        EventsMoved("main", "Data", "lambda.amazonaws.com", "AWS::Lambda::Function", function, lambda_events.quantity),
    ) == ("records 12 more data events a month (AWS::S3::Object: photos 5; AWS::Lambda::Function: etl 7)",)


def test_events_of_one_container_from_two_sources_are_one() -> None:
    again = moved(4, "photos", event_source="s3lifecycle.amazonaws.com")
    assert effects(moved(5, "photos"), moved(3, "logs"), again) == (
        "records 12 more data events a month (AWS::S3::Object: photos 9, logs 3)",
    )


def test_management_events_are_told_by_source() -> None:
    assert effects(dropped=(management(7, KMS), management(3, "ec2.amazonaws.com"))) == (
        f"records 10 fewer management events a month ({KMS} 7, ec2.amazonaws.com 3)",
    )


def test_after_the_third_name_only_how_many_there_are() -> None:
    five = tuple(moved(10 - n, f"b{n}") for n in range(5))
    # 7 and 6 are left.
    assert effects(*five) == ("records 40 more data events a month (AWS::S3::Object: b0 10, b1 9, b2 8, 2 more 13)",)


def test_another_recorder_is_named() -> None:
    assert effects(moved(5, "lake", recorder="second"), moved(6, "lake")) == (
        "second records 5 more data events a month (AWS::S3::Object: lake)",
        "records 6 more data events a month (AWS::S3::Object: lake)",
    )


def test_a_band_is_both_of_its_ends() -> None:
    assert effects(management(between(0, 400_000), KMS)) == (
        f"records 0–400,000 more management events a month ({KMS})",
    )


def test_no_events_are_not_told_and_what_nobody_knows_is() -> None:
    found = effects(
        moved(Quantity.exact(0), "lake"),
        unknown=(UNKNOWN_LAMBDA,),
        unpriced=(UNPRICED_NETWORK,),
        settled=(UNKNOWN_LAMBDA, UNPRICED_NETWORK),
    )
    assert found == (
        "not known: Lambda data events",
        "without a price: Network activity events in eu-west-1",
        "no longer open: Lambda data events",
        "no longer open: Network activity events in eu-west-1",
    )
