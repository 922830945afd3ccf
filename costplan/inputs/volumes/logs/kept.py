"""Counts kept in a folder, so that a long reading goes on after a break where it stopped.

One file holds one count, under a name made of everything that the count depends on.  Names of objects, their keys and
session names are in none of them.
"""

import hashlib
import io
import os
import pickle
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar

from costplan.model.problems import BadInputError, Location, Problem

_ENDING = ".count"
_OTHERS = frozenset({("collections", "Counter"), ("collections", "defaultdict"), ("builtins", "set")})

Count = TypeVar("Count")


@dataclass(frozen=True, slots=True)
class KeptCounts(Generic[Count]):
    """A folder of counts of one type.

    modules: the beginnings of the names of modules whose value types such counts are made of.
    """

    folder: Path
    type: type[Count]
    modules: tuple[str, ...]

    def has(self, facts: object) -> bool:
        """Whether something is kept under *facts*, which are all that a count depends on, the same in every process."""
        return self._path(facts).exists()

    def find(self, facts: object) -> Count | None:
        """Return the count under *facts*; nothing if there is none, or it cannot be understood."""
        try:
            data = self._path(facts).read_bytes()
        except OSError:
            return None
        digest, body = data[:32], data[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        try:
            count = _OwnTypesOnly(io.BytesIO(body), self.modules).load()
        except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
            return None
        return count if isinstance(count, self.type) else None

    def keep(self, facts: object, count: Count) -> None:
        """Keep a count.

        Raises:
            BadInputError: the folder cannot be written to.
        """
        body = pickle.dumps(count, protocol=5)
        path = self._path(facts)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_bytes(hashlib.sha256(body).digest() + body)
            part.replace(path)
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            raise BadInputError(
                [Problem(Location(str(self.folder)), what, "name another folder with --state")]
            ) from None

    def _path(self, facts: object) -> Path:
        text = repr((version("costplan"), facts))
        return self.folder / (hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest() + _ENDING)


class _OwnTypesOnly(pickle.Unpickler):
    """Makes only our own value types: whoever can write into the folder must not be able to run a command."""

    def __init__(self, file: io.BytesIO, modules: tuple[str, ...]) -> None:
        super().__init__(file)
        self._modules = modules

    def find_class(self, module: str, name: str) -> Any:
        """Return a type, if it is one of those that counts are made of."""
        if (module, name) in _OTHERS or (module.startswith(self._modules) and "." not in name):
            # All of them are imported by now.
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a count")
