"""CSV (RFC 4180), exact numbers: one line for each charge and month, or for each row of ``--by``."""

import csv
import io
from collections.abc import Iterable, Sequence

from costplan.model.billing import Charge
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.reports import Dimension
from costplan.reports.amounts import ends, plain, plain_money
from costplan.reports.breakdown import Costs, break_down, in_order

COLUMNS = (
    "scenario",
    "month",
    "id",
    "service",
    "meter",
    "usage_type",
    "account",
    "account_name",
    "region",
    "recorder",
    "tier",
    "quantity",
    "unit",
    "list_unit_price",
    "list_cost",
    "net_cost",
    "low",
    "high",
)


@exact_arithmetic()
def render_csv(estimates: Sequence[Estimate], dimensions: Sequence[Dimension] = ()) -> str:
    """Return every charge of every month, or a breakdown by *dimensions*; nothing is known of an empty field."""
    if dimensions:
        rows = (row for estimate in estimates for row in _breakdown_rows(estimate, dimensions))
        # By month, a row has its own.
        month = () if Dimension.MONTH in dimensions else ("month",)
        return _write(("scenario", *month, *dimensions, "list_cost", "net_cost", "low", "high"), rows)
    charges = ((estimate, charge) for estimate in estimates for month in estimate.months for charge in month.charges)
    return _write(COLUMNS, (_row(estimate, charge) for estimate, charge in charges))


def _write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _row(estimate: Estimate, charge: Charge) -> tuple[str, ...]:
    usage = charge.usage
    account = estimate.scenario.accounts.get(usage.account)
    return (
        estimate.name,
        str(charge.month),
        charge.id,
        usage.meter.service.service_code,
        usage.meter.value,
        charge.usage_type or "",
        usage.account,
        (account.name if account else None) or "",
        usage.region,
        usage.recorder,
        str(charge.tier),
        plain(charge.quantity.point),
        usage.unit,
        plain(charge.list_unit_price),
        plain_money(charge.list_cost.point),
        plain_money(charge.net_cost.point),
        *_ends(charge.list_cost),
    )


def _breakdown_rows(estimate: Estimate, dimensions: Sequence[Dimension]) -> Iterable[tuple[str, ...]]:
    costs = break_down(estimate, dimensions)
    month = () if Dimension.MONTH in dimensions else (str(estimate.last.month),)
    for key in in_order({key: cost.listed.point for key, cost in costs.items()}, dimensions):
        values = (part or "" for part in key)
        yield (estimate.name, *month, *values, *_both(costs[key]), *_ends(costs[key].listed))


def _both(cost: Costs) -> tuple[str, str]:
    return plain_money(cost.listed.point), plain_money(cost.net.point)


def _ends(quantity: Quantity) -> tuple[str, str]:
    found = ends(quantity)
    return (plain_money(found[0]), plain_money(found[1])) if found else ("", "")
