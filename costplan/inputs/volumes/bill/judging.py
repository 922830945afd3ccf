"""What becomes of a line of a bill: counted under a name and a Region, set aside, or not understood."""

from dataclasses import dataclass

from costplan.inputs.volumes.bill.usage_types import (
    OPERATIONS,
    USAGE_TYPES,
    BilledService,
    is_request,
    region_of_prefix,
    split_usage_type,
)
from costplan.model.places import is_region

OTHER_SERVICES = "of other services"
NO_USAGE = "of credits, taxes and fees"
OTHER_S3_USAGE = "of other S3 usage"
NOT_UNDERSTOOD = "not understood"

# What an amount that is a number of events or requests is called by one bill or the other.
_COUNTS = frozenset(
    {"", "n/a", "event", "events", "request", "requests", "api request", "api requests", "api calls", "count", "counts"}
)
_SIZES = "-Bytes", "-ByteHrs"


@dataclass(frozen=True, slots=True)
class Counted:
    """A line that is counted: in which Region, by which name of the table, and its operation if that says something."""

    region: str
    name: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line of usage that is none of events."""

    kind: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A line that may be of events, and why nobody can say."""

    why: str


Verdict = Counted | SetAside | NotUnderstood


def judge(service: BilledService, usage_type: str, region: str, operation: str, unit: str) -> Verdict:
    """Return what a line of usage is, by what it says of itself."""
    prefix, name = split_usage_type(usage_type)
    if name not in USAGE_TYPES:
        if service is BilledService.S3 and not is_request(name):
            return SetAside(OTHER_S3_USAGE)
        return NotUnderstood("what this usage type counts is not known")
    if USAGE_TYPES[name].service is not service:
        return NotUnderstood("another service has this usage type")
    if unit.lower() not in _COUNTS and not any(size in name for size in _SIZES):
        return NotUnderstood("its unit is not one of events or requests")
    by_prefix = region_of_prefix(prefix, service)
    by_column = region if is_region(region) else None
    if by_prefix is not None and by_column is not None and by_prefix != by_column:
        return NotUnderstood(f"its prefix is of {by_prefix}, and its Region is {by_column}")
    # AWS's own word for the Region goes further than our list of prefixes.
    found = by_column or by_prefix
    if found is None:
        return NotUnderstood(f"no Region with the prefix {prefix} is known" if prefix else "no Region is given")
    return Counted(found, name, operation if operation in OPERATIONS else "")
