"""Scenarios as they were at a revision of a git repository."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from costplan.inputs.revisions import Tree, tree_of
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder
from costplan.model.scenario import Scenario
from costplan.workflows.prepared import Preparation


def read_revision(
    preparation: Preparation, revision: str, paths: Sequence[Path], problems: list[Problem]
) -> tuple[Scenario, ...]:
    """Return what the paths held at a revision; one that was not there held nothing.  Problems go to *problems*."""
    with tree_of(revision, paths) as tree:
        there = [where for path in paths if (where := tree.at(path)).exists()]
        if not there:
            names = ", ".join(map(str, paths))
            preparation.warnings.append(f"{names}: not there at {revision}, so everything is new")
            return ()
        try:
            read = preparation.read(there)
        except BadInputError as error:
            problems += (
                Problem(_relocated(p.where, tree), tree.renamed(p.what), tree.renamed(p.hint)) for p in error.problems
            )
            return ()
        called = {str(tree.at(path)): str(path) for path in paths}
        return tuple(_of_tree(scenario, tree, called) for scenario in read)


def _of_tree(scenario: Scenario, tree: Tree, called: Mapping[str, str]) -> Scenario:
    """Return a scenario that calls its files as git does: where they are laid out, they are soon gone.

    called: where a path is laid out → as it is written, after which a configuration is named on both sides.
    """
    return replace(
        scenario,
        name=called.get(scenario.name, scenario.name),
        where=None if scenario.where is None else _relocated(scenario.where, tree),
        recorders=tuple(_recorder_of_tree(recorder, tree) for recorder in scenario.recorders),
        notes=tuple(map(tree.renamed, scenario.notes)),
    )


def _recorder_of_tree(recorder: Recorder, tree: Tree) -> Recorder:
    selectors: Any = recorder.selectors
    if selectors is not None:
        selectors = tuple(replace(one, where=one.where and _relocated(one.where, tree)) for one in selectors)
    where = recorder.where and _relocated(recorder.where, tree)
    return replace(recorder, where=where, selectors=selectors)


def _relocated(where: Location, tree: Tree) -> Location:
    return replace(where, path=tree.renamed(where.path))
