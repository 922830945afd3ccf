"""What ``Ref`` to a parameter or pseudo parameter gives: the value given, else the default, else its name.

Parameter types are those of the AWS CloudFormation User Guide, "Parameters"; pseudo parameters are those of its page
"Pseudo parameters reference".
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from costplan.inputs.configs.cloudformation.template import Template
from costplan.inputs.configs.cloudformation.values import join_parts, shorten
from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.configs.fields import as_text, did_you_mean
from costplan.inputs.strict_yaml import exact_number
from costplan.model.places import is_account, is_region, partition_of
from costplan.model.problems import Problem

NOTHING_GIVEN: Mapping[str, str] = MappingProxyType({})

ACCOUNT = "AWS::AccountId"
REGION = "AWS::Region"
STACK_NAME = "AWS::StackName"
PSEUDO_PARAMETERS = (
    ACCOUNT,
    REGION,
    "AWS::Partition",
    STACK_NAME,
    "AWS::StackId",
    "AWS::URLSuffix",
    "AWS::NotificationARNs",
)
_URL_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")
_SHOWN_VALUES = 8

MAXIMUM_CHARACTERS = 4096
"""Of a parameter's value (AWS CloudFormation quotas)."""


def parameter_values(template: Template, problems: list[Problem], given: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``Ref`` gives for every parameter and pseudo parameter, ``Unresolved`` for what nobody told.

    *given* holds values by parameter name, pseudo parameters among them.  One that the template does not declare, or
    that it does not allow, is a problem.  The partition and the URL suffix follow from the Region.
    """
    _check_names(template, given, problems)
    values = {
        name: _value(template, name, declared, given.get(name), problems)
        for name, declared in template.parameters.items()
    }
    return values | _pseudo_values(template, given, problems)


def _check_names(template: Template, given: Mapping[str, str], problems: list[Problem]) -> None:
    known = (*template.parameters, *PSEUDO_PARAMETERS)
    for name in given:
        if name not in known:
            what = f"the template has no parameter {shorten(name)}"
            names = template.parameters or PSEUDO_PARAMETERS
            problems.append(template.document.problem(("Parameters",), what, did_you_mean(name, names)))


def _pseudo_values(template: Template, given: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    values: dict[str, Any] = {name: given.get(name, Unresolved(name)) for name in PSEUDO_PARAMETERS}
    for name, is_right, form in (
        (ACCOUNT, is_account, "give the twelve digits of an account id"),
        (REGION, is_region, "give a Region code such as eu-west-1"),
    ):
        text = given.get(name)
        if text is not None and not is_right(text):
            values[name] = Unresolved(name)
            problems.append(template.document.problem((), f"the value given for {name} is none", form))
    arns = given.get("AWS::NotificationARNs")
    if arns is not None:
        values["AWS::NotificationARNs"] = _list(arns)
    region = values[REGION]
    if isinstance(region, str):
        partition = given.get("AWS::Partition", partition_of(region))
        values["AWS::Partition"] = partition
        if "AWS::URLSuffix" not in given and partition in _URL_SUFFIXES:
            values["AWS::URLSuffix"] = _URL_SUFFIXES[partition]
    return values


def _value(template: Template, name: str, declared: dict[str, Any], given: str | None, problems: list[Problem]) -> Any:
    type_ = declared.get("Type", "String")
    type_ = type_ if isinstance(type_, str) else "String"
    if given is not None and not _is_allowed(template, name, declared, given, type_, problems):
        return Unresolved(f"parameter {name}")
    # The default of a parameter that is not to be echoed is not to be printed either.
    is_secret = as_text(declared.get("NoEcho")) == "true"
    value = (None if is_secret else declared.get("Default")) if given is None else given
    # What is given names a parameter of Systems Manager, whose value nobody here knows.
    if value is None or type_.startswith("AWS::SSM::Parameter::Value<"):
        return Unresolved(f"parameter {name}")
    is_list = _is_list(type_) or isinstance(value, list)
    texts = [as_text(each) for each in value] if isinstance(value, list) else [as_text(value)]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts) or sum(map(len, known)) > MAXIMUM_CHARACTERS:
        at = ("Parameters", name, "Default")
        what = f"the value of parameter {name} is no text of at most {MAXIMUM_CHARACTERS:,} characters"
        problems.append(template.document.problem(at, what, "write one text, the values of a list with commas"))
        return Unresolved(f"parameter {name}")
    if not is_list:
        return _element(type_, known[0])
    return [_element(type_, element) for text in known for element in _list(text)]


def _is_list(type_: str) -> bool:
    return type_ == "CommaDelimitedList" or type_.startswith("List<")


def _list(text: str) -> list[str]:
    return [element.strip() for element in text.split(",")]


def _element(type_: str, text: str) -> Any:
    if type_ in ("Number", "List<Number>") and _NUMBER.match(text):
        number = exact_number(text)
        # 007 is a number to CloudFormation, but no literal of one.
        return text if number is None or as_text(number) != text else number
    return join_parts([text])


def _is_allowed(
    template: Template, name: str, declared: dict[str, Any], given: str, type_: str, problems: list[Problem]
) -> bool:
    """Report a value given that the parameter's type or its AllowedValues exclude; never shows the value."""
    each = _list(given) if _is_list(type_) else [given]
    at = ("Parameters", name)
    if type_ in ("Number", "List<Number>") and not all(_NUMBER.match(text) for text in each):
        problems.append(template.document.problem(at, f"the value given for parameter {name} is no number"))
        return False
    allowed = declared.get("AllowedValues")
    if not isinstance(allowed, list):
        return True
    texts = [as_text(value) for value in allowed]
    if all(text in texts for text in each):
        return True
    shown = [shorten(text) for text in texts if text is not None]
    hint = f"use one of {', '.join(shown[:_SHOWN_VALUES])}{'…' if len(shown) > _SHOWN_VALUES else ''}"
    if as_text(declared.get("NoEcho")) == "true":
        hint = "compare with its AllowedValues"
    what = f"the value given for parameter {name} is none of its AllowedValues"
    problems.append(template.document.problem((*at, "AllowedValues"), what, hint))
    return False
