"""What the library's pull makes of a live account's answers, and what it refuses to be asked."""

import json
from datetime import UTC, datetime

import pytest

from costplan.model.problems import BadInputError, UsageError
from costplan.model.recorders import EventDataStore, Trail
from costplan.model.scenario import Account
from costplan.workflows.pull import LookedAt, policy_text, pull_answers, pull_trails
from tests.inputs.account import conftest as live
from tests.inputs.account.conftest import BRIEF
from tests.inputs.account.front import Scene
from tests.inputs.account.made import ACCOUNT, AUDIT, HOME, LOCAL, LOGS, OTHER, STORE, always

access, aws_environment, front, key = live.access, live.aws_environment, live.front, live.key
moto_server, scene = live.moto_server, live.scene

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


@pytest.mark.usefixtures("key")
def test_a_live_account_becomes_recorders(access: live.Access) -> None:
    result = pull_trails(access=access, when=NOON)

    by_arn = {recorder.arn: recorder for recorder in result.recorders}
    audit, local, lake = by_arn[AUDIT], by_arn[LOCAL], by_arn[STORE]
    assert isinstance(audit, Trail)
    assert (audit.name, audit.account, audit.home_region) == ("audit", ACCOUNT, HOME)
    assert (audit.is_multi_region, audit.is_logging, audit.log_file_validation) == (True, True, True)
    assert audit.has_advanced_selectors
    assert [insight.type for insight in audit.insights] == ["ApiCallRateInsight"]
    assert (audit.bucket.name, audit.bucket.has_kms_key) == (LOGS, True)
    assert audit.cloudwatch_logs is not None
    assert isinstance(local, Trail)
    assert (local.home_region, local.is_multi_region, local.is_logging) == (OTHER, False, False)
    assert local.selectors is not None
    assert not local.has_advanced_selectors
    assert isinstance(lake, EventDataStore)
    assert (lake.name, lake.home_region, lake.is_ingesting, lake.retention_days) == ("lake", OTHER, True, 366)
    assert result.unknown == ()
    assert result.accounts == {ACCOUNT: Account(None, (HOME, OTHER))}
    assert result.organization is None
    assert result.looked_at == LookedAt(NOON, ACCOUNT, {ACCOUNT: (HOME, OTHER)})


@pytest.mark.usefixtures("key")
def test_what_may_not_be_read_is_unknown_and_the_rest_is_read(scene: Scene, access: live.Access) -> None:
    scene.fail("AccessDeniedException", "GetTrailStatus", about=LOCAL)
    result = pull_trails(access=access)

    sentence = f"whether {LOCAL} is logging could not be found out (GetTrailStatus: AccessDeniedException)"
    assert result.unknown == (sentence,)
    (local,) = [recorder for recorder in result.recorders if recorder.arn == LOCAL]
    assert any("get-trail-status" in text for text in local.assumed)


@pytest.mark.usefixtures("key")
def test_answers_that_cannot_be_understood_are_problems_and_kept_as_they_came(
    scene: Scene, access: live.Access
) -> None:
    wrong = {"Name": "all", "FieldSelectors": [{"Field": "eventColour", "Equals": ["red"]}]}
    answer = {"TrailARN": AUDIT, "AdvancedEventSelectors": [wrong]}
    scene.plays["GetEventSelectors"] = always(answer)

    assert pull_answers(access=access).document["get-event-selectors"][AUDIT] == answer
    with pytest.raises(BadInputError) as caught:
        pull_trails(access=access)
    assert str(caught.value.problems[0]).startswith(f"AWS account {ACCOUNT}: ")


@pytest.mark.parametrize("regions", [(), ("all",), ("all", "all")])
def test_all_regions_are_looked_at_by_default(scene: Scene, access: live.Access, regions: tuple[str, ...]) -> None:
    assert pull_answers(access=access, regions=regions).looked_at.regions == {ACCOUNT: (HOME, OTHER)}
    assert len(scene.asked_for("DescribeTrails")) == 2


@pytest.mark.usefixtures("scene")
def test_a_given_profile_counts_with_a_given_access(access: live.Access) -> None:
    assert access.patience == BRIEF
    with pytest.raises(BadInputError, match="there is no profile audit"):
        pull_answers(profile="audit", access=access)


WRONG = [
    ({"regions": ("europe",)}, "--region europe is no Region code: for example eu-west-1, or all"),
    ({"regions": ("all", HOME)}, "--region all already takes every Region: leave out the others, or leave out all"),
    ({"role": "audit"}, "--role is about the accounts of an organization: give --organization too"),
    (
        {"role": "arn:aws:iam::111122223333:role/audit", "with_organization": True},
        "--role takes the name of a role that every account has, not its ARN: --role audit",
    ),
    (
        {"role": "*", "with_organization": True},
        "--role takes the name of a role that every account has, not its ARN: --role audit",
    ),
]


@pytest.mark.parametrize(("options", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_cannot_be_asked_for(options: dict[str, object], words: str) -> None:
    for ask in (pull_trails, policy_text):
        with pytest.raises(UsageError) as caught:
            ask(**options)  # type: ignore[operator]
        assert str(caught.value) == words


def test_the_policy_is_of_the_partition_of_the_regions() -> None:
    text = policy_text(regions=("cn-north-1",), with_organization=True, role="audit")

    assert json.loads(text)["Statement"][-1]["Resource"] == "arn:aws-cn:iam::*:role/audit"
