"""The fast path against two oracles: a naive count by ``event_key``, and the truth of generated logs."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs import UnreadableRecordError, count_logs, event_key
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.events import EventCategory
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, CountPlan
from tests.generator import Population, Truth, write_logs

from .building import ACCOUNT, OTHER_ACCOUNT, STAMPED, make_record, text_of

pytestmark = pytest.mark.usefixtures("either_loop")

LAKE = "arn:aws:s3:::amzn-s3-demo-lake"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/etl"


# Every field the fast path looks at, with values that differ in what they mean, and some that mean nothing.
VALUES: dict[str, list[Any]] = {
    "eventCategory": ["Data", "Management", "NetworkActivity", "Insight", "Aggregated", "Evidence", 7, ...],
    "managementEvent": [True, False, "true", "perhaps", None, ...],
    "eventType": ["AwsApiCall", "AwsServiceEvent", "AwsVpceEvent", "Rds Data Service", "AwsConsoleSignIn", ...],
    "eventSource": ["s3.amazonaws.com", "dynamodb.amazonaws.com", "sts.amazonaws.com", "aws:s3", 7, ...],
    "eventName": ["GetObject", "PutObject", "HeadBucket", "GetRecords", "AssumeRole", "CreateTable", "", ...],
    "readOnly": [True, False, "true", "false", "no", None, ...],
    "awsRegion": ["us-east-1", "eu-north-9", "nowhere", ...],
    "recipientAccountId": [ACCOUNT, OTHER_ACCOUNT, "", "12345", None, ...],
    "eventID": ["a", "b", "c", "", 7, None, ...],
    "eventTime": ["2026-10-05T00:07:30Z", 7, ...],
    "errorCode": ["AccessDenied", "", 7, None, ...],
    "vpcEndpointId": ["vpce-0example", "vpce-1example", ...],
    "vpcEndpointAccountId": [ACCOUNT, OTHER_ACCOUNT, ...],
    "sessionCredentialFromConsole": ["true", True, "false", False, None, ...],
    "sharedEventID": ["shared", "", None, ...],
    "tlsDetails": [{"clientProvidedHostHeader": "sts.amazonaws.com"}, {"tlsVersion": "TLSv1.3"}, "none", None, ...],
    "additionalEventData": [
        {"RequestDetails": {"endpointType": "global"}},
        {"RequestDetails": {"endpointType": "regional"}},
        {"RequestDetails": None},
        {"x": 1},
        [1],
        None,
        ...,
    ],
}
ARNS = [
    LAKE,
    f"{LAKE}/",
    f"{LAKE}/claims/1.json",
    f"{LAKE}/claims/2.csv",
    f"{LAKE}house/claims/1.json",
    f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/reports/object/claims/1.json",
    f"arn:aws:s3-outposts:eu-west-1:{ACCOUNT}:outpost/op-1/bucket/b/object/k",
    TABLE,
    f"{TABLE}/stream/2026-01-15T10:20:30.400",
    f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:etl",
    "claims/1.json",
    "",
]
TYPES = ["AWS::S3::Object", "AWS::S3::Bucket", "AWS::S3::AccessPoint", "AWS::DynamoDB::Table", "AWS::New::Type", ""]
CALLERS = [
    f"{ROLE}/s1",
    f"{ROLE}/s2",
    f"{ROLE}house/s1",
    ROLE,
    f"arn:aws:iam::{ACCOUNT}:user/team/alice",
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
    "alice/bob",
    "",
]
elements = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(TYPES),
        "ARN": st.sampled_from(ARNS),
        "ARNPrefix": st.sampled_from(ARNS),
        "accountId": st.just(ACCOUNT),
        "resourceType": st.sampled_from([*TYPES, 7]),
        "resourceName": st.sampled_from(ARNS),
    },
)
identities = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["AssumedRole", "IAMUser", "AWSService", 7, None]),
        "arn": st.sampled_from(CALLERS),
        "accountId": st.sampled_from([ACCOUNT, OTHER_ACCOUNT, "anonymous", ""]),
        "invokedBy": st.sampled_from(["cloudtrail.amazonaws.com", "athena.amazonaws.com"]),
        "sessionContext": st.just({"attributes": {"mfaAuthenticated": "false"}}),
    },
)
changes: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.sampled_from(values) for name, values in VALUES.items()},
    "userIdentity": st.one_of(identities, st.sampled_from([..., None, "alice"])),
    "resources": st.one_of(st.lists(elements, max_size=3), st.sampled_from([..., None, "none"])),
}


@st.composite
def files(draw: st.DrawFn) -> list[Any]:
    """Records that differ from a first one in a field or two, so that only that field tells them apart."""
    start = draw(st.fixed_dictionaries({}, optional=changes))
    listed: list[Any] = [make_record(**start)]
    for _ in range(draw(st.integers(0, 12))):
        names = draw(st.lists(st.sampled_from(sorted(changes)), max_size=2))
        listed.append(make_record(**{**start, **{name: draw(changes[name]) for name in names}}))
    return listed + draw(st.lists(st.sampled_from([None, 7, "text", [], {}, {"EventSource": "x"}]), max_size=1))


RESOURCE_VALUES = [f"{LAKE}/", f"{LAKE}/claims/", f"{LAKE}/claims/1.json", ".csv", "", TABLE, "arn:aws", "house"]
PRINCIPAL_VALUES = [ROLE, f"{ROLE}/", f"{ROLE}/s", f"{ROLE}/s1", "/s2", "root", ""]
CONDITIONS = (
    *(Condition(ArnField.RESOURCE, operator, value) for operator in Operator for value in RESOURCE_VALUES),
    *(Condition(ArnField.PRINCIPAL, operator, value) for operator in Operator for value in PRINCIPAL_VALUES),
)
plans = st.builds(
    lambda fields, asked: CountPlan(frozenset(fields), tuple(asked)),
    st.one_of(st.just(OPTIONAL_FIELDS), st.sets(st.sampled_from(sorted(OPTIONAL_FIELDS)))),
    st.lists(st.sampled_from(CONDITIONS), max_size=4, unique=True),
)


def size_of(record: Any) -> int:
    return len(json.dumps(record, separators=(",", ":")))


class Naive:
    """Counts by calling ``event_key`` on every record, with the standard library's gzip and JSON."""

    def __init__(self, data: bytes, plan: CountPlan, file_account: str) -> None:
        self.counts: Counter[Any] = Counter()
        self.raw_bytes: Counter[Any] = Counter()
        self.duplicates, self.without_event_id = 0, 0
        self.unreadable: list[int] = []
        self.set_aside: Counter[str] = Counter()
        met: Counter[Any] = Counter()
        for index, record in enumerate(json.loads(gzip.decompress(data))["Records"]):
            told = record if isinstance(record, dict) else {}
            met_before = (told.get("recipientAccountId"), told.get("eventID"))
            if met_before[0] == file_account and isinstance(met_before[1], str) and met[met_before]:
                # Copies are identical (R52): nothing more of them is looked at.
                self.duplicates += 1
                met[met_before] += 1
                continue
            try:
                key = event_key(record, plan, file_account=file_account)
            except UnreadableRecordError:
                self.unreadable.append(index)
                continue
            event_id = record.get("eventID")
            if event_id is not None and not isinstance(event_id, str):
                self.unreadable.append(index)
            elif key.category in (EventCategory.INSIGHT, EventCategory.AGGREGATED):
                self.set_aside[key.category.value.lower()] += 1
            elif event_id and met[key.account, event_id]:
                self.duplicates += 1
                met[key.account, event_id] += 1
            else:
                self.without_event_id += not event_id
                met[key.account, event_id] += bool(event_id)
                self.counts[key] += 1
                self.raw_bytes[key] += size_of(record)
        self.multiplicity = Counter(times for times in met.values() if times)


def check(folder: Path, listed: list[Any], plan: CountPlan) -> None:
    path = folder / STAMPED
    path.write_bytes(gzip.compress(text_of(listed)))
    found = count_logs([path], plan)
    naive = Naive(path.read_bytes(), plan, ACCOUNT)
    volumes, read = found.volumes, found.volumes.read
    assert {row.key: row.count for row in volumes.rows} == naive.counts
    assert {row.key: row.raw_bytes for row in volumes.rows} == naive.raw_bytes
    assert read is not None
    assert (read.counted, read.duplicates) == (naive.counts.total(), naive.duplicates)
    assert (read.unreadable, read.without_event_id) == (len(naive.unreadable), naive.without_event_id)
    assert read.set_aside == naive.set_aside
    assert volumes.multiplicity == naive.multiplicity
    assert volumes.conditions == plan.conditions


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files(), plans)
def test_the_fast_path_counts_what_the_slow_path_says_of_every_record(tmp_path_factory, listed, plan):
    check(tmp_path_factory.mktemp("logs"), listed, plan)


BASES = {
    "management": {},
    "data": {"eventCategory": "Data", "resources": [{"type": "AWS::S3::Object", "ARN": f"{LAKE}/claims/1.json"}]},
    "data of old": {"eventCategory": ..., "managementEvent": ..., "eventSource": "s3.amazonaws.com", "readOnly": ...},
    "sts": {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "sharedEventID": "shared"},
    "shared": {
        "userIdentity": {"type": "AWSAccount", "accountId": OTHER_ACCOUNT},
        "sharedEventID": "shared",
    },
    "nameless": {"recipientAccountId": ..., "userIdentity": {"type": "AWSService"}},
}
IDENTITIES = [
    {"type": "AssumedRole", "arn": f"{ROLE}/s1", "accountId": ACCOUNT, **change}
    for change in (
        {},
        {"type": "IAMUser"},
        {"accountId": OTHER_ACCOUNT},
        {"accountId": None},
        {"invokedBy": "cloudtrail.amazonaws.com"},
        {"invokedBy": "athena.amazonaws.com"},
        *({"arn": arn} for arn in CALLERS),
    )
]
ELEMENTS = [
    [{name: arn, kind: resource_type}]
    for resource_type in TYPES
    for arn in ARNS
    for name, kind in (("ARN", "type"), ("ARNPrefix", "type"), ("resourceName", "resourceType"))
]
ALONE = {**VALUES, "userIdentity": [*IDENTITIES, None, "alice", ...], "resources": [*ELEMENTS, [], None, "none", ...]}


@pytest.mark.parametrize("field", ALONE)
@pytest.mark.parametrize("base", BASES)
def test_records_that_differ_in_one_field_are_told_apart(tmp_path, base, field):
    listed = [make_record(**{**BASES[base], field: value}) for value in ALONE[field]]
    for order in (listed, listed[::-1]):
        for conditions in ((), CONDITIONS):
            check(tmp_path, order, CountPlan(OPTIONAL_FIELDS, conditions))


# ---- generated logs ----

POPULATION = Population(
    seed=3,
    days=1,
    events_per_day=3000,
    management_trails=2,
    old_versions=0.2,
    own_deliveries=True,
    digests=True,
    buckets=4,
)


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> tuple[Any, Truth]:
    folder = tmp_path_factory.mktemp("generated")
    return folder, write_logs(POPULATION, folder)


def test_generated_logs_are_counted_to_the_last_event_and_byte(generated):
    folder, truth = generated
    found = count_logs([folder], EVERYTHING)
    counts: Counter[Any] = Counter()
    raw_bytes: Counter[Any] = Counter()
    for row in found.volumes.rows:
        key = row.key
        resources = key.resources if key.resources is not UNKNOWN else ()
        facts = (
            key.account,
            key.region,
            key.category.value,
            key.event_source,
            key.event_name,
            key.event_type,
            key.read_only,
            tuple((resource.type, resource.container) for resource in resources),
            key.principal.container,
            key.principal.type,
            key.principal.invoked_by,
            "true" if key.is_console else None,
            key.error_code,
            key.vpc_endpoint_id,
            key.vpc_endpoint_account,
        )
        counts[facts] += row.count
        raw_bytes[facts] += row.raw_bytes
    expected: Counter[Any] = Counter()
    expected_bytes: Counter[Any] = Counter()
    for true, count in truth.counts.items():
        facts = tuple(value for name, value in true._asdict().items() if name != "folder")
        expected[facts] += count
        expected_bytes[facts] += truth.raw_bytes[true]
    assert counts == expected
    assert raw_bytes == expected_bytes
    assert truth.distinct > 3000


def test_generated_logs_reconcile(generated):
    folder, truth = generated
    found = count_logs([folder], EVERYTHING)
    read = found.volumes.read
    assert read is not None
    assert (read.records, read.counted, read.duplicates) == (truth.records, truth.distinct, truth.duplicates)
    assert (read.unreadable, read.files, read.files_unreadable) == (0, truth.log_files, 0)
    assert read.set_aside == {"digest": truth.digests}
    assert found.volumes.multiplicity == truth.multiplicity
    assert 0 < read.inferred_category <= truth.without_category
    assert found.problems == ()


def test_generated_files_are_measured(generated):
    folder, truth = generated
    files = count_logs([folder], EVERYTHING).volumes.files
    assert {(f.account, f.region, f.kind): (f.files, f.bytes, f.events, f.slots_occupied) for f in files} == {
        where: (stats.files, stats.bytes, stats.records, stats.slots_occupied) for where, stats in truth.files.items()
    }
    busiest = max(files, key=lambda f: f.files)
    # The second trail may deliver one slot late.
    assert busiest.slots_observed in (truth.slots_observed, truth.slots_observed + 1)
    assert busiest.bytes_per_event is not None
    assert busiest.bytes_per_event > 0


def test_conditions_split_generated_buckets_by_folder(generated):
    folder, truth = generated
    keys = [key for key in truth.counts if key.folder == "raw/"]
    bucket = max(keys, key=truth.counts.__getitem__).resources[0].container
    condition = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"{bucket}/raw/")
    found = count_logs([folder], CountPlan(frozenset({"resources"}), (condition,)))
    inside = sum(
        row.count
        for row in found.volumes.rows
        if row.key.resources is not UNKNOWN and any(r.answers == "1" for r in row.key.resources)
    )
    expected = sum(
        count for key, count in truth.counts.items() if key.folder == "raw/" and key.resources[0].container == bucket
    )
    assert inside == expected > 0
