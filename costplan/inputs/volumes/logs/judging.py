"""Says of records what they are: one of each group is interpreted, the others share its judgement."""

from collections.abc import Hashable
from typing import Any

from costplan.inputs.volumes.logs.decoding import RecordDecoder, as_builtins
from costplan.inputs.volumes.logs.records import Reading, UnreadableRecordError, read_record
from costplan.inputs.volumes.logs.scanning import Kind
from costplan.model.events import EventCategory
from costplan.model.volumes import CountPlan

MOST_JUDGED = 400_000
"""Groups of records after whose number the judgements are forgotten and made again."""

Judgement = Reading | UnreadableRecordError | EventCategory
"""What a record is: countable as that, not countable for that reason, or set aside as one of that category."""

_SET_ASIDE_CATEGORIES = (EventCategory.INSIGHT, EventCategory.AGGREGATED)


class Judge:
    """Judges the records of all units of a process."""

    def __init__(self, plan: CountPlan, *, merges_copies: bool = True) -> None:
        self.plan = plan
        self.decoder = RecordDecoder(plan, with_ids=merges_copies)
        self._known: dict[Hashable, Judgement] = {}
        self._readings: dict[Reading, Reading] = {}

    def judge_group(self, group: Hashable, record: Any, file_account: str | None) -> Judgement:
        """Return what a decoded record is, or a kind of records.

        It is judged by what the fast path decoded, so the judgement cannot rest on a field that others of the group
        may have otherwise.
        """
        known = self._known.get(group)
        if known is None:
            if len(self._known) >= MOST_JUDGED:
                self._known.clear()
                self._readings.clear()
            decoded = record.record if record.__class__ is Kind else record
            known = self._known[group] = self.judge(as_builtins(decoded), file_account)
        return known

    def judge(self, record: Any, file_account: str | None) -> Judgement:
        """Return what a record is."""
        try:
            reading = read_record(record, self.plan, file_account)
        except UnreadableRecordError as error:
            return error
        if reading.key.category in _SET_ASIDE_CATEGORIES:
            return reading.key.category
        # One object for all that are equal, so that each is hashed and compared only once.
        return self._readings.setdefault(reading, reading)
