"""``costplan check``: verdicts become exit codes, and whatever is wrong is told before anything is written."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costplan.cli.app import run
from tests.inputs.configs.terraform.building import ACCOUNT, change, configured, plan, root

EU = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}}
ESTATE = {
    "recorders": [{"trail": "old", "account": ACCOUNT, "home_region": "eu-west-1", "is_multi_region": True}],
}
SCENARIO = """
scenario: {name}
volumes: {{covers_all: true, events: [{{category: management, writes: 10M/month}}]}}
accounts: {{"111122223333": {{regions: [eu-west-1]}}}}
recorders:
"""
TRAIL = '  - {{trail: {name}, account: "111122223333", home_region: eu-west-1}}\n'

# A second copy of 10M events is 200 dollars; the log buckets of these trails are less than 2 dollars a month.
ONE = SCENARIO.format(name="scene") + TRAIL.format(name="a")
TWO = ONE + TRAIL.format(name="b")


def trail_plan(**more: Any) -> dict[str, Any]:
    values = {"name": "audit", "s3_bucket_name": "amzn-s3-demo-logs", "enable_logging": True}
    one = change("aws_cloudtrail.audit", values, {"arn": True})
    return plan(one, configuration=root(configured(one["address"]), providers=EU)) | more


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name, content in {
        "one.yaml": ONE,
        "two.yaml": TWO,
        "plan.json": json.dumps(trail_plan()),
        "estate.json": json.dumps(ESTATE),
    }.items():
        Path(name).write_text(content)
    return tmp_path


OF_PLAN = ["plan.json", "--typed", "management=10M/month", "--account", ACCOUNT]
CaptureText = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["one.yaml", "--max-monthly", "2"], 0, "passed: nothing broken"),
        (["two.yaml", "--max-monthly", "2"], 1, "broken: 1 limit broken"),
        (["two.yaml", "--max-monthly", "$1,000"], 2, '--max-monthly $1,000: expected an amount such as 500 or "$500"'),
        (
            ["two.yaml", "--max-monthly", "2", "--soft-fail"],
            0,
            "broken: 1 limit broken (exit code 1 without --soft-fail)",
        ),
        # Without an estate another trail may have the free copy: between 1 and 201 dollars.
        ([*OF_PLAN, "--max-monthly", "100"], 3, "could not tell: 1 could not tell"),
        ([*OF_PLAN, "--max-monthly", "100", "--soft-fail"], 0, "(exit code 3 without --soft-fail)"),
        ([*OF_PLAN, "--max-monthly", "300"], 0, "passed: nothing broken"),
        ([*OF_PLAN, "--max-monthly", "100", "--estate", "estate.json"], 1, "broken: 1 limit broken"),
        ([*OF_PLAN, "--max-increase", "100", "--estate", "estate.json"], 1, "broken: 1 limit broken"),
        ([*OF_PLAN, "--max-increase", "100"], 3, "could not tell: 1 could not tell"),
        # Broken goes before could not tell.
        ([*OF_PLAN, "--max-increase", "100", "--max-monthly", "0"], 1, "broken: 1 limit broken, 1 could not tell"),
        (["two.yaml", "--before", "one.yaml", "--max-increase", "100"], 1, "broken: 1 limit broken"),
        (["two.yaml", "--before", "one.yaml", "--max-increase", "210"], 0, "passed: nothing broken"),
        (["one.yaml", "--before", "two.yaml", "--max-decrease", "10%"], 1, "broken: 1 limit broken"),
        (["two.yaml", "--lint", "CP013"], 1, "broken: 1 rule broken"),
        (["two.yaml", "--lint", "CP001,CP002"], 0, "passed: nothing broken"),
        (["two.yaml", "--lint", "all"], 1, "broken: 1 rule broken"),
        (["two.yaml", "--lint", "CP999"], 2, "--lint CP999: there is no such code"),
        (["two.yaml", "--unknown", "perhaps"], 2, "--unknown perhaps: choose from fail, warn, allow"),
        (["two.yaml", "--max-increase", "1"], 2, "--max-increase: scene shows one side only"),
        (["two.yaml", "--report", "sarif"], 2, "--report sarif: write FORMAT=FILE"),
        (["two.yaml", "--report", "serif=x"], 2, "--report serif=x: write FORMAT=FILE"),
        (["two.yaml", "--before", "one.yaml", "--git", "HEAD"], 2, "--git says what was before"),
        ([], 2, "nothing to check: name a scenario or a configuration"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
@pytest.mark.usefixtures("folder")
def test_verdicts_are_exit_codes(arguments: list[str], code: int, said: str, capsys: CaptureText) -> None:
    assert run(["check", *arguments]) == code

    out, err = capsys.readouterr()
    assert bool(out) is (code != 2)
    # The verdict stands last, in one line.
    assert said in err.splitlines()[-1]


def settings(folder: Path, text: str) -> None:
    (folder / "costplan.yaml").write_text(text)


def test_settings_say_what_to_check_and_what_to_ask(folder: Path, capsys: CaptureText) -> None:
    settings(folder, "check: {scenarios: [one.yaml, two.yaml], limits: [{max_monthly: 5}]}")
    below = folder / "below"
    below.mkdir()
    two = (folder / "two.yaml").read_text()
    (folder / "two.yaml").write_text(two.replace("scenario: scene", "scenario: two"))
    os.chdir(below)

    assert run(["check"]) == 1
    assert "broken  max-monthly of two" in capsys.readouterr().out
    # A flag takes the place of the limit that is about everything, and of no other.
    assert run(["check", "--max-monthly", "500"]) == 0
    settings(folder, "check: {scenarios: [two.yaml], limits: [{max_monthly: 5, recorder: b}]}")
    assert run(["check", "--max-monthly", "500"]) == 1
    assert run(["check", "--config", str(folder / "other.yaml")]) == 3


def test_volumes_of_the_settings_are_for_configurations(folder: Path, capsys: CaptureText) -> None:
    typed = {"format": "costplan.volumes/1", "covers_all": True, "events": [{"category": "management"}]}
    typed["events"][0] |= {"account": ACCOUNT, "region": "eu-west-1", "writes": "10M/month"}  # type: ignore[index]
    (folder / "volumes.json").write_text(json.dumps(typed))
    settings(
        folder,
        "estate: estate.json\n"
        "check: {scenarios: [plan.json, one.yaml], volumes: [volumes.json], limits: [{max_monthly: 100}]}",
    )
    # The plan has the second copy beside the estate; the scenario has volumes of its own, and all its trails.
    assert run(["check", "--account", ACCOUNT]) == 1
    out = capsys.readouterr().out
    assert "broken  max-monthly of plan.json" in out
    assert "passed  max-monthly of scene" in out


def test_requirements_and_suppressions_of_the_settings(folder: Path, capsys: CaptureText) -> None:
    asked = """
check:
  scenarios: [two.yaml]
  lint: [CP013]
  suppressions:
    - {rule: CP013, reason: both are needed until spring, expires: 2099-01-01}
  require:
    - id: reads-and-writes
      say: Every Region has a trail
      records: {category: management}
"""
    settings(folder, asked)
    assert run(["check"]) == 0
    out = capsys.readouterr().out
    assert "accepted until 2099-01-01: both are needed until spring" in out
    settings(folder, asked.replace("records: {", "by: {is_multi_region: true}\n      records: {"))
    assert run(["check"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "Every Region has a trail: management events are not recorded by a multi-Region recorder" in out


# ---- what is wrong ----


def failed_plan(folder: Path) -> list[str]:
    (folder / "plan.json").write_text(json.dumps(trail_plan(errored=True)))
    return OF_PLAN


def old_volumes(folder: Path) -> list[str]:
    observed = {"start": "2021-01-01T00:00:00Z", "end": "2021-02-01T00:00:00Z", "hours": 744, "gap_hours": 0}
    covered = {"account": ACCOUNT, "region": "eu-west-1", "category": "Management", "basis": "recorded-by"}
    old = {"format": "costplan.volumes/1", "source": {"kind": "cloudtrail-logs"}}
    old |= {"coverage": [covered | {"observed": observed}], "events": []}
    (folder / "old.json").write_text(json.dumps(old))
    settings(folder, "check: {max_volumes_age_days: 90}")
    return ["one.yaml", "--volumes", "old.json"]


def asking(text: str) -> Callable[[Path], list[str]]:
    def prepare(folder: Path) -> list[str]:
        settings(folder, text)
        return ["one.yaml"]

    return prepare


def in_a_repository(folder: Path) -> list[str]:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return ["one.yaml", "--git", "no-such-revision"]


@pytest.mark.parametrize(
    ("prepare", "code", "says"),
    [
        pytest.param(
            failed_plan, 3, "plan.json:1: is a plan that failed, so resources may be missing", id="failed plan"
        ),
        pytest.param(
            lambda _: ["one.yaml", "--before", "one.yaml", "--max-increase", "0"],
            0,
            "passed: nothing broken",
            id="empty diff",
        ),
        pytest.param(old_volumes, 3, "could not tell: 1 could not tell", id="volumes older than the limit"),
        pytest.param(
            asking("check: {limts: []}"),
            3,
            'costplan.yaml:1: unknown key "limts" in check — did you mean',
            id="unknown key",
        ),
        pytest.param(
            asking("check:\n  limits:\n    - {max_monthly: 10%}"),
            3,
            "costplan.yaml:3: check.limits[0].max_monthly: is of the wrong unit",
            id="a limit of the wrong unit",
        ),
        pytest.param(
            asking("check: {limits: [], limits: []}"), 3, 'costplan.yaml:1: duplicate key "limits"', id="duplicate key"
        ),
        pytest.param(
            lambda _: ["one.yaml", "two.yaml"], 3, 'two.yaml:2: two scenarios are called "scene"', id="one name"
        ),
        pytest.param(lambda _: [], 2, "nothing to check: name a scenario", id="no scenario"),
        pytest.param(
            lambda folder: settings(folder, "check: {unknown: warn}") or [],  # type: ignore[func-returns-value]
            2,
            "nothing to check: name a scenario or a configuration, or list them under check: scenarios:",
            id="no scenario in the settings",
        ),
        pytest.param(lambda _: ["one.yaml", "--config", "no.yaml"], 3, "no.yaml: no such file", id="no settings"),
        pytest.param(
            in_a_repository, 3, "--git no-such-revision: git knows no such revision", id="a revision that is not there"
        ),
        pytest.param(
            lambda _: ["one.yaml", "--before", "gone.yaml"], 3, "gone.yaml: no such file or folder", id="no before"
        ),
        pytest.param(lambda _: ["gone.yaml"], 3, "gone.yaml: no such file or folder", id="no such scenario"),
        pytest.param(
            lambda _: ["plan.json"], 3, "plan.json: is a configuration, which names no volumes", id="no volumes"
        ),
    ],
)
@pytest.mark.parametrize("soft", [[], ["--soft-fail"]], ids=["", "soft"])
def test_what_is_wrong_is_told_and_nothing_is_written(
    prepare: Callable[[Path], list[str]], code: int, says: str, soft: list[str], folder: Path, capsys: CaptureText
) -> None:
    arguments = [*prepare(folder), *soft, "-o", "out.txt", "--report", "sarif=out.sarif"]
    is_answered = says.startswith(("passed", "could not tell"))
    expected = 0 if is_answered and soft else code

    assert run(["check", *arguments]) == expected
    out, err = capsys.readouterr()
    assert out == ""
    assert any(line.startswith(says) for line in err.splitlines()), err
    assert "Traceback" not in err
    written = [(folder / name).exists() for name in ("out.txt", "out.sarif")]
    assert written == [is_answered, is_answered]


@pytest.mark.usefixtures("folder")
def test_an_empty_diff_says_so(capsys: CaptureText) -> None:
    assert run(["check", "one.yaml", "--before", "one.yaml"]) == 0
    assert "scene: nothing that costs or records anything is different" in capsys.readouterr().out


def test_old_volumes_are_told_with_both_dates(folder: Path, capsys: CaptureText) -> None:
    assert run(["check", *old_volumes(folder)]) == 3
    assert "old.json end on 2021-01-31, " in " ".join(capsys.readouterr().out.split())


def test_a_revision_is_what_was_before(folder: Path, capsys: CaptureText) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=n@example.com"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run([*git, "add", "one.yaml"], check=True)
    subprocess.run([*git, "commit", "-qm", "one trail"], check=True)
    shutil.copy(folder / "two.yaml", folder / "one.yaml")

    assert run(["check", "one.yaml", "--git", "HEAD", "--max-increase", "10"]) == 1
    assert "trail b added" in capsys.readouterr().out


# ---- formats ----


def test_further_formats_are_written_in_the_same_run(folder: Path, capsys: CaptureText) -> None:
    reports = ["--report", "sarif=check.sarif", "--report", "junit=check.xml", "--report", "gitlab=check.json"]
    assert run(["check", "two.yaml", "--max-monthly", "2", *reports, "--format", "json", "-o", "all.json"]) == 1

    assert capsys.readouterr().out == ""
    assert json.loads((folder / "check.sarif").read_text())["version"] == "2.1.0"
    assert (folder / "check.xml").read_text().startswith("<?xml")
    assert [row["check_name"] for row in json.loads((folder / "check.json").read_text())] == ["max-monthly"]
    assert json.loads((folder / "all.json").read_text())["format"].startswith("costplan.check/")


def test_services_get_paths_of_the_repository(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    below = folder / "infra"
    below.mkdir()
    shutil.move(folder / "two.yaml", below)
    os.chdir(below)
    assert run(["check", "two.yaml", "--max-monthly", "2", "--format", "gitlab", "-o", "check.json"]) == 1
    (row,) = json.loads((below / "check.json").read_text())
    assert row["location"]["path"] == "infra/two.yaml"


def test_a_report_that_cannot_be_written_is_bad_input(folder: Path, capsys: CaptureText) -> None:
    assert run(["check", "one.yaml", "--report", "sarif=no/such/folder.sarif", "-o", "out.txt"]) == 3
    assert "cannot be written" in capsys.readouterr().err
    assert not (folder / "out.txt").exists()


def test_what_was_left_out_is_said_beside_formats_that_have_no_place_for_it(folder: Path, capsys: CaptureText) -> None:
    settings(folder, "check: {limits: [{max_increase: 5}]}")
    note = "max-increase not looked at for scene: nothing says what was before (--before, --git)"
    for form, is_on_stderr in (("table", False), ("gitlab", True)):
        assert run(["check", "one.yaml", "--format", form]) == 0
        out, err = capsys.readouterr()
        assert (note in " ".join(err.split())) is is_on_stderr
        assert (note in " ".join(out.split())) is not is_on_stderr


# ---- without a network ----

NAMESPACE = ["unshare", "--map-root-user", "--net"]
CAP_SYS_ADMIN = 21
"""The capability to make namespaces, as a bit of ``CapEff``."""


def is_allowed_to_unshare() -> bool:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return any(bool(int(line.split()[1], 16) >> CAP_SYS_ADMIN & 1) for line in lines if line.startswith("CapEff:"))


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return not subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode


def test_a_plan_and_typed_volumes_are_checked_without_any_network(folder: Path) -> None:
    if not can_unshare():
        # Where it is allowed, a refusal is no reason to leave the proof out.
        assert not is_allowed_to_unshare()
        pytest.skip("the kernel lets this user make no network namespace")
    volumes = {"format": "costplan.volumes/1", "covers_all": True, "events": [{"category": "management"}]}
    volumes["events"][0] |= {"account": ACCOUNT, "region": "eu-west-1", "writes": "10M/month"}  # type: ignore[index]
    alone = folder / "alone"
    alone.mkdir()
    shutil.move(folder / "plan.json", alone)
    (alone / "volumes.json").write_text(json.dumps(volumes))
    look = "import socket; print(socket.if_nameindex()); socket.create_connection(('127.0.0.1', 9), 1)"
    seen = subprocess.run([*NAMESPACE, sys.executable, "-c", look], capture_output=True, text=True, check=False)
    # Nothing but a loopback interface that is down: whoever looked outside, even here, would get an error.
    assert (seen.stdout, "Network is unreachable" in seen.stderr) == ("[(1, 'lo')]\n", True)
    program = [sys.executable, "-m", "costplan", "check", "plan.json", "--volumes", "volumes.json"]
    done = subprocess.run(
        [*NAMESPACE, *program, "--max-monthly", "300"], cwd=alone, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["passed: nothing broken"]), done.stderr
    assert "month 12 costs between" in done.stdout


@pytest.mark.parametrize("second", ["--report=sarif=./out.json", "-o=out.json"])
def test_two_results_never_go_to_one_file(folder: Path, second: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = second.split("=", 1)
    assert run(["check", "one.yaml", "--max-monthly", "5", "--report", "json=out.json", *words]) == 2
    assert "is named for two results" in capsys.readouterr().err
    assert not (folder / "out.json").exists()


STATUS = {"IsLogging": True, "LatestDeliveryTime": "2026-10-01T00:00:00Z"}


@pytest.mark.parametrize(("status", "code"), [(None, 3), (STATUS, 0), (STATUS | {"IsLogging": False}, 1)])
@pytest.mark.usefixtures("folder")
def test_whether_a_trail_logs_is_not_taken_for_granted(status: dict[str, Any] | None, code: int) -> None:
    """Its answers say what it would record; only that of get-trail-status says that it does (R74)."""
    arn = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"
    described = {"Name": "audit", "TrailARN": arn, "S3BucketName": "logs", "HomeRegion": "eu-west-1"}
    flags = ("IsMultiRegionTrail", "IsOrganizationTrail", "IncludeGlobalServiceEvents", "LogFileValidationEnabled")
    Path("answers").mkdir()
    described |= dict.fromkeys(flags, False) | {"HasCustomEventSelectors": False, "HasInsightSelectors": False}
    Path("answers/trails.json").write_text(json.dumps({"trailList": [described]}))
    if status is not None:
        Path("answers/status.json").write_text(json.dumps(status))
    place = {"account": ACCOUNT, "region": "eu-west-1"}
    required = {"id": "management", "records": {"category": "management"}, "in": place}
    Path("costplan.yaml").write_text(json.dumps({"check": {"require": [required]}}))
    assert run(["check", "answers", "--typed", "management=1M/month"]) == code
