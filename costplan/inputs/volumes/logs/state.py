"""What log files were counted already: the counts of units, kept in a folder (see ``kept``)."""

from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.volumes.logs.catalog import Unit
from costplan.inputs.volumes.logs.kept import KeptCounts
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.model.volumes import CountPlan

_FORM = 2
"""Of the counters; a count in another form is made again."""

_OURS = ("costplan.inputs.volumes.logs.", "costplan.model.")


@dataclass(frozen=True, slots=True)
class State:
    """A folder of counts.

    plan: by which records are read.
    """

    folder: Path
    plan: CountPlan
    merges_copies: bool = True

    def has(self, unit: Unit) -> bool:
        """Whether something is kept of a unit."""
        return self._kept.has(self._facts(unit))

    def find(self, unit: Unit) -> UnitCount | None:
        """Return what a unit came to before; nothing if it was never read to its end, or cannot be understood."""
        return self._kept.find(self._facts(unit))

    def keep(self, unit: Unit, count: UnitCount) -> None:
        """Keep what a unit came to.

        Raises:
            BadInputError: the folder cannot be written to.
        """
        self._kept.keep(self._facts(unit), count)

    @property
    def _kept(self) -> KeptCounts[UnitCount]:
        return KeptCounts(self.folder, UnitCount, _OURS)

    def _facts(self, unit: Unit) -> object:
        return (
            _FORM,
            facts_of_plan(self.plan),
            self.merges_copies,
            unit.place,
            unit.slots,
            unit.stretch,
            unit.follows,
            unit.goes_on,
            # A listing may come in another order next time.
            [(entry.name, entry.size) for entry in unit.entries()],
        )


def facts_of_plan(plan: CountPlan) -> object:
    """Return what of a plan a count depends on, the same in every process."""
    conditions = [(c.field.value, c.operator.value, c.value) for c in plan.conditions]
    return sorted(plan.fields), conditions, plan.counts_bytes
