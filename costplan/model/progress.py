"""How far a long piece of work has come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Files and stored bytes read so far, of all; records met so far, where they are counted.

    what: is counted in the place of files, such as calls.
    """

    files: int
    of_files: int
    bytes: int = 0
    of_bytes: int = 0
    records: int = 0
    what: str = "files"
