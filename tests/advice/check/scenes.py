"""Scenarios that are checked, at prices of which only those of CloudTrail's copies are above zero."""

from datetime import date
from typing import Any

from costplan.advice.check import Checked, check_report
from costplan.advice.check.limits import verdict_on_limit
from costplan.engine.changes.pricing import diff_scenarios
from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.policy import CostLimit, LimitKind, Policy, Subject, WhenUnknown
from costplan.model.scenario import PricedScenario, Scenario
from costplan.model.verdicts import CheckReport, Verdict
from tests.build import make_price, make_prices

FREE = [make_price(meter, 1_000, ("0", None)) for meter in (Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)]
PRICES = make_prices(*FREE)
TODAY = date(2026, 11, 30)

MAX, MORE, LESS = LimitKind.MAX_MONTHLY, LimitKind.MAX_INCREASE, LimitKind.MAX_DECREASE


def checked(after: Scenario, before: Scenario | None = None) -> Checked:
    own = frozenset(recorder.where for recorder in after.recorders)
    if before is None:
        return Checked(estimate_scenario(after, PRICES), PRICES, own)
    diff = diff_scenarios(PricedScenario(before, PRICES), PricedScenario(after, PRICES))
    return Checked(diff.after, PRICES, own, diff, PRICES)


def limit(kind: LimitKind, amount: str, **rest: Any) -> CostLimit:
    from costplan.inputs.check_settings import parse_limit

    level = {"level": rest.pop("level")} if "level" in rest else {}
    return parse_limit(kind, amount, Subject(**rest), **level)


def report(*scenarios: Checked, **asked: Any) -> CheckReport:
    return check_report(scenarios, Policy(**asked), PRICES.regions, asked.pop("today", TODAY))


def verdicts(found: CheckReport, rule: str) -> list[Verdict]:
    return [verdict for verdict in found.verdicts if verdict.rule == rule]


def verdict(on: CostLimit, one: Checked, unknown: WhenUnknown = WhenUnknown.FAIL) -> Verdict:
    found = verdict_on_limit(on, one, unknown)
    assert found is not None
    return found
