"""FOCUS 1.4: charges as a dataset of the FinOps Open Cost and Usage Specification, one row a charge and month.

The columns are those of the specification's Cost and Usage dataset that hold for an estimate of AWS; what nobody knows
is null, an empty field.  Left out are columns for what the estimate or AWS does not do: split cost allocation, pricing
in another currency than that of the bill, several kinds of billing accounts or of sub accounts.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from costplan.engine.scope import copy_order, labels_of
from costplan.model.billing import Charge, Service
from costplan.model.estimate import Estimate
from costplan.model.months import month_after
from costplan.model.numbers import exact_arithmetic
from costplan.model.places import partition_of, trail_arn
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Gigabyte, Organization, Scenario
from costplan.reports.amounts import ends, plain, plain_money
from costplan.reports.wording import METER_NAMES

PROVIDER = "AWS"

COLUMNS = (
    "AvailabilityZone",
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "CommitmentProgramEligibilityDetails",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractApplied",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "HostProviderName",
    "InvoiceDetailId",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceProviderName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_ChargeId",
    "x_ListCostHigh",
    "x_ListCostLow",
    "x_Month",
    "x_Recorder",
    "x_Scenario",
    "x_ServiceCode",
    "x_UsageType",
)


class ServiceEntry(NamedTuple):
    """What FOCUS calls a service: its name, and the category and subcategory that it belongs to."""

    name: str
    category: str
    subcategory: str


SERVICES: Mapping[str, ServiceEntry] = {
    "cloudtrail": ServiceEntry("AWS CloudTrail", "Management and Governance", "Compliance"),
    "cloudwatch": ServiceEntry("Amazon CloudWatch", "Management and Governance", "Observability"),
    "config": ServiceEntry("AWS Config", "Management and Governance", "Compliance"),
    "kms": ServiceEntry("AWS Key Management Service", "Security", "Secret Management"),
    "opensearch": ServiceEntry("Amazon OpenSearch Service", "Analytics", "Search"),
    "s3": ServiceEntry("Amazon Simple Storage Service", "Storage", "Object Storage"),
    "sns": ServiceEntry("Amazon Simple Notification Service", "Integration", "Messaging"),
}
"""By the value of ``Service``."""

_DATA_SIZES = frozenset({"B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"})


@exact_arithmetic()
def render_focus(estimates: Sequence[Estimate], start: date) -> str:
    """Return every charge of every month as CSV; where the scenario does not say, month 1 is that of *start*."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for estimate in estimates:
        resources = _resources(estimate.scenario)
        first = estimate.scenario.settings.start or start
        for month in estimate.months:
            period = {
                f"{kind}Period{end}": f"{day.isoformat()}T00:00:00Z"
                for end, day in (
                    ("Start", month_after(first, month.month - 1)),
                    ("End", month_after(first, month.month)),
                )
                for kind in ("Billing", "Charge")
            }
            writer.writerows(period | _row(charge, estimate, resources) for charge in month.charges)
    return text.getvalue()


def focus_notes(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Return what has to be known to read the rows rightly, besides what is left out because nobody knows it."""
    return tuple(_notes(estimates))


def _notes(estimates: Sequence[Estimate]) -> Iterator[str]:
    if len(estimates) > 1:
        yield f"the rows are of {len(estimates)} scenarios, alternatives that do not add up: filter by x_Scenario first"
    unnamed = [e.name for e in estimates if (o := e.scenario.organization) and not o.management_account]
    if unnamed:
        yield (
            f"the management account of {', '.join(unnamed)} is not known: each account is its own billing account; "
            "name it in organization: to have it as BillingAccountId"
        )


def _row(charge: Charge, estimate: Estimate, resources: Mapping[str, Recorder]) -> dict[str, str]:
    """Return what a charge says in FOCUS's columns; those that are not there are null."""
    usage = charge.usage
    scenario = estimate.scenario
    service = SERVICES[usage.meter.service.value]
    billing_account = _billing_account(usage.account, scenario.organization)
    region = estimate.regions.get(usage.region)
    sku = f"{usage.meter.service.service_code}/{usage.meter.value}/{usage.region}"
    unit = focus_unit(usage.unit)
    net_cost = plain_money(charge.net_cost.point)
    found = ends(charge.list_cost)
    return {
        "BilledCost": net_cost,
        "BillingAccountId": billing_account,
        "BillingAccountName": _account_name(billing_account, scenario),
        "BillingCurrency": estimate.currency or "",
        "ChargeCategory": "Usage",
        "ChargeDescription": _description(charge, estimate.currency or ""),
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": plain(charge.quantity.point),
        "ConsumedUnit": unit.replace("GB", "GiB") if scenario.settings.gb is Gigabyte.BINARY else unit,
        "ContractedCost": net_cost,
        "ContractedUnitPrice": plain(charge.net_unit_price),
        "EffectiveCost": net_cost,
        "HostProviderName": PROVIDER,
        "InvoiceIssuerName": PROVIDER,
        "ListCost": plain_money(charge.list_cost.point),
        "ListUnitPrice": plain(charge.list_unit_price),
        "PricingCategory": "Standard",
        "PricingQuantity": plain(charge.quantity.point),
        "PricingUnit": unit,
        "RegionId": usage.region,
        "RegionName": region.name if region else usage.region,
        **_resource(usage.meter.service, resources.get(usage.recorder)),
        "ServiceCategory": service.category,
        "ServiceName": service.name,
        "ServiceProviderName": PROVIDER,
        "ServiceSubcategory": service.subcategory,
        "SkuId": sku,
        "SkuMeter": METER_NAMES[usage.meter],
        "SkuPriceId": f"{sku}/{charge.tier}",
        "SubAccountId": usage.account,
        "SubAccountName": _account_name(usage.account, scenario),
        "x_ChargeId": charge.id,
        "x_ListCostHigh": plain_money(found[1]) if found else "",
        "x_ListCostLow": plain_money(found[0]) if found else "",
        "x_Month": str(charge.month),
        "x_Recorder": usage.recorder,
        "x_Scenario": estimate.name,
        "x_ServiceCode": usage.meter.service.service_code,
        "x_UsageType": charge.usage_type or "",
    }


def _billing_account(account: str, organization: Organization | None) -> str:
    """Return who gets the invoice: the management account of an account's organization, else the account itself."""
    if organization is None or organization.management_account is None:
        return account
    is_member = organization.members is None or account in organization.members
    return organization.management_account if is_member else account


def _account_name(account: str, scenario: Scenario) -> str:
    known = scenario.accounts.get(account)
    return (known.name if known else None) or ""


def _description(charge: Charge, currency: str) -> str:
    price = charge.price
    if not charge.tier:
        return f"{METER_NAMES[charge.usage.meter]}, {charge.usage.recorder}: free of charge each month"
    amount = f"{plain_money(price.tiers[charge.tier - 1].price)} {currency} per {plain(price.per)} {charge.usage.unit}"
    tier = f", tier {charge.tier} of {len(price.tiers)}" if len(price.tiers) > 1 else ""
    return f"{METER_NAMES[charge.usage.meter]}, {charge.usage.recorder}: {amount}{tier}"


def focus_unit(unit: str) -> str:
    """Return a unit as FOCUS writes it: capitalized, plural, sizes by their abbreviation.

    >>> focus_unit("GB-month"), focus_unit("events"), focus_unit("GB"), focus_unit("configuration items")
    ('GB-Months', 'Events', 'GB', 'Configuration Items')
    """
    *parts, last = unit.split("-")
    parts.append(last if last in _DATA_SIZES or last.endswith("s") else f"{last}s")
    return "-".join(part if part in _DATA_SIZES else part.title() for part in parts)


# ---- resources ----


def _resources(scenario: Scenario) -> Mapping[str, Recorder]:
    ordered = copy_order(scenario.recorders)
    return dict(zip(labels_of(ordered).values(), ordered, strict=True))


def _resource(service: Service, recorder: Recorder | None) -> dict[str, str]:
    """Return id, name and type of what is charged for; nothing where its ARN does not follow from what is known."""
    if service is Service.S3:
        name = recorder.bucket.name if isinstance(recorder, Trail) else None
        arn = f"arn:{partition_of(recorder.home_region or '')}:s3:::{name}" if recorder and name else None
        kind = "Bucket"
    elif service is Service.CLOUDTRAIL and recorder is not None:
        name, arn = recorder.name, recorder.arn or _trail_arn(recorder)
        kind = recorder.kind.capitalize()
    else:
        return {}
    return {"ResourceId": arn, "ResourceName": name or "", "ResourceType": kind} if arn else {}


def _trail_arn(recorder: Recorder) -> str | None:
    # A declared trail may get another name when its code is applied, and an event data store gets an id.
    if not isinstance(recorder, Trail) or recorder.is_declared or not (recorder.account and recorder.home_region):
        return None
    return trail_arn(recorder.name, recorder.account, recorder.home_region)
