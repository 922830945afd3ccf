"""What if: volumes as they would be after changes that somebody expects."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from costplan.engine.what_if import Add, Change, Changed, Choice, Done, Times, apply_changes, names_in
from costplan.inputs.volumes.changes import (
    Added,
    Scaled,
    container_of,
    parse_added,
    parse_busy,
    parse_times,
    read_changes,
    read_only_of,
)
from costplan.inputs.volumes.volumes_file import Place
from costplan.inputs.volumes.volumes_shape import CATEGORIES
from costplan.model.events import EventCategory
from costplan.model.places import is_account, is_region
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.volumes import Volumes
from costplan.workflows.merge import read_each_volumes


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """Changed volumes, and what each change did, in order."""

    changed: Changed

    @property
    def volumes(self) -> Volumes:
        """The volumes."""
        return self.changed.volumes


def change_volumes(
    file: Path,
    *,
    changes: Path | None = None,
    times: Sequence[str] = (),
    busy: str | None = None,
    add: Sequence[str] = (),
    account: str | None = None,
    region: str | None = None,
) -> WhatIfResult:
    """Return the volumes in *file* as they would be: the changes of a file first, then *times*, *busy*, *add*.

    changes: a file with ``changes:``, made in its order.
    times: ``WORD=VALUE,…:FACTOR``, such as ``bucket=lake,writes:3``.
    busy: a factor for everything.
    add: ``KEY=RATE`` or ``KEY:NAME=RATE``, such as ``lambda:etl=5M/month``, with the keys of typed volumes.
    account, region: where added events happen; by default the only ones of the volumes.

    Raises:
        BadInputError: every problem of the file and of the changes; a change that finds nothing.
        UsageError: no change at all.
    """
    if changes is None and not times and busy is None and not add:
        raise UsageError("say what would be different: --times, --busy, --add or --changes FILE")
    for name, value, is_right in (("account", account, is_account), ("region", region, is_region)):
        if value is not None and not is_right(value):
            raise UsageError(f"--{name} {value}: not {'twelve digits' if name == 'account' else 'a Region code'}")
    (volumes,) = read_each_volumes([file])
    accounts, regions = {a for a, _ in volumes.places}, {r for _, r in volumes.places}
    place = Place(account or _only(accounts), region or _only(regions))
    problems: list[Problem] = []
    written: list[Scaled | Added] = []
    readers: tuple[tuple[Callable[[str], Iterable[Scaled | Added]], Sequence[str]], ...] = (
        (lambda text: read_changes(text, place), [] if changes is None else [str(changes)]),
        (lambda text: (parse_times(text),), times),
        (lambda text: (parse_busy(text),), [] if busy is None else [busy]),
        (lambda text: (parse_added(text, place),), add),
    )
    for read, texts in readers:
        for text in texts:
            try:
                written += read(text)
            except BadInputError as error:
                problems += error.problems
    if not problems:
        result = apply_changes(volumes, [_change(one) for one in written])
        problems += (_found_nothing(done, volumes, file) for done in result.done if not done.rows)
    if problems:
        raise BadInputError(problems)
    return WhatIfResult(result)


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _change(written: Scaled | Added) -> Change:
    if isinstance(written, Added):
        return Add(*written)
    values = written.chosen.values
    # Buckets, functions and tables are named by data events; whose other events they are, rows seldom say.
    of_type, container = container_of(written.chosen)
    choice = Choice(
        account=values.get("account"),
        region=values.get("region"),
        category=CATEGORIES[values["category"]] if "category" in values else EventCategory.DATA if container else None,
        resource_type=of_type,
        container=container,
        event_source=values.get("source"),
        event_name=values.get("event"),
        read_only=read_only_of(written.chosen),
        principal=values.get("principal"),
    )
    return Times(choice, written.factor, written.words, written.where)


def _found_nothing(done: Done, volumes: Volumes, file: Path) -> Problem:
    """Return that a change is about no row, with what is called nearly so."""
    change = done.change
    what = f"no row of {file} is that"
    if done.maybe:
        what += f" for sure: {done.maybe} do not say"
    return Problem(change.where, what, _hint(change, volumes))


def _hint(change: Change, volumes: Volumes) -> str:
    if isinstance(change, Times):
        names = {name: re.split(r":::|[:/]", name)[-1] for name in names_in(volumes)}
        choice = change.choice
        for asked in (choice.container, choice.event_source, choice.event_name, choice.principal, choice.resource_type):
            if asked is not None and not any(name == asked or name.endswith(asked) for name in names):
                last = re.split(r":::|[:/]", asked)[-1]
                close = get_close_matches(last, sorted(set(names.values())), n=3, cutoff=0.5)
                if close:
                    return f"did you mean {' or '.join(close)}?"
    return "costplan volumes show FILE --by resource,read-write lists what there is"
