"""Rules that no other test asks by themselves: each test names its rule, and the table of the README names the test."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.matching import Matcher
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.classification import classify_category
from costplan.inputs.volumes.logs.records import event_key
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.inputs.volumes.volumes_writer import write_volumes
from costplan.model.billing import Meter
from costplan.model.events import EventCategory, EventKey, Principal
from costplan.model.recorders import LogBucket, Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import EVERYTHING, ReadSummary, VolumeRow, Volumes
from costplan.reports.volumes_table import notes_on
from tests.build import (
    DATA,
    IRELAND,
    KMS,
    MANAGEMENT,
    PROD,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
    quantity_of,
)
from tests.engine.raw_records import YOU, data, record, s3, service, session, trail
from tests.inputs.volumes.logs.building import STAMPED, make_object_record, make_record, write_log

AGGREGATION = make_price(Meter.DATA_AGGREGATION, 100_000, ("0.03", None))
BUCKET = LogBucket("logs", region=IRELAND, account=PROD)


def match(key: EventKey, *selectors: AdvancedEventSelector) -> Truth:
    return Matcher(make_trail(selectors=selectors)).match(key)


# ---- selectors ----


def test_a_value_matches_only_in_its_own_case() -> None:
    """R23."""
    key = event_key(s3("PutObject", "lake/a"))
    assert match(key, on_objects(FieldSelector("eventName", equals=("PutObject",)))) is Truth.YES
    assert match(key, on_objects(FieldSelector("eventName", equals=("putobject",)))) is Truth.NO
    assert match(key, on_objects(FieldSelector("eventName", not_equals=("putobject",)))) is Truth.YES


@pytest.mark.parametrize(
    ("event_type", "identity", "expected"),
    [
        ("AwsApiCall", session("app"), Truth.YES),
        ("AwsServiceEvent", service("s3.amazonaws.com"), Truth.NO),
        ("AwsApiCall", session("AWSServiceRoleForConfig"), Truth.NO),
    ],
)
def test_what_the_console_calls_service_initiated_is_left_out(
    event_type: str, identity: dict[str, str], expected: Truth
) -> None:
    """R37: by event type, and by the sessions of service-linked roles."""
    selector = on_objects(
        FieldSelector("eventType", not_equals=("AwsServiceEvent",)),
        FieldSelector("userIdentity.arn", not_starts_with=(f"arn:aws:sts::{YOU}:assumed-role/AWSServiceRoleFor",)),
    )
    key = event_key(s3("DeleteObject", "lake/a", eventType=event_type, userIdentity=identity))
    assert match(key, selector) is expected


def test_a_resource_type_that_nobody_has_heard_of_is_routed_like_any() -> None:
    """R40: the list grows every month."""
    new = "AWS::Newest::Thing"
    arn = f"arn:aws:newest:eu-west-1:{YOU}:thing/one"
    key = event_key(data("newest.amazonaws.com", "PutThing", [{"type": new, "ARN": arn}], read=False))
    assert match(key, make_selector(DATA, FieldSelector("resources.type", equals=(new,)))) is Truth.YES
    assert match(key, on_objects()) is Truth.NO


# ---- records ----


def test_a_name_that_is_not_the_name_of_the_call_is_still_classified() -> None:
    """R41: PutBucketLifecycleConfiguration is recorded as PutBucketLifecycle, CreateFunction with its version."""
    for source, name in (
        ("s3.amazonaws.com", "PutBucketLifecycle"),
        ("lambda.amazonaws.com", "CreateFunction20150331"),
    ):
        assert classify_category(None, "AwsApiCall", None, source, name, ()) == (MANAGEMENT, True)


def test_a_replication_is_a_data_event() -> None:
    """R42."""
    answer = classify_category(None, "AwsApiCall", None, "s3.amazonaws.com", "InitiateReplication", ())
    assert answer == (DATA, True)


@pytest.mark.parametrize("version", ["1.02", "1.09", "1.10", "1.11", "2.0", None])
def test_fields_decide_and_not_the_version_of_a_record(version: str | None) -> None:
    """R43: 1.10 is newer than 1.9, and an exporter may have stripped what a version promises."""
    raw = {**record("ec2.amazonaws.com", "RunInstances", read=False), "eventVersion": version}
    assert event_key(raw) == event_key(record("ec2.amazonaws.com", "RunInstances", read=False))


def test_an_event_type_that_nobody_has_heard_of_is_kept() -> None:
    """R45."""
    key = event_key(record("rds.amazonaws.com", "NewCall", read=False, eventType="AwsBrandNewEvent"))
    assert (key.category, key.event_type) == (MANAGEMENT, "AwsBrandNewEvent")


def test_a_service_event_is_of_either_category() -> None:
    """R46."""
    rotated = record(KMS, "RotateKey", read=False, eventType="AwsServiceEvent", userIdentity=service(KMS))
    deleted = s3("DeleteObject", "lake/a", eventType="AwsServiceEvent", userIdentity=service("s3.amazonaws.com"))
    assert [event_key(raw).category for raw in (rotated, deleted)] == [MANAGEMENT, DATA]


def test_an_event_is_billed_in_the_region_its_record_names_whatever_its_file_says(tmp_path: Path) -> None:
    """R53: the file is of eu-west-1."""
    write_log(tmp_path / STAMPED, [make_record(awsRegion="us-east-1")])
    (row,) = count_logs([tmp_path], EVERYTHING).volumes.rows
    assert row.key.region == "us-east-1"


def test_a_redacted_record_is_counted() -> None:
    """R54: the caller's copy of a denied call does not tell the bucket's account."""
    denied = make_object_record(errorCode="AccessDenied")
    denied["resources"][1]["accountId"] = ""
    assert event_key(denied) == event_key(make_object_record(errorCode="AccessDenied"))


def counted(folder: Path, *records: dict[str, object]) -> tuple[ReadSummary, tuple[VolumeRow, ...]]:
    write_log(folder / STAMPED, list(records))
    volumes = count_logs([folder], EVERYTHING).volumes
    assert volumes.read is not None
    return volumes.read, volumes.rows


def test_late_and_corrected_records_are_counted_and_flagged(tmp_path: Path) -> None:
    """R55: an addendum names the event that it corrects, and has an id of its own."""
    first = make_record()
    late = make_record(addendum={"reason": "DELIVERY_DELAY"})
    corrected = make_record(addendum={"reason": "UPDATED_DATA", "originalEventID": first["eventID"]})
    # A second copy of an addendum is a copy; what cannot be decoded fast is judged slowly.
    odd = make_record(addendum="DELIVERY_DELAY")
    read, (row,) = counted(tmp_path, first, late, late, corrected, odd)
    assert (read.counted, read.duplicates, read.addenda) == (4, 1, 3)
    assert row.count == 4


def test_records_without_a_recipient_are_counted_and_flagged(tmp_path: Path) -> None:
    """R50."""
    read, rows = counted(tmp_path, make_record(), make_record(recipientAccountId=...))
    assert (read.counted, read.inferred_account) == (2, 1)
    assert [row.count for row in rows] == [2]


def test_what_was_flagged_is_written_read_and_said(tmp_path: Path) -> None:
    """R50, R55."""
    read = ReadSummary(files=1, records=9, counted=9, inferred_account=3, addenda=2)
    volumes = Volumes((), kind="cloudtrail-logs", read=read)
    write_volumes(volumes, tmp_path / "volumes.json")
    assert read_volumes(tmp_path / "volumes.json").read == read
    notes = notes_on(volumes)
    assert any("2 records (R55)" in note for note in notes)
    assert any("3 records name no recipient (R50)" in note for note in notes)
    assert not any("R5" in note for note in notes_on(replace(volumes, read=ReadSummary(files=1))))


# ---- where events are recorded ----


@pytest.mark.parametrize("region", ["us-east-1", "us-east-2", "us-west-2", "eu-north-1", "ap-southeast-2"])
def test_a_global_service_is_recorded_where_its_record_says(region: str) -> None:
    """R64, R66: no list of services or of sign-in Regions is asked."""
    home = trail("there", home_region=region, is_multi_region=False)
    login = record("signin.amazonaws.com", "ConsoleLogin", read=False, eventType="AwsConsoleSignIn", awsRegion=region)
    row = VolumeRow(event_key(login), make_row(10).per_month)
    estimate = estimate_scenario(make_scenario(home, rows=(row,)), make_prices(regions=(region,)))
    assert quantity_of(estimate, Meter.MANAGEMENT_FIRST_COPY).point == 10


# ---- what is billed ----


def test_aggregation_is_paid_on_top_of_the_data_events_of_its_own_trail() -> None:
    """R89: 1,000,000 writes on two trails, of which one aggregates; 5 reads of which it records none."""
    writes = on_objects(FieldSelector("readOnly", equals=("false",)))
    trails = (
        make_trail("a", selectors=(writes, make_selector(MANAGEMENT)), aggregates_data=True, bucket=BUCKET),
        make_trail("b", selectors=(on_objects(),), bucket=BUCKET, recursive_logging=False),
    )
    trails = tuple(replace(one, recursive_logging=False) for one in trails)
    rows = (object_row(1_000_000, read_only=False), object_row(5), make_row(7))
    estimate = estimate_scenario(make_scenario(*trails, rows=rows), make_prices(AGGREGATION))
    (aggregated,) = [c for c in estimate.last.charges if c.usage.meter is Meter.DATA_AGGREGATION]
    assert (aggregated.usage.recorder, aggregated.quantity.point) == ("a", 1_000_000)
    assert aggregated.list_cost.point == Decimal("0.30")  # 1,000,000 × 0.03 / 100,000
    assert aggregated.usage.rules == ("R89",)
    # The raw events stay charged, on both trails: 1,000,000 + 1,000,005.
    assert quantity_of(estimate, Meter.DATA).point == 2_000_005


def test_aggregation_of_a_trail_without_data_events_costs_nothing() -> None:
    """R89: there is nothing to summarise."""
    lone = make_trail(aggregates_data=True, bucket=BUCKET)
    estimate = estimate_scenario(make_scenario(lone, rows=(make_row(10), object_row(10))), make_prices(AGGREGATION))
    assert not [c for c in estimate.last.charges if c.usage.meter is Meter.DATA_AGGREGATION]


def test_leaving_kms_out_saves_nothing_on_a_single_copy_and_its_copies_on_a_second() -> None:
    """R92: 1,000,000 KMS reads."""
    rows = (make_row(1_000_000, event_source=KMS), make_row(10))
    without_kms = make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(KMS,)))

    def cost(*trails: Trail) -> Decimal:
        estimate = estimate_scenario(make_scenario(*trails, rows=rows), make_prices())
        return sum(
            (c.list_cost.point for c in estimate.last.charges if c.usage.meter.value.startswith("management")),
            Decimal(0),
        )

    everything, lean = make_trail("a"), make_trail("b", selectors=(without_kms,))
    assert cost(everything) == cost(lean) == 0
    # 1,000,010 or 10 second copies at 2.00 / 100,000
    assert cost(everything, make_trail("b")) == Decimal("20.0002")
    assert cost(everything, lean) == Decimal("0.0002")


def test_what_aws_services_do_on_buckets_is_a_data_event_like_any() -> None:
    """R111: replication, inventory and log delivery call the public API."""
    rows = (
        object_row(
            100, principal=Principal(container=None, type="AWSService", invoked_by="delivery.logs.amazonaws.com")
        ),
        object_row(10, principal=Principal("arn:aws:sts::111122223333:assumed-role/athena", type="AssumedRole")),
    )
    estimate = estimate_scenario(make_scenario(make_trail(selectors=(on_objects(),)), rows=rows), make_prices())
    assert quantity_of(estimate, Meter.DATA).point == 110


def test_a_call_is_one_event_in_each_category_that_it_belongs_to() -> None:
    """R79: the endpoint's owner gets a network activity event besides the caller's own event of the same call."""
    network = make_selector(EventCategory.NETWORK_ACTIVITY, FieldSelector("eventSource", equals=(KMS,)))
    both = make_trail(selectors=(make_selector(MANAGEMENT), network))
    rows = (
        make_row(10, event_source=KMS),
        make_row(10, EventCategory.NETWORK_ACTIVITY, event_source=KMS, read_only=None),
    )
    estimate = estimate_scenario(make_scenario(both, rows=rows), make_prices())
    assert quantity_of(estimate, Meter.MANAGEMENT_FIRST_COPY).point == 10
    assert quantity_of(estimate, Meter.NETWORK_ACTIVITY).point == 10
