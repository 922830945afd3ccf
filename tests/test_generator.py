"""The log generator is what other tests believe, so it is checked here against a second, plain reader."""

import contextlib
import gzip
import json
import re
import subprocess
import sys
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.generator import (
    LOG_BUCKET,
    EventKey,
    Mix,
    Population,
    Resource,
    Tally,
    Truth,
    account_ids,
    is_reserved_account,
    is_reserved_address,
    iter_files,
    scan_text,
    write_logs,
)
from tests.generator.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
RICH = Population(
    seed=11,
    days=1,
    events_per_day=4_000,
    organization="o-exampleorgid",
    prefix="audit/trails",
    management_trails=2,
    data_trails=1,
    old_versions=0.3,
    own_deliveries=True,
    digests=True,
    max_events_per_file=12,
)
PLAIN = Population(seed=5, days=1, events_per_day=4_000)
POPULATIONS = {
    "plain": PLAIN,
    "rich": RICH,
    "two data trails": replace(PLAIN, data_trails=2, digests=True),
    "three management trails, old records": replace(PLAIN, management_trails=3, old_versions=0.5),
    "hours, one of everything": Population(
        seed=3, days=0, hours=5, events_per_day=9_000, buckets=1, functions=1, tables=1, roles=1, users=1
    ),
    "Regions by account": replace(
        PLAIN, regions_by_account=(("444455556666", (("eu-central-1", 1.0), ("us-east-1", 9.0))),)
    ),
    "network activity only": replace(PLAIN, mix=Mix(0, 0, 0, 0, 1)),
    "own deliveries only": replace(
        PLAIN, events_per_day=500, mix=Mix(1, 0, 0, 0, 0), own_deliveries=True, data_trails=2
    ),
}
LOG_KEY = re.compile(
    r"(?P<prefix>audit/trails/)?AWSLogs/(?P<org>o-exampleorgid/)?(?P<account>\d{12})/"
    r"(?P<kind>CloudTrail(?:-NetworkActivity)?)/(?P<region>[a-z]{2}-[a-z]+-\d)/(?P<day>\d{4}/\d{2}/\d{2})/"
    r"(?P=account)_(?P=kind)_(?P=region)_(?P<stamp>\d{8}T\d{4})Z_[0-9A-Za-z]{16}\.json\.gz"
)
DIGEST_KEY = re.compile(
    r"(?:audit/trails/)?AWSLogs/(?:o-exampleorgid/)?(?P<account>\d{12})/CloudTrail-Digest/(?P<region>[a-z0-9-]+)/"
    r"\d{4}/\d{2}/\d{2}/(?P=account)_CloudTrail-Digest_(?P=region)_example-trail-\d_us-east-1_"
    r"\d{8}T\d{6}Z\.json\.gz"
)
# What a reader must know about records that do not say their category.
OLD_DATA_CALLS = {
    "s3.amazonaws.com": {
        *("GetObject", "PutObject", "HeadObject", "ListObjects", "DeleteObject", "DeleteObjects", "CopyObject")
    },
    "lambda.amazonaws.com": {"Invoke"},
    "dynamodb.amazonaws.com": {"GetItem", "PutItem", "Query", "UpdateItem", "BatchGetItem", "GetRecords"},
}
DATA_TYPES = {"AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::DynamoDB::Stream"}


@pytest.fixture(scope="module", params=POPULATIONS.values(), ids=POPULATIONS.keys())
def written(request, tmp_path_factory) -> tuple[Population, Path, Truth]:
    directory = tmp_path_factory.mktemp("logs")
    return request.param, directory, write_logs(request.param, directory)


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> tuple[Path, Truth]:
    directory = tmp_path_factory.mktemp("rich")
    return directory, write_logs(RICH, directory)


def stored(directory: Path) -> dict[str, bytes]:
    """Return every file under *directory* by its S3 key."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def log_records(directory: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return (S3 key, record) of every record of every log file."""
    rows = []
    for key, body in stored(directory).items():
        if LOG_KEY.fullmatch(key):
            rows += [(key, record) for record in json.loads(gzip.decompress(body))["Records"]]
    assert rows
    return rows


def recounted_key(record: dict[str, Any]) -> EventKey:
    """Return the key of *record* by reading its fields, without any of the generator's knowledge."""
    category = record.get("eventCategory")
    if category is None and "managementEvent" in record:
        category = "Management" if record["managementEvent"] else "Data"
    if category is None:
        is_data = record["eventName"] in OLD_DATA_CALLS.get(record["eventSource"], ())
        category = "Data" if is_data and record.get("resources") else "Management"
    resources, folder = [], None
    for element in record.get("resources", ()) if category == "Data" else ():
        if element["type"] not in DATA_TYPES:
            continue
        arn = element.get("ARN") or element["ARNPrefix"]
        if element["type"] == "AWS::S3::Object":
            arn, _, name = arn.partition("/")
            folder = name[: name.rfind("/") + 1]
        resources.append(Resource(element["type"], arn.partition("/stream/")[0]))
    identity = record["userIdentity"]
    arn = identity.get("arn")
    return EventKey(
        account=record["recipientAccountId"],
        region=record["awsRegion"],
        category=category,
        event_source=record["eventSource"],
        event_name=record["eventName"],
        event_type=record["eventType"],
        read_only=record.get("readOnly"),
        resources=tuple(sorted(resources)),
        folder=folder,
        principal=arn.rpartition("/")[0] if arn and ":assumed-role/" in arn else arn,
        principal_type=identity.get("type"),
        invoked_by=identity.get("invokedBy"),
        console=record.get("sessionCredentialFromConsole"),
        error_code=record.get("errorCode"),
        vpc_endpoint_id=record.get("vpcEndpointId"),
        vpc_endpoint_account_id=record.get("vpcEndpointAccountId"),
    )


def test_the_truth_equals_a_recount_of_the_written_files(written):
    population, directory, truth = written
    events: dict[str, dict[str, Any]] = {}
    copies: Counter[str] = Counter()
    for _, record in log_records(directory):
        copies[record["eventID"]] += 1
        assert events.setdefault(record["eventID"], record) == record
    counts: Counter[EventKey] = Counter()
    raw: Counter[EventKey] = Counter()
    for record in events.values():
        key = recounted_key(record)
        counts[key] += 1
        raw[key] += len(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode())

    assert truth.counts == counts
    assert truth.raw_bytes == raw
    assert truth.records == sum(copies.values())
    assert truth.distinct == len(events)
    assert truth.duplicates == sum(copies.values()) - len(events)
    assert truth.multiplicity == Counter(copies.values())
    assert truth.without_category == sum("eventCategory" not in record for record in events.values())
    assert truth.slots_observed == (population.days * 24 + population.hours) * 12


def test_the_file_statistics_equal_a_recount(written):
    _, directory, truth = written
    files, sizes, raw, records, slots = Counter(), Counter(), Counter(), Counter(), {}
    digests = []
    for key, body in stored(directory).items():
        match = LOG_KEY.fullmatch(key)
        if match is None:
            assert DIGEST_KEY.fullmatch(key)
            digests.append(len(body))
            continue
        where = match["account"], match["region"], match["kind"]
        text = gzip.decompress(body)
        files[where] += 1
        sizes[where] += len(body)
        raw[where] += len(text)
        records[where] += len(json.loads(text)["Records"])
        slots.setdefault(where, set()).add(match["stamp"])

    assert {where: stats.files for where, stats in truth.files.items()} == files
    assert {where: stats.bytes for where, stats in truth.files.items()} == sizes
    assert {where: stats.raw_bytes for where, stats in truth.files.items()} == raw
    assert {where: stats.records for where, stats in truth.files.items()} == records
    assert {where: stats.slots_occupied for where, stats in truth.files.items()} == {
        where: len(stamps) for where, stamps in slots.items()
    }
    assert (truth.log_files, truth.log_bytes) == (sum(files.values()), sum(sizes.values()))
    assert (truth.digests, truth.digest_bytes) == (len(digests), sum(digests))


def test_a_record_lies_in_the_folder_of_its_account_region_kind_and_slot(written):
    population, directory, _ = written
    latest = timedelta(minutes=10 if population.management_trails + population.data_trails > 2 else 5)
    end = population.start + timedelta(days=population.days, hours=population.hours)
    for key, record in log_records(directory):
        match = LOG_KEY.fullmatch(key)
        assert match["prefix"] == (population.prefix + "/" if population.prefix else None)
        assert match["org"] == (population.organization + "/" if population.organization else None)
        assert (match["account"], match["region"]) == (record["recipientAccountId"], record["awsRegion"])
        assert (match["kind"] == "CloudTrail-NetworkActivity") == (record["eventType"] == "AwsVpceEvent")
        stamp = datetime.strptime(match["stamp"], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        assert match["day"] == f"{stamp:%Y/%m/%d}"
        assert stamp.minute % 5 == 0
        happened = datetime.fromisoformat(record["eventTime"])
        assert population.start <= happened < end
        assert timedelta(0) < stamp - happened <= latest


def test_equal_populations_give_equal_bytes_and_another_seed_does_not(rich):
    directory, truth = rich
    tally = Tally()
    again = {file.key: file.body for file in iter_files(RICH, tally)}

    assert again == stored(directory)
    assert tally.truth() == truth
    assert set(again).isdisjoint(file.key for file in iter_files(replace(RICH, seed=12)) if file.records)


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_bytes_do_not_depend_on_the_hash_seed(hash_seed):
    code = (
        "import hashlib; from datetime import datetime, UTC; from tests.generator import *\n"
        "files = iter_files(Population(days=0, hours=2, own_deliveries=True, old_versions=0.2, digests=True))\n"
        "print(hashlib.sha256(b''.join(file.key.encode() + file.body for file in files)).hexdigest())"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in (hash_seed, "12345")
    ]

    assert answers[0] == answers[1] != ""


def test_another_compression_level_changes_neither_truth_nor_text():
    fast, small = Tally(), Tally()
    stored_only = [gzip.decompress(file.body) for file in iter_files(PLAIN, fast, level=0)]
    packed = [gzip.decompress(file.body) for file in iter_files(PLAIN, small, level=6)]

    assert stored_only == packed
    assert fast.truth().counts == small.truth().counts
    assert fast.truth().log_bytes > 3 * small.truth().log_bytes


def test_the_second_trail_delivers_the_same_management_events_in_other_files(rich):
    directory, truth = rich
    files_of: dict[str, list[str]] = {}
    bodies: dict[str, set[str]] = {}
    is_management: dict[str, bool] = {}
    for key, record in log_records(directory):
        files_of.setdefault(record["eventID"], []).append(key)
        bodies.setdefault(record["eventID"], set()).add(json.dumps(record))
        is_management[record["eventID"]] = recounted_key(record).category == "Management"

    assert {len(files) for event, files in files_of.items() if is_management[event]} == {2}
    assert {len(files) for event, files in files_of.items() if not is_management[event]} == {1}
    assert all(len(set(files)) == len(files) for files in files_of.values())
    assert all(len(texts) == 1 for texts in bodies.values())
    delays = Counter(
        len({LOG_KEY.fullmatch(key)["stamp"] for key in files}) for files in files_of.values() if len(files) == 2
    )
    assert set(delays) == {1, 2}  # the same slot and the neighbouring one both happen
    assert truth.duplicates == truth.total(category="Management")


def test_no_file_holds_more_events_than_allowed(rich):
    directory, _ = rich
    sizes = Counter(key for key, _ in log_records(directory))

    assert max(sizes.values()) <= RICH.max_events_per_file
    assert min(sizes.values()) >= 1


def test_most_slots_have_one_file_and_some_have_several():
    per_slot = Counter((file.account, file.region, file.kind, file.stamp) for file in iter_files(PLAIN))
    several = sum(count > 1 for count in per_slot.values())

    assert 0.02 < several / len(per_slot) < 0.3
    assert max(per_slot.values()) <= 3


def test_old_records_lack_the_fields_their_version_lacked(rich):
    directory, truth = rich
    versions: Counter[str] = Counter()
    for _, record in log_records(directory):
        version = record["eventVersion"]
        minor = int(version.split(".")[1])
        versions[version] += 1
        assert ("eventCategory" in record) == (minor >= 7)
        assert ("managementEvent" in record) == (minor >= 6 and record["eventType"] != "AwsVpceEvent")
        assert minor >= 8 or not {"tlsDetails", "sessionCredentialFromConsole"} & set(record)

    assert set(versions) == {"1.05", "1.06", "1.08", "1.09", "1.10", "1.11"}
    assert versions["1.05"] > versions["1.06"] > 0
    # The trails' own events, network activity, service events and console sessions are never old.
    could_be_old = truth.distinct - truth.total(invoked_by="cloudtrail.amazonaws.com")
    assert 0.8 * RICH.old_versions < truth.without_category / could_be_old < RICH.old_versions


def test_a_population_without_old_versions_says_every_category():
    tally = Tally()
    list(iter_files(PLAIN, tally))

    assert tally.truth().without_category == 0


def test_record_sizes_are_those_of_real_records():
    tally = Tally()
    list(iter_files(PLAIN, tally))
    truth = tally.truth()

    def mean(**wanted: object) -> float:
        raw = sum(truth.raw_bytes[key] for key in truth.counts if all(getattr(key, k) == v for k, v in wanted.items()))
        return raw / truth.total(**wanted)

    assert 1_150 <= mean(category="Management") <= 1_300
    assert 1_500 <= mean(category="Data", event_source="s3.amazonaws.com") <= 1_750
    assert 1_200 <= mean(category="Data", event_source="lambda.amazonaws.com") <= 1_500
    assert 1_200 <= mean(category="Data", event_source="dynamodb.amazonaws.com") <= 1_600
    assert max(truth.raw_bytes[key] / count for key, count in truth.counts.items()) < 2_500


def test_object_keys_and_most_sessions_occur_once():
    keys: list[str] = []
    sessions: list[str] = []
    ids: list[str] = []
    for file in iter_files(PLAIN):
        for record in json.loads(gzip.decompress(file.body))["Records"]:
            ids.append(record["eventID"])
            name = (record.get("requestParameters") or {}).get("key")
            if isinstance(name, str):
                keys.append(name)
            arn = record["userIdentity"].get("arn", "")
            if ":assumed-role/" in arn:
                sessions.append(arn)

    assert len(set(ids)) == len(ids)
    assert keys
    assert len(set(keys)) == len(keys)
    assert sessions
    assert len(set(sessions)) > len(sessions) / 2


def test_every_promised_kind_of_event_occurs(rich):
    _, truth = rich
    plain = Tally()
    list(iter_files(replace(PLAIN, events_per_day=60_000), plain))
    common = plain.truth()
    names = common.by("category", "event_source", "event_name", "event_type", "read_only")
    s3 = "s3.amazonaws.com"

    for kind in [
        ("Management", "ec2.amazonaws.com", "DescribeInstances", "AwsApiCall", True),
        ("Management", "sts.amazonaws.com", "AssumeRole", "AwsApiCall", True),
        ("Management", "kms.amazonaws.com", "Decrypt", "AwsApiCall", True),
        ("Management", "kms.amazonaws.com", "GenerateDataKey", "AwsApiCall", True),
        ("Management", "kms.amazonaws.com", "RotateKey", "AwsServiceEvent", False),
        ("Management", "signin.amazonaws.com", "ConsoleLogin", "AwsConsoleSignIn", False),
        ("Data", s3, "GetObject", "AwsApiCall", True),
        ("Data", s3, "ListObjects", "AwsApiCall", True),
        ("Data", s3, "DeleteObjects", "AwsApiCall", False),
        ("Data", s3, "DeleteObject", "AwsApiCall", False),
        ("Data", s3, "DeleteObject", "AwsServiceEvent", False),
        ("Data", "s3lifecycle.amazonaws.com", "DeleteObject", "AwsServiceEvent", False),
        ("Data", "lambda.amazonaws.com", "Invoke", "AwsApiCall", False),
        ("Data", "dynamodb.amazonaws.com", "BatchGetItem", "AwsApiCall", True),
        ("Data", "dynamodb.amazonaws.com", "GetRecords", "AwsApiCall", True),
        ("NetworkActivity", "kms.amazonaws.com", "Decrypt", "AwsVpceEvent", None),
    ]:
        assert names[kind] > 0, kind
    assert common.total(error_code="VpceAccessDenied") > 0
    assert common.total(console="true") > 0
    assert common.total(principal_type="AWSService", principal=None) > 0
    assert common.total(invoked_by="athena.amazonaws.com", principal_type="AssumedRole") > 0
    assert {len(key.resources) for key in common.counts if key.event_name == "BatchGetItem"} == {3}
    assert common.total(invoked_by="cloudtrail.amazonaws.com") == 0
    assert truth.total(invoked_by="cloudtrail.amazonaws.com") > 0


def test_list_calls_name_a_prefix_and_object_calls_name_object_and_bucket():
    seen = Counter()
    for file in iter_files(PLAIN):
        for record in json.loads(gzip.decompress(file.body))["Records"]:
            if record.get("eventCategory") != "Data" or record["eventSource"] != "s3.amazonaws.com":
                continue
            thing, bucket = record["resources"]
            lists = record["eventName"] in ("ListObjects", "DeleteObjects")
            seen[lists] += 1
            assert (thing["type"], bucket["type"]) == ("AWS::S3::Object", "AWS::S3::Bucket")
            assert bucket["accountId"] == record["recipientAccountId"]
            if lists:
                assert thing == {"type": "AWS::S3::Object", "ARNPrefix": bucket["ARN"] + "/"}
            else:
                assert thing["ARN"] == f"{bucket['ARN']}/{record['requestParameters']['key']}"

    assert seen[True] > 0
    assert seen[False] > 0


def test_global_service_events_are_in_the_first_region_only():
    tally = Tally()
    list(iter_files(PLAIN, tally))
    regions = Counter()
    for (source, region), count in tally.truth().by("event_source", "region").items():
        regions[source in ("iam.amazonaws.com", "cloudfront.amazonaws.com"), region] += count

    assert regions[True, "us-east-1"] > 0
    assert {region for is_global, region in regions if is_global} == {"us-east-1"}
    assert {region for is_global, region in regions if not is_global} == {"us-east-1", "eu-west-1", "ap-southeast-2"}


def test_every_delivered_file_comes_back_once_as_an_event_on_the_log_bucket():
    population = replace(PLAIN, own_deliveries=True, data_trails=2)
    tally = Tally()
    last = population.start + timedelta(days=1)
    # A file of the last slot is delivered, and recorded, after the period.
    files = sum(file.stamp < last for file in iter_files(population, tally))
    truth = tally.truth()
    own = {name: truth.total(invoked_by="cloudtrail.amazonaws.com", event_name=name) for name in truth.by("event_name")}

    assert own["PutObject"] == files
    assert files * 0.5 <= own["GenerateDataKey"] < files
    assert files * 0.66 <= own["GetBucketAcl"] < files * 1.1
    assert own["PutObject"] == sum(
        count for key, count in truth.counts.items() if key.resource_container == f"arn:aws:s3:::{LOG_BUCKET}"
    )
    assert {(key.account, key.region) for key in truth.counts if key.invoked_by == "cloudtrail.amazonaws.com"} == {
        population.home
    }


def test_digests_are_hourly_for_every_trail_account_and_region_and_list_the_log_files(rich):
    directory, truth = rich
    listed: list[str] = []
    files = stored(directory)
    for key, body in files.items():
        if DIGEST_KEY.fullmatch(key):
            digest = json.loads(gzip.decompress(body))
            assert "Records" not in digest
            assert digest["digestS3Object"] == key
            listed += [entry["s3Object"] for entry in digest["logFiles"]]
    late = set(files) - set(listed) - {key for key in files if DIGEST_KEY.fullmatch(key)}

    assert truth.digests == 3 * 3 * 2 * 24  # accounts × Regions × trails × hours
    assert len(set(listed)) == len(listed)
    assert set(listed) <= set(files)
    # Only what the second trail delivered after the last hour is in no digest.
    assert {LOG_KEY.fullmatch(key)["stamp"] for key in late} <= {"20261006T0005"}


def test_weekdays_and_business_hours_are_busier():
    events: Counter[datetime] = Counter()
    for file in iter_files(replace(PLAIN, days=14, day_variation=0.0)):
        # The stamp ends the slot; a moment before it is within.
        events[(file.stamp - timedelta(seconds=1)).replace(minute=0, second=0)] += file.records
    weekend = sum(count for hour, count in events.items() if hour.weekday() >= 5)
    weekdays = sum(count for hour, count in events.items() if hour.weekday() < 5)
    office = sum(count for hour, count in events.items() if hour.weekday() < 5 and 8 <= hour.hour < 18)

    assert weekend / 4 == pytest.approx(0.5 * weekdays / 10, rel=0.05)
    assert office / 10 == pytest.approx(2 * (weekdays - office) / 14, rel=0.05)
    # The mean of two whole weeks is the mean asked for; deletions of many keys add a little.
    assert 4_000 * 14 * 0.98 < weekend + weekdays < 4_000 * 14 * 1.06


def test_few_accounts_buckets_and_roles_make_most_of_the_events():
    tally = Tally()
    list(iter_files(replace(PLAIN, events_per_day=30_000), tally))
    truth = tally.truth()
    buckets = Counter()
    for key, count in truth.counts.items():
        if key.account == "111122223333" and key.region == "us-east-1" and key.resource_type == "AWS::S3::Object":
            buckets[key.resource_container] += count
    accounts = truth.by("account")

    # 1 + 1/2 + 1/3 = 11/6: the first of three has 6/11
    assert accounts["111122223333"] / truth.distinct == pytest.approx(6 / 11, rel=0.15)
    assert accounts["111122223333"] > accounts["444455556666"] > accounts["777788889999"]
    assert len(buckets) == 12
    assert max(buckets.values()) > 6 * min(buckets.values())
    even = Tally()
    list(iter_files(replace(PLAIN, skew=0.0), even))
    assert max(even.truth().by("account").values()) < 1.5 * min(even.truth().by("account").values())


def test_several_accounts_have_different_reserved_ids():
    ids = account_ids(300)

    assert len(set(ids)) == 300
    assert all(is_reserved_account(account) for account in ids)
    with pytest.raises(ValueError, match="between 1 and"):
        account_ids(2_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accounts": ("1234" * 3,)}, "reserved ids"),
        ({"accounts": ("111122223333", "111122223333")}, "different"),
        ({"start": datetime(2026, 10, 5)}, "UTC"),
        ({"start": datetime(2026, 10, 5, 0, 7, tzinfo=UTC)}, "full hour"),
        ({"days": 0}, "an hour or more"),
        ({"tables": 0}, "one bucket"),
        ({"data_trails": 0}, "needs a trail"),
        ({"mix": Mix(0, 0, 0, 0, 0)}, "mix"),
    ],
)
def test_a_population_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAIN, **change)


# --- What test data may hold ------------------------------------------------------------------------

# Put together here, so that this file itself holds none of them.
FOREIGN_ACCOUNT = "3141" + "59265358"
FOREIGN_ADDRESS = ".".join(("10", "20", "30", "40"))


@pytest.mark.parametrize(
    "text",
    [
        FOREIGN_ACCOUNT,
        f'"accountId":"{FOREIGN_ACCOUNT}"',
        f"arn:aws:iam::{FOREIGN_ACCOUNT}:role/x",
        f"{FOREIGN_ACCOUNT}_CloudTrail_us-east-1",
        FOREIGN_ADDRESS,
        f"at {FOREIGN_ADDRESS}.",
        f"https://{FOREIGN_ADDRESS}/x",
        f"{FOREIGN_ADDRESS}:443",
    ],
)
def test_the_scan_finds_foreign_accounts_and_addresses(text):
    assert len(scan_text(f"192.0.2.7\n{text}\n").violations) == 1
    assert scan_text(f"192.0.2.7\n{text}\n").violations[0].line == 2


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::111122223333:role/x 123456789012 777777777777",
        "192.0.2.1 198.51.100.255 203.0.113.9 0.0.0.0 127.0.0.1",
        "Chrome/136.0.0.0 v1.2.3.4 package==1.2.3.4 1.2.3.4.5 999.1.1.1",
        "0.314159265358 per event",
        "0314159265358 31415926535 x314159265358",
        f"1234abcd-12ab-34cd-56ef-{FOREIGN_ACCOUNT}",
        "part-26942df73da37fa1.parquet 20261005T1305Z",
    ],
)
def test_the_scan_leaves_everything_else_alone(text):
    assert scan_text(text).violations == ()


def test_generated_files_hold_only_reserved_accounts_and_addresses(written):
    _, directory, _ = written
    seen = 0
    for key, body in stored(directory).items():
        for text in (key, gzip.decompress(body).decode()):
            scan = scan_text(text)
            assert scan.violations == (), key
            seen += scan.seen
    for _, record in log_records(directory):
        source = record["sourceIPAddress"]
        assert is_reserved_address(source)

    assert seen > 100


def test_a_foreign_account_in_a_generated_file_would_be_found(rich):
    directory, _ = rich
    text = gzip.decompress(next(body for key, body in stored(directory).items() if LOG_KEY.fullmatch(key))).decode()
    planted = text.replace("111122223333", FOREIGN_ACCOUNT, 1)

    assert planted != text
    assert [violation.text for violation in scan_text(planted).violations] == [FOREIGN_ACCOUNT]


def test_files_of_the_project_hold_only_reserved_accounts_and_addresses():
    seen = 0
    violations = []
    files = project_files()
    for path in files:
        scan = scan_text(readable(path.read_bytes()))
        seen += scan.seen
        violations += [f"{path.relative_to(ROOT)}:{row.line}: {row.what} {row.text}" for row in scan.violations]

    assert Path(__file__).resolve() in files
    assert seen > 20  # a scan that meets no id at all proves nothing
    assert violations == []


def readable(body: bytes) -> str:
    """Return *body* as text, unpacked as far as it goes: a damaged file among the data must not stop the scan."""
    if body.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        with contextlib.suppress(zlib.error):
            body = unpacker.decompress(body)
    return body.decode("utf-8", errors="replace")


def project_files() -> list[Path]:
    """Return what git tracks or will track of the data, or what there is outside a git checkout."""
    folders = ("tests", "scenarios", "examples")
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return [path for path in paths if path.is_file()]


def test_the_command_line_writes_files_and_their_truth(tmp_path, capsys):
    main(
        [
            str(tmp_path / "logs"),
            *("--events", "2000", "--days", "1", "--accounts", "2", "--regions", "eu-west-1", "eu-north-1"),
            *("--organization", "--digests", "--truth", str(tmp_path / "truth.json")),
        ]
    )
    truth = json.loads((tmp_path / "truth.json").read_text())

    assert f"{truth['distinct']:,} distinct events" in capsys.readouterr().out
    assert sum(row["count"] for row in truth["events"]) == truth["distinct"] == len(log_records(tmp_path / "logs"))
    assert {row["region"] for row in truth["files"]} == {"eu-west-1", "eu-north-1"}
    assert truth["digests"] == 2 * 2 * 24
