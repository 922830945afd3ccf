"""The rules of FOCUS 1.4's Cost and Usage dataset, written from the specification and not from the exporter.

``faults`` reads a CSV as a stranger would and names every rule that it breaks.  Rules about what only a provider's own
systems can show (that an invoice adds up, that a SKU stands in AWS's price list) are not here.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

STRING, DECIMAL, TIME, JSON = "String", "Decimal", "Date/Time", "JSON"
MANDATORY, CONDITIONAL, RECOMMENDED = "Mandatory", "Conditional", "Recommended"


class Column(NamedTuple):
    """One column: its data type, whether it may be null, its feature level, and the condition of a conditional one."""

    type: str
    nullable: bool
    level: str
    condition: str = ""


SPLIT = "supports split cost allocation calculated by the data generator"
RESERVES = "supports capacity reservations"
DISCOUNTS = "supports commitment discounts"
MEASURES = "supports the measurement of usage"
INVOICES = "supports payable invoices"
CURRENCIES = "supports pricing and billing in different currencies"
VIRTUAL = "supports prices in virtual currency"
REGIONS = "supports deploying resources or services within a region"
PROVISIONS = "supports billing based on provisioned resources"
PRICE_LISTS = "supports unit pricing and publishes price lists"
SUB_ACCOUNTS = "supports a sub account construct"
BILLING_TYPES = "supports more than one billing account type"
SUB_TYPES = "supports more than one sub account type"

COLUMNS: Mapping[str, Column] = {
    "AllocatedMethodDetails": Column(JSON, True, CONDITIONAL, SPLIT),
    "AllocatedMethodId": Column(STRING, True, CONDITIONAL, SPLIT),
    "AllocatedResourceId": Column(STRING, True, CONDITIONAL, SPLIT),
    "AllocatedResourceName": Column(STRING, True, CONDITIONAL, SPLIT),
    "AllocatedTags": Column(JSON, True, CONDITIONAL, SPLIT),
    "AvailabilityZone": Column(STRING, True, RECOMMENDED),
    "BilledCost": Column(DECIMAL, False, MANDATORY),
    "BillingAccountId": Column(STRING, False, MANDATORY),
    "BillingAccountName": Column(STRING, True, MANDATORY),
    "BillingAccountType": Column(STRING, False, CONDITIONAL, BILLING_TYPES),
    "BillingCurrency": Column(STRING, False, MANDATORY),
    "BillingPeriodEnd": Column(TIME, False, MANDATORY),
    "BillingPeriodStart": Column(TIME, False, MANDATORY),
    "CapacityReservationId": Column(STRING, True, CONDITIONAL, RESERVES),
    "CapacityReservationStatus": Column(STRING, True, CONDITIONAL, RESERVES),
    "ChargeCategory": Column(STRING, False, MANDATORY),
    "ChargeClass": Column(STRING, True, MANDATORY),
    "ChargeDescription": Column(STRING, True, MANDATORY),
    "ChargeFrequency": Column(STRING, False, RECOMMENDED),
    "ChargePeriodEnd": Column(TIME, False, MANDATORY),
    "ChargePeriodStart": Column(TIME, False, MANDATORY),
    "CommitmentDiscountCategory": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountId": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountName": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountQuantity": Column(DECIMAL, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountStatus": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountType": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentDiscountUnit": Column(STRING, True, CONDITIONAL, DISCOUNTS),
    "CommitmentProgramEligibilityDetails": Column(JSON, True, CONDITIONAL, "supports commitment programs"),
    "ConsumedQuantity": Column(DECIMAL, True, CONDITIONAL, MEASURES),
    "ConsumedUnit": Column(STRING, True, CONDITIONAL, MEASURES),
    "ContractApplied": Column(JSON, True, CONDITIONAL, "supports contract commitments"),
    "ContractedCost": Column(DECIMAL, False, MANDATORY),
    "ContractedUnitPrice": Column(DECIMAL, True, CONDITIONAL, "supports negotiated pricing concepts"),
    "EffectiveCost": Column(DECIMAL, False, MANDATORY),
    "HostProviderName": Column(STRING, True, MANDATORY),
    "InvoiceDetailId": Column(STRING, True, CONDITIONAL, INVOICES),
    "InvoiceId": Column(STRING, True, CONDITIONAL, INVOICES),
    "InvoiceIssuerName": Column(STRING, False, MANDATORY),
    "ListCost": Column(DECIMAL, False, MANDATORY),
    "ListUnitPrice": Column(DECIMAL, True, CONDITIONAL, "publishes unit prices exclusive of discounts"),
    "PricingCategory": Column(STRING, True, CONDITIONAL, "supports more than one pricing category"),
    "PricingCurrency": Column(STRING, False, CONDITIONAL, CURRENCIES),
    "PricingCurrencyContractedUnitPrice": Column(DECIMAL, True, CONDITIONAL, VIRTUAL),
    "PricingCurrencyEffectiveCost": Column(DECIMAL, False, CONDITIONAL, VIRTUAL),
    "PricingCurrencyListUnitPrice": Column(DECIMAL, True, CONDITIONAL, VIRTUAL),
    "PricingQuantity": Column(DECIMAL, True, MANDATORY),
    "PricingUnit": Column(STRING, True, MANDATORY),
    "RegionId": Column(STRING, True, CONDITIONAL, REGIONS),
    "RegionName": Column(STRING, True, CONDITIONAL, REGIONS),
    "ResourceId": Column(STRING, True, CONDITIONAL, PROVISIONS),
    "ResourceName": Column(STRING, True, CONDITIONAL, PROVISIONS),
    "ResourceType": Column(STRING, True, CONDITIONAL, PROVISIONS),
    "ServiceCategory": Column(STRING, False, MANDATORY),
    "ServiceName": Column(STRING, False, MANDATORY),
    "ServiceProviderName": Column(STRING, False, MANDATORY),
    "ServiceSubcategory": Column(STRING, False, RECOMMENDED),
    "SkuId": Column(STRING, True, CONDITIONAL, PRICE_LISTS),
    "SkuMeter": Column(STRING, True, CONDITIONAL, PRICE_LISTS),
    "SkuPriceDetails": Column(JSON, True, CONDITIONAL, PRICE_LISTS),
    "SkuPriceId": Column(STRING, True, CONDITIONAL, PRICE_LISTS),
    "SubAccountId": Column(STRING, True, CONDITIONAL, SUB_ACCOUNTS),
    "SubAccountName": Column(STRING, True, CONDITIONAL, SUB_ACCOUNTS),
    "SubAccountType": Column(STRING, True, CONDITIONAL, SUB_TYPES),
    "Tags": Column(JSON, True, CONDITIONAL, "supports setting user or provider-defined tags"),
}

DOES_NOT_HOLD = frozenset({SPLIT, CURRENCIES, VIRTUAL, BILLING_TYPES, SUB_TYPES})
"""Conditions that an estimate of AWS does not meet: their columns need not be there."""

ALLOWED: Mapping[str, frozenset[str]] = {
    "CapacityReservationStatus": frozenset({"Used", "Unused"}),
    "ChargeCategory": frozenset({"Usage", "Purchase", "Tax", "Credit", "Adjustment"}),
    "ChargeClass": frozenset({"Correction"}),
    "ChargeFrequency": frozenset({"One-Time", "Recurring", "Usage-Based"}),
    "CommitmentDiscountCategory": frozenset({"Spend", "Usage"}),
    "CommitmentDiscountStatus": frozenset({"Used", "Unused"}),
    "PricingCategory": frozenset({"Standard", "Dynamic", "Committed", "Other"}),
}

SUBCATEGORIES: Mapping[str, str] = {
    "AI and Machine Learning": "AI Platforms|Bots|Generative AI|Machine Learning|Natural Language Processing",
    "Analytics": "Analytics Platforms|Business Intelligence|Data Processing|Search|Streaming Analytics",
    "Business Applications": "Productivity and Collaboration",
    "Compute": "Containers|End User Computing|Quantum Compute|Serverless Compute|Virtual Machines",
    "Databases": "Caching|Data Warehouses|Ledger Databases|NoSQL Databases|Relational Databases|Time Series Databases",
    "Developer Tools": (
        "Developer Platforms|Continuous Integration and Deployment|Development Environments|Source Code Management"
        "|Quality Assurance"
    ),
    "Identity": "Identity and Access Management",
    "Integration": "API Management|Messaging|Workflow Orchestration",
    "Internet of Things": "IoT Analytics|IoT Platforms",
    "Management and Governance": (
        "Architecture|Compliance|Cost Management|Data Governance|Disaster Recovery|Endpoint Management|Observability"
        "|Support"
    ),
    "Media": "Content Creation|Gaming|Media Streaming|Mixed Reality",
    "Migration": "Data Migration|Resource Migration",
    "Mobile": "",
    "Multicloud": "Multicloud Integration",
    "Networking": (
        "Application Networking|Content Delivery|Network Connectivity|Network Infrastructure|Network Routing"
        "|Network Security"
    ),
    "Security": "Secret Management|Security Posture Management|Threat Detection and Response",
    "Storage": "Backup Storage|Block Storage|File Storage|Object Storage|Storage Platforms",
    "Web": "Application Platforms",
    "Other": "",
}
"""The subcategories of each service category, besides ``Other (category)``."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E-?[0-9]+)?\Z")
_TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z\Z")
_SIZE = "|".join(f"{power}{i}{b}" for power in "KMGTPE" for i in ("", "i") for b in "bB") + "|b|B"
_WORD = r"[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*"
_UNIT = re.compile(rf"([1-9][0-9]* )?(({_SIZE})|{_WORD})(-(({_SIZE})|{_WORD}))*\Z")
_SIZES_IN_WORDS = re.compile(r"(?i)(giga|mega|kilo|tera|kibi|gibi|mebi|tebi)?bytes?\b|\bGBs\b|\bMo\b|\bHrs\b")
_CUSTOM = re.compile(r"x_[A-Z][A-Za-z0-9]*\Z")
_PLACEHOLDERS = frozenset({"not applicable", "n/a", "none", "null", "unknown", "-", "–"})

NULL_TOGETHER = (
    ("PricingUnit", "PricingQuantity"),
    ("ConsumedUnit", "ConsumedQuantity"),
    ("RegionName", "RegionId"),
    ("ResourceType", "ResourceId"),
    ("CommitmentDiscountCategory", "CommitmentDiscountId"),
    ("CommitmentDiscountType", "CommitmentDiscountId"),
    ("CommitmentDiscountUnit", "CommitmentDiscountQuantity"),
)
"""One is null exactly when the other is."""
NULL_WITHOUT = (
    ("ResourceName", "ResourceId"),
    ("SkuMeter", "SkuId"),
    ("SkuPriceDetails", "SkuPriceId"),
    ("SubAccountName", "SubAccountId"),
    ("CommitmentDiscountName", "CommitmentDiscountId"),
    ("CommitmentDiscountStatus", "CommitmentDiscountId"),
    ("CapacityReservationStatus", "CapacityReservationId"),
    ("PricingQuantity", "SkuPriceId"),
    ("ConsumedQuantity", "SkuPriceId"),
    ("ListUnitPrice", "SkuPriceId"),
    ("ContractedUnitPrice", "SkuPriceId"),
    ("PricingCategory", "SkuPriceId"),
)
"""The first is null where the second is."""
OF_USAGE = (
    "ConsumedQuantity",
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "SkuId",
    "SkuPriceId",
)
"""Not null for usage that is no correction."""
ONE_EACH = (("SkuPriceId", "SkuId"), ("ServiceName", "ServiceCategory"), ("ServiceName", "ServiceSubcategory"))
"""Every value of the first has one value of the second, over the whole dataset."""

Row = dict[str, str]


def read_focus(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def faults(text: str) -> list[str]:
    """Return every rule that a dataset breaks, with the line of the row."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header, *lines = list(reader)
    found = list(_faults_of_header(header))
    for number, line in enumerate(lines, 2):
        if len(line) != len(header):
            found.append(f"line {number}: {len(line)} fields under {len(header)} columns")
            continue
        row = dict(zip(header, line, strict=True))
        found += (f"line {number}: {fault}" for fault in (*_faults_of_values(row), *_faults_of_row(row)))
    rows = [dict(zip(header, line, strict=True)) for line in lines if len(line) == len(header)]
    return [*found, *_faults_of_dataset(rows)]


def _faults_of_header(header: list[str]) -> Iterator[str]:
    if len(set(header)) != len(header):
        yield "a column is there twice"
    for name, column in COLUMNS.items():
        if name not in header and column.level != RECOMMENDED and column.condition not in DOES_NOT_HOLD:
            yield f"{name} is missing"
    own = [name for name in header if name not in COLUMNS]
    for name in own:
        if not _CUSTOM.match(name) or len(name) > 50:
            yield f"{name} is neither a column of FOCUS nor a custom one"
    if header[len(header) - len(own) :] != own:
        yield "custom columns stand between those of FOCUS"


def _faults_of_values(row: Row) -> Iterator[str]:
    for name, value in row.items():
        column = COLUMNS.get(name)
        if not value:
            if column and not column.nullable:
                yield f"{name} is null"
            continue
        if not value.strip() or value.lower() in _PLACEHOLDERS:
            yield f"{name} stands for null: {value}"
        elif column is None:
            continue
        elif column.type == DECIMAL and not _NUMBER.match(value):
            yield f"{name} is no number: {value}"
        elif column.type == TIME and not _TIME.match(value):
            yield f"{name} is no time: {value}"
        elif name in ALLOWED and value not in ALLOWED[name]:
            yield f"{name} is not allowed: {value}"
        elif name.endswith("Currency") and not re.match(r"[A-Z]{3}\Z", value):
            yield f"{name} is no currency: {value}"
        elif name.endswith("Unit") and (not _UNIT.match(value) or _SIZES_IN_WORDS.search(value)):
            yield f"{name} is no unit: {value}"
        elif name.endswith("UnitPrice") and Decimal(value) < 0:
            yield f"{name} is negative: {value}"


def _faults_of_row(row: Row) -> Iterator[str]:
    def has(name: str) -> bool:
        return bool(row.get(name))

    for one, other in NULL_TOGETHER:
        if has(one) != has(other):
            yield f"{one} without {other}, or the other way round"
    for one, other in NULL_WITHOUT:
        if has(one) and not has(other):
            yield f"{one} without {other}"
    if row.get("ServiceSubcategory", "") not in (
        *filter(None, SUBCATEGORIES.get(row.get("ServiceCategory", ""), "").split("|")),
        f"Other ({row.get('ServiceCategory')})",
    ):
        yield "ServiceSubcategory is not of its ServiceCategory"
    if row.get("ServiceCategory") not in SUBCATEGORIES:
        yield "ServiceCategory is not allowed"
    if row.get("ResourceName") and row["ResourceName"] == row.get("ResourceId"):
        yield "ResourceName repeats ResourceId"
    is_usage = row.get("ChargeCategory") == "Usage"
    if is_usage and not has("ChargeClass"):
        yield from (f"{name} is null for usage" for name in OF_USAGE if not has(name))
    if not is_usage and has("ConsumedQuantity"):
        yield "ConsumedQuantity of what is no usage"
    if row.get("ChargeCategory") == "Purchase" and row.get("ChargeFrequency") == "Usage-Based":
        yield "ChargeFrequency of a purchase"
    if has("PricingCategory") and (row["PricingCategory"] == "Committed") != has("CommitmentDiscountId"):
        yield "PricingCategory against CommitmentDiscountId"
    yield from _faults_of_costs(row)
    for kind in ("Billing", "Charge"):
        if not row.get(f"{kind}PeriodStart", "") < row.get(f"{kind}PeriodEnd", ""):
            yield f"{kind}PeriodEnd is not after its start"


def _faults_of_costs(row: Row) -> Iterator[str]:
    names = ("ListCost", "ListUnitPrice", "ContractedCost", "ContractedUnitPrice", "PricingQuantity", "BilledCost")
    try:
        numbers = {name: Decimal(row[name]) for name in (*names, "EffectiveCost") if row.get(name)}
    except ArithmeticError:
        return  # told already: no number
    for kind in ("List", "Contracted"):
        price, quantity, cost = (numbers.get(n) for n in (f"{kind}UnitPrice", "PricingQuantity", f"{kind}Cost"))
        if price is not None and quantity is not None and cost is not None and price * quantity != cost:
            yield f"{kind}Cost is not {kind}UnitPrice × PricingQuantity"
    if not row.get("CommitmentDiscountId") and numbers.get("EffectiveCost") != numbers.get("BilledCost"):
        yield "EffectiveCost is not BilledCost although no commitment covers the charge"


def _faults_of_dataset(rows: list[Row]) -> Iterator[str]:
    for one, other in ONE_EACH:
        seen: dict[str, str] = {}
        for row in rows:
            if seen.setdefault(row.get(one, ""), row.get(other, "")) != row.get(other, ""):
                yield f"{row[one]} has two values of {other}"
    names: dict[str, str] = {}
    for row in rows:
        if row.get("RegionId") and names.setdefault(row["RegionId"], row["RegionName"]) != row["RegionName"]:
            yield f"{row['RegionId']} has two names"
