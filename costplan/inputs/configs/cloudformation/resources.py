"""The resources of a template that matter for CloudTrail, with what can be told of their properties."""

from collections.abc import Iterator, Mapping
from typing import Any

from costplan.inputs.configs.cloudformation.parameters import ACCOUNT, NOTHING_GIVEN, REGION, parameter_values
from costplan.inputs.configs.cloudformation.resolver import Resolver
from costplan.inputs.configs.cloudformation.template import Template, is_bound, is_macro, read_template
from costplan.inputs.configs.cloudformation.values import shorten
from costplan.inputs.configs.declared import DeclaredResource, Unresolved
from costplan.inputs.configs.fields import as_text
from costplan.inputs.documents import At, Document
from costplan.inputs.shapes import describe
from costplan.model.places import is_region
from costplan.model.problems import Problem

RELEVANT_TYPES = frozenset(
    {
        "AWS::CloudTrail::Channel",
        "AWS::CloudTrail::EventDataStore",
        "AWS::CloudTrail::Trail",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
    }
)
NESTED_TEMPLATES = frozenset(
    {"AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::Serverless::Application"}
)
_KNOWN_TRANSFORMS = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::SecretsManager-", "AWS::CodeDeploy")


def parameter_names(document: Document) -> tuple[str, ...]:
    """Return the names of a template's own parameters, in the order of the file."""
    return tuple(read_template(document, []).parameters)


def declared_resources(
    document: Document,
    problems: list[Problem],
    parameters: Mapping[str, str] = NOTHING_GIVEN,
    notes: list[Problem] | None = None,
) -> tuple[DeclaredResource, ...]:
    """Return the resources of ``RELEVANT_TYPES`` in a template, in the order of the file.

    *parameters* are values by name, those of pseudo parameters such as ``AWS::Region`` among them.  A resource whose
    condition does not hold is left out; one whose condition nobody knows has it in ``condition``.  What declares
    resources that are not seen here, such as a nested stack, and what is left out of CloudTrail's resources, goes to
    *notes*; what is wrong, to *problems*.
    """
    template = read_template(document, problems)
    values = parameter_values(template, problems, parameters)
    resolver = Resolver(template, values, problems)
    found = []
    aside = list(_notes_of_template(template))
    for name, body in template.resources.items():
        if body["Type"] not in RELEVANT_TYPES and body["Type"] not in NESTED_TEMPLATES:
            continue
        holds = _condition(resolver, name, body, document, problems)
        if holds is False:
            if body["Type"].startswith("AWS::CloudTrail::"):
                aside.append(_note_of_condition(document, name, body))
            continue
        if body["Type"] in NESTED_TEMPLATES:
            aside.append(_note_of_stack(document, name, body))
            continue
        at = ("Resources", name, "Properties")
        account, region = _places(document, name, body, values)
        aside += _notes_of_resource(document, name, body)
        found.append(
            DeclaredResource(
                type=body["Type"],
                name=name,
                values=_properties(resolver, at, body, document, problems),
                document=document,
                at=at,
                account=account,
                region=region,
                condition=holds if isinstance(holds, Unresolved) else None,
            )
        )
    if notes is not None:
        notes += aside
    return tuple(found)


def _condition(
    resolver: Resolver, name: str, body: dict[str, Any], document: Document, problems: list[Problem]
) -> bool | Unresolved:
    condition = body.get("Condition")
    at = ("Resources", name, "Condition")
    if condition is None:
        return True
    if isinstance(condition, str):
        return resolver.condition(condition, at)
    hint = "write a name from the section Conditions"
    problems.append(document.problem(at, f"must be the name of a condition, not {describe(condition)}", hint))
    return Unresolved("condition")


def _properties(
    resolver: Resolver, at: At, body: dict[str, Any], document: Document, problems: list[Problem]
) -> dict[str, Any]:
    """Return the resolved properties, without what a macro may add to them."""
    properties = body.get("Properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        what = f"Properties must be a mapping, not {describe(properties)}"
        problems.append(document.problem(at, what, "compare with the template's documentation"))
        return {}
    written = {key: value for key, value in properties.items() if not is_macro(key)}
    resolved = resolver.resolve(written, at)
    if isinstance(resolved, dict):
        return resolved
    what = "Properties must be written out, not be a function's value"
    problems.append(document.problem(at, what, "write each property with its own function"))
    return {}


def _places(
    document: Document, name: str, body: dict[str, Any], values: Mapping[str, Any]
) -> tuple[str | Unresolved | None, str | Unresolved | None]:
    """Return the account and the Region of a resource: the stack's, or those OrganizationFormation binds it to."""
    account, region = (value if isinstance(value := values[key], str) else None for key in (ACCOUNT, REGION))
    if not is_bound(document, body):
        return account, region
    unknown = Unresolved(f"OrganizationBinding of {shorten(name)}")
    binding = body.get("OrganizationBinding")
    bound = binding.get("Region") if isinstance(binding, dict) else None
    return unknown, bound if isinstance(bound, str) and is_region(bound) else unknown


def _notes_of_template(template: Template) -> Iterator[Problem]:
    document = template.document
    transforms = document.value.get("Transform") if isinstance(document.value, dict) else None
    for index, each in enumerate(transforms if isinstance(transforms, list) else [transforms]):
        name = each.get("Name") if isinstance(each, dict) else each
        text = as_text(name)
        if text is None or text.startswith(_KNOWN_TRANSFORMS):
            continue
        at: At = ("Transform", index) if isinstance(transforms, list) else ("Transform",)
        yield document.problem(
            at, f"the macro {shorten(text)} may change every resource", "give the processed template instead"
        )
    outside = [(key,) for key in document.value if is_macro(key)] if isinstance(document.value, dict) else []
    for at in (*outside, *(("Resources", loop) for loop in template.loops)):
        yield document.problem(
            at,
            f"{shorten(str(at[-1]))} makes resources that are not read",
            "give the processed template, as aws cloudformation get-template --template-stage Processed prints it",
        )


def _notes_of_resource(document: Document, name: str, body: dict[str, Any]) -> Iterator[Problem]:
    properties = body.get("Properties")
    keys = (*body, *(properties if isinstance(properties, dict) else ()))
    for key in keys:
        if is_macro(key):
            yield document.problem(
                ("Resources", name), f"{shorten(key)} may change {shorten(name)}", "give the processed template instead"
            )


def _note_of_condition(document: Document, name: str, body: dict[str, Any]) -> Problem:
    what = f"{shorten(name)} is left out: its condition {shorten(body['Condition'])} does not hold"
    return document.problem(("Resources", name), what, "give other parameters if it should")


def _note_of_stack(document: Document, name: str, body: dict[str, Any]) -> Problem:
    metadata = body.get("Metadata")
    asset = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
    which = shorten(asset) if isinstance(asset, str) else "its template"
    kind = {"AWS::CloudFormation::Stack": "nested stack", "AWS::CloudFormation::StackSet": "stack set"}
    return document.problem(
        ("Resources", name),
        f"the {kind.get(body['Type'], 'application')} {shorten(name)} has its resources in another template",
        f"give {which} too",
    )
