"""Templates as people publish them: every one is read, and every trail and event data store in it is found."""

import re
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs.cloudformation import declared_resources
from costplan.inputs.configs.recognition import is_cloudformation
from costplan.inputs.documents import Document, read_document
from costplan.model.problems import BadInputError, Problem

pytestmark = pytest.mark.real_data

RECORDERS = ("AWS::CloudTrail::Trail", "AWS::CloudTrail::EventDataStore")
TYPE = re.compile(r"""^\s*["']?Type["']?\s*:\s*["']?(AWS::CloudTrail::(?:Trail|EventDataStore))["']?,?\s*$""", re.M)
NOT_STRICT = ": duplicate key "
FEWEST_FILES = 40


def templates_in(real_data: Path) -> list[Path]:
    files = [file for kind in ("cfn", "cdk") for file in sorted((real_data / "configs" / kind).iterdir())]
    assert len(files) >= FEWEST_FILES
    return files


def read(file: Path) -> Document | None:
    """Return a template; ``None`` for one with placeholders in it that are one key several times."""
    try:
        return read_document(file)
    except BadInputError as error:
        if all(NOT_STRICT in str(problem) for problem in error.problems):
            return None
        raise


def test_every_template_is_read_without_a_problem(real_data: Path) -> None:
    refused = []
    for file in templates_in(real_data):
        document = read(file)
        if document is None:
            refused.append(file)
            continue
        problems: list[Problem] = []
        assert is_cloudformation(document), file.name
        declared_resources(document, problems)
        assert problems == [], file.name
    assert len(refused) <= 1


def test_every_trail_and_event_data_store_is_found_or_noted(real_data: Path) -> None:
    found = 0
    for file in templates_in(real_data):
        document = read(file)
        if document is None:
            continue
        notes: list[Any] = []
        resources = declared_resources(document, [], {}, notes)
        recorders = [resource for resource in resources if resource.type in RECORDERS]
        left_out = [note for note in notes if "is left out" in note.what]
        written = TYPE.findall(file.read_text(encoding="utf-8"))
        assert len(recorders) + len(left_out) == len(written), file.name
        assert all("IsLogging" in r.values for r in recorders if r.type == RECORDERS[0]), file.name
        found += len(recorders)
    assert found >= FEWEST_FILES


def test_a_bucket_of_the_same_template_is_joined_with_its_trail(real_data: Path) -> None:
    joined = 0
    for file in templates_in(real_data):
        document = read(file)
        resources = declared_resources(document, []) if document else ()
        buckets = {r.name: r.values.get("BucketName") for r in resources if r.type == "AWS::S3::Bucket"}
        for trail in resources:
            name = trail.values.get("S3BucketName") if trail.type == RECORDERS[0] else None
            joined += getattr(name, "resource", None) in buckets or (name is not None and name in buckets.values())
    assert joined >= FEWEST_FILES - 5
