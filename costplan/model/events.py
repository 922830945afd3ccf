"""Events, seen as a selector or a meter can see them."""

from dataclasses import dataclass
from enum import StrEnum

from costplan.model.unknown import UNKNOWN, Flag, Text, Unknown

CLOUDTRAIL_SERVICE = "cloudtrail.amazonaws.com"
"""``userIdentity.invokedBy`` of what CloudTrail does itself: deliveries, bucket checks, data keys (R76)."""


GLOBAL_SERVICE_SOURCES = frozenset({"iam.amazonaws.com", "cloudfront.amazonaws.com"})
"""The event sources of global services; STS is one only at its global endpoint (R63, R67)."""


NOT_ASKED = "?"
"""The answer to a condition that a row was never asked: of merged volumes, a condition of another source."""


class EventCategory(StrEnum):
    """``eventCategory`` of a record (R44).  Only the first three are routed to trails as events."""

    MANAGEMENT = "Management"
    DATA = "Data"
    NETWORK_ACTIVITY = "NetworkActivity"
    INSIGHT = "Insight"
    AGGREGATED = "Aggregated"

    # As that of ``Truth``.
    __hash__ = str.__hash__

    def __reduce_ex__(self, _: object) -> tuple[type["EventCategory"], tuple[str]]:
        # As that of ``Unknown``.
        return EventCategory, (self.value,)


ROUTED_CATEGORIES = (EventCategory.MANAGEMENT, EventCategory.DATA, EventCategory.NETWORK_ACTIVITY)


@dataclass(frozen=True, slots=True)
class Resource:
    """One element of ``resources[]``, without the unbounded end of its ARN.

    type: ``AWS::S3::Object``…; ``None`` where the record gives no type.
    container: the bounded name its ARN belongs to (bucket, function, table…); ``None`` without an ARN.
    is_whole: the container *is* the ARN, so every condition on the ARN can be decided.
    answers: one character for each condition of the volumes on ``resources.ARN``: ``1``, ``0``, or ``?`` where that was
        not asked.
    """

    type: str | Unknown | None = UNKNOWN
    container: str | Unknown | None = UNKNOWN
    is_whole: bool = False
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who made a call.

    container: the role of a session, else the whole ``userIdentity.arn``; ``None`` without an ARN (R26).
    is_whole: the container *is* the ARN.
    type: ``AssumedRole``, ``IAMUser``, ``AWSService``…
    invoked_by: the AWS service that made the call on someone's behalf.
    answers: one character for each condition of the volumes on ``userIdentity.arn``.
    """

    container: Text = UNKNOWN
    is_whole: bool = False
    type: Text = UNKNOWN
    invoked_by: Text = UNKNOWN
    answers: str = ""


@dataclass(frozen=True, slots=True)
class EventKey:
    """What tells one kind of event from another, to selectors and meters; events of equal keys are counted together.

    account: ``recipientAccountId``, which receives and pays this copy (R50, R84).
    region: ``awsRegion``, where the event is recorded and billed (R53).
    read_only: ``None`` where the record has no such field (network activity).
    resources: distinct elements, in a fixed order; ``UNKNOWN`` where they were not kept.
    is_console: ``sessionCredentialFromConsole``; ``None`` is absent (R27).
    is_global_endpoint: served by a global endpoint of STS (R65, R67).
    is_cross_account: has a ``sharedEventID``; never proof of a second copy (R51).
    """

    account: str
    region: str
    category: EventCategory
    event_source: Text = UNKNOWN
    event_name: Text = UNKNOWN
    event_type: Text = UNKNOWN
    read_only: Flag = UNKNOWN
    resources: tuple[Resource, ...] | Unknown = UNKNOWN
    principal: Principal = Principal()
    is_console: Flag = UNKNOWN
    error_code: Text = UNKNOWN
    vpc_endpoint_id: Text = UNKNOWN
    vpc_endpoint_account: Text = UNKNOWN
    is_global_endpoint: Flag = UNKNOWN
    is_cross_account: Flag = UNKNOWN

    @property
    def main_resource(self) -> Resource | None:
        """The resource that the event is reported under: the object of an S3 call, not the bucket beside it."""
        if not isinstance(self.resources, tuple) or not self.resources:
            return None
        return next((r for r in self.resources if r.type != "AWS::S3::Bucket"), self.resources[0])
