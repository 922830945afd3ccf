"""What every written configuration has in common: names, places, notes, and what no file could hold."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from costplan.advice.refusals import refusals
from costplan.model.places import trail_arn
from costplan.model.problems import BadInputError, Location, Problem, one_line
from costplan.model.recorders import (
    CloudWatchLogs,
    DirectDelivery,
    EventDataStore,
    LogBucket,
    LogClass,
    Recorder,
    Trail,
)

_LONGEST_SHOWN = 80
# What CreateTrail and CreateEventDataStore take; a trail's name begins and ends with a letter or digit.
_NAME_OF_TRAIL = re.compile(r"(?=.{3,128}\Z)[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_NAME_OF_STORE = re.compile(r"[A-Za-z0-9._-]{3,128}")


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as text, and what it does not say, or says only as long as a person sees to it."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """An account and a Region; ``None`` for what nobody said."""

    account: str | None
    region: str | None

    def __str__(self) -> str:
        known = [part for part in (self.account, self.region) if part is not None]
        return " ".join(known) if known else "a place that nobody named"


class Notes:
    """Notes in their order, each once."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}

    def of(self, recorder: Recorder, what: str) -> None:
        """Add a note about one recorder."""
        self.add(f"{title(recorder)}: {what}")

    def of_assumed(self, recorder: Recorder) -> None:
        """Add what was assumed of a recorder when it was read, since a written configuration states it."""
        for text in recorder.assumed:
            self.of(recorder, f"written as it was assumed: {text}")

    def add(self, what: str) -> None:
        """Add a note."""
        self._lines[one_line(what)] = None

    @property
    def lines(self) -> tuple[str, ...]:
        """All notes."""
        return tuple(self._lines)


class Names:
    """Identifiers made of words by the rules of a language, no two the same."""

    def __init__(self, spell: Callable[[Sequence[str]], str]) -> None:
        self._spell = spell
        self._taken: set[str] = set()

    def new(self, *words: str) -> str:
        """Return an identifier that was not returned before."""
        name = spelled = self._spell(words)
        count = 1
        while name in self._taken:
            count += 1
            name = f"{spelled}{count}"
        self._taken.add(name)
        return name


def kind_of(recorder: Recorder) -> str:
    """Return what AWS calls a recorder of this kind."""
    return recorder.kind


def title(recorder: Recorder) -> str:
    """Return what to call a recorder in a note or problem."""
    name = aws_name(recorder)
    return f"{kind_of(recorder)} {name if len(name) <= _LONGEST_SHOWN else f'{name[: _LONGEST_SHOWN - 1]}…'}"


def aws_name(recorder: Recorder) -> str:
    """Return the name that AWS knows, without the Region that tells recorders of one name apart."""
    return recorder.name.removesuffix(f" ({recorder.home_region})") or recorder.name


def place_of(recorder: Recorder) -> Place:
    """Return the account and the home Region of a recorder."""
    return Place(recorder.account, recorder.home_region)


def arn_of(recorder: Recorder) -> str | None:
    """Return the ARN; that of a trail follows from its account, home Region and name."""
    if recorder.arn or not isinstance(recorder, Trail) or not (recorder.account and recorder.home_region):
        return recorder.arn
    return trail_arn(aws_name(recorder), recorder.account, recorder.home_region)


def problem_of(recorder: Recorder, what: str, hint: str) -> Problem:
    """Return a problem with one recorder, where it was read."""
    where = recorder.where or Location(one_line(title(recorder)))
    return Problem(where, one_line(f"{title(recorder)}: {what}"), hint)


def distinct(recorders: Iterable[Recorder], *, is_applied: bool) -> tuple[Recorder, ...]:
    """Return each recorder once, in their order; the same one may have been read from two files.

    is_applied: what comes of it is for AWS, so what the API would refuse is refused here.

    Raises:
        BadInputError: recorders of one name in one place that differ, or what the API would refuse.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, str, Place], Recorder] = {}
    for recorder in recorders:
        key = (kind_of(recorder), aws_name(recorder), place_of(recorder))
        first = found.setdefault(key, recorder)
        if first is recorder:
            problems += refusals(recorder) if is_applied else ()
        elif first != recorder:
            what = f"differs from another one of that name in {key[2]}"
            if first.where is not None:
                what += f", which {first.where} holds"
            problems.append(problem_of(recorder, what, "keep one of the two, or say where each of them is"))
    if problems:
        raise BadInputError(problems)
    return tuple(found.values())


def losses_of_code(recorder: Recorder, language: str) -> Iterator[str]:
    """Yield what infrastructure code cannot say of a recorder; *language* is what it is written in."""
    pattern = _NAME_OF_TRAIL if isinstance(recorder, Trail) else _NAME_OF_STORE
    if pattern.fullmatch(aws_name(recorder)) is None:
        yield "AWS takes no such name: 3 to 128 letters, digits, periods, underscores and dashes"
    yield from losses_of_months(recorder)
    if isinstance(recorder, Trail):
        if not recorder.recursive_logging:
            yield f"RecursiveLogging is off, which {language} cannot say: a new trail has it on (R76)"
        if recorder.started is not None:
            yield f"that logging was started at {recorder.started} cannot be said in {language} (R82)"
        yield from losses_of_log_group(recorder)
        yield from losses_of_trail(recorder)
        return
    if isinstance(recorder, EventDataStore):
        yield from losses_of_store(recorder, f"cannot be said in {language}")
    if recorder.arn is not None:
        yield f"its ARN {recorder.arn} cannot be said in {language}: AWS makes the ARN"


def log_class_property(logs: CloudWatchLogs) -> str | None:
    """Return the class of a log group where it is not the default."""
    return None if logs.log_class is LogClass.STANDARD else logs.log_class.value


def losses_of_log_group(trail: Trail) -> Iterator[str]:
    """Yield that a log group of which no retention is known is not written out, nor its class with it."""
    logs = trail.cloudwatch_logs
    if logs is not None and logs.retention_days is None and logs.log_class is not LogClass.STANDARD:
        yield f"the class of its log group, {logs.log_class.value}, is not said: its retention is not known"


def losses_of_store(store: EventDataStore, verdict: str) -> Iterator[str]:
    """Yield what only a scenario says of an event data store; *verdict* ends each sentence."""
    if store.scanned_gib_per_month is not None:
        yield f"{store.scanned_gib_per_month} GiB scanned each month {verdict}"
    for other in store.others:
        yield f"{other.gib_per_month} GiB of {other.category or 'other'} records each month {verdict}"
    if store.copied_gib is not None:
        yield f"{store.copied_gib} GiB of log files copied into it {verdict}"
    if store.compressed_share is not None:
        yield f"{store.compressed_share * 100:f} % kept of what it takes in {verdict}"
    if store.extended_gib is not None:
        yield f"{store.extended_gib} GiB kept beyond the included days {verdict}"
    if store.is_on_trial:
        yield f"30 days of free trial {verdict}"


def without_direct(recorders: Iterable[Recorder], notes: Notes) -> tuple[Trail | EventDataStore, ...]:
    """Return the recorders that CloudTrail's own resources and answers can say; *notes* tells of those that are none.

    A delivery without a trail is a rule of CloudWatch's telemetry, not a resource of CloudTrail.
    """
    found: list[Trail | EventDataStore] = []
    for recorder in recorders:
        if isinstance(recorder, DirectDelivery):
            rule = "it is set up by a telemetry rule of CloudWatch (AWS::ObservabilityAdmin::TelemetryRule)"
            notes.of(recorder, f"left out, as it is neither a trail nor an event data store: {rule}")
        else:
            found.append(recorder)
    return tuple(found)


def losses_of_months(recorder: Recorder) -> Iterator[str]:
    """Yield that only a scenario has months."""
    if recorder.starts_in_month > 1 or recorder.stops_in_month is not None:
        yield "the month in which it starts or stops is not said: only a scenario can; it is written as one that is on"


def losses_of_trail(trail: Trail) -> Iterator[str]:
    """Yield what only a scenario says of a trail: what is in its bucket, and who uses its files."""
    bucket = trail.bucket
    if bucket.existing_gib is not None or bucket.existing_objects is not None:
        yield "what its bucket holds already is not said: only a scenario can"
    is_used = bucket.sns_subscriptions or bucket.reads_per_file or bucket.bucket_key_share or trail.loads_opensearch
    if is_used:
        yield "who reads its files, hears of them and loads them is not said: only a scenario can"


def losses_of_small_objects(bucket: LogBucket) -> Iterator[str]:
    """Yield that a default has to be written where nobody knows it."""
    if bucket.small_objects is None:
        yield "whether files under 128 KB move to other storage classes is not known: it is written that none does"
