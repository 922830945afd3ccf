"""The least that IAM must allow for reading the trails and event data stores of an account."""

import json
from typing import Any

from costplan.inputs.account.operations import (
    ASSUME_ROLE,
    IN_ONE_ACCOUNT,
    OF_AN_ORGANIZATION,
    OF_EVENT_HISTORY,
    OF_PRICE_LISTS,
)


def policy_text(*, with_organization: bool = False, role: str | None = None, partition: str = "aws") -> str:
    """Return the policy as JSON: what every account that is read must allow, and what only the first one needs.

    with_organization: also for finding the organization's accounts.
    role: also for assuming the role of this name in them; the role itself needs the policy without it.
    """
    statements: list[dict[str, Any]] = [
        _statement(sid, [one.action for one in operations], "*") for sid, operations in IN_ONE_ACCOUNT.items()
    ]
    if with_organization:
        statements.append(_statement("FindMemberAccounts", [one.action for one in OF_AN_ORGANIZATION], "*"))
    if role is not None:
        statements.append(_statement("ReadMemberAccounts", [ASSUME_ROLE.action], role_arn(partition, "*", role)))
    return _policy(statements)


def price_list_policy_text() -> str:
    """Return the policy for fetching list prices as JSON."""
    return _policy([_statement("ReadListPrices", [one.action for one in OF_PRICE_LISTS], "*")])


def event_history_policy() -> str:
    """Return the policy for reading the event history of an account, as JSON."""
    return _policy([_statement(sid, [one.action for one in ones], "*") for sid, ones in OF_EVENT_HISTORY.items()])


def role_arn(partition: str, account: str, role: str) -> str:
    """Return the ARN of a role by its name, with its path if it has one."""
    return f"arn:{partition}:iam::{account}:role/{role}"


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def _statement(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
