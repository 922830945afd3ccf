"""Trails and event data stores of CloudFormation templates, and of the assemblies that the AWS CDK writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from costplan.inputs.configs.cloudformation import (
    declared_resources,
    is_cloudformation,
    parameter_names,
    read_assembly,
)
from costplan.inputs.configs.config_format import ConfigFormat, Configuration, Given, ReadFrom
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
        recorders += _read(document, values, problems, set_aside)
    return Configuration(tuple(recorders), tuple(set_aside))


def read_cdk(folder: Path, problems: list[Problem], given: Given) -> Configuration:
    """Return what the stacks of a CDK assembly declare; the given parameters go before those of the assembly."""
    recorders: list[Recorder] = []
    set_aside: list[Problem] = []
    for stack in read_assembly(folder, problems):
        own = parameter_names(stack.document)
        values = stack.parameters | {
            name: value for name, value in given.parameters.items() if name in own or name.startswith(_PSEUDO)
        }
        recorders += _read(stack.document, values, problems, set_aside)
    return Configuration(tuple(recorders), tuple(set_aside))


def _read(
    document: Document, parameters: Mapping[str, str], problems: list[Problem], set_aside: list[Problem]
) -> tuple[Recorder, ...]:
    notes: list[Problem] = []
    before = len(problems)
    recorders = declared_recorders(declared_resources(document, problems, parameters, notes), problems)
    set_aside += notes
    if not recorders and not notes and len(problems) == before:
        hint = "a trail is an AWS::CloudTrail::Trail, a store an AWS::CloudTrail::EventDataStore"
        set_aside.append(document.problem((), "is a CloudFormation template that declares no trail", hint))
    return recorders


CLOUDFORMATION = ConfigFormat(
    "cloudformation",
    "CloudFormation templates, JSON or YAML, also those of SAM and the AWS CDK; the folder cdk.out",
    is_cloudformation,
    read_templates,
)
