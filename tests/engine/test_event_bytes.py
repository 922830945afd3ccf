"""What gets into log groups, by hand: events over 256 KB do not, and nobody measured how large they are (R106)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.event_bytes import bytes_for_log_groups, raw_bytes
from costplan.model.billing import Meter
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import CloudWatchLogs, LogBucket
from costplan.model.volumes import VolumeRow
from tests.build import IRELAND, PROD, make_prices, make_row, make_scenario, make_store, make_trail, quantity_of

D = Decimal
KIB = 1024


def row(count: int, size: int | None, oversize: int = 0) -> VolumeRow:
    return replace(make_row(count, raw_bytes=size), oversize=oversize)


def ends(quantity: Quantity) -> tuple[Decimal, Decimal, Decimal]:
    return quantity.low, quantity.point, quantity.high


@pytest.mark.parametrize(
    ("count", "size", "oversize", "low", "high"),
    [
        (1000, 2_000_000, 0, 2_000_000, 2_000_000),
        # Two of the events are over 256 KB: from 524,288 bytes on, at most 2,097,152, are theirs.
        (1000, 5_000_000, 2, 5_000_000 - 2 * 1024 * KIB, 5_000_000 - 2 * 256 * KIB),
        # All bytes may be theirs, but not more.
        (1000, 600_000, 2, 0, 600_000 - 2 * 256 * KIB),
        # They cannot be: a typed row says so. No bytes are below none.
        (1000, 100_000, 2, 0, 0),
        # Nothing else is there.
        (2, 700_000, 2, 0, 0),
    ],
)
def test_events_over_256_kb_are_left_out(count: int, size: int, oversize: int, low: int, high: int) -> None:
    one = row(count, size, oversize)
    assert ends(bytes_for_log_groups(one)) == (low, high, high)
    assert ends(raw_bytes(one)) == (size, size, size)


def test_of_unmeasured_events_the_large_ones_take_their_share() -> None:
    # 1,000 events of 1,500 bytes, of which 10 do not get there.
    assert ends(bytes_for_log_groups(row(1000, None, 10))) == (990 * 1500, 990 * 1500, 990 * 1500)


def test_chance_is_kept() -> None:
    sampled = Quantity.sampled(D(1000), Replicates("a", 1.0, (10.0, -10.0)), counted=D(500))
    one = VolumeRow(row(1, 1).key, sampled, 500, 2_500_000, 1)
    left = bytes_for_log_groups(one)
    # 2,500,000 bytes of 500 events, less 262,144, twice: what 1,000 events have.
    assert (left.point, left.low) == (2 * (2_500_000 - 256 * KIB), 2 * (2_500_000 - 1024 * KIB))
    per_event = (2_500_000 - 256 * KIB) / 500
    assert left.replicates[0].deviations == pytest.approx((10 * per_event, -10 * per_event))
    assert left.counted == 2_500_000 - 1024 * KIB


def test_a_log_group_leaves_them_out_and_a_store_takes_them_in() -> None:
    bucket = LogBucket("logs", region=IRELAND, account=PROD)
    trail = make_trail(bucket=bucket, cloudwatch_logs=CloudWatchLogs(30))
    gib = 2**30
    scenario = make_scenario(trail, make_store(), rows=(row(1000, gib, 4),))
    estimate = estimate_scenario(scenario, make_prices())
    (ingested,) = (u.usage for u in estimate.unpriced if u.usage.meter is Meter.CLOUDWATCH_LOGS_INGESTION)
    assert (ingested.quantity.low, ingested.quantity.high) == (1 - D(4) / 1024, 1 - D(1) / 1024)
    assert quantity_of(estimate, Meter.LAKE_INGESTION_ONE_YEAR).point == 1
