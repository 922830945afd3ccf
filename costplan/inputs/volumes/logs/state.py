"""What was counted already, kept in a folder, so that a long reading goes on after a break where it stopped.

One file holds the count of one unit, under a name made of everything the count depends on: the objects and their sizes,
what is kept of each record, and the version of the program.  Object keys and session names are in none of them.
"""

import hashlib
import io
import os
import pickle
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from costplan.inputs.volumes.logs.catalog import Unit
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.volumes import CountPlan

_FORM = 2
"""Of the counters; a count in another form is made again."""

_ENDING = ".count"
_OURS = ("costplan.inputs.volumes.logs.", "costplan.model.")
_OTHERS = frozenset({("collections", "Counter"), ("collections", "defaultdict"), ("builtins", "set")})


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
        return self._path(unit).exists()

    def find(self, unit: Unit) -> UnitCount | None:
        """Return what a unit came to before; nothing if it was never read to its end, or cannot be understood."""
        try:
            data = self._path(unit).read_bytes()
        except OSError:
            return None
        digest, body = data[:32], data[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        try:
            count = _OwnTypesOnly(io.BytesIO(body)).load()
        except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
            return None
        return count if isinstance(count, UnitCount) else None

    def keep(self, unit: Unit, count: UnitCount) -> None:
        """Keep what a unit came to.

        Raises:
            BadInputError: the folder cannot be written to.
        """
        body = pickle.dumps(count, protocol=5)
        path = self._path(unit)
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

    def _path(self, unit: Unit) -> Path:
        conditions = [(c.field.value, c.operator.value, c.value) for c in self.plan.conditions]
        facts = (
            _FORM,
            version("costplan"),
            sorted(self.plan.fields),
            conditions,
            self.plan.counts_bytes,
            self.merges_copies,
            unit.place,
            unit.slots,
            unit.stretch,
            unit.follows,
            unit.goes_on,
            # A listing may come in another order next time.
            [(entry.name, entry.size) for entry in unit.entries()],
        )
        return self.folder / (hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest() + _ENDING)


class _OwnTypesOnly(pickle.Unpickler):
    """Makes only our own value types: whoever can write into the folder must not be able to run a command."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a type, if it is one of those that counts are made of."""
        if (module, name) in _OTHERS or (module.startswith(_OURS) and "." not in name):
            # All of them are imported by now.
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a count")
