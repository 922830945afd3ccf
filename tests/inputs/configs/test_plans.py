"""Terraform's plans, states and recordings as configurations: trails joined with what belongs to them."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs import Given, is_configuration, read_config, read_configuration
from costplan.inputs.documents import parse_document
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, LogClass, Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN
from tests.inputs.configs.terraform.building import ACCOUNT, BUCKET, GROUP, TRAIL, change, configured, plan, root, to

STORE, INSIGHTS = "aws_cloudtrail_event_data_store", "aws_cloudtrail_insight_selectors"
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"
EU = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}}


def read(folder: Path, value: Any) -> tuple[Any, ...]:
    path = folder / "plan.json"
    path.write_text(json.dumps(value))
    return read_config(path)


def trail_values(**values: Any) -> dict[str, Any]:
    """What the provider writes for a trail of which only name and bucket are set."""
    return {
        "name": "audit",
        "s3_bucket_name": "amzn-s3-demo-logs",
        "s3_key_prefix": None,
        "enable_logging": True,
        "include_global_service_events": True,
        "is_multi_region_trail": False,
        "is_organization_trail": False,
        "enable_log_file_validation": False,
        "kms_key_id": None,
        "sns_topic_name": None,
        "cloud_watch_logs_group_arn": None,
        "event_selector": [],
        "advanced_event_selector": [],
        "insight_selector": [],
    } | values


def test_a_trail_of_the_defaults(tmp_path: Path) -> None:
    (trail,) = read(tmp_path, plan(change(f"{TRAIL}.a", trail_values(), {"arn": True, "id": True})))
    assert trail == Trail("audit", bucket=LogBucket("amzn-s3-demo-logs"))
    assert trail.assumed == ()
    assert trail.is_declared


def test_a_trail_is_joined_with_what_belongs_to_it_by_reference(tmp_path: Path) -> None:
    """Names that only applying makes: ``configuration`` tells whose they are."""
    trail_unknown = {"s3_bucket_name": True, "cloud_watch_logs_group_arn": True, "kms_key_id": True, "arn": True}
    values = trail_values()
    for name in trail_unknown:
        values.pop(name, None)
    value = plan(
        change(f"{TRAIL}.a", values, trail_unknown),
        change(f"{BUCKET}.logs", {"bucket_prefix": "amzn-s3-demo-"}, {"bucket": True, "id": True}),
        change(
            f"{LIFECYCLE}.logs",
            {"rule": [{"status": "Enabled", "transition": [], "expiration": [{"days": 400}]}]},
            {"bucket": True},
        ),
        change(f"{GROUP}.trail", {"name": "trail", "retention_in_days": 30}, {"arn": True}),
        configuration=root(
            configured(
                f"{TRAIL}.a",
                {
                    "s3_bucket_name": to(f"{BUCKET}.logs.id"),
                    "cloud_watch_logs_group_arn": to(f"{GROUP}.trail.arn"),
                    "kms_key_id": to("aws_kms_key.k.arn"),
                },
            ),
            configured(f"{BUCKET}.logs"),
            configured(f"{LIFECYCLE}.logs", {"bucket": to(f"{BUCKET}.logs.id")}),
            configured(f"{GROUP}.trail"),
            providers=EU,
        ),
    )
    (trail,) = read(tmp_path, value)
    assert trail == Trail(
        "audit",
        home_region="eu-west-1",
        bucket=LogBucket(None, region="eu-west-1", has_kms_key=True, lifecycle=(LifecycleRule(expiration_days=400),)),
        cloudwatch_logs=CloudWatchLogs(30),
    )
    assert trail.assumed == (
        "its bucket is nobody else's: s3_bucket_name is known only when it is applied (aws_s3_bucket.logs.id)",
    )


@pytest.mark.parametrize(
    ("values", "unknown", "log_class"),
    [
        ({"log_group_class": "INFREQUENT_ACCESS"}, {}, LogClass.INFREQUENT_ACCESS),
        ({"log_group_class": "STANDARD"}, {}, LogClass.STANDARD),
        # What nobody set is filled in by AWS, and a plan marks it as known only after it is applied.
        ({}, {"log_group_class": True}, LogClass.STANDARD),
    ],
)
def test_the_class_of_a_log_group_is_read_with_its_retention(
    tmp_path: Path, values: dict[str, Any], unknown: dict[str, Any], log_class: LogClass
) -> None:
    group = {"name": "trail", "retention_in_days": 30, **values}
    value = plan(
        change(f"{TRAIL}.a", trail_values(), {"cloud_watch_logs_group_arn": True}),
        change(f"{GROUP}.trail", group, {"arn": True, **unknown}),
        configuration=root(
            configured(f"{TRAIL}.a", {"cloud_watch_logs_group_arn": to(f"{GROUP}.trail.arn")}),
            configured(f"{GROUP}.trail"),
        ),
    )
    (trail,) = read(tmp_path, value)
    assert trail.cloudwatch_logs == CloudWatchLogs(30, log_class)
    assert trail.assumed == ()


@pytest.mark.parametrize("attribute", ["id", "bucket"])
def test_trails_that_share_a_bucket_nobody_can_name_yet_say_so(tmp_path: Path, attribute: str) -> None:
    values = trail_values()
    del values["s3_bucket_name"]
    value = plan(
        change(f"{TRAIL}.a", values, {"s3_bucket_name": True}),
        change(f"{TRAIL}.b", values | {"name": "other"}, {"s3_bucket_name": True}),
        change(f"{BUCKET}.logs", {}, {"id": True, "bucket": True}),
        configuration=root(
            configured(f"{TRAIL}.a", {"s3_bucket_name": to(f"{BUCKET}.logs.id")}),
            configured(f"{TRAIL}.b", {"s3_bucket_name": to(f"{BUCKET}.logs.{attribute}")}),
            configured(f"{BUCKET}.logs"),
        ),
    )
    said = "delivers to its bucket: s3_bucket_name is known only when it is applied (aws_s3_bucket.logs"
    assert [trail.assumed for trail in read(tmp_path, value)] == [
        (f"other and nobody else {said}.id)",),
        (f"audit and nobody else {said}.{attribute})",),
    ]


def test_a_selector_that_only_applying_makes_may_match(tmp_path: Path) -> None:
    selector = {"field_selector": [{"field": "eventCategory", "equals": ["Data"]}, {"field": "resources.ARN"}]}
    value = plan(
        change(
            f"{TRAIL}.a",
            trail_values(advanced_event_selector=[selector]),
            {"advanced_event_selector": [{"field_selector": [{}, {"starts_with": [True]}]}]},
        ),
        configuration=root(configured(f"{TRAIL}.a", {"advanced_event_selector": [{}]})),
    )
    (trail,) = read(tmp_path, value)
    assert trail.selectors == (
        AdvancedEventSelector(
            (
                FieldSelector("eventCategory", equals=("Data",)),
                FieldSelector("resources.ARN", starts_with=(UNKNOWN,)),
            )
        ),
    )
    (said,) = trail.assumed
    assert said.startswith("selectors may match what they name only when they are applied")


def test_a_flag_that_only_applying_makes_is_its_default_and_says_so(tmp_path: Path) -> None:
    values = trail_values()
    del values["is_multi_region_trail"]
    value = plan(
        change(f"{TRAIL}.a", values, {"is_multi_region_trail": True}),
        configuration=root(configured(f"{TRAIL}.a", {"is_multi_region_trail": to("module.org.is_multi")})),
    )
    (trail,) = read(tmp_path, value)
    assert not trail.is_multi_region
    assert trail.assumed == (
        "a single-Region trail: is_multi_region_trail is known only when it is applied (module.org.is_multi)",
    )


def test_a_store_without_selectors_of_its_own_has_the_default(tmp_path: Path) -> None:
    """The provider marks what AWS will fill in as known after apply; nothing about it is unknown."""
    values = {"name": "lake", "multi_region_enabled": True, "organization_enabled": False, "retention_period": 90}
    value = plan(change(f"{STORE}.a", values | {"suspend": True}, {"advanced_event_selector": True, "arn": True}))
    (store,) = read(tmp_path, value)
    assert store == EventDataStore("lake", is_ingesting=False, retention_days=90)
    assert store.assumed == ()


def test_a_bucket_without_lifecycle_rules_has_none(tmp_path: Path) -> None:
    value = plan(
        change(f"{TRAIL}.a", trail_values()),
        change(f"{BUCKET}.logs", {"bucket": "amzn-s3-demo-logs"}, {"lifecycle_rule": True}),
    )
    (trail,) = read(tmp_path, value)
    assert (trail.bucket.lifecycle, trail.assumed) == ((), ())


def test_the_old_rules_in_the_bucket_itself(tmp_path: Path) -> None:
    rule = {"enabled": True, "transition": [{"days": 90, "storage_class": "GLACIER"}], "expiration": [{"days": 400}]}
    off = {"enabled": False, "expiration": [{"days": 1}]}
    value = plan(
        change(f"{TRAIL}.a", trail_values()),
        change(f"{BUCKET}.logs", {"bucket": "amzn-s3-demo-logs", "lifecycle_rule": [rule, off]}),
    )
    (trail,) = read(tmp_path, value)
    assert trail.bucket.lifecycle == (LifecycleRule(90, "GLACIER"), LifecycleRule(expiration_days=400))


@pytest.mark.parametrize("named", ["amzn-s3-demo-logs", None])
def test_rules_of_a_bucket_that_is_declared_elsewhere(tmp_path: Path, named: str | None) -> None:
    """By its name, or by a reference that nobody here resolves."""
    rules = {"rule": [{"status": "Enabled", "expiration": [{"days": 30}]}]}
    reference = to("module.logs.bucket")
    value = plan(
        change(f"{TRAIL}.a", trail_values(s3_bucket_name=named), {} if named else {"s3_bucket_name": True}),
        change(f"{LIFECYCLE}.a", rules | {"bucket": named}, {} if named else {"bucket": True}),
        change(f"{LIFECYCLE}.b", rules | {"bucket": "amzn-s3-demo-other"}),
        configuration=root(
            configured(f"{TRAIL}.a", {"s3_bucket_name": reference}), configured(f"{LIFECYCLE}.a", {"bucket": reference})
        ),
    )
    (trail,) = read(tmp_path, value)
    assert trail.bucket == LogBucket(named, lifecycle=(LifecycleRule(expiration_days=30),))


@pytest.mark.parametrize("by", ["name", "reference"])
def test_insights_of_a_resource_of_their_own(tmp_path: Path, by: str) -> None:
    selectors = [{"insight_type": "ApiCallRateInsight", "event_categories": ["Management", "Data"]}]
    own = {"insight_selector": selectors}
    marks = {"trail_name": True} if by == "reference" else {}
    value = plan(
        change(f"{TRAIL}.a", trail_values(), {"arn": True}),
        change(f"{INSIGHTS}.a", own | ({} if marks else {"trail_name": "audit"}), marks),
        configuration=root(configured(f"{TRAIL}.a"), configured(f"{INSIGHTS}.a", {"trail_name": to(f"{TRAIL}.a.arn")})),
    )
    (trail,) = read(tmp_path, value)
    categories = (EventCategory.MANAGEMENT, EventCategory.DATA)
    assert trail.insights == (InsightSelector(InsightType.API_CALL_RATE, categories),)


def test_insights_that_a_trail_and_a_resource_of_their_own_both_have_are_counted_once(tmp_path: Path) -> None:
    # Terraform's provider reads the selectors of the resource back into the trail.
    own = [{"insight_type": "ApiCallRateInsight"}]
    apart = [{"insight_type": "ApiCallRateInsight", "event_categories": ["Management", "Data"]}]
    (trail,) = read(
        tmp_path,
        plan(
            change("aws_cloudtrail.a", trail_values(insight_selector=own)),
            change(f"{INSIGHTS}.a", {"trail_name": "audit", "insight_selector": apart}),
        ),
    )
    assert trail.insights == (
        InsightSelector(InsightType.API_CALL_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),
    )


@pytest.mark.parametrize(
    ("of_trail", "apart", "name"),
    [
        pytest.param(True, False, "aws_cloudtrail.a.insight_selector", id="all-of-the-trail"),
        pytest.param([{"insight_type": True}], False, "aws_cloudtrail.a.insight_selector[0].insight_type", id="a-type"),
        pytest.param(False, True, f"{INSIGHTS}.a.insight_selector", id="all-of-a-resource-of-their-own"),
    ],
)
def test_insights_that_only_applying_tells_are_off_and_said(
    tmp_path: Path, of_trail: Any, apart: bool, name: str
) -> None:
    given = [{}] if isinstance(of_trail, list) else None
    (trail,) = read(
        tmp_path,
        plan(
            change("aws_cloudtrail.a", trail_values(insight_selector=given), {"insight_selector": of_trail}),
            change(f"{INSIGHTS}.a", {"trail_name": "audit"}, {"insight_selector": apart}),
        ),
    )
    assert trail.insights == ()
    assert f"Insights that are known only when it is applied are off ({name})" in trail.assumed


def test_a_recording_of_pytest_terraform(tmp_path: Path) -> None:
    arn = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"
    value = {"pytest-terraform": 1, "outputs": {}, "resources": {TRAIL: {"a": trail_values(arn=arn)}}}
    assert read(tmp_path, value) == (Trail("audit", ACCOUNT, "eu-west-1", arn, bucket=LogBucket("amzn-s3-demo-logs")),)
    with pytest.raises(BadInputError, match="a recording of pytest-terraform of another version"):
        read(tmp_path, value | {"pytest-terraform": 2})


def stays(address: str, values: dict[str, Any], was: dict[str, Any] | None = None) -> dict[str, Any]:
    return change(address, values, before=was or values, actions=("no-op",) if was is None else ("update",))


def both_sides(folder: Path, value: Any, indent: int | None = None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The recorders after a plan and before it."""
    path = folder / "plan.json"
    path.write_text(json.dumps(value, indent=indent))
    found = read_configuration(path)
    return found.recorders, found.replaced


def test_a_trail_that_a_plan_leaves_as_it_is_is_read_once(tmp_path: Path) -> None:
    other = trail_values(name="other", is_multi_region_trail=True)
    after, before = both_sides(
        tmp_path,
        plan(
            stays(f"{TRAIL}.a", trail_values()),
            stays(f"{TRAIL}.b", other, other | {"is_multi_region_trail": False}),
            stays(f"{BUCKET}.logs", {"bucket": "amzn-s3-demo-logs"}),
        ),
    )
    assert before[0] is after[0]
    assert [trail.is_multi_region for trail in after] == [False, True]
    assert [trail.is_multi_region for trail in before] == [False, False]


@pytest.mark.parametrize(
    ("now", "was", "expected"),
    [({"days": 400}, {"days": 30}, [400, 30]), ({"days": 400}, None, [400, None]), (None, {"days": 30}, [None, 30])],
)
def test_what_a_trail_hangs_on_may_change_while_it_stays(
    tmp_path: Path, now: dict[str, Any] | None, was: dict[str, Any] | None, expected: list[int | None]
) -> None:
    def rules(expiration: dict[str, Any] | None) -> dict[str, Any] | None:
        rule = {"status": "Enabled", "transition": [], "expiration": [expiration]}
        return expiration and {"bucket": "amzn-s3-demo-logs", "rule": [rule]}

    actions = {(True, True): "update", (True, False): "create", (False, True): "delete"}[bool(now), bool(was)]
    lifecycle = change(f"{LIFECYCLE}.logs", rules(now), before=rules(was), actions=(actions,))
    sides = both_sides(tmp_path, plan(stays(f"{TRAIL}.a", trail_values()), lifecycle))
    days = [next((rule.expiration_days for rule in trail.bucket.lifecycle), None) for (trail,) in sides]
    assert days == expected


def test_in_a_plan_of_many_lines_each_side_has_its_own(tmp_path: Path) -> None:
    value = plan(stays(f"{TRAIL}.a", trail_values()))
    (after,), (before,) = both_sides(tmp_path, value, indent=1)
    lines = (tmp_path / "plan.json").read_text().splitlines()
    assert [lines[one.where.line - 1].strip() for one in (after, before)] == ['"after": {', '"before": {']


def test_a_trail_whose_bucket_is_not_known_yet_is_read_on_each_side(tmp_path: Path) -> None:
    """Whose bucket it is may depend on any other trail; before, it was known."""
    known = trail_values()
    unknown = {name: value for name, value in known.items() if name != "s3_bucket_name"}
    moved = change(f"{TRAIL}.a", unknown, {"s3_bucket_name": True}, before=known, actions=("update",))
    (after,), (before,) = both_sides(tmp_path, plan(moved))
    assert (after.bucket.name, before.bucket.name) == (None, "amzn-s3-demo-logs")
    assert before.assumed == ()


def test_a_plan_without_a_trail_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(change(f"{BUCKET}.logs", {"bucket": "cloudtrail"}))))
    found = read_configuration(path)
    assert found.recorders == ()
    assert [note.what for note in found.set_aside] == ["is a Terraform plan or state without a trail"]


def test_a_document_that_was_read_is_taken_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("{}")
    document = parse_document(str(path), json.dumps(plan(change(f"{TRAIL}.a", trail_values(name="read already")))))

    assert is_configuration(path, document)
    assert not is_configuration(path)
    assert [recorder.name for recorder in read_configuration(path, document=document).recorders] == ["read already"]


def test_the_wrong_word_after_as_reads_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(change(f"{TRAIL}.a", trail_values()))))
    assert read_config(path, Given(form="terraform")) == read_config(path)
    with pytest.raises(BadInputError, match="read as aws-api"):
        read_config(path, Given(form="aws-api"))


def saved_plan() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("tfplan", b"\x00")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("tfplan", saved_plan(), "is a plan as Terraform saves it, not JSON"),
        (
            "plan.json",
            b'{"@level":"info","@message":"Terraform 1.9.0"}\n{"@level":"info"}\n',
            "is the log of terraform",
        ),
        ("main.tf", b'resource "aws_cloudtrail" "a" {}\n', "is source code of Terraform, not a plan"),
        ("prod.tfvars", b'name = "a"\n', "holds variables of Terraform, not a plan"),
    ],
)
def test_what_terraform_writes_besides_is_named(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInputError, match=what) as caught:
        read_config(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.hint == "give the output of terraform show -json PLAN"
    # In a folder, it stands beside what is meant.
    (tmp_path / "show.json").write_text(json.dumps(plan(change(f"{TRAIL}.a", trail_values()))))
    found = read_configuration(tmp_path)
    assert (len(found.recorders), len(found.set_aside)) == (1, 1)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"is_multi_region_trail": "perhaps"}, 'must be true or false, not "perhaps"'),
        ({"event_selector": [{"read_write_type": "Some"}]}, "is no ReadWriteType"),
        ({"advanced_event_selector": [{"field_selector": [{"field": "eventname", "equals": ["x"]}]}]}, '"eventName"?'),
    ],
)
def test_faults_are_told(tmp_path: Path, values: dict[str, Any], what: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(tmp_path, plan(change(f"{TRAIL}.a", trail_values(**values))))
    (problem,) = caught.value.problems
    assert what in str(problem)


# ---- real plans and states ----


@pytest.mark.real_data
def test_every_real_plan_and_state_is_read(real_data: Path) -> None:
    """Counted by hand: two trails in each of seven plans, one in the eighth and in each of seven states."""
    plans = {path.name: read_config(path) for path in sorted((real_data / "configs" / "plan-json").iterdir())}
    states = {path.name: read_config(path) for path in sorted((real_data / "configs" / "tf-state").iterdir())}
    assert sorted(map(len, plans.values())) == [1, *[2] * 7]
    assert [len(trails) for trails in states.values()] == [1] * 7
    trails = [trail for found in plans.values() for trail in found]
    assert {trail.home_region for trail in trails} == {"us-east-2"}
    # Only the plans of Terraform 1 know the account, from a data source.
    assert sum(trail.account is None for trail in trails) == 12
