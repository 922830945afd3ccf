"""CloudTrail log files → ``Volumes``: exact counts of every event that a ``CountPlan`` can tell apart.

    found = count_logs(["logs/"], plan)
    found.volumes, found.problems

A file is read whole, decompressed whole, and its records are decoded only as far as the plan asks.  Records of equal
facts form a group; one record of each group is interpreted in full (``event_key``), the others are counted with it.
``records = counted + duplicates + unreadable``, always; what is set aside (digests, Insights, aggregated events,
notifications, other JSON) stands beside that sum.
"""

from costplan.inputs.volumes.logs.counting import LogCount, count_logs
from costplan.inputs.volumes.logs.records import UnreadableRecordError, event_key

__all__ = ["LogCount", "UnreadableRecordError", "count_logs", "event_key"]
