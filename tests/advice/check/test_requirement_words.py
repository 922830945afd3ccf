"""Requirements in words, written out."""

from typing import Any

import pytest

from costplan.advice.check.requirement_words import events_text, missing_text, places_text, recorders_text
from costplan.advice.check.samples import Sample
from costplan.model.policy import EventsAsked, RecordersAsked
from tests.build import DATA, IRELAND, MANAGEMENT, NETWORK, PROD, TEST, VIRGINIA, make_key

KMS, EC2 = "kms.amazonaws.com", "ec2.amazonaws.com"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (EventsAsked(MANAGEMENT), "management events"),
        (EventsAsked(MANAGEMENT, True), "management events (reads)"),
        (EventsAsked(MANAGEMENT, False), "management events (writes)"),
        (EventsAsked(MANAGEMENT, event_sources=(KMS, EC2)), f"management events ({KMS}, {EC2})"),
        (
            EventsAsked(MANAGEMENT, True, event_names=("Decrypt",), event_sources=(KMS,), event_type="AwsApiCall"),
            f"management events (reads, {KMS}, Decrypt, AwsApiCall)",
        ),
        (EventsAsked(MANAGEMENT, but_not_sources=(KMS, EC2)), f"management events (not of {KMS}, {EC2})"),
        (EventsAsked(NETWORK, error_code="VpceAccessDenied"), "network activity events (VpceAccessDenied)"),
        (EventsAsked(DATA, resource_type="AWS::SNS::Topic"), "AWS::SNS::Topic data events"),
    ],
)
def test_events_are_told_by_what_is_asked_of_them(asked: EventsAsked, text: str) -> None:
    assert events_text(asked) == text


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ({}, ""),
        ({"kind": "trail"}, " by a trail"),
        ({"kind": "event data store"}, " by an event data store"),
        ({"is_organization": True}, " by an organization recorder"),
        ({"is_organization": False}, " by a single-account recorder"),
        ({"is_multi_region": True, "kind": "trail"}, " by a multi-Region trail"),
        ({"is_multi_region": False}, " by a single-Region recorder"),
        ({"is_organization": True, "is_multi_region": True}, " by an organization multi-Region recorder"),
    ],
)
def test_recorders_are_told_by_what_is_asked_of_them(by: dict[str, Any], text: str) -> None:
    assert recorders_text(RecordersAsked(**by)) == text


def samples(*words: tuple[str, ...]) -> list[Sample]:
    return [Sample(make_key(), each) for each in words]


@pytest.mark.parametrize(
    ("missed", "recorded", "text"),
    [
        ([("", "reads")], [], ""),
        # Nothing is without a source, and both sources are missing: reads are.
        ([(KMS, "reads"), (EC2, "reads")], [(KMS, "writes"), (EC2, "writes")], "reads"),
        ([(KMS, "reads"), (KMS, "writes")], [(EC2, "reads"), (EC2, "writes")], KMS),
        ([(KMS, "reads")], [(KMS, "writes"), (EC2, "reads"), (EC2, "writes")], f"{KMS}, reads"),
        # Reads of the one and writes of the other: the first of them in full.
        ([(KMS, "reads"), (EC2, "writes")], [(KMS, "writes"), (EC2, "reads")], f"{KMS}, reads"),
        ([(KMS, ""), (EC2, "writes")], [(KMS, "writes"), (EC2, "")], KMS),
    ],
)
def test_what_is_missing_is_told_by_what_the_rest_has_not(missed: Any, recorded: Any, text: str) -> None:
    some = samples(*missed)
    assert missing_text(some, [*some, *samples(*recorded)]) == text


def test_places_of_one_account_are_told_by_region_and_those_of_several_counted() -> None:
    assert places_text([(PROD, IRELAND)]) == f"{IRELAND} of {PROD}"
    assert places_text([(PROD, IRELAND), (TEST, IRELAND), (PROD, VIRGINIA)]) == f"3 places of {PROD}, {TEST}"
