"""Whose credentials these are, and which Regions their account has enabled."""

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
