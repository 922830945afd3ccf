"""Rules about trails as a set: log buckets that log themselves, second copies, global service events, home Regions."""

from dataclasses import replace

import pytest

from costplan.advice.findings import Finding, Severity
from costplan.model.problems import Location
from costplan.model.recorders import DirectDelivery, EventDataStore, LogBucket, Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, DataResource, EventSelector, FieldSelector, ReadWriteType
from costplan.model.unknown import UNKNOWN
from tests.advice.lint_configs import (
    ACCOUNT,
    OTHER_ACCOUNT,
    S3,
    STORE_ARN,
    codes,
    data,
    field,
    found,
    management,
    objects,
    selector,
)

LOGS = "amzn-s3-demo-logging-bucket"
LOG_ARN = f"arn:aws:s3:::{LOGS}"
OTHER_LOGS = "amzn-s3-demo-logging-bucket2"
ALL_OBJECTS = data(S3)
ALL_BUCKETS = EventSelector(include_management_events=False, data_resources=(DataResource(S3, ("arn:aws:s3",)),))


def trail(name: str = "audit", *selectors: AdvancedEventSelector | EventSelector, **parts: object) -> Trail:
    """Return a multi-Region trail that delivers to LOGS."""
    usual = {"account": ACCOUNT, "home_region": "eu-west-1", "is_multi_region": True, "bucket": LogBucket(LOGS)}
    return Trail(name, selectors=selectors or None, **{**usual, **parts})  # type: ignore[arg-type]


def of(code: str, *recorders: Recorder) -> list[Finding]:
    return [finding for finding in found(*recorders) if finding.code == code]


# ---- CP010: a trail that logs its own bucket ----

LOOPS: dict[str, Trail] = {
    "all objects": trail("audit", ALL_OBJECTS),
    "all buckets, basic": trail("audit", ALL_BUCKETS),
    "its own bucket": trail("audit", objects(starts_with=(f"{LOG_ARN}/",))),
    "writes": trail("audit", data(S3, field("readOnly", equals=("false",)))),
    "another bucket left out": trail("audit", objects(not_starts_with=(f"arn:aws:s3:::{OTHER_LOGS}/",))),
    "another folder of it left out": trail("audit", objects(not_starts_with=(f"{LOG_ARN}/data/",))),
    "a folder of log files": trail(
        "audit", objects(starts_with=(f"{LOG_ARN}/org/",)), bucket=LogBucket(LOGS, prefix="org")
    ),
    "one Region, that of the bucket": trail(
        "audit", ALL_OBJECTS, is_multi_region=False, bucket=LogBucket(LOGS, region="eu-west-1")
    ),
    "one Region, and nobody said which the bucket's is": trail("audit", ALL_OBJECTS, is_multi_region=False),
    "every Region, with the bucket in another": trail("audit", ALL_OBJECTS, bucket=LogBucket(LOGS, region="us-east-1")),
    "the partition of its ARN": trail(
        "audit",
        objects(starts_with=(f"arn:aws-eusc:s3:::{LOGS}/",)),
        arn=f"arn:aws-eusc:cloudtrail:eusc-de-east-1:{ACCOUNT}:trail/audit",
    ),
    "an organization's bucket in a member account": trail(
        "audit", ALL_OBJECTS, is_organization=True, bucket=LogBucket(LOGS, account=OTHER_ACCOUNT)
    ),
    "another partition": trail("audit", objects(starts_with=(f"arn:aws-cn:s3:::{LOGS}/",)), home_region="cn-north-1"),
}
NO_LOOPS: dict[str, Trail] = {
    "without recursive logging": trail("audit", ALL_OBJECTS, recursive_logging=False),
    "its bucket left out": trail("audit", objects(not_starts_with=(f"{LOG_ARN}/",))),
    "its log files left out": trail("audit", objects(not_starts_with=(f"{LOG_ARN}/AWSLogs/",))),
    "perhaps its log files left out": trail("audit", objects(not_starts_with=(f"{LOG_ARN}/AWSLogs/{ACCOUNT}/",))),
    "a bucket in another account": trail("audit", ALL_OBJECTS, bucket=LogBucket(LOGS, account=OTHER_ACCOUNT)),
    "a bucket in another Region": trail(
        "audit",
        ALL_OBJECTS,
        is_multi_region=False,
        bucket=LogBucket(LOGS, region="us-east-1"),
        include_global_service_events=False,
    ),
    "a bucket nobody named": trail("audit", ALL_OBJECTS, bucket=LogBucket()),
    "a stopped trail": trail("audit", ALL_OBJECTS, is_logging=False),
    "reads": trail("audit", data(S3, field("readOnly", equals=("true",)))),
    "users' calls": trail("audit", data(S3, field("userIdentity.arn", starts_with=("arn:",)))),
    "another bucket": trail("audit", objects(starts_with=(f"arn:aws:s3:::{OTHER_LOGS}/",))),
    "another folder": trail("audit", objects(starts_with=(f"{LOG_ARN}/data/",))),
    "no data events": trail("audit", management()),
    "unknown buckets": trail("audit", objects(starts_with=(UNKNOWN,))),
    "unknown selectors": trail("audit", AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),))),
}


@pytest.mark.parametrize("recorder", LOOPS.values(), ids=LOOPS)
def test_a_trail_that_logs_its_own_bucket_is_found(recorder: Trail) -> None:
    assert [finding.severity for finding in of("CP010", recorder)] == [Severity.WARNING]


@pytest.mark.parametrize("recorder", NO_LOOPS.values(), ids=NO_LOOPS)
def test_a_trail_that_does_not_log_its_own_bucket_is_not_found(recorder: Trail) -> None:
    assert codes(recorder) == []


def test_whose_the_bucket_is_is_named_where_nobody_said() -> None:
    (assumed,) = of("CP010", trail("audit", ALL_OBJECTS))
    (stated,) = of("CP010", trail("audit", ALL_OBJECTS, bucket=LogBucket(LOGS, account=ACCOUNT)))
    assert "if it is in the trail's own account" in assumed.message
    assert "if it is" not in stated.message


def test_two_trails_that_log_each_others_buckets_are_both_found() -> None:
    one = trail("one", objects(starts_with=(f"arn:aws:s3:::{OTHER_LOGS}/",)))
    two = trail("two", objects(starts_with=(f"{LOG_ARN}/",)), bucket=LogBucket(OTHER_LOGS), where=Location("a.yaml", 9))
    first, second = of("CP010", one, two)
    assert (first.severity, second.severity) == (Severity.WARNING, Severity.WARNING)
    assert "trail two (a.yaml:9)" in first.message
    assert first.related == (Location("a.yaml", 9),)


def test_a_trail_whose_bucket_another_trail_logs_without_a_loop_is_a_remark() -> None:
    watched = trail("audit", management(), bucket=LogBucket(LOGS, account=ACCOUNT))
    watcher = trail("data", ALL_OBJECTS, bucket=LogBucket(OTHER_LOGS, account=OTHER_ACCOUNT))
    (finding,) = of("CP010", watched, watcher)
    assert (finding.recorder, finding.severity) == ("audit", Severity.INFO)
    assert "trail data" in finding.message
    # Where nobody said whose the bucket is, it may well be another account's.
    assert of("CP010", replace(watched, bucket=LogBucket(LOGS)), watcher) == []


def test_the_watcher_in_another_account_or_without_recursion_sees_nothing() -> None:
    watched = trail("audit", management(), bucket=LogBucket(LOGS, account=ACCOUNT))
    watcher = trail("data", ALL_OBJECTS, bucket=LogBucket(OTHER_LOGS, account=OTHER_ACCOUNT))
    for changed in (
        replace(watcher, account=OTHER_ACCOUNT, bucket=LogBucket(OTHER_LOGS, account="999999999999")),
        replace(watcher, recursive_logging=False),
        replace(watcher, is_logging=False),
    ):
        assert of("CP010", watched, changed) == []


def test_a_shared_bucket_that_one_of_two_trails_logs_is_a_loop_of_that_one() -> None:
    quiet = trail("quiet", management(), bucket=LogBucket(LOGS, account=ACCOUNT))
    loud = trail("loud", ALL_OBJECTS, bucket=LogBucket(LOGS, account=ACCOUNT))
    assert [(f.recorder, f.severity.value) for f in of("CP010", quiet, loud)] == [
        ("quiet", "info"),
        ("loud", "warning"),
    ]


def test_a_store_that_logs_a_bucket_is_no_loop() -> None:
    watched = trail("audit", management(), bucket=LogBucket(LOGS, account=ACCOUNT))
    store = EventDataStore("calls", ACCOUNT, "eu-west-1", STORE_ARN, selectors=(ALL_OBJECTS,))
    assert [finding.severity for finding in of("CP010", watched, store)] == [Severity.INFO]
    assert of("CP010", watched, replace(store, is_ingesting=False)) == []


def test_so_can_a_delivery_without_a_trail_where_it_is_switched_on() -> None:
    watched = trail("quiet", bucket=LogBucket(LOGS, region="us-east-1", account=ACCOUNT))
    direct = DirectDelivery("direct", ACCOUNT, "eu-west-1", ("eu-west-1", "us-east-1"), selectors=(ALL_OBJECTS,))
    (finding,) = of("CP010", watched, direct)
    assert finding.severity is Severity.INFO
    assert "recorded by direct delivery direct: one more data event for each log file" in finding.message
    assert of("CP010", watched, replace(direct, regions=("eu-west-1",))) == []


# ---- CP013: second copies (R80–R84) ----

READS, WRITES = (
    EventSelector(read_write_type=ReadWriteType.READ_ONLY),
    EventSelector(read_write_type=ReadWriteType.WRITE_ONLY),
)
NO_KMS = EventSelector(exclude_management_event_sources=("kms.amazonaws.com",))
ONLY_DATA = EventSelector(include_management_events=False)


def single(name: str, region: str | None, **parts: object) -> Trail:
    return trail(name, is_multi_region=False, home_region=region, include_global_service_events=False, **parts)


PAIRS: dict[str, tuple[Trail, Trail, str]] = {
    "T7: all and reads": (trail("one"), trail("two", READS), "records read management events"),
    "T10: multi and single": (trail("one"), single("two", "us-east-1"), "records read and write management events"),
    "T11: organization and member": (
        trail("one", is_organization=True),
        trail("two", account=OTHER_ACCOUNT),
        "records read and write management events",
    ),
    "single and multi": (
        single("one", "us-east-1", started="2020-01-01T00:00:00Z"),
        trail("two"),
        "records read and write management events",
    ),
    "member and a later organization trail": (
        trail("one", account=OTHER_ACCOUNT, started="2020-01-01T00:00:00Z"),
        trail("two", is_organization=True),
        "records read and write management events",
    ),
    "trails with ARNs": (
        trail("one", arn=f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/one"),
        trail("two", arn=f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/two"),
        "records read and write management events",
    ),
    "two single-Region trails of one Region": (
        single("one", "eu-west-1"),
        single("two", "eu-west-1"),
        "records read and write management events",
    ),
    "T66: writes and all": (trail("one", WRITES), trail("two"), "records write management events"),
    "T67: without KMS and all": (trail("one", NO_KMS), trail("two"), "records read and write management events"),
    "advanced and basic": (
        trail("one", management(field("readOnly", equals=("true",)))),
        trail("two"),
        "records read management events",
    ),
    "nobody said where": (
        single("one", None, account=None),
        single("two", None, account=None),
        "records read and write management events",
    ),
}
FREE: dict[str, tuple[Trail, Trail]] = {
    "T5: reads and writes": (trail("one", READS), trail("two", WRITES)),
    "T9: two Regions": (single("one", "us-east-1"), single("two", "us-west-2")),
    "two accounts": (trail("one"), trail("two", account=OTHER_ACCOUNT)),
    "management and data events": (trail("one"), trail("two", ONLY_DATA)),
    "management and network activity": (
        trail("one"),
        trail("two", selector("NetworkActivity", field("eventSource", equals=("kms.amazonaws.com",)))),
    ),
    "one of them stopped": (trail("one"), trail("two", is_logging=False)),
    "one trail seen twice": (
        trail("one", arn=f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/one"),
        trail("one", arn=f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/one"),
    ),
    "perhaps management events": (trail("one"), trail("two", EventSelector(include_management_events=UNKNOWN))),
    "the account of one is not known": (trail("one"), trail("two", account=None)),
}


@pytest.mark.parametrize(("one", "two", "what"), PAIRS.values(), ids=PAIRS)
def test_a_second_copy_is_found_once(one: Trail, two: Trail, what: str) -> None:
    (finding,) = found(one, two)
    assert (finding.code, finding.severity, finding.recorder) == ("CP013", Severity.WARNING, "two")
    assert what in finding.message
    assert "trail one" in finding.message
    assert ("in accounts that have both" in finding.message) == (one.account != two.account)


@pytest.mark.parametrize(("one", "two"), FREE.values(), ids=FREE)
def test_copies_that_are_all_free_are_not_found(one: Trail, two: Trail) -> None:
    assert codes(one, two) == []


def test_the_copy_that_started_later_is_the_second_one_wherever_it_stands() -> None:
    later = trail("later", started="2026-05-01T00:00:00Z", where=Location("a.yaml", 2))
    earlier = trail("earlier", started="2024-05-01T00:00:00Z", where=Location("a.yaml", 8))
    (finding,) = found(later, earlier)
    assert (finding.recorder, finding.where) == ("later", Location("a.yaml", 2))
    assert finding.related == (Location("a.yaml", 8),)
    assert "trail earlier (a.yaml:8)" in finding.message


def test_a_third_copy_points_at_both_others() -> None:
    second, third = found(trail("one"), trail("two"), trail("three"))
    assert second.recorder == "two"
    assert (third.recorder, "trail one and trail two" in third.message) == ("three", True)


def test_a_second_copy_of_which_not_everything_is_known_is_named_as_far_as_it_is() -> None:
    # Perhaps without KMS: what both surely record is what the readOnly of the second leaves of everything else.
    perhaps_no_kms = trail("two", management(field("readOnly", equals=("false", UNKNOWN))))
    (finding,) = found(trail("one"), perhaps_no_kms)
    assert "records write management events" in finding.message


def test_a_store_is_no_second_copy() -> None:
    # R85: stores neither use nor provide the free copy.
    assert codes(trail("one"), EventDataStore("calls", ACCOUNT, "eu-west-1", STORE_ARN)) == []


# ---- CP016: global service events (R63) ----


def test_global_service_events_of_a_lone_single_region_trail_are_a_remark() -> None:
    (finding,) = found(trail(is_multi_region=False))
    assert (finding.code, finding.severity) == ("CP016", Severity.INFO)
    assert "us-east-1" in finding.message
    assert codes(trail(is_multi_region=False), regions={}) == ["CP016"]


@pytest.mark.parametrize(
    "recorders",
    [
        (trail(),),
        (trail(is_multi_region=False, home_region="us-east-1"),),
        (trail(is_multi_region=False, home_region=None),),
        (trail(is_multi_region=False, include_global_service_events=False),),
        (trail(is_multi_region=False, is_logging=False),),
        (trail("audit", ONLY_DATA, is_multi_region=False),),
        (trail(is_multi_region=False, home_region="us-gov-west-1"),),
        # Another partition whose leader nobody here knows.
        (trail(is_multi_region=False, home_region="eusc-de-east-1"),),
        # Another trail records them.
        (trail("audit", is_multi_region=False), trail("leader", is_multi_region=False, home_region="us-east-1")),
    ],
)
def test_global_service_events_that_are_not_in_vain_are_not_found(recorders: tuple[Trail, ...]) -> None:
    assert codes(*recorders) == []


def test_the_leader_is_that_of_the_partition() -> None:
    (finding,) = found(trail(is_multi_region=False, home_region="us-gov-east-1"))
    assert "us-gov-west-1" in finding.message
    (finding,) = found(trail(is_multi_region=False, home_region="cn-northwest-1"))
    assert "cn-north-1" in finding.message


def test_the_leader_is_read_from_what_is_known_of_the_region() -> None:
    (finding,) = found(trail(is_multi_region=False, home_region="eusc-de-east-2"))
    assert "happen in eusc-de-east-1" in finding.message


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (trail("other", READS), False),
        (trail("other", is_organization=True, account=OTHER_ACCOUNT), False),
        (trail("other", include_global_service_events=False), True),
        (trail("other", ONLY_DATA), True),
        (
            trail("other", READS, is_multi_region=False, home_region="us-west-2", include_global_service_events=False),
            True,
        ),
        (trail("other", READS, is_logging=False), True),
    ],
)
def test_another_trail_may_record_them(other: Trail, expected: bool) -> None:
    lone = trail("lone", WRITES, is_multi_region=False)
    assert [finding.recorder for finding in of("CP016", lone, other)] == ["lone"] * expected


def test_a_trail_of_another_account_does_not_record_them() -> None:
    other = trail("leader", is_multi_region=False, home_region="us-east-1", account=OTHER_ACCOUNT)
    assert codes(trail("audit", is_multi_region=False), other) == ["CP016"]


# ---- CP017: home Regions (R70) ----


def test_an_organization_trail_at_home_in_an_opt_in_region_is_found() -> None:
    assert codes(trail(is_organization=True, home_region="eu-south-2")) == ["CP017"]


@pytest.mark.parametrize(
    "recorder",
    [
        trail(home_region="eu-south-2"),
        trail(is_organization=True),
        trail(is_organization=True, home_region="xx-north-9"),
        trail(is_organization=True, home_region=None),
        trail(is_organization=True, home_region="eu-south-2", is_logging=False),
    ],
)
def test_another_home_is_not_found(recorder: Trail) -> None:
    assert codes(recorder) == []


def test_without_knowledge_of_regions_no_home_is_found() -> None:
    assert codes(trail(is_organization=True, home_region="eu-south-2"), regions={}) == []


def test_a_trail_that_starts_where_another_stops_is_no_second_copy() -> None:
    old = trail("old", stops_in_month=3)
    assert of("CP013", old, trail("new", bucket=LogBucket(OTHER_LOGS), starts_in_month=2))
    assert not of("CP013", old, trail("new", bucket=LogBucket(OTHER_LOGS), starts_in_month=3))
