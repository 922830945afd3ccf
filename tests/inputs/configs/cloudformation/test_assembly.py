"""A folder of the AWS CDK: each stack with its template, account and Region, and nothing from outside of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs.cloudformation import declared_resources, is_assembly, read_assembly
from costplan.model.problems import Problem

ENVIRONMENT = "aws://111122223333/eu-west-1"
TEMPLATE = {"Resources": {"Logs": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "AWS::StackName"}}}}}


def stack(file: str, environment: Any = ENVIRONMENT, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": file} | properties,
    }


def nested(folder: str) -> dict[str, Any]:
    return {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}


def write(folder: Path, artifacts: Any, **templates: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    for name, value in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(value))
    return folder


def read(folder: Path) -> tuple[list[Any], list[str]]:
    problems: list[Problem] = []
    stacks = read_assembly(folder, problems)
    return list(stacks), [str(problem).replace(str(folder), "cdk.out") for problem in problems]


def test_each_stack_has_its_template_account_and_region(tmp_path: Path) -> None:
    artifacts = {
        "A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}},
        "A": stack("A.template.json", stackName="production-a", parameters={"Days": 30, "Odd": []}),
        "B": stack("B.template.json", "aws://unknown-account/unknown-region"),
        "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
    }
    folder = write(tmp_path / "cdk.out", artifacts, A=TEMPLATE, B=TEMPLATE)
    (one, other), problems = read(folder)
    assert problems == []
    assert (one.name, one.account, one.region) == ("production-a", "111122223333", "eu-west-1")
    assert (other.name, other.account, other.region) == ("B", None, None)
    assert one.document.path == str(folder / "A.template.json")
    assert one.parameters == {
        "Days": "30",
        "AWS::AccountId": "111122223333",
        "AWS::Region": "eu-west-1",
        "AWS::StackName": "production-a",
    }
    assert other.parameters == {"AWS::StackName": "B"}
    (bucket,) = declared_resources(other.document, [], other.parameters)
    assert (bucket.values, bucket.account) == ({"BucketName": "B"}, None)


def test_stacks_of_nested_assemblies_are_read_in_their_place(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    write(folder, {"A": stack("A.template.json"), "Stage": nested("stage"), "Z": stack("A.template.json")}, A=TEMPLATE)
    write(folder / "stage", {"B": stack("B.template.json", "aws://444455556666/us-east-1")}, B=TEMPLATE)
    stacks, problems = read(folder)
    assert problems == []
    assert [(each.name, each.account) for each in stacks] == [
        ("A", "111122223333"),
        ("B", "444455556666"),
        ("Z", "111122223333"),
    ]


@pytest.mark.parametrize(
    ("artifacts", "fault"),
    [
        ([], "cdk.out/manifest.json:1: lists no artifacts of the AWS CDK — give the folder that cdk synth writes"),
        ({}, "cdk.out: holds no stack — give the folder that cdk synth writes"),
        ({"A": 5}, "cdk.out/manifest.json:1: the artifact A is no mapping — run cdk synth again"),
        (
            {"A": stack("gone.json")},
            "cdk.out/gone.json: no such file — check the path",
        ),
        (
            {"A": stack("../secret.template.json")},
            "cdk.out/manifest.json:1: the templateFile of A lies outside of the assembly — run cdk synth again",
        ),
        (
            {"A": stack("/etc/hostname")},
            "cdk.out/manifest.json:1: the templateFile of A lies outside of the assembly — run cdk synth again",
        ),
        (
            {"A": stack("link.json")},
            "cdk.out/manifest.json:1: the templateFile of A lies outside of the assembly — run cdk synth again",
        ),
        (
            {"A": nested("..")},
            "cdk.out/manifest.json:1: the directoryName of A lies outside of the assembly — run cdk synth again",
        ),
        (
            {"A": nested("none")},
            "cdk.out/none/manifest.json: no such file — check the path",
        ),
        (
            {"A": {"type": "aws:cloudformation:stack"}},
            "cdk.out/manifest.json:1: A names no templateFile — run cdk synth again",
        ),
        ({"A": stack("a\0b")}, "cdk.out/manifest.json:1: A names no templateFile — run cdk synth again"),
        (
            {"A": stack("manifest.json")},
            "cdk.out/manifest.json:1: the template of the stack A is no CloudFormation template — run cdk synth again",
        ),
        (
            {"A": stack("T.template.json", "eu-west-1")},
            "cdk.out/manifest.json:1: the environment of A is not aws://account/region — run cdk synth again",
        ),
    ],
)
def test_what_is_wrong_with_an_assembly_is_told(artifacts: Any, fault: str, tmp_path: Path) -> None:
    (tmp_path / "secret.template.json").write_text(json.dumps(TEMPLATE))
    folder = write(tmp_path / "cdk.out", artifacts, T=TEMPLATE)
    (folder / "link.json").symlink_to(tmp_path / "secret.template.json")
    _, problems = read(folder)
    assert problems == [fault]


def test_assemblies_that_hold_each_other_end(tmp_path: Path) -> None:
    folder = write(tmp_path / "cdk.out", {"A": stack("A.template.json"), "Again": nested("again")}, A=TEMPLATE)
    (folder / "again").symlink_to(folder)
    stacks, problems = read(folder)
    assert ([each.name for each in stacks], problems) == (["A"], [])


def test_assemblies_in_assemblies_end(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    for depth in range(30):
        at = folder.joinpath(*["n"] * depth)
        write(at, {"A": stack("A.template.json"), "N": nested("n")}, A=TEMPLATE)
    stacks, problems = read(folder)
    assert len(stacks) == 11
    assert problems == [
        "cdk.out/n/n/n/n/n/n/n/n/n/n/manifest.json:1: assemblies are nested more than 10 deep — give the inner folder"
    ]


def test_an_assembly_is_told_by_its_manifest(tmp_path: Path) -> None:
    assert not is_assembly(tmp_path)
    assert is_assembly(write(tmp_path / "cdk.out", {}))
    (tmp_path / "manifest.json").write_text('{"name": "an app of the web"}')
    assert not is_assembly(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    assert not is_assembly(tmp_path)
    assert read(tmp_path)[1]
