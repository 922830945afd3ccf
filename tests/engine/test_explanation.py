"""Which field of a selector is the first to reject an event, and why an event is not even offered."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from costplan.engine.count_plan import plan_for
from costplan.engine.explanation import Explainer
from costplan.engine.matching import Matcher
from costplan.engine.scope import landscape_of
from costplan.inputs.volumes.logs.records import event_key
from costplan.model.events import EventCategory, EventKey
from costplan.model.matches import Absence, Explanation
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization, Scenario
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from tests.build import OWNER, PROD, SPAIN, TEST, VIRGINIA
from tests.engine import raw_records as raw
from tests.engine import scenes, twin_strategies
from tests.oracle import Context

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES

OBJECT = "AWS::S3::Object"
PUT = raw.s3("PutObject", "lake/claims/1.json")
GET = raw.s3("GetObject", "lake/claims/1.json")
LIST_KEYS = raw.record(raw.KMS, "ListKeys", read=True)


def explainer_of(recorder: Recorder, *, accounts: tuple[str, ...] = (PROD,), **more: Any) -> Explainer:
    regions = {account: Account(regions=(VIRGINIA,)) for account in accounts} | more.pop("regions", {})
    scenario = Scenario("scene", (recorder,), (), accounts=regions, **more)
    return Explainer(recorder, landscape_of(scenario, scenes.known_regions()), plan_for([recorder]).conditions)


def explain(recorder: Recorder, record: dict[str, Any], **more: Any) -> Explanation:
    return explainer_of(recorder, **more).explain(event_key(record, plan_for([recorder])))


def first_rejection(selector: AdvancedEventSelector, record: dict[str, Any]) -> str | None:
    (verdict,) = explain(raw.trail("audit", selector), record).verdicts
    return verdict.rejected_by


# ---- which field ----


@pytest.mark.parametrize(
    ("selector", "record", "expected"),
    [
        (raw.on_objects(), PUT, None),
        (raw.on_objects(), LIST_KEYS, "eventCategory"),
        (raw.on_objects(), raw.invoke("etl"), "resources.type"),
        (raw.on_objects(readOnly="true"), PUT, "readOnly"),
        (raw.on_objects(eventName={"not_equals": ["PutObject"]}), PUT, "eventName"),
        (raw.on_objects(resources_ARN={"starts": ["arn:aws:s3:::other/"]}), PUT, "resources.ARN"),
        # Unbounded: decided by the answer to a condition, not by the container.
        (raw.on_objects(resources_ARN={"starts": ["arn:aws:s3:::lake/logs/"]}), PUT, "resources.ARN"),
        (raw.on_objects(resources_ARN={"not_ends": [".json"]}), PUT, "resources.ARN"),
        (raw.on_objects(userIdentity_arn={"ends": ["/somebody"]}), PUT, "userIdentity.arn"),
        (raw.on_objects(sessionCredentialFromConsole="true"), PUT, "sessionCredentialFromConsole"),
        (raw.advanced("Management", eventSource={"not_equals": [raw.KMS]}), LIST_KEYS, "eventSource"),
        # Without a type nothing asks for it.
        (raw.advanced("Data", resources_ARN={"starts": ["arn:aws:s3:::other/"]}), PUT, "resources.ARN"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_field_that_rejects_is_named(
    selector: AdvancedEventSelector, record: dict[str, Any], expected: str | None
) -> None:
    assert first_rejection(selector, record) == expected


def test_of_several_fields_that_reject_the_category_is_named_first_then_the_own_order_then_resources() -> None:
    category = FieldSelector("eventCategory", equals=("Data",))
    of_type = FieldSelector("resources.type", equals=(OBJECT,))
    arn = FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::other/",))
    name, read = FieldSelector("eventName", equals=("CopyObject",)), FieldSelector("readOnly", equals=("true",))

    selector = AdvancedEventSelector((arn, of_type, name, read, category))
    assert explainer_of(raw.trail("audit", selector)).selectors == (
        ("selector 1", ("eventCategory", "eventName", "readOnly", "resources.type", "resources.ARN")),
    )
    assert first_rejection(selector, LIST_KEYS) == "eventCategory"
    assert first_rejection(selector, PUT) == "eventName"
    assert first_rejection(AdvancedEventSelector((arn, of_type, read, name, category)), PUT) == "readOnly"
    assert first_rejection(AdvancedEventSelector((arn, of_type, category)), raw.invoke("etl")) == "resources.type"
    assert first_rejection(AdvancedEventSelector((arn, of_type, category)), PUT) == "resources.ARN"


def test_the_type_and_the_arn_of_two_different_elements_are_a_rejection_by_the_arn() -> None:
    # R30: the table has the ARN that is asked, its stream has the type.
    table = f"arn:aws:dynamodb:{VIRGINIA}:{PROD}:table/orders"
    elements = [
        {"type": "AWS::DynamoDB::Table", "ARN": table},
        {"type": "AWS::DynamoDB::Stream", "ARN": f"{table}/stream/2026"},
    ]
    record = raw.data(raw.DYNAMODB, "GetRecords", elements, read=True)
    of_stream = {"resources_type": "AWS::DynamoDB::Stream", "resources_ARN": {"equals": [table]}}
    assert first_rejection(raw.advanced("Data", **of_stream), record) == "resources.ARN"
    of_table = {**of_stream, "resources_type": "AWS::DynamoDB::Table"}
    assert first_rejection(raw.advanced("Data", **of_table), record) is None


def test_what_the_selector_asks_of_the_field_comes_with_the_verdict() -> None:
    selector = raw.on_objects(resources_ARN={"starts": ["arn:aws:s3:::other/"]})
    (verdict,) = explain(raw.trail("audit", selector), PUT).verdicts
    assert verdict.asks == (FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::other/",)),)


def test_each_selector_has_a_verdict_of_its_own_and_one_that_admits_is_enough() -> None:
    recorder = raw.trail("audit", raw.advanced("Management"), raw.on_objects(readOnly="false"))
    found = explain(recorder, PUT)
    assert (found.truth, [v.truth for v in found.verdicts]) == (YES, [NO, YES])
    assert [v.rejected_by for v in explain(recorder, GET).verdicts] == ["eventCategory", "readOnly"]


def test_basic_selectors_are_explained_part_by_part() -> None:
    recorder = raw.trail("audit", raw.basic("WriteOnly", s3=("arn:aws:s3:::lake/",)))
    explainer = explainer_of(recorder)
    assert [name for name, _ in explainer.selectors] == ["selector 1: management events", f"selector 1: {OBJECT}"]
    assert [v.rejected_by for v in explain(recorder, GET).verdicts] == ["eventCategory", "readOnly"]


def test_a_trail_without_selectors_of_its_own_rejects_data_events_by_their_category() -> None:
    (verdict,) = explain(raw.trail("audit"), PUT).verdicts
    assert verdict.rejected_by == "eventCategory"


# ---- perhaps ----


def test_a_value_that_is_known_only_later_may_match_but_no_earlier_field_is_forgotten() -> None:
    later = FieldSelector("resources.ARN", starts_with=(UNKNOWN,))
    recorder = raw.trail("audit", AdvancedEventSelector((*raw.on_objects(readOnly="false").fields, later)))
    assert explain(recorder, PUT).truth is MAYBE
    assert explain(recorder, PUT).verdicts[0].rejected_by is None
    assert explain(recorder, GET).verdicts[0].rejected_by == "readOnly"


def test_an_exclusion_that_hits_one_of_two_objects_may_match() -> None:
    two = [{"type": OBJECT, "ARN": f"arn:aws:s3:::{bucket}/1"} for bucket in ("lake", "logs")]
    recorder = raw.trail("audit", raw.on_objects(resources_ARN={"not_starts": ["arn:aws:s3:::logs/"]}))
    assert explain(recorder, raw.data(raw.S3, "DeleteObjects", two, read=False)).truth is MAYBE


def test_a_member_of_which_nobody_knows_whether_the_home_region_is_enabled_may_match() -> None:
    recorder = raw.trail("org", account=OWNER, home_region=SPAIN, is_organization=True, is_multi_region=True)
    unlisted = {TEST: Account(), OWNER: Account(regions=(SPAIN,))}
    record = raw.record(raw.KMS, "ListKeys", read=True, recipientAccountId=TEST, awsRegion=VIRGINIA)
    key = event_key(record, plan_for([recorder]))
    scenario = Scenario("scene", (recorder,), (scenes.Volumes((scenes.VolumeRow(key, scenes.Quantity.exact(1)),)),))
    landscape = landscape_of(replace(scenario, accounts=unlisted), scenes.known_regions())
    found = Explainer(recorder, landscape).explain(key)
    assert (found.absence, found.truth) == (None, MAYBE)


# ---- not offered ----

OWN_DELIVERY = raw.s3("PutObject", "logs/1.gz", userIdentity=raw.service(raw.CLOUDTRAIL))
CREATE_USER = raw.record(raw.IAM, "CreateUser", read=False)
OF_TEST = raw.record(raw.KMS, "ListKeys", read=True, recipientAccountId=TEST)
IN_IRELAND = raw.record(raw.KMS, "ListKeys", read=True, awsRegion="eu-west-1")


@pytest.mark.parametrize(
    ("recorder", "record", "expected"),
    [
        (raw.trail("audit"), LIST_KEYS, None),
        (raw.trail("audit"), OF_TEST, Absence.OTHER_ACCOUNT),
        (raw.trail("audit"), IN_IRELAND, Absence.OTHER_REGION),
        (raw.trail("audit", is_logging=False), LIST_KEYS, Absence.NOT_LOGGING),
        (raw.store("lake", is_ingesting=False), LIST_KEYS, Absence.NOT_LOGGING),
        (raw.trail("audit", is_organization=True), OF_TEST, None),
        (raw.trail("audit", raw.on_objects(), recursive_logging=False), OWN_DELIVERY, Absence.RECURSIVE_LOGGING),
        (raw.trail("audit", raw.on_objects(), recursive_logging=False), PUT, None),
        (raw.trail("audit", raw.on_objects()), OWN_DELIVERY, None),
        (raw.trail("audit", include_global_service_events=False), CREATE_USER, Absence.GLOBAL_SERVICE_EVENT),
        (raw.trail("audit", include_global_service_events=False), LIST_KEYS, None),
        # Each of two settings is blamed for its own events only.
        (
            raw.trail("audit", include_global_service_events=False, recursive_logging=False),
            CREATE_USER,
            Absence.GLOBAL_SERVICE_EVENT,
        ),
        (
            raw.trail("audit", raw.on_objects(), include_global_service_events=False, recursive_logging=False),
            OWN_DELIVERY,
            Absence.RECURSIVE_LOGGING,
        ),
        # R63: a multi-Region trail always has them.
        (raw.trail("audit", include_global_service_events=False, is_multi_region=True), CREATE_USER, None),
    ],
)
def test_an_event_out_of_scope_has_a_reason_and_no_verdicts(
    recorder: Recorder, record: dict[str, Any], expected: Absence | None
) -> None:
    found = explain(recorder, record, accounts=(PROD, TEST))
    assert found.absence is expected
    assert bool(found.verdicts) is (expected is None)
    assert expected is None or found.truth is NO


def test_a_member_that_has_not_enabled_the_home_region_is_told_apart_from_other_accounts() -> None:
    recorder = raw.trail("org", account=OWNER, home_region=SPAIN, is_organization=True, is_multi_region=True)
    organization = Organization(management_account=OWNER, members=(PROD,))
    regions = {OWNER: Account(regions=(SPAIN,))}
    found = explain(recorder, LIST_KEYS, regions=regions, organization=organization)
    assert found.absence is Absence.HOME_REGION_NOT_ENABLED
    outsider = explain(recorder, OF_TEST, accounts=(PROD, TEST), regions=regions, organization=organization)
    assert outsider.absence is Absence.OTHER_ACCOUNT


# ---- laws ----


def _law_holds(recorder: Recorder, record: dict[str, Any], context: Context, seen: Counter[str]) -> None:
    plan = plan_for([recorder])
    key = event_key(record, plan)
    scenario = scenes.scenario_of([recorder], [(record, 1)], context)
    found = Explainer(recorder, landscape_of(scenario, scenes.known_regions()), plan.conditions).explain(key)
    assert found.truth is scenes.engine_records(recorder, record, scenario)
    if found.absence is not None:
        seen[found.absence] += 1
        return
    each = Matcher(recorder, plan.conditions).match_each(key)
    assert len(each) == len(found.verdicts)
    for truth, verdict in zip(each, found.verdicts, strict=True):
        assert verdict.truth <= truth
        assert (verdict.rejected_by is not None) is (verdict.truth is NO)
        seen[str(verdict.rejected_by)] += 1


def test_an_explanation_says_what_the_matcher_says_and_every_rejection_has_a_field() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(twin_strategies.scenes())
    def hold(scene: tuple[Context, list[Recorder], list[dict[str, Any]]]) -> None:
        context, recorders, records = scene
        for recorder in recorders:
            for record in records:
                _law_holds(recorder, record, context, seen)

    hold()
    # An answer that never comes up would be an answer nobody tested.
    fields = ("eventCategory", "readOnly", "eventSource", "eventName", "resources.type", "resources.ARN", "None")
    assert all(seen[field] > 10 for field in (*fields, Absence.OTHER_ACCOUNT, Absence.OTHER_REGION)), seen


def test_a_field_that_rejects_nothing_is_not_blamed() -> None:
    """Taking the named field out of the selector lets the event pass that field."""
    selector = raw.on_objects(readOnly="true", eventName="CopyObject")
    without = AdvancedEventSelector(tuple(field for field in selector.fields if field.field != "readOnly"))
    assert first_rejection(selector, PUT) == "readOnly"
    assert first_rejection(without, PUT) == "eventName"


def test_keys_of_other_categories_than_trails_get_are_rejected_by_their_category() -> None:
    key = EventKey(PROD, VIRGINIA, EventCategory.INSIGHT)
    (verdict,) = explainer_of(raw.trail("audit")).explain(key).verdicts
    assert verdict.rejected_by == "eventCategory"
