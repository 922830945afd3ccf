import json
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from costplan.model.billing import Charge, Meter, UnpricedUsage
from costplan.model.estimate import Estimate
from costplan.reports.estimate_aws_calculator import (
    MOST_ENTRIES,
    aws_calculator_notes,
    group_names,
    render_aws_calculator,
)
from tests.engine.test_laws import estimate as estimate_scene
from tests.engine.test_laws import scenarios
from tests.reports.build import PROD, TEST, between, charge, estimate, layouts

ESTIMATE_ID = "01234567-89ab-cdef-0123-456789abcdef"
GROUP_FORM = r"[a-zA-Z0-9-]{1,30}"


@cache
def request_shape() -> Shape:
    model = ServiceModel(Loader().load_service_model("bcm-pricing-calculator", "service-2"))
    return model.operation_model("BatchCreateWorkloadEstimateUsage").input_shape


def refusals(request: dict[str, Any]) -> list[str]:
    """Return what the API's own model says against a request; botocore checks shapes and least sizes only."""
    shape: Any = request_shape()
    report = ParamValidator().validate({**request, "workloadEstimateId": ESTIMATE_ID}, shape)
    found = [report.generate_report()] if report.has_errors() else []
    usage = shape.members["usage"]
    if len(request["usage"]) > usage.metadata["max"]:
        found.append(f"{len(request['usage'])} entries")
    for entry in request["usage"]:
        for name, value in entry.items():
            limits = usage.member.members[name].metadata if name in usage.member.members else {}
            if isinstance(value, str) and not limits.get("min", 0) <= len(value) <= limits.get("max", 10**6):
                found.append(f"{name} has {len(value)} characters")
            if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
                found.append(f"{name}: {value}")
    keys = [entry["key"] for entry in request["usage"]]
    return found + (["keys are not unique"] if len(set(keys)) < len(keys) else [])


def read(*estimates: Estimate) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = json.loads(render_aws_calculator(estimates))
    return requests


def entries(*estimates: Estimate) -> list[tuple[Any, ...]]:
    names = ("serviceCode", "usageType", "operation", "usageAccountId", "amount")
    return [tuple(entry[name] for name in names) for request in read(*estimates) for entry in request["usage"]]


def many(count: int) -> Estimate:
    accounts = [f"{number:012}" for number in range(1, count + 1)]
    return estimate("many", tuple(charge(Meter.DATA, 5, account=account) for account in accounts))


def test_the_form_and_the_limits_are_those_of_the_service() -> None:
    usage: Any = request_shape()
    usage = usage.members["usage"]
    assert usage.metadata["max"] == MOST_ENTRIES
    (entry, *_) = read(layouts()[2])[0]["usage"]
    assert set(usage.member.required_members) | {"group"} == set(entry)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": "5"}, "Invalid type for parameter usage[0].amount"),
        ({"usageAccountId": "1"}, "usageAccountId"),
        ({"key": "12345678901"}, "key has 11 characters"),
        ({"key": "u-1"}, "key: u-1"),
        ({"group": "a b"}, "group: a b"),
        ({"unit": "GB"}, "Unknown parameter in usage[0]"),
    ],
)
def test_a_request_that_the_service_would_refuse_is_found(change: dict[str, Any], refusal: str) -> None:
    (request,) = read(layouts()[0])
    assert refusals(request) == []
    broken = {"usage": [request["usage"][0] | change, *request["usage"][1:]]}
    assert any(refusal in found for found in refusals(broken))


@given(scenarios())
def test_the_service_takes_the_usage_of_any_scenario(scene: Any) -> None:
    for request in read(estimate_scene(scene)):
        assert refusals(request) == []


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (25, [25]), (26, [25, 1]), (60, [25, 25, 10])])
def test_usage_is_split_into_requests_that_the_service_takes(count: int, sizes: list[int]) -> None:
    requests = read(many(count))
    assert [len(request["usage"]) for request in requests] == sizes
    assert [refusals(request) for request in requests] == [[]] * len(sizes)
    assert len({entry["key"] for request in requests for entry in request["usage"]}) == count


def test_an_entry_is_one_usage_type_and_operation_of_an_account() -> None:
    # Recorders and tiers add up: 60 + 40 events; 100 + 20 GB-months.
    charges = (
        charge(Meter.DATA, 60),
        charge(Meter.DATA, 40, recorder="second"),
        charge(Meter.DATA, 7, account=TEST),
        charge(Meter.S3_STORAGE_STANDARD, 100),
        charge(Meter.S3_STORAGE_STANDARD, "20.5", tier=2),
    )
    assert entries(estimate("a", charges)) == [
        ("AWSCloudTrail", "EU-DataEventsRecorded", "None", PROD, 100),
        ("AWSCloudTrail", "EU-DataEventsRecorded", "None", TEST, 7),
        ("AmazonS3", "EU-TimedStorage-ByteHrs", "StandardStorage", PROD, 120.5),
    ]


def test_the_usage_is_that_of_the_last_month_before_any_price_or_discount() -> None:
    months = ((charge(Meter.DATA, 1),), (charge(Meter.DATA, 2, discount="0.5"),))
    assert [entry[-1] for entry in entries(estimate("a", *months))] == [2]


def test_no_usage_is_no_entry() -> None:
    assert read(estimate("a", (charge(Meter.MANAGEMENT_FIRST_COPY, 0),))) == []
    assert [e[-1] for e in entries(estimate("a", (charge(Meter.DATA, between(0, 9)),)))] == [9]


def without_type(found: Charge) -> Charge:
    return replace(found, usage_type=None)


@pytest.mark.parametrize(
    ("charges", "notes"),
    [
        ((charge(Meter.DATA, 1),), ()),
        (
            (without_type(charge(Meter.S3_PUT, 1)), without_type(charge(Meter.S3_PUT, 1, account=TEST))),
            ("not in the requests, since AWS's usage type is not known: S3 requests in eu-west-1",),
        ),
        ((without_type(charge(Meter.S3_PUT, 0)),), ()),
        (
            (replace(charge(Meter.S3_PUT, 1), usage=replace(charge(Meter.DATA, 1).usage, meter=Meter.KMS_KEY)),),
            ("AWS's operation is not known and left empty: EU-Requests-Tier1",),
        ),
    ],
)
def test_what_nobody_has_seen_on_a_bill_is_said(charges: Sequence[Charge], notes: tuple[str, ...]) -> None:
    assert aws_calculator_notes([estimate("a", tuple(charges))]) == notes


def test_usage_without_a_type_or_a_price_is_no_entry() -> None:
    unpriced = UnpricedUsage(charge(Meter.DATA, 5).usage, "no price")
    assert read(estimate("a", (without_type(charge(Meter.S3_PUT, 1)),), unpriced=(unpriced,))) == []


def test_scenarios_are_groups_of_their_own_and_alternatives() -> None:
    found = [entry["group"] for request in read(*layouts()) for entry in request["usage"]]
    assert list(dict.fromkeys(found)) == ["home-only", "all-regions", "both-trails"]
    assert aws_calculator_notes(layouts())[-1] == (
        "the requests hold 3 scenarios, alternatives that do not add up: choose a group"
    )


@given(st.lists(st.text(max_size=40), max_size=12))
def test_groups_have_the_form_of_the_api_and_differ(names: list[str]) -> None:
    groups = group_names(names)
    assert len(set(groups)) == len(groups) == len(names)
    assert all(re.fullmatch(GROUP_FORM, group) for group in groups)


def test_amounts_are_doubles() -> None:
    third = Decimal(1) / Decimal(3)
    assert entries(estimate("a", (charge(Meter.DATA, str(third)),)))[0][-1] == pytest.approx(1 / 3, rel=1e-15)
