"""What recorders select and no source could have seen."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.coverage import Need, needs_of, overlapping, unknown_usage
from costplan.engine.estimation import estimate_scenario
from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.model.billing import Meter, UnknownUsage
from costplan.model.prices import PriceList
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization
from costplan.model.selectors import AdvancedEventSelector, DataResource, EventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Coverage, Sampling, Volumes
from tests.build import (
    DATA,
    IRELAND,
    KMS,
    MANAGEMENT,
    NETWORK,
    OWNER,
    PROD,
    S3_OBJECT,
    TEST,
    VIRGINIA,
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

LAKE, CLAIMS = "arn:aws:s3:::lake", "arn:aws:s3:::claims"
FUNCTION = "AWS::Lambda::Function"


def unknown(recorder: Recorder, *coverage: Coverage, **rest: object) -> tuple[UnknownUsage, ...]:
    rest.setdefault("volumes", (Volumes((), coverage),))
    scenario = make_scenario(recorder, **rest)
    prices = make_prices()
    return unknown_usage(scenario, Router((recorder,), landscape_of(scenario, prices.regions)), prices)


def trail(*selectors: AdvancedEventSelector | EventSelector, **rest: object) -> Recorder:
    return make_trail(selectors=selectors or None, **rest)


def covered_objects(**fields: object) -> Coverage:
    return make_coverage(DATA, resource_type=S3_OBJECT, **fields)


ALL_BUCKETS = DataResource(S3_OBJECT, ("arn:aws:s3",))
WITHOUT_KMS = FieldSelector("eventSource", not_equals=(KMS,))
WITHOUT_KMS_AND_RDS = FieldSelector("eventSource", not_equals=(KMS, "rdsdata.amazonaws.com"))
READS, WRITES = (FieldSelector("readOnly", equals=(text,)) for text in ("true", "false"))
IN_LAKE = FieldSelector("resources.ARN", starts_with=(f"{LAKE}/",))
ETL = f"arn:aws:lambda:{IRELAND}:{PROD}:function:etl"
OF_FUNCTIONS = FieldSelector("resources.type", equals=(FUNCTION,))
ON_FUNCTION = make_selector(DATA, OF_FUNCTIONS, FieldSelector("resources.ARN", equals=(ETL,)))

ENOUGH = {
    "management by management": (trail(), [make_coverage()]),
    "a selector without KMS by a source without KMS": (
        trail(make_selector(MANAGEMENT, WITHOUT_KMS)),
        [make_coverage(fields=(WITHOUT_KMS,))],
    ),
    "a selector without KMS and RDS by a source without KMS": (
        trail(make_selector(MANAGEMENT, WITHOUT_KMS_AND_RDS)),
        [make_coverage(fields=(WITHOUT_KMS,))],
    ),
    "a basic selector without KMS by a source without KMS": (
        trail(EventSelector(exclude_management_event_sources=(KMS,))),
        [make_coverage(fields=(WITHOUT_KMS,))],
    ),
    "reads and writes by two sources": (trail(), [make_coverage(read_only=True), make_coverage(read_only=False)]),
    "writes by writes": (trail(make_selector(MANAGEMENT, WRITES)), [make_coverage(read_only=False)]),
    "a bucket by that bucket": (trail(on_objects(IN_LAKE)), [covered_objects(container=LAKE)]),
    "a bucket by all buckets": (trail(on_objects(IN_LAKE)), [covered_objects()]),
    "a bucket by all data events": (trail(on_objects(IN_LAKE)), [make_coverage(DATA)]),
    "two buckets by each": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(f"{LAKE}/", f"{CLAIMS}/")))),
        [covered_objects(container=LAKE), covered_objects(container=CLAIMS)],
    ),
    "a prefix by a longer-known shorter prefix": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(f"{LAKE}/claims/2026/",)))),
        [covered_objects(fields=(FieldSelector("resources.ARN", starts_with=(f"{LAKE}/claims/",)),))],
    ),
    "all but one bucket by all but that bucket": (
        trail(on_objects(FieldSelector("resources.ARN", not_starts_with=(f"{LAKE}/",)))),
        [covered_objects(fields=(FieldSelector("resources.ARN", not_starts_with=(f"{LAKE}/",)),))],
    ),
    "a function by that function": (trail(ON_FUNCTION), [make_coverage(DATA, container=ETL)]),
    "a source of network activity by that source": (
        trail(make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,)))),
        [make_coverage(NETWORK, event_source=KMS)],
    ),
}
NOWHERE = f"no source covers that account and Region ({PROD} in {IRELAND})"
TOO_LITTLE = {
    "nothing at all": (trail(), [], "management events", NOWHERE),
    "another Region": (
        trail(),
        [make_coverage(region=VIRGINIA)],
        "management events",
        NOWHERE,
    ),
    "another category": (trail(), [make_coverage(DATA)], "management events", "they were not measured"),
    "a source without KMS": (
        trail(),
        [make_coverage(fields=(WITHOUT_KMS,))],
        "management events",
        "what measured them left some out by eventSource",
    ),
    "a source that left out more": (
        trail(make_selector(MANAGEMENT, WITHOUT_KMS)),
        [make_coverage(fields=(WITHOUT_KMS_AND_RDS,))],
        "management events",
        "what measured them left some out by eventSource",
    ),
    "writes only": (trail(), [make_coverage(read_only=False)], "management events (reads)", "they were not measured"),
    "reads of one source, and writes": (
        trail(),
        [make_coverage(read_only=False), make_coverage(event_source=KMS)],
        "management events (reads)",
        "no source covers all of them",
    ),
    "reads only": (trail(), [make_coverage(read_only=True)], "management events (writes)", "they were not measured"),
    "all but one bucket": (
        trail(on_objects(FieldSelector("resources.ARN", not_starts_with=(f"{LAKE}/",)))),
        [covered_objects(container=CLAIMS)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "a bucket and a value known after apply": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(f"{LAKE}/", UNKNOWN)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "a bucket, or whatever ends so": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(f"{LAKE}/",), ends_with=(".json",)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "another function": (
        trail(ON_FUNCTION),
        [make_coverage(DATA, container=f"{ETL}2")],
        f"AWS::Lambda::Function data events of {ETL}",
        "no source covers all of them",
    ),
    "data events of any type": (
        trail(make_selector(DATA)),
        [covered_objects(container=LAKE)],
        "all data events",
        "they were not measured",
    ),
    "network activity of any source": (
        trail(make_selector(NETWORK)),
        [make_coverage(NETWORK, event_source=KMS)],
        "network activity events of any source",
        "no source covers all of them",
    ),
    "another type": (
        trail(make_selector(DATA, OF_FUNCTIONS)),
        [covered_objects()],
        "AWS::Lambda::Function data events",
        "they were not measured",
    ),
    "two buckets of all": (
        trail(on_objects()),
        [covered_objects(container=LAKE), covered_objects(container=CLAIMS)],
        "AWS::S3::Object data events",
        "only those of 2 buckets were measured",
    ),
    "wholesale, of one bucket": (
        trail(EventSelector(include_management_events=False, data_resources=(ALL_BUCKETS,))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "another bucket": (
        trail(on_objects(IN_LAKE)),
        [covered_objects(container=CLAIMS)],
        f"AWS::S3::Object data events of {LAKE}",
        "no source covers all of them",
    ),
    "a prefix that many buckets share": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(LAKE,)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "a prefix that ends before the bucket": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3",)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "any bucket that ends so": (
        trail(on_objects(FieldSelector("resources.ARN", ends_with=(".json",)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "a value known after apply": (
        trail(on_objects(FieldSelector("resources.ARN", starts_with=(UNKNOWN,)))),
        [covered_objects(container=LAKE)],
        "AWS::S3::Object data events",
        "only those of 1 bucket were measured",
    ),
    "network activity of another source": (
        trail(make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,)))),
        [make_coverage(NETWORK, event_source="ec2.amazonaws.com")],
        f"network activity events of {KMS}",
        "no source covers all of them",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("recorder", "coverage"), ENOUGH.values(), ids=ENOUGH)
def test_what_a_source_could_have_seen_is_known(recorder: Recorder, coverage: list[Coverage]) -> None:
    assert unknown(recorder, *coverage) == ()


@pytest.mark.parametrize(("recorder", "coverage", "what", "because"), TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_what_no_source_could_have_seen_is_unknown_and_says_why(
    recorder: Recorder, coverage: list[Coverage], what: str, because: str
) -> None:
    (found,) = unknown(recorder, *coverage)
    assert (found.what, found.because) == (what, because)
    assert (found.accounts, found.regions) == ((PROD,), (IRELAND,))


def test_rows_are_no_coverage() -> None:
    # Events of one bucket were met; that there are no others nobody says.
    volumes = Volumes((object_row(5),))
    (found,) = unknown(trail(on_objects()), volumes=(volumes,))
    assert found.what == "AWS::S3::Object data events"


def test_an_author_who_vouches_for_everything_leaves_nothing_unknown() -> None:
    volumes = (Volumes((make_row(1),), covers_all=True), Volumes((), (make_coverage(region=VIRGINIA),)))
    assert unknown(trail(on_objects()), volumes=volumes) == ()


def test_what_does_not_record_needs_no_volumes() -> None:
    assert unknown(make_trail(is_logging=False)) == ()
    assert unknown(make_trail(selectors=())) == ()


def test_places_without_coverage_are_gathered_in_one_line() -> None:
    recorder = make_trail(is_multi_region=True)
    (found,) = unknown(recorder, accounts={PROD: Account(regions=(IRELAND, VIRGINIA))})
    assert found.regions == (IRELAND, VIRGINIA)
    places = f"{PROD} in {IRELAND}, {PROD} in {VIRGINIA}"
    assert found.because == f"no source covers that account and Region ({places})"


def test_a_member_of_which_nothing_is_known_is_unknown() -> None:
    recorder = make_trail(account=OWNER, is_organization=True, is_multi_region=True)
    coverage = [make_coverage(account=account) for account in (OWNER, PROD)]
    organization = Organization(management_account=OWNER, members=(PROD, TEST))
    (found,) = unknown(recorder, *coverage, organization=organization)
    assert (found.accounts, found.regions) == ((TEST,), (IRELAND,))


@pytest.mark.parametrize(
    ("recorder", "meter", "price"),
    [
        (make_trail(), Meter.MANAGEMENT_FIRST_COPY, "0"),
        (trail(on_objects()), Meter.DATA, "0.000001"),
        (trail(make_selector(NETWORK)), Meter.NETWORK_ACTIVITY, "0.000001"),
        (make_store(), Meter.LAKE_INGESTION_ONE_YEAR, "0.75"),
        (make_store(billing_mode="FIXED_RETENTION_PRICING"), Meter.LAKE_INGESTION_SEVEN_YEAR, None),
    ],
)
def test_an_unknown_says_what_each_unit_of_it_would_cost(recorder: Recorder, meter: Meter, price: str | None) -> None:
    (found,) = unknown(recorder)
    assert found.meter is meter
    assert found.list_unit_price == (None if price is None else Decimal(price))


def test_unknown_events_under_two_trails_would_be_paid_copies() -> None:
    both = make_trail("a"), make_trail("b")
    scenario = make_scenario(*both, volumes=(Volumes(()),))
    found = estimate_scenario(scenario, make_prices()).unknown
    assert [(u.recorder, u.meter) for u in found] == [(name, Meter.MANAGEMENT_ADDITIONAL_COPY) for name in "ab"]


@pytest.mark.parametrize("other", [make_store("b"), trail(on_objects(), name="b")], ids=repr)
def test_unknown_events_beside_what_records_no_copy_would_be_first_copies(other: Recorder) -> None:
    scenario = make_scenario(make_trail("a"), other, volumes=(Volumes(()),))
    found = estimate_scenario(scenario, make_prices()).unknown
    assert [u.meter for u in found if u.recorder == "a"] == [Meter.MANAGEMENT_FIRST_COPY]


def test_an_unknown_in_several_regions_has_the_highest_of_their_prices() -> None:
    prices = make_prices()
    key = ("cloudtrail", VIRGINIA)
    dear = replace(prices.books[key], prices={"data": make_price(Meter.DATA, 100_000, ("0.15", None))})
    prices = PriceList({**prices.books, key: dear}, prices.regions)
    recorder = trail(on_objects(), is_multi_region=True)
    scenario = make_scenario(recorder, volumes=(Volumes(()),), accounts={PROD: Account(regions=(IRELAND, VIRGINIA))})
    (found,) = unknown_usage(scenario, Router((recorder,), landscape_of(scenario, prices.regions)), prices)
    assert found.regions == (IRELAND, VIRGINIA)
    assert found.list_unit_price == Decimal("0.0000015")


def test_a_scenario_with_unknowns_is_a_lower_bound() -> None:
    assert estimate_scenario(make_scenario(make_trail(), volumes=(Volumes(()),)), make_prices()).is_lower_bound
    assert not estimate_scenario(make_scenario(make_trail()), make_prices()).is_lower_bound


def test_needs_are_as_fine_as_coverage_is_written_down() -> None:
    selector = on_objects(IN_LAKE, WRITES, FieldSelector("eventSource", equals=("s3.amazonaws.com",)))
    assert list(needs_of(selector)) == [Need(DATA, False, S3_OBJECT, LAKE, "s3.amazonaws.com")]


def test_a_selector_without_a_category_needs_each_of_them_in_its_own_terms() -> None:
    # Management events have no resource type that anything could be measured by, network activity no flag either.
    assert list(needs_of(AdvancedEventSelector((FieldSelector("resources.type", equals=(S3_OBJECT,)),)))) == [
        Need(MANAGEMENT, True, None, None, None),
        Need(MANAGEMENT, False, None, None, None),
        Need(DATA, True, S3_OBJECT, None, None),
        Need(DATA, False, S3_OBJECT, None, None),
        Need(NETWORK, None, None, None, None),
    ]


def test_an_arn_without_a_type_confines_a_need_to_no_container() -> None:
    assert list(needs_of(make_selector(DATA, IN_LAKE, READS))) == [Need(DATA, True, None, None, None)]


@pytest.mark.parametrize("more", [{"starts_with": ("ec2",)}, {"ends_with": (".com",)}, {"equals": (KMS, UNKNOWN)}])
def test_a_field_that_more_can_pass_confines_a_need_to_no_source(more: dict[str, tuple[object, ...]]) -> None:
    field = FieldSelector("eventSource", **{"equals": (KMS,), **more})
    assert {need.event_source for need in needs_of(make_selector(MANAGEMENT, field))} == {None}


# ---- two sources of the same events ----

AT_HOME = (PROD, IRELAND, "Management")
MEETING = {
    "the same part": (make_coverage(), make_coverage()),
    "a part of it": (make_coverage(), make_coverage(read_only=True)),
    "the whole of it": (make_coverage(read_only=True), make_coverage()),
    "parts that cross": (make_coverage(read_only=True), make_coverage(event_source=KMS)),
}
APART = {
    "another account": (make_coverage(), make_coverage(account=TEST)),
    "another Region": (make_coverage(), make_coverage(region=VIRGINIA)),
    "another category": (make_coverage(), make_coverage(DATA)),
    "reads and writes": (make_coverage(read_only=True), make_coverage(read_only=False)),
    "another source": (make_coverage(event_source=KMS), make_coverage(event_source="ec2.amazonaws.com")),
    "another type": (covered_objects(), make_coverage(DATA, resource_type=FUNCTION)),
    "another bucket": (covered_objects(container=LAKE), covered_objects(container=CLAIMS)),
    # Whether narrowed parts meet is not looked into.
    "a narrowed part": (make_coverage(), make_coverage(fields=(WITHOUT_KMS,))),
    "a part of a narrowed one": (make_coverage(fields=(WITHOUT_KMS,)), make_coverage()),
}


@pytest.mark.parametrize(("left", "right"), MEETING.values(), ids=MEETING)
def test_sources_that_cover_one_part_hold_the_same_events(left: Coverage, right: Coverage) -> None:
    assert overlapping([Volumes((), (left,)), Volumes((), (right,))]) == (AT_HOME,)


@pytest.mark.parametrize(("left", "right"), APART.values(), ids=APART)
def test_sources_of_parts_that_cannot_meet_hold_no_event_twice(left: Coverage, right: Coverage) -> None:
    assert overlapping([Volumes((), (left,)), Volumes((), (right,))]) == ()


def test_what_one_source_covers_twice_is_no_overlap() -> None:
    assert overlapping([Volumes((), (make_coverage(), make_coverage(read_only=True)))]) == ()


def test_a_source_that_vouches_for_everything_overlaps_where_its_rows_are() -> None:
    vouching = Volumes((make_row(1), object_row(1)), (make_coverage(region=VIRGINIA),), covers_all=True)
    home, virginia = Volumes((), (make_coverage(),)), Volumes((), (make_coverage(region=VIRGINIA),))
    assert overlapping([virginia, vouching]) == ()
    assert overlapping([virginia, vouching, home]) == (AT_HOME,)
    assert overlapping([vouching, vouching]) == ((PROD, IRELAND, "Data"), AT_HOME)


def test_rows_of_a_source_that_vouches_for_nothing_overlap_nothing() -> None:
    assert overlapping([Volumes((make_row(1),)), Volumes((make_row(1),))]) == ()


def test_one_part_among_several_that_meets_is_enough() -> None:
    reads, writes = make_coverage(read_only=True), make_coverage(read_only=False)
    assert overlapping([Volumes((), (reads, writes)), Volumes((), (writes,))]) == (AT_HOME,)


@pytest.mark.parametrize(
    ("number", "ending"),
    [
        (3, "(111122223333 in ap-south-1, 111122223333 in eu-north-1, 111122223333 in eu-west-1)"),
        (5, "(111122223333 in ap-south-1, 111122223333 in eu-north-1, 111122223333 in eu-west-1, 2 more)"),
    ],
)
def test_three_places_without_coverage_are_named_and_the_rest_counted(number: int, ending: str) -> None:
    regions = ("eu-west-1", "eu-north-1", "ap-south-1", "us-east-1", "us-west-2")[:number]
    (found,) = unknown(make_trail(is_multi_region=True), accounts={PROD: Account(regions=regions)})
    assert found.because.endswith(ending)


# ---- samples ----


def drawn(*never: tuple[str, str], coverage: tuple[Coverage, ...] = (), **rest: object) -> Volumes:
    """Volumes of a sample that read nothing of some places."""
    sampling = Sampling("sha256:x", "successive-difference", 64, Decimal("0.0625"), 1, 9, 5, 90, 50, 9, 5, never)
    return Volumes((make_row(10),), coverage, kind="cloudtrail-logs", sampling=sampling, **rest)  # type: ignore[arg-type]


def test_a_place_that_a_sample_never_drew_is_unknown_for_every_recorder_there() -> None:
    everywhere = (
        make_coverage(),
        make_coverage(region=VIRGINIA),
        make_coverage(DATA),
        make_coverage(DATA, region=VIRGINIA),
    )
    recorders = (
        make_trail("a", is_multi_region=True, selectors=(make_selector(MANAGEMENT), on_objects())),
        make_trail("b", is_multi_region=True),
        make_trail("elsewhere"),
        make_store(is_multi_region=True),
    )
    result = estimate_scenario(
        make_scenario(*recorders, volumes=(drawn((PROD, VIRGINIA), coverage=everywhere),)), make_prices()
    )
    assert [(u.recorder, u.meter, u.what, u.regions) for u in result.unknown] == [
        ("a", Meter.DATA, f"{S3_OBJECT} data events", (VIRGINIA,)),
        ("a", Meter.MANAGEMENT_ADDITIONAL_COPY, "management events", (VIRGINIA,)),
        ("b", Meter.MANAGEMENT_ADDITIONAL_COPY, "management events", (VIRGINIA,)),
        ("lake", Meter.LAKE_INGESTION_ONE_YEAR, "management events", (VIRGINIA,)),
    ]
    assert {u.because for u in result.unknown} == {f"the sample drew none of their log files ({PROD} in {VIRGINIA})"}
    assert {u.settled_by for u in result.unknown} == {"costplan volumes logs … --sample, with a larger --max-bytes"}
    assert result.is_lower_bound


def test_a_place_that_a_sample_drew_is_known() -> None:
    assert unknown(make_trail(), volumes=(drawn((PROD, VIRGINIA), coverage=(make_coverage(),)),)) == ()


def test_another_source_may_know_what_a_sample_never_drew() -> None:
    multi = make_trail(is_multi_region=True)
    sample = drawn((PROD, VIRGINIA), coverage=(make_coverage(), make_coverage(region=VIRGINIA)))
    other = Volumes((), (make_coverage(region=VIRGINIA),))
    assert [u.regions for u in unknown(multi, volumes=(sample,))] == [(VIRGINIA,)]
    assert unknown(multi, volumes=(sample, other)) == ()


def test_log_files_that_nobody_read_stand_against_an_author_who_vouches_for_the_rest() -> None:
    multi = make_trail(is_multi_region=True)
    vouched = Volumes((make_row(5, region=VIRGINIA),), covers_all=True)
    found = unknown(multi, volumes=(drawn((PROD, VIRGINIA), coverage=(make_coverage(),)), vouched))
    assert [u.regions for u in found] == [(VIRGINIA,)]
    assert unknown(multi, volumes=(drawn(coverage=(make_coverage(),)), vouched)) == ()
