"""The file formats by name, for ``costplan schema`` and for editors."""

from typing import Any, NamedTuple

from costplan.inputs.allowances import AllowancesFile
from costplan.inputs.measuring import MeasuringFile
from costplan.inputs.price_book import PriceBookFile
from costplan.inputs.price_overrides import OverridesFile
from costplan.inputs.prices import RegionsFile
from costplan.inputs.project import ProjectShape
from costplan.inputs.scenarios import ScenarioFile
from costplan.inputs.shapes import json_schema, suggest
from costplan.inputs.volumes.changes import ChangesFile
from costplan.inputs.volumes.volumes_shape import VolumesFile
from costplan.model.problems import UsageError


class Schema(NamedTuple):
    """A file format: the name ``costplan schema`` knows it by, and its declaration."""

    name: str
    shape: type
    description: str


SCHEMAS = (
    Schema("scenario", ScenarioFile, "a scenario: recorders and volumes under one name"),
    Schema("volumes", VolumesFile, "event volumes (costplan.volumes/1)"),
    Schema("price-book", PriceBookFile, "the list prices of one service in one Region"),
    Schema("overrides", OverridesFile, "prices of your own, in place of list prices"),
    Schema("project", ProjectShape, "costplan.yaml: what holds for everything in a folder"),
    Schema("regions", RegionsFile, "the partitions and Regions of AWS"),
    Schema("allowances", AllowancesFile, "what AWS does not charge for in a month"),
    Schema("measuring", MeasuringFile, "what AWS charges for finding volumes out"),
    Schema("changes", ChangesFile, "what would be different: changes for costplan volumes what-if"),
)


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file format.

    It tells good shape from bad; what only the readers can tell (dates that do not exist, contradictions) passes.

    Raises:
        UsageError: no format has that name.
    """
    for known in SCHEMAS:
        if known.name == name:
            return json_schema(known.shape, f"costplan: {known.description}")
    names = [known.name for known in SCHEMAS]
    close = suggest(name, names)
    hint = f'did you mean "{close}"?' if close else "known: " + ", ".join(names)
    raise UsageError(f"no schema is called {name} — {hint}")
