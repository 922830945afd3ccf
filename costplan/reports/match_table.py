"""What recorders record of given events, for people: counts that add up, sample events, differences."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from costplan.model.matches import (
    Absence,
    Difference,
    DifferenceRow,
    ExplainedEvent,
    Explanation,
    Matches,
    RecorderMatch,
    SampleEvent,
    SelectorMatch,
    Verdict,
)
from costplan.model.truth import Truth
from costplan.reports.amounts import DASH, number, plural, share_of
from costplan.reports.selector_words import field_words, selector_lines
from costplan.reports.tables import Row, Table, render_table, wrap_line, wrap_parts
from costplan.reports.volumes_table import reconciliation

ABSENCES = {
    Absence.NOT_LOGGING: "it is switched off",
    Absence.OTHER_ACCOUNT: "other account",
    Absence.HOME_REGION_NOT_ENABLED: "its home Region is not enabled there",
    Absence.OTHER_REGION: "other Region",
    Absence.RECURSIVE_LOGGING: "CloudTrail's own delivery, recursive logging is off",
    Absence.GLOBAL_SERVICE_EVENT: "global service event, which it leaves out",
}
"""Why events are out of a recorder's scope."""

_ANY = "any selector"
_MAY = "may match"
_WHY_NOT_SURE = (
    "a value is known only after it is applied, or some resources pass and others do not (R31), or nobody lists the "
    "Regions that the account has enabled (R70)"
)


def render_matches(matches: Matches, width: int, top: int | None = None) -> str:
    """Return what every recorder records; or the difference of two configurations; or event by event.

    top: show so many rows of each list of differences, the rest as one.
    """
    parts = [wrap_line(reconciliation(matches.read), width)]
    if matches.difference is not None:
        parts.append(_difference(matches.difference, matches.read.counted, width, top))
    elif matches.events:
        parts += [_explained(event, matches.recorders, width) for event in matches.events]
    else:
        parts += [_recorder(match, matches.read.counted, width) for match in matches.recorders]
        if not matches.recorders:
            parts.append("No trail and no event data store: nothing is recorded beyond the event history.")
    if matches.notes:
        parts.append("\n".join(wrap_line(f"assumed: {note}", width) for note in matches.notes))
    return "\n\n".join(parts)


# ---- counts ----


def _recorder(match: RecorderMatch, every: int, width: int) -> str:
    words = [wrap_line(line, width, first="  ", indent="    ") for line in selector_lines(match.recorder)]
    parts = ["\n".join([_title(match, width), *words]), render_table(_counts(match, every), width)]
    samples = [line for selector in match.selectors for line in _samples(selector, width)]
    if samples:
        parts.append("\n".join(samples))
    return "\n\n".join(parts)


def _title(match: RecorderMatch, width: int) -> str:
    recorder = match.recorder
    place = f"{recorder.account or 'no account'}, {recorder.home_region or 'no Region'}"
    return wrap_parts([f"{recorder.kind} {match.label}", place, match.configuration], width)


def _counts(match: RecorderMatch, every: int) -> Table:
    """Return the counts; every group between two rules has all events that are offered, the last all others."""
    rejected = match.offered - match.recorded - match.may_match
    groups = [[(f"recorded, {category}", events) for category, events in match.by_category.items()]]
    groups[0] = [*(groups[0] or [("recorded", 0)]), *_if_any(_MAY, match.may_match), *_if_any("not recorded", rejected)]
    labels = [_ANY]
    for selector in match.selectors:
        labels.append(selector.name)
        rejections = [(f"rejected by {field}", events) for field, events in selector.rejected_by.items()]
        groups.append([("recorded", selector.recorded), *_if_any(_MAY, selector.may_match), *rejections])
    if match.out_of_scope:
        labels.append("out of scope")
        groups.append([(ABSENCES[absence], events) for absence, events in match.out_of_scope.items()])
    rows: list[Row | None] = []
    for label, group in zip(labels, groups, strict=True):
        for position, (outcome, events) in enumerate(group):
            rows.append((label if position == 0 else "", outcome, *_cells(events, every)))
        rows.append(None)
    rows.append(("all events", "", *_cells(every, every)))
    return Table(("selector", "outcome", "events", "share"), tuple(rows), texts=frozenset({1}))


def _if_any(outcome: str, events: int) -> list[tuple[str, int]]:
    return [(outcome, events)] if events else []


def _cells(events: int, every: int) -> Row:
    return number(events), share_of(Decimal(events), Decimal(every))


def _samples(selector: SelectorMatch, width: int) -> Iterator[str]:
    if selector.samples is None:
        return
    samples = selector.samples
    groups: dict[str, list[SampleEvent]] = {"recorded": list(samples.recorded), _MAY: list(samples.may_match)}
    for rejected in samples.rejected:
        groups.setdefault(f"rejected by {rejected.field}", []).append(rejected.event)
    for outcome, events in groups.items():
        if events:
            yield wrap_line(f"{selector.name}, {outcome}:", width)
            yield from (wrap_line(_event(event), width, first="  ", indent="    ") for event in events)


def _event(event: SampleEvent) -> str:
    """Return an event on a line: when, what, on what, by whom, and its id."""
    what = f"{event.time or DASH} {event.event_source} {event.event_name}"
    on = [f"on {' + '.join(event.containers)}"] if event.containers else []
    return " · ".join([what, *on, f"by {event.principal or DASH}", event.event_id or "no eventID"])


# ---- differences ----


def _difference(difference: Difference, every: int, width: int, top: int | None) -> str:
    first, second = difference.first, difference.second
    lists = (
        (f"only {first}", difference.only_first),
        (f"only {second}", difference.only_second),
        ("may differ", difference.may_differ),
    )
    rows: list[Row | None] = [
        ("both", *_cells(difference.both, every)),
        ("neither", *_cells(difference.neither, every)),
    ]
    for label, found in lists[:2]:
        rows.append((label, *_cells(_sum(found), every)))
    if difference.may_differ:
        rows.append((lists[2][0], *_cells(_sum(difference.may_differ), every)))
    rows += [None, ("all events", *_cells(every, every))]
    parts = [render_table(Table(("recorded by", "events", "share"), tuple(rows)), width)]
    for label, found in lists:
        if found:
            heading = label if found is difference.may_differ else f"recorded by {label}"
            table = render_table(_differing(found, top), width)
            title = wrap_line(f"{heading}: {plural(_sum(found), 'event')}", width)
            parts.append(f"{title}\n\n{table}")
    return "\n\n".join(parts)


def _sum(rows: Sequence[DifferenceRow]) -> int:
    return sum(row.events for row in rows)


def _differing(found: Sequence[DifferenceRow], top: int | None) -> Table:
    shown, others = (found, ()) if top is None or len(found) <= top else (found[:top], found[top:])
    rows: list[Row | None] = [
        (
            row.event_source or DASH,
            row.event_name or DASH,
            " + ".join(row.containers) or DASH,
            row.principal or DASH,
            number(row.events),
        )
        for row in shown
    ]
    if others:
        rows.append((f"others ({plural(len(others), 'row')})", "", "", "", number(_sum(others))))
    return Table(("source", "event", "resource", "principal", "events"), tuple(rows), labels=4)


# ---- single events ----


def _explained(explained: ExplainedEvent, recorders: Sequence[RecorderMatch], width: int) -> str:
    rows: list[Row] = []
    has_several = len({match.configuration for match in recorders}) > 1
    for match, explanation in zip(recorders, explained.explanations, strict=True):
        label = f"{match.label} ({match.configuration})" if has_several else match.label
        for position, (selector, answer) in enumerate(_answers(match, explanation)):
            rows.append((label if position == 0 else "", selector, answer))
    table = Table(("recorder", "selector", "recorded?"), tuple(rows), labels=2, texts=frozenset({2}))
    return f"{wrap_line(_event(explained.event), width)}\n\n{render_table(table, width)}"


def _answers(match: RecorderMatch, explanation: Explanation) -> Iterator[tuple[str, str]]:
    if explanation.absence is not None:
        yield DASH, f"no: out of scope, {ABSENCES[explanation.absence]}"
    elif not match.selectors:
        yield DASH, "no: it has no selector that records anything"
    for selector, verdict in zip(match.selectors, explanation.verdicts, strict=False):
        yield selector.name, _verdict(verdict)


def _verdict(verdict: Verdict) -> str:
    if verdict.truth is Truth.YES:
        return "yes"
    if verdict.truth is Truth.MAYBE:
        return f"may match: {_WHY_NOT_SURE}"
    return f"no: it asks that {' and '.join(map(field_words, verdict.asks))}"
