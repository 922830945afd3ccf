"""What log files cause besides their storage, by hand: requests of keys, reads, notices, loading into OpenSearch."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter, Usage
from costplan.model.quantity import Quantity
from costplan.model.recorders import LogBucket, SnsProtocol, Trail
from costplan.model.volumes import FileStatistics, Volumes
from tests.build import IRELAND, PROD, VIRGINIA, make_prices, make_row, make_scenario, make_trail

D = Decimal
KEPT = LogBucket("logs", region=VIRGINIA, account=PROD)
# One file in each slot of five minutes: 8,760 in a month; 730 digests.
FILES, DIGESTS = 8760, 730


def usages(trail: Trail, **settings: Any) -> dict[Meter, Usage]:
    """Return the usages of one month by meter; of the invented prices, those of KMS, SNS and reads are not there."""
    files = FileStatistics(
        PROD, IRELAND, "CloudTrail", 1000, 1_000_000, 1_000_000, slots_occupied=1000, slots_observed=1000
    )
    row = make_row(10_000_000, raw_bytes=20 * 2**30)
    scenario = make_scenario(trail, volumes=(Volumes((row,), covers_all=True, files=(files,)),), **settings)
    estimate = estimate_scenario(scenario, make_prices())
    found = [unpriced.usage for unpriced in estimate.unpriced] + [charge.usage for charge in estimate.last.charges]
    return {usage.meter: usage for usage in found}


def point(usage: Usage) -> Decimal:
    quantity: Quantity = usage.quantity
    return quantity.point


def test_nobody_reads_unless_the_scenario_says_so() -> None:
    found = usages(make_trail(bucket=replace(KEPT, has_kms_key=True), log_file_validation=True))
    assert not found.keys() & {Meter.S3_GET, Meter.KMS_REQUESTS}


def test_each_read_of_a_log_file_is_a_request_and_a_decrypt() -> None:
    trail = make_trail(bucket=replace(KEPT, has_kms_key=True), log_file_validation=True)
    found = usages(trail, reads_per_file=D(2))
    # Digest files are not what programs read events from.
    assert point(found[Meter.S3_GET]) == point(found[Meter.KMS_REQUESTS]) == 2 * FILES
    assert point(found[Meter.S3_PUT]) == FILES + DIGESTS
    assert (found[Meter.KMS_REQUESTS].region, found[Meter.S3_GET].region) == (VIRGINIA, VIRGINIA)


def test_files_without_a_key_of_ones_own_are_read_without_a_decrypt() -> None:
    found = usages(make_trail(bucket=KEPT), reads_per_file=D("0.5"))
    assert point(found[Meter.S3_GET]) == FILES / 2
    assert Meter.KMS_REQUESTS not in found


def test_a_bucket_may_be_read_more_often_than_others() -> None:
    found = usages(make_trail(bucket=replace(KEPT, reads_per_file=D(3))), reads_per_file=D(1))
    assert point(found[Meter.S3_GET]) == 3 * FILES
    assert Meter.S3_GET not in usages(make_trail(bucket=replace(KEPT, reads_per_file=D(0))), reads_per_file=D(1))


@pytest.mark.parametrize(("saved", "left"), [("0", "1"), ("0.99", "0.01"), ("1", "0")])
def test_a_bucket_key_saves_requests_of_the_key_but_no_reads(saved: str, left: str) -> None:
    trail = make_trail(bucket=replace(KEPT, has_kms_key=True, bucket_key_share=D(saved)), log_file_validation=True)
    found = usages(trail, reads_per_file=D(1), price_trail_kms_requests=True)
    # A data key for each file and digest, a Decrypt for each log file: one usage, since the meter is one.
    requests = point(found[Meter.KMS_REQUESTS]) if Meter.KMS_REQUESTS in found else D(0)
    assert requests == (FILES + DIGESTS + FILES) * D(left)
    assert point(found[Meter.S3_GET]) == FILES


def test_a_key_is_paid_for_once_whatever_buckets_it_encrypts() -> None:
    def keys(*told: str | None) -> int:
        trails = [
            make_trail(f"t{n}", bucket=replace(KEPT, name=f"logs-{n // 2}", has_kms_key=True, kms_key=key))
            for n, key in enumerate(told)
        ]
        scenario = make_scenario(*trails, rows=(make_row(1000),))
        return sum(u.usage.meter is Meter.KMS_KEY for u in estimate_scenario(scenario, make_prices()).unpriced)

    # Two trails for each of two buckets.
    assert keys("alias/logs", "alias/logs", "alias/logs", "alias/logs") == 1
    assert keys("alias/a", "alias/b", "alias/a", "alias/b") == 2
    assert keys(None, None, None, None) == 2


def test_notices_go_to_every_subscription() -> None:
    subscriptions = ((SnsProtocol.HTTP, 1), (SnsProtocol.EMAIL, 3), (SnsProtocol.SQS, 2), (SnsProtocol.LAMBDA, 1))
    found = usages(make_trail(bucket=replace(KEPT, notifies_sns=True, sns_subscriptions=subscriptions)))
    sent = {meter.value: point(found[meter]) for meter in found if meter.service == "sns"}
    assert sent == {
        "sns-api-requests": FILES,
        "sns-delivery-http": FILES,
        "sns-delivery-email": 3 * FILES,
        "sns-delivery-sqs": 2 * FILES,
        "sns-delivery-lambda": FILES,
    }
    assert {found[meter].region for meter in found if meter.service == "sns"} == {IRELAND}


def test_what_opensearch_loads_is_unpriced_until_the_user_says_the_price() -> None:
    found = usages(make_trail(bucket=KEPT, loads_opensearch=True))
    assert (point(found[Meter.OPENSEARCH_LOADING]), found[Meter.OPENSEARCH_LOADING].unit) == (20, "GB")
    assert Meter.OPENSEARCH_LOADING not in usages(make_trail(bucket=KEPT))


def test_the_key_of_what_is_there_is_paid_for_though_the_trail_is_off() -> None:
    bucket = replace(KEPT, has_kms_key=True, notifies_sns=True, existing_gib=D(10))
    found = usages(make_trail(bucket=bucket, is_logging=False, loads_opensearch=True), reads_per_file=D(1))
    assert {meter for meter in found if meter.service != "s3"} == {Meter.KMS_KEY}


def test_a_stopped_trail_causes_nothing() -> None:
    bucket = replace(KEPT, has_kms_key=True, notifies_sns=True)
    stopped = make_trail(bucket=bucket, is_logging=False, loads_opensearch=True)
    assert usages(stopped, reads_per_file=D(1)) == {}
