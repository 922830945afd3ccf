import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest

from costplan.model.matches import Matches
from costplan.reports.match_json import MATCH_SHAPE, match_schema, render_match_json
from tests.reports.matches import differing, explained, matches

Golden = Callable[[str, str], None]

# What other programs may rely on: these names, with values of these kinds.
PUBLISHED = """
{"distinct": 800, "records": 960, "format": "costplan.match/1",
 "recorders": [{"account": "444455556666", "recorder": "uploads", "by_category": {"Data": 55}, "recorded": 55,
                "selectors": [{"rejected_by": {"readOnly": 745}, "name": "photos", "recorded": 55}]}]}
"""


def read(found: Matches) -> Any:
    return json.loads(render_match_json(found))


def assert_has(wanted: Any, found: Any) -> None:
    """Fail unless *found* has every key of *wanted*, with values of the same kind."""
    assert type(found) is type(wanted)
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            # The names of categories and fields are data.
            assert_has(value, found[key]) if key not in ("by_category", "rejected_by") else None
    elif isinstance(wanted, list):
        assert_has(wanted[0], found[0])


def test_the_json_is_as_published() -> None:
    assert_has(json.loads(PUBLISHED), read(matches()))


def test_the_json_of_counts_and_samples(golden: Golden) -> None:
    golden("match/counts.json", render_match_json(matches()) + "\n")


def test_the_json_of_differences(golden: Golden) -> None:
    golden("match/differences.json", render_match_json(differing()) + "\n")


def test_the_json_of_single_events(golden: Golden) -> None:
    golden("match/events.json", render_match_json(explained()) + "\n")


@pytest.mark.parametrize("made", [matches, differing, explained], ids=["counts", "differences", "events"])
def test_the_json_follows_its_own_schema(made: Callable[[], Matches]) -> None:
    jsonschema.validate(read(made()), match_schema())
    assert msgspec.json.decode(render_match_json(made()), type=MATCH_SHAPE).distinct == 1_000


def test_the_schema_refuses_a_count_that_is_a_text() -> None:
    wrong = read(matches())
    wrong["recorders"][0]["recorded"] = "500"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, match_schema())


def test_the_sums_meet() -> None:
    found = read(differing())
    audit = found["recorders"][0]
    assert audit["offered"] + sum(audit["out_of_scope"].values()) == found["distinct"]
    for selector in audit["selectors"]:
        parts = selector["recorded"] + selector["may_match"] + sum(selector["rejected_by"].values())
        assert parts == audit["offered"]
    differences = found["differences"]
    sides = sum(side["events"] for side in differences["only"]) + differences["may_differ"]["events"]
    assert differences["both"] + differences["neither"] + sides == found["distinct"]
