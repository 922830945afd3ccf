"""The account and the Region of a resource: told by itself, by its provider, or by data sources; else by nobody."""

from typing import Any

import pytest

from costplan.inputs.configs.declared import Unresolved

from .building import ACCOUNT, AWS, OTHER, TRAIL_ARN, change, configured, constant, plan, resources_of, root, to

TRAIL = "aws_cloudtrail.audit"


def provider(region: Any = None, **rest: Any) -> dict[str, Any]:
    expressions = {} if region is None else {"region": region}
    return {"name": "aws", "full_name": AWS, "expressions": expressions} | rest


def places(
    after: Any = None,
    providers: Any = None,
    *,
    key: str = "aws",
    address: str = TRAIL,
    entry: Any = None,
    own: Any = None,
    data: tuple[dict[str, Any], ...] = (),
    resources: tuple[dict[str, Any], ...] = (),
    calls: Any = None,
    **sections: Any,
) -> tuple[Any, Any]:
    """Return account and Region of one trail."""
    module = address.split(".")[1] if address.startswith("module.") else None
    written = configured(".".join(address.split(".")[-2:]), own, provider_config_key=key)
    configuration: dict[str, Any] = root(*resources, providers=providers)
    if module is None:
        configuration["root_module"]["resources"].append(written)
        configuration["root_module"]["module_calls"] = calls or {}
    else:
        call = (calls or {}).get(module, {})
        configuration["root_module"]["module_calls"] = {module: {"module": {"resources": [written]}} | call}
    changes = entry or change(address, after or {})
    state = {"values": {"root_module": {"resources": list(data)}}}
    value = plan(changes, configuration=configuration, prior_state=state, **sections)
    resource = resources_of(value)[address]
    return resource.account, resource.region


def test_the_attribute_region_goes_before_the_provider() -> None:
    assert places({"region": "eu-west-1"}, {"aws": provider(constant("us-east-1"))}) == (None, "eu-west-1")


def test_a_region_of_its_own_that_only_applying_tells_is_not_that_of_the_provider() -> None:
    entry = change(TRAIL, {"name": "a"}, {"region": True})
    providers = {"aws": provider(constant("us-east-1"))}
    assert places(entry=entry, providers=providers, own={"region": to("var.region")})[1] == Unresolved("var.region")
    assert places(entry=entry, providers=providers)[1] == "us-east-1"


def test_the_provider_goes_before_what_was_there_before() -> None:
    arn = f"arn:aws:cloudtrail:us-west-2:{OTHER}:trail/audit"
    entry = change(TRAIL, {"name": "a"}, {"arn": True}, before={"arn": arn}, actions=["delete", "create"])
    assert places(entry=entry, providers={"aws": provider(constant("us-east-1"))}) == (OTHER, "us-east-1")
    assert places(entry=entry, providers={"aws": provider()}) == (OTHER, "us-west-2")


def test_an_arn_tells_both() -> None:
    assert places({"arn": TRAIL_ARN}) == (ACCOUNT, "eu-west-1")
    assert places({"arn": "arn:aws:s3:::logs"}) == (None, None)
    assert places({"home_region": "eu-south-2"}) == (None, "eu-south-2")


@pytest.mark.parametrize(
    ("region", "variables", "expected"),
    [
        (constant("us-east-1"), {}, "us-east-1"),
        (to("var.region"), {"region": {"value": "eu-west-1"}}, "eu-west-1"),
        (to("var.region"), {"region": {}}, Unresolved("var.region")),
        (to("var.region"), {}, Unresolved("var.region")),
        (to("local.region"), {}, Unresolved("local.region")),
        (to("data.aws_region.here.name"), {}, Unresolved("data.aws_region.here.name")),
        (to("var.a", "var.b"), {"a": {"value": "eu-west-1"}, "b": {"value": "us-east-1"}}, None),
        (to("var.region"), {"region": {"value": None}}, None),
        (to("var.region"), {"region": {"value": ["eu-west-1"]}}, None),
        (constant("nowhere"), {}, None),
        (constant(5), {}, None),
        ("eu-west-1", {}, None),
        (None, {}, None),
    ],
)
def test_the_region_of_the_provider(region: Any, variables: Any, expected: Any) -> None:
    assert places(providers={"aws": provider(region)}, variables=variables) == (None, expected)


def test_the_default_of_a_variable_counts_in_a_whole_plan_only() -> None:
    # Before Terraform 1.1, variables hold what somebody set, and defaults stand in the configuration alone.
    configuration = root(
        configured(TRAIL),
        providers={"aws": provider(to("var.region"))},
        variables={"region": {"default": "eu-west-1"}, "odd": []},
    )
    value = plan(change(TRAIL, {}), configuration=configuration)
    assert resources_of(value)[TRAIL].region == "eu-west-1"
    assert resources_of(value | {"variables": {"region": {"value": "us-east-1"}}})[TRAIL].region == "us-east-1"
    del value["terraform_version"]
    assert resources_of(value)[TRAIL].region == Unresolved("var.region")


def test_each_resource_has_its_own_provider() -> None:
    providers = {"aws": provider(constant("us-east-1")), "aws.west": provider(constant("us-west-2"), alias="west")}
    assert places(providers=providers)[1] == "us-east-1"
    assert places(providers=providers, key="aws.west")[1] == "us-west-2"
    assert places(providers=providers, key="aws.lost")[1] is None


IN_MODULE = "module.m.aws_cloudtrail.audit"


@pytest.mark.parametrize("key", ["aws", "module.m:aws", "m:aws", "module.m.module.n:aws"])
def test_a_module_has_the_default_provider_of_its_caller(key: str) -> None:
    assert places(providers={"aws": provider(constant("us-east-1"))}, address=IN_MODULE, key=key)[1] == "us-east-1"


def test_a_module_inside_another_has_the_provider_of_the_nearest() -> None:
    outer = provider(constant("eu-west-1"), module_address="module.m")
    providers = {"aws": provider(constant("us-east-1")), "module.m:aws": outer}
    assert places(providers=providers, address=IN_MODULE, key="module.m.module.n:aws")[1] == "eu-west-1"


def test_which_provider_a_module_was_given_may_not_be_told() -> None:
    providers = {"aws": provider(constant("us-east-1")), "aws.west": provider(constant("us-west-2"), alias="west")}
    for key, name in (("module.m:aws", "aws"), ("module.m:aws.own", "aws.own")):
        assert places(providers=providers, address=IN_MODULE, key=key)[1] == Unresolved(f"provider {name} of module.m")


def test_the_provider_of_a_module_may_hang_on_its_variables() -> None:
    own = provider(to("var.region"), module_address="module.m")
    for given, expected in (
        (constant("eu-west-1"), "eu-west-1"),
        (to("var.home"), "us-east-1"),
        ({}, "module.m.var.region"),
    ):
        region = places(
            providers={"module.m:aws": own},
            address=IN_MODULE,
            key="module.m:aws",
            calls={"m": {"expressions": {"region": given}}},
            variables={"home": {"value": "us-east-1"}},
        )[1]
        assert region == (Unresolved(expected) if "var" in expected else expected)


# ---- the account ----


def identity(account: Any, name: str = "me", **rest: Any) -> dict[str, Any]:
    return {
        "address": f"data.aws_caller_identity.{name}",
        "mode": "data",
        "provider_name": AWS,
        "values": {"account_id": account},
    } | rest


def asks(name: str = "me", key: str = "aws", kind: str = "aws_caller_identity", expressions: Any = None) -> Any:
    return configured(f"data.{kind}.{name}", expressions, provider_config_key=key)


def test_the_caller_identity_of_the_same_provider_tells_the_account() -> None:
    data = (identity(ACCOUNT), identity(OTHER, "there"))
    resources = (asks(), asks("there", "aws.there"))
    providers = {"aws": provider(), "aws.there": provider(alias="there")}
    assert places(providers=providers, data=data, resources=resources)[0] == ACCOUNT
    assert places(providers=providers, data=data, resources=resources, key="aws.there")[0] == OTHER
    assert places(providers=providers, data=data, resources=resources, key="aws.third")[0] is None


def test_an_identity_of_another_provider_tells_nothing() -> None:
    assert places(data=(identity(ACCOUNT),), resources=(asks(key="aws.other"),))[0] is None


def test_identities_that_differ_tell_nothing() -> None:
    data = (identity(ACCOUNT), identity(OTHER, "there"))
    assert places(data=data, resources=(asks(), asks("there")))[0] is None
    assert places(data=(identity("root"),), resources=(asks(),))[0] is None


def test_an_arn_of_its_own_goes_before_the_identity() -> None:
    assert places({"arn": TRAIL_ARN}, data=(identity(OTHER),), resources=(asks(),))[0] == ACCOUNT


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ({"allowed_account_ids": constant([ACCOUNT])}, ACCOUNT),
        ({"allowed_account_ids": constant([int(ACCOUNT)])}, ACCOUNT),
        ({"allowed_account_ids": constant([ACCOUNT, OTHER])}, None),
        ({"allowed_account_ids": constant([])}, None),
        ({"allowed_account_ids": to("var.account")}, OTHER),
        ({"allowed_account_ids": to("var.lost")}, None),
        ({"assume_role": [{"role_arn": constant(f"arn:aws:iam::{ACCOUNT}:role/deploy")}]}, ACCOUNT),
        ({"assume_role": [{"role_arn": to("var.role")}]}, ACCOUNT),
        ({"assume_role": [{"role_arn": to("var.account")}]}, OTHER),
        ({"assume_role": [{}, []]}, None),
        ({"assume_role": constant("x")}, None),
    ],
)
def test_the_provider_may_tell_the_account(expressions: Any, expected: str | None) -> None:
    variables = {"account": {"value": OTHER}, "role": {"value": f"arn:aws:iam::{ACCOUNT}:role/deploy"}}
    assert places(providers={"aws": {"name": "aws", "expressions": expressions}}, variables=variables)[0] == expected


def test_the_data_source_of_a_region_tells_it_unless_it_asks_for_one() -> None:
    here = {"address": "data.aws_region.here", "mode": "data", "values": {"name": "eu-west-1"}}
    assert places(data=(here,), resources=(asks("here", kind="aws_region"),))[1] == "eu-west-1"
    asked = asks("here", kind="aws_region", expressions={"name": constant("eu-west-1")})
    assert places(data=(here,), resources=(asked,))[1] is None


def test_a_region_that_refers_to_a_known_data_source_is_known() -> None:
    here = {"address": "data.aws_region.here", "mode": "data", "values": {"name": "eu-west-1"}}
    providers = {"aws": provider(to("data.aws_region.here.name"))}
    assert places(providers=providers, data=(here,), resources=(asks("here", "aws.x", "aws_region"),))[1] == "eu-west-1"


def test_a_state_tells_by_the_data_sources_of_the_same_provider() -> None:
    def entry(kind: str, name: str, attributes: Any, alias: str, mode: str = "managed") -> dict[str, Any]:
        return {
            "mode": mode,
            "type": kind,
            "name": name,
            "provider": f'provider["{AWS}"]{alias}',
            "instances": [{"attributes": attributes}],
        }

    value = {
        "version": 4,
        "terraform_version": "1.9.0",
        "lineage": "x",
        "resources": [
            entry("aws_s3_bucket", "here", {"bucket": "here"}, ""),
            entry("aws_s3_bucket", "there", {"bucket": "there"}, ".there"),
            entry("aws_s3_bucket", "third", {"bucket": "third"}, ".third"),
            entry("aws_caller_identity", "me", {"account_id": ACCOUNT}, "", "data"),
            entry("aws_caller_identity", "there", {"account_id": OTHER}, ".there", "data"),
            entry("aws_region", "me", {"region": "eu-west-1"}, "", "data"),
        ],
    }
    found = resources_of(value)
    assert {name: (one.account, one.region) for name, one in found.items()} == {
        "aws_s3_bucket.here": (ACCOUNT, "eu-west-1"),
        "aws_s3_bucket.there": (OTHER, None),
        "aws_s3_bucket.third": (None, None),
    }
