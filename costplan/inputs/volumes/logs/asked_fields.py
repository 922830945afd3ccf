"""The fields of a record that counting looks at, and what for: one table for both ways to decode."""

from enum import StrEnum
from typing import NamedTuple

from costplan.inputs.volumes.logs.records import keeps_principal, keeps_resources
from costplan.model.volumes import CountPlan


class Role(StrEnum):
    """What is made of a field.

    TEXT and FLAG tell records apart as they stand; SOURCE and CATEGORY do too, and decide what else is looked at.
    TIME and ID are the record's own.  Of the others a group holds what is made of them: of an ARN a number, of
    SHARED and ADDENDUM whether they are there, of DETAILS the endpoint of a call of STS.
    """

    TEXT = "text"
    FLAG = "flag"
    SOURCE = "source"
    CATEGORY = "category"
    TIME = "time"
    ID = "id"
    IDENTITY = "identity"
    ARN = "arn"
    RESOURCES = "resources"
    SHARED = "shared"
    ADDENDUM = "addendum"
    DETAILS = "details"


PLAIN_ROLES = frozenset({Role.TEXT, Role.FLAG, Role.SOURCE, Role.CATEGORY})
"""Roles of fields that a group holds as they stand."""


class Field(NamedTuple):
    """A field by its name in a record; kept_for: the field of a key for which it is decoded, ``None``: always."""

    name: str
    role: Role
    kept_for: str | None = None


# In the order of CloudTrail's own records: a decoder that meets fields in its own order finds them faster.
_RECORD = (
    Field("userIdentity", Role.IDENTITY),
    Field("eventTime", Role.TIME),
    Field("eventSource", Role.SOURCE),
    Field("eventName", Role.TEXT),
    Field("awsRegion", Role.TEXT),
    Field("errorCode", Role.TEXT, "error_code"),
    Field("additionalEventData", Role.DETAILS, "is_global_endpoint"),
    Field("eventID", Role.ID),
    Field("readOnly", Role.FLAG),
    Field("resources", Role.RESOURCES, "resources"),
    Field("eventType", Role.TEXT),
    Field("managementEvent", Role.FLAG),
    Field("recipientAccountId", Role.TEXT),
    Field("sharedEventID", Role.SHARED, "is_cross_account"),
    Field("vpcEndpointId", Role.TEXT, "vpc_endpoint_id"),
    Field("vpcEndpointAccountId", Role.TEXT, "vpc_endpoint_account"),
    Field("eventCategory", Role.CATEGORY),
    Field("addendum", Role.ADDENDUM),
    Field("tlsDetails", Role.DETAILS, "is_global_endpoint"),
    Field("sessionCredentialFromConsole", Role.FLAG, "is_console"),
)
_IDENTITY = (
    Field("type", Role.TEXT, "principal_type"),
    Field("arn", Role.ARN, "principal_container"),
    Field("accountId", Role.TEXT),
    Field("invokedBy", Role.TEXT),
)
# Both ways to decode know what each of them is for.
ELEMENT = tuple(Field(name, Role.TEXT) for name in ("type", "ARN", "ARNPrefix", "resourceType", "resourceName"))


def record_fields(plan: CountPlan) -> list[Field]:
    """Return the fields of a record that *plan* asks for."""
    return _asked(_RECORD, plan)


def identity_fields(plan: CountPlan) -> list[Field]:
    """Return the fields of ``userIdentity`` that *plan* asks for."""
    return _asked(_IDENTITY, plan)


def _asked(fields: tuple[Field, ...], plan: CountPlan) -> list[Field]:
    kept = set(plan.fields)
    kept |= {"principal_container"} if keeps_principal(plan) else set()
    kept |= {"resources"} if keeps_resources(plan) else set()
    return [field for field in fields if field.kept_for is None or field.kept_for in kept]
