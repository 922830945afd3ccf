"""From what lines have in common to the event they make, as far as a ``CountPlan`` asks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from costplan.inputs.volumes.access_logs.names import Place
from costplan.inputs.volumes.access_logs.operations import (
    AUTHENTICATION_SOURCE,
    Aside,
    Event,
    Unknown,
    classify_operation,
    is_lifecycle,
)
from costplan.inputs.volumes.access_logs.requesters import NOBODY, SOMEBODY, Requester, requester_of
from costplan.inputs.volumes.access_logs.statuses import Outcome, classify_status, is_failure
from costplan.inputs.volumes.logs.classification import SERVICE_EVENT, classify_read_only
from costplan.inputs.volumes.logs.records import (
    answer,
    keeps_principal,
    principal_conditions,
    principal_of,
    resource_conditions,
)
from costplan.model.containers import decide
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory, EventKey, Principal, Resource
from costplan.model.places import partition_of
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN, Flag, Text
from costplan.model.unknown import Unknown as UnknownValue
from costplan.model.volumes import CountPlan

OBJECT_TYPE = "AWS::S3::Object"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a line says, without its time and its key."""

    owner: str
    bucket: str
    requester: str
    operation: str
    has_key: bool
    status: str
    error: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The event of a line.

    is_certain: false for one that may not be recorded.
    unknown: the operation, where nobody knows what it is to CloudTrail.
    """

    key: EventKey
    is_certain: bool
    unknown: str | None = None


class Judge:
    """Judges the lines of one process.

    counts_lifecycle: whether what lifecycle rules do is an event that may be recorded, or is set aside (Q1).
    """

    def __init__(self, plan: CountPlan, *, counts_lifecycle: bool = True) -> None:
        self._plan, self._counts_lifecycle = plan, counts_lifecycle
        self._on_resources, self._on_principals = resource_conditions(plan), principal_conditions(plan)

    @property
    def asks_of_keys(self) -> bool:
        """Whether any condition may depend on an object's key."""
        return bool(self._on_resources)

    @property
    def asks_of_sessions(self) -> bool:
        """Whether any condition may depend on the name of a session."""
        return bool(self._on_principals)

    def is_decided(self, place: Place, bucket: str) -> bool:
        """Whether the name of a bucket answers every condition on its objects."""
        container = bucket_arn(place, bucket)
        decided = (decide(container, False, "/", c.operator, c.value) for c in self._on_resources)
        return Truth.MAYBE not in decided

    def answers(self, place: Place, bucket: str, key: str | None) -> str:
        """Return the answers of an object, or of the bucket with a slash (R32), to the conditions on resources."""
        return answer(f"{bucket_arn(place, bucket)}/{key or ''}", self._on_resources)

    def judge(self, place: Place, facts: Facts, answers: str) -> Verdict | Aside:
        """Return which event a line makes."""
        what = classify_operation(facts.operation, has_key=facts.has_key)
        if isinstance(what, Aside):
            return what
        if is_lifecycle(facts.operation) and not self._counts_lifecycle:
            return Aside.LIFECYCLE
        outcome = classify_status(facts.status, facts.error)
        if outcome is Outcome.REDIRECT:
            return Aside.REDIRECT
        if isinstance(what, Unknown):
            key = self._key(place, facts, None, answers, Event(None), SOMEBODY)
            return Verdict(key, False, what.operation)
        if outcome is Outcome.AUTHENTICATION:
            failed = Event(f"Authenticate{facts.error}", AUTHENTICATION_SOURCE)
            return Verdict(self._key(place, facts, None, answers, failed, SOMEBODY), False)
        # A key of a batch that was not deleted may make no event of its own.
        is_undone = what.event_type == SERVICE_EVENT and is_failure(facts.status)
        key = self._key(place, facts, what.event_type, answers, what, _caller(what, place, facts))
        return Verdict(key, what.is_certain and outcome is Outcome.EVENT and not is_undone)

    def _key(
        self, place: Place, facts: Facts, event_type: str | None, answers: str, event: Event, caller: Requester
    ) -> EventKey:
        """Return the key; without an *event_type* nobody says more of the event than its source and its name."""
        read_only: Flag = UNKNOWN
        if event_type is not None and event.name is not None:
            read_only, _ = classify_read_only(None, EventCategory.DATA, event_type, event.source, event.name)
        elif event_type == SERVICE_EVENT:
            read_only = False
        error: Text = facts.error
        if facts.error == NOBODY:
            error = None if not is_failure(facts.status) else UNKNOWN

        def text(field: str, value: Callable[[], Text]) -> Text:
            return value() if self._plan.keeps(field) else UNKNOWN

        is_own = caller.invoked_by == CLOUDTRAIL_SERVICE
        return EventKey(
            account=place[0],
            region=place[1],
            category=EventCategory.DATA,
            event_source=text("event_source", lambda: event.source if event_type or event.name else UNKNOWN),
            event_name=(event.name or UNKNOWN) if self._plan.keeps("event_name") or is_own else UNKNOWN,
            event_type=text("event_type", lambda: event_type or UNKNOWN),
            read_only=read_only if self._plan.keeps("read_only") else UNKNOWN,
            resources=(Resource(OBJECT_TYPE, bucket_arn(place, facts.bucket), False, answers),),
            principal=self._principal(caller),
            error_code=text("error_code", lambda: error if event_type else UNKNOWN),
            is_global_endpoint=False if self._plan.keeps("is_global_endpoint") else UNKNOWN,
            is_cross_account=caller.is_foreign if self._plan.keeps("is_cross_account") else UNKNOWN,
        )

    def _principal(self, caller: Requester) -> Principal:
        container: Text = UNKNOWN
        is_whole, answers = False, ""
        if keeps_principal(self._plan) and not isinstance(caller.arn, UnknownValue):
            container, is_whole, answers = principal_of(caller.arn, self._on_principals)
        # CloudTrail's own events stay marked: an estimate replaces them.
        shows_service = self._plan.keeps("invoked_by") or caller.invoked_by == CLOUDTRAIL_SERVICE
        return Principal(
            container,
            is_whole,
            caller.type if self._plan.keeps("principal_type") else UNKNOWN,
            caller.invoked_by if shows_service else UNKNOWN,
            answers,
        )


def _caller(event: Event, place: Place, facts: Facts) -> Requester:
    if is_lifecycle(facts.operation):
        return Requester(None, "AWSService", UNKNOWN, False)
    if event.event_type == SERVICE_EVENT:
        # Nobody says whether S3's own events name the caller of the request that they belong to.
        return SOMEBODY
    return requester_of(facts.requester, facts.owner, *place)


@lru_cache(maxsize=2_500)
def bucket_arn(place: Place, bucket: str) -> str:
    """Return the ARN of a bucket.

    >>> bucket_arn(("111122223333", "cn-north-1"), "lake")
    'arn:aws-cn:s3:::lake'
    """
    return f"arn:{partition_of(place[1])}:s3:::{bucket}"


def object_key(text: bytes) -> str:
    """Return the key that a log writes with two rounds of URL encoding, as it does with blanks and the like.

    >>> object_key(b"year%253D2026/a%2Bb.txt")
    'year=2026/a b.txt'
    """
    if b"%" in text or b"+" in text:
        text = unquote_to_bytes(unquote_to_bytes(text.replace(b"+", b" ")).replace(b"+", b" "))
    return text.decode("utf-8", "surrogateescape")
