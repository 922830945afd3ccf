"""The value given, else the default, else the parameter's name; what the template does not allow is a problem."""

from typing import Any

import pytest

from costplan.inputs.configs.cloudformation import declared_resources, parameter_names
from costplan.inputs.configs.declared import Unresolved

from .building import problems_of, resources_of, template

TEXT = """\
Parameters:
  P: {declared}
Resources:
  T: {{Type: AWS::CloudTrail::Trail, Properties: {{Value: !Ref P}}}}
"""
SECRET = "qwxzjkvpq1"


def value_of(declared: str, **given: str) -> Any:
    return resources_of(template(TEXT.format(declared=declared)), **given)["T"].values["Value"]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("{Type: String, Default: a}", "a"),
        ("{Type: String, Default: 7}", "7"),
        ("{Type: String, Default: true}", "true"),
        ("{Type: String, Default: yes}", "true"),
        ("{Type: String, Default: 2026-10-01}", "2026-10-01"),
        ("{Type: String, Default: '{{resolve:ssm:x}}'}", Unresolved("{{resolve:ssm:x}}")),
        ("{Type: String, Default: ''}", ""),
        ("{Type: String}", Unresolved("parameter P")),
        ("{Default: a}", "a"),
        ("{Type: Number, Default: '007'}", "007"),
        ("{Type: Number, Default: 90}", 90),
        ("{Type: Number, Default: '90'}", 90),
        ("{Type: CommaDelimitedList, Default: 'a, b'}", ["a", "b"]),
        ("{Type: List<Number>, Default: '1,2'}", [1, 2]),
        ("{Type: List<String>, Default: [a, b]}", ["a", "b"]),
        ("{Type: List<AWS::EC2::Subnet::Id>, Default: 'a,b'}", ["a", "b"]),
        ("{Type: AWS::EC2::VPC::Id, Default: vpc-0example}", "vpc-0example"),
        ("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /trail/bucket}", Unresolved("parameter P")),
        ("{Type: AWS::SSM::Parameter::Name, Default: /trail/bucket}", "/trail/bucket"),
        ("{Type: String, NoEcho: true, Default: a}", Unresolved("parameter P")),
        ("{Type: [x], Default: a}", "a"),
    ],
)
def test_a_default_is_a_value_of_its_type(declared: str, value: object) -> None:
    assert value_of(declared) == value


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ("{Type: String, Default: a}", "b", "b"),
        ("{Type: Number}", "7", 7),
        ("{Type: CommaDelimitedList}", "a,b", ["a", "b"]),
        ("{Type: String, AllowedValues: [true, 5]}", "5", "5"),
        ("{Type: CommaDelimitedList, AllowedValues: [a, b]}", "b,a", ["b", "a"]),
        ("{Type: 'AWS::SSM::Parameter::Value<String>'}", "/trail/bucket", Unresolved("parameter P")),
    ],
)
def test_a_value_given_goes_before_the_default(declared: str, given: str, value: object) -> None:
    assert value_of(declared, P=given) == value


@pytest.mark.parametrize(
    ("declared", "given", "fault"),
    [
        (
            "{Type: String, AllowedValues: [a, true]}",
            {"P": SECRET},
            "template.yaml:2: the value given for parameter P is none of its AllowedValues — use one of a, true",
        ),
        (
            "{Type: String, NoEcho: true, AllowedValues: [a]}",
            {"P": SECRET},
            "template.yaml:2: the value given for parameter P is none of its AllowedValues"
            " — compare with its AllowedValues",
        ),
        ("{Type: Number}", {"P": SECRET}, "template.yaml:2: the value given for parameter P is no number"),
        (
            "{Type: String, Default: a}",
            {"Bucket": SECRET},
            "template.yaml:1: the template has no parameter Bucket — use one of P",
        ),
        (
            "{Type: String, Default: a}",
            {"AWS::AccountId": "12"},
            "template.yaml:1: the value given for AWS::AccountId is none — give the twelve digits of an account id",
        ),
        (
            "{Type: String, Default: a}",
            {"AWS::Region": "Ireland"},
            "template.yaml:1: the value given for AWS::Region is none — give a Region code such as eu-west-1",
        ),
        (
            "{Type: String}",
            {"P": SECRET * 1000},
            "template.yaml:2: the value of parameter P is no text of at most 4,096 characters"
            " — write one text, the values of a list with commas",
        ),
        (
            "{Type: String, Default: {a: b}}",
            {},
            "template.yaml:2: the value of parameter P is no text of at most 4,096 characters"
            " — write one text, the values of a list with commas",
        ),
    ],
)
def test_a_value_that_is_not_allowed_is_told_without_showing_it(
    declared: str, given: dict[str, str], fault: str
) -> None:
    document = template(TEXT.format(declared=declared))
    assert problems_of(document, **given) == [fault]
    assert SECRET not in fault
    if "P" in given:
        assert declared_resources(document, [], given)[0].values == {"Value": Unresolved("parameter P")}


def test_an_unknown_parameter_of_a_template_without_any_is_told_with_the_pseudo_parameters() -> None:
    (problem,) = problems_of(template("Resources: {T: {Type: AWS::CloudTrail::Trail}}"), Bucket="x")
    assert problem.startswith("template.yaml:1: the template has no parameter Bucket — use one of AWS::AccountId, ")


def test_account_and_region_of_the_stack_are_those_of_its_resources() -> None:
    document = template(TEXT.format(declared="{Type: String, Default: a}"))
    (known,) = resources_of(document, **{"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"}).values()
    assert (known.account, known.region) == ("111122223333", "eu-west-1")
    (unknown,) = resources_of(document).values()
    assert (unknown.account, unknown.region) == (None, None)


@pytest.mark.parametrize(
    ("region", "value"),
    [
        ("eu-west-1", "aws/amazonaws.com"),
        ("cn-north-1", "aws-cn/amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov/amazonaws.com"),
    ],
)
def test_the_partition_follows_from_the_region(region: str, value: str) -> None:
    text = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {V: !Sub '${AWS::Partition}/${AWS::URLSuffix}'}}}"
    document = template(f"AWSTemplateFormatVersion: 2010-09-09\n{text}")
    assert resources_of(document, **{"AWS::Region": region})["T"].values == {"V": value}
    assert resources_of(document, **{"AWS::Region": region, "AWS::Partition": "x", "AWS::URLSuffix": "y"})[
        "T"
    ].values == {"V": "x/y"}


def test_the_parameters_of_a_template_can_be_listed() -> None:
    assert parameter_names(template(TEXT.format(declared="{Type: String}"))) == ("P",)
