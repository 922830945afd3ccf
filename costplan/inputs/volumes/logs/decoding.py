"""The fast path: typed decoding of what a plan asks, and a cheap value by which records are grouped.

Two records with equal group have equal keys, so only the first of a group is interpreted (``records``).  A group may
be finer than a key, never coarser.  A record that does not decode here is not thereby bad: the slow path judges it.
"""

from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any

import msgspec

from costplan.inputs.volumes.logs.content import NOT_DECODABLE, open_log, raw_records
from costplan.inputs.volumes.logs.records import (
    STS,
    answer,
    keeps_principal,
    keeps_resources,
    principal_conditions,
    resource_conditions,
)
from costplan.model.containers import Condition, decide, holds_objects, principal_container, resource_container
from costplan.model.truth import Truth
from costplan.model.volumes import CountPlan

CACHE_SIZE = 50_000
"""Entries after which a cache is emptied: session names and object keys have no end."""

_TEXT = str | None
_FLAG = bool | str | None


class _Element(msgspec.Struct, gc=False):
    type: str | None = None
    ARN: str | None = None
    ARNPrefix: str | None = None
    resourceType: str | None = None  # noqa: N815
    resourceName: str | None = None  # noqa: N815


class _TlsDetails(msgspec.Struct, gc=False):
    clientProvidedHostHeader: str | None = None  # noqa: N815


class _RequestDetails(msgspec.Struct, gc=False):
    endpointType: str | None = None  # noqa: N815


class _AdditionalEventData(msgspec.Struct, gc=False):
    RequestDetails: _RequestDetails | None = None


class _Addendum(msgspec.Struct, gc=False):
    """Nothing of it is asked but whether it is there (R55)."""


# What is decoded, and for which field of a key (None: always), in the order of CloudTrail's own records: a decoder
# that meets fields in its own order finds them faster.
_IDENTITY: tuple[tuple[str, Any, str | None], ...] = (
    ("type", _TEXT, "principal_type"),
    ("arn", _TEXT, "principal_container"),
    ("accountId", _TEXT, None),
    ("invokedBy", _TEXT, None),
)
_RECORD: tuple[tuple[str, Any, str | None], ...] = (
    ("userIdentity", ..., None),
    ("eventTime", _TEXT, None),
    ("eventSource", _TEXT, None),
    ("eventName", _TEXT, None),
    ("awsRegion", _TEXT, None),
    ("errorCode", _TEXT, "error_code"),
    ("additionalEventData", _AdditionalEventData | None, "is_global_endpoint"),
    ("eventID", _TEXT, None),
    ("readOnly", _FLAG, None),
    ("resources", list[_Element] | None, None),
    ("eventType", _TEXT, None),
    ("managementEvent", _FLAG, None),
    ("recipientAccountId", _TEXT, None),
    ("sharedEventID", _TEXT, "is_cross_account"),
    ("vpcEndpointId", _TEXT, "vpc_endpoint_id"),
    ("vpcEndpointAccountId", _TEXT, "vpc_endpoint_account"),
    ("eventCategory", _TEXT, None),
    ("addendum", _Addendum | None, None),
    ("tlsDetails", _TlsDetails | None, "is_global_endpoint"),
    ("sessionCredentialFromConsole", _FLAG, "is_console"),
)
# Fields that have no bound, or are looked into: a group holds what is made of them.
_UNBOUNDED = frozenset(
    {
        "userIdentity",
        "arn",
        "eventTime",
        "eventID",
        "resources",
        "sharedEventID",
        "additionalEventData",
        "tlsDetails",
        "addendum",
    }
)


def _asked(fields: tuple[tuple[str, Any, str | None], ...], plan: CountPlan) -> list[tuple[str, Any]]:
    kept = plan.fields | ({"principal_container"} if keeps_principal(plan) else set())
    return [(name, kind) for name, kind, field in fields if field is None or field in kept]


class DecodedFile:
    """The records of one file as far as they were asked for.

    records: one for each; ``None`` for one that only the slow path can judge.
    is_delivered: whether they stand in ``Records``, as CloudTrail delivers them.
    """

    __slots__ = ("_raws", "_text", "is_delivered", "records")

    def __init__(
        self, text: bytes | bytearray, records: list[Any], raws: list[msgspec.Raw] | None, is_delivered: bool = True
    ) -> None:
        self.records, self.is_delivered = records, is_delivered
        self._text, self._raws = text, raws

    @property
    def raws(self) -> list[msgspec.Raw]:
        """Each record as its own exact text."""
        if self._raws is None:
            self._raws = raw_records(self._text)
        return self._raws

    @property
    def sizes(self) -> list[int]:
        """The bytes of each record."""
        return list(map(len, self.raws))


class RecordDecoder:
    """Decodes what a plan asks of records, and sorts them into groups of which one is judged for all."""

    def __init__(self, plan: CountPlan) -> None:
        identity_fields = [(name, kind, None) for name, kind in _asked(_IDENTITY, plan)]
        identity = msgspec.defstruct("UserIdentity", identity_fields, gc=False, frozen=True)
        fields: list[Any] = [
            # Never None: a null identity is rare enough for the slow path, and attribute paths stay short.
            (name, identity, identity()) if name == "userIdentity" else (name, kind, None)
            for name, kind in _asked(_RECORD, plan)
        ]
        record = msgspec.defstruct("Record", fields, gc=False)
        envelope = msgspec.defstruct("Envelope", [("Records", list[record], None)], gc=False)  # type: ignore[valid-type]
        self.decode = msgspec.json.Decoder(record).decode
        self._decode_file: Callable[[bytes | bytearray], Any] = msgspec.json.Decoder(envelope).decode
        self.group = grouping(plan)

    def open(self, text: bytes | bytearray, *, is_named_as_log: bool) -> DecodedFile:
        """Return the records in a JSON text, whatever form of a log it is.

        Raises:
            DamagedFileError: not JSON, or a delivered log file without a list of records.
            NotALogError: sound JSON that is something else.
        """
        try:
            records = self._decode_file(text).Records
        except NOT_DECODABLE:
            records = None
        if records is not None:
            return DecodedFile(text, records, None)
        content = open_log(text, is_named_as_log=is_named_as_log)
        return DecodedFile(text, list(map(self._decode_alone, content.records)), content.records, content.is_delivered)

    def _decode_alone(self, raw: msgspec.Raw) -> Any:
        try:
            return self.decode(raw)
        except NOT_DECODABLE:
            return None


def grouping(plan: CountPlan) -> Callable[[Any], Hashable]:
    """Return the function from a decoded record to its group."""
    names = [name for name, _ in _asked(_RECORD, plan) if name not in _UNBOUNDED]
    names += [f"userIdentity.{name}" for name, _ in _asked(_IDENTITY, plan) if name not in _UNBOUNDED]
    plain, category_at = attrgetter(*names), names.index("eventCategory")
    with_principal = keeps_principal(plan)
    with_sts, with_shared = plan.keeps("is_global_endpoint"), plan.keeps("is_cross_account")
    principal = ArnCache(lambda _, arn: principal_container(arn), principal_conditions(plan)).find_session
    resource = ArnCache(resource_container, resource_conditions(plan) if keeps_resources(plan) else ()).find_resource

    def group(record: Any) -> Hashable:
        values = plain(record)
        category = values[category_at]
        listed: Hashable = None
        if record.resources and (category == "Data" or not category):
            listed = tuple(
                [resource(e.type or e.resourceType, e.ARN or e.ARNPrefix or e.resourceName) for e in record.resources]
            )
        return (
            values,
            listed,
            principal(record.userIdentity.arn) if with_principal else None,
            _sts_endpoint(record) if with_sts and record.eventSource == STS else None,
            bool(record.sharedEventID) if with_shared else None,
            record.addendum is not None,
        )

    return group


def _sts_endpoint(record: Any) -> tuple[str | None, str | None]:
    tls, more = record.tlsDetails, record.additionalEventData
    details = more and more.RequestDetails
    return tls and tls.clientProvidedHostHeader, details and details.endpointType


class ArnCache:
    """What a key holds of an ARN: its type, its container, whether that is all of it, and its answers.

    Object keys and session names have no end, so these ARNs are found by the container before them, which also
    decides most conditions; all others are found whole.
    """

    def __init__(
        self, container_of: Callable[[str | None, str], tuple[str, bool]], conditions: tuple[Condition, ...]
    ) -> None:
        self._container_of = container_of
        self._conditions = conditions
        self._whole: dict[Hashable, Hashable] = {}
        # None where the container is not what stands before the slash.
        self._heads: dict[Hashable, _Head | None] = {}

    def find_session(self, arn: str | None) -> Hashable:
        """Return what is held of a ``userIdentity.arn``: a session's name follows the last slash."""
        return (arn and self._by_head(None, arn, arn.rpartition("/")[0])) or self._find_whole(None, arn)

    def find_resource(self, kind: str | None, arn: str | None) -> Hashable:
        """Return what is held of an element of ``resources[]``: an object's key follows the first slash."""
        if arn and holds_objects(kind):
            head, slash, _key = arn.partition("/")
            if slash:
                return self._by_head(kind, arn, head) or self._find_whole(kind, arn)
        return self._find_whole(kind, arn)

    def _by_head(self, kind: str | None, arn: str, text: str) -> Hashable:
        where = (kind, text)
        try:
            head = self._heads[where]
        except KeyError:
            is_container = self._container_of(kind, arn) == (text, False)
            head = _Head(kind, text, self._conditions) if is_container else None
            _remember(self._heads, where, head)
        return head and head.hold(arn)

    def _find_whole(self, kind: str | None, arn: str | None) -> Hashable:
        held = self._whole.get((kind, arn))
        if held is None:
            # One part more than a head holds, so that the two are never equal.
            held = (kind, *self._container_of(kind, arn), answer(arn, self._conditions), "") if arn else (kind, None)
            _remember(self._whole, (kind, arn), held)
        return held


class _Head:
    """A container that a slash and an unbounded name follow, with the conditions that it does not decide alone."""

    def __init__(self, kind: str | None, container: str, conditions: tuple[Condition, ...]) -> None:
        self._start = (kind, container)
        self._open = tuple(c for c in conditions if decide(container, False, "/", c.operator, c.value) is Truth.MAYBE)

    def hold(self, arn: str) -> Hashable:
        """Return what is held of *arn*, which begins with the container; the other answers follow from that."""
        return (*self._start, "/", answer(arn, self._open)) if self._open else self._start


def _remember(cache: dict[Hashable, Any], key: Hashable, value: object) -> None:
    if len(cache) >= CACHE_SIZE:
        cache.clear()
    cache[key] = value
