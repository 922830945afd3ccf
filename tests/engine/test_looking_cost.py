from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.looking_cost import SERVICES, LookingCost, looking_cost
from costplan.inputs.prices import load_price_list
from costplan.model.looking import ClassShare, Encryption, Look
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity, total
from costplan.model.truth import Truth

MILLION = 1_000_000
# A million files of 2 kB, in the bucket's own Region.
LOOK = Look(
    region="us-east-1",
    objects=MILLION,
    stored_bytes=2_000 * MILLION,
    listed_objects=MILLION,
    list_requests=1_010,
    head_requests=2,
    encryption=Encryption.KMS,
    is_outside=Truth.NO,
)
FURTHER_COPY = "records the Decrypt events beside another trail"
DATA_COPY = "logs data events of this bucket"


@pytest.fixture(scope="module")
def prices() -> PriceList:
    return load_price_list(["us-east-1", "us-gov-west-1", "il-central-1"], [service.value for service in SERVICES])


def costs_of(cost: LookingCost) -> dict[str, Quantity | None]:
    return {line.what: line.cost for line in cost.lines}


def copies_of(cost: LookingCost) -> dict[str, Quantity | None]:
    return {line.because: line.cost for line in cost.per_copy}


def test_a_million_encrypted_files_to_the_cent(prices: PriceList) -> None:
    cost = looking_cost(LOOK, prices)

    assert costs_of(cost) == {
        # 1,010 × $0.005 / 1,000
        "LIST requests": Quantity.exact(Decimal("0.00505")),
        # 1,000,002 × $0.0004 / 1,000: two heads are priced as GET.
        "GET requests": Quantity.exact(Decimal("0.4000008")),
        # 1,000,000 × $0.03 / 10,000, or 20,000 fewer where the free ones are left.
        "KMS Decrypt requests": Quantity.between(Decimal("2.94"), Decimal("3.00")),
    }
    assert cost.total == Quantity.between(Decimal("3.3450508"), Decimal("3.4050508"))
    assert copies_of(cost) == {
        # 1,000,000 × $2.00 / 100,000
        FURTHER_COPY: Quantity.exact(20),
        # 1,000,000 × $0.35 / 100,000
        "has error rate Insights on the Decrypt events": Quantity.exact(Decimal("3.5")),
        # (1,000,000 + 1,010 + 2) × $0.10 / 100,000: every request is a data event.
        DATA_COPY: Quantity.exact(Decimal("1.001012")),
        # the same × $0.03 / 100,000
        "has Insights on those, for each type": Quantity.exact(Decimal("0.3003036")),
    }
    # Of the copies nobody knows how many there are.
    assert cost.is_lower_bound


@pytest.mark.parametrize(
    ("encryption", "low", "high"),
    [
        (Encryption.WITHOUT_KMS, 0, 0),
        (Encryption.KMS, MILLION, MILLION),
        # 99 % fewer at most.
        (Encryption.KMS_BUCKET_KEY, 10_000, MILLION),
        (Encryption.UNKNOWN, 0, MILLION),
    ],
)
def test_encryption_decides_how_many_decrypt_events_there_are(
    encryption: Encryption, low: int, high: int, prices: PriceList
) -> None:
    cost = looking_cost(replace(LOOK, encryption=encryption), prices)
    events = [line.quantity for line in cost.per_copy if line.because == FURTHER_COPY]
    requests = [line.quantity for line in cost.lines if line.what == "KMS Decrypt requests"]

    assert events == ([Quantity.between(Decimal(low), Decimal(high))] if high else [])
    assert requests == ([Quantity.between(Decimal(max(0, low - 20_000)), Decimal(high))] if high else [])


def test_few_requests_may_be_free(prices: PriceList) -> None:
    cost = looking_cost(replace(LOOK, objects=5_000, listed_objects=5_000), prices)

    # 5,000 × $0.03 / 10,000
    assert costs_of(cost)["KMS Decrypt requests"] == Quantity.between(Decimal(0), Decimal("0.015"))


@pytest.mark.parametrize(
    ("is_outside", "low"), [(Truth.YES, Decimal(2_000 * MILLION) / 2**30), (Truth.MAYBE, Decimal(0))]
)
def test_transfer_has_no_price_and_is_never_zero(is_outside: Truth, low: Decimal, prices: PriceList) -> None:
    with exact_arithmetic():
        size = Decimal(2_000 * MILLION) / 2**30
        low = low and size
    cost = looking_cost(replace(LOOK, is_outside=is_outside, encryption=Encryption.WITHOUT_KMS), prices)
    line = cost.lines[-1]

    assert (line.what, line.quantity) == ("Transfer out of us-east-1", Quantity.between(low, size))
    assert (line.price, line.cost) == (None, None)
    assert "no book lists" in line.because
    assert cost.is_lower_bound


def test_within_the_region_nothing_is_transferred(prices: PriceList) -> None:
    assert not any("Transfer" in line.what for line in looking_cost(LOOK, prices).lines)


CLASSES = (ClassShare("GLACIER", 300, 1), ClassShare("STANDARD_IA", 100, 1))


@pytest.mark.parametrize(
    ("objects", "low", "high"),
    [
        # All are read: 400 of them are known to be of another class.
        (1_000, 400, 400),
        # Of 900 at least 300, since only 100 are left out; at most all 400.
        (900, 300, 400),
        # Of 50 perhaps none, perhaps all.
        (50, 0, 50),
    ],
)
def test_other_storage_classes_are_unpriced(objects: int, low: int, high: int, prices: PriceList) -> None:
    look = replace(LOOK, objects=objects, listed_objects=1_000, head_requests=0, other_classes=CLASSES)
    lines = {line.what: line for line in looking_cost(look, prices).lines}
    others = lines["GET requests, retrieval: GLACIER, STANDARD_IA"]

    assert (others.quantity, others.cost) == (Quantity.between(Decimal(low), Decimal(high)), None)
    assert lines["GET requests"].quantity == Quantity.between(Decimal(objects - high), Decimal(objects - low))


@pytest.mark.parametrize(
    ("region", "told"), [(None, "no price in a Region that is not known"), ("cn-north-1", "no price in cn-north-1")]
)
def test_without_a_price_book_everything_is_counted_and_unpriced(
    region: str | None, told: str, prices: PriceList
) -> None:
    cost = looking_cost(replace(LOOK, region=region), prices)

    assert {line.what for line in cost.lines} == {"LIST requests", "GET requests", "KMS Decrypt requests"}
    assert {line.cost for line in (*cost.lines, *cost.per_copy)} == {None}
    assert cost.lines[0].because == told
    assert cost.total == Quantity.exact(0)
    assert cost.is_lower_bound


def test_a_meter_that_a_region_lacks_is_unpriced_and_the_others_are_not(prices: PriceList) -> None:
    # GovCloud's list has other prices for KMS, il-central-1's others for S3.
    gov = looking_cost(replace(LOOK, region="us-gov-west-1"), prices)
    israel = looking_cost(replace(LOOK, region="il-central-1"), prices)

    # 1,000,000 × $0.04 / 10,000
    assert costs_of(gov)["KMS Decrypt requests"] == Quantity.between(Decimal("3.92"), Decimal("4.00"))
    # 1,010 × $0.0055 / 1,000
    assert costs_of(israel)["LIST requests"] == Quantity.exact(Decimal("0.005555"))


def test_nothing_to_read_costs_what_looking_cost(prices: PriceList) -> None:
    cost = looking_cost(Look("us-east-1", 0, 0, 0, 3, 1, Encryption.KMS, Truth.NO), prices)

    assert [line.what for line in cost.lines] == ["LIST requests", "GET requests"]
    assert [line.because for line in cost.per_copy] == [DATA_COPY, "has Insights on those, for each type"]


def test_the_lines_add_up_to_the_total(prices: PriceList) -> None:
    cost = looking_cost(replace(LOOK, encryption=Encryption.UNKNOWN, other_classes=CLASSES), prices)

    assert cost.total == total(line.cost for line in cost.lines if line.cost is not None)
    assert all(line.cost is not None for line in cost.per_copy)


def test_every_rule_named_is_an_r_number(prices: PriceList) -> None:
    cost = looking_cost(LOOK, prices)

    assert {rule for line in (*cost.lines, *cost.per_copy) for rule in line.rules} == {
        "R49",
        "R80",
        "R81",
        "R86",
        "R87",
        "R88",
        "R107",
    }
