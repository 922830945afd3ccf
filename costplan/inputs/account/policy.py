"""The least that IAM must allow for reading the trails and event data stores of an account."""

import json
from collections.abc import Iterable
from typing import Any

from costplan.inputs.account.operations import (
    ASSUME_ROLE,
    IN_ONE_ACCOUNT,
    OF_AN_ORGANIZATION,
    OF_EVENT_HISTORY,
    OF_METRICS,
    OF_PRICE_LISTS,
    READING_METRICS,
    Operation,
)


def policy_text(*, with_organization: bool = False, role: str | None = None, partition: str = "aws") -> str:
    """Return the policy as JSON: what every account that is read must allow, and what only the first one needs.

    with_organization: also for finding the organization's accounts.
    role: also for assuming the role of this name in them; the role itself needs the policy without it.
    """
    statements = [_allowing(sid, operations) for sid, operations in IN_ONE_ACCOUNT.items()]
    statements += _beyond(with_organization, role, partition)
    return _policy(statements)


def price_list_policy_text() -> str:
    """Return the policy for fetching list prices as JSON."""
    return _policy([_allowing("ReadListPrices", OF_PRICE_LISTS)])


def event_history_policy() -> str:
    """Return the policy for reading the event history of an account, as JSON."""
    return _policy([_allowing(sid, operations) for sid, operations in OF_EVENT_HISTORY.items()])


def metrics_policy(
    services: Iterable[str], *, with_organization: bool = False, role: str | None = None, partition: str = "aws"
) -> str:
    """Return the policy for reading the metrics of some *services*, as JSON; the rest as for ``policy_text``."""
    listing = [one for service in services for one in OF_METRICS[service]]
    statements = [
        _allowing("FindAccountAndRegions", IN_ONE_ACCOUNT["FindAccountAndRegions"]),
        _allowing("ListWhatHasMetrics", listing),
        _allowing("ReadMetrics", READING_METRICS),
    ]
    return _policy([*statements, *_beyond(with_organization, role, partition)])


def role_arn(partition: str, account: str, role: str) -> str:
    """Return the ARN of a role by its name, with its path if it has one."""
    return f"arn:{partition}:iam::{account}:role/{role}"


def _beyond(with_organization: bool, role: str | None, partition: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = []
    if with_organization:
        statements.append(_allowing("FindMemberAccounts", OF_AN_ORGANIZATION))
    if role is not None:
        statements.append(_statement("ReadMemberAccounts", [ASSUME_ROLE.action], role_arn(partition, "*", role)))
    return statements


def _allowing(sid: str, operations: Iterable[Operation]) -> dict[str, Any]:
    return _statement(sid, [one.action for one in operations], "*")


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def _statement(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
