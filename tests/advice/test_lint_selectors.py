"""Rules about whole selectors: exclusions undone, fields twice, contradictions, streams."""

import pytest

from costplan.advice.findings import Severity
from costplan.model.recorders import EventDataStore, Recorder
from costplan.model.selectors import AdvancedEventSelector, DataResource, EventSelector, FieldSelector, ReadWriteType
from costplan.model.unknown import UNKNOWN
from tests.advice.lint_configs import (
    ACCOUNT,
    BUCKET,
    LAMBDA,
    S3,
    TABLE,
    advanced,
    basic,
    codes,
    data,
    field,
    found,
    management,
    objects,
    selector,
    store,
)

KMS, RDS_DATA = "kms.amazonaws.com", "rdsdata.amazonaws.com"
STREAM = "AWS::DynamoDB::Stream"
ALL_S3 = (DataResource(S3, ("arn:aws:s3",)),)
ALL_TABLES = (DataResource(TABLE, ("arn:aws:dynamodb",)),)
READS, WRITES = ReadWriteType.READ_ONLY, ReadWriteType.WRITE_ONLY
NO_KMS = EventSelector(exclude_management_event_sources=(KMS,))
NOT_KMS = field("eventSource", not_equals=(KMS,))


def only(value: str) -> FieldSelector:
    return FieldSelector("readOnly", equals=(value,))


def tables(*fields: FieldSelector) -> AdvancedEventSelector:
    return data(TABLE, *fields)


def without_management(**parts: object) -> EventSelector:
    return EventSelector(include_management_events=False, **parts)  # type: ignore[arg-type]


FOUND: dict[str, tuple[Recorder, list[str]]] = {
    # CP001.  T68: the default of IncludeManagementEvents lets KMS in again.
    "a data selector lets KMS in": (basic(NO_KMS, EventSelector(data_resources=ALL_S3)), ["CP001"]),
    "a data selector of writes lets KMS writes in": (
        basic(NO_KMS, EventSelector(read_write_type=WRITES, data_resources=ALL_S3)),
        ["CP001"],
    ),
    "the first selector lets KMS in": (basic(EventSelector(), NO_KMS), ["CP001"]),
    "reads are let in": (basic(NO_KMS, EventSelector(read_write_type=READS)), ["CP001"]),
    "all that was excluded is let in": (
        basic(EventSelector(read_write_type=WRITES, exclude_management_event_sources=(KMS,)), EventSelector()),
        ["CP001"],
    ),
    "an advanced selector lets KMS in": (advanced(management(NOT_KMS), management()), ["CP001"]),
    "an advanced selector of reads lets KMS in": (advanced(management(NOT_KMS), management(only("true"))), ["CP001"]),
    "both others let KMS in": (advanced(management(NOT_KMS), management(), management(only("true"))), ["CP001"] * 2),
    # CP007
    "a field twice": (
        advanced(data(S3, field("eventName", starts_with=("Put",)), field("eventName", not_equals=("PutObjectAcl",)))),
        ["CP007"],
    ),
    # CP008
    "never a console": (store(management(field("sessionCredentialFromConsole", equals=("false",)))), ["CP008"]),
    "not never a console": (store(management(field("sessionCredentialFromConsole", not_equals=("False",)))), ["CP008"]),
    # CP009
    "no rdsdata": (basic(EventSelector(exclude_management_event_sources=(RDS_DATA,))), ["CP009"]),
    "no rdsdata, advanced": (advanced(management(field("eventSource", not_equals=(KMS, RDS_DATA)))), ["CP009"]),
    # CP011
    "tables": (advanced(tables()), ["CP011"]),
    "one table": (
        advanced(tables(field("resources.ARN", equals=(f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",)))),
        ["CP011"],
    ),
    "all but some other calls": (advanced(tables(field("eventName", not_equals=("Scan",)))), ["CP011"]),
    "what begins with Get": (advanced(tables(field("eventName", starts_with=("Get",)))), ["CP011"]),
    "only one of the two left out": (advanced(tables(field("eventName", not_equals=("GetRecords",)))), ["CP011"]),
    "basic tables": (basic(without_management(data_resources=ALL_TABLES)), ["CP011"]),
    # CP014
    "two types": (advanced(selector("Data", field("resources.type", equals=(S3, LAMBDA)))), ["CP014"]),
    # CP015
    "a beginning and its negation": (advanced(objects(starts_with=("arn:",), not_starts_with=("arn:",))), ["CP015"]),
    "a beginning in what is excluded": (
        advanced(objects(starts_with=(f"{BUCKET}/a/",), not_starts_with=(f"{BUCKET}/",))),
        ["CP015"],
    ),
    "a value and its negation": (
        advanced(data(S3, field("eventName", equals=("PutObject",), not_equals=("PutObject",)))),
        ["CP015"],
    ),
    "a value with an excluded end": (
        advanced(data(S3, field("eventName", equals=("PutObject", "GetObjectAcl"), not_ends_with=("Acl",)))),
        ["CP015"],
    ),
    "an end in an excluded end": (
        advanced(objects(ends_with=("/x.tmp",), not_ends_with=(".tmp",))),
        ["CP015"],
    ),
    "an excluded beginning beside an unknown one": (
        advanced(objects(starts_with=(UNKNOWN, f"{BUCKET}/a/"), not_starts_with=(f"{BUCKET}/",))),
        ["CP015"],
    ),
    "two lists with one in common": (
        advanced(data(S3, field("eventName", equals=("A", "B")), field("eventName", equals=("B", "C")))),
        ["CP007"],
    ),
    "two lists, one with a beginning": (
        advanced(
            data(S3, field("eventName", equals=("A",), starts_with=("Put",)), field("eventName", equals=("PutX",)))
        ),
        ["CP007"],
    ),
    "two lists, one with an end": (
        advanced(data(S3, field("eventName", equals=("A",), ends_with=("X",)), field("eventName", equals=("PutX",)))),
        ["CP007"],
    ),
    "two lists of what is left out": (
        advanced(data(S3, field("eventName", not_equals=("A",)), field("eventName", not_equals=("B",)))),
        ["CP007"],
    ),
    "reads that are writes": (advanced(data(S3, only("true"), only("false"))), ["CP007", "CP015"]),
    "a function among objects": (
        advanced(objects(equals=(f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:etl",))),
        ["CP015"],
    ),
    "buckets among functions": (
        advanced(data(LAMBDA, field("resources.ARN", starts_with=("arn:aws:s3:::",)))),
        ["CP015"],
    ),
    # CP018
    "a new store": (EventDataStore("calls", ACCOUNT, "eu-west-1"), ["CP018"]),
}

NEAR_MISSES: dict[str, Recorder] = {
    "both exclude KMS": basic(NO_KMS, EventSelector(exclude_management_event_sources=(KMS,), data_resources=ALL_S3)),
    "a data selector without management events": basic(NO_KMS, without_management(data_resources=ALL_S3)),
    "reads without KMS and writes with it": basic(
        EventSelector(read_write_type=READS, exclude_management_event_sources=(KMS,)),
        EventSelector(read_write_type=WRITES),
    ),
    "reads without KMS and data events of writes": basic(
        EventSelector(read_write_type=READS, exclude_management_event_sources=(KMS,)),
        EventSelector(read_write_type=WRITES, data_resources=ALL_S3),
    ),
    "what is not a read": advanced(management(NOT_KMS), management(field("readOnly", not_equals=("true",)))),
    "another source in a store": store(management(NOT_KMS), management(field("eventSource", equals=("iam.x",)))),
    "all but one name in a store": store(management(NOT_KMS), management(field("eventName", not_equals=("X",)))),
    "KMS writes only, on purpose": basic(NO_KMS, EventSelector(read_write_type=WRITES)),
    "KMS writes only, on purpose, advanced": advanced(management(NOT_KMS), management(only("false"))),
    "nothing is excluded": basic(EventSelector(), EventSelector(data_resources=ALL_S3)),
    "some KMS calls in a store": store(
        management(NOT_KMS), management(field("eventSource", equals=(KMS,)), field("eventName", equals=("DisableKey",)))
    ),
    "console calls in a store": store(
        management(NOT_KMS), management(field("sessionCredentialFromConsole", equals=("true",)))
    ),
    "KMS left out of data events only": advanced(data(S3, NOT_KMS), management()),
    "two fields": advanced(data(S3, field("eventName", equals=("PutObject",)), only("false"))),
    "one field in two selectors": advanced(data(S3, only("true")), data(LAMBDA, only("true"))),
    "not a console": store(management(field("sessionCredentialFromConsole", not_equals=("true",)))),
    "no KMS": basic(NO_KMS),
    "only rdsdata": store(management(field("eventSource", equals=(RDS_DATA,)))),
    "a name like rdsdata": store(management(field("eventName", not_equals=(RDS_DATA,)))),
    "data events without rdsdata": advanced(data(S3, field("eventSource", not_equals=(RDS_DATA,)))),
    "the Data API": advanced(data("AWS::RDS::DBCluster", field("eventSource", equals=("rdsdataapi.amazonaws.com",)))),
    "tables without stream reads": advanced(tables(field("eventName", not_equals=("GetRecords", "GetShardIterator")))),
    "stream reads by name": advanced(tables(field("eventName", equals=("GetRecords", "GetShardIterator")))),
    "items only": advanced(tables(field("eventName", equals=("GetItem", "PutItem")))),
    "writes of tables": advanced(tables(only("false"))),
    "tables and their streams": advanced(tables(), data(STREAM)),
    "basic writes of tables": basic(without_management(read_write_type=WRITES, data_resources=ALL_TABLES)),
    "basic tables without values": basic(without_management(data_resources=(DataResource(TABLE, ()),))),
    "one type twice": advanced(selector("Data", field("resources.type", equals=(S3, S3)))),
    "a part that is left out": advanced(objects(starts_with=(f"{BUCKET}/",), not_starts_with=(f"{BUCKET}/a/",))),
    "an end that is left out": advanced(objects(starts_with=(f"{BUCKET}/",), not_ends_with=(".tmp",))),
    "an excluded value of a beginning": advanced(
        data(S3, field("eventName", starts_with=("Put",), not_equals=("PutObjectAcl",)))
    ),
    # AWS's own example of all operators (T20).
    "all operators": advanced(
        objects(
            equals=(f"{BUCKET}/object1",),
            starts_with=(f"{BUCKET}/",),
            ends_with=("object3",),
            not_starts_with=(f"{BUCKET}/deselect",),
            not_ends_with=("object5",),
            not_equals=(f"{BUCKET}/object6",),
        )
    ),
    "an access point among its own": advanced(
        data(
            "AWS::S3::AccessPoint",
            field("resources.ARN", starts_with=(f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/x/",)),
        )
    ),
    "a store that exists": store(management()),
}


@pytest.mark.parametrize(("recorder", "expected"), FOUND.values(), ids=FOUND)
def test_a_selector_is_found(recorder: Recorder, expected: list[str]) -> None:
    assert codes(recorder) == expected


@pytest.mark.parametrize("recorder", NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_a_near_miss_is_not_found(recorder: Recorder) -> None:
    assert codes(recorder) == []


UNKNOWN_FIELD = FieldSelector("eventCategory", equals=(UNKNOWN,))


@pytest.mark.parametrize(
    "recorder",
    [
        basic(NO_KMS, EventSelector(include_management_events=UNKNOWN, data_resources=ALL_S3)),
        basic(NO_KMS, EventSelector(exclude_management_event_sources=(UNKNOWN,), data_resources=ALL_S3)),
        basic(NO_KMS, EventSelector(read_write_type=UNKNOWN, data_resources=ALL_S3)),
        basic(without_management(read_write_type=UNKNOWN, data_resources=ALL_TABLES)),
        advanced(management(NOT_KMS), management(only("true"), field("eventSource", not_equals=(UNKNOWN,)))),
        advanced(management(NOT_KMS), AdvancedEventSelector((UNKNOWN_FIELD,))),
        advanced(AdvancedEventSelector((UNKNOWN_FIELD, UNKNOWN_FIELD, UNKNOWN_FIELD))),
        advanced(tables(field("eventName", not_equals=(UNKNOWN,)))),
        advanced(tables(field("eventName", equals=(UNKNOWN,)))),
        advanced(selector("Data", field("resources.type", equals=(S3, UNKNOWN)))),
        advanced(data(S3, field("eventName", equals=("A",)), field("eventName", equals=(UNKNOWN,)))),
        advanced(objects(starts_with=(UNKNOWN,), not_starts_with=("arn:",))),
        advanced(objects(starts_with=(UNKNOWN,), not_starts_with=(UNKNOWN,))),
        advanced(objects(starts_with=(f"{BUCKET}/",), not_starts_with=(UNKNOWN,))),
        store(management(field("sessionCredentialFromConsole", equals=(UNKNOWN,)))),
    ],
)
def test_unknown_parts_of_a_selector_are_never_found(recorder: Recorder) -> None:
    assert codes(recorder) == []


def test_the_selector_that_undoes_an_exclusion_is_named_with_the_one_that_excludes() -> None:
    (finding,) = found(basic(NO_KMS, EventSelector(data_resources=ALL_S3)))
    assert finding.message == (
        "trail audit, selector 2: records management events of kms.amazonaws.com, which selector 1 excludes"
    )
    assert "IncludeManagementEvents to false" in finding.hint


@pytest.mark.parametrize(
    "categories",
    [
        (),
        (field("eventCategory", equals=("Management", "Data")),),
        (field("eventCategory", not_equals=("Management",)),),
        (field("eventCategory", equals=("Management",), not_equals=("Data",)),),
        (field("eventCategory", equals=("Management",)), field("eventCategory", starts_with=("M",))),
    ],
)
def test_a_selector_without_one_clear_category_undoes_nothing(categories: tuple[FieldSelector, ...]) -> None:
    unclear = AdvancedEventSelector((*categories, only("true")))
    assert "CP001" not in codes(advanced(management(NOT_KMS), unclear))


def test_exclusions_of_another_recorder_are_not_undone() -> None:
    recorders = advanced(management(NOT_KMS)), store(management())
    assert codes(*recorders) == []


def test_several_types_in_one_selector_are_an_error() -> None:
    (finding,) = found(advanced(selector("Data", field("resources.type", equals=(S3, LAMBDA)))))
    assert finding.severity is Severity.ERROR


def test_a_cancelled_value_says_by_what_and_whether_anything_is_left() -> None:
    part, whole = (
        found(advanced(objects(starts_with=values, not_starts_with=("arn:aws:s3:::a",))))
        for values in (("arn:aws:s3:::a/", "arn:aws:s3:::b/"), ("arn:aws:s3:::a/",))
    )
    by = 'resources.ARN StartsWith "arn:aws:s3:::a/" is cancelled by NotStartsWith "arn:aws:s3:::a"'
    # The excluding value has no slash either, which is a finding of its own.
    assert [finding.message.partition(": ")[2] for finding in part if finding.code == "CP015"] == [by]
    assert [finding.message.partition(": ")[2] for finding in whole if finding.code == "CP015"] == [
        f"{by}, so that the selector matches nothing"
    ]
