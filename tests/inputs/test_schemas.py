import json
from pathlib import Path

import jsonschema
import pytest

from costplan.inputs.documents import parse_document, read_document
from costplan.inputs.scenarios import find_scenarios
from costplan.inputs.schemas import SCHEMAS, schema
from costplan.inputs.starter import starter_files
from costplan.model.problems import UsageError

ROOT = Path(__file__).parent.parent.parent


def plain(value: object) -> object:
    """Return a document's data as JSON has it: dates as text, decimals as numbers."""
    return json.loads(json.dumps(value, default=lambda v: v.isoformat() if hasattr(v, "isoformat") else float(v)))


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(name))


@pytest.mark.parametrize("known", SCHEMAS, ids=lambda known: known.name)
def test_every_schema_is_one(known: object) -> None:
    name = getattr(known, "name", "")
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["title"].startswith("costplan: ")
    json.dumps(schema(name))


def test_every_shipped_price_book_fits_its_schema() -> None:
    books = sorted((ROOT / "pricing").glob("*/*.yaml"))
    assert books
    fits = validator("price-book")
    for book in books:
        fits.validate(plain(read_document(book).value))
    validator("regions").validate(plain(read_document(ROOT / "pricing" / "regions.yaml").value))


def test_every_shipped_scenario_fits_its_schema() -> None:
    scenarios = find_scenarios([ROOT / "scenarios"])
    assert scenarios
    fits = validator("scenario")
    for scenario in scenarios:
        fits.validate(plain(read_document(scenario).value))


def test_what_init_writes_fits_the_schemas(tmp_path: Path) -> None:
    files = starter_files(tmp_path)
    validator("scenario").validate(plain(parse_document("s.yaml", files["scenario.yaml"]).value))
    validator("volumes").validate(plain(parse_document("v.yaml", files["volumes.yaml"]).value))


def test_volumes_may_stand_in_a_scenario() -> None:
    fits = validator("scenario")
    inline = {"covers_all": True, "events": [{"category": "management", "events": "1/s"}]}
    for volumes in ("v.json", ["v.json"], inline, [inline, "v.json"]):
        fits.validate({"scenario": "s", "recorders": [], "volumes": volumes})


SCENARIO: dict[str, object] = {"scenario": "s", "recorders": [], "volumes": "v.json"}
VOLUMES: dict[str, object] = {"format": "costplan.volumes/1", "covers_all": True, "events": []}
ROW: dict[str, object] = {"category": "data", "type": "s3", "writes": "1/s"}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("scenario", SCENARIO, {"scenrio": "s"}),
        ("scenario", SCENARIO, {"scenario": ""}),
        ("scenario", SCENARIO, {"volumes": 5}),
        ("scenario", SCENARIO, {"recorders": {}}),
        ("scenario", SCENARIO, {"recorders": [{"trail": "t", "is_multi_regoin": True}]}),
        ("scenario", SCENARIO, {"recorders": [{"trail": "t", "home_region": "Ireland"}]}),
        ("scenario", SCENARIO, {"accounts": {"1": {}}}),
        ("scenario", SCENARIO, {"organization": {"members": "some"}}),
        ("scenario", SCENARIO, {"assumptions": {"growth_per_month": "2"}}),
        ("scenario", SCENARIO, {"assumptions": {"months": 0}}),
        ("scenario", SCENARIO, {"discounts": {"ec2": "7%"}}),
        ("volumes", VOLUMES, {"format": "costplan.volumes/2"}),
        ("volumes", VOLUMES, {"events": [ROW | {"category": "dat"}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"account": "1111"}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"region": "eu-west1"}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"writes": "12M"}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"count": -1}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"per_month": "1.2345678"}]}),
        ("volumes", VOLUMES, {"events": [ROW | {"event_source": {"not": []}}]}),
        ("volumes", VOLUMES, {"conditions": [{"field": "eventName", "operator": "Equals", "value": "x"}]}),
        ("regions", {"partitions": {"aws": {"leader": "us-east-1"}}, "regions": {}}, {"partitions": {"aws": {}}}),
    ],
)
def test_a_bad_file_does_not_fit(name: str, good: dict[str, object], bad: dict[str, object]) -> None:
    fits = validator(name)
    assert fits.is_valid(good)
    assert not fits.is_valid(good | bad)


def test_a_schema_nobody_knows_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match='no schema is called pricebook — did you mean "price-book"'):
        schema("pricebook")
    with pytest.raises(UsageError, match="known: scenario, volumes, price-book, overrides, project, regions"):
        schema("xyz")
