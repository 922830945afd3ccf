"""S3 server access logs → ``Volumes``: the data events that requests on buckets make, before anything records them.

    found = find_access_logs(["access/"])
    counted = count_access_logs(found, plan, account="111122223333", region="eu-west-1")

Lines are taken apart by one expression over bytes and grouped by equal facts; each group is judged once.  Keys and
session names are asked about while reading, and forgotten.
``lines = counted + set aside + unreadable``, always.
"""

from costplan.inputs.volumes.access_logs.counting import (
    FoundLogs,
    count_access_logs,
    find_access_logs,
    reading_job,
)
from costplan.inputs.volumes.access_logs.sampled import SampledAccessLogs

__all__ = ["FoundLogs", "SampledAccessLogs", "count_access_logs", "find_access_logs", "reading_job"]
