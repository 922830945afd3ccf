"""Resources of plans: which are there after and before the change, and which of their values are known."""

import json
from typing import Any

import pytest

from costplan.inputs.configs.declared import Unresolved
from costplan.inputs.configs.terraform import RELEVANT_TYPES, declared_resources

from .building import (
    BUCKET,
    GROUP,
    TRAIL,
    change,
    configured,
    document,
    plan,
    problems_of,
    read,
    resources_of,
    root,
    to,
)

OLD, NEW = {"name": "old"}, {"name": "new"}


@pytest.mark.parametrize(
    ("actions", "before", "after", "is_before", "is_after"),
    [
        (["no-op"], OLD, OLD, True, True),
        (["create"], None, NEW, False, True),
        (["update"], OLD, NEW, True, True),
        (["delete"], OLD, None, True, False),
        (["delete", "create"], OLD, NEW, True, True),
        (["create", "delete"], OLD, NEW, True, True),
        (["forget"], OLD, None, True, False),
        (["forget"], OLD, OLD, True, False),
        (["create", "forget"], OLD, NEW, True, True),
    ],
)
def test_a_change_has_one_side_or_both(
    actions: list[str], before: Any, after: Any, is_before: bool, is_after: bool
) -> None:
    value = plan(change("aws_cloudtrail.audit", after, before=before, actions=actions))
    for expected, values, side in ((is_before, before, True), (is_after, after, False)):
        found = resources_of(value, is_before=side)
        assert [resource.values for resource in found.values()] == [values] * expected


def test_resources_stand_in_the_order_of_the_file_with_their_lines() -> None:
    value = plan(
        change("aws_s3_bucket.b", {"bucket": "b"}),
        change("aws_iam_role.r", {"name": "r"}),
        change('module.logs["x"].aws_cloudtrail.a[0]', {"name": "a"}),
        change("aws_s3_bucket.a", {"bucket": "a"}),
    )
    written = document(value)
    found = declared_resources(written, [])
    assert [resource.name for resource in found] == [
        "aws_s3_bucket.b",
        'module.logs["x"].aws_cloudtrail.a[0]',
        "aws_s3_bucket.a",
    ]
    assert [resource.type for resource in found] == [BUCKET, TRAIL, BUCKET]
    assert found[0].at == ("resource_changes", 0, "change", "after")
    assert written.line((*found[0].at, "bucket")) == 15
    assert found[0].document is written


def test_every_type_that_cost_hangs_on_is_declared() -> None:
    value = plan(*(change(f"{kind}.x", {}) for kind in sorted(RELEVANT_TYPES)), change("aws_s3_bucket_policy.x", {}))
    assert {resource.type for resource in resources_of(value).values()} == RELEVANT_TYPES
    assert {TRAIL, "aws_cloudtrail_event_data_store", "aws_cloudtrail_insight_selectors", GROUP} <= RELEVANT_TYPES


def test_unknown_values_stand_where_they_will_be() -> None:
    after = {
        "name": "audit",
        "tags": None,
        "event_selector": [
            {"read_write_type": "All", "data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3", None]}]}
        ],
    }
    unknown = {
        "arn": True,
        "tags_all": {},
        "tags": {},
        "event_selector": [{"data_resource": [{"values": [False, True]}], "include_management_events": True}],
        "insight_selector": [],
        "advanced_event_selector": [{"field_selector": [{"equals": True}]}],
    }
    (trail,) = resources_of(plan(change("aws_cloudtrail.audit", after, unknown))).values()
    name = "aws_cloudtrail.audit"

    def own(attribute: str) -> Unresolved:
        return Unresolved(f"{name}.{attribute}", name, attribute)

    assert trail.values == {
        "name": "audit",
        "tags": None,
        "arn": own("arn"),
        "event_selector": [
            {
                "read_write_type": "All",
                "data_resource": [
                    {
                        "type": "AWS::S3::Object",
                        "values": ["arn:aws:s3", own("event_selector[0].data_resource[0].values[1]")],
                    }
                ],
                "include_management_events": own("event_selector[0].include_management_events"),
            }
        ],
        "advanced_event_selector": [
            {"field_selector": [{"equals": own("advanced_event_selector[0].field_selector[0].equals")}]}
        ],
    }


def test_before_the_change_everything_is_known() -> None:
    value = plan(change("aws_cloudtrail.audit", {}, {"name": True}, before=OLD, actions=["delete", "create"]))
    assert resources_of(value, is_before=True)["aws_cloudtrail.audit"].values == OLD


def test_a_change_may_say_in_several_ways_that_nothing_is_unknown() -> None:
    for unknown in ({}, False, None):
        entry = change("aws_s3_bucket.logs", {"bucket": "logs"})
        entry["change"]["after_unknown"] = unknown
        assert resources_of(plan(entry))["aws_s3_bucket.logs"].values == {"bucket": "logs"}


def test_deposed_objects_are_left_out() -> None:
    deposed = change("aws_s3_bucket.logs", None, before={"bucket": "older"}, actions=["delete"], deposed="0a1b2c3d")
    value = plan(
        change("aws_s3_bucket.logs", {"bucket": "logs"}, before={"bucket": "logs"}, actions=["no-op"]), deposed
    )
    for is_before in (False, True):
        assert resources_of(value, is_before=is_before)["aws_s3_bucket.logs"].values == {"bucket": "logs"}


def test_data_sources_are_not_declared() -> None:
    assert resources_of(plan(change("data.aws_s3_bucket.logs", {"bucket": "logs"}, actions=["read"]))) == {}


def prior(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"values": {"root_module": {"resources": list(resources)}}}


def test_what_a_plan_does_not_look_at_stays_as_it_was() -> None:
    kept = {"address": "aws_s3_bucket.kept", "values": {"bucket": "kept"}}
    moved = {"address": "aws_s3_bucket.old", "values": {"bucket": "moved"}}
    gone = {"address": "aws_s3_bucket.gone", "values": {"bucket": "gone"}}
    value = plan(
        change(
            "aws_s3_bucket.new",
            {"bucket": "m"},
            before={"bucket": "moved"},
            actions=["update"],
            previous_address="aws_s3_bucket.old",
        ),
        change("aws_s3_bucket.gone", None, before={"bucket": "gone"}, actions=["delete"]),
        prior_state=prior(kept, moved, gone, {"address": "data.aws_s3_bucket.other", "mode": "data", "values": {}}),
    )
    assert list(resources_of(value)) == ["aws_s3_bucket.new", "aws_s3_bucket.kept"]
    assert list(resources_of(value, is_before=True)) == [
        "aws_s3_bucket.new",
        "aws_s3_bucket.gone",
        "aws_s3_bucket.kept",
    ]


def test_what_a_plan_looks_at_is_not_taken_from_before_it_looked() -> None:
    looked_at = change("aws_s3_bucket.kept", {"bucket": "kept"}, before={"bucket": "kept"}, actions=["no-op"])
    stale = {"address": "aws_s3_bucket.kept", "values": "nothing reads this"}
    assert list(resources_of(plan(looked_at, prior_state=prior(stale)))) == ["aws_s3_bucket.kept"]

    unseen = stale | {"address": "aws_s3_bucket.unseen"}
    (fault,) = problems_of(plan(looked_at, prior_state=prior(unseen)))
    assert "prior_state.values.root_module.resources[0].values: must be a mapping" in fault


def test_without_changes_planned_values_of_all_modules_are_read() -> None:
    def one(address: str) -> dict[str, Any]:
        return {"address": address, "mode": "managed", "values": {"bucket": address}}

    modules = {
        "resources": [one("aws_s3_bucket.a")],
        "child_modules": [
            {
                "address": "module.b",
                "resources": [one("module.b.aws_s3_bucket.b")],
                "child_modules": [{"resources": [one('module.b.module.c["x"].aws_s3_bucket.c')]}],
            },
            {"resources": [one("module.d.aws_s3_bucket.d")]},
        ],
    }
    value = {
        "format_version": "0.1",
        "terraform_version": "0.12.31",
        "planned_values": {"root_module": modules},
        "prior_state": prior({"address": "aws_s3_bucket.z", "values": {"bucket": "z"}}),
    }
    found = resources_of(value)
    assert [name[-1] for name in found] == ["a", "b", "c", "d"]
    assert found["module.b.aws_s3_bucket.b"].at == (
        *("planned_values", "root_module", "child_modules", 0, "resources", 0, "values"),
    )
    assert list(resources_of(value, is_before=True)) == ["aws_s3_bucket.z"]


def test_a_plan_that_only_refreshes_leaves_everything_as_it_is() -> None:
    kept = {"address": "aws_s3_bucket.kept", "values": {"bucket": "kept"}}
    value = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {}},
        "prior_state": prior(kept),
    }
    for is_before in (False, True):
        assert resources_of(value, is_before=is_before)["aws_s3_bucket.kept"].values == {"bucket": "kept"}
    # An extract without its changes may have lost that everything is deleted.
    del value["terraform_version"]
    assert resources_of(value) == {}


def test_planned_values_leave_out_what_is_unknown() -> None:
    planned = {"address": "aws_cloudtrail.audit", "values": {"name": "audit"}}
    expressions = {"name": to("var.name"), "s3_bucket_name": to("aws_s3_bucket.logs.id"), "event_selector": [{}]}
    value = {
        "planned_values": {"root_module": {"resources": [planned, {"address": "aws_s3_bucket.logs", "values": {}}]}},
        "configuration": root(configured("aws_cloudtrail.audit", expressions), configured("aws_s3_bucket.logs")),
    }
    assert resources_of(value)["aws_cloudtrail.audit"].values == {
        "name": "audit",
        "s3_bucket_name": Unresolved("aws_s3_bucket.logs.id", "aws_s3_bucket.logs", "id"),
    }


LOGS = "aws_s3_bucket.logs"


@pytest.mark.parametrize(
    ("entry", "at", "fault"),
    [
        (
            change(LOGS, None),
            '"after": null',
            "nothing is written after the change, though its actions say that it is there",
        ),
        (change("logs", {}), '"address": "logs"', "must be the address of a resource"),
        (change("x", {}, address=["y"]), '"address": [', "must be the address of a resource"),
        (change(LOGS, {}, change=None), '"change": null', f"{LOGS} has no change"),
        (change(LOGS, {}, change=[1]), '"change": [', "resource_changes[0].change: must be a mapping, not a list"),
        (change(LOGS, {}, actions=["hide"]), '"hide"', "must be an action of Terraform's JSON output format 1"),
        (change(LOGS, [1]), '"after": [', "resource_changes[0].change.after: must be a mapping, not a list"),
        (
            change(LOGS, {}, True),
            '"after_unknown"',
            "resource_changes[0].change.after_unknown: must be a mapping, not true or false",
        ),
        (change(LOGS, "x"), '"after": "x"', "resource_changes[0].change.after: must be a mapping, not text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(entry: dict[str, Any], at: str, fault: str) -> None:
    value = plan(entry, change("aws_s3_bucket.right", {"bucket": "right"}))
    found, problems = read(value)
    lines = json.dumps(value, indent=1).split("\n")
    line = next(number for number, text in enumerate(lines, 1) if at in text)
    assert problems[0].partition(" — ")[0] == f"plan.json:{line}: {fault}"
    assert found["aws_s3_bucket.right"].values == {"bucket": "right"}


def test_an_address_that_comes_twice_is_told() -> None:
    value = plan(change("aws_s3_bucket.logs", {"bucket": "a"}), change("aws_s3_bucket.logs", {"bucket": "b"}))
    found, problems = read(value)
    assert [problem.partition(": ")[2] for problem in problems] == [
        "aws_s3_bucket.logs is listed twice — give the file as Terraform wrote it"
    ]
    assert found["aws_s3_bucket.logs"].values == {"bucket": "a"}


def test_sensitive_values_are_never_told() -> None:
    entry = change("aws_s3_bucket.logs", {"bucket": "secret-secret"}, {"arn": True})
    entry["change"]["after_sensitive"] = {"bucket": True}
    assert resources_of(plan(entry))["aws_s3_bucket.logs"].values["bucket"] == "secret-secret"
    for damaged in ("secret-secret", ["secret-secret"], {"x": "secret-secret"}):
        for key in ("actions", "after", "after_unknown", "before"):
            wrong = change("aws_s3_bucket.logs", {"bucket": "secret-secret"}, {"arn": True})
            wrong["change"][key] = damaged
            assert not any("secret-secret" in problem for problem in problems_of(plan(wrong)))
