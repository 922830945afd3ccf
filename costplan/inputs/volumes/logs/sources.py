"""Where log files lie: the one interface behind folders, archives and buckets.

A source says which objects there are, with their sizes, and gives their stored bytes.  What is inside them, whose they
are and what their names mean is not its business.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from costplan.inputs.volumes.logs.gunzip import DamagedFileError


class Stored(NamedTuple):
    """One object of a folder: its name without the folder, and its stored (compressed) bytes."""

    name: str
    size: int


class Folder(NamedTuple):
    """Some objects that lie beside each other; one folder may come in several parts.

    path: what stands before every name, separator included, so that ``path + name`` is how people call the object and
    how the source reads it: ``logs/AWSLogs/…/05/`` or ``s3://bucket/AWSLogs/…/05/``.
    """

    path: str
    objects: Sequence[Stored]


class Source(Protocol):
    """A place with log files.

    It must survive pickling: worker processes read from copies of their own.
    """

    def folders(self) -> Iterator[Folder]:
        """Yield every object that may be a log file, in any order.

        Raises:
            BadInputError: the source cannot be listed at all.
        """
        ...

    def read(self, names: Sequence[str]) -> Iterator[bytes | DamagedFileError]:
        """Yield the stored bytes of each of *names* in their order, or why it cannot be read.

        Objects are fetched ahead of their turn where that saves time, but only so many that memory stays bounded.

        Raises:
            BadInputError: nothing more can be read at all: the credentials have expired, say.
        """
        ...
