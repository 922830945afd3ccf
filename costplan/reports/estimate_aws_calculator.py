"""AWS's own calculator: the usage of the last month in the request form of ``BatchCreateWorkloadEstimateUsage``.

The result is a list of request bodies of the service ``bcm-pricing-calculator``, in portions as large as it takes, each
without the ``workloadEstimateId``, which only its caller knows.  Quantities only: AWS adds its prices and discounts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from costplan.engine.listed_names import ANY, LISTED_NAMES
from costplan.model.billing import Charge, Meter, Service
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import NOTHING, Quantity
from costplan.reports.wording import METER_NAMES

MOST_ENTRIES = 25
"""Entries that one request takes (API reference, BatchCreateWorkloadEstimateUsage)."""

_LONGEST_GROUP = 30
_NOT_OF_A_GROUP = re.compile(r"[^a-zA-Z0-9]+")

OPERATIONS: Mapping[Service | Meter, str] = {
    Service.CLOUDTRAIL: "None",
    Meter.S3_PUT: "PutObject",
    Meter.S3_STORAGE_STANDARD: "StandardStorage",
}
"""The operation on bill lines of a service or a meter, where one has been seen."""


class UsageEntry(msgspec.Struct, frozen=True, rename="camel"):
    """A quantity of one usage type and operation in one account (``BatchCreateWorkloadEstimateUsageEntry``)."""

    service_code: str
    usage_type: str
    operation: str
    key: str
    group: str
    usage_account_id: str
    amount: float


class UsageRequest(msgspec.Struct, frozen=True):
    """The body of one request, but for the id of the workload estimate."""

    usage: tuple[UsageEntry, ...]


@exact_arithmetic()
def render_aws_calculator(estimates: Sequence[Estimate]) -> str:
    """Return the requests as JSON; the usage of each scenario is a group of its own."""
    entries = tuple(_entries(estimates))
    starts = range(0, len(entries), MOST_ENTRIES)
    requests = [UsageRequest(entries[start : start + MOST_ENTRIES]) for start in starts]
    return msgspec.json.format(msgspec.json.encode(requests), indent=1).decode()


def aws_calculator_notes(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Return what is left out or left open: usage types and operations that nobody has seen on a bill."""
    charges = [charge for estimate in estimates for charge in estimate.last.charges if charge.quantity.point]
    unnamed = dict.fromkeys(_where(charge) for charge in charges if charge.usage_type is None)
    silent = dict.fromkeys(charge.usage_type for charge in charges if charge.usage_type and not operation_of(charge))
    notes = []
    if unnamed:
        notes.append(f"not in the requests, since AWS's usage type is not known: {'; '.join(unnamed)}")
    if silent:
        notes.append(f"AWS's operation is not known and left empty: {', '.join(map(str, silent))}")
    if len(estimates) > 1:
        notes.append(f"the requests hold {len(estimates)} scenarios, alternatives that do not add up: choose a group")
    return tuple(notes)


def operation_of(charge: Charge) -> str:
    """Return the operation that AWS's bill gives a charge; empty where it is not known, which the API takes."""
    meter = charge.usage.meter
    listed = LISTED_NAMES.get(meter)
    # Transitions of every kind share a usage type: the operation is all that tells them apart.
    named = listed.operations[0] if listed is not None and listed.operations != ANY else ""
    return OPERATIONS.get(meter) or OPERATIONS.get(meter.service) or named


def _where(charge: Charge) -> str:
    return f"{METER_NAMES[charge.usage.meter]} in {charge.usage.region}"


def _entries(estimates: Sequence[Estimate]) -> Iterator[UsageEntry]:
    count = 0
    for group, estimate in zip(group_names([e.name for e in estimates]), estimates, strict=True):
        for (service, usage_type, operation, account), quantity in _quantities(estimate).items():
            count += 1
            amount = float(quantity.point)
            yield UsageEntry(service, usage_type, operation, f"u{count}", group, account, amount)


def _quantities(estimate: Estimate) -> dict[tuple[str, str, str, str], Quantity]:
    """Return what a bill would have one line for: recorders and tiers are no matter of usage types."""
    found: dict[tuple[str, str, str, str], Quantity] = {}
    for charge in estimate.last.charges:
        if charge.usage_type is None or not charge.quantity.point:
            continue
        usage = charge.usage
        line = (usage.meter.service.service_code, charge.usage_type, operation_of(charge), usage.account)
        found[line] = found.get(line, NOTHING) + charge.quantity
    return found


def group_names(names: Sequence[str]) -> list[str]:
    """Return a group for each scenario, as the API takes it: letters, digits and hyphens, at most 30, each different.

    >>> group_names(["multi + single", "multi/single"])
    ['multi-single', 'multi-single-2']
    """
    groups: list[str] = []
    for name in names:
        group = _NOT_OF_A_GROUP.sub("-", name)[:_LONGEST_GROUP].strip("-") or "scenario"
        number = 2
        unique = group
        while unique in groups:
            end = f"-{number}"
            unique = group[: _LONGEST_GROUP - len(end)] + end
            number += 1
        groups.append(unique)
    return groups
