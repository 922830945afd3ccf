"""Sources of event volumes, one module each: whatever says how many events of which kind happen."""

from typing import NamedTuple


class VolumeSource(NamedTuple):
    """A way to learn event volumes.

    kind: ``source.kind`` in a volumes file.
    module: the module of this package that reads it; imported by whoever uses it.
    """

    kind: str
    module: str
    description: str


VOLUME_SOURCES = (
    VolumeSource("typed", "typed", "volumes that somebody typed, on the command line or in a file"),
    VolumeSource("cloudtrail-logs", "logs", "CloudTrail log files, counted"),
)
