"""Who made a request, as an access log says it, and as CloudTrail would."""

import re
from typing import NamedTuple

from costplan.model.places import arn_account, partition_of
from costplan.model.unknown import UNKNOWN, Text, Unknown

NOBODY = "-"

_CANONICAL_ID = re.compile(r"[0-9a-f]{64}\Z")
_SERVICE = re.compile(r"(?:svc:)?([a-z0-9.-]+\.amazonaws\.com(?:\.cn)?)\Z")
_TYPES = {
    ":assumed-role/": "AssumedRole",
    ":federated-user/": "FederatedUser",
    ":root": "Root",
    ":user/": "IAMUser",
}


class Requester(NamedTuple):
    """What CloudTrail's ``userIdentity`` would say.

    arn: ``None`` for callers that have none; ``UNKNOWN`` where the log does not tell.
    is_foreign: whether another account called; ``UNKNOWN`` where the log does not tell.
    """

    arn: str | Unknown | None = UNKNOWN
    type: Text = UNKNOWN
    invoked_by: Text = UNKNOWN
    is_foreign: bool | Unknown = UNKNOWN


SOMEBODY = Requester()


def requester_of(text: str, owner: str, account: str, region: str) -> Requester:
    """Return who *text* is, at a bucket of *account*, whose canonical user id is *owner*.

    A canonical user id is the root user of its account; which account that is, is known of the owner's only.

    >>> requester_of("-", "", "111122223333", "eu-west-1").arn is None
    True
    """
    if text == NOBODY:
        return Requester(None, "AWSAccount", None, UNKNOWN)
    if text.startswith("arn:"):
        kind = next((name for mark, name in _TYPES.items() if mark in text), UNKNOWN)
        caller = arn_account(text)
        # The log does not say whether a service called in somebody's name.
        return Requester(text, kind, UNKNOWN, UNKNOWN if caller is None else caller != account)
    service = _SERVICE.match(text)
    if service is not None:
        return Requester(None, "AWSService", service[1], UNKNOWN)
    if _CANONICAL_ID.match(text) and text == owner:
        return Requester(f"arn:{partition_of(region)}:iam::{account}:root", "Root", UNKNOWN, False)
    return SOMEBODY
