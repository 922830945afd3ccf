"""The differences between two scenarios as edits that can be applied one by one, in the order of the files."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from costplan.engine.changes.attributes import Attribute, changed_attributes, text_of
from costplan.engine.changes.pairing import Pair, pair_recorders
from costplan.engine.changes.selectors import SelectorChanges, SelectorEdit
from costplan.engine.scope import by_label
from costplan.model.changes import Change, ChangeKind, Renamed
from costplan.model.problems import Location
from costplan.model.recorders import EventDataStore, Recorder
from costplan.model.scenario import Scenario, Settings
from costplan.model.selectors import InsightSelector, InsightType
from costplan.model.volumes import Volumes

PRICES = "prices"
"""The key of a scenario's own prices, which a price list holds."""

_NOT_COMPARED = frozenset({"as_of", "start", "months"})
"""Which months are compared, and at the prices of which day, is for whoever compares to say."""

_SETTINGS = {"bucket_key_share": "bucket_key_saves"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A change and how to make it.

    pair: the position of the recorder's pair; ``None`` for what is about the scenario.
    on_recorder, on_scenario: make it; neither for a recorder that comes or goes, nor for a scenario's own prices.
    selector: the edit of a selector; all of a recorder's are applied together.
    """

    change: Change
    pair: int | None = None
    on_recorder: Callable[[Recorder], Recorder] | None = None
    on_scenario: Callable[[Scenario], Scenario] | None = None
    selector: SelectorEdit | None = None


class Edits:
    """Everything that makes *after* of *before*; both are settled.

    before: as it was, its recorders under the names and in the order that they have afterwards.  Where nothing else
    tells which copy is the first, the order of the file does (R82); to AWS it means nothing, so it is no change.
    after: as it will be, with what only the other side knows of its recorders: a store's ARN.
    edits: in the order in which they are applied: what is about the scenario, then recorder by recorder.
    renamed: recorders that have another name now, and are the same.
    """

    def __init__(self, before: Scenario, after: Scenario) -> None:
        pairs = pair_recorders(before.recorders, after.recorders)
        old, new = _labels(before.recorders), _labels(after.recorders)
        self.renamed = tuple(
            Renamed(old[id(pair.before)], new[id(pair.after)])
            for pair in pairs
            if pair.is_renamed and pair.before is not None and pair.after is not None
        )
        self.pairs = tuple(_under_one_name(pair) for pair in pairs)
        self.before = replace(before, recorders=tuple(pair.before for pair in self.pairs if pair.before is not None))
        self.after = replace(after, recorders=tuple(pair.after for pair in self.pairs if pair.after is not None))
        old, new = _labels(self.before.recorders), _labels(self.after.recorders)
        self.labels = tuple(
            new[id(pair.after)] if pair.after is not None else old[id(pair.before)] for pair in self.pairs
        )
        self._selectors: dict[int, SelectorChanges] = {}
        self.edits = (*_of_scenario(before, after), *self._of_recorders())

    def between(self, applied: Collection[int]) -> tuple[Scenario, tuple[Recorder | None, ...]]:
        """Return the scenario after some of the edits, by position, and its recorders by pair; ``None``: not there."""
        scenario = self.before
        by_pair: list[Recorder | None] = [pair.before for pair in self.pairs]
        selected: dict[int, list[SelectorEdit]] = {}
        for position in sorted(applied):
            edit = self.edits[position]
            if edit.on_scenario is not None:
                scenario = edit.on_scenario(scenario)
            if edit.pair is None:
                continue
            recorder = by_pair[edit.pair]
            if edit.selector is not None:
                selected.setdefault(edit.pair, []).append(edit.selector)
            elif edit.on_recorder is None or recorder is None:
                by_pair[edit.pair] = self.pairs[edit.pair].after
            else:
                by_pair[edit.pair] = edit.on_recorder(recorder)
        for number, edits in selected.items():
            recorder = by_pair[number]
            assert recorder is not None
            by_pair[number] = self._selectors[number].applied(recorder, edits)
        recorders = tuple(recorder for recorder in by_pair if recorder is not None)
        return replace(scenario, recorders=recorders), tuple(by_pair)

    def _of_recorders(self) -> Iterator[Edit]:
        for number, (pair, label) in enumerate(zip(self.pairs, self.labels, strict=True)):
            if pair.before is None or pair.after is None:
                kind = ChangeKind.ADDED if pair.before is None else ChangeKind.REMOVED
                one = pair.after or pair.before
                assert one is not None
                yield Edit(Change(kind, label, one.kind, "", pair.before, pair.after, where=one.where), number)
            else:
                yield from self._of_recorder(number, label, pair.before, pair.after)

    def _of_recorder(self, number: int, label: str, before: Recorder, after: Recorder) -> Iterator[Edit]:
        for attribute in changed_attributes(before, after):
            old, new = attribute.text(before), attribute.text(after)
            value = attribute.value(after)

            def put(recorder: Recorder, attribute: Attribute = attribute, value: tuple[Any, ...] = value) -> Recorder:
                return attribute.put(recorder, value)

            kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED if new is None else ChangeKind.CHANGED
            yield Edit(Change(kind, label, after.kind, attribute.key, old, new, where=after.where), number, put)
        yield from _of_insights(number, label, before, after)
        changes = self._selectors[number] = SelectorChanges(before, after)
        for edit in changes.edits:
            selector = changes.selector_of(edit)
            where = selector.where or after.where
            attribute_name = "selectors" if edit.field is None else f"selectors.{edit.field}"
            change = Change(edit.kind, label, after.kind, attribute_name, edit.before, edit.after, selector.name, where)
            yield Edit(change, number, selector=edit)


def _labels(recorders: Sequence[Recorder]) -> dict[int, str]:
    """Return the label that each recorder has on its charges, by identity."""
    return {id(recorder): label for label, recorder in by_label(recorders).items()}


def _under_one_name(pair: Pair) -> Pair:
    before, after = pair.before, pair.after
    if before is None or after is None:
        return pair
    known = after.arn or before.arn
    if pair.is_renamed:
        before = replace(before, name=after.name, arn=after.arn)
    if isinstance(before, EventDataStore):
        # That a store is there, and keeps something already, is known of both sides where one has its ARN.
        before = before if before.arn else replace(before, arn=known)
        after = after if after.arn else replace(after, arn=known)
    return Pair(before, after)


def _of_insights(number: int, label: str, before: Recorder, after: Recorder) -> Iterator[Edit]:
    """Yield an edit for each kind of Insights that is switched on or off, or for other categories of events."""
    for kind in InsightType:
        old, new = (_analysed(one, kind) for one in (before, after))
        if set(old) == set(new):
            continue

        def put(recorder: Recorder, kind: InsightType = kind, new: tuple[Any, ...] = new) -> Recorder:
            others = tuple(insight for insight in recorder.insights if insight.type is not kind)
            return replace(recorder, insights=(*others, InsightSelector(kind, new)) if new else others)

        was, now = (" and ".join(category.value for category in each) or None for each in (old, new))
        change_kind = ChangeKind.ADDED if not old else ChangeKind.REMOVED if not new else ChangeKind.CHANGED
        yield Edit(
            Change(change_kind, label, after.kind, f"insights.{kind.value}", was, now, where=after.where), number, put
        )


def _analysed(recorder: Recorder, kind: InsightType) -> tuple[Any, ...]:
    found = (category for insight in recorder.insights if insight.type is kind for category in insight.categories)
    return tuple(dict.fromkeys(found))


def _of_scenario(before: Scenario, after: Scenario) -> Iterator[Edit]:
    """Yield an edit for each thing that is assumed or known of the whole scenario."""
    where = after.where
    for key, old, new, put in (*_surroundings(before, after), *_settings(before, after), *_discounts(before, after)):
        yield Edit(_of_whole(key, old, new, where), on_scenario=put)
    if _priced(before) != _priced(after):
        was, now = (None if one.prices is None else one.prices.path for one in (before, after))
        yield Edit(_of_whole(PRICES, was, now, where))


def _priced(scenario: Scenario) -> object:
    """Return a scenario's own prices as they are compared, wherever they stand."""
    own = scenario.prices
    return own and (own.currency, [replace(row, where=Location(""), note="") for row in own.rows])


_Put = Callable[[Scenario], Scenario]


def _of_whole(key: str, before: str | None, after: str | None, where: Location | None) -> Change:
    kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
    return Change(kind, None, "", key, before, after, where=where)


def _surroundings(before: Scenario, after: Scenario) -> Iterator[tuple[str, str | None, str | None, _Put]]:
    for name in ("volumes", "accounts", "organization", "config_items"):
        old, new = getattr(before, name), getattr(after, name)
        if _content(old) != _content(new):
            texts = (_words(name, each) for each in (old, new))
            yield (name, *texts, lambda scenario, name=name, new=new: replace(scenario, **{name: new}))  # type: ignore[misc]


def _content(value: Any) -> Any:
    """Return a value as it is compared: the same volumes of two files are no change."""
    if isinstance(value, tuple) and value and isinstance(value[0], Volumes):
        return tuple(replace(volumes, where=None) for volumes in value)
    return value


def _words(name: str, value: Any) -> str | None:
    """Return what a scenario has there, short: these are long, and their file says it all."""
    if not value:
        return None
    if name == "volumes":
        return f"{sum(row.per_month.point for volumes in value for row in volumes.rows):,.0f} events a month"
    if name == "accounts":
        return " ".join(sorted(value))
    return text_of(value)


def _settings(before: Scenario, after: Scenario) -> Iterator[tuple[str, str | None, str | None, _Put]]:
    for name in (field.name for field in fields(Settings)):
        old, new = getattr(before.settings, name), getattr(after.settings, name)
        if name in _NOT_COMPARED or old == new:
            continue

        def put(scenario: Scenario, name: str = name, new: Any = new) -> Scenario:
            return replace(scenario, settings=replace(scenario.settings, **{name: new}))

        yield f"assumptions.{_SETTINGS.get(name, name)}", text_of(old), text_of(new), put


def _discounts(before: Scenario, after: Scenario) -> Iterator[tuple[str, str | None, str | None, _Put]]:
    for name in sorted({*before.discounts, *after.discounts}):
        old, new = before.discounts.get(name), after.discounts.get(name)
        if old == new:
            continue

        def put(scenario: Scenario, name: str = name, new: Any = new) -> Scenario:
            discounts = {key: share for key, share in scenario.discounts.items() if key != name}
            return replace(scenario, discounts=discounts if new is None else {**discounts, name: new})

        yield f"discounts.{name}", text_of(old), text_of(new), put
