"""A sample of log files: drawn clusters read, and volumes made of what their expansion says.

What is drawn, and how it is expanded, is decided by whoever calls: this module reads, and knows what the listing says
of everything that was not drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from costplan.inputs.volumes.logs.catalog import Place, Survey
from costplan.inputs.volumes.logs.counting import Found, LogCount, log_count
from costplan.inputs.volumes.logs.period import Span, weekday_of
from costplan.inputs.volumes.logs.state import State
from costplan.inputs.volumes.logs.statistics import FileTally
from costplan.inputs.volumes.logs.tally import Tally, counted_plan, summed_by_key
from costplan.inputs.volumes.logs.unit_count import KeyTally, UnitCount
from costplan.inputs.volumes.logs.workers import Job, Stop, read_units
from costplan.model.events import EventKey
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.problems import Problem
from costplan.model.progress import Progress
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Estimated, Sampling, VolumeRow


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cluster to read: the events that happened in *stretch*, in the objects delivered in *read*."""

    place: Place
    stretch: Span
    read: Span


class SampledLogs:
    """The logs of a listing of which only a sample is read.

    surveys: what the listing says of each place with names of CloudTrail's.
    """

    def __init__(self, found: Found, plan: CountPlan) -> None:
        self._found = found
        self._plan = plan
        self.surveys: tuple[Survey, ...] = tuple(s for s in found.catalog.surveys() if s.slots)
        self._spans = self._listed(Tally(plan)).spans()

    def _listed(self, tally: Tally) -> Tally:
        """Put what the listing says into a tally: the observed period is that of all objects, read or not."""
        total = tally.total
        total.occupied.clear()
        total.met.clear()
        for survey in self.surveys:
            total.occupied[survey.place] = survey.occupied
            total.met.add(survey.place)
            if survey.organization is not None:
                total.organizations[survey.place[0]] = survey.organization
        return tally

    def read(
        self,
        drawn: Sequence[Drawn],
        workers: int = 1,
        progress: Callable[[Progress], None] | None = None,
        state_folder: Path | None = None,
    ) -> "SampleCount":
        """Read the drawn clusters.

        state_folder: where counts are kept, so that the same reading goes on there after a break.

        Raises:
            KeyboardInterrupt: the reading was interrupted: half of a sample is none.
        """
        catalog = self._found.catalog
        units = [catalog.cluster(cluster.place, cluster.stretch, cluster.read) for cluster in drawn]
        objects, stored = sum(unit.objects for unit in units), sum(unit.bytes for unit in units)
        job = Job(counted_plan(self._plan), self._found.sources, self._found.named)
        state = State(state_folder, job.plan) if state_folder is not None else None
        tally = Tally(self._plan)
        done = tally.total

        def note(count: UnitCount) -> None:
            if progress is not None:
                files, size = done.objects + count.objects, done.bytes_read + count.bytes_read
                progress(Progress(files, objects, size, stored, done.records_met + count.records_met))

        counted: list[dict[EventKey, float]] = []
        with Stop() as stop:
            for unit, count in read_units(job, units, workers, note, stop, state):
                counted.append(self._monthly(unit.place, drawn[len(counted)].stretch, count))
                tally.add(unit.place, count)
        if len(counted) < len(units) or done.objects < objects:
            raise KeyboardInterrupt
        return SampleCount(tally, tuple(counted), objects, stored)

    def _monthly(self, place: Place, stretch: Span, count: UnitCount) -> dict[EventKey, float]:
        """Return the events of one cluster, each counted as often as its weekday stands for in a month."""
        expansion = self._spans[place].expansion()
        factor = Fraction(expansion.weights[weekday_of(stretch.start)], expansion.denominator)
        return {key: float(sum(counters.by_weekday) * factor) for key, counters in summed_by_key(count, self._plan)}

    def volumes(
        self,
        sample: "SampleCount",
        expanded: Mapping[EventKey, Estimated],
        sampling: Sampling,
        recorded_by: tuple[Recorder, ...] = (),
    ) -> LogCount:
        """Return the volumes that an expanded sample comes to."""
        tally, found = self._listed(sample.tally), self._found
        done = tally.total
        read_files = dict(done.by_files)
        done.by_files.clear()
        for survey in self.surveys:
            for kind, listed in survey.files.items():
                where = (*survey.place, kind)
                listed.learn_from(read_files.get(where, FileTally()))
                done.by_files[where] = listed
        with exact_arithmetic():
            rows = tuple(
                _row(key, counters, expanded[key], sampling, self._plan)
                for key, counters in summed_by_key(done, self._plan)
            )
        volumes, notices = tally.volumes(recorded_by, found.where, rows=rows, sampling=sampling)
        problems = [*done.problems, *notices, *found.not_told(), *self._left_out()]
        return log_count(found.ignored, done, volumes, problems)

    def _left_out(self) -> list[Problem]:
        objects, size = self._found.catalog.nameless
        if not objects:
            return []
        what = f"{objects:,} files of {size:,} bytes have no name of CloudTrail's: no sample is drawn from them"
        return [Problem(self._found.where, what, "read them without --sample")]


@dataclass(frozen=True, slots=True)
class SampleCount:
    """What was read of a sample.

    monthly: of each drawn cluster, its events by key, each counted as often as its weekday stands for in a month.
    objects, bytes: what was read, looks past the edges of clusters included.
    """

    tally: Tally
    monthly: tuple[dict[EventKey, float], ...]
    objects: int
    bytes: int


def sampled_quantity(expanded: Estimated, sampling: Sampling) -> Quantity:
    """Return the figure of a population that a sample was expanded to; what was seen is there."""
    counted = round_once(Decimal.from_float(expanded.counted))
    # A calibrated weight may be a little below one.
    point = max(counted, round_once(Decimal.from_float(expanded.point)))
    replicates = Replicates(sampling.design_id, float(sampling.factor), expanded.deviations)
    return Quantity.sampled(point, replicates, counted=counted)


def _row(key: EventKey, counters: KeyTally, expanded: Estimated, sampling: Sampling, plan: CountPlan) -> VolumeRow:
    return VolumeRow(
        key,
        sampled_quantity(expanded, sampling),
        sum(counters.by_weekday),
        counters.raw_bytes if plan.counts_bytes else None,
        counters.oversize,
    )
