"""An event history that is known: played by the front, page by page, as ``LookupEvents`` answers."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.inputs.account.front import Asked, Failure
from tests.inputs.account.made import ACCOUNT

PAGE = 50


class Happened(NamedTuple):
    """An event: when, what, in which Region."""

    when: datetime
    name: str
    region: str = "eu-west-1"
    read_only: bool = True

    def record(self, number: int) -> dict[str, Any]:
        return {
            "eventVersion": "1.11",
            "userIdentity": {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/i-1"},
            "eventTime": f"{self.when:%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": "ec2.amazonaws.com",
            "eventName": self.name,
            "awsRegion": self.region,
            "readOnly": self.read_only,
            "eventID": f"00000000-0000-4000-8000-{number:012d}",
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
        }


class History:
    """Plays ``LookupEvents``: newest first, fifty to a page, both ends included.

    broken: numbers of events whose record is no JSON.
    """

    def __init__(self, events: Iterable[Happened], broken: frozenset[int] = frozenset()) -> None:
        numbered = sorted(enumerate(events), key=lambda pair: pair[1].when, reverse=True)
        self.entries = [(event, self._entry(number, event, number in broken)) for number, event in numbered]
        self.calls = 0

    @staticmethod
    def _entry(number: int, event: Happened, is_broken: bool) -> dict[str, Any]:
        record = event.record(number)
        return {
            "EventId": record["eventID"],
            "EventName": event.name,
            "ReadOnly": "true" if event.read_only else "false",
            "EventTime": event.when.timestamp(),
            "EventSource": record["eventSource"],
            "Username": "app",
            "Resources": [],
            "CloudTrailEvent": "{" if is_broken else json.dumps(record, separators=(",", ":")),
        }

    def play(self, asked: Asked) -> dict[str, Any] | Failure:
        self.calls += 1
        parameters: Mapping[str, Any] = asked.parameters
        start, end = (datetime.fromtimestamp(parameters[name], UTC) for name in ("StartTime", "EndTime"))
        assert parameters["MaxResults"] == PAGE
        found = [entry for event, entry in self.entries if event.region == asked.region and start <= event.when <= end]
        at = int(parameters.get("NextToken", 0))
        answer: dict[str, Any] = {"Events": found[at : at + PAGE]}
        if len(found) > at + PAGE:
            answer["NextToken"] = str(at + PAGE)
        return answer
