"""Trails and event data stores of the plans and states that Terraform and OpenTofu write as JSON."""

from collections.abc import Sequence

from costplan.inputs.configs.config_format import Configuration, Given, ReadFrom
from costplan.inputs.configs.declared import DeclaredResource
from costplan.inputs.configs.declared_recorders import declared_recorders, is_recorder
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
        after = declared_resources(document, problems, notes)
        found = declared_recorders(after, problems)
        recorders += found
        # What is wrong with the plan has been told, and what is wrong with the past concerns comparisons only.
        # What is forgotten goes on recording, so nothing takes its place.
        kept = forgotten_addresses(document.value) if isinstance(document.value, dict) else frozenset()
        there = tuple(one for one in declared_resources(document, past, is_before=True) if one.name not in kept)
        replaced += declared_recorders(there, past, _untouched(there, after, found))
        set_aside += notes
        if not found and not notes and len(problems) == before:
            hint = "a trail is an aws_cloudtrail, a store an aws_cloudtrail_event_data_store"
            set_aside.append(document.problem((), "is a Terraform plan or state without a trail", hint))
    is_plan = any(isinstance(d.value, dict) and "resource_changes" in d.value for d in documents)
    return Configuration(tuple(recorders), tuple(set_aside), tuple(replaced), is_plan, tuple(past))


def _untouched(
    before: Sequence[DeclaredResource], after: Sequence[DeclaredResource], recorders: Sequence[Recorder]
) -> dict[str, Recorder]:
    """Return the recorders that a plan leaves as they are, by their resources: most of a large one's.

    recorders: those of *after*.  What a recorder is hangs on other resources too, so none is left as it is where one of
    those changes.  What is not known yet is no reason: before, everything is known.
    """
    beside = [[one for one in side if not is_recorder(one)] for side in (before, after)]
    if beside[0] != beside[1]:
        return {}
    there = {one.name: one for one in before if is_recorder(one)}
    found = {}
    for one, recorder in zip(filter(is_recorder, after), recorders, strict=True):
        was = there.get(one.name)
        if was == one and _is_on_one_line(was, one):
            found[one.name] = recorder
    return found


def _is_on_one_line(one: DeclaredResource, other: DeclaredResource) -> bool:
    # As Terraform writes plans; in others, what is said of the past has lines of its own.
    return one.document.line(one.at) == other.document.line(other.at)
