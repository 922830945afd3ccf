"""The two sides of a diff: files, plans, revisions of git; and what it says of volumes, prices and days."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from costplan.cli.app import run
from costplan.model.billing import Meter
from costplan.model.changes import Diff
from costplan.model.problems import BadInputError, UsageError
from costplan.model.verdicts import Outcome
from costplan.workflows.check import check
from costplan.workflows.diff import diff
from tests.build import EXACT

D = Decimal
VOLUMES = """\
format: costplan.volumes/1
coverage:
  - {account: "111122223333", region: us-east-1, category: Management, basis: typed}
events:
  - account: "111122223333"
    region: us-east-1
    category: Management
    event_source: ec2.amazonaws.com
    read_only: false
    count: 1M/month
"""
TRAIL = """\
  - trail: main
    account: "111122223333"
    home_region: us-east-1
"""
SECOND = TRAIL.replace("main", "second")


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    with localcontext(EXACT):
        yield


def scenario(*trails: str, name: str = "prod", more: str = "") -> str:
    return f"scenario: {name}\nvolumes: volumes.yaml\nassumptions: {{months: 1}}\n{more}recorders:\n{''.join(trails)}"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    (tmp_path / "volumes.yaml").write_text(VOLUMES)

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write_file


def only(*arguments: Any, **options: Any) -> Diff:
    (found,) = diff(*arguments, **options).diffs
    return found


def meters(found: Diff) -> dict[str, Decimal]:
    return {change.id.split("/")[1]: change.cost.point for change in found.charges if change.cost.point}


def causes(found: Diff) -> list[tuple[str, str | None, str]]:
    return [(c.change.kind.value, c.change.recorder, c.change.attribute) for c in found.causes]


# ---- two files ----


def test_a_second_trail_pays_for_its_copies(write: Callable[..., Path]) -> None:
    found = only(write("a.yaml", scenario(TRAIL)), write("b.yaml", scenario(TRAIL, SECOND)))
    # R80, R81: 1,000,000 further copies at $2.00 per 100,000.
    assert meters(found)["management-additional-copy"] == D(20)
    assert causes(found) == [("added", "second", "")]
    assert found.causes[0].in_order == found.causes[0].alone == found.cost
    assert [(e.recorder, e.quantity.point) for e in found.causes[0].recorded] == [("second", D(1_000_000))]


def test_scenarios_of_folders_are_matched_by_name(write: Callable[..., Path], tmp_path: Path) -> None:
    for folder, trails in (("old", (TRAIL,)), ("new", (TRAIL, SECOND))):
        write(f"{folder}/1.yaml", scenario(*trails, name="prod").replace("volumes.yaml", "../volumes.yaml"))
        write(f"{folder}/2.yaml", scenario(TRAIL, name=f"{folder} only").replace("volumes.yaml", "../volumes.yaml"))
    result = diff(tmp_path / "old", tmp_path / "new")
    assert [(one.after.name, bool(one.causes)) for one in result.diffs] == [("prod", True), ("new only", True)]
    # What was nowhere before is new as a whole: its trail is what it adds.
    assert causes(result.diffs[1]) == [("added", "main", "")]
    assert any("old only: only there before" in warning for warning in result.warnings)


def test_nothing_changed_is_said(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = write("a.yaml", scenario(TRAIL))
    assert only(path, path).is_empty
    assert run(["diff", str(path), str(path)]) == 0
    assert "nothing" in capsys.readouterr().out.lower()


def test_problems_of_both_sides_are_told_at_once(write: Callable[..., Path]) -> None:
    before, after = write("a.yaml", "scenario: x\nrecorder: []\n"), write("b.yaml", "scenario: y\nrecorderz: []\n")
    with pytest.raises(BadInputError) as refused:
        diff(before, after)
    paths = {problem.where.path for problem in refused.value.problems}
    assert paths == {str(before), str(after)}


def test_trails_that_change_places_in_a_file_change_nothing(write: Callable[..., Path]) -> None:
    """Which of the two has the free copies hangs on the order of the file (R82), and on nothing that AWS knows."""
    assert only(write("a.yaml", scenario(TRAIL, SECOND)), write("b.yaml", scenario(SECOND, TRAIL))).is_empty


# ---- what is not about recorders ----


def test_volumes_discounts_and_prices_are_causes_of_their_own(write: Callable[..., Path]) -> None:
    before = write("a.yaml", scenario(TRAIL, SECOND))
    write("twice.yaml", VOLUMES.replace("1M", "2M"))
    write(
        "own.yaml",
        "currency: USD\nprices:\n  - {meter: management-additional-copy, price: 1.00, per: 100000}\n",
    )
    after = write(
        "b.yaml",
        scenario(TRAIL, SECOND, more="prices: own.yaml\ndiscounts: {cloudtrail: 10%}\n").replace(
            "volumes.yaml", "twice.yaml"
        ),
    )
    found = only(before, after)
    assert [attribute for _, _, attribute in causes(found)] == ["volumes", "discounts.cloudtrail", "prices"]
    volumes, discount, prices = found.causes
    # Copies: 1M at $2 → 2M at $2: +$20; 2M at $1 instead of $2: -$20; alone, 1M at $1: -$10.  Discounts are net.
    assert "management-additional-copy" not in meters(found)
    storage = volumes.in_order.point - 20
    assert (prices.in_order.point, prices.alone.point) == (D(-20), D(-10))
    assert discount.in_order.point == 0
    assert found.cost.point == storage
    assert found.together.point == D(-10)
    # Net: before 20, after 20 less a tenth; what the buckets cost has no discount.
    assert found.net.point == storage - 2


# ---- days ----


DATED = """\
currency: USD
prices:
  - {service: cloudtrail, meter: management-additional-copy, per: 1, tiers: [{price: 2}], effective_until: 2026-07-01}
  - {service: cloudtrail, meter: management-additional-copy, per: 1, tiers: [{price: 3}], effective_from: 2026-07-01}
"""


def test_scenarios_that_begin_in_two_months_are_compared_at_the_prices_of_one_day(write: Callable[..., Path]) -> None:
    write("prices.yaml", DATED)
    before, same, after = (
        write(
            f"{name}.yaml", scenario(*trails, more="prices: prices.yaml\n").replace("months: 1", f"months: 1, {start}")
        )
        for name, start, trails in (
            ("before", "start: 2026-01", (TRAIL, SECOND)),
            ("same", "start: 2026-09", (TRAIL, SECOND)),
            ("after", "start: 2026-09", (TRAIL, SECOND, SECOND.replace("second", "third"))),
        )
    )
    (found,) = diff(before, same).diffs
    assert found.is_empty
    # What the third copies of a million events cost in September, and no dearer second ones.
    (found,) = diff(before, after).diffs
    copies = [charge for charge in found.charges if charge.meter is Meter.MANAGEMENT_ADDITIONAL_COPY]
    assert [(charge.recorder, charge.cost.point) for charge in copies] == [("third", 3_000_000)]
    (verdict,) = (v for v in check([same], before=before, max_increase="0").report.verdicts if v.rule == "max-increase")
    assert verdict.outcome is Outcome.PASSED


@pytest.mark.parametrize("months", [1, 24])
def test_what_prices_alone_change_is_told_apart(write: Callable[..., Path], months: int) -> None:
    # Two days are compared, not what the prices of either will be when the projection has come to its last month.
    row = "  - {meter: management-additional-copy, per: 100000, price: "
    own = f"currency: USD\nprices:\n{row}1.00, effective_until: 2026-06-01}}\n{row}3.00, effective_from: 2026-06-01}}\n"
    before, after = write("a.yaml", scenario(TRAIL, SECOND)), write("b.yaml", scenario(TRAIL))
    days: dict[str, Any] = {"months": months, "before_as_of": date(2026, 1, 1), "as_of": date(2026, 11, 1)}
    found = only(before, after, prices=write("own.yaml", own), **days)
    # 1,000,000 copies: $10 in January, $30 since June; the second trail then takes its $30 and its bucket's cost away.
    assert found.prices is not None
    assert found.prices.point == D(20)
    assert meters(found)["management-additional-copy"] == D(-10)
    (removed,) = found.causes
    assert removed.change.kind == "removed"
    assert found.prices.point + removed.in_order.point == found.cost.point


# ---- Terraform plans, which hold both sides ----


def plan(before: dict[str, Any] | None, after: dict[str, Any] | None, **more: Any) -> str:
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    address = {"address": "aws_cloudtrail.main", "mode": "managed", "type": "aws_cloudtrail", "name": "main"}
    provider = "registry.terraform.io/hashicorp/aws"
    change = {
        **address,
        "provider_name": provider,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
    }
    planned = [] if after is None else [{**address, "provider_name": provider, "schema_version": 0, "values": after}]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": [change],
            "configuration": {"root_module": {}},
            **more,
        }
    )


def trail(**fields: Any) -> dict[str, Any]:
    arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
    return {"name": "main", "s3_bucket_name": "logs", "arn": arn, "home_region": "us-east-1", **fields}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (trail(), trail(is_multi_region_trail=True), [("changed", "main", "is_multi_region")]),
        (None, trail(), [("added", "main", "")]),
        (trail(), None, [("removed", "main", "")]),
    ],
    ids=["changes", "adds", "removes"],
)
def test_a_plan_holds_both_sides(write: Callable[..., Path], before: Any, after: Any, expected: Any) -> None:
    found = only(write("plan.json", plan(before, after)), typed="management=1M/month", months=1)
    assert causes(found) == expected


def test_the_estate_gives_way_on_both_sides(write: Callable[..., Path]) -> None:
    """The estate was pulled while the trail was there: the plan that removes it leaves nothing of it."""
    estate = write("estate.yaml", f"recorders:\n{TRAIL}{SECOND}")
    found = only(write("plan.json", plan(trail(), None)), typed="management=1M/month", months=1, estate=estate)
    assert causes(found) == [("removed", "main", "")]
    assert meters(found)["management-additional-copy"] == D(-20)
    # The other way round, the estate does not have twice what the plan makes.
    made = only(write("plan.json", plan(None, trail())), typed="management=1M/month", months=1, estate=estate)
    assert meters(made)["management-additional-copy"] == D(20)


def test_templates_that_drop_a_trail_take_it_from_the_estate_too(write: Callable[..., Path]) -> None:
    template = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Main:
    Type: AWS::CloudTrail::Trail
    Properties: {TrailName: main, S3BucketName: logs, IsLogging: true}
"""
    extra = template + template.partition("Resources:\n")[2].replace("Main", "Second").replace("main", "second")
    estate = write("estate.yaml", f"recorders:\n{TRAIL}{SECOND}")
    given = {"typed": "management=1M/month", "account": "111122223333", "region": "us-east-1", "months": 1}
    found = only(write("b.template", extra), write("a.template", template), estate=estate, **given)
    assert causes(found) == [("removed", "second", "")]
    assert meters(found)["management-additional-copy"] == D(-20)


def test_a_plan_of_a_failed_run_is_refused(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = write("plan.json", plan(None, trail(), errored=True))
    assert run(["diff", str(path), "--typed", "management=1M/month"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert str(path) in err


def test_what_a_plan_leaves_out_is_said(write: Callable[..., Path]) -> None:
    forgotten = json.loads(plan(trail(), None))
    forgotten["resource_changes"][0]["change"]["actions"] = ["forget"]
    path = write("plan.json", json.dumps({**forgotten, "complete": False}))
    said = ["is a plan of a part", "aws_cloudtrail.main is forgotten, but not deleted; it is not read"]
    typed = {"typed": "management=1M/month"}
    heard = diff(path, **typed).warnings  # type: ignore[arg-type]
    assert [any(text in note for note in heard) for text in said] == [True, True]
    report = check([path], account="111122223333", region="us-east-1", **typed).report  # type: ignore[arg-type]
    assert [any(text in note for note in report.notes) for text in said] == [True, True]


@pytest.mark.parametrize("folder", [".", "code"])
@pytest.mark.parametrize("is_absolute", [False, True])
def test_a_limit_of_a_configuration_holds_wherever_the_check_runs(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str, is_absolute: bool
) -> None:
    declared = "Resources: {T: {Type: AWS::CloudTrail::Trail, Properties: {TrailName: t, S3BucketName: logs}}}"
    path = write("code/template.yaml", declared)
    config = write("costplan.yaml", "check: {limits: [{max_monthly: 0, scenario: code/template.yaml}]}")
    monkeypatch.chdir(tmp_path / folder)
    if not is_absolute:
        path, config = (Path(os.path.relpath(each)) for each in (path, config))
    said = {"typed": "management=1M/month", "account": "111122223333", "region": "us-east-1"}
    report = check([path], config=config, **said).report  # type: ignore[arg-type]
    assert [each.rule for each in report.verdicts] == ["max-monthly", "unknown"]
    assert not any("limits nothing" in note for note in report.notes)


# ---- revisions of git ----


@pytest.fixture
def repository(write: Callable[..., Path], tmp_path: Path) -> Path:
    write("infra/a.yaml", scenario(TRAIL).replace("volumes.yaml", "../volumes.yaml"))
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.mark.parametrize("path", ["infra/a.yaml", "infra"])
def test_the_working_tree_is_compared_with_a_revision(repository: Path, path: str) -> None:
    changed = repository / "infra" / "a.yaml"
    changed.write_text(scenario(TRAIL, SECOND).replace("volumes.yaml", "../volumes.yaml"))
    found = only(repository / path, git="HEAD")
    assert causes(found) == [("added", "second", "")]
    assert changed.read_text().count("trail:") == 2
    assert not subprocess.run(["git", "-C", str(repository), "stash", "list"], capture_output=True, check=True).stdout


def test_each_of_several_configurations_is_compared_with_what_lay_at_its_path(
    repository: Path, write: Callable[..., Path]
) -> None:
    # They have no names of their own: only where they lie tells which is which.
    declared = "Resources:\n  T: {Type: AWS::CloudTrail::Trail, Properties: {TrailName: %s, S3BucketName: %s-logs}}\n"
    first, second = (write(f"code/{name}.yaml", declared % (name, name)) for name in ("first", "second"))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "code")
    third = write("code/third.yaml", declared % ("third", "third"))
    second.write_text(second.read_text().replace("second-logs", "second-logs, EnableLogFileValidation: true"))
    said = {"git": "HEAD", "typed": "management=1M/month", "account": "111122223333", "region": "us-east-1"}
    result = check([first, second, third], max_increase="1000", **said)  # type: ignore[arg-type]
    assert [causes(found) for found in result.report.diffs] == [
        [],
        [("changed", "second", "log_file_validation")],
        [("added", "third", "")],
    ]
    assert [warning for warning in result.warnings if "not there" in warning] == [
        f"{third}: not there before, so everything in it is new"
    ]


def test_what_is_gone_is_where_git_has_it(repository: Path) -> None:
    (repository / "infra" / "a.yaml").write_text(
        scenario(SECOND + "    is_multi_region: true\n").replace("volumes.yaml", "../volumes.yaml")
    )
    gone = next(c for c in only(repository / "infra", git="main").causes if c.change.kind == "removed")
    assert str(gone.change.where) == "main:infra/a.yaml:5"


def test_a_file_that_was_not_there_is_new(repository: Path) -> None:
    new = repository / "infra" / "b.yaml"
    new.write_text(scenario(SECOND, name="new").replace("volumes.yaml", "../volumes.yaml"))
    result = diff(None, new, git="HEAD")
    assert causes(result.diffs[0]) == [("added", "second", "")]
    assert any("everything is new" in warning for warning in result.warnings)


def test_problems_of_a_revision_name_it(repository: Path) -> None:
    path = repository / "infra" / "a.yaml"
    whole = path.read_text()
    path.write_text("scenario: x\nrecorder: []\n")
    git(repository, "commit", "--quiet", "-am", "broken")
    path.write_text(whole)
    with pytest.raises(BadInputError) as refused:
        diff(None, path, git="HEAD")
    assert {problem.where.path for problem in refused.value.problems} == {"HEAD:infra/a.yaml"}
    assert "/tmp" not in str(refused.value)


@pytest.mark.parametrize(
    ("revision", "said"), [("nowhere", "no such revision"), ("--help", "no such revision"), ("HEAD~5", "no such")]
)
def test_a_revision_that_git_does_not_know(repository: Path, revision: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        diff(None, repository / "infra", git=revision)


def test_no_repository(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(BadInputError, match="git says"):
        diff(None, write("a.yaml", scenario(TRAIL)), git="HEAD")


def test_git_is_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadInputError, match="git is not installed"):
        diff(None, repository / "infra", git="HEAD")


# ---- wrong command lines ----


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name what was before"),
        (["a.yaml"], "shows one side only"),
        (["a.yaml", "a.yaml", "a.yaml"], "compares two sides, not 3"),
        (["a.yaml", "a.yaml", "--git", "HEAD"], "name one path"),
        (["a.yaml", "a.yaml", "--before-as-of", "soon"], "--before-as-of soon: not a date"),
        (["a.yaml", "a.yaml", "--typed", "management=1/s", "--volumes", "volumes.yaml"], "use one of them"),
    ],
)
def test_a_command_line_that_says_too_much_or_too_little(
    write: Callable[..., Path],
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("a.yaml", scenario(TRAIL))
    monkeypatch.chdir(tmp_path)
    assert run(["diff", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_library_call_without_sides_is_refused() -> None:
    with pytest.raises(UsageError):
        diff(None)


def test_prices_of_ones_own_that_stand_elsewhere_are_no_change(write: Callable[..., Path]) -> None:
    own = "currency: USD\nprices:\n  - {meter: data, price: 1.00, per: 100000}\n"
    write("one.yaml", own)
    write("other.yaml", f"# the same\n{own}")
    sides = [write(f"{n}.yml", scenario(TRAIL, more=f"prices: {n}.yaml\n")) for n in ("one", "other")]
    assert only(*sides).is_empty
