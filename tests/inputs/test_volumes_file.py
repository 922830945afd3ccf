import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costplan.inputs.documents import parse_document
from costplan.inputs.schemas import schema
from costplan.inputs.volumes import VOLUME_SOURCES
from costplan.inputs.volumes.rates import parse_rate, parse_share
from costplan.inputs.volumes.volumes_file import format_volumes, parse_volumes, read_volumes, write_volumes
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.events import EventCategory, EventKey, Principal, Resource
from costplan.model.problems import BadInputError, CostplanError, Problem
from costplan.model.quantity import Quantity
from costplan.model.selectors import FieldSelector
from costplan.model.unknown import UNKNOWN, Except
from costplan.model.volumes import (
    Basis,
    Coverage,
    FileStatistics,
    Period,
    ReadSummary,
    VolumeRow,
    Volumes,
)

T = TypeVar("T")

VALIDATOR = jsonschema.Draft202012Validator(schema("volumes"))

WRITTEN = """\
format: costplan.volumes/1
source:
  kind: cloudtrail-logs
  read: {duplicates: 5321, counted: 21040, records: 26361, unreadable: 0, without_event_id: 0, files: 2960,
         files_unreadable: 0, set_aside: {digest: 1488}}
  multiplicity: {"1": 15719, "2": 5321}
coverage:
  - {region: eu-west-1, account: "111122223333", basis: recorded-by, category: Management,
     observed: {hours: 744, gap_hours: 0, start: "2026-08-01T00:00:00Z", end: "2026-09-01T00:00:00Z"}}
  - {region: eu-west-1, account: "111122223333", basis: inferred, category: Data, read_only: false,
     resource_type: "AWS::S3::Object", container: "arn:aws:s3:::photos",
     fields: {eventName: {not_equals: [PutObjectAcl]}}}
conditions:
  - {field: resources.ARN, value: "arn:aws:s3:::photos/2026/", operator: StartsWith}
events:
  - account: "111122223333"
    region: eu-west-1
    category: Data
    event_type: AwsApiCall
    event_name: CopyObject
    event_source: s3.amazonaws.com
    read_only: false
    resources: [{container: "arn:aws:s3:::photos", type: "AWS::S3::Object", answers: "1"}]
    principal: {type: AssumedRole, container: "arn:aws:sts::111122223333:assumed-role/archiver", invoked_by: null}
    vpc_endpoint_id: null
    error_code: null
    console: null
    count: 2345678
    per_month: "2301550.125375"
    raw_bytes: 3987654321
    oversize: 0
files:
  - {kind: CloudTrail, account: "111122223333", region: eu-west-1, bytes: 6123457, files: 2781, events: 26361,
     slots_observed: 8928, slots_occupied: 1204, fit: {bytes_per_event: 163.5, bytes_per_file: 712},
     size_histogram: {"1-4KiB": 2204, "<1KiB": 577}}
"""

TYPED = """\
format: costplan.volumes/1
covers_all: true
account: "111122223333"
region: eu-west-1
events:
  - """


def parse(text: str) -> tuple[Volumes | None, list[str]]:
    document = parse_document("v.yaml", text)
    problems: list[Problem] = []
    volumes = parse_volumes(document, (), document.value, problems)
    return volumes, [str(problem) for problem in problems]


def rows_of(row: str) -> tuple[VolumeRow, ...]:
    volumes, problems = parse(TYPED + row)
    assert problems == []
    assert volumes is not None
    return volumes.rows


# ---- rates ----


@pytest.mark.parametrize(
    ("text", "per_month"),
    [
        ("40M/month", "40000000"),
        ("2.5k/month", "2500"),
        ("31B/month", "31000000000"),
        ("31G/month", "31000000000"),
        ("120/s", "315360000"),  # 120 × 3600 × 730
        ("1/min", "43800"),  # 60 × 730
        ("5k/h", "3650000"),  # 5,000 × 730
        ("24/day", "730"),
        ("2.5k/day", "76041.666667"),  # 2,500 × 730 / 24 = 76,041.6666…
        ("168/week", "730"),
        (0, "0"),
    ],
)
def test_a_rate_is_events_in_730_hours(text: str | int, per_month: str) -> None:
    assert parse_rate(text) == Decimal(per_month)


@pytest.mark.parametrize(
    "text", ["40M", "40", "40m/month", "40M/fortnight", "-1/s", "1e6/month", "/s", "", "1/s\n", "١/s"]
)
def test_what_does_not_say_per_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="expected a rate such as 40M/month"):
        parse_rate(text)


def test_a_share_is_exact() -> None:
    assert [parse_share(text) for text in ("30%", "2.5%", "-1%", 0)] == [
        Decimal("0.30"), Decimal("0.025"), Decimal("-0.01"), 0
    ]  # fmt: skip
    with pytest.raises(ValueError, match="30%"):
        parse_share("0.3")


# ---- full rows ----


def test_a_written_file_is_read_as_it_stands() -> None:
    volumes, problems = parse(WRITTEN)
    assert problems == []
    assert volumes is not None
    (row,) = volumes.rows
    assert row.key == EventKey(
        account="111122223333",
        region="eu-west-1",
        category=EventCategory.DATA,
        event_source="s3.amazonaws.com",
        event_name="CopyObject",
        event_type="AwsApiCall",
        read_only=False,
        resources=(Resource("AWS::S3::Object", "arn:aws:s3:::photos", False, "1"),),
        principal=Principal("arn:aws:sts::111122223333:assumed-role/archiver", False, "AssumedRole", None),
        is_console=None,
        error_code=None,
        vpc_endpoint_id=None,
    )
    assert (row.count, row.raw_bytes, row.per_month) == (
        2345678, 3987654321, Quantity.exact(Decimal("2301550.125375"))
    )  # fmt: skip
    assert volumes.kind == "cloudtrail-logs"
    assert volumes.multiplicity == {1: 15719, 2: 5321}
    assert volumes.read is not None
    assert volumes.read.set_aside == {"digest": 1488}
    management, data = volumes.coverage
    assert management.observed == Period(
        datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC), Decimal(744)
    )
    assert (data.basis, data.read_only, data.container) == (Basis.INFERRED, False, "arn:aws:s3:::photos")
    assert data.fields == (FieldSelector("eventName", not_equals=("PutObjectAcl",)),)
    assert volumes.conditions == (Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "arn:aws:s3:::photos/2026/"),)
    assert volumes.files[0].bytes_per_event == Decimal("163.5")


def test_a_field_left_out_is_unknown_and_null_is_absent() -> None:
    (left_out,) = rows_of("{category: Management, per_month: '1'}")
    (absent,) = rows_of(
        "{category: Management, per_month: '1', event_source: null, read_only: null, resources: null, principal: null}"
    )
    assert left_out.key == EventKey("111122223333", "eu-west-1", EventCategory.MANAGEMENT)
    assert left_out.key.event_source is UNKNOWN
    assert left_out.key.resources is UNKNOWN
    assert absent.key.event_source is None
    assert absent.key.read_only is None
    assert absent.key.resources == ()
    assert absent.key.principal == Principal(None, False, None, None)


def test_a_text_may_be_known_only_by_what_it_is_not() -> None:
    (row,) = rows_of("{category: Management, event_source: {not: [kms.amazonaws.com]}, count: 1/s}")
    assert row.key.event_source == Except(frozenset({"kms.amazonaws.com"}))


@pytest.mark.parametrize(
    ("resource", "is_whole"),
    [
        ("{type: 'AWS::S3::Object', container: 'arn:aws:s3:::lake'}", False),
        ("{type: 'AWS::S3::Object', container: 'arn:aws:s3:::lake', whole: true}", True),
        ("{type: 'AWS::Lambda::Function', container: 'arn:aws:lambda:eu-west-1:111122223333:function:etl'}", True),
        (
            "{type: 'AWS::SNS::Topic', container: 'arn:aws:sns:eu-west-1:111122223333:news', whole: false}",
            False,
        ),
        ("{type: 'AWS::S3::Object'}", False),
    ],
)
def test_a_container_is_the_whole_arn_unless_it_holds_objects(resource: str, is_whole: bool) -> None:
    (row,) = rows_of(f"{{category: Data, resources: [{resource}], count: 1/s}}")
    assert isinstance(row.key.resources, tuple)
    assert [r.is_whole for r in row.key.resources] == [is_whole]


def test_a_session_is_not_the_whole_arn_and_a_user_is() -> None:
    containers = ("arn:aws:sts::111122223333:assumed-role/etl", "arn:aws:iam::111122223333:user/ann")
    rows = [rows_of(f"{{category: Data, principal: {{container: '{c}'}}, count: 1/s}}")[0] for c in containers]
    assert [row.key.principal.is_whole for row in rows] == [False, True]


def test_an_observed_count_is_expanded_from_the_hours_its_coverage_was_observed() -> None:
    text = WRITTEN.replace('    per_month: "2301550.125375"\n', "").replace(
        "category: Data\n", "category: Management\n"
    )
    volumes, problems = parse(text)
    assert problems == []
    assert volumes is not None
    # 2,345,678 × 730 = 1,712,344,940 = 744 × 2,301,538 + 668, and 668 / 744 = 0.8978494…
    assert volumes.rows[0].per_month == Quantity.exact(Decimal("2301538.897849"))


# ---- short rows ----


def test_a_short_s3_row_is_reads_and_writes_of_a_bucket() -> None:
    reads, writes = rows_of("{category: data, type: s3, bucket: photos, reads: 90M/month, writes: 8M/month}")
    key = EventKey(
        "111122223333",
        "eu-west-1",
        EventCategory.DATA,
        "s3.amazonaws.com",
        resources=(Resource("AWS::S3::Object", "arn:aws:s3:::photos", False),),
    )
    assert reads == VolumeRow(replace(key, read_only=True), Quantity.exact(90_000_000))
    assert writes == VolumeRow(replace(key, read_only=False), Quantity.exact(8_000_000))


def test_kms_takes_its_share_of_the_reads_and_the_others_are_none_of_it() -> None:
    rows = rows_of("{category: management, reads: 40M/month, writes: 2M/month, kms_share: 30%}")
    not_kms = Except(frozenset({"kms.amazonaws.com"}))
    # 40M × 30 % = 12M
    assert [(row.key.event_source, row.key.read_only, row.per_month.point) for row in rows] == [
        (not_kms, True, 28_000_000),
        ("kms.amazonaws.com", True, 12_000_000),
        (not_kms, False, 2_000_000),
    ]


def test_the_parts_of_a_split_add_up_to_the_rate() -> None:
    # 1,000 × 730 / 24 = 30,416.666667; a third of it and the rest must not lose the last digit.
    rows = rows_of("{category: management, reads: 1k/day, kms_share: 33.3%}")
    assert sum(row.per_month.point for row in rows) == Decimal("30416.666667")


@pytest.mark.parametrize(
    ("row", "resource", "source"),
    [
        ("type: lambda, function: etl", "arn:aws:lambda:eu-west-1:111122223333:function:etl", "lambda.amazonaws.com"),
        (
            "type: dynamodb, table: orders",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            "dynamodb.amazonaws.com",
        ),
        ("type: sns, topic: news", "arn:aws:sns:eu-west-1:111122223333:news", "sns.amazonaws.com"),
        ("type: sqs, queue: jobs", "arn:aws:sqs:eu-west-1:111122223333:jobs", "sqs.amazonaws.com"),
        ("type: s3, bucket: lake, region: us-gov-west-1", "arn:aws-us-gov:s3:::lake", "s3.amazonaws.com"),
        ("type: 'AWS::S3::Object', bucket: 'arn:aws:s3:::lake'", "arn:aws:s3:::lake", "s3.amazonaws.com"),
        (
            "type: 'AWS::Kinesis::Stream', container: 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks'",
            "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks",
            UNKNOWN,
        ),
        ("type: s3", UNKNOWN, "s3.amazonaws.com"),
    ],
)
def test_a_short_row_names_its_resource(row: str, resource: object, source: object) -> None:
    (read,) = rows_of(f"{{category: data, {row}, events: 120/s}}")
    assert isinstance(read.key.resources, tuple)
    assert [r.container for r in read.key.resources] == [resource]
    assert read.key.event_source == source
    assert read.key.read_only is UNKNOWN
    assert read.per_month.point == 315_360_000


def test_network_activity_has_no_reads_and_writes() -> None:
    (row,) = rows_of("{category: network, event_source: kms.amazonaws.com, events: 10M/month}")
    assert row.key == EventKey(
        "111122223333", "eu-west-1", EventCategory.NETWORK_ACTIVITY, "kms.amazonaws.com", read_only=None
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{category: data, type: s4, events: 1/s}", "unknown type s4"),
        ("{category: data, type: 'AWS::Kinesis', events: 1/s}", "unknown type AWS::Kinesis"),
        ("{category: data, bucket: lake, events: 1/s}", "bucket without type"),
        ("{category: data, type: s3, table: lake, events: 1/s}", "table does not go with type s3"),
        ("{category: data, type: s3, bucket: lake/claims, events: 1/s}", "bucket holds a slash"),
        (
            "{category: data, type: s3, container: 'arn:aws:s3:::lake/x', events: 1/s}",
            "container is more than a container",
        ),
        ("{category: data, type: s3, container: lake, events: 1/s}", "container is not an ARN"),
        (
            "{category: data, type: s3, container: 'arn:aws:s3:::a', bucket: b, events: 1/s}",
            "container does not go with bucket",
        ),
        ("{category: data, type: s3, resources: [], events: 1/s}", "type does not go with resources"),
        ("{category: data, type: s3}", "says no number of events"),
        ("{category: data, type: s3, events: 1/s, reads: 1/s}", "events does not go with reads or writes"),
        ("{category: data, type: s3, events: 1/s, count: 5}", "count does not go with a short row"),
        ("{category: management, type: s3, events: 1/s}", "only data events have a type"),
        (
            "{category: management, writes: 1/s, kms_share: 3%}",
            "kms_share is a share of the reads of management events",
        ),
        ("{category: management, reads: 1/s, kms_share: 101%}", "kms_share 101% is not between 0% and 100%"),
        (
            "{category: management, reads: 1/s, kms_share: 3%, event_source: ec2.amazonaws.com}",
            "kms_share does not go with event_source",
        ),
        ("{category: network, reads: 1/s}", "network activity events are neither reads nor writes"),
        ("{category: management}", "says no number of events"),
        ("{category: management, count: 5}", "no coverage row says when it was observed"),
        ("{category: management, count: 1/s, per_month: '5'}", "a rate does not go with per_month"),
        ("{category: management, per_month: '5', per_month_low: '6'}", "per_month 5 is outside its band of 6 to 5"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(row: str, problem: str) -> None:
    _, problems = parse(TYPED + row)
    (told,) = problems
    assert told.startswith(f"v.yaml:6: events[0]: {problem}")
    assert " — " in told


# ---- faults of files ----


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format: costplan.volumes/1", "format: costplan.volumes/2", 'v.yaml:1: format: expected "costplan.volumes/1"'),
        ("format: costplan.volumes/1\n", "", 'v.yaml:1: the key "format" is missing'),
        ("kind: cloudtrail-logs", "kind: cloudtrail-log", "v.yaml:3: source.kind: expected one of"),
        ("records: 26361", "records: 26362", "v.yaml:4: source: 26362 records are not 21040 counted + 5321 duplicates"),
        ('{"1": 15719', '{"one": 15719', 'v.yaml:6: source.multiplicity.one: the key "one" is not a whole number'),
        ("category: Management", "category: Managment", "v.yaml:8: coverage[0].category: expected one of"),
        ("hours: 744", "hours: 0", "v.yaml:9: coverage[0]: has no hours"),
        ("2026-09-01T", "2026-07-01T", "v.yaml:9: coverage[0]: ends before it starts"),
        ("2026-09-01T", "2026-09-31T", "v.yaml:9: coverage[0]: 2026-09-31T00:00:00Z is no time"),
        ("2026-09-01T00:00:00Z", "September", "v.yaml:9: coverage[0].observed.end: expected a UTC time"),
        (
            'eu-west-1, account: "111122223333", basis: inferred',
            'Ireland, account: "111122223333", basis: inferred',
            "v.yaml:10: coverage[1].region: expected",
        ),
        (
            "{not_equals: [PutObjectAcl]}",
            "{not_equal: []}",
            'v.yaml:12: unknown key "not_equal" in coverage[1].fields.eventName',
        ),
        ("operator: StartsWith", "operator: startswith", "v.yaml:14: conditions[0].operator: expected one of"),
        ("event_name: CopyObject", "eventName: CopyObject", 'v.yaml:20: unknown key "eventName" in events[0]'),
        ("read_only: false\n", "read_only: 'false'\n", "v.yaml:22: events[0].read_only: expected true or false"),
        ('answers: "1"', 'answers: "11"', "v.yaml:23: events[0]: answers has 2 characters for 1 conditions"),
        (', answers: "1"', "", "v.yaml:23: events[0]: answers has 0 characters for 1 conditions"),
        (
            'answers: "1"',
            'answers: "y"',
            "v.yaml:23: events[0].resources[0].answers: expected answers of one character",
        ),
        ("invoked_by: null}", 'answers: "0"}', "v.yaml:24: events[0]: answers has 1 characters for 0 conditions"),
        ("count: 2345678", "count: many", "v.yaml:28: events[0].count: expected a rate such as 40M/month"),
        ("count: 2345678", "count: -1", "v.yaml:28: events[0].count: expected a whole number, 0 or more"),
        ('"2301550.125375"', '"2301550.1253751"', "v.yaml:29: events[0].per_month: expected a number in quotes"),
        ('"2301550.125375"', '"NaN"', "v.yaml:29: events[0].per_month: expected a number in quotes"),
        ("events:\n", "evnets:\n", 'v.yaml:15: unknown key "evnets" — did you mean "events"?'),
        ("bytes: 6123457", "bytes: -7", "v.yaml:33: files[0].bytes: expected a whole number, 0 or more"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old: str, new: str, problem: str) -> None:
    assert WRITTEN.count(old) >= 1
    volumes, problems = parse(WRITTEN.replace(old, new, 1))
    assert volumes is None
    assert [told[: len(problem)] for told in problems] == [problem]


def test_volumes_without_coverage_say_what_to_add() -> None:
    _, problems = parse("format: costplan.volumes/1\nevents: []\n")
    assert problems == [
        "v.yaml:1: says not what it covers, so nobody can tell zero from unknown"
        " — add coverage: with a row per account, Region and category, or covers_all: true if nothing else happens"
    ]


def test_rows_take_the_only_place_that_is_covered() -> None:
    text = (
        "format: costplan.volumes/1\ncoverage: [{account: '111122223333', region: eu-west-1, category: management}]\n"
    )
    volumes, problems = parse(text + "events: [{category: management, events: 1/s}]\n")
    assert problems == []
    assert volumes is not None
    assert volumes.places == (("111122223333", "eu-west-1"),)


def test_rows_without_a_place_are_refused() -> None:
    _, problems = parse(
        "format: costplan.volumes/1\ncovers_all: true\nevents:\n- {category: management, events: 1/s}\n"
    )
    assert problems == [
        "v.yaml:4: events[0]: no account — add account: to the row, or to the top of the volumes",
        "v.yaml:4: events[0]: no region — add region: to the row, or to the top of the volumes",
    ]


def test_what_is_no_volumes_file_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text('{"Records": [{"eventName": "secret"}]}')
    with pytest.raises(BadInputError) as caught:
        read_volumes(file)
    assert "secret" not in str(caught.value)
    assert 'unknown key "Records"' in str(caught.value)


def test_a_folder_that_does_not_exist_is_told_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(CostplanError, match="cannot be written: No such file or directory"):
        write_volumes(Volumes(rows=()), tmp_path / "none" / "v.json")


def test_every_source_of_volumes_has_its_module() -> None:
    folder = Path(__file__).parent.parent.parent / "costplan" / "inputs" / "volumes"
    assert VOLUME_SOURCES
    for source in VOLUME_SOURCES:
        assert (folder / f"{source.module}.py").exists() or (folder / source.module).is_dir()


# ---- round trip ----


def texts(*values: str) -> st.SearchStrategy[Any]:
    excepts = st.frozensets(st.sampled_from(values), min_size=1).map(Except)
    return st.one_of(st.sampled_from(values), st.none(), st.just(UNKNOWN), excepts)


FLAGS = st.sampled_from([True, False, None, UNKNOWN])
ACCOUNTS = st.sampled_from(["111122223333", "444455556666"])
REGIONS = st.sampled_from(["eu-west-1", "us-east-1"])
CATEGORIES = st.sampled_from(list(EventCategory))
COUNTS = st.integers(0, 10**15)
SIX_PLACES = st.integers(0, 10**20).map(lambda n: Decimal(n).scaleb(-6))
TYPES = st.sampled_from(["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table", None, UNKNOWN])
ARNS = st.sampled_from(["arn:aws:s3:::lake", "arn:aws:lambda:eu-west-1:111122223333:function:etl", None, UNKNOWN])
PRINCIPALS = texts("arn:aws:sts::111122223333:assumed-role/etl", "arn:aws:iam::111122223333:user/ann")
CONDITIONS = st.lists(
    st.builds(Condition, st.sampled_from(ArnField), st.sampled_from(Operator), st.text(max_size=8)),
    max_size=3,
    unique=True,
).map(tuple)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
PERIODS = st.builds(
    lambda start, hours, gap: Period(start, start + timedelta(hours=float(hours)), hours, gap),
    MOMENTS,
    st.integers(1, 9000).map(lambda n: Decimal(n) / 8),
    st.integers(0, 80).map(lambda n: Decimal(n) / 8),
)
FIELDS = st.builds(
    FieldSelector,
    st.sampled_from(["eventName", "userIdentity.arn"]),
    equals=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    not_starts_with=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)


def answers(asked: int) -> st.SearchStrategy[str]:
    return st.text("01", min_size=asked, max_size=asked)


def keys(conditions: tuple[Condition, ...]) -> st.SearchStrategy[EventKey]:
    asked = {field: sum(c.field is field for c in conditions) for field in ArnField}
    resource = st.builds(Resource, TYPES, ARNS, st.booleans(), answers(asked[ArnField.RESOURCE]))
    principal = st.builds(
        Principal,
        PRINCIPALS,
        st.booleans(),
        texts("AssumedRole", "AWSService"),
        texts("s3.amazonaws.com"),
        answers(asked[ArnField.PRINCIPAL]),
    )
    return st.builds(
        EventKey,
        ACCOUNTS,
        REGIONS,
        CATEGORIES,
        texts("s3.amazonaws.com", "kms.amazonaws.com"),
        texts("PutObject"),
        texts("AwsApiCall"),
        FLAGS,
        st.one_of(st.just(UNKNOWN), st.lists(resource, max_size=2).map(tuple)),
        st.one_of(st.just(Principal()), principal),
        FLAGS,
        texts("AccessDenied"),
        texts("vpce-1"),
        texts("444455556666"),
        FLAGS,
        FLAGS,
    )


@st.composite
def volumes(draw: Callable[[st.SearchStrategy[T]], T]) -> Volumes:
    conditions = draw(CONDITIONS)
    per_month = st.one_of(
        SIX_PLACES.map(Quantity.exact),
        st.lists(SIX_PLACES, min_size=3, max_size=3).map(sorted).map(lambda v: Quantity.between(v[0], v[2], v[1])),
    )
    row = st.builds(VolumeRow, keys(conditions), per_month, st.none() | COUNTS, st.none() | COUNTS, st.integers(0, 9))
    coverage = st.builds(
        Coverage,
        ACCOUNTS,
        REGIONS,
        CATEGORIES,
        st.sampled_from(Basis),
        st.none() | st.just("AWS::S3::Object"),
        st.none() | st.just("arn:aws:s3:::lake"),
        st.none() | st.just("s3.amazonaws.com"),
        st.none() | st.booleans(),
        st.lists(FIELDS, max_size=2, unique_by=lambda field: field.field).map(tuple),
        st.none() | PERIODS,
    )
    read = st.builds(
        lambda counted, duplicates, inferred: ReadSummary(
            files=3, records=counted + duplicates, counted=counted, duplicates=duplicates, inferred_category=inferred
        ),
        COUNTS,
        COUNTS,
        st.integers(0, 2),
    )
    fit = st.integers(1, 10**6).map(lambda n: Decimal(n) / 16)
    files = st.builds(
        FileStatistics,
        ACCOUNTS,
        REGIONS,
        st.just("CloudTrail"),
        *([COUNTS] * 5),
        bytes_per_file=fit,
        bytes_per_event=fit,
        size_histogram=st.dictionaries(st.sampled_from(["<1KiB", "1-4KiB"]), COUNTS),
    )
    return Volumes(
        rows=tuple(draw(st.lists(row, max_size=4))),
        coverage=tuple(draw(st.lists(coverage, max_size=2))),
        covers_all=draw(st.booleans()),
        conditions=conditions,
        kind=draw(st.sampled_from(["typed", "cloudtrail-logs", "merged"])),
        read=draw(st.none() | read),
        multiplicity=draw(st.dictionaries(st.integers(1, 9), COUNTS)),
        files=tuple(draw(st.lists(files, max_size=2))),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(volumes())
def test_what_is_written_is_read_back(original: Volumes) -> None:
    text = format_volumes(original)
    document = parse_document("v.json", text)
    problems: list[Problem] = []
    read = parse_volumes(document, (), document.value, problems)
    assert problems == []
    assert read is not None
    assert replace(read, where=None) == original
    assert format_volumes(read) == text


JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "5%",
    "1/s",
    "\n",
    "2026-99-99",
    [],
    {},
    [1],
    [None],
    {"a": 1},
]


@given(st.sampled_from([WRITTEN, TYPED + "{category: data, type: s3, bucket: lake, reads: 1/s}"]), st.data())
def test_whatever_stands_in_a_file_is_read_or_refused(text: str, data: st.DataObject) -> None:
    body = json.loads(json.dumps(parse_document("v.yaml", text).value, default=float))
    holder, key = data.draw(st.sampled_from(list(places_of(body))))
    holder[key] = data.draw(st.sampled_from(JUNK))
    read, problems = parse(json.dumps(body, indent=1))
    assert (read is None) == bool(problems)
    assert all(" — " in problem for problem in problems)


def places_of(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield everything in a document that could be replaced: what holds it, and its key there."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield value, key
        yield from places_of(member)


def test_a_written_file_has_one_row_on_a_line_and_fits_the_schema(tmp_path: Path) -> None:
    original, _ = parse(WRITTEN)
    assert original is not None
    write_volumes(original, tmp_path / "v.json")
    assert read_volumes(tmp_path / "v.json").rows == original.rows
    text = (tmp_path / "v.json").read_text(encoding="utf-8")
    assert sum(line.startswith('    {"account"') for line in text.splitlines()) == 4
    assert '"per_month":"2301550.125375"' in text
    VALIDATOR.validate(json.loads(text))
    VALIDATOR.validate(json.loads(json.dumps(parse_document("v.yaml", WRITTEN).value, default=float)))
