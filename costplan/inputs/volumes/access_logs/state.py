"""What access logs were counted already: the counts of batches, kept in a folder (see ``logs.kept``)."""

from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.listing import Batch
from costplan.inputs.volumes.access_logs.reading import Job
from costplan.inputs.volumes.logs.folders import LocalFiles
from costplan.inputs.volumes.logs.kept import KeptCounts
from costplan.inputs.volumes.logs.state import facts_of_plan

_FORM = "access-logs 1"
"""Of the counters; a count in another form is made again."""

_OURS = ("costplan.inputs.volumes.access_logs.", "costplan.inputs.volumes.logs.", "costplan.model.")


@dataclass(frozen=True, slots=True)
class BatchState:
    """A folder of counts; job: by which lines are read."""

    folder: Path
    job: Job

    def find(self, batch: Batch) -> BatchCount | None:
        """Return what a batch came to before; nothing if it was never read to its end, or cannot be understood."""
        return self._kept.find(self._facts(batch))

    def keep(self, batch: Batch, count: BatchCount) -> None:
        """Keep what a batch came to.

        Raises:
            BadInputError: the folder cannot be written to.
        """
        self._kept.keep(self._facts(batch), count)

    @property
    def _kept(self) -> KeptCounts[BatchCount]:
        return KeptCounts(self.folder, BatchCount, _OURS)

    def _facts(self, batch: Batch) -> object:
        job = self.job
        sources = ["" if isinstance(source, LocalFiles) else str(source) for source in job.sources]
        entries = [(sources[one.source], one.path, one.size, one.path in job.named) for one in batch.entries]
        return _FORM, facts_of_plan(job.plan), job.account, job.region, job.counts_lifecycle, entries
