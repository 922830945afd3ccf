"""``costplan diff`` on bad input: every problem of both sides with what to do, and nothing half-written."""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from costplan.cli.app import run
from tests.workflows.changes import FOLDER, VOLUMES

BEFORE = (FOLDER / "all-buckets" / "before.yaml").read_text(encoding="utf-8").replace("../", "")
AFTER = (FOLDER / "all-buckets" / "after.yaml").read_text(encoding="utf-8").replace("../", "")
PLAN = json.loads((FOLDER / "all-buckets" / "plan.json").read_text(encoding="utf-8"))
MESSAGE = re.compile(r"[^:\n]+(:\d+)?: .+ — .+\Z")


def plan_without(side: str) -> dict[str, object]:
    """A plan of an update that does not say one of its sides."""
    trail, *others = PLAN["resource_changes"]
    return PLAN | {"resource_changes": [trail | {"change": trail["change"] | {side: None}}, *others]}


FILES: dict[str, str] = {
    "before.yaml": BEFORE,
    "after.yaml": AFTER,
    "plan.json": json.dumps(PLAN),
    "volumes.yaml": VOLUMES.read_text(encoding="utf-8"),
    "failed.json": json.dumps(PLAN | {"errored": True}),
    "no-past.json": json.dumps(plan_without("before")),
    "no-future.json": json.dumps(plan_without("after")),
    "no-volumes.yaml": BEFORE.replace("volumes.yaml", "nowhere.yaml"),
    "misspelt.yaml": BEFORE.replace("home_region", "home_regoin"),
    "misspelt-selector.yaml": AFTER.replace("resources.type", "resource.type"),
    "twice/a.yaml": BEFORE.replace("volumes.yaml", "../volumes.yaml"),
    "twice/b.yaml": AFTER.replace("volumes.yaml", "../volumes.yaml"),
    "notes.txt": "scenario of nobody",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A command line, its exit code, and what each line of stderr says."""

    arguments: str
    code: int
    says: tuple[str, ...]


ROWS = {
    "a plan of a failed run": Row("failed.json --volumes volumes.yaml", 3, ("failed.json:1: is a plan that failed",)),
    "a failed plan as the side before": Row("failed.json plan.json --volumes volumes.yaml", 3, ("a plan that failed",)),
    "a plan without its past": Row("no-past.json --volumes volumes.yaml", 3, ("no-past.json:1: nothing is written",)),
    "a plan without its future": Row("no-future.json --volumes volumes.yaml", 3, ("nothing is written after",)),
    "a volumes file that is missing": Row("plan.json --volumes nowhere.yaml", 3, ("nowhere.yaml: no such file",)),
    "volumes that one scenario names and nobody has": Row(
        "before.yaml no-volumes.yaml", 3, ("no-volumes.yaml:3: volumes: no such file: nowhere.yaml",)
    ),
    "a plan that names no volumes": Row("plan.json", 3, ("plan.json: is a configuration, which names no volumes",)),
    "two scenarios of one name after": Row("before.yaml twice", 3, ('b.yaml:2: two scenarios are called "trails"',)),
    "two scenarios of one name before": Row("twice after.yaml", 3, ('b.yaml:2: two scenarios are called "trails"',)),
    "two sides that are wrong": Row(
        "misspelt.yaml misspelt-selector.yaml",
        3,
        ("misspelt-selector.yaml:15", 'did you mean "home_region"?'),
    ),
    "a side that is not there": Row("gone.yaml after.yaml", 3, ("gone.yaml: no such file or folder",)),
    "a side that is no configuration": Row("notes.txt after.yaml", 3, ("notes.txt",)),
    "a revision that is not there": Row("--git v9 after.yaml", 3, ("--git v9: git knows no such revision",)),
    "one side of a scenario": Row("after.yaml", 2, ("shows one side only: name what was before too",)),
    "no side": Row("", 2, ("name what was before and what is after",)),
    "three sides": Row("before.yaml after.yaml plan.json", 2, ("diff compares two sides, not 3",)),
    "a revision and two sides": Row("--git HEAD before.yaml after.yaml", 2, ("name one path",)),
    "two kinds of volumes": Row("plan.json --volumes volumes.yaml --typed s3=1M/month", 2, ("use one of them",)),
    "an account that is none": Row("plan.json --volumes volumes.yaml --account 12", 2, ("not twelve digits",)),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_what_cannot_be_compared_is_refused_with_every_problem(row: Row, capsys: pytest.CaptureFixture[str]) -> None:
    if "--git" in row.arguments:
        made_repository()
    code = run(["diff", *row.arguments.split(), "-o", "diff.json", "--format", "json"])
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    assert (code, printed.out) == (row.code, "")
    assert not Path("diff.json").exists()
    assert len(lines) == len(row.says), printed.err
    for line, said in zip(lines, row.says, strict=True):
        assert said in line
        assert row.code != 3 or MESSAGE.match(line), line


def made_repository() -> None:
    """Make the working directory a repository with one commit."""
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "all"]):
        subprocess.run(["git", *words], check=True)


# ---- what is no fault ----


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_nothing_that_changed_is_said_and_is_no_failure(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "after.yaml", "after.yaml", "--format", form]) == 0
    says: dict[str, Callable[[str], bool]] = {
        "table": lambda text: "nothing that costs or records anything is different" in text,
        "json": lambda text: json.loads(text)["diffs"][0]["is_empty"] is True,
        "markdown": lambda text: "**CloudTrail: no change**" in text,
    }
    assert says[form](capsys.readouterr().out)


@pytest.mark.usefixtures("folder")
def test_the_working_tree_without_a_change_is_what_the_revision_holds(capsys: pytest.CaptureFixture[str]) -> None:
    made_repository()
    assert run(["diff", "--git", "HEAD", "after.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["diffs"][0]["is_empty"] is True


@pytest.mark.usefixtures("folder")
def test_a_row_that_could_not_fail_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    right = Row("before.yaml after.yaml", 3, ())
    with pytest.raises(AssertionError):
        test_what_cannot_be_compared_is_refused_with_every_problem(right, capsys)
