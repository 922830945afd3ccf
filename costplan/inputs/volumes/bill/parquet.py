"""Bills in Parquet files, by way of DuckDB, which comes with ``costplan[bill]``."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from costplan.inputs.volumes.bill.columns import Columns, find_columns
from costplan.inputs.volumes.logs.gunzip import DamagedFileError

INSTALL = "pip install 'costplan[bill]'"
_BATCH = 10_000
# Nothing is fetched from elsewhere, whatever a file asks for.
_CONFIG = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
_GLOB = "*?[]"


def read_parquet(
    path: Path, count: Callable[[Iterator[Sequence[str]], Columns], None], find: Callable[..., Any] = __import__
) -> bool:
    """Have the rows of a file counted, in batches and only the columns needed; return whether the file is a bill.

    An amount is stored as a double; it is taken as the shortest decimal number that is the same double.
    find: imports a module.

    Raises:
        DamagedFileError: the file cannot be read, or nothing is installed that could.
    """
    try:
        duckdb = find("duckdb")
    except ImportError:
        raise DamagedFileError("reading Parquet files needs an extra package", INSTALL) from None
    if any(character in str(path) for character in _GLOB):
        raise DamagedFileError("DuckDB takes its name for a pattern", f"rename it without {_GLOB}")
    connection = duckdb.connect(config=_CONFIG)
    try:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
        header = [row[0] for row in described.fetchall()]
        columns = find_columns(header)
        if columns is None:
            return False
        used = columns.used
        chosen = ", ".join(f"COALESCE(CAST({_quoted(header[position])} AS VARCHAR), '')" for position in used)
        result = connection.execute(f"SELECT {chosen} FROM read_parquet(?)", [str(path)])
        count(_rows(result), _moved(columns, used))
    except duckdb.Error:
        raise DamagedFileError("it is no Parquet file that can be read", "take the file from AWS again") from None
    finally:
        connection.close()
    return True


def _rows(result: Any) -> Iterator[Sequence[str]]:
    while batch := result.fetchmany(_BATCH):
        yield from batch


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _moved(columns: Columns, used: Sequence[int]) -> Columns:
    """Return where everything stands in rows of the *used* columns alone."""
    moved = {position: number for number, position in enumerate(used)}
    places = {role: moved.get(position, len(used)) for role, position in columns.places.items()}
    return Columns(len(used), columns.is_forecast, **places)
