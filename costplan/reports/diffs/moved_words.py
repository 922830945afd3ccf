"""What a change makes recorders record, or no longer record, in words."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from costplan.model.billing import UnknownUsage, UnpricedUsage
from costplan.model.changes import EventsMoved, PricedChange
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, total
from costplan.reports.amounts import count_of
from costplan.reports.selector_words import CATEGORY_WORDS
from costplan.reports.wording import METER_NAMES

Key = TypeVar("Key", bound=Hashable)

MOST_NAMED = 3
"""How many containers, sources or types are named; how many others there are is said."""


@exact_arithmetic()
def effect_lines(cause: PricedChange) -> tuple[str, ...]:
    """Return what a change does: events that are recorded or dropped, then what nobody knows of it.

    ``records 12.3M more data events a month (AWS::S3::Object: photos 10.0M, logs 2.3M)``; a recorder is named where it
    is another than the one that changed.
    """
    own = cause.change.recorder
    return (
        *_moved_lines(cause.recorded, own, "more"),
        *_moved_lines(cause.dropped, own, "fewer"),
        *(f"not known: {unknown.what}" for unknown in cause.unknown),
        *(f"without a price: {missing_words(unpriced)}" for unpriced in cause.unpriced),
        *(f"no longer open: {missing_words(settled)}" for settled in cause.settled),
    )


def missing_words(missing: UnknownUsage | UnpricedUsage) -> str:
    """Return what is not known, or what has no price, in a few words."""
    if isinstance(missing, UnknownUsage):
        return missing.what
    return f"{METER_NAMES[missing.usage.meter]} in {missing.usage.region}"


def short_name(container: str) -> str:
    """Return the last part of an ARN, by which people know what it names.

    >>> short_name("arn:aws:s3:::photos"), short_name("arn:aws:dynamodb:eu-west-1:111122223333:table/orders")
    ('photos', 'table/orders')
    """
    return container.rpartition(":")[2] if container.startswith("arn:") else container


def _moved_lines(moved: Sequence[EventsMoved], own: str | None, direction: str) -> Iterable[str]:
    for (recorder, category), events in _by(moved, lambda each: (each.recorder, each.category)).items():
        quantity = total(each.quantity for each in events)
        if quantity:
            who = "" if recorder == own else f"{recorder} "
            words = CATEGORY_WORDS.get(category, category)
            named = f" ({details})" if (details := _details(events)) else ""
            yield f"{who}records {count_of(quantity)} {direction} {words} events a month{named}"


def _details(events: Sequence[EventsMoved]) -> str:
    """Return what is touched, by resource type; of events that touch nothing a selector can name, who was called.

    Each is named with its count, unless it is the only one.
    """
    by_type = {of_type: _amounts(of_type, some) for of_type, some in _by(events, lambda e: e.resource_type).items()}
    has_several = sum(map(len, by_type.values())) > 1
    parts = []
    for of_type, amounts in by_type.items():
        names = _named(amounts) if has_several else ", ".join(name for name in amounts if name)
        parts.append(": ".join(part for part in (of_type, names) if part))
    return "; ".join(part for part in parts if part)


def _amounts(of_type: str | None, events: Sequence[EventsMoved]) -> dict[str | None, Quantity]:
    def name_of(event: EventsMoved) -> str | None:
        return event.event_source if of_type is None else event.container and short_name(event.container)

    return {name: total(each.quantity for each in some) for name, some in _by(events, name_of).items()}


def _named(amounts: Mapping[str | None, Quantity]) -> str:
    """Return the names with the most events, and how many there are beside them."""
    ordered = sorted(amounts.items(), key=lambda item: -item[1].point)
    shown = [_with_count(name, amount) for name, amount in ordered[:MOST_NAMED]]
    others = ordered[MOST_NAMED:]
    if others:
        shown.append(_with_count(f"{len(others)} more", total(amount for _, amount in others)))
    return ", ".join(shown)


def _with_count(name: str | None, amount: Quantity) -> str:
    return f"{name or 'others'} {count_of(amount)}"


def _by(events: Iterable[EventsMoved], key_of: Callable[[EventsMoved], Key]) -> dict[Key, list[EventsMoved]]:
    groups: dict[Key, list[EventsMoved]] = {}
    for each in events:
        groups.setdefault(key_of(each), []).append(each)
    return groups
