"""Cost Explorer: the usage amounts of a bill, asked for by account and usage type; each page of answers costs money.

It groups by two things at most, so nothing is known of buckets and trails.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import Operation
from costplan.inputs.account.session import Access, Session
from costplan.inputs.volumes.bill.judging import Counted, NotUnderstood, SetAside, judge
from costplan.inputs.volumes.bill.tally import BilledKey, BillTally, Span, parse_amount
from costplan.inputs.volumes.bill.usage_types import BilledService
from costplan.model.numbers import exact_arithmetic
from costplan.model.places import is_account, partition_of
from costplan.model.problems import BadInputError, Location, Problem

GET_COST_AND_USAGE = Operation("ce", "GetCostAndUsage", "ce:GetCostAndUsage")

COST_EXPLORER = Location("Cost Explorer")
_ENDPOINTS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1"}
SERVICE_NAMES: Mapping[BilledService, tuple[str, ...]] = {
    BilledService.CLOUDTRAIL: ("AWS CloudTrail",),
    BilledService.S3: ("Amazon Simple Storage Service", "Amazon S3 Glacier Deep Archive", "Amazon Glacier"),
}
"""As Cost Explorer calls them; one question is asked for each service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What Cost Explorer answered.

    requests: pages, each of which is charged.
    is_estimated: AWS still counts: the last days may become more.
    """

    tally: BillTally
    requests: int
    is_estimated: bool


def policy_text() -> str:
    """Return the IAM policy that asking needs, as JSON."""
    statement = {"Sid": "ReadUsage", "Effect": "Allow", "Action": GET_COST_AND_USAGE.action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def ask_cost_explorer(start: date, end: date, access: Access, only: BilledService | None = None) -> Asked:
    """Return the usage of CloudTrail and S3 from *start* to *end*, which is not included, all accounts of the payer.

    Raises:
        BadInputError: AWS cannot be asked, or refuses.
    """
    session = Session(access, allowed=frozenset({(GET_COST_AND_USAGE.service, GET_COST_AND_USAGE.name)}))
    region = _ENDPOINTS.get(partition_of(session.region or ""), session.region or "us-east-1")
    tally = BillTally()
    requests, is_estimated = 0, False
    for service in SERVICE_NAMES if only is None else (only,):
        for page in _pages(session, region, service, start, end):
            requests += 1
            for result in page.get("ResultsByTime", ()):
                is_estimated |= bool(result.get("Estimated"))
                _take(result, service, tally)
    return Asked(tally, requests, is_estimated)


def _pages(
    session: Session, region: str, service: BilledService, start: date, end: date
) -> Iterator[Mapping[str, Any]]:
    """Yield the answers about one service: which of several a usage type is of would be told by none."""
    parameters: dict[str, Any] = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": ["UsageQuantity"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}],
        "Filter": {
            "And": [
                {"Dimensions": {"Key": "SERVICE", "Values": list(SERVICE_NAMES[service])}},
                {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Usage"]}},
            ]
        },
    }
    tokens: set[str] = set()
    while True:
        answer = session.ask(GET_COST_AND_USAGE, region, **parameters)
        if isinstance(answer, Refusal):
            hint = "--print-policy prints the rights it takes" if answer.is_denial else "try again later"
            raise BadInputError([Problem(COST_EXPLORER, f"{answer.words} ({answer})", hint)])
        yield answer
        token = answer.get("NextPageToken")
        if not token:
            return
        if token in tokens:
            # Half of the answers would look like a whole bill.
            raise BadInputError([Problem(COST_EXPLORER, "gave the same page twice", "try again later")])
        tokens.add(token)
        parameters["NextPageToken"] = token


@exact_arithmetic()
def _take(result: Mapping[str, Any], service: BilledService, tally: BillTally) -> None:
    """Add the groups of one month."""
    period = result["TimePeriod"]
    month = period["Start"][:7]
    tally.spans.add(Span("", month, period["End"]))
    tally.starts[month] = min(period["Start"], tally.starts.get(month, period["Start"]))
    for group in result.get("Groups", ()):
        account, usage_type = group["Keys"][:2]
        metric = group["Metrics"]["UsageQuantity"]
        amount = parse_amount(str(metric["Amount"]))
        tally.lines += 1
        if amount is None or not is_account(account):
            tally.unreadable += 1
            continue
        verdict = judge(service, usage_type, "", "", str(metric.get("Unit", "")))
        if isinstance(verdict, Counted):
            tally.take(BilledKey(month, account, verdict.region, verdict.name, "", ""), amount)
        elif isinstance(verdict, SetAside):
            tally.set_aside[verdict.kind] += 1
        elif isinstance(verdict, NotUnderstood):
            tally.misunderstand(usage_type, verdict.why, amount)
