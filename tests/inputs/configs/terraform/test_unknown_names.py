"""What is unknown has the name of what it hangs on, followed through modules, variables and outputs."""

from typing import Any

import pytest

from costplan.inputs.configs.declared import Unresolved

from .building import change, configured, constant, plan, resources_of, root, to

UNKNOWN_BUCKET = change("aws_s3_bucket.logs", {}, {"id": True, "arn": True, "bucket": True})
LOGS = "aws_s3_bucket.logs"


def name_of(expression: Any, *changes: dict[str, Any], attribute: str = "s3_bucket_name", **sections: Any) -> Any:
    """Return the value of an unknown attribute with an expression in the root module."""
    resources = sections.pop("resources", [])
    module = sections.pop("module", {})
    configuration = root(configured("aws_cloudtrail.audit", {attribute: expression}), *resources, **module)
    trail = change("aws_cloudtrail.audit", {"name": "audit"}, {attribute: True})
    value = plan(*changes, trail, configuration=configuration, **sections)
    return resources_of(value)["aws_cloudtrail.audit"].values[attribute]


def test_a_reference_to_a_declared_resource_leads_to_it() -> None:
    assert name_of(to("aws_s3_bucket.logs.id"), UNKNOWN_BUCKET) == Unresolved("aws_s3_bucket.logs.id", LOGS, "id")
    assert name_of(to("aws_s3_bucket.logs.arn"), UNKNOWN_BUCKET) == Unresolved("aws_s3_bucket.logs.arn", LOGS, "arn")


def test_terraform_before_1_tells_the_resource_only() -> None:
    assert name_of({"references": [LOGS]}, UNKNOWN_BUCKET) == Unresolved(LOGS, LOGS)


def test_a_reference_to_what_is_not_declared_has_its_name_only() -> None:
    assert name_of(to("random_id.x.hex"), UNKNOWN_BUCKET) == Unresolved("random_id.x.hex")
    assert name_of(to("aws_s3_bucket.other.id"), UNKNOWN_BUCKET) == Unresolved("aws_s3_bucket.other.id")
    assert name_of(to("data.aws_s3_bucket.other.id")) == Unresolved("data.aws_s3_bucket.other.id")
    assert name_of(to("local.bucket")) == Unresolved("local.bucket")
    assert name_of(to("var.bucket")) == Unresolved("var.bucket")


def test_without_an_expression_it_is_the_resource_s_own() -> None:
    own = Unresolved("aws_cloudtrail.audit.arn", "aws_cloudtrail.audit", "arn")
    for expression in ({}, None, "x", [], {"references": "x"}, {"references": [1, None]}):
        assert name_of(expression, attribute="arn") == own


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        (
            ("aws_s3_bucket.logs.arn", "aws_s3_bucket.more.arn"),
            Unresolved("aws_s3_bucket.logs.arn, aws_s3_bucket.more.arn"),
        ),
        (("random_id.x.hex", "aws_s3_bucket.logs.id"), Unresolved("random_id.x.hex, aws_s3_bucket.logs.id")),
        (
            ("local.is_on", "aws_s3_bucket.logs.id"),
            Unresolved("local.is_on, aws_s3_bucket.logs.id", LOGS, "id"),
        ),
        (
            ("data.aws_s3_bucket.x.id", "aws_s3_bucket.logs.id"),
            Unresolved("data.aws_s3_bucket.x.id, aws_s3_bucket.logs.id"),
        ),
        (("var.is_on", "aws_s3_bucket.logs.id", "path.module"), Unresolved("aws_s3_bucket.logs.id", LOGS, "id")),
        (("count.index", "each.key", "aws_s3_bucket.logs.id"), Unresolved("aws_s3_bucket.logs.id", LOGS, "id")),
    ],
)
def test_what_is_known_takes_no_part_and_two_resources_are_no_one(references: Any, expected: Unresolved) -> None:
    more = change("aws_s3_bucket.more", {}, {"arn": True})
    variables = {"is_on": {"value": True}}
    assert name_of(to(*references), UNKNOWN_BUCKET, more, variables=variables) == expected


def test_an_attribute_that_is_known_is_not_why_a_text_is_unknown() -> None:
    bucket = change("aws_s3_bucket.logs", {"bucket": "logs"}, {"id": True})
    expression = to("aws_s3_bucket.logs.bucket", "random_id.x.hex")
    assert name_of(expression, bucket, attribute="s3_key_prefix") == Unresolved("random_id.x.hex")


def test_an_element_of_a_list_may_be_what_is_known() -> None:
    website = {"website": [{"index_document": "x"}, {}]}
    bucket = change("aws_s3_bucket.logs", website, {"website": [{}, {"index_document": True}]})
    references = [f"aws_s3_bucket.logs.website[{index}].index_document" for index in range(3)]
    name = name_of({"references": references}, bucket, attribute="s3_key_prefix")
    assert name == Unresolved(f"{references[1]}, {references[2]}", LOGS, "website")


# ---- texts known after all ----


def test_the_id_of_a_bucket_is_its_name_where_that_is_known() -> None:
    bucket = change("aws_s3_bucket.logs", {"bucket": "logs-of-mine"}, {"id": True, "arn": True})
    assert name_of(to("aws_s3_bucket.logs.id"), bucket) == "logs-of-mine"
    # Of a longer text, or of its ARN, the name is not the whole.
    assert name_of(to("aws_s3_bucket.logs.id"), bucket, attribute="s3_key_prefix") == Unresolved(
        "aws_s3_bucket.logs.id", LOGS, "id"
    )
    assert name_of(to("aws_s3_bucket.logs.arn"), bucket) == Unresolved("aws_s3_bucket.logs.arn", LOGS, "arn")
    assert name_of({"references": [LOGS]}, bucket) == Unresolved(LOGS, LOGS)
    assert name_of(to("aws_s3_bucket.logs.id", "local.x"), bucket) == Unresolved(
        "aws_s3_bucket.logs.id, local.x", LOGS, "id"
    )


def test_what_belongs_to_a_bucket_leads_to_it() -> None:
    policy = configured("aws_s3_bucket_policy.logs", {"bucket": to("aws_s3_bucket.logs.id")})
    expected = Unresolved("aws_s3_bucket.logs.id", LOGS, "id")
    for attribute in ("bucket", "id"):
        assert name_of(to(f"aws_s3_bucket_policy.logs.{attribute}"), UNKNOWN_BUCKET, resources=[policy]) == expected
    both = to("aws_s3_bucket_policy.logs.id", "aws_s3_bucket.logs.id")
    assert name_of(both, UNKNOWN_BUCKET, resources=[policy]) == expected


def test_the_id_of_other_parts_of_a_bucket_is_another_text() -> None:
    bucket = {"bucket": to("aws_s3_bucket.logs.id")}
    owned = configured("aws_s3_bucket_versioning.x", bucket | {"expected_bucket_owner": constant("111122223333")})
    for other in (owned, configured("aws_s3_bucket_inventory.x", bucket)):
        reference = f"{other['type']}.x.id"
        value = name_of(to(reference), UNKNOWN_BUCKET, resources=[other])
        assert (value.what, value.resource) == (reference, None)


def test_a_resource_that_is_switched_off_takes_no_part() -> None:
    policy = configured("aws_s3_bucket_policy.off", {}, count_expression=to("var.is_on"))
    expression = to("aws_s3_bucket_policy.off[0].id", "aws_s3_bucket.logs.id")
    assert name_of(expression, UNKNOWN_BUCKET, resources=[policy]) == Unresolved("aws_s3_bucket.logs.id", LOGS, "id")


# ---- instances ----


def of_many(*indexes: str) -> tuple[dict[str, Any], ...]:
    return tuple(change(f"aws_s3_bucket.logs{index}", {}, {"id": True}) for index in indexes)


@pytest.mark.parametrize(
    ("own", "indexes", "reference", "expected"),
    [
        ("", ("[0]",), "aws_s3_bucket.logs[0].id", "aws_s3_bucket.logs[0]"),
        ("", ('["a"]', '["b.c"]'), 'aws_s3_bucket.logs["b.c"].id', 'aws_s3_bucket.logs["b.c"]'),
        ("", ("[0]",), "aws_s3_bucket.logs", "aws_s3_bucket.logs[0]"),
        ("", ("[0]", "[1]"), "aws_s3_bucket.logs", None),
        ("[1]", ("[0]", "[1]"), "aws_s3_bucket.logs", "aws_s3_bucket.logs[1]"),
        ('["b"]', ('["a"]', '["b"]'), "aws_s3_bucket.logs", 'aws_s3_bucket.logs["b"]'),
        ('["c"]', ('["a"]', '["b"]'), "aws_s3_bucket.logs", None),
        ('["c"]', ("",), "aws_s3_bucket.logs.id", "aws_s3_bucket.logs"),
        ("", ("[0]",), "aws_s3_bucket.logs[7].id", None),
    ],
)
def test_the_instance_is_the_one_that_is_meant(
    own: str, indexes: tuple[str, ...], reference: str, expected: str | None
) -> None:
    configuration = root(configured("aws_cloudtrail.audit", {"s3_bucket_name": {"references": [reference]}}))
    trail = change(f"aws_cloudtrail.audit{own}", {}, {"s3_bucket_name": True})
    found = resources_of(plan(*of_many(*indexes), trail, configuration=configuration))
    value = found[f"aws_cloudtrail.audit{own}"].values["s3_bucket_name"]
    assert (value.what, value.resource) == (reference, expected)


def test_each_value_leads_to_for_each() -> None:
    written = configured(
        "aws_cloudtrail.audit", {"s3_bucket_name": to("each.value")}, for_each_expression=to("aws_s3_bucket.logs.id")
    )
    trail = change('aws_cloudtrail.audit["a"]', {}, {"s3_bucket_name": True})
    found = resources_of(plan(UNKNOWN_BUCKET, trail, configuration=root(written)))
    assert found['aws_cloudtrail.audit["a"]'].values["s3_bucket_name"] == Unresolved(
        "aws_s3_bucket.logs.id", LOGS, "id"
    )


# ---- modules ----


def calls(**modules: Any) -> dict[str, Any]:
    return {"module_calls": modules}


def in_modules(trail: str, *changes: dict[str, Any], configuration: dict[str, Any], **sections: Any) -> Any:
    """Return the bucket's name of a trail whose bucket's name is unknown."""
    entry = change(trail, {}, {"s3_bucket_name": True})
    found = resources_of(plan(entry, *changes, configuration=configuration, **sections))
    return found[trail].values["s3_bucket_name"]


TRAIL_OF_A_VARIABLE = {
    "resources": [configured("aws_cloudtrail.this", {"s3_bucket_name": to("var.bucket")})],
    "variables": {"bucket": {}},
}
BUCKET_MODULE = {
    "outputs": {"id": {"expression": to("aws_s3_bucket.this.id")}, "odd": {"expression": {}}, "none": {}},
    "resources": [configured("aws_s3_bucket.this")],
}


def test_references_stay_within_their_module() -> None:
    module = {
        "resources": [
            configured("aws_cloudtrail.this", {"s3_bucket_name": to("aws_s3_bucket.this.id")}),
            configured("aws_s3_bucket.this"),
        ]
    }
    buckets = [
        change(f"{path}aws_s3_bucket.this", {}, {"id": True}) for path in ("", 'module.a["x"].', 'module.a["y"].')
    ]
    value = in_modules('module.a["y"].aws_cloudtrail.this', *buckets, configuration=root(**calls(a={"module": module})))
    bucket = 'module.a["y"].aws_s3_bucket.this'
    assert value == Unresolved(f"{bucket}.id", bucket, "id")


def test_a_variable_leads_to_the_call_and_an_output_into_the_module() -> None:
    configuration = root(
        **calls(
            trail={"module": TRAIL_OF_A_VARIABLE, "expressions": {"bucket": to("module.bucket.id", "module.bucket")}},
            bucket={"module": BUCKET_MODULE},
        )
    )
    bucket = change("module.bucket.aws_s3_bucket.this", {}, {"id": True})
    value = in_modules("module.trail.aws_cloudtrail.this", bucket, configuration=configuration)
    assert value == Unresolved("module.bucket.aws_s3_bucket.this.id", "module.bucket.aws_s3_bucket.this", "id")


def test_a_bucket_of_another_module_whose_name_is_known_is_told_by_name() -> None:
    configuration = root(
        **calls(
            trail={"module": TRAIL_OF_A_VARIABLE, "expressions": {"bucket": to("module.bucket.id")}},
            bucket={"module": BUCKET_MODULE},
        )
    )
    bucket = change("module.bucket.aws_s3_bucket.this", {"bucket": "logs"}, {"id": True})
    assert in_modules("module.trail.aws_cloudtrail.this", bucket, configuration=configuration) == "logs"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (to("local.bucket"), "local.bucket"),
        (to("var.bucket"), "var.bucket"),
        (to("module.bucket.odd"), "module.bucket.odd"),
        (to("module.bucket.none"), "module.bucket.none"),
        (to("module.bucket.missing"), "module.bucket.missing"),
        (to("module.nowhere.id"), "module.nowhere.id"),
        ({"references": ["module.bucket"]}, "module.bucket"),
        ({"references": ["module.bucket[1].id"]}, "module.bucket[1].id"),
        ({}, "module.trail.var.bucket"),
    ],
)
def test_where_the_way_ends_is_the_name(expression: Any, expected: str) -> None:
    configuration = root(
        **calls(
            trail={"module": TRAIL_OF_A_VARIABLE, "expressions": {"bucket": expression}},
            bucket={"module": BUCKET_MODULE},
        )
    )
    bucket = change("module.bucket.aws_s3_bucket.this", {}, {"id": True})
    value = in_modules("module.trail.aws_cloudtrail.this", bucket, configuration=configuration)
    assert value == Unresolved(expected)


def test_names_of_a_module_begin_with_its_address() -> None:
    module = {"resources": [configured("aws_cloudtrail.this", {"s3_bucket_name": to("local.bucket", "var.other")})]}
    configuration = root(**calls(a={"module": module, "expressions": {}}))
    value = in_modules("module.a[0].aws_cloudtrail.this", configuration=configuration)
    assert value == Unresolved("module.a[0].local.bucket, module.a[0].var.other")


def test_defaults_and_constants_of_variables_are_known() -> None:
    module = {
        "resources": [configured("aws_cloudtrail.this", {"s3_bucket_name": to("var.a", "var.b", "local.c")})],
        "variables": {"a": {"default": "x"}, "b": {}},
    }
    configuration = root(**calls(m={"module": module, "expressions": {"b": constant("y")}}))
    value = in_modules("module.m.aws_cloudtrail.this", configuration=configuration)
    assert value == Unresolved("module.m.local.c")


def test_each_value_of_a_call_leads_to_its_for_each() -> None:
    call = {
        "module": TRAIL_OF_A_VARIABLE,
        "expressions": {"bucket": to("each.value")},
        "for_each_expression": to("aws_s3_bucket.logs.id"),
    }
    value = in_modules('module.m["a"].aws_cloudtrail.this', UNKNOWN_BUCKET, configuration=root(**calls(m=call)))
    assert value == Unresolved("aws_s3_bucket.logs.id", LOGS, "id")


# ---- blocks ----


def block_names(blocks: Any, after: Any, unknown: Any, name: str = "advanced_event_selector") -> list[str]:
    configuration = root(configured("aws_cloudtrail.audit", {name: blocks}))
    more = [change(f"aws_s3_bucket.{letter}", {}, {"arn": True}) for letter in "abc"]
    entry = change("aws_cloudtrail.audit", {name: after}, {name: unknown})
    values = resources_of(plan(*more, entry, configuration=configuration))["aws_cloudtrail.audit"].values
    found: list[Unresolved] = []

    def collect(value: Any) -> None:
        if isinstance(value, Unresolved):
            found.append(value)
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                collect(item)

    collect(values[name])
    assert all((one.resource is None) == ("," in one.what) for one in found)
    return [one.what for one in found]


def test_blocks_of_a_list_stand_in_the_order_of_the_configuration() -> None:
    blocks = [{"data_resource": [{"values": to(f"aws_s3_bucket.{letter}.arn")}]} for letter in "ab"]
    after = [{"data_resource": [{"values": [None]}]} for _ in "ab"]
    unknown = [{"data_resource": [{"values": [True]}]} for _ in "ab"]
    assert block_names(blocks, after, unknown, "event_selector") == ["aws_s3_bucket.a.arn", "aws_s3_bucket.b.arn"]


def test_blocks_of_a_set_are_told_apart_by_their_constants() -> None:
    fields = [
        {"field": constant("resources.ARN"), "starts_with": to("aws_s3_bucket.a.arn")},
        {"field": constant("eventName"), "equals": constant(["GetObject"])},
        {"field": constant("userIdentity.arn"), "starts_with": to("aws_s3_bucket.b.arn")},
    ]
    after = [
        {
            "field_selector": [
                {"field": "userIdentity.arn", "starts_with": [None]},
                {"field": "eventName", "equals": ["GetObject"]},
                {"field": "resources.ARN", "starts_with": [None]},
            ]
        }
    ]
    unknown = [{"field_selector": [{"starts_with": [True]}, {}, {"starts_with": [True]}]}]
    names = ["aws_s3_bucket.b.arn", "aws_s3_bucket.a.arn"]
    assert block_names([{"field_selector": fields}], after, unknown) == names


def test_blocks_that_cannot_be_told_apart_all_give_their_names() -> None:
    fields = [{"field": constant("resources.ARN"), "equals": to(f"aws_s3_bucket.{letter}.arn")} for letter in "ab"]
    after = [{"field_selector": [{"field": "resources.ARN", "equals": [None]} for _ in "ab"]}]
    unknown = [{"field_selector": [{"equals": [True]} for _ in "ab"]}]
    both = "aws_s3_bucket.a.arn, aws_s3_bucket.b.arn"
    assert block_names([{"field_selector": fields}], after, unknown) == [both, both]


def test_of_a_dynamic_block_nothing_is_told() -> None:
    # Terraform leaves dynamic blocks out of the configuration, so what is written there may be another block.
    after = [{"data_resource": [{"values": [None]}, {"values": [None]}]}]
    unknown = [{"data_resource": [{"values": [True]}, {"values": [True]}]}]
    blocks = [{"data_resource": [{"values": to("aws_s3_bucket.a.arn")}]}]
    assert block_names(blocks, after, unknown, "event_selector") == [
        f"aws_cloudtrail.audit.event_selector[0].data_resource[{index}].values[0]" for index in range(2)
    ]


def test_a_single_block_may_be_no_list() -> None:
    after, unknown = [{"values": [None]}], [{"values": [True]}]
    assert block_names({"values": to("aws_s3_bucket.a.arn")}, after, unknown) == ["aws_s3_bucket.a.arn"]


def test_a_lifecycle_rule_is_joined_with_its_bucket() -> None:
    configuration = root(
        configured("aws_s3_bucket_lifecycle_configuration.logs", {"bucket": to("aws_s3_bucket.logs.id")})
    )
    rules = change("aws_s3_bucket_lifecycle_configuration.logs", {"rule": []}, {"bucket": True})
    found = resources_of(plan(UNKNOWN_BUCKET, rules, configuration=configuration))
    assert found["aws_s3_bucket_lifecycle_configuration.logs"].values["bucket"] == Unresolved(
        "aws_s3_bucket.logs.id", LOGS, "id"
    )
