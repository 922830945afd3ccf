"""Plans made to hang, to fill the memory or to recurse without end; and right ones, damaged at random."""

import json
import time
from random import Random
from typing import Any

import pytest

from costplan.inputs.configs.declared import DeclaredResource, Unresolved
from costplan.inputs.configs.recognition import is_terraform
from costplan.inputs.configs.terraform import declared_resources
from costplan.inputs.documents import Document, parse_document
from costplan.model.problems import Problem

from .building import ACCOUNT, AWS, TRAIL_ARN, change, configured, constant, plan, root, to, unknown_in

LONGEST_SECONDS = 10
TRAIL = "aws_cloudtrail.audit"


def read(value: Any) -> tuple[tuple[DeclaredResource, ...], list[str]]:
    document = parse_document("plan.json", json.dumps(value))
    problems: list[Problem] = []
    start = time.perf_counter()
    found = declared_resources(document, problems)
    assert time.perf_counter() - start < LONGEST_SECONDS
    return found, [str(problem) for problem in problems]


def unknown_trail(expression: Any, **sections: Any) -> dict[str, Any]:
    configuration = root(configured(TRAIL, {"s3_bucket_name": expression})) | sections.pop("configuration", {})
    return plan(change(TRAIL, {}, {"s3_bucket_name": True}), configuration=configuration, **sections)


def the_bucket(value: Any) -> Unresolved:
    (trail, *_), problems = read(value)
    assert problems == []
    bucket = trail.values["s3_bucket_name"]
    assert isinstance(bucket, Unresolved)
    return bucket


def test_outputs_that_refer_to_each_other_end() -> None:
    modules = {
        "a": {"module": {"outputs": {"x": {"expression": to("var.x")}}}, "expressions": {"x": to("module.b.x")}},
        "b": {"module": {"outputs": {"x": {"expression": to("var.x")}}}, "expressions": {"x": to("module.a.x")}},
    }
    value = unknown_trail(to("module.a.x"))
    value["configuration"]["root_module"]["module_calls"] = modules
    assert the_bucket(value) == Unresolved(f"{TRAIL}.s3_bucket_name", TRAIL, "s3_bucket_name")


def test_a_resource_that_refers_to_itself_ends() -> None:
    value = unknown_trail({"references": [f"{TRAIL}.s3_bucket_name"]})
    assert the_bucket(value).resource == TRAIL
    policy = configured("aws_s3_bucket_policy.p", {"bucket": to("aws_s3_bucket_policy.p.id")})
    value = unknown_trail(to("aws_s3_bucket_policy.p.bucket"))
    value["configuration"]["root_module"]["resources"].append(policy)
    assert "s3_bucket" in the_bucket(value).what


def test_outputs_that_fan_out_do_not_grow_without_bound() -> None:
    many = [f"module.m{number}.x" for number in range(300)]
    modules = {
        f"m{number}": {"module": {"outputs": {"x": {"expression": to("var.x")}}}, "expressions": {"x": to(*many)}}
        for number in range(300)
    }
    trails = [change(f"aws_cloudtrail.t{number}", {}, {"s3_bucket_name": True}) for number in range(200)]
    written = [configured(f"aws_cloudtrail.t{number}", {"s3_bucket_name": to("module.m0.x")}) for number in range(200)]
    found, problems = read(plan(*trails, configuration=root(*written, module_calls=modules)))
    assert problems == []
    assert all(len(trail.values["s3_bucket_name"].what) < 150 for trail in found)
    assert all(trail.values["s3_bucket_name"].resource is None for trail in found)


def test_a_reference_beyond_the_bound_is_not_left_out() -> None:
    names = ["aws_s3_bucket.logs.id", *(f"local.l{number}" for number in range(150))]
    value = unknown_trail(to(*names))
    value["resource_changes"].append(change("aws_s3_bucket.logs", {}, {"id": True}))
    bucket = the_bucket(value)
    assert bucket.resource is None
    assert bucket.what == "aws_s3_bucket.logs.id, local.l0, local.l1, local.l2, …"


def test_a_long_way_of_modules_ends() -> None:
    module: dict[str, Any] = {"outputs": {"x": {"expression": constant("end")}}}
    for _ in range(150):
        module = {
            "outputs": {"x": {"expression": to("module.m.x")}},
            "module_calls": {"m": {"module": module}},
        }
    value = unknown_trail(to("module.m.x"))
    value["configuration"]["root_module"]["module_calls"] = {"m": {"module": module}}
    assert the_bucket(value).what.startswith("module.m")


def test_long_addresses_and_references_are_not_told_in_full() -> None:
    long = "x" * 100_000
    value = plan(
        change(f"aws_cloudtrail.{long}", {}),
        change("module." * 20_000, {}),
        change(TRAIL, {}, {"s3_bucket_name": True}),
        configuration=root(configured(TRAIL, {"s3_bucket_name": {"references": [long, "a." * 50_000, "[" * 50_000]}})),
    )
    found, problems = read(value)
    assert [resource.name for resource in found] == [TRAIL]
    assert len(problems) == 2
    assert len(found[0].values["s3_bucket_name"].what) < 150
    assert max(map(len, problems)) < 300


def test_thousands_of_values_of_one_expression_are_named_in_time() -> None:
    references = to(*(f"aws_s3_bucket.b{number}.arn" for number in range(5000)))
    blocks = [{"field_selector": [{"field": constant("resources.ARN"), "equals": references}] * 20}] * 2
    after = [{"field_selector": [{"field": "resources.ARN", "equals": [None] * 200}] * 20}]
    unknown = [{"field_selector": [{"equals": [True] * 200}] * 20}]
    value = plan(
        change(TRAIL, {"advanced_event_selector": after}, {"advanced_event_selector": unknown}),
        configuration=root(configured(TRAIL, {"advanced_event_selector": blocks})),
    )
    (trail,), _ = read(value)
    named = list(unknown_in(trail.values))
    assert len(named) == 4000
    assert all(one.what.startswith("aws_s3_bucket.b0.arn, ") for one in named)


@pytest.mark.parametrize(("selectors", "fields"), [(1, 3000), (10, 10)])
def test_many_blocks_that_look_the_same_are_not_searched(selectors: int, fields: int) -> None:
    block = {"field_selector": [{"field": constant("resources.ARN"), "equals": to("aws_s3_bucket.a.arn")}] * fields}
    after = [{"field_selector": [{"field": "resources.ARN", "equals": [None]}] * fields}]
    unknown = [{"field_selector": [{"equals": [True]}] * fields}]
    value = plan(
        change(TRAIL, {"advanced_event_selector": after}, {"advanced_event_selector": unknown}),
        configuration=root(configured(TRAIL, {"advanced_event_selector": [block] * selectors})),
    )
    (trail,), _ = read(value)
    assert next(unknown_in(trail.values)).what.startswith(f"{TRAIL}.advanced_event_selector[0]")


@pytest.mark.parametrize("side", ["after", "after_unknown"])
def test_deep_values_are_told(side: str) -> None:
    deep: Any = True
    for _ in range(300):
        deep = [deep]
    entry = change(TRAIL, {"name": "audit"})
    entry["change"][side] = {"tags": deep}
    found, problems = read(plan(entry))
    assert [problem.partition(": ")[2] for problem in problems] == [
        "values are nested more than 100 deep — no resource of AWS has such values"
    ]
    assert [resource.values for resource in found] == [{}]


def test_deep_child_modules_are_read() -> None:
    module: dict[str, Any] = {"resources": [{"address": TRAIL, "values": {"name": "audit"}}]}
    for _ in range(200):
        module = {"child_modules": [module]}
    found, problems = read({"planned_values": {"root_module": module}})
    assert (len(found), problems) == (1, [])


def test_thousands_of_resources_and_faults_are_read_in_time() -> None:
    rights = [change(f"aws_s3_bucket.b[{number}]", {"bucket": "b"}, {"arn": True}) for number in range(5000)]
    wrongs = [change(f"aws_s3_bucket.w[{number}]", []) for number in range(5000)]
    providers = {f"aws.p{number}": {"name": "aws", "alias": "p", "expressions": {}} for number in range(5000)}
    value = plan(*rights, *wrongs, configuration=root(configured("aws_s3_bucket.b"), providers=providers))
    found, problems = read(value)
    assert (len(found), len(problems)) == (10_000, 5000)


# ---- damage ----


def whole_plan() -> dict[str, Any]:
    """Return a plan with a bit of everything."""
    bucket = {"outputs": {"id": {"expression": to("aws_s3_bucket.this.id")}}, "variables": {"name": {"default": None}}}
    bucket |= {"resources": [configured("aws_s3_bucket.this", {"bucket": to("var.name")})]}
    selector = {"name": constant("x"), "field_selector": [{"field": constant("a"), "equals": to("local.arns")}]}
    expressions = {"s3_bucket_name": to("module.bucket.id"), "advanced_event_selector": [selector]}
    identity = {"address": "data.aws_caller_identity.me", "mode": "data", "values": {"account_id": ACCOUNT}}
    return plan(
        change(
            f"{TRAIL}[0]",
            {"name": "audit", "advanced_event_selector": [{"name": "x", "field_selector": [{"field": "a"}]}]},
            {"s3_bucket_name": True, "advanced_event_selector": [{"field_selector": [{"equals": True}]}]},
            before={"name": "older", "arn": TRAIL_ARN},
            actions=["update"],
            previous_address=TRAIL,
        ),
        change('module.bucket["a"].aws_s3_bucket.this', {"bucket": None}, {"id": True, "bucket": True}),
        change("aws_s3_bucket.gone", None, before={"bucket": "gone"}, actions=["delete"], deposed="0a1b2c3d"),
        deferred_changes=[{"reason": "provider_config_unknown", "resource_change": change("aws_sns_topic.late", {})}],
        complete=False,
        prior_state={"values": {"root_module": {"resources": [identity], "child_modules": [{"resources": []}]}}},
        planned_values={"root_module": {"resources": [{"address": TRAIL, "mode": "managed", "values": {}}]}},
        variables={"region": {"value": "eu-west-1"}},
        configuration=root(
            configured(TRAIL, expressions, count_expression=constant(1)),
            configured("data.aws_caller_identity.me"),
            providers={"aws": {"name": "aws", "expressions": {"region": to("var.region")}}},
            module_calls={
                "bucket": {
                    "module": bucket,
                    "expressions": {"name": to("each.value")},
                    "for_each_expression": to("local.l"),
                }
            },
        ),
    )


def whole_state() -> dict[str, Any]:
    instance = {"index_key": 0, "attributes": {"name": "audit", "arn": TRAIL_ARN, "event_selector": [{}]}}
    entry = {"module": "module.m[0]", "mode": "managed", "type": "aws_cloudtrail", "name": "audit", "provider": AWS}
    data = {"mode": "data", "type": "aws_region", "name": "r", "instances": [{"attributes": {"name": "eu-west-1"}}]}
    return {
        "version": 4,
        "terraform_version": "1.9.0",
        "lineage": "x",
        "resources": [entry | {"instances": [instance, instance | {"index_key": "k", "deposed": "d"}]}, data],
    }


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, member in items for place in places_in(member, (*path, key)))]


WORDS = ["x", "", "module.bucket", 'a["', "var.name", "each.value", "local.l", "data", "managed", "update", "\0", "1.0"]
VALUES = [None, True, False, 0, -1, 10**30, 1.5, [], {}, [[]], [{}], {"references": ["each.value"]}, {"a": {"b": 1}}]
VALUES += [{"constant_value": ["x"]}, [True], [None], {"expressions": [1]}, "[0]", *WORDS]


def damage(whole: Any, random: Random) -> Any:
    value = json.loads(json.dumps(whole))
    places = places_in(value)[1:]
    for _ in range(random.randint(1, 5)):
        *way, last = random.choice(places)
        holder = value
        try:
            for step in way:
                holder = holder[step]
            if random.random() < 0.2:
                del holder[last]
            elif random.random() < 0.3:
                # A part of the document itself in the wrong place.
                source = value
                for step in random.choice(places):
                    source = source[step]
                holder[last] = json.loads(json.dumps(source))
            else:
                holder[last] = random.choice(VALUES)
        except (KeyError, IndexError, TypeError):
            continue
    return value


@pytest.mark.parametrize("whole", [whole_plan(), whole_state()], ids=["plan", "state"])
def test_what_is_damaged_anywhere_is_read_or_told(whole: Any) -> None:
    random = Random(20)
    told = 0
    for _ in range(1500):
        document = Document("plan.json", damage(whole, random))
        for is_before in (False, True):
            problems: list[Problem] = []
            notes: list[Problem] = []
            is_terraform(document)
            for resource in declared_resources(document, problems, notes, is_before=is_before):
                assert isinstance(resource.values, dict)
                assert isinstance(resource.name, str)
                assert resource.account is None or len(resource.account) == 12
                assert all(isinstance(one.what, str) and one.what for one in unknown_in(resource.values))
            assert all(
                isinstance(problem, Problem) and problem.where.path == "plan.json" for problem in problems + notes
            )
            told += bool(problems)
    assert told > 300


def test_the_damage_begins_with_what_is_right() -> None:
    found, problems = read(whole_plan())
    assert problems == []
    assert [(one.name, one.account, one.region) for one in found] == [
        (f"{TRAIL}[0]", ACCOUNT, "eu-west-1"),
        ('module.bucket["a"].aws_s3_bucket.this', ACCOUNT, "eu-west-1"),
    ]
    bucket = 'module.bucket["a"].aws_s3_bucket.this'
    assert found[0].values["s3_bucket_name"] == Unresolved(f"{bucket}.id", bucket, "id")
    found, problems = read(whole_state())
    assert ([one.name for one in found], problems) == (["module.m[0].aws_cloudtrail.audit[0]"], [])


def test_every_part_may_be_of_any_shape() -> None:
    for whole in (whole_plan(), whole_state()):
        for place in places_in(whole)[1:]:
            for wrong in (None, [], {}, "x", 5, [["x"]], {"x": []}):
                value = json.loads(json.dumps(whole))
                holder = value
                for step in place[:-1]:
                    holder = holder[step]
                holder[place[-1]] = wrong
                problems: list[Problem] = []
                declared_resources(Document("plan.json", value), problems, [])
                declared_resources(Document("plan.json", value), problems, [], is_before=True)
