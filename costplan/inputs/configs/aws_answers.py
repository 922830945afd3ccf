"""Answers of CloudTrail's read-only API calls, told apart by what they hold.

A file may hold one answer, a list of them, several merged in one object, or answers under the names of their commands
(``describe-trails:``, ``get-trail-status: {audit: …}``).  Tools that record calls wrap them in
``{"status_code": …, "data": …}``.  Where a call failed, its error stands in the place of the answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costplan.inputs.configs.aws_asides import are_lifecycle_rules, reasons, selectors_of_nobody
from costplan.inputs.configs.aws_commands import (
    LISTING,
    SURROUNDINGS,
    Piece,
    command_in_file_name,
    find_command,
    piece_of,
    usual_command,
)
from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import describe
from costplan.model.places import is_account
from costplan.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or one item of an answer that lists several things.

    of: the name or ARN of what it is about, where something beside the answer says it.
    command: what gave the answer, where that is said.
    error: the code of the error that stands in its place.
    """

    piece: Piece
    document: Document
    at: At
    mapping: Mapping[str, Any]
    of: str | None = None
    command: str | None = None
    error: str | None = None

    @property
    def subject(self) -> str | None:
        """The ARN or name of what the answer is about, if it says so."""
        if self.piece in SURROUNDINGS:
            keys: tuple[str, ...] = ("Bucket",)
        else:
            keys = STORE_ARN_KEYS if self.piece is Piece.STORE else _SUBJECT_KEYS
        return next((self.mapping[key] for key in keys if _is_text(self.mapping.get(key))), None) or self.of

    @property
    def is_of_describing_call(self) -> bool:
        """Whether it comes from a call that describes trails; list-trails only names them."""
        return "trailList" in self.at or "Trail" in self.at

    @property
    def is_of_listing_call(self) -> bool:
        """Whether it asked for whatever there is; then nothing beside it says what it is about."""
        return self.command in LISTING

    @property
    def account(self) -> str | None:
        """The account whose folder the file is in: the nearest folder with twelve digits for a name."""
        return next((folder.name for folder in Path(self.document.path).parents if is_account(folder.name)), None)

    @property
    def failure(self) -> str:
        """What did not work, in words."""
        return f"{self.command or usual_command(self.piece)} failed with {self.error}"


STORE_ARN_KEYS = ("EventDataStoreArn", "EventDataStoreARN", "ARN", "EventDataStore")
_SUBJECT_KEYS = ("TrailARN", "TrailName", "EventDataStoreArn", "EventDataStoreARN", "EventDataStore")
_LISTS = {"trailList": Piece.TRAIL, "Trails": Piece.TRAIL, "EventDataStores": Piece.STORE}
_PARTS = {
    "EventSelectors": Piece.SELECTORS,
    "AdvancedEventSelectors": Piece.SELECTORS,
    "InsightSelectors": Piece.INSIGHTS,
    "IsLogging": Piece.STATUS,
    "AggregationConfigurations": Piece.CONFIGURATION,
    "MaxEventSize": Piece.CONFIGURATION,
    "ContextKeySelectors": Piece.CONFIGURATION,
}
_SURROUNDINGS = {"LocationConstraint": Piece.LOCATION, "logGroups": Piece.LOG_GROUP, "KeyMetadata": Piece.KEY}
# What the input of a call that makes or changes one says of it, which may not name its ARN.
_OF_A_TRAIL = ("S3BucketName", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation")
_ONLY_OF_A_STORE = ("MultiRegionEnabled", "OrganizationEnabled", "BillingMode")
_OF_A_STORE = (*_ONLY_OF_A_STORE, "StartIngestion", "RetentionPeriod")
_MAKING_A_TRAIL = ("create-trail", "update-trail")
_MAKING_A_STORE = ("create-event-data-store", "update-event-data-store")
# Errors that are answers: there is none.
_NONE = {"InsightNotEnabledException": "InsightSelectors", "NoSuchLifecycleConfiguration": "Rules"}
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}\Z")


def find_answers(document: Document, problems: list[Problem], set_aside: list[Problem]) -> list[Answer]:
    """Return the answers in *document*, in its order; what is there beside them goes to *set_aside*."""
    return list(_Walk(document, problems, set_aside).walk((), document.value, None, None))


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk through a document."""

    document: Document
    problems: list[Problem]
    set_aside: list[Problem]

    def walk(self, at: At, value: object, command: str | None, of: str | None) -> Iterator[Answer]:
        """Yield the answers in *value*; *command* gave it, and it is about *of*, where its place says so."""
        if isinstance(value, list) and value:
            nobodys = selectors_of_nobody(value)
            if nobodys is not None:
                self.set_aside.append(self.document.problem(at, *nobodys))
                return
            for position, item in enumerate(value):
                yield from self.walk((*at, position), item, command, of)
        elif not isinstance(value, dict):
            self._leave(at, {})
        elif "data" in value and set(value) <= {"status_code", "data"}:
            yield from self.walk((*at, "data"), value["data"], command, of)
        else:
            yield from self._walk_object(at, value, command, of)

    def _leave(self, at: At, value: Mapping[str, Any]) -> None:
        self.set_aside.extend(self.document.problem(at, *reason) for reason in reasons(value))

    def _failed(self, at: At, value: Mapping[str, Any], command: str | None, of: str | None) -> Answer:
        """Return the answer in whose place an error stands; some errors say that there is nothing to tell."""
        code = _error_code(value) or ""
        operation = find_command(value["Error"].get("Operation"))
        command = command or operation or command_in_file_name(self.document.path)
        place = (*at, "Error")
        if code in _NONE:
            piece = Piece.INSIGHTS if _NONE[code] == "InsightSelectors" else Piece.LIFECYCLE
            return Answer(piece, self.document, place, {_NONE[code]: []}, of, command)
        shown = code if _CODE.match(code) else "an error without a usable code"
        return Answer(piece_of(command), self.document, place, {}, of, command, shown)

    def _walk_object(self, at: At, value: Mapping[str, Any], command: str | None, of: str | None) -> Iterator[Answer]:
        commands = {key: named for key in value if (named := find_command(key)) is not None}
        for key, named in commands.items():
            yield from self._walk_command((*at, key), value[key], named, of)
        found = list(self._pieces(at, value, command, of))
        yield from found
        if commands and not found:
            for key in value:
                if key not in commands:
                    what = f'"{key}" is no command whose answer is read'
                    self.set_aside.append(self.document.problem((*at, key), what, "for example get-trail-status"))
        if not found and not commands:
            if _error_code(value) is None:
                self._leave(at, value)
            else:
                yield self._failed(at, value, command, of)

    def _walk_command(self, at: At, value: object, command: str, of: str | None) -> Iterator[Answer]:
        """Walk what stands under a command's name: an answer, a list of them, or answers by what they are about."""
        if isinstance(value, dict) and value and not _is_answer(value) and _are_by_name(value):
            for key, item in value.items():
                if isinstance(item, dict | list):
                    # Listings of several Regions or accounts stand under their names.
                    yield from self.walk((*at, key), item, command, None if command in LISTING else key)
                else:
                    what = f"{show_path((*at, key))}: must be the answer of {command}, not {describe(item)}"
                    self.problems.append(self.document.problem((*at, key), what, "repeat the call"))
        else:
            yield from self.walk(at, value, command, of)

    def _pieces(self, at: At, value: Mapping[str, Any], command: str | None, of: str | None) -> Iterator[Answer]:
        """Yield what one object holds; a merged object holds several pieces."""
        items = list(self._items(at, value, command))
        for answer in items:
            yield answer
            if answer.piece not in (Piece.NOTHING, Piece.PAGE):
                yield from self._parts(answer.at, answer.mapping, answer.piece, _name_of(answer.mapping), None)
        itself = _kind_of(value, command)
        if itself is not None:
            yield Answer(itself, self.document, at, value, command=command)
        trails = [answer.mapping for answer in items if answer.piece is Piece.TRAIL] + [value] * (itself is Piece.TRAIL)
        beside = _name_of(trails[0]) if len(trails) == 1 else None
        yield from self._parts(at, value, itself, of or beside, command)
        yield from self._surroundings(at, value, command, of)

    def _items(self, at: At, value: Mapping[str, Any], command: str | None) -> Iterator[Answer]:
        """Yield what the lists of an answer describe, and the one trail of get-trail."""
        for key, piece in _LISTS.items():
            listed = value.get(key)
            if isinstance(listed, list):
                for position, item in enumerate(listed):
                    if isinstance(item, dict):
                        yield Answer(piece, self.document, (*at, key, position), item, command=command)
                    else:
                        what = f"{show_path((*at, key, position))}: must be a mapping, not {describe(item)}"
                        self.problems.append(self.document.problem((*at, key, position), what, "repeat the call"))
                token = {"NextToken": value.get("NextToken") or ""}
                yield Answer(Piece.PAGE, self.document, (*at, key), token, of=key)
                if not listed and not value.get("NextToken"):
                    yield Answer(Piece.NOTHING, self.document, (*at, key), {}, of=key)
        if isinstance(value.get("Trail"), dict):
            yield Answer(Piece.TRAIL, self.document, (*at, "Trail"), value["Trail"], command=command)

    def _parts(
        self, at: At, value: Mapping[str, Any], piece: Piece | None, of: str | None, command: str | None
    ) -> Iterator[Answer]:
        """Yield the selectors, Insights and status that an object holds besides what it describes."""
        for kind in dict.fromkeys(kind for key, kind in _PARTS.items() if key in value):
            if not (piece is Piece.STORE and kind is Piece.SELECTORS):
                yield Answer(kind, self.document, at, value, of, command if piece_of(command) is kind else None)

    def _surroundings(self, at: At, value: Mapping[str, Any], command: str | None, of: str | None) -> Iterator[Answer]:
        """Yield what an object holds of a bucket, a log group or a key."""
        for key, piece in _SURROUNDINGS.items():
            if key in value:
                yield Answer(piece, self.document, at, value, of, command)
        if command == "get-bucket-location" and set(value) <= {"ResponseMetadata"}:
            # Some libraries leave the null out, which says us-east-1.
            yield Answer(Piece.LOCATION, self.document, at, value, of, command)
        if command == "get-bucket-versioning":
            # A bucket that never had versions has no status.
            yield Answer(Piece.VERSIONING, self.document, at, value, of, command)
        if "LifecycleConfiguration" in value or self._are_rules_of_a_bucket(value, command):
            yield Answer(Piece.LIFECYCLE, self.document, at, value, of, command)

    def _are_rules_of_a_bucket(self, value: Mapping[str, Any], command: str | None) -> bool:
        """Whether lifecycle rules are an answer; in a file of their own they may be waiting for any bucket."""
        rules = value.get("Rules")
        if isinstance(rules, list) and piece_of(command) is Piece.LIFECYCLE:
            return True
        is_answer = not {"TransitionDefaultMinimumObjectSize", "ResponseMetadata"}.isdisjoint(value)
        is_named = piece_of(command_in_file_name(self.document.path)) is Piece.LIFECYCLE
        return are_lifecycle_rules(rules) and (is_answer or is_named)


def _is_answer(value: Mapping[str, Any]) -> bool:
    known = ("data", "Trail", "TrailARN", "Rules", "Channels", "ChannelArn", "ResponseMetadata")
    keys = (*known, *STORE_ARN_KEYS, *_LISTS, *_PARTS, *_SURROUNDINGS, "LifecycleConfiguration")
    return _error_code(value) is not None or any(key in value for key in keys)


def _kind_of(value: Mapping[str, Any], command: str | None) -> Piece | None:
    """Return whether an object itself describes a trail or an event data store."""
    is_named = "Name" in value
    if (is_named or "TrailARN" in value) and any(key in value for key in _OF_A_TRAIL):
        return Piece.TRAIL
    if is_named and command in _MAKING_A_TRAIL:
        return Piece.TRAIL
    if "TrailARN" in value and not any(key in value for key in _PARTS):
        return Piece.TRAIL
    arn = next((value[key] for key in STORE_ARN_KEYS if isinstance(value.get(key), str)), "")
    if ":eventdatastore/" in arn and (is_named or not any(key in value for key in _PARTS)):
        return Piece.STORE
    if (is_named or arn) and (command in _MAKING_A_STORE or any(key in value for key in _ONLY_OF_A_STORE)):
        return Piece.STORE
    is_made = is_named and "AdvancedEventSelectors" in value and any(key in value for key in _OF_A_STORE)
    return Piece.STORE if is_made else None


def _name_of(item: Mapping[str, Any]) -> str | None:
    name = next((item[key] for key in ("TrailARN", *STORE_ARN_KEYS, "Name") if item.get(key)), None)
    return name if isinstance(name, str) else None


def _error_code(value: Mapping[str, Any]) -> str | None:
    error = value.get("Error")
    code = error.get("Code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _are_by_name(value: Mapping[str, Any]) -> bool:
    """Whether answers stand under names; the input of a call holds texts, and lists of tags or of selectors."""
    found = value.values()
    return any(isinstance(item, dict) for item in found) or all(
        item is None or isinstance(item, list) for item in found
    )
