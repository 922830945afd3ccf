"""The action, run step by step as GitHub runs it; and the workflow that shows it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import EXAMPLES, PROJECT
from tests.ci.jobs import Run, commands, evaluate, load, run_action
from tests.forge import TOKEN, Failure, FakeForge

ACTION = load(PROJECT / "action.yml")
WORKFLOW = load(EXAMPLES / "github" / "costplan.yml")
UPLOAD = "github/codeql-action/upload-sarif@v4"
INSTALL = "Install costplan"


def context(head: str = "acme/infra") -> dict[str, Any]:
    pull = {"number": "7", "head": {"repo": {"full_name": head}}}
    return {"token": TOKEN, "repository": "acme/infra", "event": {"pull_request": pull}}


class Runner:
    """GitHub's machine, with costplan installed by the action once."""

    def __init__(self, action: Path, temporary: Path, variables: dict[str, str]) -> None:
        self.action = action
        self.temporary = temporary
        self.variables = variables
        self.is_installed = False

    def run(self, folder: Path, server: FakeForge, github: dict[str, Any] | None = None, **inputs: str) -> Run:
        # The action is the one that shows the token to costplan.
        job = {name: text for name, text in server.github.items() if name != "GITHUB_TOKEN"}
        (self.temporary / "summary").unlink(missing_ok=True)
        run = run_action(
            self.action,
            {name.replace("_", "-"): text for name, text in inputs.items()},
            folder,
            self.temporary,
            {**self.variables, **job},
            context() if github is None else github,
            (INSTALL,) if self.is_installed else (),
        )
        self.is_installed = True
        assert TOKEN not in run.printed + run.summary
        return run


@pytest.fixture(scope="module")
def runner(action: Path, tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Runner:
    return Runner(action, tmp_path_factory.mktemp("runner"), variables)


# ---- what happens ----


def test_the_workflow_that_is_shown_runs(runner: Runner, repository: Path, server: FakeForge) -> None:
    (job,) = WORKFLOW["jobs"].values()
    (step,) = (step for step in job["steps"] if step["uses"].startswith("<owner>/costplan@"))

    run = runner.run(repository, server, **step["with"])

    assert run.code == 0, run.printed
    assert run.outputs["check"]["exit-code"] == "0"
    (comment,) = server.bodies
    assert comment == Path(run.outputs["check"]["comment"]).read_text(encoding="utf-8")
    # Reads that are recorded too, 60,000,000 at $0.10 per 100,000: $60.00; their 150 bytes each are 8.38 GiB a month,
    # of which the twelfth stores 11.5 on average, at $0.023: $2.22.
    assert "+$62.22 a month" in comment
    assert "+$62.22 a month" in run.summary
    assert run.used[UPLOAD] == {"sarif_file": run.outputs["check"]["sarif"], "category": "costplan"}
    assert json.loads(Path(run.outputs["check"]["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_broken_limit_fails_the_job_after_everything_was_shown(
    runner: Runner, repository: Path, server: FakeForge
) -> None:
    run = runner.run(repository, server, paths="plan.json", options="--max-increase\n10\n")

    assert run.code == 1
    assert run.outputs["check"]["exit-code"] == "1"
    assert "::error" in run.printed
    assert len(server.bodies) == 1
    assert run.summary
    assert UPLOAD not in run.used


def test_a_second_run_updates_the_comment(runner: Runner, repository: Path, server: FakeForge) -> None:
    runner.run(repository, server, paths="plan.json")
    runner.run(repository, server, paths="plan.json", options="--max-increase\n10\n")

    assert [request.method for request in server.writes] == ["POST", "PATCH"]


def test_soft_fail_lets_the_job_pass(runner: Runner, repository: Path, server: FakeForge) -> None:
    run = runner.run(repository, server, paths="plan.json", options="--max-increase\n10", soft_fail="true")

    assert run.code == 0, run.printed
    assert len(server.bodies) == 1


def test_without_paths_those_of_the_settings_are_checked(runner: Runner, repository: Path, server: FakeForge) -> None:
    assert runner.run(repository, server).code == 0


def test_it_runs_where_it_is_told_to(runner: Runner, repository: Path, server: FakeForge) -> None:
    run = runner.run(repository.parent, server, working_directory="repository", volumes="volumes.yaml\n")

    assert run.code == 0, run.printed


def test_bad_input_is_told_and_leaves_no_comment(runner: Runner, repository: Path, server: FakeForge) -> None:
    run = runner.run(repository, server, paths="lost.json", sarif="true")

    assert run.code == 3
    assert "lost.json: no such file" in run.printed
    assert server.requests == []
    assert UPLOAD not in run.used


@pytest.mark.parametrize(
    ("github", "inputs"),
    [(context("mallory/infra"), {}), ({**context(), "event": {}}, {}), (context(), {"comment": "false"})],
    ids=["a fork", "a push", "not asked for"],
)
def test_there_is_no_comment_where_none_can_or_shall_be(
    github: dict[str, Any], inputs: dict[str, str], runner: Runner, repository: Path, server: FakeForge
) -> None:
    run = runner.run(repository, server, github, paths="plan.json", **inputs)

    assert run.code == 0, run.printed
    assert server.requests == []


def test_a_comment_that_github_refuses_fails_the_job(runner: Runner, repository: Path, server: FakeForge) -> None:
    server.failures.append(Failure(403, method="POST"))

    run = runner.run(repository, server, paths="plan.json")

    assert run.code == 3
    assert "pull-requests: write" in run.printed


@pytest.mark.parametrize("text", ["::set-output name=exit-code::0 pwned", "##[error]pwned"])
def test_what_is_printed_is_no_command(text: str, runner: Runner, repository: Path, server: FakeForge) -> None:
    run = runner.run(repository, server, paths=text)

    assert run.code == 3
    assert text in run.printed
    assert commands(text) == [text]
    assert commands(run.printed) == []


def test_annotations_are_commands(runner: Runner, repository: Path, server: FakeForge) -> None:
    run = runner.run(repository, server, paths="plan.json", options="--max-increase\n10\n")

    assert [line.partition(" ")[0] for line in commands(run.printed)] == ["::error", "::notice"]


HOSTILE = "x$(touch pwned)`touch pwned`\"; touch pwned; \"'; touch pwned; '"


@pytest.mark.parametrize("text", [HOSTILE, "--output=pwned", "--help"], ids=["a script", "an option", "help"])
@pytest.mark.parametrize("name", ["paths", "before", "git", "volumes", "config"])
def test_an_input_is_a_word_and_no_program(
    name: str, text: str, runner: Runner, repository: Path, server: FakeForge
) -> None:
    run = runner.run(repository, server, **{"paths": "plan.json", name: text})

    assert run.code in (2, 3)
    assert "Usage: costplan check [OPTIONS]" not in run.printed
    assert not list(repository.rglob("*pwned*"))


# ---- what it is ----


def scripts(action: dict[str, Any]) -> list[str]:
    return [step["run"] for step in action["runs"]["steps"] if "run" in step]


def test_no_script_has_an_expression_in_it() -> None:
    assert scripts(ACTION)
    assert [script for script in scripts(ACTION) if "${{" in script] == []


def test_a_script_with_an_expression_would_be_seen() -> None:
    planted = {"runs": {"steps": [{"run": "echo ${{ inputs.paths }}"}, {"uses": "actions/checkout@v5"}]}}

    assert [script for script in scripts(planted) if "${{" in script] == ["echo ${{ inputs.paths }}"]


def test_every_input_is_used_and_every_used_one_is_there() -> None:
    used = {name for name in ACTION["inputs"] if f"inputs.{name}" in (PROJECT / "action.yml").read_text()}

    assert used == set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.sarif == 'true' && steps.check.outputs.sarif != ''", True),
        ("inputs.sarif == 'true' && steps.other.outputs.sarif != ''", False),
        ("!(inputs.sarif == 'false') || github.x", True),
        ("'it''s'", "it's"),
        ("github.event.pull_request.number", ""),
    ],
)
def test_expressions_mean_what_they_mean_on_github(expression: str, value: object) -> None:
    contexts = {"inputs": {"sarif": "true"}, "steps": {"check": {"outputs": {"sarif": "a.sarif"}}}, "github": {}}

    assert evaluate(expression, contexts) == value
