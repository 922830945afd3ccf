"""The columns of a bill: which file format they are of, and where each value stands.

Three formats, two spellings: a legacy Cost and Usage Report (``lineItem/UsageAmount``) and a CUR 2.0
(``line_item_usage_amount``) differ in how they write the same names; FOCUS has names of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

USAGE = "Usage"
"""The kind of charge that lines of usage have, in every format: all others are credits, taxes, fees, discounts."""

_CUR: Mapping[str, tuple[str, ...]] = {
    "usage_type": ("line_item_usage_type",),
    "amount": ("line_item_usage_amount",),
    "account": ("line_item_usage_account_id",),
    "product": ("line_item_product_code",),
    "kind": ("line_item_line_item_type",),
    "end": ("line_item_usage_end_date",),
    "month": ("bill_billing_period_start_date", "line_item_usage_start_date"),
    "payer": ("bill_payer_account_id",),
    "resource": ("line_item_resource_id",),
    "region": ("product_region_code", "product_region"),
    "operation": ("line_item_operation",),
    "unit": ("pricing_unit",),
    "klass": (),
    "scenario": (),
}
_FOCUS: Mapping[str, tuple[str, ...]] = {
    "usage_type": ("x_UsageType", "SkuMeter"),
    "amount": ("ConsumedQuantity", "PricingQuantity"),
    "account": ("SubAccountId",),
    "product": ("x_ServiceCode", "ServiceName"),
    "kind": ("ChargeCategory",),
    "end": ("ChargePeriodEnd",),
    "month": ("BillingPeriodStart", "ChargePeriodStart"),
    "payer": ("BillingAccountId",),
    "resource": ("ResourceId",),
    "region": ("RegionId",),
    "operation": ("x_Operation",),
    "unit": ("ConsumedUnit", "PricingUnit"),
    "klass": ("ChargeClass",),
    "scenario": ("x_Scenario",),
}
_NEEDED = ("usage_type", "amount", "account", "product", "kind", "end", "month")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the values of a line stand in a row; those a file does not have stand behind its last column.

    width: columns of the file.
    is_forecast: the file is one that costplan wrote: its months have 730 hours.
    """

    width: int
    is_forecast: bool
    usage_type: int
    amount: int
    account: int
    product: int
    kind: int
    end: int
    month: int
    payer: int
    resource: int
    region: int
    operation: int
    unit: int
    klass: int
    scenario: int

    @property
    def places(self) -> Mapping[str, int]:
        """The position of each value."""
        return {role: getattr(self, role) for role in _CUR}

    @property
    def used(self) -> tuple[int, ...]:
        """The positions of all values that the file has, sorted."""
        return tuple(sorted({position for position in self.places.values() if position < self.width}))


def find_columns(header: Sequence[str]) -> Columns | None:
    """Return where everything stands, or ``None`` where the header is of no bill.

    >>> found = find_columns(["lineItem/UsageType", "lineItem/UsageAmount"])
    >>> found is None
    True
    """
    for names, candidates in (([cur_name(name) for name in header], _CUR), (list(header), _FOCUS)):
        at = {name: position for position, name in reversed(list(enumerate(names)))}
        found = {role: next((at[one] for one in some if one in at), len(header)) for role, some in candidates.items()}
        if all(found[role] < len(header) for role in _NEEDED):
            return Columns(len(header), "x_ChargeId" in at and "x_Scenario" in at, **found)
    return None


def cur_name(name: str) -> str:
    """Return a column name of a legacy report as CUR 2.0 and Athena write it.

    >>> cur_name("lineItem/UsageAccountId"), cur_name("product/region")
    ('line_item_usage_account_id', 'product_region')
    """
    return _HUMP.sub("_", name.strip()).replace("/", "_").lower()
