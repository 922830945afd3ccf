"""The policy allows what is asked, neither more nor less; it is compared with what came over the wire."""

import json
from typing import Any

import botocore.session
import pytest

from costplan.inputs.account import Access, collect, policy_text
from tests.inputs.account.front import Scene
from tests.inputs.account.made import ACCOUNT, always

# What IAM calls otherwise than the API does.
RENAMED = {"s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration"}
ROLE = "audit"


def actions_of(policy: str) -> set[str]:
    return {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}


def asked_of(scene: Scene) -> set[str]:
    asked = {f"{one.service}:{one.operation}" for one in scene.asked}
    return {RENAMED.get(action, action) for action in asked}


@pytest.mark.usefixtures("key")
def test_the_policy_of_one_account_allows_exactly_what_is_asked(scene: Scene, access: Access) -> None:
    collect(access)
    # The Regions are asked of a second service only where the first refuses.
    scene.fail("AccessDeniedException", "ListRegions")
    collect(access)

    assert asked_of(scene) == actions_of(policy_text())


@pytest.mark.usefixtures("key")
def test_an_organization_and_a_role_need_three_actions_more(scene: Scene, access: Access) -> None:
    organization = {"Id": "o-exampleorgid", "MasterAccountId": ACCOUNT}
    accounts = [{"Id": code, "State": "ACTIVE"} for code in (ACCOUNT, "111122223333")]
    scene.plays |= {
        "DescribeOrganization": always({"Organization": organization}),
        "ListAccounts": always({"Accounts": accounts}),
    }
    collect(access, with_organization=True, role=ROLE)
    found = actions_of(policy_text()), actions_of(policy_text(with_organization=True))
    whole = actions_of(policy_text(with_organization=True, role=ROLE))

    assert found[1] - found[0] == {"organizations:DescribeOrganization", "organizations:ListAccounts"}
    assert whole - found[1] == {"sts:AssumeRole"}
    assert whole - asked_of(scene) == {"ec2:DescribeRegions"}
    assert asked_of(scene) <= whole


def test_every_action_is_an_operation_that_only_reads() -> None:
    session = botocore.session.get_session()
    names = {action: name for name, action in RENAMED.items()}
    actions = actions_of(policy_text(with_organization=True, role=ROLE))

    assert len(actions) == 20
    for action in actions:
        service, _, operation = names.get(action, action).partition(":")
        model = session.get_service_model(service)
        assert operation in model.operation_names
        assert model.signing_name == service
        assert operation.startswith(("Describe", "Get", "List")) or action == "sts:AssumeRole"


@pytest.mark.parametrize(("partition", "role"), [("aws", "audit"), ("aws-cn", "teams/audit")])
def test_only_the_named_role_may_be_assumed(partition: str, role: str) -> None:
    statements: list[dict[str, Any]] = json.loads(policy_text(role=role, partition=partition))["Statement"]

    assert statements[-1] == {
        "Sid": "ReadMemberAccounts",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:{partition}:iam::*:role/{role}",
    }
    assert {statement["Resource"] for statement in statements[:-1]} == {"*"}
