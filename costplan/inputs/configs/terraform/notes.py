"""What a plan or state says of CloudTrail that is not read as a resource, so that nobody takes it for nothing.

Nothing here is wrong: each is a reason why a trail that somebody expects is not among the resources.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from costplan.inputs.configs.terraform.addresses import Address, parse_address
from costplan.inputs.configs.terraform.configuration import Configuration
from costplan.inputs.configs.terraform.instances import MANAGED, Instance
from costplan.inputs.configs.terraform.parts import shorten
from costplan.inputs.documents import At, Document
from costplan.model.problems import Problem

_RECORDERS = frozenset({"aws_cloudtrail", "aws_cloudtrail_event_data_store"})
_OF_CLOUD_CONTROL = frozenset(
    {"awscc_cloudtrail_channel", "awscc_cloudtrail_event_data_store", "awscc_cloudtrail_trail"}
)
_MAKE_OTHERS = {
    "aws_cloudcontrolapi_resource": "type_name",
    "aws_cloudformation_stack": "template_body",
    "aws_cloudformation_stack_set": "template_body",
}
"""Resources that make resources of CloudFormation, and the argument that tells their types, where it is known."""

_STAYS = "give the answers of aws cloudtrail describe-trails if its cost counts"
_OF_CLOUDFORMATION = "AWS::CloudTrail::"


def notes_of(
    document: Document,
    instances: Collection[Instance],
    configuration: Configuration,
    relevant: Collection[str],
    *,
    is_before: bool,
) -> Iterator[Problem]:
    """Yield a note for whatever else may hold a trail, or holds one no longer; *relevant* are the types that are read.

    *instances* are those that are there, before the change or after it.  Faults of shape are told where the same parts
    are read; here they are passed over.
    """
    yield from () if is_before else _of_plan(document, relevant)
    yield from _of_changes(document, is_before=is_before)
    for one in instances:
        yield from _of_instance(document, one)
    yield from _without_instances(document, instances, configuration)


def _of_plan(document: Document, relevant: Collection[str]) -> Iterator[Problem]:
    value = document.value
    if value.get("complete") is False and value.get("errored") is not True:
        what = "is a plan of a part; what is outside of it is read as it was before"
        yield document.problem(("complete",), what, "plan without -target, and until nothing is put off")
    for at, address, entry in _entries(value, "deferred_changes"):
        if address.type in relevant and address.mode == MANAGED:
            what = f"the change of {shorten(entry['address'])} is put off to the next plan, so it is not read"
            yield document.problem(at, what, "apply this plan, plan again, and give that")


def _of_changes(document: Document, *, is_before: bool) -> Iterator[Problem]:
    for at, address, entry in _entries(document.value, "resource_changes"):
        if address.type not in _RECORDERS or address.mode != MANAGED:
            continue
        change = entry.get("change")
        actions = change.get("actions") if isinstance(change, dict) else None
        if entry.get("deposed") is not None:
            what = f"an older {shorten(entry['address'])}, which its replacement left behind, is not read"
            yield document.problem(at, what, _STAYS)
        elif isinstance(actions, list) and "forget" in actions and not is_before:
            # It goes on recording, and costing, without Terraform.
            what = f"the present {shorten(entry['address'])} is forgotten, but not deleted; it is not read"
            yield document.problem(at, what, _STAYS)


def _of_instance(document: Document, instance: Instance) -> Iterator[Problem]:
    if instance.mode != MANAGED:
        return
    name = shorten(instance.address)
    if instance.type in _OF_CLOUD_CONTROL:
        what = f"{name} is of the provider hashicorp/awscc, which is not read"
        yield document.problem(instance.at, what, "declare it with the provider hashicorp/aws, or write a scenario")
    elif instance.type in _MAKE_OTHERS:
        text = instance.values.get(_MAKE_OTHERS[instance.type])
        if not isinstance(text, str) or _OF_CLOUDFORMATION in text:
            what = f"{name} makes resources by a template of CloudFormation, which are not read"
            yield document.problem(instance.at, what, "give the template too")


def _without_instances(
    document: Document, instances: Iterable[Instance], configuration: Configuration
) -> Iterator[Problem]:
    """Yield a note for each trail and store of the configuration of which the plan has no instance at all."""
    there = {(one.module.names, one.type, one.name) for one in instances}
    for section in ("resource_changes", "deferred_changes"):
        there |= {(one.module.names, one.type, one.name) for _, one, _ in _entries(document.value, section)}
    for at, names, kind, name in configuration.managed(_RECORDERS):
        if (names, kind, name) not in there:
            path = "".join(f"module.{one}." for one in names)
            what = f"{shorten(f'{path}{kind}.{name}')} is configured, but there is no instance of it"
            yield document.problem(at, what, "its count or for_each makes none, or -target leaves it out")


def _entries(value: dict[str, Any], section: str) -> Iterator[tuple[At, Address, dict[str, Any]]]:
    """Yield place, address and content of the changes of a section; of a deferred one, those of what is put off.

    From Terraform 1.9, what hangs on an unknown ``count`` or provider is put off, and stands in ``deferred_changes``.
    """
    listed = value.get(section)
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        change = entry.get("resource_change", entry) if isinstance(entry, dict) else None
        text = change.get("address") if isinstance(change, dict) else None
        address = parse_address(text) if isinstance(text, str) else None
        if isinstance(change, dict) and address is not None:
            yield (section, index), address, change
