"""Trails and event data stores of CloudFormation templates, and of the assemblies that the AWS CDK writes."""

from collections.abc import Sequence
from pathlib import Path

from costplan.inputs.configs.cloudformation import (
    Deployed,
    declared_resources,
    exported_values,
    joined,
    parameter_names,
    read_assembly,
)
from costplan.inputs.configs.config_format import Configuration, Given, ReadFrom
from costplan.inputs.configs.declared import DeclaredResource
from costplan.inputs.configs.declared_recorders import declared_recorders
from costplan.inputs.configs.fields import did_you_mean
from costplan.inputs.documents import Document
from costplan.model.problems import Location, Problem
from costplan.model.recorders import Recorder

_PSEUDO = "AWS::"


def read_templates(documents: Sequence[Document], problems: list[Problem], _: ReadFrom, given: Given) -> Configuration:
    """Return what templates declare, each with those of the given parameters that it has."""
    recorders: list[Recorder] = []
    set_aside: list[Problem] = []
    names = [parameter_names(document) for document in documents]
    known = {name for several in names for name in several}
    for name in given.parameters:
        if name not in known and not name.startswith(_PSEUDO):
            hint = did_you_mean(name, sorted(known)) if known else "leave it out: no template has parameters"
            problems.append(Problem(Location("--parameter"), f'no template has a parameter "{name}"', hint))
    for document, own in zip(documents, names, strict=True):
        values = {name: value for name, value in given.parameters.items() if name in own or name.startswith(_PSEUDO)}
        told = _Told(document, problems)
        recorders += told.recorders(declared_resources(document, problems, values, told.notes), set_aside)
    return Configuration(tuple(recorders), tuple(set_aside))


def read_cdk(folder: Path, problems: list[Problem], given: Given) -> Configuration:
    """Return what the stacks of a CDK assembly declare; the given parameters go before those of the assembly.

    A stack may use the bucket or log group of another one.
    """
    set_aside: list[Problem] = []
    stacks: list[tuple[Deployed, _Told]] = []
    for stack in read_assembly(folder, problems):
        own = parameter_names(stack.document)
        values = stack.parameters | {
            name: value for name, value in given.parameters.items() if name in own or name.startswith(_PSEUDO)
        }
        told = _Told(stack.document, problems)
        resources = declared_resources(stack.document, problems, values, told.notes)
        exports = exported_values(stack.document, values)
        stacks.append((Deployed(stack.name, stack.account, stack.region, resources, exports), told))
    recorders: list[Recorder] = []
    for deployed, told in stacks:
        others = [other for other, _ in stacks if other is not deployed]
        recorders += told.recorders(joined(deployed, others), set_aside)
    return Configuration(tuple(recorders), tuple(set_aside))


class _Told:
    """What reading one template tells beside its recorders."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.notes: list[Problem] = []
        self._document, self._problems, self._before = document, problems, len(problems)

    def recorders(self, resources: Sequence[DeclaredResource], set_aside: list[Problem]) -> tuple[Recorder, ...]:
        """Return the recorders among *resources*; notes, or that there is none, go to *set_aside*."""
        recorders = declared_recorders(resources, self._problems)
        set_aside += self.notes
        if not recorders and not self.notes and len(self._problems) == self._before:
            hint = "a trail is an AWS::CloudTrail::Trail, a store an AWS::CloudTrail::EventDataStore"
            set_aside.append(self._document.problem((), "is a CloudFormation template that declares no trail", hint))
        return recorders
