"""What zip and tar archives have in common: members, each described at a position, and where they break off."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple, Protocol

from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError

COPY_AGAIN = "copy the archive again"
UNPACK_IT = "unpack the archive, and name the folder"

# They would move the cursor of whoever reads a message, or end a name where others go on.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Member(NamedTuple):
    """One member of an archive; folders are none.

    name: made plain by ``plain_name``.
    size: bytes it unpacks to; stored_bytes: bytes it takes in the archive.
    position: where the archive describes it.
    is_file: whether it is an ordinary file, not a link or a device.
    """

    name: str
    size: int
    stored_bytes: int
    position: int
    is_file: bool


class Break(NamedTuple):
    """Why some members of an archive, or all, cannot be told, what to do, and how many bytes that leaves out."""

    what: str
    hint: str
    lost_bytes: int = 0


class BrokenArchiveError(Exception):
    """An archive of which no more can be told."""

    def __init__(self, broken: Break) -> None:
        self.broken = broken
        super().__init__(broken.what)


class Layout(Protocol):
    """How the bytes of an archive are laid out."""

    def members(self) -> Iterator[Member]:
        """Yield the members in the order of their positions.

        Raises:
            BrokenArchiveError: after the last member that can be told.
        """
        ...

    def member_at(self, position: int) -> Member:
        """Return the member described at *position*.

        Raises:
            BrokenArchiveError: none is.
        """
        ...

    def read(self, position: int) -> bytes | bytearray:
        """Return the unpacked bytes of the member described at *position*.

        Raises:
            DamagedFileError: they cannot be read.
            BrokenArchiveError: no member is described there.
        """
        ...


class MemberIndex:
    """Where each member is described, by name: 16 bytes for each, so that a million of them fit into memory.

    Of several members of one name the last counts: it is the one that unpacking leaves.
    """

    def __init__(self) -> None:
        self._keys, self._positions = array("Q"), array("Q")

    def add(self, name: str, position: int) -> None:
        """Note a member; ``seal`` comes after the last one."""
        self._keys.append(_key(name))
        self._positions.append(position)

    def seal(self) -> int:
        """Make the members findable, and return how many were replaced by later ones of their name."""
        keys, positions = array("Q"), array("Q")
        added = len(self._keys)
        for at in sorted(range(added), key=self._keys.__getitem__):
            if keys and keys[-1] == self._keys[at]:
                positions[-1] = self._positions[at]
            else:
                keys.append(self._keys[at])
                positions.append(self._positions[at])
        self._keys, self._positions = keys, positions
        return added - len(keys)

    def find(self, name: str) -> int | None:
        """Return the position of a member."""
        key = _key(name)
        at = bisect_right(self._keys, key) - 1
        return self._positions[at] if at >= 0 and self._keys[at] == key else None

    def positions(self) -> list[int]:
        """Return the positions of all members, in the order of the archive."""
        return sorted(self._positions)

    def __len__(self) -> int:
        return len(self._keys)


def _key(name: str) -> int:
    # 64 bits of a digest: of a million names two would meet once in 37 million archives.
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def plain_name(name: str) -> str:
    """Return the name of a member as one relative path, with escapes for controls.

    Absolute names and ``..`` do no harm: no file is ever written under them.

    >>> plain_name("./AWSLogs//111122223333/a.json")
    'AWSLogs/111122223333/a.json'
    """
    if _CONTROLS.search(name):
        name = _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", name)
    return "/".join([part for part in name.split("/") if part not in ("", ".")])


def too_large() -> DamagedFileError:
    """Return what is told of a member that is too large to be a log file, packed or unpacked."""
    return DamagedFileError(
        f"larger than {MAX_RAW_BYTES // 2**20} MiB",
        "CloudTrail's own files hold at most 50 MB; split it if it is a merge of many",
    )
