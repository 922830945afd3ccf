"""What CloudFormation templates write differently from other YAML: short intrinsic functions, and YAML 1.1.

``!Sub text`` is ``{"Fn::Sub": "text"}``; the short form exists in YAML only.  Templates are YAML 1.1, where ``yes`` and
``off`` are booleans, but without its dates (AWS CloudFormation User Guide, "Template formats").
"""

import re

_CONDITIONS = ("And", "Equals", "If", "Not", "Or")
_VALUES = (
    "Base64",
    "Cidr",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "ImportValue",
    "Join",
    "Length",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
)
_RULES = ("Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll")
_ORGANIZATION_FORMATION = (
    "Cmd",
    "EnumTargetAccounts",
    "EnumTargetRegions",
    "Include",
    "JsonString",
    "MD5",
    "ReadFile",
    "TargetCount",
)
_LONG_FORMS = {"!Ref": "Ref", "!Condition": "Condition"} | {
    f"!{name}": f"Fn::{name}" for name in (*_CONDITIONS, *_VALUES, *_RULES, *_ORGANIZATION_FORMATION)
}
_TEMPLATE = re.compile(r"""^(["']?)(AWSTemplateFormatVersion|Resources)\1[ \t]*:""", re.MULTILINE)

BOOLEANS = {
    spelling: meant
    for word, meant in (("yes", True), ("on", True), ("no", False), ("off", False))
    for spelling in (word, word.capitalize(), word.upper())
}
"""What YAML 1.1 takes for a boolean beyond ``true`` and ``false``."""


def looks_like_template(text: str) -> bool:
    """Whether YAML text is a CloudFormation template, as a key at the beginning of a line tells."""
    return _TEMPLATE.search(text) is not None


def long_form(tag: str | None) -> str | None:
    """Return the function that a YAML tag is short for, ``None`` for any other tag.

    >>> long_form("!GetAtt"), long_form("!Ref"), long_form("!!python/name:os.system")
    ('Fn::GetAtt', 'Ref', None)
    """
    return None if tag is None else _LONG_FORMS.get(tag)


def function_argument(function: str, text: str) -> str | list[str]:
    """Return what a function takes that is written as one text behind its tag.

    >>> function_argument("Fn::GetAtt", "Logs.Outputs.Arn")
    ['Logs', 'Outputs.Arn']
    """
    return text.split(".", 1) if function == "Fn::GetAtt" and "." in text else text
