"""Answers of CloudTrail's read-only API calls, told apart by what they hold.

A file may hold one answer, a list of them, several merged in one object, or answers under the names of their commands
(``describe-trails:``, ``get-trail-status: {audit: …}``).  Tools that record calls wrap them in
``{"status_code": …, "data": …}``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import describe
from costplan.model.problems import Problem


class Piece(Enum):
    """What an answer tells of a trail or an event data store."""

    TRAIL = "trail"
    SELECTORS = "event selectors"
    INSIGHTS = "Insights selectors"
    STATUS = "logging status"
    CONFIGURATION = "event configuration"
    STORE = "event data store"
    NOTHING = "empty list"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or one item of an answer that lists several things.

    of: the trail's name or ARN, where something beside the answer says it.
    """

    piece: Piece
    document: Document
    at: At
    mapping: Mapping[str, Any]
    of: str | None = None

    @property
    def subject(self) -> str | None:
        """The ARN or name of what the answer is about, if it says so."""
        keys = STORE_ARN_KEYS if self.piece is Piece.STORE else ("TrailARN", *STORE_ARN_KEYS[:2])
        found = next((self.mapping[key] for key in keys if isinstance(self.mapping.get(key), str)), None)
        return found or self.of

    @property
    def is_of_describing_call(self) -> bool:
        """Whether it comes from a call that describes trails; list-trails only names them."""
        return "trailList" in self.at or "Trail" in self.at


STORE_ARN_KEYS = ("EventDataStoreArn", "EventDataStoreARN", "ARN")

_LISTS = {"trailList": Piece.TRAIL, "Trails": Piece.TRAIL, "EventDataStores": Piece.STORE}
_PARTS = {
    "EventSelectors": Piece.SELECTORS,
    "AdvancedEventSelectors": Piece.SELECTORS,
    "InsightSelectors": Piece.INSIGHTS,
    "IsLogging": Piece.STATUS,
    "AggregationConfigurations": Piece.CONFIGURATION,
}
_COMMANDS = frozenset(
    {
        "describetrails",
        "listtrails",
        "gettrail",
        "createtrail",
        "updatetrail",
        "gettrailstatus",
        "geteventselectors",
        "puteventselectors",
        "getinsightselectors",
        "putinsightselectors",
        "geteventconfiguration",
        "puteventconfiguration",
        "listeventdatastores",
        "geteventdatastore",
        "createeventdatastore",
        "updateeventdatastore",
    }
)
# What else one finds beside such answers: not a recorder, and why.
_OTHERS = {
    "Channels": "service-linked channels, which are no trails and are not counted (R78)",
    "ChannelArn": "a service-linked channel, which is no trail and is not counted (R78)",
    "ResourceTagList": "tags",
    "PublicKeyList": "public keys of digest files",
    "Events": "looked-up events",
    "Records": "a log file: costplan volumes logs reads it",
}


def find_answers(document: Document, problems: list[Problem], set_aside: list[Problem]) -> list[Answer]:
    """Return the answers in *document*, in its order; what is there beside them goes to *set_aside*."""
    return list(_Walk(document, problems, set_aside).walk((), document.value, None))


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk through a document."""

    document: Document
    problems: list[Problem]
    set_aside: list[Problem]

    def walk(self, at: At, value: object, of: str | None) -> Iterator[Answer]:
        """Yield the answers in *value*; *of* is the trail that its place names."""
        if isinstance(value, list) and value:
            for position, item in enumerate(value):
                yield from self.walk((*at, position), item, of)
        elif not isinstance(value, dict):
            self.set_aside.append(self.document.problem(at, *_reason({})))
        elif "data" in value and set(value) <= {"status_code", "data"}:
            yield from self.walk((*at, "data"), value["data"], of)
        else:
            yield from self._walk_object(at, value, of)

    def _walk_object(self, at: At, value: Mapping[str, Any], of: str | None) -> Iterator[Answer]:
        commands = [key for key in value if _is_command(key)]
        for key in commands:
            yield from self._walk_command((*at, key), value[key], of)
        found = list(self._pieces(at, value, of))
        yield from found
        if commands and not found:
            for key in value:
                if key not in commands:
                    what = f'"{key}" is no command whose answer is read'
                    self.set_aside.append(self.document.problem((*at, key), what, "for example get-trail-status"))
        if not found and not commands:
            self.set_aside.append(self.document.problem(at, *_reason(value)))

    def _walk_command(self, at: At, value: object, of: str | None) -> Iterator[Answer]:
        """Walk what stands under a command's name: an answer, a list of them, or answers by trail."""
        by_trail = isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())
        if isinstance(value, dict) and value and by_trail and not _is_answer(value):
            for key, item in value.items():
                yield from self.walk((*at, key), item, key)
        else:
            yield from self.walk(at, value, of)

    def _pieces(self, at: At, value: Mapping[str, Any], of: str | None) -> Iterator[Answer]:
        """Yield what one object holds; a merged object holds several pieces."""
        items = list(self._items(at, value))
        for piece, place, item in items:
            yield Answer(piece, self.document, place, item)
            yield from self._parts(place, item, piece, _name_of(item))
        itself = _kind_of(value)
        if itself is not None:
            yield Answer(itself, self.document, at, value)
        trails = [item for kind, _, item in items if kind is Piece.TRAIL] + [value] * (itself is Piece.TRAIL)
        beside = _name_of(trails[0]) if len(trails) == 1 else None
        yield from self._parts(at, value, itself, of or beside)

    def _items(self, at: At, value: Mapping[str, Any]) -> Iterator[tuple[Piece, At, Mapping[str, Any]]]:
        """Yield what the lists of an answer describe, and the one trail of get-trail."""
        for key, piece in _LISTS.items():
            listed = value.get(key)
            if isinstance(listed, list):
                for position, item in enumerate(listed):
                    if isinstance(item, dict):
                        yield piece, (*at, key, position), item
                    else:
                        what = f"{show_path((*at, key, position))}: must be a mapping, not {describe(item)}"
                        self.problems.append(self.document.problem((*at, key, position), what, "repeat the call"))
                if not listed:
                    yield Piece.NOTHING, (*at, key), {}
                if value.get("NextToken"):
                    what = f"{key} goes on: the answer has a NextToken"
                    self.problems.append(self.document.problem((*at, "NextToken"), what, "add the rest of the list"))
        if isinstance(value.get("Trail"), dict):
            yield Piece.TRAIL, (*at, "Trail"), value["Trail"]

    def _parts(self, at: At, value: Mapping[str, Any], piece: Piece | None, of: str | None) -> Iterator[Answer]:
        """Yield the selectors, Insights and status that an object holds besides what it describes."""
        for kind in dict.fromkeys(kind for key, kind in _PARTS.items() if key in value):
            if not (piece is Piece.STORE and kind is Piece.SELECTORS):
                yield Answer(kind, self.document, at, value, of)


def _is_command(key: str) -> bool:
    return re.sub(r"[-_ ]", "", key).casefold() in _COMMANDS


def _is_answer(value: Mapping[str, Any]) -> bool:
    return "data" in value or any(key in value for key in ("Trail", "TrailARN", *STORE_ARN_KEYS, *_LISTS, *_PARTS))


def _kind_of(value: Mapping[str, Any]) -> Piece | None:
    """Return whether an object itself describes a trail or an event data store."""
    if "S3BucketName" in value and ("TrailARN" in value or "Name" in value):
        return Piece.TRAIL
    if "TrailARN" in value and not any(key in value for key in _PARTS):
        return Piece.TRAIL
    arn = next((value[key] for key in STORE_ARN_KEYS if isinstance(value.get(key), str)), "")
    is_store = ":eventdatastore/" in arn and ("Name" in value or not any(key in value for key in _PARTS))
    return Piece.STORE if is_store else None


def _name_of(item: Mapping[str, Any]) -> str | None:
    name = next((item[key] for key in ("TrailARN", *STORE_ARN_KEYS, "Name") if item.get(key)), None)
    return name if isinstance(name, str) else None


def _reason(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return why an object holds no recorder, and what to do."""
    for key, what in _OTHERS.items():
        if key in value:
            return f"holds {what}", "leave it out, or give the answer of describe-trails"
    error = value.get("Error")
    if isinstance(error, dict):
        return f"holds an error of the API ({error.get('Code', 'no code')}), not an answer", "repeat the call"
    return "holds no trail and no event data store", "give the answers of describe-trails and get-event-selectors"
