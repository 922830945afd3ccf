"""Edits as they are priced and told: one by one while they are few; where many, those that do the same at once."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from costplan.engine.changes.edits import Edit
from costplan.engine.scope import some_of
from costplan.model.changes import Change, ChangeKind

MOST_SINGLE = 12
"""So many changes have a row each, whatever they have in common."""

MOST_CAUSES = 30
"""So many rows a person reads; what comes after them is priced together."""


@dataclass(frozen=True, slots=True)
class Group:
    """Edits that are priced together, by position, and what they are as one change."""

    change: Change
    positions: tuple[int, ...]


def grouped(edits: Sequence[Edit]) -> tuple[Group, ...]:
    """Return every edit in one group, in the order of their first."""
    if len(edits) <= MOST_SINGLE:
        return tuple(Group(edit.change, (position,)) for position, edit in enumerate(edits))
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for position, edit in enumerate(edits):
        alike[_likeness(edit, position)].append(position)
    groups = [Group(_together([edits[n].change for n in positions]), tuple(positions)) for positions in alike.values()]
    if len(groups) <= MOST_CAUSES:
        return tuple(groups)
    rest = [n for group in groups[MOST_CAUSES - 1 :] for n in group.positions]
    return (*groups[: MOST_CAUSES - 1], Group(_rest([edits[n].change for n in rest]), tuple(rest)))


def _likeness(edit: Edit, position: int) -> Hashable:
    """Return what edits that say the same of several recorders share; one that comes or goes is like no other."""
    change = edit.change
    if not change.attribute:
        return position
    return (change.kind, change.recorder_kind, change.attribute, change.before, change.after, change.selector)


def _together(changes: Sequence[Change]) -> Change:
    first = changes[0]
    if len(changes) == 1:
        return first
    kind = f"{first.recorder_kind}s"
    return replace(first, recorder=_names(changes), recorder_kind=kind, recorders=_labels(changes))


def _rest(changes: Sequence[Change]) -> Change:
    rest = Change(ChangeKind.CHANGED, _names(changes), "recorders", "", None, None, where=changes[0].where)
    return replace(rest, recorders=_labels(changes))


def _labels(changes: Sequence[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.recorder for change in changes if change.recorder is not None))


def _names(changes: Sequence[Change]) -> str:
    return some_of(list(dict.fromkeys(change.recorder or "the scenario" for change in changes)))
