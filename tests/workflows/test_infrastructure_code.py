"""Estimates made straight from infrastructure code: what it leaves open, and what an estate adds."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan import BadInputError, UsageError, estimate
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from tests.inputs.configs.terraform.building import ACCOUNT, OTHER, change, configured, plan, root

TRAIL = "aws_cloudtrail"
EU = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}}
TYPED = "management=10M/month"
HERE = {"account": ACCOUNT, "region": "eu-west-1"}

TEMPLATE = """
Parameters: {Reads: {Type: String}}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      TrailName: audit
      IsLogging: true
      S3BucketName: amzn-s3-demo-logs
      EventSelectors: [{ReadWriteType: !Ref Reads}]
"""


def arn(name: str) -> str:
    return f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/{name}"


def values(name: str, **others: Any) -> dict[str, Any]:
    return {"name": name, "s3_bucket_name": "amzn-s3-demo-logs", "enable_logging": True} | others


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def plan_of(*changes: dict[str, Any]) -> dict[str, Any]:
    return plan(*changes, configuration=root(*(configured(one["address"]) for one in changes), providers=EU))


def new(name: str) -> dict[str, Any]:
    return change(f"{TRAIL}.{name}", values(name), {"arn": True})


def entry(name: str, account: str = ACCOUNT, **others: Any) -> dict[str, Any]:
    return {"trail": name, "account": account, "home_region": "eu-west-1", "is_multi_region": False} | others


def one(*paths: Path, **options: Any) -> Estimate:
    (only,) = estimate(paths, **{"typed": TYPED, **HERE, **options}).estimates
    return only


def second_copies(found: Estimate) -> Decimal:
    return sum(
        (c.quantity.point for c in found.last.charges if c.usage.meter is Meter.MANAGEMENT_ADDITIONAL_COPY), Decimal(0)
    )


def always_said(found: Estimate) -> list[str]:
    return [a.text for a in found.assumptions if a.is_always_said]


def test_a_plan_alone_says_what_it_cannot_know(tmp_path: Path) -> None:
    found = one(written(tmp_path, "plan.json", plan_of(new("audit"))))
    assert found.name == str(tmp_path / "plan.json")
    assert second_copies(found) == 0
    assert always_said(found) == [
        "no other trail records these management events",
        f"audit is taken to belong to account {ACCOUNT}",
    ]


def test_an_estate_of_another_trail_makes_second_copies(tmp_path: Path) -> None:
    path = written(tmp_path, "plan.json", plan_of(new("audit")))
    estate = written(tmp_path, "estate.json", {"recorders": [entry("old"), entry("far", OTHER)]})
    found = one(path, estate_of_code=estate)
    assert second_copies(found) == 10_000_000
    assert [r.name for r in found.scenario.recorders] == ["old", "audit"]
    assert always_said(found) == [f"audit is taken to belong to account {ACCOUNT}"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [
                change(
                    f"{TRAIL}.a",
                    values("old", arn=arn("old")),
                    before=values("old", arn=arn("old")),
                    actions=["update"],
                )
            ],
            id="changed",
        ),
        pytest.param(
            [
                change(
                    f"{TRAIL}.a",
                    values("new"),
                    {"arn": True},
                    before=values("old", arn=arn("old")),
                    actions=["delete", "create"],
                )
            ],
            id="renamed",
        ),
        pytest.param(
            [change(f"{TRAIL}.a", None, before=values("old", arn=arn("old")), actions=["delete"]), new("audit")],
            id="deleted",
        ),
    ],
)
def test_what_the_plan_changes_is_not_counted_twice(tmp_path: Path, changes: list[dict[str, Any]]) -> None:
    path = written(tmp_path, "plan.json", plan_of(*changes))
    estate = written(tmp_path, "estate.json", {"recorders": [entry("old", arn=arn("old"))]})
    found = one(path, estate_of_code=estate)
    assert second_copies(found) == 0
    assert len(found.scenario.recorders) == 1


def test_the_organization_of_an_estate_tells_whose_an_organization_trail_is(tmp_path: Path) -> None:
    # A template names no account; the trail of the management account is the one that is deployed already.
    template = TEMPLATE.replace(
        "IsLogging: true", "IsLogging: true, IsOrganizationTrail: true".replace(", ", "\n      ")
    )
    pulled = {
        "organization": {"id": "o-exampleorgid", "management_account": OTHER, "members": [ACCOUNT]},
        "recorders": [entry("audit", OTHER, is_organization=True)],
    }
    estate = written(tmp_path, "estate.json", pulled)
    path = written(tmp_path, "template.yaml", template)
    found = one(path, estate_of_code=estate, parameters={"Reads": "All"}, account=None)
    assert second_copies(found) == 0
    assert f"audit is taken to belong to account {OTHER}" in always_said(found)


@pytest.mark.parametrize("actions", [["forget"], ["create", "forget"]], ids=str)
def test_what_a_plan_forgets_goes_on_recording(tmp_path: Path, actions: list[str]) -> None:
    after = values("audit") if "create" in actions else None
    forgotten = change(f"{TRAIL}.a", after, before=values("old", arn=arn("old")), actions=actions)
    path = written(tmp_path, "plan.json", plan_of(forgotten, new("other")) if after is None else plan_of(forgotten))
    estate = written(tmp_path, "estate.json", {"recorders": [entry("old", arn=arn("old"))]})
    # The trail of the estate and the new one: every event is recorded twice.
    assert second_copies(one(path, estate_of_code=estate)) == 10_000_000


def test_a_plan_that_deletes_its_last_trail_is_infrastructure_code_too(tmp_path: Path) -> None:
    gone = change(f"{TRAIL}.a", None, before=values("old", arn=arn("old")), actions=["delete"])
    path = written(tmp_path, "plan.json", plan_of(gone))
    text = "the code records no management event, so no other trail makes one dearer"
    assert always_said(one(path)) == [text]
    estate = written(tmp_path, "estate.json", {"recorders": [entry("old", arn=arn("old")), entry("stays")]})
    assert [r.name for r in one(path, estate_of_code=estate).scenario.recorders] == ["stays"]


def test_an_estate_of_the_project_is_for_infrastructure_code_only(tmp_path: Path) -> None:
    scenario = written(tmp_path, "whole.json", {"scenario": "whole", "recorders": [entry("audit")]})
    estate = written(tmp_path, "estate.json", {"recorders": [entry("old")]})
    assert second_copies(one(scenario, estate_of_code=estate)) == 0
    assert second_copies(one(scenario, estate=estate)) == 10_000_000


def test_a_scenario_takes_code_with_its_place_and_parameters(tmp_path: Path) -> None:
    written(tmp_path, "template.yaml", TEMPLATE)
    source = {"from": "template.yaml", "account": ACCOUNT, "home_region": "eu-west-1", "parameters": {"Reads": "None"}}
    scenario = written(tmp_path, "scenario.json", {"scenario": "s", "recorders": [source]})
    with pytest.raises(BadInputError, match='"None" is no ReadWriteType'):
        one(scenario)
    source["parameters"] = {"Reads": "All"}
    written(tmp_path, "scenario.json", {"scenario": "s", "recorders": [source]})
    found = one(scenario, account=None, region=None)
    (trail,) = found.scenario.recorders
    assert (trail.account, trail.home_region) == (ACCOUNT, "eu-west-1")
    assert always_said(found) == ["no other trail records these management events"]


def test_parameters_are_for_code_that_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "template.yaml", TEMPLATE)
    assert one(path, parameters={"Reads": "All"}).scenario.recorders[0].name == "audit"
    with pytest.raises(BadInputError, match='no template has a parameter "Read"'):
        one(path, parameters={"Read": "All"})


def test_code_names_no_volumes_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "plan.json", plan_of(new("audit")))
    with pytest.raises(BadInputError, match="names no volumes"):
        one(path, typed=None)
    volumes = {
        "format": "costplan.volumes/1",
        "covers_all": True,
        "events": [{"category": "management", "account": ACCOUNT, "region": "eu-west-1", "writes": "10M/month"}],
    }
    counted = written(tmp_path, "volumes.json", volumes)
    found = one(path, typed=None, volumes=[counted], account=None, region=None)
    first = [c.quantity.point for c in found.last.charges if c.usage.meter is Meter.MANAGEMENT_FIRST_COPY]
    assert first == [10_000_000]
    with pytest.raises(UsageError, match="--logs, --typed and --volumes"):
        one(path, volumes=[counted])


def test_a_folder_of_configurations_is_one_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    written(folder, "plan.json", plan_of(new("audit")))
    assert [r.name for r in one(folder).scenario.recorders] == ["audit"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match="no scenario in this folder"):
        one(tmp_path / "empty")


def test_what_was_pulled_may_stand_for_a_scenario(tmp_path: Path) -> None:
    pulled = {"accounts": {ACCOUNT: {"name": "prod"}}, "recorders": [entry("audit"), entry("old")]}
    found = one(written(tmp_path, "estate.json", pulled))
    assert second_copies(found) == 10_000_000
    assert found.scenario.accounts[ACCOUNT].name == "prod"
    assert always_said(found) == []


# ---- typed volumes ----


def test_typed_volumes_happen_where_the_recorders_are(tmp_path: Path) -> None:
    # A trail of a template is a single-Region one, which records nothing of any other Region.
    path = written(tmp_path, "template.yaml", TEMPLATE)
    result = estimate([path], typed=TYPED, parameters={"Reads": "All", "AWS::Region": "eu-west-1"})
    (found,) = result.estimates
    assert {(c.usage.account, c.usage.region) for c in found.last.charges} == {(ACCOUNT, "eu-west-1")}
    assert result.warnings == ()


def test_typed_volumes_happen_where_the_namesake_in_the_estate_is(tmp_path: Path) -> None:
    path = written(tmp_path, "plan.json", plan_of(new("audit")))
    pulled = {"recorders": [entry("audit", OTHER), entry("second", OTHER)]}
    found = one(path, estate=written(tmp_path, "estate.json", pulled), account=None)
    assert {recorder.account for recorder in found.scenario.recorders} == {OTHER}
    assert second_copies(found) == 10_000_000


def test_typed_volumes_that_no_recorder_can_record_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "plan.json", plan_of(new("audit")))
    (warning,) = estimate([path], typed=TYPED, account=ACCOUNT, region="us-east-1").warnings
    assert f"no recorder is in account {ACCOUNT} and Region us-east-1" in warning
