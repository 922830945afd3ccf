"""Conditions hold, do not hold, or hang on what nobody knows; what is certain either way is told."""

import pytest

from costplan.inputs.configs.cloudformation import declared_resources
from costplan.inputs.configs.declared import Unresolved

from .building import problems_of, resources_of, template

OPEN = Unresolved("condition Tested")
TEXT = """\
Parameters:
  Yes: {{Type: String, Default: "true"}}
  Days: {{Type: Number, Default: 30}}
  Asked: {{Type: String}}
Conditions:
  Sure: !Equals [!Ref Yes, true]
  Never: !Equals [!Ref Yes, false]
  Open: !Equals [!Ref Asked, ""]
  Tested: {test}
Resources:
  Trail: {{Type: AWS::CloudTrail::Trail, Condition: Tested}}
"""


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("!Equals [a, a]", True),
        ("!Equals [a, b]", False),
        ("!Equals [!Ref Days, '30']", True),
        ("!Equals [!Ref Yes, true]", True),
        ("!Equals [[1, {a: b}], ['1', {a: b}]]", True),
        ("!Equals [!Ref Asked, a]", None),
        ("!Equals [!Sub 'x${Asked}', a]", None),
        ("!Condition Sure", True),
        ("{Condition: Never}", False),
        ("!Condition Open", None),
        ("!Condition Nowhere", None),
        ("!Not [!Condition Sure]", False),
        ("!Not [!Condition Open]", None),
        ("!And [!Condition Sure, !Condition Sure]", True),
        ("!And [!Condition Sure, !Condition Never]", False),
        ("!And [!Condition Open, !Condition Sure]", None),
        ("!And [!Condition Open, !Condition Never]", False),
        ("!Or [!Condition Never, !Condition Never]", False),
        ("!Or [!Condition Never, !Condition Sure]", True),
        ("!Or [!Condition Open, !Condition Never]", None),
        ("!Or [!Condition Open, !Condition Sure]", True),
        ("{Fn::Brew: coffee}", None),
        ("!Equals [!If [Sure, a, b], a]", True),
    ],
)
def test_a_resource_is_there_not_there_or_open_as_its_condition_says(test: str, holds: bool | None) -> None:
    found = resources_of(template(TEXT.format(test=test)))
    assert [resource.condition for resource in found.values()] == {True: [None], False: [], None: [OPEN]}[holds]


def test_a_recorder_that_is_left_out_is_noted() -> None:
    notes: list = []
    assert declared_resources(template(TEXT.format(test="!Condition Never")), [], notes=notes) == ()
    assert [str(note) for note in notes] == [
        "template.yaml:11: Trail is left out: its condition Tested does not hold — give other parameters if it should"
    ]


def test_a_parameter_given_decides_a_condition() -> None:
    document = template(TEXT.format(test="!Condition Open"))
    assert [r.condition for r in resources_of(document, Asked="").values()] == [None]
    assert resources_of(document, Asked="x") == {}


@pytest.mark.parametrize(
    ("test", "fault"),
    [
        ("!Condition Tested", "template.yaml:9: the condition Tested refers to itself — let it test a parameter"),
        (
            "!Not [!Condition Tested]",
            "template.yaml:9: the condition Tested refers to itself — let it test a parameter",
        ),
        ("text", "template.yaml:9: is no condition — write one function, such as Fn::Equals"),
        ("!Equals [a]", "template.yaml:9: Fn::Equals: must be a list of two values — write [value, value]"),
        ("!Not a", "template.yaml:9: Fn::Not: must be a list of one condition — write [condition]"),
        ("!And []", "template.yaml:9: Fn::And: must be a list of conditions — write two to ten conditions"),
        (
            "!Condition [a]",
            "template.yaml:9: Condition: must be the name of a condition — write a name from the section Conditions",
        ),
    ],
)
def test_a_condition_that_is_written_wrongly_is_told_and_stays_open(test: str, fault: str) -> None:
    document = template(TEXT.format(test=test))
    assert problems_of(document) == [fault]
    assert [resource.condition for resource in declared_resources(document, [])] == [OPEN]


def test_the_condition_of_a_resource_is_a_name() -> None:
    document = template("Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Condition: !Equals [a, b]\n")
    assert problems_of(document) == [
        "template.yaml:4: must be the name of a condition, not a mapping — write a name from the section Conditions"
    ]
