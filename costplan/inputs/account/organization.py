"""The accounts of an AWS organization, as its management account or a delegated administrator sees them."""

from collections.abc import Mapping
from dataclasses import dataclass

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import DESCRIBE_ORGANIZATION, LIST_ACCOUNTS
from costplan.inputs.account.session import AWS, Session
from costplan.model.problems import BadInputError, Problem

_ACTIVE = "ACTIVE"
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"


@dataclass(frozen=True, slots=True)
class Members:
    """An organization.

    names: of its active accounts by id, the management account included; sorted by id.
    """

    id: str
    management_account: str
    names: Mapping[str, str | None]


def find_members(session: Session, region: str) -> Members:
    """Return the organization of the session's account, with its active accounts.

    Raises:
        BadInputError: there is none, or its accounts may not be listed.
    """
    answer = session.ask(DESCRIBE_ORGANIZATION, region)
    if isinstance(answer, Refusal):
        raise BadInputError([_problem(answer)])
    organization = answer["Organization"]
    listed, refusal = session.ask_for_all(LIST_ACCOUNTS, region, "Accounts")
    if refusal is not None:
        raise BadInputError([_problem(refusal)])
    # Older SDKs know only Status, which AWS is going to leave out.
    active = [account for account in listed if (account.get("State") or account.get("Status")) == _ACTIVE]
    names = {account["Id"]: account.get("Name") for account in sorted(active, key=lambda one: str(one["Id"]))}
    return Members(organization["Id"], organization["MasterAccountId"], names)


def _problem(refusal: Refusal) -> Problem:
    if refusal.code == _NO_ORGANIZATION:
        return Problem(AWS, "the account is in no organization", "leave --organization out")
    what = f"the accounts of the organization cannot be listed ({refusal})"
    if refusal.is_denial:
        hint = "run it in the management account or a delegated administrator, or leave --organization out"
    else:
        hint = "run it again later, or leave --organization out"
    return Problem(AWS, what, hint)
