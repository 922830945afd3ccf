"""Whether costs stay within limits: a limit between what is sure and what is possible is no answer (could not tell)."""

from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.advice.amounts import money, money_beside
from costplan.advice.check.costs import Bounds, Checked, Unsettled, cost_before, increase, is_of_scenario, month_cost
from costplan.advice.check.unknowns import unsettled_text
from costplan.engine.scope import some_of
from costplan.model.changes import Diff
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.policy import CostLimit, LimitKind, WhenUnknown
from costplan.model.problems import Location
from costplan.model.verdicts import Outcome, Verdict


def verdict_on_limit(limit: CostLimit, checked: Checked, unknown: WhenUnknown) -> Verdict | None:
    """Return whether a scenario's last month is within a limit; ``None`` where it has no such part, or no before.

    unknown: whether a volume that nobody measured lets a limit that is not passed go (``warn`` and ``allow`` do).
    """
    if limit.of.scenario not in (None, checked.name) or not is_of_scenario(checked, limit.of):
        return None
    with exact_arithmetic():
        if limit.kind is LimitKind.MAX_MONTHLY:
            amount = month_cost(checked.estimate, checked.prices, limit.of)
            return _verdict(limit, checked, _Judged(amount, limit.amount, limit.amount), unknown)
        if checked.diff is None:
            return None
        return _verdict(limit, checked, _judged_change(limit, checked, checked.diff), unknown)


@dataclass(frozen=True, slots=True)
class _Judged:
    """An amount beside its limit, which has two ends itself where it is a share of a cost that is not certain.

    before: the cost that it is a share of.
    """

    amount: Bounds
    lowest: Decimal
    highest: Decimal
    before: Bounds | None = None

    @property
    def unsettled(self) -> tuple[Unsettled, ...]:
        """Everything with an unknown part in the amount, or in what it is a share of."""
        return (*self.amount.unsettled, *(self.before.raising if self.before else ()))

    def outcome(self, unknown: WhenUnknown) -> Outcome:
        raising, lowering = (self.amount.raising, self.amount.lowering) if unknown is WhenUnknown.FAIL else ((), ())
        # A share of what is known only in part may be more than it seems.
        larger = self.before.raising if self.before and unknown is WhenUnknown.FAIL else ()
        if self.amount.low > self.highest and not lowering and not larger:
            return Outcome.BROKEN
        if self.amount.high <= self.lowest and not raising:
            return Outcome.PASSED
        return Outcome.COULD_NOT_TELL


def _judged_change(limit: CostLimit, checked: Checked, diff: Diff) -> _Judged:
    amount = increase(checked, diff, limit.of)
    if limit.kind is LimitKind.MAX_DECREASE:
        amount = amount.negative
    if not limit.is_share:
        return _Judged(amount, limit.amount, limit.amount)
    before = cost_before(checked, diff, limit.of)
    return _Judged(amount, limit.amount * before.low, limit.amount * before.high, before)


def _verdict(limit: CostLimit, checked: Checked, judged: _Judged, unknown: WhenUnknown) -> Verdict:
    amount = judged.amount
    outcome = judged.outcome(unknown)
    unsettled = judged.unsettled if unknown is WhenUnknown.FAIL else ()
    message = _cost_text(limit, checked, judged, outcome)
    hint = ""
    if outcome is Outcome.COULD_NOT_TELL:
        if unsettled:
            message += f"; not known: {some_of(list(dict.fromkeys(map(unsettled_text, unsettled))))}"
            hint = "measure what is not known, or write unknown: warn"
        elif amount.high - amount.hangs <= judged.lowest:
            message += f"; {money(amount.hangs)} of it only if a trail that is not shown records the same events (R80)"
            hint = "say what trails there are besides: --estate FILE, or estate: in costplan.yaml"
    is_passed = outcome is Outcome.PASSED
    return Verdict(
        limit.kind.value,
        outcome,
        limit.level,
        checked.name,
        message,
        str(limit.of),
        hint,
        limit.where or checked.estimate.scenario.where if is_passed else _at_fault(limit, checked),
    )


def _cost_text(limit: CostLimit, checked: Checked, judged: _Judged, outcome: Outcome) -> str:
    month = f"month {checked.estimate.last.month}"
    bound = _limit_text(limit, judged)
    what = _amount_text(judged)
    if limit.kind is LimitKind.MAX_MONTHLY:
        said = f"{month} costs {what}"
    else:
        direction = "more" if limit.kind is LimitKind.MAX_INCREASE else "less"
        amount = judged.amount
        is_same = amount.low == amount.high == ZERO
        if is_same:
            said = f"{month} costs as much as before"
        elif amount.high <= 0:
            opposite = "less" if direction == "more" else "more"
            said = f"{month} costs {_amount_text(replace(judged, amount=amount.negative))} {opposite} than before"
        else:
            said = f"{month} costs {what} {direction} than before"
        if (amount.raising and amount.lowering) or (amount.unsettled and is_same):
            said = f"without what is not known, {said}"
    compared = {
        Outcome.PASSED: f"within the limit of {bound}",
        Outcome.BROKEN: f"over the limit of {bound}",
        Outcome.COULD_NOT_TELL: f"and the limit is {bound}",
    }
    if outcome is Outcome.BROKEN and limit.is_share and not judged.highest:
        return f"{said}, when it cost nothing: any change is more than {_percent(limit.amount)}"
    return f"{said}, {compared[outcome]}"


def _amount_text(judged: _Judged) -> str:
    amount = judged.amount
    low, high = money_beside(amount.low, judged.highest), money_beside(amount.high, judged.lowest)
    if amount.raising and not amount.lowering:
        return f"at least {low}"
    if amount.lowering and not amount.raising:
        return f"at most {high}"
    return low if amount.is_certain else f"between {low} and {high}"


def _limit_text(limit: CostLimit, judged: _Judged) -> str:
    if not limit.is_share:
        return money(limit.amount)
    ends = " to ".join(dict.fromkeys((money(judged.lowest), money(judged.highest))))
    return f"{_percent(limit.amount)} ({ends})"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _at_fault(limit: CostLimit, checked: Checked) -> Location | None:
    """Return where the cause stands: the dearest change, else the recorder in question, else the dearest one."""
    recorders = checked.labels
    if limit.of.recorder is not None and limit.of.recorder in recorders:
        return recorders[limit.of.recorder].where or limit.where
    if checked.diff is not None:
        placed = [cause for cause in checked.diff.causes if cause.change.where is not None]
        sign = -1 if limit.kind is LimitKind.MAX_DECREASE else 1
        dearest = max(placed, key=lambda cause: sign * cause.in_order.point, default=None)
        if dearest is not None and sign * dearest.in_order.point > 0:
            return dearest.change.where
    costs: dict[str, Decimal] = {}
    for charge in checked.estimate.last.charges:
        costs[charge.usage.recorder] = costs.get(charge.usage.recorder, ZERO) + charge.net_cost.point
    for label in sorted(costs, key=lambda label: -costs[label]):
        if label in recorders and recorders[label].where in checked.own:
            return recorders[label].where
    return limit.where or checked.estimate.scenario.where
