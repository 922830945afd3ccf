"""Plans and states as people publish them: each gives its resources, or there is a reason by name."""

from pathlib import Path

import pytest

from costplan.inputs.configs.declared import DeclaredResource, Unresolved
from costplan.inputs.configs.recognition import is_terraform
from costplan.inputs.configs.terraform import declared_resources
from costplan.inputs.documents import Document, read_document
from costplan.model.problems import Problem

from .building import unknown_in

pytestmark = pytest.mark.real_data

FEWEST_READ = 9
RECORDING = "pytest-terraform"
"""Recordings of that test tool have a form of their own, which Terraform never writes."""


def documents_in(real_data: Path) -> list[Document]:
    files = [file for kind in ("plan-json", "tf-state") for file in sorted((real_data / "configs" / kind).iterdir())]
    read = [read_document(file) for file in files]
    return [document for document in read if RECORDING not in document.value]


def resources_in(document: Document, *, is_before: bool = False) -> tuple[DeclaredResource, ...]:
    problems: list[Problem] = []
    found = declared_resources(document, problems, is_before=is_before)
    assert problems == [], document.path
    return found


def test_each_gives_its_trails_with_the_region(real_data: Path) -> None:
    read = 0
    for document in documents_in(real_data):
        assert is_terraform(document), document.path
        trails = [resource for resource in resources_in(document) if resource.type == "aws_cloudtrail"]
        assert trails, document.path
        assert all(isinstance(trail.region, str) and trail.values["name"] for trail in trails), document.path
        read += 1
    assert read >= FEWEST_READ


def test_each_unknown_bucket_is_that_of_the_same_plan(real_data: Path) -> None:
    joined = known = unknown = 0
    for document in documents_in(real_data):
        resources = resources_in(document)
        names = {resource.name for resource in resources}
        for resource in resources:
            unknown += len(list(unknown_in(resource.values)))
            bucket = resource.values.get("s3_bucket_name")
            joined += isinstance(bucket, Unresolved) and bucket.resource in names
            known += isinstance(bucket, str)
    assert (joined, known) >= (14, 2)
    assert unknown > 100


def test_before_their_changes_new_resources_are_not_there(real_data: Path) -> None:
    for document in documents_in(real_data):
        after, before = resources_in(document), resources_in(document, is_before=True)
        assert len(before) in (0, len(after)), document.path
        assert not any(list(unknown_in(resource.values)) for resource in before)
