"""Why a month costs more or less: each change in one sentence.

Names and values come from files: whoever prints a sentence has to make it safe for the page it stands on.
"""

from collections.abc import Mapping

from costplan.model.changes import Change, Side
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.reports.diffs.field_changes import field_change
from costplan.reports.selector_words import selector_words
from costplan.reports.wording import INSIGHT_NAMES

LONGEST_VALUE = 160

# What an attribute that is true or false says of a recorder: what it is about, then yes and no.
_SWITCHES: Mapping[str, tuple[str, str, str]] = {
    "is_multi_region": ("", "multi-Region", "single-Region"),
    "is_organization": ("", "of the organization", "of one account"),
    "is_logging": ("", "logging", "stopped"),
    "is_ingesting": ("", "ingesting", "stopped"),
    "is_enabled": ("", "enabled", "switched off"),
    "include_global_service_events": ("", "with global service events", "without them"),
    "recursive_logging": ("recursive logging", "on", "off"),
    "log_file_validation": ("log file validation", "on", "off"),
    "aggregation": ("aggregation of data events", "on", "off"),
}
_INSIGHTS = {kind.value: f"API {word} rate" for kind, word in INSIGHT_NAMES.items()}
_TRUTHS = {"true": True, "false": False}


def change_words(change: Change) -> str:
    """Return one change as a sentence: ``trail main: multi-Region, was single-Region``."""
    whose = f"{change.recorder_kind or 'recorder'} {change.recorder}" if change.recorder is not None else ""
    if not change.attribute:
        return f"{whose or 'scenario'} {change.kind.value}"
    selectors = [side for side in (change.before, change.after) if isinstance(side, AdvancedEventSelector)]
    if selectors:
        said, place = _selector_change(change, selectors), ""
    elif isinstance(change.before, FieldSelector) or isinstance(change.after, FieldSelector):
        said, place = field_change(_field(change.before), _field(change.after)), change.selector
    else:
        said, place = _attribute_change(change), change.selector
    where = ", ".join([*([whose] if whose else []), *([f'selector "{place}"'] if place else [])])
    return f"{where}: {said}" if where else said


def _selector_change(change: Change, selectors: list[AdvancedEventSelector]) -> str:
    name = change.selector or selectors[-1].name
    called = f'selector "{name}"' if name else "selector"
    if len(selectors) > 1:
        before, after = map(selector_words, selectors)
        return f"{called}: {after}, was {before}"
    return f"{called} {'added' if change.after is not None else 'removed'} ({selector_words(selectors[0])})"


def _field(side: Side) -> FieldSelector | None:
    return side if isinstance(side, FieldSelector) else None


def _attribute_change(change: Change) -> str:
    before, after = _text(change.before), _text(change.after)
    switch = _SWITCHES.get(change.attribute)
    was, now = (None if text is None else _TRUTHS.get(text.lower()) for text in (before, after))
    if switch and was is not None and now is not None:
        about, yes, no = switch
        words = f"{yes if now else no}, was {yes if was else no}"
        return f"{about} {words}" if about else words
    part, _, name = change.attribute.partition(".")
    if part == "insights":
        return f"Insights, {_INSIGHTS.get(name, name)}: {after or 'off'}, was {before or 'off'}"
    if change.attribute == "recorders" and change.recorder is None:
        return "recorders in another order"
    key = change.attribute if change.recorder is not None else f"{change.attribute}:"
    if after is None:
        return f"{change.attribute} no longer set, was {before}"
    return f"{key} {after}, was {'not set' if before is None else before}"


def _text(side: Side) -> str | None:
    """Return the text of a value, shortened where it is long enough to hide the rest of its sentence."""
    if side is None:
        return None
    text = side if isinstance(side, str) else getattr(side, "name", "")
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
