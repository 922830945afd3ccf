"""Rows of volumes under more conditions than they were asked: what the container decides is answered, the rest is not.

A condition that a row does not answer makes a band wherever a selector asks it, never a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from costplan.model.containers import ArnField, Condition, decide, joint_of
from costplan.model.events import NOT_ASKED, EventKey, Principal, Resource
from costplan.model.truth import Truth
from costplan.model.volumes import VolumeRow, Volumes

_DECIDED = {Truth.YES: "1", Truth.NO: "0", Truth.MAYBE: NOT_ASKED}


def all_conditions(sources: Sequence[Volumes]) -> tuple[Condition, ...]:
    """Return every condition that one of *sources* answers; those of a single source in its own order."""
    asked = [volumes.conditions for volumes in sources]
    return asked[0] if len(set(asked)) == 1 else tuple(sorted({c for conditions in asked for c in conditions}))


def answering(volumes: Volumes, conditions: tuple[Condition, ...]) -> Volumes:
    """Return *volumes* whose rows answer *conditions*, each in its place."""
    if volumes.conditions == conditions:
        return volumes
    asked = {field: _positions(volumes.conditions, field) for field in ArnField}
    wanted = {field: [c for c in conditions if c.field is field] for field in ArnField}
    rows = []
    for row in volumes.rows:
        key = _answering(row.key, asked, wanted)
        rows.append(row if key == row.key else VolumeRow(key, row.per_month, row.count, row.raw_bytes, row.oversize))
    return replace(volumes, rows=tuple(rows), conditions=conditions)


def _positions(conditions: tuple[Condition, ...], field: ArnField) -> dict[Condition, int]:
    return {condition: n for n, condition in enumerate(c for c in conditions if c.field is field)}


def _answering(
    key: EventKey,
    asked: Mapping[ArnField, Mapping[Condition, int]],
    wanted: Mapping[ArnField, Sequence[Condition]],
) -> EventKey:
    resources = key.resources
    if isinstance(resources, tuple):
        of_resources = (asked[ArnField.RESOURCE], wanted[ArnField.RESOURCE])
        resources = tuple(replace(r, answers=_answers(r, r.type, *of_resources)) for r in resources)
    principal = key.principal
    answers = _answers(principal, None, asked[ArnField.PRINCIPAL], wanted[ArnField.PRINCIPAL])
    return replace(key, resources=resources, principal=replace(principal, answers=answers))


def _answers(
    holder: Resource | Principal, resource_type: object, asked: Mapping[Condition, int], wanted: Sequence[Condition]
) -> str:
    container = holder.container
    if not isinstance(container, str) or (holder.is_whole and not holder.answers):
        # An ARN that is known needs no answers, and one that is absent or unknown has none.
        return ""
    joint = joint_of(resource_type, container) if isinstance(holder, Resource) else "/"
    found = []
    for condition in wanted:
        position = asked.get(condition)
        if position is not None and position < len(holder.answers):
            found.append(holder.answers[position])
        else:
            truth = decide(container, holder.is_whole, joint, condition.operator, condition.value)
            found.append(_DECIDED[truth])
    return "".join(found)
