"""Match real events against configurations: what each selector records, and why it does not record the rest."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from costplan.engine.count_plan import plan_for
from costplan.engine.explanation import Explainer
from costplan.engine.match_difference import DifferenceTally
from costplan.engine.match_tally import Choice, RecorderTally, SelectorTally
from costplan.engine.scope import labels_of, landscape_of
from costplan.inputs.prices import read_regions
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.single_events import find_samples, iter_events
from costplan.model.events import EventKey
from costplan.model.matches import ExplainedEvent, Matches, Rejected, SampleEvent, Samples
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.scenario import Scenario
from costplan.model.truth import any_of
from costplan.model.volumes import CountPlan, ReadSummary, Volumes
from costplan.workflows.given import NO_PARAMETERS, given_of
from costplan.workflows.measure import exit_code_of, whole
from costplan.workflows.scenarios import read_any, read_each, settle_each

DEFAULT_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What recorders record, what a person should hear beside it, and whether it may be relied on.

    exit_code: 0, or 3 when too much could not be read, or a file that was named was bad.
    """

    matches: Matches
    warnings: tuple[str, ...]
    exit_code: int


def match(
    configs: Sequence[Path],
    *,
    logs: Sequence[Path] = (),
    event: Path | None = None,
    samples: int = DEFAULT_SAMPLES,
    only_differences: bool = False,
    account: str | None = None,
    region: str | None = None,
    parameters: Mapping[str, str] = NO_PARAMETERS,
    form: str | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> MatchResult:
    """Return how many events each recorder and selector records, and which field rejected the others.

    configs: of any format; a scenario also tells its accounts and organization.
    logs: CloudTrail log files or folders; or *event*: a file with one record, or a list of them, each of which is
        explained by itself.
    samples: at most so many events to show for each selector and each kind of answer.
    only_differences: compare two configurations event by event; no samples are looked for.
    account, region: of recorders that do not name their own.
    parameters, form: of the configurations, as for ``show_trails``.
    workers: processes that read log files.
    progress: called with the files read, and all of them; a second time while samples are looked for.

    Raises:
        BadInputError: every problem of the configurations, or no event was found.
        UsageError: the options contradict each other.
    """
    configs = tuple(dict.fromkeys(configs))
    _check(configs, logs, event, only_differences=only_differences)
    given = given_of(parameters, form)
    read, problems = read_each(configs, lambda path: replace(read_any(path, (), given), name=str(path)))
    if problems:
        raise BadInputError(problems)
    recorders = [recorder for scenario in read for recorder in scenario.recorders]
    # Names tell samples apart, callers are among the dimensions of a difference; nothing else grows the keys.
    plan = plan_for(recorders, ("event_name", "principal") if only_differences else ("event_name",))
    paths = list(logs) if event is None else [event]
    counted = whole(count_logs(paths, plan, workers=workers, progress=progress))
    volumes, summary = counted.volumes, counted.volumes.read
    if summary is None or not volumes.rows:
        raise BadInputError(counted.problems or [_no_events(paths, summary)])
    settled = settle_each([replace(scenario, volumes=(volumes,)) for scenario in read], account, region)
    tallies = [_tallies(scenario, volumes) for scenario in settled]
    difference = DifferenceTally(settled[0].name, settled[1].name) if only_differences else None
    _offer(volumes, tallies, difference)
    every = [tally for of_one in tallies for tally in of_one]
    most = 0 if only_differences or event is not None else samples
    shown = _Shown(every, most, lambda needed: find_samples(paths, plan, needed, progress))
    matches = Matches(
        summary,
        tuple(tally.result(shown.of) for tally in every),
        difference.result() if difference else None,
        () if event is None else tuple(_explain(paths, plan, every)),
        tuple(dict.fromkeys(note for scenario in settled for note in scenario.notes)),
    )
    return MatchResult(matches, tuple(str(problem) for problem in counted.problems), exit_code_of(counted))


def _check(configs: Sequence[Path], logs: Sequence[Path], event: Path | None, *, only_differences: bool) -> None:
    if not configs:
        raise UsageError("name a configuration: costplan match CONFIG --logs PATH")
    if bool(logs) == (event is not None):
        raise UsageError("events come from --logs PATH or from --event FILE: give one of them")
    if only_differences and len(configs) != 2:
        raise UsageError(f"--only-differences compares two configurations, not {len(configs)}")


def _no_events(paths: Sequence[Path], read: ReadSummary | None) -> Problem:
    where = ", ".join(str(path) for path in paths[:3]) + (", …" if len(paths) > 3 else "")
    aside = ", ".join(f"{count:,} {kind}" for kind, count in read.set_aside.items()) if read else ""
    what = "no event in it that a trail or event data store could select" + (f" (set aside: {aside})" if aside else "")
    return Problem(Location(where), what, "give log files with management, data or network activity events")


# ---- events ----


def _tallies(scenario: Scenario, volumes: Volumes) -> tuple[RecorderTally, ...]:
    landscape = landscape_of(scenario, read_regions())
    labels = labels_of(scenario.recorders)
    return tuple(
        RecorderTally(scenario.name, labels[at], recorder, Explainer(recorder, landscape, volumes.conditions))
        for at, recorder in enumerate(scenario.recorders)
    )


def _offer(volumes: Volumes, tallies: Sequence[Sequence[RecorderTally]], difference: DifferenceTally | None) -> None:
    """Offer every event to every recorder of every configuration."""
    for row in volumes.rows:
        events = row.count or 0
        truths = [any_of([tally.add(row.key, events).truth for tally in of_one]) for of_one in tallies]
        if difference is not None:
            difference.add(row.key, events, *truths)


def _explain(paths: Sequence[Path], plan: CountPlan, tallies: Sequence[RecorderTally]) -> list[ExplainedEvent]:
    return [
        ExplainedEvent(event, tuple(tally.explainer.explain(key) for tally in tallies))
        for key, event in iter_events(paths, plan, lambda _: True)
    ]


Find = Callable[[Counter[EventKey]], dict[EventKey, tuple[SampleEvent, ...]]]


class _Shown:
    """The sample events of every selector; what several want is looked for once."""

    def __init__(self, tallies: Sequence[RecorderTally], most: int, find: Find) -> None:
        self._choices: dict[SelectorTally, Choice] = {}
        needed: Counter[EventKey] = Counter()
        if most:
            self._choices = {selector: selector.choose(most) for tally in tallies for selector in tally.selectors}
            for choice in self._choices.values():
                needed |= choice.needed()
        self._found = find(needed) if needed else {}

    def of(self, selector: SelectorTally) -> Samples | None:
        """Return the samples of one selector; ``None`` where none were asked for."""
        choice = self._choices.get(selector)
        if choice is None:
            return None
        left = {key: deque(self._found.get(key, ())) for key in choice.needed()}
        return Samples(
            tuple(left[key].popleft() for key in choice.recorded if left[key]),
            tuple(left[key].popleft() for key in choice.may_match if left[key]),
            tuple(Rejected(left[key].popleft(), field) for field, key in choice.rejected if left[key]),
        )
