"""A bucket as a source of log files.  Nothing is ever written to it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Self

from costplan.inputs.volumes.logs.buckets.addresses import parse_address
from costplan.inputs.volumes.logs.buckets.asks import Ask, Level
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING, Choice
from costplan.inputs.volumes.logs.buckets.connection import Access, Connection
from costplan.inputs.volumes.logs.buckets.fetching import fetch_in_order
from costplan.inputs.volumes.logs.buckets.layout import first_ask
from costplan.inputs.volumes.logs.buckets.listing import Listed, list_folders
from costplan.inputs.volumes.logs.folders import is_log_name
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.sources import Folder
from costplan.model.looking import Encryption, Look
from costplan.model.problems import BadInputError, Location, Problem


class Bucket:
    """The log files below ``s3://bucket/prefix``, at whatever depth of CloudTrail's layout the prefix is.

    Copies in other processes make connections of their own.  ``close`` ends those of this process; a bucket that was
    closed can be used again.

    is_wanted: for logs that are not CloudTrail's, whether an object may be one, by its name without folders; everything
        below the prefix is then listed.
    listed: what the latest ``folders`` found.

    Raises:
        BadInputError: *address* is no address of a bucket.
    """

    def __init__(
        self,
        address: str,
        choice: Choice = EVERYTHING,
        access: Access | None = None,
        is_wanted: Callable[[str], bool] = is_log_name,
    ) -> None:
        self.address = parse_address(address, is_wanted)
        self._is_wanted = is_wanted
        self.choice = choice
        self.access = access or Access()
        self.listed = Listed()
        self._connection = Connection(self.address, self.access)

    def __repr__(self) -> str:
        return f"Bucket({str(self.address)!r})"

    def __str__(self) -> str:
        return str(self.address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections of this process."""
        self._connection.close()

    # ---- the source ----

    def folders(self, today: date | None = None) -> Iterator[Folder]:
        """Yield every log file that was chosen, with its size, as the listing goes on.

        Folders of digests, Insights and aggregated events are neither listed nor counted.

        today: where the days of a Region are taken to end, to cut long listings; later files are found all the same.

        Raises:
            BadInputError: the bucket cannot be listed.
        """
        self.listed = Listed()
        ask = self._first_ask()
        if ask is None:
            return
        self._connection.prepare()
        today = today or datetime.now(UTC).date()
        yield from list_folders(
            ask,
            self._connection.list_page,
            self.address,
            self.choice,
            today,
            self.access.threads,
            self.listed,
            self._is_wanted,
        )

    def _first_ask(self) -> Ask | None:
        if self._is_wanted is not is_log_name:
            return Ask(Level.FLAT, self.address.prefix)
        if self.address.is_object:
            return Ask(Level.ANYTHING, self.address.prefix)
        try:
            return first_ask(self.address.prefix, self.choice)
        except ValueError as error:
            what = f"{error} holds no events"
            problem = Problem(Location(str(self.address)), what, "name the folder CloudTrail beside it")
            raise BadInputError([problem]) from None

    def read(self, names: Sequence[str]) -> Iterator[bytes | DamagedFileError]:
        """Yield the stored bytes of each of *names* (``s3://bucket/key``) in their order, or why they cannot be read.

        Raises:
            BadInputError: nothing more can be read.
        """
        self._connection.prepare()
        yield from fetch_in_order(names, self._fetch, self.access.threads)

    def _fetch(self, name: str, admit: Callable[[int], None], stopped: threading.Event) -> bytes | DamagedFileError:
        return self._connection.read(self.address.key_of(name), admit, stopped)

    # ---- what looking asks for ----

    def look(self, sample: str | None = None, objects: int | None = None, stored_bytes: int | None = None) -> Look:
        """Return what reading asks of AWS, after listing: two requests tell the Region and the encryption.

        sample: the name of one of the objects; the others are taken to be encrypted as it is.
        objects, stored_bytes: what will be read; all that was listed unless said.

        Raises:
            BadInputError: the bucket cannot be asked.
        """
        self._connection.prepare()
        encryption = Encryption.UNKNOWN if sample is None else self._connection.encryption(self.address.key_of(sample))
        return Look(
            region=self._connection.region(),
            objects=self.listed.objects if objects is None else objects,
            stored_bytes=self.listed.stored_bytes if stored_bytes is None else stored_bytes,
            listed_objects=self.listed.objects,
            list_requests=self.listed.requests,
            head_requests=1 if sample is None else 2,
            encryption=encryption,
            other_classes=self.listed.other_classes,
        )
