"""Which charges of one month differ from those of another, matched by their stable identity."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from costplan.engine.comparison import compare
from costplan.model.billing import Charge
from costplan.model.changes import ChangeKind, ChargeChange
from costplan.model.estimate import MonthEstimate
from costplan.model.quantity import Quantity, total


def charge_changes(before: MonthEstimate, after: MonthEstimate, otherwise: Collection[str]) -> tuple[ChargeChange, ...]:
    """Return the charges that cost another amount or count another quantity, dearest change first.

    The tiers of one usage are one charge; its cost is list cost.  A charge for nothing at all is none.
    otherwise: as for ``compare``.
    """
    old, new = _by_id(before.charges), _by_id(after.charges)
    changes = []
    for key in old.keys() | new.keys():
        left, right = old.get(key), new.get(key)
        one = right or left
        assert one is not None
        is_same = left is not None and right is not None and (left.quantity, left.cost) == (right.quantity, right.cost)
        if is_same:
            continue
        kind = ChangeKind.ADDED if left is None else ChangeKind.REMOVED if right is None else ChangeKind.CHANGED
        usage = one.charges[0].usage
        then, now = (MonthEstimate(after.month, () if side is None else side.charges) for side in (left, right))
        changes.append(
            ChargeChange(
                key,
                kind,
                usage.meter,
                usage.account,
                usage.region,
                usage.recorder,
                usage.unit,
                left.quantity if left else None,
                right.quantity if right else None,
                left.cost if left else None,
                right.cost if right else None,
                compare(now, then, otherwise=otherwise),
            )
        )
    return tuple(sorted(changes, key=lambda change: (-abs(change.cost.point), change.id)))


@dataclass(frozen=True, slots=True)
class _Side:
    charges: tuple[Charge, ...]
    quantity: Quantity
    cost: Quantity


def _by_id(charges: Iterable[Charge]) -> dict[str, _Side]:
    found: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        found[charge.id].append(charge)
    sides = {
        key: _Side(tuple(some), some[0].usage.quantity, total(charge.list_cost for charge in some))
        for key, some in found.items()
    }
    return {key: side for key, side in sides.items() if side.quantity}
