"""Why something found beside answers of CloudTrail's API holds no recorder, and what to do about it."""

from collections.abc import Iterator, Mapping
from typing import Any

LEAVE_OUT = "leave it out, or give the answer of describe-trails"
_OTHERS = {
    "ResourceTagList": "tags",
    "PublicKeyList": "public keys of digest files",
    "Events": "looked-up events",
    "Records": "a log file: costplan volumes logs reads it",
}
# One of these in a list shows what it is a list of, when it was cut out of its answer.
_OF_SELECTORS = ("FieldSelectors", "ReadWriteType", "IncludeManagementEvents", "DataResources")
_ACTIONS = ("Expiration", "Transitions", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions")
_LIFECYCLE_FILE = "get-bucket-lifecycle-configuration-BUCKET.json"
_SERVICE_LINKED = "aws-service-channel/"


def reasons(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield why an object holds no recorder, each reason with what to do."""
    channels = value.get("Channels")
    if isinstance(channels, list) or "ChannelArn" in value:
        found = [item for item in channels if isinstance(item, dict)] if isinstance(channels, list) else [value]
        yield from ((_channel(item), LEAVE_OUT) for item in found)
        if not found:
            yield "lists no channels", LEAVE_OUT
        return
    for key, what in _OTHERS.items():
        if key in value:
            yield f"holds {what}", LEAVE_OUT
            return
    if isinstance(value.get("artifacts"), dict) and "version" in value:
        yield "holds the manifest of a CDK app", "give its folder, such as cdk.out"
        return
    if isinstance(value.get("Error"), dict):
        yield "holds an error without a code, not an answer", "repeat the call"
        return
    if are_lifecycle_rules(value.get("Rules")):
        yield "holds lifecycle rules, but not of which bucket", f"name the file {_LIFECYCLE_FILE}"
        return
    yield "holds no trail and no event data store", "give the answers of describe-trails and get-event-selectors"


def selectors_of_nobody(value: list[Any]) -> tuple[str, str] | None:
    """Return why a list holds no recorder, where it is a list of selectors and nothing else."""
    if all(isinstance(item, dict) and any(key in item for key in _OF_SELECTORS) for item in value):
        return (
            "holds event selectors without the trail they belong to",
            "give the answer of get-event-selectors, which names its trail",
        )
    if all(isinstance(item, dict) and "InsightType" in item for item in value):
        return (
            "holds Insights selectors without the trail they belong to",
            "give the answer of get-insight-selectors, which names its trail",
        )
    return None


def are_lifecycle_rules(value: object) -> bool:
    """Whether a list holds rules of a bucket's lifecycle; other services have rules too."""
    return isinstance(value, list) and any(
        isinstance(rule, dict) and "Status" in rule and any(key in rule for key in _ACTIONS) for rule in value
    )


def _channel(channel: Mapping[str, Any]) -> str:
    """Name a channel; an AWS service made it and selects its events, or it brings in events from outside AWS (R78)."""
    named = channel.get("Name")
    name = f" {named}" if isinstance(named, str) and named else ""
    is_service_linked = not name or name.strip().startswith(_SERVICE_LINKED)
    if is_service_linked:
        return f"holds a service-linked channel{name}, which is no trail and is not counted (R78)"
    return f"holds a channel{name} for events from outside AWS, which are not counted"
