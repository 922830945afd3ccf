"""What AWS charges for finding volumes out: the shipped file, and files with faults."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.documents import parse_document
from costplan.inputs.measuring import Fee, parse_fees, read_fees
from costplan.inputs.schemas import schema
from costplan.model.problems import BadInputError
from tests.inputs.test_schemas import plain, validator

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "pricing" / "measuring.yaml").read_text(encoding="utf-8")


def test_every_fee_is_shipped_with_its_source() -> None:
    fees = read_fees()
    assert set(fees) == set(Fee)
    assert all(fee.source and fee.confirmed for fee in fees.values())
    # A cent for a thousand; thirty cents for each.
    assert fees[Fee.METRICS_REQUESTED].unit_price == Decimal("0.00001")
    assert fees[Fee.CUSTOM_METRIC].unit_price == Decimal("0.3")
    assert fees[Fee.COST_EXPLORER_REQUEST].unit_price == Decimal("0.01")
    validator("measuring").validate(plain(parse_document("measuring.yaml", SHIPPED).value))
    assert schema("measuring")["title"]


def test_the_readme_quotes_the_fee_of_the_file() -> None:
    fee = read_fees()[Fee.METRICS_REQUESTED]
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"CloudWatch charges ${fee.price} for {fee.per:,} metrics" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: custom-metric", "name: metrics-requested", "fee metrics-requested already"),
        ("name: custom-metric", "name: metrics-requested", "fee custom-metric is missing"),
        ("name: custom-metric", "name: alarms", "alarms"),
        ("per: 1000", "per: 0", "per"),
        ("    confirmed: 2025-09-23\n", "", "confirmed"),
    ],
)
def test_a_faulty_file_is_refused_in_words(old: str, new: str, words: str) -> None:
    assert old in SHIPPED
    with pytest.raises(BadInputError) as caught:
        parse_fees(parse_document("measuring.yaml", SHIPPED.replace(old, new)))
    assert words in "\n".join(map(str, caught.value.problems))
