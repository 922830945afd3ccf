"""What is said of CloudTrail in a plan but is no resource that is read: told, and no fault."""

import json
from typing import Any

import pytest

from costplan.inputs.configs.terraform import declared_resources
from costplan.model.problems import Problem

from .building import change, configured, document, plan, root

TRAIL = "aws_cloudtrail.audit"


def notes_of(value: Any, *, is_before: bool = False) -> list[str]:
    problems: list[Problem] = []
    notes: list[Problem] = []
    declared_resources(document(value), problems, notes, is_before=is_before)
    assert problems == []
    return [str(note) for note in notes]


def whats_of(value: Any, *, is_before: bool = False) -> list[str]:
    return [note.split(": ", 1)[1].partition(" — ")[0] for note in notes_of(value, is_before=is_before)]


def test_a_plan_that_holds_everything_has_no_notes() -> None:
    there = change(TRAIL, {}, before={}, actions=["no-op"])
    gone = change("aws_cloudtrail.old", None, before={}, actions=["delete"])
    value = plan(there, gone, configuration=root(configured(TRAIL)), complete=True)
    assert notes_of(value) == notes_of(value, is_before=True) == []


def test_a_note_has_its_line_and_a_hint() -> None:
    value = plan(change("aws_s3_bucket.logs", {}), configuration=root(configured(TRAIL)))
    line = next(
        n for n, text in enumerate(json.dumps(value, indent=1).split("\n"), 1) if f'"address": "{TRAIL}"' in text
    )
    assert notes_of(value) == [
        f"plan.json:{line - 1}: {TRAIL} is configured, but there is no instance of it — its count or for_each makes"
        " none, or -target leaves it out"
    ]


def test_what_terraform_forgets_goes_on() -> None:
    note = f"the present {TRAIL} is forgotten, but not deleted; it is not read"
    forgotten = plan(change(TRAIL, None, before={}, actions=["forget"]))
    assert whats_of(forgotten) == [note]
    assert whats_of(forgotten, is_before=True) == []
    assert whats_of(plan(change(TRAIL, {}, before={}, actions=["create", "forget"]))) == [note]
    assert whats_of(plan(change("aws_s3_bucket.logs", None, before={}, actions=["forget"]))) == []


def test_a_deposed_trail_is_told() -> None:
    deposed = change(TRAIL, None, before={}, actions=["delete"], deposed="0a1b2c3d")
    other = change("aws_s3_bucket.logs", None, before={}, actions=["delete"], deposed="0a1b2c3d")
    for is_before in (False, True):
        assert whats_of(plan(deposed, other), is_before=is_before) == [
            f"an older {TRAIL}, which its replacement left behind, is not read"
        ]


def deferred(address: str) -> dict[str, Any]:
    return {"reason": "instance_count_unknown", "resource_change": change(address, {})}


def test_changes_that_are_put_off_are_told() -> None:
    value = plan(
        deferred_changes=[deferred('module.m["a"].aws_cloudtrail.audit[*]'), deferred("aws_iam_role.r")],
        configuration=root(module_calls={"m": {"module": {"resources": [configured(TRAIL)]}}}),
        complete=False,
    )
    assert whats_of(value) == [
        "is a plan of a part; what is outside of it is read as it was before",
        'the change of module.m["a"].aws_cloudtrail.audit[*] is put off to the next plan, so it is not read',
    ]
    assert whats_of(value, is_before=True) == []


def test_a_trail_of_a_module_without_instances_is_told() -> None:
    inner = {"resources": [configured("aws_cloudtrail_event_data_store.lake"), configured("aws_s3_bucket.b")]}
    outer = {"module_calls": {"inner": {"module": inner}}, "resources": [configured(TRAIL)]}
    value = plan(change(f"module.outer[0].{TRAIL}", {}), configuration=root(module_calls={"outer": {"module": outer}}))
    assert whats_of(value) == [
        "module.outer.module.inner.aws_cloudtrail_event_data_store.lake is configured, but there is no instance of it"
    ]


CLOUDTRAIL_TEMPLATE = '{"Resources": {"T": {"Type": "AWS::CloudTrail::Trail"}}}'


@pytest.mark.parametrize(
    ("address", "after", "note"),
    [
        ("awscc_cloudtrail_trail.t", {}, "is of the provider hashicorp/awscc, which is not read"),
        ("awscc_s3_bucket.b", {}, None),
        ("aws_cloudformation_stack.s", {"template_body": CLOUDTRAIL_TEMPLATE}, "makes resources by a template"),
        ("aws_cloudformation_stack.s", {"template_body": "{}"}, None),
        ("aws_cloudformation_stack.s", {"template_url": "https://example.com/t"}, "makes resources by a template"),
        ("aws_cloudformation_stack_set.s", {}, "makes resources by a template"),
        ("aws_cloudcontrolapi_resource.r", {"type_name": "AWS::CloudTrail::Trail"}, "makes resources by a template"),
        ("aws_cloudcontrolapi_resource.r", {"type_name": "AWS::S3::Bucket"}, None),
        ("data.aws_cloudformation_stack.s", {}, None),
    ],
)
def test_resources_that_may_be_trails_in_another_dress(address: str, after: Any, note: str | None) -> None:
    notes = whats_of(plan(change(address, after)))
    assert len(notes) == (note is not None)
    assert all(one.startswith(f"{address} {note}") for one in notes)


def test_notes_do_not_quote_values_or_long_names() -> None:
    value = plan(
        change("aws_cloudformation_stack.s", {"template_body": f"secret-secret {CLOUDTRAIL_TEMPLATE}"}),
        change(f"awscc_cloudtrail_trail.{'x' * 1000}", {}),
    )
    assert [("secret-secret" in note, len(note) < 300) for note in notes_of(value)] == [(False, True)] * 2


def test_nobody_has_to_take_the_notes() -> None:
    problems: list[Problem] = []
    declared_resources(document(plan(change("awscc_cloudtrail_trail.t", {}))), problems)
    assert problems == []
