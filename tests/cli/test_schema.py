import json
from pathlib import Path

import jsonschema
import pytest

from costplan.cli.app import run

NAMES = (
    "scenario",
    "volumes",
    "price-book",
    "overrides",
    "project",
    "regions",
    "allowances",
    "measuring",
    "changes",
    "estimate",
    "match",
    "price-check",
    "diff",
    "check",
    "shortlist",
)


def test_the_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    assert capsys.readouterr().out.split() == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_a_valid_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", name]) == 0

    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_unknown_format_is_refused_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "estimat"]) == 2
    assert f"choose from {', '.join(NAMES)}" in capsys.readouterr().err


def test_the_json_of_an_estimate_follows_the_schema_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "estimate"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert run(["estimate", "--typed", "management=1M/month", "--format", "json"]) == 0

    jsonschema.validate(json.loads(capsys.readouterr().out), schema)


ESTIMATED = Path(__file__).parents[2] / "examples" / "estimated.yaml"
TRAILS = ESTIMATED.parent / "trails.json"
SAMPLED = ESTIMATED.parents[1] / "scenarios" / "volumes" / "acme-account-sampled.json"


@pytest.mark.parametrize(
    "arguments",
    [
        [str(ESTIMATED)],
        [str(ESTIMATED), "--writes", "--trails", str(TRAILS), "--without-log-buckets"],
        [str(SAMPLED)],
    ],
    ids=["band", "without log buckets", "sampled"],
)
def test_the_json_of_a_shortlist_follows_the_schema_that_is_printed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", "shortlist"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert run(["volumes", "shortlist", *arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["candidates"]
    jsonschema.validate(found, schema)
    assert bool(found["left_out"]) == ("--without-log-buckets" in arguments)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found | {"ranked_by": "reads"}, schema)
