"""The events that a scenario's own trails cause, by hand arithmetic: a month has 8,760 five-minute slots."""

from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.own_events import surest_ways
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.events import CLOUDTRAIL_SERVICE, Principal
from costplan.model.quantity import Quantity
from costplan.model.recorders import LogBucket, Trail
from costplan.model.scenario import Organization, Scenario
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import FileStatistics, ReadSummary, Volumes
from tests.build import (
    IRELAND,
    MANAGEMENT,
    OWNER,
    PROD,
    SPAIN,
    VIRGINIA,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
    quantity_of,
)
from tests.generator import account_ids

SLOTS = 8760


def bucket(name: str | None, **rest: Any) -> LogBucket:
    return LogBucket(name, region=IRELAND, account=rest.pop("account", PROD), **rest)


def estimate(scenario: Scenario) -> Estimate:
    return estimate_scenario(scenario, make_prices(regions=(IRELAND, VIRGINIA, SPAIN, "eu-central-1")))


def objects_of(name: str) -> Any:
    return on_objects(FieldSelector("resources.ARN", starts_with=(f"arn:aws:s3:::{name}/",)))


def test_a_trail_that_records_its_own_bucket_has_a_file_in_every_slot_for_ever() -> None:
    # 3 files (1 to 8) in each of 8,760 slots, each file one PutObject, besides the 100 of somebody else
    trail = make_trail(selectors=(on_objects(),), bucket=bucket("logs"))
    data = quantity_of(estimate(make_scenario(trail, rows=(object_row(100),))), Meter.DATA)

    assert (data.low, data.point, data.high) == (100 + SLOTS, 100 + 3 * SLOTS, 100 + 8 * SLOTS)


def test_recursive_logging_off_ends_the_loop() -> None:
    trail = make_trail(selectors=(on_objects(),), bucket=bucket("logs"), recursive_logging=False)

    assert quantity_of(estimate(make_scenario(trail, rows=(object_row(100),))), Meter.DATA) == Quantity.exact(100)


def test_a_bucket_that_is_excluded_is_no_loop() -> None:
    rest = on_objects(FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::logs/",)))
    trail = make_trail(selectors=(rest,), bucket=bucket("logs"))

    assert quantity_of(estimate(make_scenario(trail, rows=(object_row(100),))), Meter.DATA) == Quantity.exact(100)


def test_a_bucket_of_an_account_that_nobody_logs_is_no_loop() -> None:
    trail = make_trail(selectors=(on_objects(),), bucket=bucket("logs", account=OWNER))

    assert quantity_of(estimate(make_scenario(trail, rows=(object_row(100),))), Meter.DATA) == Quantity.exact(100)


def test_without_any_event_there_is_no_first_delivery_and_no_loop() -> None:
    trail = make_trail(selectors=(on_objects(),), bucket=bucket("logs"))

    assert quantity_of(estimate(make_scenario(trail, rows=())), Meter.DATA) == Quantity.exact(0)


def test_one_trails_deliveries_are_another_trails_data_events() -> None:
    # Ten million management events fill every slot: 3 × 8,760 files of `writer`, as many PutObject for `watcher`.
    writer = make_trail("writer", selectors=(make_selector(MANAGEMENT),), bucket=bucket("writer-logs"))
    watcher = make_trail("watcher", selectors=(objects_of("writer-logs"),), bucket=bucket("watcher-logs"))
    result = estimate(make_scenario(writer, watcher, rows=(make_row(10_000_000),)))

    assert quantity_of(result, Meter.DATA, "watcher").point == 3 * SLOTS
    assert quantity_of(result, Meter.DATA, "writer").point == 0


def test_two_trails_that_watch_each_others_buckets_keep_each_other_busy() -> None:
    left = make_trail(
        "left", selectors=(objects_of("right-logs"), make_selector(MANAGEMENT)), bucket=bucket("left-logs")
    )
    right = make_trail("right", selectors=(objects_of("left-logs"),), bucket=bucket("right-logs"))
    result = estimate(make_scenario(left, right, rows=(make_row(10),)))

    assert quantity_of(result, Meter.DATA, "left").point == 3 * SLOTS
    assert quantity_of(result, Meter.DATA, "right").point == 3 * SLOTS


def test_the_second_copy_of_the_data_keys_of_a_large_organization_costs_315_dollars() -> None:
    # 200 accounts × 3 Regions × 3 files × 8,760 slots = 15,768,000 GenerateDataKey in the log account.  They are events
    # there, so that place has its own 3 × 8,760 files: 15,794,280.  The account's own trail records them all a second
    # time: × 2.00 / 100,000 = 315.8856
    accounts = [account for account in account_ids(201) if account != OWNER]
    regions = (IRELAND, "us-east-1", "eu-central-1")
    rows = tuple(make_row(1_000_000, account=account, region=region) for account in accounts for region in regions)
    organization = make_trail(
        "organization",
        OWNER,
        IRELAND,
        is_multi_region=True,
        is_organization=True,
        bucket=bucket("organization-logs", account=OWNER, has_kms_key=True),
    )
    own = make_trail("own", OWNER, IRELAND, is_multi_region=True, bucket=bucket("own-logs", account=OWNER))
    scenario = make_scenario(organization, own, rows=rows, organization=Organization(management_account=OWNER))
    second = [c for c in estimate(scenario).last.charges if c.usage.meter is Meter.MANAGEMENT_ADDITIONAL_COPY]

    assert [(c.usage.account, c.usage.region, c.usage.recorder) for c in second] == [(OWNER, IRELAND, "own")]
    assert second[0].quantity.point == 15_794_280
    assert second[0].list_cost.point == Decimal("315.8856")


OWN_PUTS = Principal(container=None, type="AWSService", invoked_by=CLOUDTRAIL_SERVICE)


def measured(*rows: Any, files: int = 0) -> Volumes:
    """Volumes counted from logs, of trails that wrote *files* in a month."""
    statistics = FileStatistics(PROD, IRELAND, "CloudTrail", files, files * 2000, files * 8, SLOTS, SLOTS)
    return Volumes(
        rows, covers_all=True, kind="cloudtrail-logs", read=ReadSummary(), files=(statistics,) if files else ()
    )


def test_measured_deliveries_belong_to_the_trails_of_the_logs_and_are_taken_out() -> None:
    own = object_row(5_000, "old-logs", event_name="PutObject", principal=OWN_PUTS, read_only=False)
    trail = make_trail(selectors=(objects_of("lake"), objects_of("old-logs")), bucket=bucket("new-logs"))
    result = estimate(make_scenario(trail, volumes=(measured(own, object_row(70)),)))

    assert quantity_of(result, Meter.DATA) == Quantity.exact(70)
    assert any(a.rule == "R107" and "5,000" in a.text for a in result.assumptions)


def test_typed_events_of_cloudtrail_are_meant() -> None:
    own = object_row(5_000, "old-logs", event_name="PutObject", principal=OWN_PUTS, read_only=False)
    trail = make_trail(selectors=(objects_of("old-logs"),))

    assert quantity_of(estimate(make_scenario(trail, rows=(own,))), Meter.DATA) == Quantity.exact(5_000)


def test_bucket_checks_follow_the_files_as_they_were_measured() -> None:
    # 8,760 checks beside 17,520 files: half a check for each file.  The new trail fills every slot with the measured
    # 2 files: 17,520 files, 8,760 checks, each recorded by both trails, so paid once.
    check = make_row(8_760, event_source="s3.amazonaws.com", event_name="GetBucketAcl", principal=OWN_PUTS)
    first = make_trail("first", bucket=bucket("logs"))
    second = make_trail("second", bucket=bucket(None, account=OWNER))
    volumes = (measured(check, make_row(10_000_000), files=2 * SLOTS),)
    result = estimate(make_scenario(first, second, volumes=volumes))

    assert quantity_of(result, Meter.MANAGEMENT_ADDITIONAL_COPY).point == 10_000_000 + 8_760


def test_events_recorded_are_those_that_happen_whatever_trails_there_are() -> None:
    with_bucket = make_trail(selectors=(on_objects(),), bucket=bucket("logs"))
    result = estimate(make_scenario(with_bucket, rows=(object_row(100),)))

    assert result.events.happened == {"Data": Quantity.exact(100)}


def test_a_bucket_that_is_not_named_leaves_the_loop_out_and_says_what_that_could_cost() -> None:
    # 100 events a month fill about 100 slots, so about 100 files: 100 × 0.10 / 100,000 = 0.0001
    trail: Trail = make_trail(selectors=(on_objects(),))
    result = estimate(make_scenario(trail, rows=(object_row(100),)))
    said = [a for a in result.assumptions if a.rule == "own-deliveries"]

    assert quantity_of(result, Meter.DATA) == Quantity.exact(100)
    assert len(said) == 1
    assert Decimal("0.00009") < (said[0].moves or 0) <= Decimal("0.0001")


def test_the_loop_grows_with_nothing_but_the_slots() -> None:
    trail = make_trail(selectors=(on_objects(),), bucket=bucket("logs"))
    grown = estimate(make_scenario(trail, rows=(object_row(100),), months=2, growth_per_month=Decimal(1)))

    # month 2: 100 × 2 measured events, and still 3 × 8,760 deliveries
    assert quantity_of(grown, Meter.DATA).point == 200 + 3 * SLOTS


def test_deliveries_that_may_be_recorded_make_no_files_for_sure() -> None:
    # Management events alone make the source's files; the watcher may record their deliveries, under a prefix that
    # nobody can tell, and has nothing else to deliver.
    source = make_trail("source", selectors=(make_selector(MANAGEMENT),), bucket=bucket("logs"))
    of_prefix = on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::logs/AWSLogs/",)))
    watcher = make_trail("watcher", selectors=(of_prefix,), bucket=bucket("watched"))
    found = estimate(make_scenario(source, watcher, rows=(make_row(1_000_000),)))
    files = quantity_of(found, Meter.S3_PUT, "watcher")

    assert quantity_of(found, Meter.S3_PUT, "source").low > 0
    assert (files.low, files.point > 0) == (0, True)


TRAILS = range(5)
WAYS = st.dictionaries(
    st.tuples(st.sampled_from(TRAILS), st.sampled_from(TRAILS)), st.sampled_from([Truth.MAYBE, Truth.YES])
)


@given(WAYS)
def test_a_trail_leads_to_another_as_surely_as_the_surest_way_there_is(direct: dict[tuple[int, int], Truth]) -> None:
    # The slow twin: every way of so many steps, by all ways of one step less, until no more trails are left to pass.
    known = {pair: direct.get(pair, Truth.NO) for pair in product(TRAILS, TRAILS)}
    for _ in TRAILS:
        known = {
            (start, end): max(
                known[start, end], *(min(known[start, by], direct.get((by, end), Truth.NO)) for by in TRAILS)
            )
            for start, end in known
        }

    assert surest_ways(direct) == {pair: truth for pair, truth in known.items() if truth is not Truth.NO}
