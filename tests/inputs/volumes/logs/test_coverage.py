from decimal import Decimal

import pytest

from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.coverage import parts_of, recorded_coverage
from costplan.inputs.volumes.logs.period import Span
from costplan.model.events import EventCategory
from costplan.model.recorders import EventDataStore, Trail
from costplan.model.selection import advanced_form
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, Basis, CountPlan

from .building import ACCOUNT, OTHER_ACCOUNT, STAMPED, make_object_record, make_record, write_log

LAKE = "arn:aws:s3:::amzn-s3-demo-lake"
PERIOD = Span(0, 12).period()
PERIODS = {(ACCOUNT, "eu-west-1"): PERIOD, (ACCOUNT, "us-east-1"): PERIOD, (OTHER_ACCOUNT, "eu-west-1"): PERIOD}
M, D, N = EventCategory.MANAGEMENT, EventCategory.DATA, EventCategory.NETWORK_ACTIVITY


def fields(**selectors):
    """``fields(eventCategory={"equals": ("Data",)})`` with dots written as double underscores."""
    return tuple(FieldSelector(name.replace("__", "."), **tests) for name, tests in selectors.items())


def is_(*values):
    return {"equals": values}


def of_data(**more):
    return fields(eventCategory=is_("Data"), resources__type=is_("AWS::S3::Object"), **more)


def parts(*selector_fields):
    return [
        (p.category, p.resource_type, p.container, p.event_source, p.read_only, p.fields)
        for p in parts_of(AdvancedEventSelector(selector_fields))
    ]


S3 = "AWS::S3::Object"
PREFIX = FieldSelector("resources.ARN", starts_with=(f"{LAKE}/claims/",))
NOT_KMS = FieldSelector("eventSource", not_equals=("kms.amazonaws.com",))


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (fields(eventCategory=is_("Management")), [(M, None, None, None, None, ())]),
        (fields(eventCategory=is_("Management"), readOnly=is_("true")), [(M, None, None, None, True, ())]),
        (fields(eventCategory=is_("Management"), readOnly=is_("true", "false")), [(M, None, None, None, None, ())]),
        ((*fields(eventCategory=is_("Management")), NOT_KMS), [(M, None, None, None, None, (NOT_KMS,))]),
        (of_data(), [(D, S3, None, None, None, ())]),
        (of_data(readOnly=is_("false")), [(D, S3, None, None, False, ())]),
        (of_data(resources__ARN={"starts_with": (f"{LAKE}/",)}), [(D, S3, LAKE, None, None, ())]),
        ((*of_data(), PREFIX), [(D, S3, None, None, None, (PREFIX,))]),
        (
            of_data(eventName=is_("PutObject")),
            [(D, S3, None, None, None, (FieldSelector("eventName", equals=("PutObject",)),))],
        ),
        (
            fields(eventCategory=is_("NetworkActivity"), eventSource=is_("kms.amazonaws.com")),
            [(N, None, None, "kms.amazonaws.com", None, ())],
        ),
        # What is known only after apply covers nothing; other categories are no events of a trail's logs.
        (fields(eventCategory=is_("Management"), readOnly=is_(UNKNOWN)), []),
        (fields(eventCategory=is_("Insight")), []),
    ],
)
def test_a_selector_covers_what_it_records(selector, expected):
    assert parts(*selector) == expected


def test_a_whole_arn_is_a_container_and_a_part_of_a_name_is_not():
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:etl"
    exact = fields(
        eventCategory=is_("Data"), resources__type=is_("AWS::Lambda::Function"), resources__ARN=is_(function)
    )
    assert parts(*exact) == [(D, "AWS::Lambda::Function", function, None, None, ())]
    # Without its slash a bucket's name is the beginning of other names too.
    loose = FieldSelector("resources.ARN", starts_with=(LAKE,))
    assert parts(*of_data(), loose) == [(D, S3, None, None, None, (loose,))]


def test_basic_selectors_cover_the_same_way():
    selector = EventSelector(ReadWriteType.WRITE_ONLY, True, ("kms.amazonaws.com",), (DataResource(S3, (f"{LAKE}/",)),))
    trail = Trail("audit", ACCOUNT, "eu-west-1", selectors=(selector,))
    found = [part for s in advanced_form(trail) for part in parts_of(s)]
    assert [(p.category, p.resource_type, p.container, p.read_only, p.fields) for p in found] == [
        (M, None, None, False, (NOT_KMS,)),
        (D, S3, LAKE, False, ()),
    ]


def places(*recorders):
    coverage, problems = recorded_coverage(recorders, PERIODS)
    assert not problems
    assert {part.basis for part in coverage} <= {Basis.RECORDED_BY}
    return [(part.account, part.region) for part in coverage]


def test_a_trail_covers_the_places_of_the_files_in_which_it_is_present():
    assert places(Trail("one", ACCOUNT, "eu-west-1")) == [(ACCOUNT, "eu-west-1")]
    assert places(Trail("all", ACCOUNT, "eu-west-1", is_multi_region=True)) == [
        (ACCOUNT, "eu-west-1"),
        (ACCOUNT, "us-east-1"),
    ]
    organization = Trail("org", "999999999999", "us-east-1", is_multi_region=True, is_organization=True)
    assert places(organization) == list(PERIODS)
    assert places(Trail("elsewhere", ACCOUNT, "ap-southeast-2")) == []
    assert places(Trail("stopped", ACCOUNT, "eu-west-1", is_logging=False)) == []
    assert places(EventDataStore("lake", ACCOUNT, "eu-west-1")) == []


def test_a_trail_is_placed_by_its_arn():
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/audit"
    assert places(Trail("audit", arn=arn)) == [(ACCOUNT, "us-east-1")]


def test_a_trail_that_cannot_be_placed_is_said_and_covers_nothing():
    coverage, problems = recorded_coverage([Trail("audit", home_region="eu-west-1")], PERIODS)
    assert coverage == ()
    assert [str(problem) for problem in problems] == [
        "audit: audit: whose trail it is, is not said, so it covers nothing"
        f" — write account (in the logs: {ACCOUNT}, {OTHER_ACCOUNT})"
    ]
    only = {(ACCOUNT, "eu-west-1"): PERIOD}
    assert len(recorded_coverage([Trail("audit")], only)[0]) == 1


def test_a_trail_without_global_events_covers_none_of_their_sources():
    trail = Trail("audit", ACCOUNT, "us-east-1", include_global_service_events=False)
    (row,), _ = recorded_coverage([trail], PERIODS)
    assert row.fields[0].not_equals == ("iam.amazonaws.com", "cloudfront.amazonaws.com", "sts.amazonaws.com")


# ---- inferred, from files ----


def covered(found):
    return [
        (c.region, c.category.value, c.resource_type, c.container, c.event_source, c.read_only, c.basis.value)
        for c in found.volumes.coverage
    ]


@pytest.mark.parametrize("kept", [OPTIONAL_FIELDS, {"resources"}, ()], ids=["everything", "resources", "nothing kept"])
def test_without_recorders_only_what_was_seen_is_covered(tmp_path, kept):
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:etl"
    invoke = make_object_record(
        eventSource="lambda.amazonaws.com",
        eventName="Invoke",
        resources=[{"type": "AWS::Lambda::Function", "ARN": function}],
    )
    network = make_record(eventCategory="NetworkActivity", eventSource="kms.amazonaws.com", readOnly=...)
    unnamed = make_object_record(resources=[])
    write_log(tmp_path / STAMPED, [make_record(), make_object_record(), make_object_record(), invoke, network, unnamed])
    data = [
        ("eu-west-1", "Data", "AWS::Lambda::Function", function, None, False, "inferred"),
        ("eu-west-1", "Data", S3, LAKE, None, False, "inferred"),
    ]
    # Where no row keeps its resources, nobody can say which data events were seen.
    assert covered(count_logs([tmp_path], CountPlan(frozenset(kept)))) == [
        *(data if kept else ()),
        ("eu-west-1", "Management", None, None, None, False, "inferred"),
        ("eu-west-1", "NetworkActivity", None, None, "kms.amazonaws.com", None, "inferred"),
    ]


def test_with_recorders_their_selectors_are_the_coverage(tmp_path):
    write_log(tmp_path / STAMPED, [make_record()])
    trail = Trail("audit", ACCOUNT, "eu-west-1", is_multi_region=True)
    found = count_logs([tmp_path], EVERYTHING, recorded_by=(trail,))
    assert covered(found) == [("eu-west-1", "Management", None, None, None, None, "recorded-by")]
    assert found.volumes.coverage[0].observed.hours == Decimal("0.083333")
    assert found.problems == ()


def test_an_idle_region_whose_digest_or_empty_file_is_there_is_covered_by_its_trail(tmp_path):
    write_log(tmp_path / STAMPED, [make_record()])
    write_log(tmp_path / STAMPED.replace("eu-west-1", "us-east-1"), [])
    digest = f"{ACCOUNT}_CloudTrail-Digest_eu-north-1_audit_eu-west-1_20261005T001011Z.json"
    (tmp_path / digest).write_text('{"digestStartTime": "2026-10-05T00:00:00Z"}')
    trail = Trail("audit", ACCOUNT, "eu-west-1", is_multi_region=True)
    found = count_logs([tmp_path], EVERYTHING, recorded_by=(trail,))
    assert [row[0] for row in covered(found)] == ["eu-north-1", "eu-west-1", "us-east-1"]


def test_events_that_no_given_trail_records_are_said_and_covered_as_seen(tmp_path):
    write_log(tmp_path / STAMPED, [make_record(), make_object_record()])
    trail = Trail("audit", ACCOUNT, "eu-west-1")
    found = count_logs([tmp_path], EVERYTHING, recorded_by=(trail,))
    assert covered(found) == [
        ("eu-west-1", "Management", None, None, None, None, "recorded-by"),
        ("eu-west-1", "Data", S3, LAKE, None, False, "inferred"),
    ]
    assert str(found.problems[0]) == (
        f"{tmp_path}: holds events that none of the given trails records: Data in {ACCOUNT} eu-west-1"
        " — another trail delivers here too: give its configuration as well"
    )
