from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from costplan.inputs.documents import read_document
from costplan.inputs.price_overrides import read_price_overrides
from costplan.inputs.schemas import schema
from costplan.model.prices import PriceTier
from costplan.model.problems import BadInputError

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "prices.yaml"

OVERRIDES = """\
currency: USD
prices:
  - {meter: data, per: 100000, price: 0.08, note: agreed in May}
  - service: s3
    region: eu-west-1
    meter: s3-storage-standard
    tiers: [{up_to: 51200, price: 0.021}, {price: 0.020}]
  - {service: kms, meter: kms-key, price: 0.90, unit: keys}
"""


def problems_of(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "p.yaml"
    path.write_text(text)
    with pytest.raises(BadInputError) as caught:
        read_price_overrides(path)
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def test_a_row_is_a_price_or_tiers_for_one_region_or_for_all(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(OVERRIDES)
    read = read_price_overrides(path)
    assert (read.path, read.currency) == (str(path), "USD")
    assert [(row.service, row.region, row.meter, row.per, row.unit, row.note) for row in read.rows] == [
        ("cloudtrail", None, "data", 100_000, None, "agreed in May"),
        ("s3", "eu-west-1", "s3-storage-standard", 1, None, ""),
        ("kms", None, "kms-key", 1, "keys", ""),
    ]
    assert [row.tiers for row in read.rows] == [
        (PriceTier(Decimal("0.08")),),
        (PriceTier(Decimal("0.021"), Decimal(51_200)), PriceTier(Decimal("0.020"))),
        (PriceTier(Decimal("0.90")),),
    ]
    assert [str(row.where) for row in read.rows] == [f"{path}:3", f"{path}:4", f"{path}:8"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("meter: data,", "meter: dta,", "p.yaml:3: prices[0].meter: expected a meter such as data (costplan prices"),
        ("service: s3", "service: sns", "p.yaml:4: s3-storage-standard: is a meter of s3, not of sns"),
        ("service: s3", "service: ec2", "p.yaml:4: prices[1].service: expected one of cloudtrail, s3"),
        ("region: eu-west-1", "region: Ireland", "p.yaml:5: prices[1].region: expected"),
        ("per: 100000", "per: 250", "p.yaml:3: data: per 250 is no power of ten — restate the price for 1, 10, 100"),
        ("price: 0.08", "price: -0.08", "p.yaml:3: data, tier 1: the price -0.08 is negative"),
        ("price: 0.08", "price: 0.08, tiers: [{price: 1}]", "p.yaml:3: data: has both a price and tiers — give one"),
        (" price: 0.08,", "", "p.yaml:3: data: has neither a price nor tiers"),
        ("up_to: 51200, ", "", "p.yaml:7: s3-storage-standard, tier 1: has no up_to — only the last tier is open"),
        ("service: kms, meter: kms-key", "meter: data", "p.yaml:8: data has two prices for all Regions — keep one"),
        ("currency: USD", "currency: dollars", "p.yaml:1: currency: expected a currency code such as USD"),
        ("note: agreed", "note: a, what: b", 'p.yaml:3: unknown key "what" in prices[0]'),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in OVERRIDES
    assert [line[: len(problem)] for line in problems_of(tmp_path, OVERRIDES.replace(old, new, 1))] == [problem]


def test_an_unknown_meter_comes_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (told,) = problems_of(tmp_path, OVERRIDES.replace("meter: data,", "meter: dta,"))
    assert told.endswith('found "dta" — did you mean "data"?')


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = OVERRIDES.replace("per: 100000", "per: 3").replace("service: s3", "service: kms").replace("0.90", "-1")
    assert [line.split(":")[1] for line in problems_of(tmp_path, text)] == ["3", "4", "8"]


def test_the_example_fits_its_schema_and_a_bad_one_does_not() -> None:
    fits = jsonschema.Draft202012Validator(schema("overrides"))
    good = {"currency": "USD", "prices": [{"meter": "data", "price": 0.08}]}
    assert read_price_overrides(EXAMPLE).rows
    assert fits.is_valid(good)
    assert isinstance(read_document(EXAMPLE).value, dict)
    for bad in ({"currency": "usd"}, {"prices": []}, {"prices": [{"meter": "dta", "price": 1}]}, {"price": 1}):
        assert not fits.is_valid(good | bad)


# ---- prices with days ----


def dated(*rows: str) -> str:
    return "currency: USD\nprices:\n" + "".join(f"  - {{meter: data, price: 1, {row}}}\n" for row in rows)


def test_the_next_price_of_a_meter_ends_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        dated(
            "effective_from: 2028-01-01",
            "effective_from: 2027-01-01, effective_until: 2027-06-01",
            "region: eu-west-1",
            "effective_until: 2026-01-01",
        )
    )
    found = {(str(row.where)[-1], row.effective_from, row.effective_until) for row in read_price_overrides(path).rows}
    assert found == {
        ("6", None, date(2026, 1, 1)),
        ("4", date(2027, 1, 1), date(2027, 6, 1)),
        ("3", date(2028, 1, 1), None),
        ("5", None, None),
    }
    path.write_text(dated("effective_from: 2028-01-01", "effective_from: 2027-01-01"))
    assert [row.effective_until for row in read_price_overrides(path).rows] == [date(2028, 1, 1), None]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            ("effective_from: 2027-01-01",) * 2,
            "p.yaml:4: data has two prices for all Regions from 2027-01-01 — keep one",
        ),
        (
            ("effective_from: 2027-03-01", "effective_from: 2027-01-01, effective_until: 2027-06-01"),
            "p.yaml:3: data has two prices for all Regions from 2027-03-01 to 2027-06-01 — end one where the other",
        ),
        (
            ("effective_from: 2027-03-01, effective_until: 2027-03-01",),
            "p.yaml:3: data: ends on 2027-03-01, not after it begins on 2027-03-01 — effective_until is the first day",
        ),
        (("effective_from: soon",), "p.yaml:3: prices[0].effective_from: expected"),
    ],
)
def test_prices_that_overlap_are_refused_with_their_lines(tmp_path: Path, rows: tuple[str, ...], problem: str) -> None:
    (told,) = problems_of(tmp_path, dated(*rows))
    assert told.startswith(problem)
