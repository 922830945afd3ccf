"""Answers as people publish them: each is read, or refused for a reason of which somebody can do something."""

import re
import shutil
from pathlib import Path

import pytest

from costplan.inputs.configs import Configuration, read_configuration
from costplan.model.problems import BadInputError, Problem

pytestmark = pytest.mark.real_data

FEWEST_FILES, FEWEST_RECORDINGS = 130, 25
# Every reason for which real answers are refused or set aside, and what it asks for.
REASONS = (
    ("no answer here describes that trail", "describe-trails"),
    ("but no trail is described here", "describe-trails"),
    (
        "has custom event selectors, but no answer of get-event-selectors is here",
        "get-event-selectors --trail-name arn:",
    ),
    ("does not say which trail it is about", "into the file's name"),
    ("is only listed, not described", "get-event-data-store"),
    ("not valid JSON", "check commas"),
    ("is not the ARN of a recorder", "twelve digits"),
    ("but the ARN says .* [(]R72[)]", "as the API gives it"),
    ("holds tags", "leave it out"),
    ("holds a service-linked channel aws-service-channel/", "leave it out"),
    # Calls that were repeated while a test changed the trail.
    ("disagrees with .* on the ", "keep the newer answer"),
    ("but (true|false) in ", "keep the newer answer"),
    ("lists nothing: trailList is empty", ""),
)


def read(path: Path) -> Configuration | BadInputError:
    try:
        return read_configuration(path)
    except BadInputError as error:
        return error


def unexplained(result: Configuration | BadInputError) -> list[Problem]:
    found = result.problems if isinstance(result, BadInputError) else result.set_aside
    return [p for p in found if not any(re.search(what, p.what) and hint in p.hint for what, hint in REASONS)]


def test_every_answer_is_read_or_refused_for_a_known_reason(real_data: Path) -> None:
    files = sorted((real_data / "configs" / "describe-get").iterdir())
    assert len(files) >= FEWEST_FILES
    assert [problem for file in files for problem in unexplained(read(file))] == []


def test_every_recording_of_several_calls_is_read_or_refused_for_a_known_reason(
    real_data: Path, tmp_path: Path
) -> None:
    # Recorders of calls write one folder for each test; here folder and file are one name.
    for file in sorted((real_data / "configs" / "describe-get").iterdir()):
        *_, folder, name = file.name.split("+")
        if name.startswith("cloudtrail."):
            (tmp_path / folder).mkdir(exist_ok=True)
            shutil.copy(file, tmp_path / folder / name)
    folders = sorted(tmp_path.iterdir())
    results = [read(folder) for folder in folders]
    assert len(folders) >= FEWEST_RECORDINGS
    assert [problem for result in results for problem in unexplained(result)] == []
    # Selectors and statuses find their trails there: more is read than of the single files.
    read_whole = [result for result in results if isinstance(result, Configuration)]
    assert sum(len(result.recorders) for result in read_whole) >= len(read_whole) >= 9
