"""Scenarios with all that is around them: their volumes, what there is besides, and prices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from costplan.engine.count_plan import plan_for
from costplan.inputs.configs import read_config
from costplan.inputs.estates import read_estate
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.places import is_account, is_region
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.scenario import Estate, PricedScenario, Scenario
from costplan.model.volumes import Volumes
from costplan.workflows.given import given_of
from costplan.workflows.prices import prices_of
from costplan.workflows.scenarios import find_each, here_or_bundled, read_all, settle_each
from costplan.workflows.typed_place import with_typed


@dataclass(frozen=True, slots=True)
class Around:
    """What a caller says of scenarios besides naming them.

    logs, typed, volumes: what takes the place of the scenarios' own volumes; at most one of them.
    volumes_otherwise: of configurations, which name none, where nothing takes their place.
    recorded_by: the configuration of the trails that wrote *logs*, which says what else they would have recorded.
    estate: the configuration of what there is besides, for every scenario; estate_of_code: for those with recorders
        that infrastructure code declares.
    parameters, form: of configurations, as for ``show_trails``.
    account, region: of recorders that do not name their own, and of typed volumes.
    months: of the projection, in place of the scenarios' own.
    prices: a file of overrides, for every scenario and in place of its own: they take the place of list prices.
    pricing: a folder whose price books go before the shipped ones.
    as_of: the day whose list prices are used in month 1; ``None`` is today.
    start: the calendar month that month 1 is, in place of the scenarios' own; start_otherwise: for those without.
    keep: fields of events that are counted in *logs* whether or not a selector asks for them.
    workers: processes that read log files; progress: called with the log files done, and all of them.
    """

    logs: Sequence[Path] = ()
    typed: str | None = None
    volumes: Sequence[Path] = ()
    volumes_otherwise: Sequence[Path] = ()
    recorded_by: Path | None = None
    estate: Path | None = None
    estate_of_code: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    form: str | None = None
    account: str | None = None
    region: str | None = None
    months: int | None = None
    prices: Path | None = None
    pricing: Path | None = None
    as_of: date | None = None
    start: date | None = None
    start_otherwise: date | None = None
    keep: Sequence[str] = ()
    workers: int = 1
    progress: Callable[[Progress], None] | None = None

    def refuse_contradictions(self) -> None:
        """Check what can be checked before anything is read.

        Raises:
            UsageError: the options contradict each other, or one has no meaning.
        """
        for name, value, is_right in (("account", self.account, is_account), ("region", self.region, is_region)):
            if value is not None and not is_right(value):
                raise UsageError(f"{name} {value}: not {'twelve digits' if name == 'account' else 'a Region code'}")
        if sum(map(bool, (self.logs, self.typed, self.volumes))) > 1:
            raise UsageError("--logs, --typed and --volumes all give volumes: use one of them")
        if self.as_of is not None and self.start is not None:
            raise UsageError("--as-of and --start both say whose prices month 1 has: give one of them")
        if self.months is not None and self.months < 1:
            raise UsageError(f"a projection has at least one month, not {self.months}")


class Preparation:
    """Reads scenarios and makes them ready to be priced; estates and volumes are read once for all of them.

    warnings: what a person should hear, as it comes up.
    """

    def __init__(self, around: Around) -> None:
        around.refuse_contradictions()
        self.around = around
        self.warnings: list[str] = []
        self._given = given_of(around.parameters, around.form)
        self._estates: dict[Path, Estate] = {}
        self._volumes: tuple[Volumes, ...] | None = None
        self._otherwise: tuple[Volumes, ...] | None = None

    def read(self, paths: Sequence[Path]) -> tuple[Scenario, ...]:
        """Return the scenarios of files and folders, with their own volumes, or those given in their place.

        Of typed volumes and of logs they have none yet: see ``with_typed`` and ``with_logs``.

        Raises:
            BadInputError: every problem of them.
        """
        around = self.around
        found = find_each([here_or_bundled(path, self.warnings) for path in paths])
        if self._volumes is None and (around.volumes or around.typed or around.logs):
            self._volumes = tuple(map(read_volumes, around.volumes))
        if self._volumes is None and self._otherwise is None and around.volumes_otherwise:
            self._otherwise = tuple(map(read_volumes, around.volumes_otherwise))
        return read_all(found, self._volumes, self._given, self._otherwise)

    def with_typed(self, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
        """Return the scenarios with the volumes that were typed, where they were."""
        around = self.around
        if not around.typed:
            return tuple(scenarios)
        return tuple(
            with_typed(one, around.typed, around.account, around.region, self.estate_of(one), self.warnings)
            for one in scenarios
        )

    def with_logs(self, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
        """Return the scenarios with the volumes of the log files, counted in one pass for the selectors of all.

        Raises:
            BadInputError: too much could not be read.
        """
        around = self.around
        if not around.logs:
            return tuple(scenarios)
        # What reads log files is a quarter of the program, which a guard in CI need not load.
        from costplan.inputs.volumes.logs import count_logs
        from costplan.workflows.measure import exit_code_of, whole

        plan = plan_for((recorder for scenario in scenarios for recorder in scenario.recorders), around.keep)
        writers = read_config(around.recorded_by) if around.recorded_by else ()
        read = count_logs(around.logs, plan, recorded_by=writers, workers=around.workers, progress=around.progress)
        counted = whole(read)
        if exit_code_of(counted):
            hint = "repair the source, or count what is readable with costplan volumes logs -o FILE and use that"
            raise BadInputError([*counted.problems, Problem(Location("--logs"), "too much could not be read", hint)])
        self.warnings += (str(problem) for problem in counted.problems)
        return tuple(replace(scenario, volumes=(counted.volumes,)) for scenario in scenarios)

    def estate_of(self, scenario: Scenario) -> Estate | None:
        """Return what there is beside a scenario's recorders, if anything tells it.

        Raises:
            BadInputError: every problem of the estate.
        """
        # Of a plan that deletes its last trail, what was there before is all that tells it from a scenario.
        is_code = any(recorder.is_declared for recorder in (*scenario.recorders, *scenario.replaced))
        path = self.around.estate or (self.around.estate_of_code if is_code else None)
        if path is None:
            return None
        if path not in self._estates:
            self._estates[path] = read_estate(path)
        return self._estates[path]

    def price(self, scenarios: Sequence[Scenario], as_of: date | None = None) -> tuple[PricedScenario, ...]:
        """Return the scenarios with every recorder settled, dated, and with prices.

        as_of: the day whose list prices are used, in place of the one that was given.

        Raises:
            BadInputError: what could not be settled, and every problem of the price books.
            UsageError: no price was known on that day.
        """
        around = self.around
        as_of = as_of or around.as_of
        settled = settle_each(scenarios, around.account, around.region, self.estate_of)
        if around.months is not None:
            settled = tuple(replace(s, settings=replace(s.settings, months=around.months)) for s in settled)
        settled = tuple(_dated(one, as_of, around.start, around.start_otherwise) for one in settled)
        listed = prices_of(settled, around.prices, as_of, around.pricing)
        return tuple(PricedScenario(scenario, prices) for scenario, prices in zip(settled, listed, strict=True))


def _dated(scenario: Scenario, as_of: date | None, start: date | None, otherwise: date | None) -> Scenario:
    """Return a scenario whose months have the dates that were asked for, which go before its own."""
    own = scenario.settings.start if as_of is None else None
    first = start or own or otherwise
    first = first.replace(day=1) if first else None
    return replace(scenario, settings=replace(scenario.settings, as_of=as_of, start=first))
