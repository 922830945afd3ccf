"""The commands whose answers are read, and what each of them tells."""

import re
from enum import Enum
from pathlib import Path


class Piece(Enum):
    """What an answer tells of a trail or an event data store, or of what belongs to one."""

    TRAIL = "trail"
    SELECTORS = "event selectors"
    INSIGHTS = "Insights selectors"
    STATUS = "logging status"
    CONFIGURATION = "event configuration"
    STORE = "event data store"
    CHANNEL = "channel"
    LIFECYCLE = "lifecycle rules"
    LOCATION = "bucket location"
    VERSIONING = "bucket versioning"
    LOG_GROUP = "log groups"
    KEY = "KMS key"
    NOTHING = "empty list"
    PAGE = "page of a list"
    ANYTHING = "answer"


RECORDERS = (Piece.TRAIL, Piece.STORE)
"""What describes a recorder."""

SURROUNDINGS = (Piece.LIFECYCLE, Piece.LOCATION, Piece.VERSIONING, Piece.LOG_GROUP, Piece.KEY)
"""What describes something that a trail delivers to or encrypts with."""

LISTING = frozenset({"describe-trails", "list-trails", "list-event-data-stores", "list-channels"})
"""The commands that ask for whatever there is, not for one recorder."""

_TELLS = {
    "describe-trails": Piece.TRAIL,
    "list-trails": Piece.TRAIL,
    "get-trail": Piece.TRAIL,
    "create-trail": Piece.TRAIL,
    "update-trail": Piece.TRAIL,
    "get-trail-status": Piece.STATUS,
    "get-event-selectors": Piece.SELECTORS,
    "put-event-selectors": Piece.SELECTORS,
    "get-insight-selectors": Piece.INSIGHTS,
    "put-insight-selectors": Piece.INSIGHTS,
    "get-event-configuration": Piece.CONFIGURATION,
    "put-event-configuration": Piece.CONFIGURATION,
    "list-event-data-stores": Piece.STORE,
    "get-event-data-store": Piece.STORE,
    "create-event-data-store": Piece.STORE,
    "update-event-data-store": Piece.STORE,
    "list-channels": Piece.CHANNEL,
    "get-channel": Piece.CHANNEL,
    "get-bucket-lifecycle-configuration": Piece.LIFECYCLE,
    "put-bucket-lifecycle-configuration": Piece.LIFECYCLE,
    "get-bucket-location": Piece.LOCATION,
    "get-bucket-versioning": Piece.VERSIONING,
    "describe-log-groups": Piece.LOG_GROUP,
    "describe-key": Piece.KEY,
}
_BY_LETTERS = {command.replace("-", ""): command for command in _TELLS}
_USUAL = {
    Piece.TRAIL: "describe-trails",
    Piece.SELECTORS: "get-event-selectors",
    Piece.INSIGHTS: "get-insight-selectors",
    Piece.STATUS: "get-trail-status",
    Piece.CONFIGURATION: "get-event-configuration",
    Piece.STORE: "get-event-data-store",
    Piece.CHANNEL: "get-channel",
    Piece.LIFECYCLE: "get-bucket-lifecycle-configuration",
    Piece.LOCATION: "get-bucket-location",
    Piece.VERSIONING: "get-bucket-versioning",
    Piece.LOG_GROUP: "describe-log-groups",
    Piece.KEY: "describe-key",
}


def find_command(name: object) -> str | None:
    """Return the command that *name* spells, as the CLI, the API or a library writes it.

    >>> find_command("GetTrailStatus"), find_command("get_trail_status"), find_command("delete-trail")
    ('get-trail-status', 'get-trail-status', None)
    """
    return _BY_LETTERS.get(_letters(name)) if isinstance(name, str) else None


def command_in_file_name(path: str) -> str | None:
    """Return the command that a file's name holds, as recorders of calls name their files.

    >>> command_in_file_name("cloudtrail.GetTrailStatus_1.json")
    'get-trail-status'
    """
    letters = _letters(Path(path).stem)
    # get-trail is a part of get-trail-status.
    return max((c for found, c in _BY_LETTERS.items() if found in letters), key=len, default=None)


def piece_of(command: str | None) -> Piece:
    """Return what a command tells; anything, where the command is not known."""
    return Piece.ANYTHING if command is None else _TELLS[command]


def usual_command(piece: Piece) -> str:
    """Return the command that tells *piece*."""
    return _USUAL.get(piece, "the call")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())
