"""Trails and event data stores of the plans and states that Terraform and OpenTofu write as JSON."""

from collections.abc import Sequence

from costplan.inputs.configs.config_format import Configuration, Given, ReadFrom
from costplan.inputs.configs.declared_recorders import declared_recorders
from costplan.inputs.configs.terraform import declared_resources, forgotten_addresses
from costplan.inputs.documents import Document
from costplan.model.problems import Problem
from costplan.model.recorders import Recorder


def read_plans(documents: Sequence[Document], problems: list[Problem], _: ReadFrom, __: Given) -> Configuration:
    """Return what plans will have made and states hold, each by itself: addresses are unique in one of them only."""
    recorders: list[Recorder] = []
    set_aside: list[Problem] = []
    replaced: list[Recorder] = []
    past: list[Problem] = []
    for document in documents:
        notes: list[Problem] = []
        before = len(problems)
        found = declared_recorders(declared_resources(document, problems, notes), problems)
        recorders += found
        # What is wrong with the plan has been told, and what is wrong with the past concerns comparisons only.
        # What is forgotten goes on recording, so nothing takes its place.
        kept = forgotten_addresses(document.value) if isinstance(document.value, dict) else frozenset()
        there = (one for one in declared_resources(document, past, is_before=True) if one.name not in kept)
        replaced += declared_recorders(tuple(there), past)
        set_aside += notes
        if not found and not notes and len(problems) == before:
            hint = "a trail is an aws_cloudtrail, a store an aws_cloudtrail_event_data_store"
            set_aside.append(document.problem((), "is a Terraform plan or state without a trail", hint))
    is_plan = any(isinstance(d.value, dict) and "resource_changes" in d.value for d in documents)
    return Configuration(tuple(recorders), tuple(set_aside), tuple(replaced), is_plan, tuple(past))
