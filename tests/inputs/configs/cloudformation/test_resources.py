"""What a template declares: which resources, where they stand, and what is noted because it cannot be seen."""

from typing import Any

import pytest

from costplan.inputs.configs.cloudformation import declared_resources
from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.configs.recognition import is_cloudformation
from costplan.inputs.documents import Document, parse_document

from .building import problems_of, resources_of, template


def notes_of(document: Document) -> list[str]:
    notes: list[Any] = []
    problems: list[Any] = []
    declared_resources(document, problems, notes=notes)
    assert problems == []
    return [str(note) for note in notes]


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"AWSTemplateFormatVersion": "2010-09-09"}, True),
        ({"AWSTemplateFormatVersion": "2010-09-09-OC", "OrganizationBindings": {}, "Resources": {}}, True),
        ({"Resources": {"T": {"Type": "AWS::CloudTrail::Trail"}}}, True),
        ({"Resources": {"Fn::ForEach::L": [], "T": {"Type": "Custom::Thing"}}}, True),
        ({"Resources": {}}, False),
        ({"Resources": {"T": {"Type": "aws_cloudtrail"}}}, False),
        ({"Resources": {"T": {"Type": 5}, "U": []}}, False),
        ({"Resources": [{"Type": "AWS::CloudTrail::Trail"}]}, False),
        ({"resources": {"T": {"type": "aws:cloudtrail:Trail"}}}, False),
        ({"terraform_version": "1.9.0", "Resources": {"T": {"Type": "AWS::S3::Bucket"}}}, False),
        ({"trailList": []}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_template_is_told_by_its_content(value: object, is_one: bool) -> None:
    assert is_cloudformation(Document("x.json", value)) is is_one


def test_the_resources_that_matter_are_returned_in_the_order_of_the_file() -> None:
    document = template("""\
        AWSTemplateFormatVersion: 2010-09-09
        Resources:
          Topic: {Type: AWS::SNS::Topic}
          Role: {Type: AWS::IAM::Role}
          Trail:
            Type: AWS::CloudTrail::Trail
            DeletionPolicy: Retain
            Properties:
              IsLogging: yes
              S3BucketName: !Ref Logs
              EventSelectors:
                - ReadWriteType: WriteOnly
          Store: {Type: AWS::CloudTrail::EventDataStore}
          Channel: {Type: AWS::CloudTrail::Channel}
          Logs: {Type: AWS::S3::Bucket}
          Key: {Type: AWS::KMS::Key}
          Group: {Type: AWS::Logs::LogGroup}
        """)
    found = resources_of(document)
    assert list(found) == ["Topic", "Trail", "Store", "Channel", "Logs", "Key", "Group"]
    trail = found["Trail"]
    assert (trail.type, trail.condition) == ("AWS::CloudTrail::Trail", None)
    assert trail.values == {
        "IsLogging": True,
        "S3BucketName": Unresolved("Logs", "Logs", "Ref"),
        "EventSelectors": [{"ReadWriteType": "WriteOnly"}],
    }
    # Where each stands: the properties, a selector of them, a property that is not there, a resource without any.
    assert document.line(trail.at) == 8
    assert document.line((*trail.at, "EventSelectors", 0, "ReadWriteType")) == 12
    assert document.line((*trail.at, "TrailName")) == 8
    assert document.line(found["Logs"].at) == 15


def test_json_and_yaml_declare_the_same() -> None:
    text = (
        '{"Resources": {"T": {"Type": "AWS::CloudTrail::Trail",'
        ' "Properties": {"S3BucketName": {"Fn::Join": ["-", ["logs", {"Ref": "AWS::AccountId"}]]}}}}}'
    )
    yaml = """\
        Resources:
          T:
            Type: AWS::CloudTrail::Trail
            Properties:
              S3BucketName: !Join ["-", [logs, !Ref AWS::AccountId]]
        """
    one, other = (resources_of(document)["T"] for document in (parse_document("t.json", text), template(yaml)))
    assert one.values == other.values == {"S3BucketName": one.values["S3BucketName"]}
    assert one.values["S3BucketName"].parts == ("logs-", Unresolved("AWS::AccountId"))


def test_what_has_its_resources_elsewhere_is_noted() -> None:
    document = template("""\
        Conditions: {Never: !Equals [a, b]}
        Fn::Transform: {Name: AWS::Include}
        Transform: [AWS::Serverless-2016-10-31, Mine, {Name: AWS::LanguageExtensions}]
        Resources:
          Fn::ForEach::Trails: [Name, [a, b], {}]
          Nested: {Type: AWS::CloudFormation::Stack}
          Asset: {Type: AWS::CloudFormation::Stack, Metadata: {aws:asset:path: Logs.nested.template.json}}
          Unmade: {Type: AWS::CloudFormation::Stack, Condition: Never}
          Set: {Type: AWS::CloudFormation::StackSet}
          Application: {Type: AWS::Serverless::Application}
          Trail:
            Type: AWS::CloudTrail::Trail
            Properties:
              Fn::Transform: {Name: Also}
              IsLogging: true
          Written: {Fn::Transform: {Name: Also}}
        """)
    assert notes_of(document) == [
        "template.yaml:3: the macro Mine may change every resource — give the processed template instead",
        "template.yaml:2: Fn::Transform makes resources that are not read"
        " — give the processed template, as aws cloudformation get-template --template-stage Processed prints it",
        "template.yaml:5: Fn::ForEach::Trails makes resources that are not read"
        " — give the processed template, as aws cloudformation get-template --template-stage Processed prints it",
        "template.yaml:6: the nested stack Nested has its resources in another template — give its template too",
        "template.yaml:7: the nested stack Asset has its resources in another template"
        " — give Logs.nested.template.json too",
        "template.yaml:9: the stack set Set has its resources in another template — give its template too",
        "template.yaml:10: the application Application has its resources in another template — give its template too",
        "template.yaml:11: Fn::Transform may change Trail — give the processed template instead",
    ]
    assert resources_of(document)["Trail"].values == {"IsLogging": True}


def test_the_ordinary_resources_of_a_sam_template_are_read() -> None:
    document = template("""\
        AWSTemplateFormatVersion: '2010-09-09'
        Transform: AWS::Serverless-2016-10-31
        Globals: {Function: {Timeout: 3}}
        Resources:
          Reader: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12}}
          Trail: {Type: AWS::CloudTrail::Trail, Properties: {SnsTopicName: !GetAtt News.TopicName}}
          News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
        """)
    assert {name: r.values for name, r in resources_of(document).items()} == {
        "Trail": {"SnsTopicName": "news"},
        "News": {"TopicName": "news"},
    }
    assert notes_of(document) == []


def test_what_organization_formation_adds_is_unresolved() -> None:
    document = template("""\
        AWSTemplateFormatVersion: 2010-09-09-OC
        Organization: !Include ./organization.yml
        OrganizationBindings: {All: {Account: '*'}}
        Resources:
          Trail:
            Type: AWS::CloudTrail::Trail
            OrganizationBinding: {Account: '*', Region: eu-west-1}
            Properties:
              S3BucketName: !Ref Logs
              SnsTopicName: !Ref News
          News:
            Type: AWS::SNS::Topic
            OrganizationBinding: !Ref All
            Properties: {TopicName: news}
          Logs:
            Type: AWS::S3::Bucket
            Properties: {BucketName: !Sub 'logs-${LogAccount}'}
        """)
    found = resources_of(document, **{"AWS::AccountId": "111122223333", "AWS::Region": "us-east-1"})
    trail = found["Trail"]
    assert (trail.account, trail.region) == (Unresolved("OrganizationBinding of Trail"), "eu-west-1")
    assert trail.values["S3BucketName"] == found["Logs"].values["BucketName"]
    assert trail.values["S3BucketName"].parts == ("logs-", Unresolved("reference LogAccount"))
    # Its ARN is in an account that nobody here knows.
    assert trail.values["SnsTopicName"] == Unresolved("News", "News", "Ref")
    assert found["News"].region == Unresolved("OrganizationBinding of News")
    assert (found["Logs"].account, found["Logs"].region) == ("111122223333", "us-east-1")


def test_a_default_binding_binds_every_resource() -> None:
    document = template("""\
        AWSTemplateFormatVersion: 2010-09-09-OC
        DefaultOrganizationBinding: {Account: '*', Region: eu-west-1}
        Resources: {Trail: {Type: AWS::CloudTrail::Trail}}
        """)
    assert resources_of(document)["Trail"].account == Unresolved("OrganizationBinding of Trail")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "AWSTemplateFormatVersion: 2010-09-09\n",
            ["template.yaml:1: the template has no Resources — give the whole template"],
        ),
        (
            "AWSTemplateFormatVersion: 2010-09-09\nResources: []\nParameters: 5\nMappings: {M: x}\nConditions: a\n",
            [
                "template.yaml:3: Parameters: must be a mapping, not a number"
                " — compare with the template's documentation",
                "template.yaml:4: Mappings.M: must be a mapping, not text — compare with the template's documentation",
                "template.yaml:5: Conditions: must be a mapping, not text — compare with the template's documentation",
                "template.yaml:2: Resources: must be a mapping, not a list — compare with the template's documentation",
            ],
        ),
        (
            "Resources:\n  A: 5\n  B: {Properties: {}}\n  C: {Type: AWS::SNS::Topic, Properties: [a]}\n",
            [
                "template.yaml:2: Resources.A: must be a mapping, not a number"
                " — compare with the template's documentation",
                "template.yaml:3: the resource B has no Type — write its type, such as AWS::S3::Bucket",
                "template.yaml:4: Properties must be a mapping, not a list — compare with the template's documentation",
            ],
        ),
        (
            "Resources:\n  C: {Type: AWS::SNS::Topic, Properties: !Ref AWS::NoValue}\n",
            [
                "template.yaml:2: Properties must be written out, not be a function's value"
                " — write each property with its own function"
            ],
        ),
    ],
)
def test_what_has_another_shape_is_told_all_at_once(text: str, faults: list[str]) -> None:
    assert sorted(problems_of(template(text))) == sorted(faults)
