"""The pipeline that is shown for GitLab, job by job."""

import json
from pathlib import Path

import pytest

from tests.ci.conftest import EXAMPLES
from tests.ci.jobs import keep_artifacts, load, run_gitlab_job
from tests.forge import TOKEN, FakeForge

PIPELINE = load(EXAMPLES / "gitlab" / ".gitlab-ci.yml")
CHECK, COMMENT = "costplan", "costplan-comment"


@pytest.fixture
def next_job(tmp_path: Path) -> Path:
    folder = tmp_path / "next" / "job"
    folder.mkdir(parents=True)
    return folder


def test_the_pipeline_runs_and_comments(
    machine: dict[str, str], repository: Path, next_job: Path, server: FakeForge
) -> None:
    variables = {**machine, **server.gitlab}

    checked = run_gitlab_job(PIPELINE, CHECK, repository, variables)
    kept = keep_artifacts(PIPELINE, CHECK, repository, next_job)
    commented = run_gitlab_job(PIPELINE, COMMENT, next_job, variables)

    assert checked.returncode == 0, checked.stdout
    assert kept == ["costplan.md", "junit.xml", "code-quality.json"]
    assert json.loads((repository / "code-quality.json").read_text(encoding="utf-8")) == []
    assert commented.returncode == 0, commented.stdout
    assert server.bodies == [(next_job / "costplan.md").read_text(encoding="utf-8")]
    assert TOKEN not in checked.stdout + commented.stdout


def test_a_broken_limit_fails_the_check_and_is_commented_all_the_same(
    machine: dict[str, str], repository: Path, next_job: Path, server: FakeForge
) -> None:
    variables = {**machine, **server.gitlab}
    settings = repository / "costplan.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("max_increase: 100", "max_increase: 10"))

    checked = run_gitlab_job(PIPELINE, CHECK, repository, variables, installs=False)
    kept = keep_artifacts(PIPELINE, CHECK, repository, next_job)
    commented = run_gitlab_job(PIPELINE, COMMENT, next_job, variables, installs=False)

    assert checked.returncode == 1, checked.stdout
    assert kept == ["costplan.md", "junit.xml", "code-quality.json"]
    assert len(json.loads((repository / "code-quality.json").read_text(encoding="utf-8"))) == 1
    assert commented.returncode == 0, commented.stdout
    assert len(server.bodies) == 1


def test_bad_input_leaves_nothing_to_comment(
    machine: dict[str, str], repository: Path, next_job: Path, server: FakeForge
) -> None:
    variables = {**machine, **server.gitlab}
    (repository / "plan.json").write_text("{", encoding="utf-8")

    checked = run_gitlab_job(PIPELINE, CHECK, repository, variables, installs=False)
    kept = keep_artifacts(PIPELINE, CHECK, repository, next_job)
    commented = run_gitlab_job(PIPELINE, COMMENT, next_job, variables, installs=False)

    assert checked.returncode == 3, checked.stdout
    assert kept == []
    assert commented.returncode == 0, commented.stdout
    assert server.requests == []


def test_the_comment_comes_whether_or_not_the_check_passes() -> None:
    assert PIPELINE[COMMENT]["needs"] == [CHECK]
    assert [rule["when"] for rule in PIPELINE[COMMENT]["rules"]] == ["always"]
    assert PIPELINE[CHECK]["artifacts"]["when"] == "always"
