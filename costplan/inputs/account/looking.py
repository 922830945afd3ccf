"""What a Region of an account has: trails, event data stores, service-linked channels."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from costplan.inputs.account.answers import AnswerBook, Refusal
from costplan.inputs.account.operations import (
    DESCRIBE_TRAILS,
    GET_CHANNEL,
    GET_EVENT_CONFIGURATION,
    GET_EVENT_DATA_STORE,
    GET_EVENT_SELECTORS,
    GET_INSIGHT_SELECTORS,
    GET_TRAIL_STATUS,
    LIST_CHANNELS,
    LIST_EVENT_DATA_STORES,
    Operation,
)
from costplan.inputs.account.session import Session
from costplan.model.places import arn_account, arn_region

_SERVICE_LINKED = "aws-service-channel/"
# It takes in nothing any more, and AWS answers no question about it but what it is.
_DELETED = "PENDING_DELETION"
# A store of other than CloudTrail's events has no such configuration.
_NOT_ITS_KIND = "InvalidEventDataStoreCategoryException"


@dataclass(slots=True)
class Look:
    """What one Region showed; every list may be empty because its refusal says why."""

    region: str
    trails: list[dict[str, Any]] = field(default_factory=list)
    stores: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    refusals: dict[Operation, Refusal] = field(default_factory=dict)

    @property
    def trails_refusal(self) -> Refusal | None:
        """Why nobody knows the trails of the Region."""
        return self.refusals.get(DESCRIBE_TRAILS)


def look_at(session: Session, region: str) -> Look:
    """Return what a Region has; stores and channels by ARN, to be asked about there.

    Trails of other Regions that reach it are among its trails, and so are those of the organization: without them a
    copy of an event would go uncounted.
    """
    look = Look(region)
    answer = session.ask(DESCRIBE_TRAILS, region, includeShadowTrails=True)
    if isinstance(answer, Refusal):
        look.refusals[DESCRIBE_TRAILS] = answer
        if answer.is_of_contact:
            return look
    else:
        look.trails = list(answer.get("trailList") or ())
    stores, refusal = session.ask_for_all(LIST_EVENT_DATA_STORES, region, "EventDataStores")
    look.stores = [store["EventDataStoreArn"] for store in stores]
    if refusal is not None:
        look.refusals[LIST_EVENT_DATA_STORES] = refusal
    channels, refusal = session.ask_for_all(LIST_CHANNELS, region, "Channels")
    look.channels = [one["ChannelArn"] for one in channels if str(one.get("Name", "")).startswith(_SERVICE_LINKED)]
    if refusal is not None:
        look.refusals[LIST_CHANNELS] = refusal
    return look


def read_details(
    session: Session, account: str, looks: Sequence[Look], book: AnswerBook, seen_by: dict[str, str], pool: Executor
) -> None:
    """Ask about everything that the Regions of an account showed, each thing once and in its home Region.

    What another account was asked before, for an organization's trail is seen by all, is asked again only of its owner,
    and only as far as it went unanswered.

    seen_by: by ARN of a trail or store, the account that is asked about it; filled here.
    """
    trails: dict[str, dict[str, Any]] = {}
    for look in looks:
        for trail in look.trails:
            # Every Region that a trail reaches describes it, with the same words (R72).
            trails.setdefault(str(trail["TrailARN"]), trail)
    tasks: list[Callable[[], list[_Found]]] = []
    for arn, trail in trails.items():
        is_owner = arn_account(arn) == account
        if is_owner or not book.knows(arn):
            book.add_trail(arn, trail, is_owner)
            seen_by[arn] = account
            tasks += _trail_questions(session, arn, trail, book)
    for look in looks:
        for arn in look.stores:
            if arn_account(arn) == account or not book.knows(arn):
                seen_by[arn] = account
                tasks.append(_store_questions(session, arn, look.region))
        tasks += [_question(session, arn, GET_CHANNEL, look.region, "Channel") for arn in look.channels]
    for found in pool.map(lambda task: task(), tasks):
        for one in found:
            if not (isinstance(one.answer, Refusal) and one.answer.code == _NOT_ITS_KIND):
                book.add(one.subject, one.operation, one.answer)


@dataclass(frozen=True, slots=True)
class _Found:
    subject: str
    operation: Operation
    answer: Any


def _home_of(arn: str, trail: dict[str, Any]) -> str:
    return str(trail.get("HomeRegion") or arn_region(arn) or "")


def _question(session: Session, arn: str, operation: Operation, region: str, name: str) -> Callable[[], list[_Found]]:
    return lambda: [_Found(arn, operation, session.ask(operation, region, **{name: arn}))]


def _trail_questions(
    session: Session, arn: str, trail: dict[str, Any], book: AnswerBook
) -> list[Callable[[], list[_Found]]]:
    asked = {GET_TRAIL_STATUS: "Name", GET_EVENT_SELECTORS: "TrailName", GET_EVENT_CONFIGURATION: "TrailName"}
    if trail.get("HasInsightSelectors") is not False:
        asked[GET_INSIGHT_SELECTORS] = "TrailName"
    home = _home_of(arn, trail)
    return [_question(session, arn, one, home, name) for one, name in asked.items() if book.lacks(arn, one)]


def _store_questions(session: Session, arn: str, region: str) -> Callable[[], list[_Found]]:
    def ask() -> list[_Found]:
        store = session.ask(GET_EVENT_DATA_STORE, region, EventDataStore=arn)
        found = [_Found(arn, GET_EVENT_DATA_STORE, store)]
        if isinstance(store, Refusal) or store.get("Status") != _DELETED:
            found += [
                _Found(arn, operation, session.ask(operation, region, EventDataStore=arn))
                for operation in (GET_INSIGHT_SELECTORS, GET_EVENT_CONFIGURATION)
            ]
        return found

    return ask
