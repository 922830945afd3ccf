"""Configurations for the tests of the lint: written as text and read by the real reader, or built where text cannot."""

from collections.abc import Mapping
from pathlib import Path

from costplan.advice.findings import Finding
from costplan.advice.lint import lint
from costplan.inputs.configs import read_recorder_entries
from costplan.inputs.documents import read_document
from costplan.inputs.prices import read_regions
from costplan.model.places import Region
from costplan.model.problems import Problem
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, EventSelector, FieldSelector, Value

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
STORE_ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/EXAMPLE"

BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
S3, LAMBDA, TABLE = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"

# Any two would do; the second is what the rules need to know.
REGIONS: Mapping[str, Region] = {
    "eu-west-1": Region("eu-west-1", "Ireland", "aws", False, "EU", "us-east-1"),
    "eu-south-2": Region("eu-south-2", "Spain", "aws", True, None, "us-east-1"),
    "eusc-de-east-2": Region("eusc-de-east-2", "Germany", "aws-eusc", False, None, "eusc-de-east-1"),
    "us-gov-east-1": Region("us-gov-east-1", "US-East", "aws-us-gov", False, None, "us-gov-west-1"),
}


def read_entries(folder: Path, text: str) -> tuple[Recorder, ...]:
    """Return the recorders of the text of a ``recorders:`` list."""
    path = folder / "scenario.yaml"
    path.write_text("recorders:\n" + text, encoding="utf-8")
    problems: list[Problem] = []
    recorders = read_recorder_entries(read_document(path), ("recorders",), problems).recorders
    assert not problems
    assert recorders
    return recorders


def shipped_regions() -> Mapping[str, Region]:
    return read_regions()


def field(name: str, **operators: tuple[Value, ...]) -> FieldSelector:
    return FieldSelector(name, **operators)


def selector(category: str, *fields: FieldSelector, name: str = "") -> AdvancedEventSelector:
    return AdvancedEventSelector((FieldSelector("eventCategory", equals=(category,)), *fields), name)


def data(resource_type: str, *fields: FieldSelector, name: str = "") -> AdvancedEventSelector:
    return selector("Data", FieldSelector("resources.type", equals=(resource_type,)), *fields, name=name)


def management(*fields: FieldSelector) -> AdvancedEventSelector:
    return selector("Management", *fields)


def objects(**operators: tuple[Value, ...]) -> AdvancedEventSelector:
    """Return a selector of S3 objects with operators on their ARN."""
    return data(S3, FieldSelector("resources.ARN", **operators))


def advanced(*selectors: AdvancedEventSelector) -> Trail:
    return Trail("audit", ACCOUNT, "eu-west-1", is_multi_region=True, selectors=selectors)


def basic(*selectors: EventSelector) -> Trail:
    return Trail("audit", ACCOUNT, "eu-west-1", is_multi_region=True, selectors=selectors)


def store(*selectors: AdvancedEventSelector) -> EventDataStore:
    return EventDataStore("calls", ACCOUNT, "eu-west-1", STORE_ARN, selectors=selectors)


def found(*recorders: Recorder, regions: Mapping[str, Region] | None = None) -> tuple[Finding, ...]:
    return lint(recorders, REGIONS if regions is None else regions)


def codes(*recorders: Recorder, regions: Mapping[str, Region] | None = None) -> list[str]:
    """Return the codes of what is found, as often as it is."""
    return [finding.code for finding in found(*recorders, regions=regions)]
