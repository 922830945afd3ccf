"""Templates for the tests: written as YAML, read as any document, resolved."""

from textwrap import dedent
from typing import Any

from costplan.inputs.configs.cloudformation import declared_resources
from costplan.inputs.configs.declared import DeclaredResource, Unresolved
from costplan.inputs.documents import Document, parse_document
from costplan.model.problems import Problem

ACCOUNT = "111122223333"
HERE = {"AWS::AccountId": ACCOUNT, "AWS::Region": "eu-west-1"}
PARTITION, REGION = Unresolved("AWS::Partition"), Unresolved("AWS::Region")


def template(text: str) -> Document:
    return parse_document("template.yaml", dedent(text))


def resources_of(document: Document, **parameters: str) -> dict[str, DeclaredResource]:
    """Return the resources of a template that is right, by logical id."""
    problems: list[Problem] = []
    found = declared_resources(document, problems, parameters)
    assert problems == []
    return {resource.name: resource for resource in found}


def problems_of(document: Document, **parameters: str) -> list[str]:
    problems: list[Problem] = []
    declared_resources(document, problems, parameters)
    return [str(problem) for problem in problems]


SECTIONS = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Given: {Type: String, Default: archive}
  Asked: {Type: String}
  Other: {Type: String}
  Days: {Type: Number, Default: 90}
  Names: {Type: CommaDelimitedList, Default: "claims, lake"}
  Unknowns: {Type: List<Number>}
Mappings:
  Places:
    eu-west-1: {Bucket: near, Days: 30, Same: x}
    us-east-1: {Bucket: far, Days: 30, Same: x}
Conditions:
  Holds: !Equals [!Ref Given, archive]
  Fails: !Not [!Condition Holds]
  Open: !Equals [!Ref Asked, "yes"]
Resources:
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${Given}-logs"}}
  Partly: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "logs-${AWS::AccountId}"}}
  Unknown: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Asked}}
  Nameless: {Type: AWS::S3::Bucket}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: trail}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Key: {Type: AWS::KMS::Key}
  Function: {Type: AWS::Lambda::Function, Properties: {FunctionName: etl}}
  Subject:
    Type: AWS::CloudTrail::Trail
    Properties:
      Value: %s
"""


def with_value(written: str) -> Document:
    return template(SECTIONS % written)


def value_of(written: str, **parameters: str) -> Any:
    """Return what a property's value, written as YAML in one line, becomes in a template with a bit of everything."""
    return resources_of(with_value(written), **parameters)["Subject"].values.get("Value", ...)


def fault_of(written: str, **parameters: str) -> str:
    """Return the one problem that a property's value makes; it must stand on the value's line."""
    (problem,) = problems_of(with_value(written), **parameters)
    place, _, text = problem.partition(": ")
    assert place == f"template.yaml:{SECTIONS[: SECTIONS.index('%s')].count(chr(10)) + 1}"
    return text
