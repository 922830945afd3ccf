"""Lifecycle rules that do nothing, or cost more than they save: each against the same bucket without it."""

from collections.abc import Iterator
from decimal import Decimal

from costplan.engine.lifecycle import SMALL, StorageClass
from costplan.engine.rating import first_tier_cost
from costplan.engine.storage import BucketStock, Storage, readings_of
from costplan.model.estimate import Assumption
from costplan.model.numbers import ZERO
from costplan.model.prices import PriceList
from costplan.model.recorders import LifecycleRule


def rules_that_cost(stored: Storage, prices: PriceList) -> Iterator[Assumption]:
    """Yield a sentence for each transition that moves no file, or costs more than it saves in the months in hand."""
    for label, bucket, region, flows in stored.ruled():
        # Where the default is not known, a rule that does nothing under one reading still may.
        (reading, *others) = readings_of(bucket)
        for at, rule in enumerate(bucket.lifecycle):
            if rule.transition_days is None or rule.storage_class is None or others:
                continue
            stock = BucketStock(bucket, flows, bucket.lifecycle, reading)
            without = BucketStock(bucket, flows, [*bucket.lifecycle[:at], *bucket.lifecycle[at + 1 :]], reading)
            words = f"{label}: the rule to {rule.storage_class} after {rule.transition_days} days"
            if not stock.reaches(rule.storage_class):
                yield Assumption("R108", f"{words} does nothing: {_why(rule, stock)}", ZERO)
                continue
            costs = [_cost(each, len(flows), region, stored, prices) for each in (stock, without)]
            if costs[0] > costs[1]:
                text = f"{words} costs more than it saves in {len(flows)} months"
                yield Assumption("R108", text, costs[0] - costs[1])


def _why(rule: LifecycleRule, stock: BucketStock) -> str:
    if rule.storage_class not in StorageClass.__members__:
        return "there is no such storage class"
    if not rule.has_size_filter and stock.largest < SMALL:
        return "S3 moves no file under 128 KB, and the largest has about " + f"{stock.largest:,.0f} bytes"
    if rule.has_size_filter and not rule.takes(stock.largest):
        return f"no file is of the sizes it asks for, the largest has about {stock.largest:,.0f} bytes"
    return "another rule comes before it"


def _cost(stock: BucketStock, months: int, region: str, stored: Storage, prices: PriceList) -> Decimal:
    """Return what a bucket costs over all months, at the prices of the first tiers."""
    result = ZERO
    for month in range(1, months + 1):
        for meter, amount in stock.amounts(month).items():
            result += first_tier_cost(amount.point * stored.units_per_amount(meter), meter, region, prices)
    return result
