"""The instances of resources and data sources, whichever form they are written down in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from costplan.inputs.configs.recognition import TerraformForm
from costplan.inputs.configs.terraform.addresses import (
    ROOT,
    ModulePath,
    index_text,
    parse_address,
    split_modules,
    split_steps,
)
from costplan.inputs.configs.terraform.parts import Parts, shorten
from costplan.inputs.configs.terraform.unknown_values import TooDeepError, has_mark, merge_unknown
from costplan.inputs.documents import At

MANAGED, DATA = "managed", "data"


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a resource or data source.

    index: as it stands in the address, ``""`` without ``count`` and ``for_each``.
    values: its attributes, with ``NOT_KNOWN`` in the place of what only applying makes.
    at: where *values* stand.
    others: its attributes on the other side of the change, which tell where it lives too.
    provider: as far as the form names its provider.
    is_partial: what is unknown is left out of *values*, without a mark.
    is_marked: some of *values* are ``NOT_KNOWN``.
    """

    address: str
    module: ModulePath
    mode: str
    type: str
    name: str
    index: str
    values: dict[str, Any]
    at: At
    others: dict[str, Any] = field(default_factory=dict)
    provider: str | None = None
    is_partial: bool = False
    is_marked: bool = False


def read_instances(form: TerraformForm, parts: Parts, *, is_before: bool) -> tuple[Instance, ...]:
    """Return all instances that are there after the change, or before it, in the order of the file.

    A state has one side only.  Of a plan, what it does not change stands in ``resource_changes`` too; where that is not
    so, as with ``-target`` and ``-refresh-only``, it follows from ``prior_state``.
    """
    value = parts.document.value
    if form is TerraformForm.STATE_FILE:
        return _unique(_of_state_file(value, parts), parts)
    if form is TerraformForm.RECORDING:
        return _unique(_of_recording(value["resources"], parts), parts)
    if form is TerraformForm.STATE:
        return _unique(_of_modules(value.get("values"), ("values",), parts), parts)
    prior_at: At = ("prior_state", "values")
    prior_state = parts.mapping(value.get("prior_state"), ("prior_state",))
    mentioned: set[str] = set()
    if value.get("resource_changes") is not None:
        found = list(_of_changes(value["resource_changes"], parts, mentioned, is_before=is_before))
        return _unique((*found, *_of_modules(prior_state.get("values"), prior_at, parts, mentioned)), parts)
    prior = list(_of_modules(prior_state.get("values"), prior_at, parts))
    if is_before:
        return _unique(prior, parts)
    planned = list(_of_modules(value.get("planned_values"), ("planned_values",), parts))
    if not any(one.mode == MANAGED for one in planned) and "terraform_version" in value:
        # A plan of -refresh-only changes nothing, and plans no values.
        return _unique(prior, parts)
    mentioned = {one.address for one in planned}
    planned = [replace(one, is_partial=True) for one in planned]
    return _unique((*planned, *(one for one in prior if one.mode == DATA and one.address not in mentioned)), parts)


def forgotten_addresses(value: dict[str, Any]) -> frozenset[str]:
    """Return the addresses of what a plan stops managing without deleting it (``removed`` with ``destroy = false``)."""
    listed = value.get("resource_changes")
    found = set()
    for entry in listed if isinstance(listed, list) else ():
        change = entry.get("change") if isinstance(entry, dict) else None
        actions = change.get("actions") if isinstance(change, dict) else None
        if isinstance(actions, list) and "forget" in actions and isinstance(entry.get("address"), str):
            found.add(entry["address"])
    return frozenset(found)


def _unique(
    instances: Iterator[Instance] | list[Instance] | tuple[Instance, ...], parts: Parts
) -> tuple[Instance, ...]:
    """Return *instances* without those whose address came before."""
    found: dict[str, Instance] = {}
    for one in instances:
        if one.address in found:
            parts.report(one.at, f"{shorten(one.address)} is listed twice")
        else:
            found[one.address] = one
    return tuple(found.values())


# ---- plans ----


def _of_changes(value: Any, parts: Parts, mentioned: set[str], *, is_before: bool) -> Iterator[Instance]:
    """Yield the instances of ``resource_changes`` that are there on one side; *mentioned* gets all their addresses."""
    for at, entry in parts.mappings(value, ("resource_changes",)):
        if entry.get("deposed") is not None:
            continue
        one = _identified(entry, at, parts)
        if one is None:
            continue
        mentioned.add(one.address)
        if isinstance(entry.get("previous_address"), str):
            mentioned.add(entry["previous_address"])
        change_at = (*at, "change")
        change = parts.mapping(entry.get("change"), change_at)
        if not change:
            parts.report(change_at, f"{shorten(one.address)} has no change")
            continue
        side, other = ("before", "after") if is_before else ("after", "before")
        if _is_there(change, side, change_at, parts):
            values_at = (*change_at, side)
            marks = None if is_before else change.get("after_unknown") or None
            marks = parts.mapping(marks, (*change_at, "after_unknown"))
            values = _merged(parts.mapping(change.get(side), values_at), marks, values_at, parts)
            others = change.get(other)
            others = others if isinstance(others, dict) else {}
            yield replace(one, values=values, at=values_at, others=others, is_marked=has_mark(marks))


_GONE_AFTER = frozenset({"delete", "forget"})
_HAVE = {"after": frozenset({"create", "update", "no-op"}), "before": frozenset({"update", "delete", "no-op"})}
"""The actions that a change has only if it is there on that side."""

_ACTIONS = _GONE_AFTER | {"create", "update", "read", "no-op"}


def _is_there(change: dict[str, Any], side: str, at: At, parts: Parts) -> bool:
    """Whether the instance is there on one side of a change."""
    actions = parts.listed(change.get("actions"), (*at, "actions"))
    for index, action in enumerate(actions):
        if not isinstance(action, str) or action not in _ACTIONS:
            parts.report((*at, "actions", index), "must be an action of Terraform's JSON output format 1")
    is_known = all(isinstance(action, str) for action in actions)
    kinds = frozenset(actions) if is_known else frozenset()
    if side == "after" and kinds and kinds <= _GONE_AFTER:
        return False
    if side == "before" and kinds == {"create"}:
        return False
    if change.get(side) is None and not kinds.isdisjoint(_HAVE[side]):
        parts.report((*at, side), f"nothing is written {side} the change, though its actions say that it is there")
    # A replacement has both sides, in either order; without actions, what is written tells.
    return change.get(side) is not None or (side == "after" and has_mark(change.get("after_unknown")))


def _of_modules(value: Any, at: At, parts: Parts, besides: Collection[str] = ()) -> Iterator[Instance]:
    """Yield the instances of a values representation, the root module and all below it, without those of *besides*."""
    values = parts.mapping(value, at)
    waiting = [((*at, "root_module"), values.get("root_module"))]
    while waiting:
        module_at, module = waiting.pop()
        module = parts.mapping(module, module_at)
        for entry_at, entry in parts.mappings(module.get("resources"), (*module_at, "resources")):
            address = entry.get("address")
            if entry.get("deposed_key") is not None or (isinstance(address, str) and address in besides):
                continue
            one = _identified(entry, entry_at, parts)
            if one is not None:
                values_at = (*entry_at, "values")
                own = parts.mapping(entry.get("values"), values_at)
                yield replace(one, values=_merged(own, {}, values_at, parts), at=values_at)
        children_at = (*module_at, "child_modules")
        children = parts.listed(module.get("child_modules"), children_at)
        waiting += [((*children_at, index), child) for index, child in reversed(list(enumerate(children)))]


def _identified(entry: dict[str, Any], at: At, parts: Parts) -> Instance | None:
    """Return what an entry of a plan or state is about, without its values."""
    text = entry.get("address")
    address = parse_address(text) if isinstance(text, str) else None
    if not isinstance(text, str) or address is None or address.rest:
        parts.report((*at, "address"), "must be the address of a resource")
        return None
    mode, provider = entry.get("mode"), entry.get("provider_name")
    return Instance(
        address=text,
        module=address.module,
        mode=mode if isinstance(mode, str) else address.mode,
        type=address.type,
        name=address.name,
        index=address.index,
        values={},
        at=at,
        provider=provider if isinstance(provider, str) else None,
    )


# ---- state files ----


def _of_state_file(value: dict[str, Any], parts: Parts) -> Iterator[Instance]:
    for at, entry in parts.mappings(value.get("resources"), ("resources",)):
        module, provider = entry.get("module"), entry.get("provider")
        path, rest = split_modules(split_steps(module)) if isinstance(module, str) else (ROOT, ())
        names = [entry.get(key) for key in ("mode", "type", "name")]
        mode, kind, name = (one if isinstance(one, str) else "" for one in names)
        if not (mode and kind and name) or rest or (module is not None and not path.calls):
            parts.report(at, "must have the mode, type and name of a resource, and the address of its module if any")
            continue
        own = f"{'' if mode == MANAGED else f'{mode}.'}{kind}.{name}"
        for place, instance in parts.mappings(entry.get("instances"), (*at, "instances")):
            if instance.get("deposed") is not None:
                continue
            index = index_text(instance.get("index_key"))
            address = path.prefixed(f"{own}{index}")
            values_at = (*place, "attributes")
            if "attributes" not in instance and "attributes_flat" in instance:
                hint = "run terraform apply -refresh-only with the present provider, and give the state again"
                parts.report((*place, "attributes_flat"), f"{shorten(address)} is in the form of Terraform 0.11", hint)
                continue
            values = _merged(parts.mapping(instance.get("attributes"), values_at), {}, values_at, parts)
            told = provider if isinstance(provider, str) else None
            yield Instance(address, path, mode, kind, name, index, values, values_at, provider=told)


def _of_recording(resources: dict[str, Any], parts: Parts) -> Iterator[Instance]:
    """Yield what pytest-terraform recorded by type and name; it does not tell resources from data sources."""
    for kind, by_name in resources.items():
        for name, attributes in parts.mapping(by_name, ("resources", kind)).items():
            at = ("resources", kind, name)
            values = _merged(parts.mapping(attributes, at), {}, at, parts)
            yield Instance(f"{kind}.{name}", ROOT, MANAGED, kind, name, "", values, at)


def _merged(values: dict[str, Any], marks: dict[str, Any], at: At, parts: Parts) -> dict[str, Any]:
    try:
        merged: dict[str, Any] = merge_unknown(values, marks)
    except TooDeepError:
        parts.report(at, "values are nested more than 100 deep", "no resource of AWS has such values")
        return {}
    return merged
