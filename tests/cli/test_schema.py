import json

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
    "changes",
    "estimate",
    "match",
    "price-check",
    "diff",
    "check",
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
