"""What differs between the event selectors of a recorder before and after: selector by selector, field by field.

Both are compared in the form of advanced selectors, so moving from basic ones to advanced ones that record the same is
no change; nor is another order, of selectors or of values, or another name.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from costplan.model.changes import ChangeKind
from costplan.model.recorders import Recorder, switched_off
from costplan.model.selection import EVENT_CATEGORY, RESOURCE_TYPE, advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector


@dataclass(frozen=True, slots=True)
class Slot:
    """A selector before and after; ``None`` on the side on which it is not there."""

    before: AdvancedEventSelector | None
    after: AdvancedEventSelector | None


@dataclass(frozen=True, slots=True)
class SelectorEdit:
    """One difference: of the selector in slot *slot*, the field *field*, or all of it where that is ``None``."""

    slot: int
    field: str | None
    kind: ChangeKind
    before: AdvancedEventSelector | FieldSelector | None
    after: AdvancedEventSelector | FieldSelector | None


class SelectorChanges:
    """The selectors of one recorder, before and after, and everything in between."""

    def __init__(self, before: Recorder, after: Recorder) -> None:
        self._before, self._after = before, after
        old, new = advanced_form(before), advanced_form(after)
        # Most recorders of a plan are as they were: nothing has to be paired then.
        self._slots = () if old == new else _slots_of(old, new)
        self.edits = tuple(chain.from_iterable(_edits_of(n, slot) for n, slot in enumerate(self._slots)))

    def selector_of(self, edit: SelectorEdit) -> AdvancedEventSelector:
        """Return the selector that an edit is about, that of after where there is one."""
        slot = self._slots[edit.slot]
        found = slot.after or slot.before
        assert found is not None
        return found

    def applied(self, recorder: Recorder, edits: Collection[SelectorEdit]) -> Recorder:
        """Return *recorder* with the selectors of before after some of the edits."""
        if len(edits) == len(self.edits):
            return with_selectors(recorder, self._after.selectors)
        if not edits:
            return with_selectors(recorder, self._before.selectors)
        selectors = tuple(chain.from_iterable(self._selectors(n, edits) for n in range(len(self._slots))))
        # A store without selectors would have AWS's default, and record every management event.
        return with_selectors(recorder, selectors) if selectors else switched_off(recorder)

    def _selectors(self, position: int, edits: Collection[SelectorEdit]) -> Iterator[AdvancedEventSelector]:
        slot = self._slots[position]
        mine = [edit for edit in self.edits if edit.slot == position]
        done = [edit for edit in mine if edit in edits]
        if len(done) == len(mine):
            chosen = slot.after
        elif slot.before is None or slot.after is None or not done:
            chosen = slot.before
        else:
            chosen = _with_fields(slot.before, slot.after, {edit.field for edit in done})
        if chosen is not None:
            yield chosen


def with_selectors(recorder: Recorder, selectors: Any) -> Recorder:
    """Return *recorder* with selectors that one of its kind has."""
    return replace(recorder, selectors=selectors)


def _with_fields(
    before: AdvancedEventSelector, after: AdvancedEventSelector, changed: Collection[str | None]
) -> AdvancedEventSelector:
    kept = tuple(field for field in before.fields if field.field not in changed)
    return replace(before, fields=(*kept, *(field for field in after.fields if field.field in changed)))


def _slots_of(before: Sequence[AdvancedEventSelector], after: Sequence[AdvancedEventSelector]) -> tuple[Slot, ...]:
    """Pair selectors: first what records the same, then by name, then what is about the same kind of events."""
    old, new = dict(enumerate(before)), dict(enumerate(after))
    found: dict[int, int] = {}
    keys: tuple[Callable[[AdvancedEventSelector], Hashable], ...] = (meaning, _name_and_kind, _kind, _category)
    for key in keys:
        for right in tuple(new):
            left = next((left for left in old if key(old[left]) == key(new[right])), None)
            if left is not None:
                found[right] = left
                del old[left], new[right]
    slots = [Slot(before[found[n]] if n in found else None, selector) for n, selector in enumerate(after)]
    return (*slots, *(Slot(selector, None) for selector in old.values()))


def meaning(selector: AdvancedEventSelector) -> Hashable:
    """Return what two selectors share that record the same: fields and values, in whatever order."""
    return frozenset(_field_meaning(field) for field in selector.fields)


def _field_meaning(field: FieldSelector) -> Hashable:
    return (field.field, frozenset(field.selecting), frozenset(field.deselecting))


def _kind(selector: AdvancedEventSelector) -> Hashable:
    return tuple(_of_field(selector, name) for name in (EVENT_CATEGORY, RESOURCE_TYPE))


def _name_and_kind(selector: AdvancedEventSelector) -> Hashable:
    return selector.name, _kind(selector)


def _category(selector: AdvancedEventSelector) -> Hashable:
    return selector.name, _of_field(selector, EVENT_CATEGORY)


def _of_field(selector: AdvancedEventSelector, name: str) -> Hashable:
    return frozenset(_field_meaning(field) for field in selector.fields if field.field == name)


def _edits_of(position: int, slot: Slot) -> Iterator[SelectorEdit]:
    before, after = slot.before, slot.after
    if before is None or after is None:
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
        yield SelectorEdit(position, None, kind, before, after)
        return
    if meaning(before) == meaning(after):
        return
    names = dict.fromkeys(field.field for field in (*after.fields, *before.fields))
    is_one_each = all(len(selector.fields) == len({f.field for f in selector.fields}) for selector in (before, after))
    # What lies between two kinds of events is a selector that nobody wrote and AWS may refuse.
    if _kind(before) != _kind(after) or not is_one_each:
        yield SelectorEdit(position, None, ChangeKind.CHANGED, before, after)
        return
    for name in names:
        old, new = before.find(name), after.find(name)
        if old is None or new is None:
            yield SelectorEdit(position, name, ChangeKind.ADDED if old is None else ChangeKind.REMOVED, old, new)
        elif _field_meaning(old) != _field_meaning(new):
            yield SelectorEdit(position, name, ChangeKind.CHANGED, old, new)
