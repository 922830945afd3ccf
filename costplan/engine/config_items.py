"""What AWS Config records and evaluates because the scenario says so: its items are no events, no log shows them."""

from collections.abc import Iterable, Iterator

from costplan.model.billing import Meter, Usage
from costplan.model.quantity import Quantity
from costplan.model.scenario import ConfigItems

RECORDER = "AWS Config"
"""What stands in a charge in the place of a trail."""


def config_usages(declared: Iterable[ConfigItems]) -> Iterator[Usage]:
    """Yield a month's usage of AWS Config: items recorded, rules evaluated; the same each month, whatever events do.

    Source: AWS Config pricing, "configuration items", "rule evaluations".
    """
    for entry in declared:
        items = Meter.CONFIG_ITEM_DAILY if entry.is_daily else Meter.CONFIG_ITEM_CONTINUOUS
        for meter, amount, unit in (
            (items, entry.items, "configuration items"),
            (Meter.CONFIG_RULE_EVALUATIONS, entry.rule_evaluations, "evaluations"),
        ):
            if amount:
                quantity = Quantity.exact(amount)
                yield Usage(meter, entry.account, entry.region, RECORDER, quantity, unit, (), "as declared")
