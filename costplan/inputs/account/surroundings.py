"""Where trails deliver and how that is kept: buckets, log groups, keys.

Each is asked of the account that its ARN names, if that account is read too; a bucket's name names none, so that a
bucket which the trail's account may not look at is asked of the others.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from costplan.inputs.account.answers import Answer, AnswerBook, Refusal
from costplan.inputs.account.operations import (
    DESCRIBE_KEY,
    DESCRIBE_LOG_GROUPS,
    GET_BUCKET_LIFECYCLE,
    GET_BUCKET_LOCATION,
    GET_BUCKET_VERSIONING,
    GET_EVENT_DATA_STORE,
    Operation,
)
from costplan.inputs.account.session import Session
from costplan.model.places import arn_account, arn_region

# How S3 spells two Regions that are older than their names.
_OLD_LOCATIONS = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
_LOG_GROUP = "log-group"

Questions = Callable[[], list[tuple[Operation, Answer]]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Something a recorder uses: what names it, and the account and home Region of the recorder."""

    name: str
    account: str
    region: str


def read_surroundings(
    sessions: Mapping[str, Session], seen_by: Mapping[str, str], book: AnswerBook, pool: Executor
) -> None:
    """Ask about the buckets, log groups and keys of all trails and event data stores in *book*.

    sessions: by account, the caller's first; seen_by: by ARN of a recorder, the account that was asked about it.
    """
    questions: dict[tuple[str, str], Questions] = {}
    for trail_arn, trail in book.trails.items():
        for name, ask in (
            ("S3BucketName", _ask_bucket),
            ("CloudWatchLogsLogGroupArn", _ask_log_group),
            ("KmsKeyId", _ask_key),
        ):
            _add(questions, ask, trail.get(name), trail_arn, sessions, seen_by)
    for store_arn in seen_by:
        store = book.answer(store_arn, GET_EVENT_DATA_STORE) or {}
        _add(questions, _ask_key, store.get("KmsKeyId"), store_arn, sessions, seen_by)
    for (_, subject), answers in zip(questions, pool.map(lambda ask: ask(), questions.values()), strict=True):
        for operation, answer in answers:
            book.add(subject, operation, answer)


def _add(
    questions: dict[tuple[str, str], Questions],
    ask: Callable[[_Place, Mapping[str, Session]], list[tuple[Operation, Answer]]],
    name: Any,
    recorder_arn: str,
    sessions: Mapping[str, Session],
    seen_by: Mapping[str, str],
) -> None:
    if not name:
        return
    place = _Place(str(name), seen_by[recorder_arn], arn_region(recorder_arn) or "")
    order = dict.fromkeys([arn_account(place.name) or place.account, place.account, *sessions])
    chosen = {account: sessions[account] for account in order if account in sessions}
    questions.setdefault((ask.__name__, place.name), lambda: ask(place, chosen))


def _ask_bucket(place: _Place, sessions: Mapping[str, Session]) -> list[tuple[Operation, Answer]]:
    location = _first(
        session.ask(GET_BUCKET_LOCATION, place.region, Bucket=place.name) for session in sessions.values()
    )
    region = place.region
    if not isinstance(location, Refusal):
        stated = location.get("LocationConstraint")
        region = _OLD_LOCATIONS.get(stated) or str(stated)
    lifecycle = _first(session.ask(GET_BUCKET_LIFECYCLE, region, Bucket=place.name) for session in sessions.values())
    kept = _first(session.ask(GET_BUCKET_VERSIONING, region, Bucket=place.name) for session in sessions.values())
    return [(GET_BUCKET_LOCATION, location), (GET_BUCKET_LIFECYCLE, lifecycle), (GET_BUCKET_VERSIONING, kept)]


def _ask_log_group(place: _Place, sessions: Mapping[str, Session]) -> list[tuple[Operation, Answer]]:
    parts = place.name.split(":")
    if _LOG_GROUP not in parts[:-1]:
        return []
    account, session = next(iter(sessions.items()))
    if arn_account(place.name) != account:
        # Any other account would answer for a log group of its own by the same name.
        words = "it belongs to an account that was not read"
        return [(DESCRIBE_LOG_GROUPS, Refusal(DESCRIBE_LOG_GROUPS, "InAnotherAccount", words))]
    name = parts[parts.index(_LOG_GROUP) + 1]
    region = arn_region(place.name) or place.region
    groups, refusal = session.ask_for_all(
        DESCRIBE_LOG_GROUPS, region, "logGroups", "nextToken", logGroupNamePrefix=name
    )
    found = [group for group in groups if group["logGroupName"] == name]
    return [(DESCRIBE_LOG_GROUPS, refusal if refusal and not found else {"logGroups": found})]


def _ask_key(place: _Place, sessions: Mapping[str, Session]) -> list[tuple[Operation, Answer]]:
    region = arn_region(place.name) or place.region
    session = next(iter(sessions.values()))
    return [(DESCRIBE_KEY, session.ask(DESCRIBE_KEY, region, KeyId=place.name))]


def _first(answers: Iterator[Answer]) -> Answer:
    """Return the first answer that is one, else the first refusal; only a denial is worth asking somebody else."""
    first = next(answers)
    if not isinstance(first, Refusal) or not first.is_denial:
        return first
    return next((answer for answer in answers if not isinstance(answer, Refusal)), first)
