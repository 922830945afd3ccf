"""The fast path: typed decoding of what a plan asks, and a cheap value by which records are grouped.

Two records with equal group have equal keys, so only the first of a group is interpreted (``records``).  A group may
be finer than a key, never coarser.  A record that does not decode here is not thereby bad: the slow path judges it.
"""

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any

import msgspec

from costplan.inputs.volumes.logs.arn_tokens import ResourceTokens, session_tokens
from costplan.inputs.volumes.logs.asked_fields import ELEMENT, PLAIN_ROLES, Role, identity_fields, record_fields
from costplan.inputs.volumes.logs.content import NOT_DECODABLE, open_log
from costplan.inputs.volumes.logs.decoded_file import DecodedFile
from costplan.inputs.volumes.logs.records import (
    BUCKET_TYPE,
    STS,
    keeps_principal,
    keeps_resources,
    principal_conditions,
    resource_conditions,
)
from costplan.inputs.volumes.logs.scanning import Sum, make_scanner
from costplan.inputs.volumes.logs.vocabulary import Vocabulary
from costplan.model.volumes import CountPlan

_NO_RAW = msgspec.Raw(b"")
_TEXT = str | None
_FLAG = bool | str | None


class _TlsDetails(msgspec.Struct, gc=False):
    clientProvidedHostHeader: str | None = None  # noqa: N815


class _RequestDetails(msgspec.Struct, gc=False):
    endpointType: str | None = None  # noqa: N815


class _AdditionalEventData(msgspec.Struct, gc=False):
    RequestDetails: _RequestDetails | None = None


_TLS = msgspec.json.Decoder(_TlsDetails | None)
_MORE = msgspec.json.Decoder(_AdditionalEventData | None)


class _Addendum(msgspec.Struct, gc=False):
    """Nothing of it is asked but whether it is there (R55)."""


def _plain_words(name: str) -> Callable[[list[Any]], Iterable[str | None]]:
    return lambda records: {getattr(record, name, None) for record in records}


def _identity_words(name: str) -> Callable[[list[Any]], Iterable[str | None]]:
    return lambda records: {getattr(record.userIdentity, name, None) for record in records}


def _resource_words(records: list[Any]) -> Iterable[str | None]:
    return {element.type for record in records for element in getattr(record, "resources", None) or ()}


# Fields whose texts are words, and how they are found in records.
_WORDED: tuple[tuple[str, Callable[[list[Any]], Iterable[str | None]]], ...] = (
    *(
        (name, _plain_words(name))
        for name in (
            "eventSource",
            "eventName",
            "awsRegion",
            "errorCode",
            "eventType",
            "recipientAccountId",
            "vpcEndpointId",
            "vpcEndpointAccountId",
            "eventCategory",
        )
    ),
    *((f"userIdentity.{name}", _identity_words(name)) for name in ("type", "accountId", "invokedBy")),
    ("resources.type", _resource_words),
)
_OF_COPIES = ("eventID", "recipientAccountId")

_DecodeFile = Callable[[bytes | bytearray], Any]
_Typed = Callable[[str, Any], Any]

_LEFT_RAW = frozenset({"additionalEventData", "tlsDetails"})


def _type_of(role: Role) -> Any:
    """Return what a field is decoded as; identity and resources have types of their own."""
    return {Role.FLAG: _FLAG, Role.DETAILS: msgspec.Raw, Role.ADDENDUM: _Addendum | None}.get(role, _TEXT)


class RecordDecoder:
    """Decodes what a plan asks of records, and sorts them into groups of which one is judged for all."""

    def __init__(self, plan: CountPlan, *, with_ids: bool = True) -> None:
        self._plan = plan
        self._words = Vocabulary(name for name, _ in _WORDED)
        self._decode_any = _file_decoder(plan, lambda _, kind: kind)
        # Made as soon as there are words to know.
        self._decode_known: _DecodeFile | None = None
        self._decode_alone = msgspec.json.Decoder(_record_type(plan, lambda _, kind: kind)).decode
        copy = msgspec.defstruct("Copy", [(name, _TEXT, None) for name in _OF_COPIES], gc=False)
        self._decode_copies = _envelope_decoder(copy)
        self.group = grouping(plan)
        self._scan = make_scanner(plan, self.decode, self.group, with_ids=with_ids)

    @property
    def scans(self) -> bool:
        """Whether plain log files are scanned by the compiled loop."""
        return self._scan is not None

    def open_copies(self, text: bytes | bytearray) -> list[Any] | None:
        """Return the records of a file that may hold copies only, with no more of each than tells whether it is one."""
        try:
            records: list[Any] | None = self._decode_copies(text).Records
        except NOT_DECODABLE:
            return None
        return records

    def open(self, text: bytes | bytearray, *, is_named_as_log: bool) -> DecodedFile:
        """Return the records in a JSON text, whatever form of a log it is.

        Raises:
            DamagedFileError: not JSON, or a delivered log file without a list of records.
            NotALogError: sound JSON that is something else.
        """
        if self._scan is not None:
            columns = self._scan(text)
            if columns is not None:
                return self._of_columns(text, *columns)
        try:
            records = self._decode_known(text).Records if self._decode_known else self._decode_and_learn(text)
        except NOT_DECODABLE:
            records = self._decode_and_learn(text)
        if records is not None:
            return DecodedFile.of_records(text, records)
        content = open_log(text, is_named_as_log=is_named_as_log)
        records = list(map(self.decode, content.records))
        return DecodedFile.of_records(text, records, content.records, is_delivered=content.is_delivered)

    def _of_columns(
        self,
        text: bytes | bytearray,
        kinds: list[Any],
        ids: list[Any],
        times: list[str | None],
        sizes: list[int],
        odd: list[int],
        sums: list[Sum],
        earliest: str | None,
    ) -> DecodedFile:
        file = DecodedFile(text, kinds, ids, times, None, sizes if self._plan.counts_bytes else None)
        if not odd:
            file.sums, file.earliest = sums, earliest
        for index in odd:
            record = kinds[index] = self.decode(file.raws[index])
            if record is not None:
                ids[index], times[index] = record.eventID, record.eventTime
        return file

    def decode(self, raw: msgspec.Raw | bytes) -> Any:
        """Return a record, or ``None`` if only the slow path can judge it."""
        try:
            return self._decode_alone(raw)
        except NOT_DECODABLE:
            return None

    def _decode_and_learn(self, text: bytes | bytearray) -> list[Any] | None:
        try:
            records: list[Any] | None = self._decode_any(text).Records
        except NOT_DECODABLE:
            return None
        if records:
            for name, words_of in _WORDED:
                self._words.learn(name, words_of(records))
            if self._words.is_due(len(records)):
                self._decode_known = _file_decoder(self._plan, self._typed)
        return records

    def _typed(self, name: str, kind: Any) -> Any:
        return self._words.type_of(name) if kind is _TEXT else kind


def _record_type(plan: CountPlan, typed: _Typed) -> Any:
    """Return the type of the records, *typed* saying what each field is decoded as."""
    element = msgspec.defstruct(
        "Element", [(field.name, typed(f"resources.{field.name}", _TEXT), None) for field in ELEMENT], gc=False
    )
    of_identity = [
        (field.name, typed(f"userIdentity.{field.name}", _type_of(field.role)), None) for field in identity_fields(plan)
    ]
    identity = msgspec.defstruct("UserIdentity", of_identity, gc=False, frozen=True)
    # Never None: a null identity is rare enough for the slow path, and attribute paths stay short.
    special = {Role.IDENTITY: (identity, identity()), Role.RESOURCES: (list[element] | None, None)}  # type: ignore[valid-type]
    fields: list[Any] = []
    for name, role, _ in record_fields(plan):
        default = _NO_RAW if role is Role.DETAILS else None
        fields.append((name, *special.get(role, (typed(name, _type_of(role)), default))))
    return msgspec.defstruct("Record", fields, gc=False)


def _file_decoder(plan: CountPlan, typed: _Typed) -> _DecodeFile:
    return _envelope_decoder(_record_type(plan, typed))


def _envelope_decoder(record: Any) -> _DecodeFile:
    return msgspec.json.Decoder(msgspec.defstruct("Envelope", [("Records", list[record], None)], gc=False)).decode


def grouping(plan: CountPlan) -> Callable[[Any], Hashable]:
    """Return the function from a decoded record to its group; ``None`` is one that only the slow path can judge."""
    names = [field.name for field in record_fields(plan) if field.role in PLAIN_ROLES]
    names += [f"userIdentity.{field.name}" for field in identity_fields(plan) if field.role in PLAIN_ROLES]
    plain, category_at = attrgetter(*names), names.index("eventCategory")
    with_principal = keeps_principal(plan)
    with_sts, with_shared = plan.keeps("is_global_endpoint"), plan.keeps("is_cross_account")
    sessions = session_tokens(principal_conditions(plan))
    with_resources = keeps_resources(plan)
    resources = ResourceTokens(resource_conditions(plan))
    known_session = sessions.settled.get

    def group(record: Any) -> Hashable:
        values = plain(record)
        listed: Hashable = None
        category = values[category_at]
        if category == "Data" or not category:
            if not with_resources:
                if not category:
                    # An old record: its resources help to tell what it is.
                    return None
            elif record.resources:
                listed = tokens_of(record.resources)
        principal = None
        if with_principal:
            arn = record.userIdentity.arn
            if arn:
                principal = known_session(arn.rpartition("/")[0])
            if principal is None:
                principal = sessions.find(arn)
        is_of_sts = with_sts and record.eventSource == STS
        is_shared = with_shared and bool(record.sharedEventID)
        if is_of_sts or is_shared or record.addendum is not None:
            endpoint = _sts_endpoint(record) if is_of_sts else None
            return values, listed, principal, endpoint, is_shared, record.addendum is not None
        # Most records have none of these.
        return values, listed, principal

    def tokens_of(elements: list[Any]) -> Hashable:
        found = []
        are_several = len(elements) > 1
        for element in elements:
            kind, arn = element.type, element.ARN
            if are_several and kind == BUCKET_TYPE:
                # Beside anything else a bucket is in no key.
                continue
            if not kind or not arn:
                kind = kind or element.resourceType
                found.append(resources[kind].find(arn or element.ARNPrefix or element.resourceName))
                continue
            tokens = resources[kind]
            if tokens.is_by_head:
                head, slash, _key = arn.partition("/")
                token = tokens.settled.get(head) if slash else None
            else:
                token = tokens.whole.get(arn)
            found.append(token or tokens.find(arn))
        if len(found) == 1:
            return found[0]
        return tuple(found) if found else tuple([resources[e.type].find(e.ARN) for e in elements])

    return group


def _sts_endpoint(record: Any) -> Hashable:
    """Return what tells the endpoint of a call of STS; most records have these parts, and few are of STS."""
    try:
        tls = _TLS.decode(record.tlsDetails) if record.tlsDetails else None
        more = _MORE.decode(record.additionalEventData) if record.additionalEventData else None
    except NOT_DECODABLE:
        return bytes(record.tlsDetails), bytes(record.additionalEventData), None
    details = more and more.RequestDetails
    return tls and tls.clientProvidedHostHeader, details and details.endpointType


def as_builtins(record: Any) -> dict[str, Any]:
    """Return a decoded record as the slow path reads it."""
    fields: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(msgspec.Raw,))
    is_of_sts = fields.get("eventSource") == STS
    for name in _LEFT_RAW & fields.keys():
        raw = fields.pop(name)
        if is_of_sts and raw:
            fields[name] = msgspec.json.decode(raw)
    return fields
