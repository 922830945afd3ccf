"""What must be recorded, where: by trails of every scope."""

from dataclasses import replace
from typing import Any

import pytest

from costplan.advice.check.requirements import Requirements
from costplan.inputs.prices import read_regions
from costplan.model.events import EventCategory
from costplan.model.policy import EventsAsked, Extent, RecordersAsked, Requirement, Within
from costplan.model.problems import Location
from costplan.model.recorders import IS_RUNNING, DirectDelivery, Recorder
from costplan.model.scenario import Account, Organization
from costplan.model.selectors import AdvancedEventSelector, EventSelector, FieldSelector, ReadWriteType
from costplan.model.unknown import UNKNOWN
from costplan.model.verdicts import Outcome, Verdict
from costplan.model.volumes import Volumes
from tests.build import (
    IRELAND,
    OWNER,
    PROD,
    SPAIN,
    TEST,
    VIRGINIA,
    make_coverage,
    make_object,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

PASSED, BROKEN, OPEN = Outcome.PASSED, Outcome.BROKEN, Outcome.COULD_NOT_TELL
EVERY_REGION, EVERY_ACCOUNT = Within(Extent.EVERY_REGION), Within(Extent.EVERY_ACCOUNT)
REGIONS = read_regions()

TWO_REGIONS = {PROD: Account(regions=(IRELAND, VIRGINIA))}
ORGANIZATION = Organization("o-exampleorgid", OWNER, (OWNER, PROD, TEST))
MANAGED = EventCategory.MANAGEMENT
MANAGEMENT = EventsAsked(MANAGED)
CLAIMS = EventsAsked(EventCategory.DATA, False, resource_type="AWS::S3::Object", container="arn:aws:s3:::claims")


def ask(
    *recorders: Recorder,
    events: EventsAsked = MANAGEMENT,
    within: Within = EVERY_REGION,
    by: RecordersAsked | None = None,
    say: str = "",
    **scene: Any,
) -> Verdict:
    scenario = make_scenario(*recorders, rows=scene.pop("rows", (make_row(1),)), **scene)
    required = Requirement("r", events, within, by or RecordersAsked(), say, where=Location("costplan.yaml", 9))
    return Requirements(scenario, REGIONS).verdict_on(required)


def everywhere(name: str = "audit", *selectors: Any, **rest: Any) -> Recorder:
    return make_trail(name, is_multi_region=True, selectors=selectors or None, **rest)


READS, WRITES = EventSelector(ReadWriteType.READ_ONLY), EventSelector(ReadWriteType.WRITE_ONLY)
NO_KMS = EventSelector(exclude_management_event_sources=("kms.amazonaws.com",))
LATER = EventSelector(exclude_management_event_sources=(UNKNOWN,))


@pytest.mark.parametrize(
    ("recorders", "outcome", "says"),
    [
        pytest.param([everywhere()], PASSED, "management events are recorded in eu-west-1, us-east-1 of", id="all"),
        pytest.param([], BROKEN, "management events are not recorded in eu-west-1, us-east-1 of 111122223333", id="no"),
        pytest.param([make_trail()], BROKEN, "are not recorded in us-east-1 of 111122223333", id="one Region only"),
        pytest.param([make_trail(), make_trail("v", PROD, VIRGINIA)], PASSED, "", id="a trail in each Region"),
        pytest.param([everywhere(is_logging=False)], BROKEN, "are not recorded in", id="a stopped trail"),
        pytest.param([everywhere("audit", READS)], BROKEN, "are not all recorded in eu-west-1, us-east-1", id="reads"),
        pytest.param([everywhere("audit", READS)], BROKEN, "; missing are writes", id="reads: what is missing"),
        pytest.param([everywhere("r", READS), everywhere("w", WRITES)], PASSED, "", id="two trails between them"),
        pytest.param([everywhere("a", NO_KMS)], BROKEN, "; missing are kms.amazonaws.com", id="without KMS"),
        pytest.param([everywhere("a", NO_KMS, WRITES)], BROKEN, "missing are kms.amazonaws.com, reads", id="KMS reads"),
        pytest.param([everywhere("a", NO_KMS), everywhere("b")], PASSED, "", id="another trail has KMS"),
        pytest.param([everywhere("a", LATER)], OPEN, "may not all be recorded", id="an exclusion known later"),
        pytest.param([make_store()], PASSED, "", id="a store"),
        pytest.param(
            [
                DirectDelivery(
                    "d", PROD, IRELAND, (IRELAND, VIRGINIA), selectors=(make_selector(EventCategory.MANAGEMENT),)
                )
            ],
            PASSED,
            "",
            id="direct deliveries",
        ),
        pytest.param([everywhere(starts_in_month=2)], BROKEN, "", id="not yet in the last month"),
        pytest.param([everywhere("o", on_objects())], BROKEN, "", id="data events only"),
    ],
)
def test_management_events_in_every_region(recorders: list[Recorder], outcome: Outcome, says: str) -> None:
    found = ask(*recorders, accounts=TWO_REGIONS)

    assert found.outcome is outcome, found.message
    assert says in found.message
    assert bool(found.hint) is (outcome is not PASSED)


def left_open(*names: str, **rest: Any) -> Recorder:
    return make_trail("audit", undecided=tuple((name, "taken") for name in names), **rest)


@pytest.mark.parametrize(
    ("recorder", "by", "outcomes"),
    [
        (left_open(), {}, (PASSED, BROKEN)),
        (left_open(IS_RUNNING), {}, (OPEN, BROKEN)),
        (left_open(IS_RUNNING, is_multi_region=True), {}, (OPEN, OPEN)),
        (left_open("is_multi_region"), {}, (PASSED, OPEN)),
        (left_open("is_multi_region"), {"is_multi_region": True}, (OPEN, OPEN)),
        (left_open("is_multi_region"), {"is_multi_region": False}, (OPEN, BROKEN)),
        (left_open("is_multi_region", "is_organization"), {"is_organization": True}, (OPEN, OPEN)),
        (left_open("is_organization", is_multi_region=True), {}, (PASSED, PASSED)),
        # Only the leader's Region has events of global services, and no multi-Region trail leaves them out.
        (left_open("include_global_service_events", home_region=VIRGINIA), {}, (BROKEN, OPEN)),
        (left_open("include_global_service_events", is_multi_region=True), {}, (PASSED, PASSED)),
        (left_open("insights", is_multi_region=True), {}, (PASSED, PASSED)),
        # Wherever it is, it records none of these.
        (left_open("is_multi_region", selectors=(on_objects(),)), {}, (BROKEN, BROKEN)),
        (left_open(IS_RUNNING, is_logging=False), {}, (BROKEN, BROKEN)),
    ],
)
def test_what_code_leaves_open_leaves_a_requirement_open(
    recorder: Recorder, by: dict[str, bool], outcomes: tuple[Outcome, Outcome]
) -> None:
    asked = [
        ask(recorder, within=Within(Extent.EVERY_REGION, PROD, region), by=RecordersAsked(**by), accounts=TWO_REGIONS)
        for region in (IRELAND, VIRGINIA)
    ]
    assert tuple(found.outcome for found in asked) == outcomes


def test_another_trail_makes_sure_of_what_one_leaves_open() -> None:
    assert ask(left_open(IS_RUNNING), everywhere("sure"), accounts=TWO_REGIONS).outcome is PASSED


def test_what_need_not_be_recorded_is_said() -> None:
    but_kms = EventsAsked(EventCategory.MANAGEMENT, but_not_sources=("kms.amazonaws.com",))
    assert ask(everywhere("a", NO_KMS), events=but_kms).outcome is PASSED
    only_reads = EventsAsked(EventCategory.MANAGEMENT, read_only=True)
    assert ask(everywhere("a", READS), events=only_reads).outcome is PASSED
    only_kms = EventsAsked(EventCategory.MANAGEMENT, event_sources=("kms.amazonaws.com",))
    assert ask(everywhere("a", NO_KMS), events=only_kms).outcome is BROKEN


@pytest.mark.parametrize(
    ("by", "outcome"),
    [
        (RecordersAsked(kind="trail"), PASSED),
        (RecordersAsked(is_multi_region=True), BROKEN),
        (RecordersAsked(is_multi_region=False), PASSED),
        (RecordersAsked(is_organization=True), BROKEN),
        (RecordersAsked(kind="event data store"), BROKEN),
    ],
    ids=str,
)
def test_only_some_recorders_count(by: RecordersAsked, outcome: Outcome) -> None:
    found = ask(make_trail(), by=by, accounts={PROD: Account(regions=(IRELAND,))})
    assert found.outcome is outcome


def test_default_regions_are_enabled_though_nobody_lists_them() -> None:
    # 17 Regions of the partition are on in every account (R70); the trail is in one of them.
    found = ask(make_trail())
    assert found.outcome is BROKEN
    assert "13 more of 111122223333" in found.message
    assert ask(everywhere()).outcome is PASSED
    assert SPAIN not in found.message


def test_an_account_has_the_default_regions_of_its_own_partition() -> None:
    beijing = make_trail("cn", TEST, "cn-north-1", is_multi_region=True)
    of_prod = Within(Extent.EVERY_REGION, PROD)
    assert ask(make_trail(), beijing, within=of_prod).message == ask(make_trail(), within=of_prod).message
    found = ask(make_trail(), beijing, within=Within(Extent.EVERY_REGION, TEST))
    assert found.message == f"management events are recorded in cn-north-1, cn-northwest-1 of {TEST}"


@pytest.mark.parametrize(
    ("recorder", "outcome"),
    [
        (make_trail("org", OWNER, is_organization=True, is_multi_region=True), PASSED),
        (make_trail("org", OWNER, is_organization=True), BROKEN),
        (everywhere(), BROKEN),
        # An opt-in home Region that a member may or may not have enabled (R70).
        (make_trail("org", OWNER, SPAIN, is_organization=True, is_multi_region=True), OPEN),
    ],
    ids=["multi-Region", "single-Region", "one account", "opt-in home"],
)
def test_every_region_of_every_account_of_an_organization(recorder: Recorder, outcome: Outcome) -> None:
    assert ask(recorder, organization=ORGANIZATION).outcome is outcome


def test_every_account_has_to_have_one_region() -> None:
    by_each = [make_trail(f"t{account}", account) for account in (OWNER, PROD, TEST)]
    assert ask(*by_each, organization=ORGANIZATION, within=EVERY_ACCOUNT).outcome is PASSED
    found = ask(*by_each[:2], organization=ORGANIZATION, within=EVERY_ACCOUNT)
    assert found.outcome is BROKEN
    assert TEST in found.message
    assert PROD not in found.message
    # Where there are two, the first is told.
    found = ask(make_trail("v", PROD, VIRGINIA), make_trail(), within=EVERY_ACCOUNT)
    assert found.message == f"management events are recorded in {IRELAND} of {PROD}"


@pytest.mark.parametrize(
    ("within", "outcome"),
    [
        (Within(Extent.EVERY_REGION, PROD, IRELAND), PASSED),
        (Within(Extent.EVERY_REGION, None, IRELAND), PASSED),
        (Within(Extent.EVERY_REGION, PROD, VIRGINIA), BROKEN),
        (Within(Extent.EVERY_REGION, PROD), BROKEN),
        (Within(Extent.EVERY_REGION, TEST, IRELAND), BROKEN),
        # The account lists its Regions, and this one is not among them.
        (Within(Extent.EVERY_REGION, PROD, SPAIN), OPEN),
    ],
    ids=str,
)
def test_one_place(within: Within, outcome: Outcome) -> None:
    assert ask(make_trail(), within=within, accounts=TWO_REGIONS).outcome is outcome


def test_names_of_reads_are_asked_of_network_activity_too_which_is_neither() -> None:
    asked = EventsAsked(EventCategory.NETWORK_ACTIVITY)
    field = FieldSelector("eventName", not_equals=("GetObject",))
    found = ask(everywhere("a", make_selector(EventCategory.NETWORK_ACTIVITY, field)), events=asked)
    assert (found.outcome, found.message.partition("; missing are ")[2]) == (BROKEN, "GetObject")


@pytest.mark.parametrize(
    ("operator", "missing"), [("equals", "not from the console"), ("not_equals", "from the console")]
)
def test_events_from_the_console_are_told_from_others(operator: str, missing: str) -> None:
    field = FieldSelector("sessionCredentialFromConsole", **{operator: ("true",)})
    found = ask(everywhere("a", make_selector(MANAGED, field)))
    assert (found.outcome, found.message.partition("; missing are ")[2]) == (BROKEN, missing)


# ---- the objects of a bucket ----


def on(name: str, **operators: tuple[str, ...]) -> AdvancedEventSelector:
    return on_objects(FieldSelector(name, **operators))


@pytest.mark.parametrize(
    ("selector", "outcome", "missing"),
    [
        pytest.param(on_objects(), PASSED, "", id="all objects"),
        pytest.param(on("resources.ARN", starts_with=("arn:aws:s3:::claims/",)), PASSED, "", id="the bucket"),
        pytest.param(
            on("resources.ARN", starts_with=("arn:aws:s3:::claims/2026/",)), BROKEN, "other ARNs", id="a prefix"
        ),
        pytest.param(
            on("resources.ARN", not_starts_with=("arn:aws:s3:::claims/tmp/",)),
            BROKEN,
            "arn:aws:s3:::claims/tmp/",
            id="all but a prefix",
        ),
        pytest.param(on("resources.ARN", not_starts_with=("arn:aws:s3:::logs/",)), PASSED, "", id="all but another"),
        pytest.param(on("resources.ARN", not_equals=("arn:aws:s3:::claims/",)), PASSED, "", id="all but no object"),
        pytest.param(on("eventName", equals=("PutObject", "DeleteObject")), BROKEN, "other names", id="two names"),
        pytest.param(on("eventName", not_equals=("GetObject",)), PASSED, "", id="all but a name of reads"),
        pytest.param(on("eventName", not_equals=("PutObject",)), BROKEN, "PutObject", id="all but a name of writes"),
        pytest.param(on("readOnly", equals=("false",)), PASSED, "", id="writes"),
        pytest.param(on("readOnly", equals=("true",)), BROKEN, "", id="reads"),
        pytest.param(
            on("eventSource", not_equals=("s3lifecycle.amazonaws.com",)),
            BROKEN,
            "s3lifecycle.amazonaws.com",
            id="without lifecycle",
        ),
        pytest.param(
            on("userIdentity.arn", not_starts_with=("arn:aws:sts::111122223333:assumed-role/scanner",)),
            BROKEN,
            "arn:aws:sts::111122223333:assumed-role/scanner",
            id="all but a role",
        ),
        pytest.param(on("resources.ARN", starts_with=(UNKNOWN,)), OPEN, "", id="a bucket known later"),  # type: ignore[arg-type]
        pytest.param(EventSelector(), BROKEN, "", id="management events"),
    ],
)
def test_writes_on_a_bucket(selector: Any, outcome: Outcome, missing: str) -> None:
    found = ask(everywhere("data", selector), events=CLAIMS, within=Within(), accounts=TWO_REGIONS)
    assert found.outcome is outcome, found.message
    assert ("missing are " in found.message) is bool(missing)
    assert found.message.endswith(missing)


def test_a_bucket_is_where_volumes_have_its_events() -> None:
    single = make_trail("data", selectors=(on_objects(),))
    here, there = (object_row(5, "claims", read_only=False, region=region) for region in (IRELAND, VIRGINIA))
    options: dict[str, Any] = {"events": CLAIMS, "within": Within()}
    assert ask(single, rows=(here,), **options).outcome is PASSED
    assert ask(single, rows=(there,), **options).outcome is BROKEN
    assert ask(single, rows=(here, there), **options).outcome is BROKEN
    # Events of no resource say nothing of it, nor does what else an event is about.
    both = replace(here, key=replace(here.key, resources=(make_object("other"), make_object("claims"))))
    assert ask(single, rows=(both, make_row(5, region=VIRGINIA)), **options).outcome is PASSED
    # Other buckets say nothing of it: it is somewhere, and the trail is not everywhere.
    found = ask(single, rows=(object_row(5),), **options)
    assert found.outcome is OPEN
    assert "in: {account" in found.hint
    placed = Within(Extent.EVERY_REGION, PROD, IRELAND)
    assert ask(single, rows=(object_row(5),), events=CLAIMS, within=placed).outcome is PASSED
    assert ask(rows=(object_row(5),), **options).outcome is BROKEN


def test_a_bucket_is_where_volumes_would_have_seen_its_events() -> None:
    covered = [
        make_coverage(EventCategory.DATA, container=f"arn:aws:s3:::{name}", region=region)
        for name, region in (("claims", IRELAND), ("other", VIRGINIA))
    ]
    found = ask(
        make_trail("data", selectors=(on_objects(),)),
        events=CLAIMS,
        within=Within(),
        volumes=(Volumes((), coverage=tuple(covered)),),
    )
    assert (found.outcome, found.message) == (PASSED, f"{WHAT} are recorded in {IRELAND} of {PROD}")


TMP = "arn:aws:s3:::claims/tmp/"
SOME = on_objects(FieldSelector("resources.ARN", not_starts_with=(TMP,)))
LATER_OBJECTS = on_objects(FieldSelector("resources.ARN", starts_with=(UNKNOWN,)))
WHAT = "AWS::S3::Object data events (writes) of arn:aws:s3:::claims"


@pytest.mark.parametrize(
    ("recorders", "outcome", "said"),
    [
        ([], BROKEN, "are recorded nowhere"),
        ([make_trail("i", selectors=(SOME,))], BROKEN, f"are nowhere all recorded; missing are {TMP}"),
        ([make_trail("i", selectors=(LATER_OBJECTS,))], OPEN, "may be recorded, or not"),
        (
            [make_trail("i", selectors=(on_objects(),))],
            OPEN,
            f"are recorded in {IRELAND} of {PROD}, not everywhere, and where they happen is not known",
        ),
        ([everywhere("i", on_objects())], PASSED, "are recorded, wherever they happen"),
    ],
)
def test_a_bucket_that_is_nobody_knows_where(recorders: list[Recorder], outcome: Outcome, said: str) -> None:
    found = ask(*recorders, events=CLAIMS, within=Within(), accounts=TWO_REGIONS, rows=(object_row(5),))
    assert (found.outcome, found.message) == (outcome, f"{WHAT} {said}")


@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("AWS::CloudFront::KeyValueStore", f"arn:aws:cloudfront::{PROD}:key-value-store/x"),
        ("AWS::Invented::Api", f"arn:aws:invented:{IRELAND}::/apis/x"),
    ],
    ids=["an account and no Region", "a Region and no account"],
)
def test_an_arn_that_names_half_a_place_does_not_say_where(kind: str, arn: str) -> None:
    of_kind = make_selector(EventCategory.DATA, FieldSelector("resources.type", equals=(kind,)))
    asked = EventsAsked(EventCategory.DATA, resource_type=kind, container=arn)
    found = ask(everywhere("a", of_kind), events=asked, within=Within(), accounts=TWO_REGIONS)
    assert found.message == f"{kind} data events of {arn} are recorded, wherever they happen"


def test_what_can_be_in_one_place_only_is_asked_for_there() -> None:
    objects_trail = make_trail("data", selectors=(on_objects(),))
    one_region = {PROD: Account(regions=(IRELAND,))}
    found = ask(objects_trail, events=CLAIMS, within=Within(), accounts=one_region, rows=(object_row(5),))
    assert found.message == f"{WHAT} are recorded in {IRELAND} of {PROD}"
    # Of what is no resource's, nobody knows where it happens either.
    found = ask(everywhere(), within=Within(), accounts=TWO_REGIONS)
    assert found.message == "management events are recorded, wherever they happen"


@pytest.mark.parametrize(
    ("within", "where"),
    [
        (Within(Extent.EVERY_REGION, TEST, IRELAND), f"{IRELAND} of {TEST}"),
        (Within(None, TEST, IRELAND), f"{IRELAND} of {TEST}"),
        # Of an account that nothing is known of, the Regions that others have.
        (Within(Extent.EVERY_REGION, TEST), f"{IRELAND}, {VIRGINIA} of {TEST}"),
    ],
)
def test_an_account_that_nobody_lists_is_asked_for(within: Within, where: str) -> None:
    found = ask(make_trail(), within=within, accounts=TWO_REGIONS)
    assert found.message == f"management events are not recorded in {where}"


def test_a_bucket_that_is_recorded_nowhere_points_at_the_only_recorder_of_its_first_place() -> None:
    trail = make_trail("i", selectors=(SOME,), where=Location("main.json", 3))
    options: dict[str, Any] = {"events": CLAIMS, "within": Within(), "accounts": TWO_REGIONS, "rows": (object_row(5),)}
    assert ask(trail, **options).where == Location("main.json", 3)
    assert ask(replace(trail, home_region=VIRGINIA), **options).where == Location("costplan.yaml", 9)


def test_a_bucket_that_must_be_recorded_everywhere_is_asked_for_where_nobody_saw_it_too() -> None:
    here = object_row(5, "claims", read_only=False)
    found = ask(make_trail("data", selectors=(on_objects(),)), events=CLAIMS, rows=(here,), accounts=TWO_REGIONS)
    assert (found.outcome, found.message) == (BROKEN, f"{WHAT} are not recorded in {VIRGINIA} of {PROD}")


def test_events_of_global_services_are_asked_for_where_they_are_recorded_only() -> None:
    of_iam = EventsAsked(MANAGED, event_sources=("iam.amazonaws.com",))
    assert ask(make_trail("v", PROD, VIRGINIA), events=of_iam, accounts=TWO_REGIONS).outcome is PASSED
    found = ask(make_trail("i"), events=of_iam, accounts=TWO_REGIONS)
    assert found.message.endswith(f"are not recorded in {VIRGINIA} of {PROD}")


def test_a_function_is_where_its_arn_says() -> None:
    arn = f"arn:aws:lambda:{IRELAND}:{PROD}:function:etl"
    asked = EventsAsked(EventCategory.DATA, resource_type="AWS::Lambda::Function", container=arn)
    fields = (FieldSelector("resources.type", equals=("AWS::Lambda::Function",)),)
    of_it = FieldSelector("resources.ARN", equals=(arn,))
    of_another = FieldSelector("resources.ARN", equals=(f"{arn}2",))
    for more, outcome in (((), PASSED), ((of_it,), PASSED), ((of_another,), BROKEN)):
        trail = make_trail("data", selectors=(make_selector(EventCategory.DATA, *fields, *more),))
        found = ask(trail, events=asked, within=Within())
        assert found.outcome is outcome
        assert found.message.endswith(f"recorded in {IRELAND} of {PROD}")
        elsewhere = make_trail("data", PROD, VIRGINIA, selectors=trail.selectors)
        assert ask(elsewhere, events=asked, within=Within()).outcome is BROKEN


def test_arns_of_a_type_whose_form_is_not_known_may_match() -> None:
    asked = EventsAsked(EventCategory.DATA, resource_type="AWS::SQS::Queue")
    fields = (FieldSelector("resources.type", equals=("AWS::SQS::Queue",)),)
    some = FieldSelector("resources.ARN", starts_with=("arn:aws:sqs:",))
    for more, outcome in (((), PASSED), ((some,), OPEN)):
        trail = everywhere("data", make_selector(EventCategory.DATA, *fields, *more))
        assert ask(trail, events=asked).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome", "missing"),
    [
        ((), PASSED, ""),
        (("eventSource", ("kms.amazonaws.com",)), PASSED, ""),
        (("eventSource", ("ec2.amazonaws.com",)), BROKEN, ""),
        (("errorCode", ("VpceAccessDenied",)), BROKEN, "other errorCodes"),
        # Whatever code it will be: most calls end without one, and all of them come through an endpoint.
        (("errorCode", (UNKNOWN,)), BROKEN, "; missing are without errorCodes"),
        (("vpcEndpointId", (UNKNOWN,)), OPEN, "may not all be recorded"),
        (("vpcEndpointId", ("vpce-1",)), BROKEN, "; missing are other vpcEndpointIds"),
    ],
    ids=str,
)
def test_network_activity(fields: Any, outcome: Outcome, missing: str) -> None:
    asked = EventsAsked(EventCategory.NETWORK_ACTIVITY, event_sources=("kms.amazonaws.com",))
    chosen = (FieldSelector(fields[0], equals=fields[1]),) if fields else ()
    found = ask(everywhere("n", make_selector(EventCategory.NETWORK_ACTIVITY, *chosen)), events=asked)
    assert found.outcome is outcome
    assert missing in found.message
    denied = EventsAsked(
        EventCategory.NETWORK_ACTIVITY, event_sources=("kms.amazonaws.com",), error_code="VpceAccessDenied"
    )
    if fields[:1] == ("errorCode",):
        of_denied = ask(everywhere("n", make_selector(EventCategory.NETWORK_ACTIVITY, *chosen)), events=denied)
        assert of_denied.outcome is (OPEN if UNKNOWN in fields[1] else PASSED)


def test_the_sentence_of_a_requirement_stands_before_what_is_wrong() -> None:
    found = ask(say="Every Region has a trail")
    assert found.message.startswith("Every Region has a trail: management events are not recorded in")
    assert (found.rule, found.where) == ("require-r", Location("costplan.yaml", 9))
    kept = ask(everywhere(), say="Every Region has a trail")
    assert kept.message.startswith("management events are recorded in")
    assert ask().message.startswith("management events are not recorded in")


def test_a_verdict_points_at_the_only_recorder_that_could() -> None:
    trail = make_trail("a", is_multi_region=True, selectors=(READS,), where=Location("main.json", 3))
    assert ask(trail).where == Location("main.json", 3)
    assert ask(trail, make_trail("b", is_multi_region=True, selectors=(READS,))).where == Location("costplan.yaml", 9)


def test_selectors_that_tell_too_much_apart_leave_the_answer_open() -> None:
    selectors = tuple(
        on_objects(
            FieldSelector("eventName", equals=(f"Zap{n}",)),
            FieldSelector("eventSource", equals=(f"s{n}.amazonaws.com",)),
            FieldSelector("userIdentity.arn", equals=(f"arn:aws:iam::111122223333:user/{n}",)),
        )
        for n in range(60)
    )
    found = ask(everywhere("a", *selectors), events=CLAIMS, within=Within())
    assert found.outcome is OPEN
    assert "more kinds of events apart" in found.message
