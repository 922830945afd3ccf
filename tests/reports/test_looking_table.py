from collections.abc import Callable

import pytest

from costplan.engine.looking_cost import SERVICES, looking_cost
from costplan.inputs.prices import load_price_list
from costplan.model.looking import ClassShare, Encryption, Look
from costplan.model.truth import Truth
from costplan.reports.looking_table import render_looking

MILLION = Look("us-east-1", 1_000_000, 2_200_000_000, 1_000_000, 1_017, 2, Encryption.KMS)
PART = Look(
    "eu-west-1",
    15_000,
    33_000_000,
    1_000_000,
    1_017,
    1,
    Encryption.UNKNOWN,
    Truth.NO,
    (ClassShare("GLACIER", 400_000, 1), ClassShare("STANDARD_IA", 4, 1)),
)
NOWHERE = Look(None, 3, 2_000, 3, 1)


@pytest.mark.parametrize(
    ("name", "look", "width"), [("million", MILLION, 100), ("part", PART, 80), ("nowhere", NOWHERE, 80)]
)
def test_what_looking_costs_is_said_in_a_few_lines(
    name: str, look: Look, width: int, golden: Callable[[str, str], None]
) -> None:
    prices = load_price_list([look.region] if look.region else [], [service.value for service in SERVICES])
    text = render_looking(looking_cost(look, prices), width)

    assert all(len(line) <= width for line in text.splitlines())
    golden(f"looking/{name}.txt", text + "\n")
