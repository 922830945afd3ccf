"""Whose credentials these are, and which Regions their account has enabled."""

from collections.abc import Sequence
from dataclasses import dataclass

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import DESCRIBE_REGIONS, GET_CALLER_IDENTITY, LIST_REGIONS
from costplan.inputs.account.session import AWS, Session
from costplan.inputs.aws.failures import NOT_ACCEPTED, NOT_ACCEPTED_FAULT
from costplan.model.problems import BadInputError, Problem

FALLBACK_REGION = "us-east-1"
"""Where questions begin that belong to no Region, if neither the command line nor the configuration names one."""

_ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")


@dataclass(frozen=True, slots=True)
class Identity:
    """The account of some credentials, and its partition."""

    account: str
    partition: str


def identify(session: Session, region: str) -> Identity:
    """Return whose credentials a session has.

    Raises:
        BadInputError: they cannot be used, or AWS cannot be reached.
    """
    answer = session.ask(GET_CALLER_IDENTITY, region)
    if not isinstance(answer, Refusal):
        return Identity(answer["Account"], answer["Arn"].split(":")[1])
    if answer.code in NOT_ACCEPTED:
        fault = NOT_ACCEPTED_FAULT
    elif answer.is_of_contact:
        fault = f"cannot be reached ({answer})", "check the network, the proxy and AWS_ENDPOINT_URL"
    else:
        fault = f"does not say whose credentials these are ({answer})", "aws sts get-caller-identity must work first"
    raise BadInputError([Problem(AWS, *fault)])


def regions_to_ask(session: Session, account: str, region: str, asked_for: Sequence[str]) -> tuple[str, ...]:
    """Return the Regions that are asked for, sorted, or all that the account has enabled where none is.

    Raises:
        BadInputError: nobody says which those are.
    """
    if asked_for:
        return tuple(sorted(set(asked_for)))
    enabled = enabled_regions(session, region)
    if isinstance(enabled, Refusal):
        raise BadInputError([cannot_list_regions(account, enabled)])
    return enabled


def cannot_list_regions(account: str, refusal: Refusal) -> Problem:
    """Return that nobody says which Regions an account has enabled, and nobody named some."""
    what = f"the enabled Regions of account {account} cannot be listed ({refusal})"
    return Problem(AWS, what, "allow account:ListRegions or ec2:DescribeRegions, or name Regions with --region")


def enabled_regions(session: Session, region: str) -> tuple[str, ...] | Refusal:
    """Return the Regions that the account has enabled, sorted, or why nobody says.

    Two services know them; either is enough.
    """
    listed, refusal = session.ask_for_all(LIST_REGIONS, region, "Regions", RegionOptStatusContains=list(_ENABLED))
    if refusal is not None:
        # Half of a list would pass for the whole.
        answer = session.ask(DESCRIBE_REGIONS, region)
        if isinstance(answer, Refusal):
            return answer
        listed = answer["Regions"]
    return tuple(sorted(one["RegionName"] for one in listed))
