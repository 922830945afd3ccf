"""The free trial of CloudTrail Lake: 30 days, or 5 GB taken in and 5 GB scanned, whichever is over first.

Source: the pricing page of CloudTrail, which says neither whether an account has one trial or each of its stores nor
which bytes come first.  Here an account has one, and its usages fill it in the order of their ids.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from costplan.engine.ages import DAYS_PER_MONTH
from costplan.engine.rating import fill_tiers
from costplan.model.billing import Meter, Usage
from costplan.model.numbers import TWELVE_PLACES, ZERO
from costplan.model.prices import PriceTier

TRIAL_GB = Decimal(5)
"""What is free of each, taken in and scanned."""

TRIAL_DAYS = 30

_TIERS = (PriceTier(ZERO, TRIAL_GB), PriceTier(ZERO))
_RULES = ("R85",)


def trial_share() -> Decimal:
    """Return the part of a month of 730 hours that lies within the trial's days.

    >>> str(trial_share())
    '0.986301369863'
    """
    share = Fraction(TRIAL_DAYS) / DAYS_PER_MONTH
    return (Decimal(share.numerator) / share.denominator).quantize(TWELVE_PLACES)


def on_trial(usages: Sequence[Usage], owners: Mapping[str, str]) -> list[Usage]:
    """Return the first month's usages of event data stores, with what the trial covers on meters of its own.

    owners: by label, the account of each store that is on trial; usages of others stay as they are.
    """
    found = [usage for usage in usages if usage.recorder not in owners]
    pools: dict[tuple[str, bool], list[Usage]] = defaultdict(list)
    for usage in sorted(usages, key=lambda usage: usage.id):
        if usage.recorder in owners:
            pools[owners[usage.recorder], usage.meter is Meter.LAKE_QUERY_SCANNED].append(usage)
    for (_, is_scan), pool in pools.items():
        free_meter = Meter.LAKE_TRIAL_QUERY_SCANNED if is_scan else Meter.LAKE_TRIAL_INGESTION
        shares = fill_tiers([usage.quantity * trial_share() for usage in pool], _TIERS)
        free: dict[str, Usage] = {}
        for usage, (covered, beyond) in zip(pool, shares, strict=True):
            because = f"{usage.because}, within the trial"
            mine = replace(usage, meter=free_meter, quantity=covered, details=(), rules=_RULES, because=because)
            # Two meters of one store in one Region fill one usage of the trial: ids are told apart by meter.
            known = free.get(mine.id)
            free[mine.id] = mine if known is None else replace(known, quantity=known.quantity + covered)
            paid = beyond + usage.quantity * (1 - trial_share())
            if paid:
                found.append(replace(usage, quantity=paid, details=()))
        found += free.values()
    return found
