import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import msgspec
import pytest

from costplan.model.billing import Meter, UnpricedUsage
from costplan.model.estimate import Estimate, MonthEstimate
from costplan.reports import Dimension
from costplan.reports.estimate_json import ESTIMATE_SHAPE, estimate_schema, render_json
from tests.reports.build import UNKNOWN_LAMBDA, between, charge, estimate, layouts, own_price

Golden = Callable[[str, str], None]


def read(*estimates: Estimate, by: tuple[Dimension, ...] = ()) -> Any:
    return json.loads(render_json(estimates, by))


def test_the_json_of_an_estimate_reads_well(golden: Golden) -> None:
    golden("estimate/two-trails.json", render_json(layouts()[2:]) + "\n")


def test_the_json_follows_its_own_schema() -> None:
    jsonschema.validate(read(*layouts(), by=(Dimension.RESOURCE,)), estimate_schema())


def test_the_schema_refuses_an_amount_that_is_a_number() -> None:
    wrong = read(*layouts())
    wrong["scenarios"][0]["months"][0]["list_cost"] = 12.34

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, estimate_schema())


def test_the_json_can_be_decoded_into_the_shape_it_is_declared_as() -> None:
    decoded = msgspec.json.decode(render_json(layouts()), type=ESTIMATE_SHAPE)

    assert [part.name for part in decoded.scenarios] == ["home-only", "all-regions", "both trails"]


@pytest.mark.parametrize("key", ["list_cost", "net_cost"])
def test_the_charges_of_a_month_add_up_to_it_exactly(key: str) -> None:
    months = 0
    for part in read(*layouts())["scenarios"]:
        for month in part["months"]:
            charges = [Decimal(c[key]) for c in part["charges"] if c["month"] == month["month"]]
            assert sum(charges) == Decimal(month[key])
            months += 1
    assert months == 6


def test_prices_of_ones_own_are_named_with_what_they_stand_in_place_of() -> None:
    mine = own_price(Meter.DATA, "0.08", 7, "agreed")
    months = ((charge(Meter.DATA, 1, of_price=mine),), (charge(Meter.DATA, 1, of_price=mine), charge(Meter.S3_PUT, 1)))
    (part,) = read(estimate("a", *months))["scenarios"]

    assert part["overrides"] == [
        {
            "service": "AWSCloudTrail",
            "meter": "data",
            "region": "eu-west-1",
            "source": "mine.yaml:7",
            "list_unit_price": "0.000001",
            "note": "agreed",
        }
    ]
    assert "overrides" not in read(layouts()[0])["scenarios"][0]


def test_the_steady_state_has_both_costs() -> None:
    steady = MonthEstimate(14, (charge(Meter.DATA, 3_000_000, discount="0.12"),))
    (part,) = read(replace(estimate("a", ()), steady=steady))["scenarios"]

    assert part["steady_state"] == {"month": 14, "list_cost": "3.00", "net_cost": "2.64"}


def test_a_breakdown_has_the_net_cost_where_it_differs() -> None:
    # 12 % off $1.00; nothing off the rest
    charges = (charge(Meter.DATA, 1_000_000, discount="0.12"), charge(Meter.MANAGEMENT_ADDITIONAL_COPY, 50_000))
    (part,) = read(estimate("a", charges), by=(Dimension.METER,))["scenarios"]

    rows = [(row["list_cost"], row.get("net_cost")) for row in part["breakdown"]["rows"]]
    assert rows == [("1.00", "0.88"), ("1.00", None)]


def test_there_is_one_charge_for_each_charge_and_month() -> None:
    part = read(layouts()[0])["scenarios"][0]

    assert len(part["charges"]) == sum(len(month.charges) for month in layouts()[0].months) == 10


def test_no_amount_is_a_float_and_none_has_an_exponent() -> None:
    text = render_json((*layouts(), estimate("tiny", (charge(Meter.DATA, "1E-9"),))))

    assert not re.search(r":\s*-?\d+\.\d", text)
    assert not re.search(r'"-?[\d.]+[eE][-+]?\d+"', text)
    assert '"0.000000000000001"' in text  # 1E-9 × 0.000001


def test_a_figure_that_is_certain_has_no_ends_and_a_banded_one_has_both() -> None:
    banded = estimate("a", (charge(Meter.DATA, 1_000_000), charge(Meter.DATA, between(0, 500_000), recorder="b")))
    part = read(banded)["scenarios"][0]

    assert [(c["low"], c["high"]) for c in part["charges"]] == [(None, None), ("0.00", "0.50")]
    assert (part["months"][0]["low"], part["months"][0]["high"]) == ("1.00", "1.50")


def test_unknown_and_unpriced_are_named_and_make_a_lower_bound() -> None:
    unpriced = UnpricedUsage(charge(Meter.DATA, 5).usage, "the Region's list lacks it")
    part = read(estimate("a", (), unknown=(UNKNOWN_LAMBDA,), unpriced=(unpriced,)))["scenarios"][0]

    assert part["is_lower_bound"] is True
    assert part["unknown"][0] == {
        "meter": "data",
        "what": "Lambda data events",
        "because": "no source covers them",
        "settled_by": "costplan volumes logs, of a trail that records them",
        "list_unit_price": "0.000001",
        "recorder": "audit",
        "accounts": ["111122223333"],
        "regions": ["eu-west-1"],
    }
    assert part["unpriced"][0]["quantity"] == "5"
    assert part["steady_state"] is None


def test_recorders_come_with_their_events_and_what_they_would_save() -> None:
    recorders = read(layouts()[2])["scenarios"][0]["events"]["by_recorder"]

    assert recorders[1] == {
        "recorder": "second",
        "Management": "7250000",
        "Data": "18420000",
        "saved_if_removed_alone": "145.00",
    }


def test_a_breakdown_is_there_when_asked_for() -> None:
    assert "breakdown" not in read(layouts()[0])["scenarios"][0]
    # 18,420,000 × 0.10 / 100,000 = 18.42
    assert read(layouts()[0], by=(Dimension.RESOURCE,))["scenarios"][0]["breakdown"]["rows"][0] == {
        "values": ["arn:aws:s3:::lake"],
        "list_cost": "18.42",
        "low": None,
        "high": None,
    }
