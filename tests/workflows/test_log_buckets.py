"""Log buckets at the shipped prices, from the file to the cent: what is there, small files, digests, an old export."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan import estimate
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic

D = Decimal
ACCOUNTS = ("111122223333", "222233334444", "333344445555")
TRAIL = {
    "trail": "audit",
    "account": ACCOUNTS[0],
    "home_region": "us-east-1",
    "s3": {"bucket": "amzn-s3-demo-logs", "region": "us-east-1", "account": ACCOUNTS[0]},
}
# 876,000 events in files of ten: 87,600 a month, of 2,000 bytes each.
FILES = {
    "account": ACCOUNTS[0],
    "region": "us-east-1",
    "kind": "CloudTrail",
    "files": 10_000,
    "bytes": 20_000_000,
    "events": 100_000,
    "slots_occupied": 1_000,
    "slots_observed": 1_000,
    "fit": {"bytes_per_file": 2000, "bytes_per_event": 0},
    "size_histogram": {"1-4KiB": 10_000},
}
SMALL_FILES = {
    "covers_all": True,
    "files": [FILES],
    "events": [{"category": "management", "account": ACCOUNTS[0], "region": "us-east-1", "writes": "876k/month"}],
}


def estimate_of(tmp_path: Path, volumes: dict[str, Any], bucket: dict[str, Any], **rest: Any) -> Estimate:
    trail = TRAIL | {"s3": TRAIL["s3"] | bucket} | rest.pop("trail", {})  # type: ignore[operator]
    scenario = {"scenario": "bucket", "recorders": [trail], "volumes": volumes, "assumptions": {"months": 12}} | rest
    path = tmp_path / "bucket.json"
    path.write_text(json.dumps(scenario))
    (one,) = estimate([path]).estimates
    return one


def cost(one: Estimate, *meters: Meter, month: int = -1) -> Decimal:
    charges = [charge for charge in one.months[month].charges if charge.usage.meter in meters]
    return sum((charge.list_cost.point for charge in charges), D(0))


def test_a_hundred_thousand_gb_that_are_there_cost_what_the_tiers_say(tmp_path: Path) -> None:
    nothing = {"covers_all": True, "events": [dict(SMALL_FILES["events"][0], writes=0)]}  # type: ignore[index]
    one = estimate_of(tmp_path, nothing, {"existing_gib": 100_000}, assumptions={"months": 2})
    # 51,200 × 0.023 + 48,800 × 0.022, not 100,000 × 0.023.
    assert [cost(one, Meter.S3_STORAGE_STANDARD, month=month) for month in (0, 1)] == [D("2251.20"), D("2251.20")]


def test_what_is_there_is_paid_for_though_the_trail_is_off(tmp_path: Path) -> None:
    one = estimate_of(tmp_path, SMALL_FILES, {"existing_gib": 1000}, trail={"is_logging": False})
    assert one.last.list_cost.point == D("23.00")
    assert estimate_of(tmp_path, SMALL_FILES, {}, trail={"is_logging": False}).last.list_cost.point == 0


def test_what_is_there_leaves_with_its_expiry_though_nothing_arrives(tmp_path: Path) -> None:
    lifecycle = {"lifecycle": [{"expiration_days": 365}]}
    one = estimate_of(tmp_path, SMALL_FILES, {"existing_gib": 1200, **lifecycle}, trail={"is_logging": False})
    # Of 1,200 GB that came in twelve equal months a half of the first has left on average in month 1, 11.5 in month 12.
    held = [cost(one, Meter.S3_STORAGE_STANDARD, month=month) / D("0.023") for month in (0, 11)]
    assert [amount.quantize(D("0.01")) for amount in held] == [D("1150.00"), D("50.00")]


# ---- two thousand bytes, and "to Deep Archive after 90 days" ----

DEEP = [{"transition_days": 90, "storage_class": "DEEP_ARCHIVE"}, {"expiration_days": 365}]


def said(one: Estimate) -> dict[str, Decimal | None]:
    return {a.text: a.moves for a in one.assumptions if a.rule == "R108"}


def test_by_default_nothing_small_is_moved_and_that_is_said(tmp_path: Path) -> None:
    one = estimate_of(tmp_path, SMALL_FILES, {"lifecycle": DEEP})
    without = estimate_of(tmp_path, SMALL_FILES, {"lifecycle": DEEP[1:]})
    assert [m.list_cost.point for m in one.months] == [m.list_cost.point for m in without.months]
    (text,) = said(one)
    assert "the rule to DEEP_ARCHIVE after 90 days does nothing: S3 moves no file under 128 KB" in text


def test_where_small_files_move_the_archive_is_dearer_and_the_dollars_are_said(tmp_path: Path) -> None:
    varies = {"lifecycle": DEEP, "transition_default_minimum_object_size": "varies_by_storage_class"}
    one = estimate_of(tmp_path, SMALL_FILES, varies)
    without = estimate_of(tmp_path, SMALL_FILES, {"lifecycle": DEEP[1:]})
    moved = cost(one, Meter.S3_TRANSITION_DEEP_ARCHIVE, month=11)
    # 87,600 files a month at 0.05 per 1,000.
    assert moved == D("4.38")
    ((text, moves),) = said(one).items()
    assert "the rule to DEEP_ARCHIVE after 90 days costs more than it saves in 12 months" in text
    with exact_arithmetic():
        with_rule, without_rule = (sum((m.list_cost.point for m in e.months), D(0)) for e in (one, without))
        # All is in the first tiers, where the sentence counts: the twelve months are dearer by what it says.
        assert moves == with_rule - without_rule
    assert moves is not None
    assert 40 < moves < 41


def test_where_an_export_does_not_say_the_default_both_make_a_band(tmp_path: Path) -> None:
    unknown = estimate_of(
        tmp_path, SMALL_FILES, {"lifecycle": DEEP, "transition_default_minimum_object_size": "unknown"}
    )
    stay = estimate_of(tmp_path, SMALL_FILES, {"lifecycle": DEEP})
    vary = estimate_of(
        tmp_path, SMALL_FILES, {"lifecycle": DEEP, "transition_default_minimum_object_size": "varies_by_storage_class"}
    )
    charges = [each.last.charges for each in (unknown, stay, vary)]
    meters = (Meter.S3_STORAGE_STANDARD, Meter.S3_STORAGE_DEEP_ARCHIVE, Meter.S3_TRANSITION_DEEP_ARCHIVE)
    by_meter = dict.fromkeys(meters, charges)
    for meter, (banded, *others) in by_meter.items():
        low, high = (
            sum((getattr(c.quantity, end) for c in banded if c.usage.meter is meter), D(0)) for end in ("low", "high")
        )
        amounts = [sum((c.quantity.point for c in of_one if c.usage.meter is meter), D(0)) for of_one in others]
        assert (low, high) == (min(amounts), max(amounts)), meter


# ---- digests ----


@pytest.mark.parametrize(("is_validated", "digests"), [(True, 3 * 2 * 24 * D(730) / 24), (False, D(0))])
def test_digests_are_24_a_day_for_each_account_and_region(tmp_path: Path, is_validated: bool, digests: Decimal) -> None:
    regions = ["us-east-1", "us-west-2"]
    one = estimate_of(
        tmp_path,
        {"covers_all": True, "events": [dict(SMALL_FILES["events"][0], writes=0)]},  # type: ignore[index]
        {},
        trail={"is_organization": True, "is_multi_region": True, "log_file_validation": is_validated},
        accounts={account: {"regions": regions} for account in ACCOUNTS},
        organization={"id": "o-exampleorgid", "management_account": ACCOUNTS[0]},
    )
    puts = [charge.quantity.point for charge in one.last.charges if charge.usage.meter is Meter.S3_PUT]
    assert sum(puts, D(0)) == digests


# ---- what one small file costs, class by class ----

CLASSES = {
    "STANDARD_IA": "153",
    "GLACIER_IR": "49",
    "GLACIER": "29",
    "DEEP_ARCHIVE": "21",
}


def storage_of(tmp_path: Path, size: int, storage_class: str | None) -> Decimal:
    """What a file of so many bytes costs in a month, in 10⁻⁸ dollars: of a million that are there, and no others."""
    rules = [{"transition_days": 0, "storage_class": storage_class, "larger_than": 1}] if storage_class else []
    held = {"existing_gib": size / 2**10, "existing_objects": 2**20, "lifecycle": rules}
    small = {"transition_default_minimum_object_size": "varies_by_storage_class"}
    one = estimate_of(tmp_path, SMALL_FILES, held | small, trail={"is_logging": False})
    of_storage = [c for c in one.last.charges if c.usage.meter.value.startswith("s3-storage")]
    return sum((c.list_cost.point for c in of_storage), D(0)) / 2**20 * 10**8


@pytest.mark.parametrize(("storage_class", "expected"), CLASSES.items())
def test_a_file_of_2_kib_costs_less_in_standard_than_anywhere(
    tmp_path: Path, storage_class: str, expected: str
) -> None:
    # 2,048 bytes in Standard; billed as 131,072 in the classes with a minimum; with 32,768 more there and 8,192 in
    # Standard in the archives.
    assert storage_of(tmp_path, 2048, None).quantize(D("0.1")) == D("4.4")
    assert storage_of(tmp_path, 2048, storage_class).quantize(D(1)) == D(expected)


@pytest.mark.parametrize(
    # s × 0.023 = (s + 32,768) × 0.00099 + 8,192 × 0.023 at 10,034 bytes, and with 0.0036 at 15,793.
    ("storage_class", "below", "above"),
    [("DEEP_ARCHIVE", 10_000, 10_100), ("GLACIER", 15_700, 15_900)],
)
def test_storage_alone_is_as_cheap_in_the_archives_from_some_size_on(
    tmp_path: Path, storage_class: str, below: int, above: int
) -> None:
    assert storage_of(tmp_path, below, storage_class) > storage_of(tmp_path, below, None)
    assert storage_of(tmp_path, above, storage_class) < storage_of(tmp_path, above, None)
