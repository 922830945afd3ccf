"""Samples stand for all events: against events drawn one by one, which the oracle judges."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.advice.check.samples import MOST_SAMPLES, Sample, Samples, TooManySamplesError
from costplan.engine.matching import Matcher
from costplan.model.events import EventCategory
from costplan.model.policy import EventsAsked
from costplan.model.recorders import Trail
from costplan.model.selectors import AdvancedEventSelector, EventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from tests.build import IRELAND, PROD, VIRGINIA, make_trail
from tests.oracle import Record, selects

S3_OBJECT = "AWS::S3::Object"
BUCKET = "arn:aws:s3:::claims"
WRITES = EventsAsked(EventCategory.DATA, False, resource_type=S3_OBJECT, container=BUCKET)
ALL_MANAGEMENT = EventsAsked(EventCategory.MANAGEMENT)

TEXTS: dict[str, tuple[str, ...]] = {
    "eventName": ("PutObject", "Put", "Object", "CopyObject", "GetObject", "Zap"),
    "eventSource": ("s3.amazonaws.com", "s3lifecycle.amazonaws.com", "s3"),
    "eventType": ("AwsApiCall", "AwsServiceEvent"),
    "readOnly": ("true", "false"),
    "resources.ARN": (f"{BUCKET}/", f"{BUCKET}/tmp/", f"{BUCKET}/tmp/a.json", ".json", "arn:aws:s3:::other/", BUCKET),
    "userIdentity.arn": (
        "arn:aws:sts::111122223333:assumed-role/app",
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:",
        "alice",
    ),
}
OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")


def field_selectors(name: str) -> st.SearchStrategy[FieldSelector]:
    values = st.lists(st.sampled_from(TEXTS[name]), min_size=1, max_size=2, unique=True).map(tuple)
    return st.builds(lambda operator, some: FieldSelector(name, **{operator: some}), st.sampled_from(OPERATORS), values)


@st.composite
def data_selectors(draw: st.DrawFn) -> AdvancedEventSelector:
    names = draw(st.lists(st.sampled_from(sorted(TEXTS)), max_size=3, unique=True))
    fields = [draw(field_selectors(name)) for name in names]
    return AdvancedEventSelector((*make_fixed(), *fields))


@st.composite
def sets_of_selectors(draw: st.DrawFn) -> tuple[AdvancedEventSelector, ...]:
    """Some selectors; often two that share between them what one of them would leave out."""
    drawn = draw(st.lists(data_selectors(), max_size=2))
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(TEXTS)))
        left_out = draw(field_selectors(name))
        swapped = {
            one: getattr(left_out, one.removeprefix("not_") if "not_" in one else f"not_{one}") for one in OPERATORS
        }
        both = (left_out, FieldSelector(name, **swapped))
        drawn += [AdvancedEventSelector((*make_fixed(), field)) for field in both]
    return tuple(drawn) or (AdvancedEventSelector(make_fixed()),)


def make_fixed() -> tuple[FieldSelector, ...]:
    return (FieldSelector("eventCategory", equals=("Data",)), FieldSelector("resources.type", equals=(S3_OBJECT,)))


def raw(
    name: str = "PutObject",
    source: str = "s3.amazonaws.com",
    kind: str = "AwsApiCall",
    arn: str = f"{BUCKET}/k",
    who: str | None = "arn:aws:iam::111122223333:user/zoe",
    read_only: bool = False,
) -> dict[str, Any]:
    return {
        "eventCategory": "Data",
        "eventName": name,
        "eventSource": source,
        "eventType": kind,
        "readOnly": read_only,
        "awsRegion": IRELAND,
        "recipientAccountId": PROD,
        "resources": [{"type": S3_OBJECT, "ARN": arn}],
        "userIdentity": {} if who is None else {"arn": who},
    }


# Written out by hand, with texts that no selector has between those that some have.
EVENTS: tuple[Record, ...] = tuple(
    raw(*one)
    for one in product(
        ("PutObject", "CopyObject", "PutObjectAcl", "Zap", "Zzz"),
        ("s3.amazonaws.com", "s3lifecycle.amazonaws.com", "other.amazonaws.com"),
        ("AwsApiCall", "AwsServiceEvent"),
        [f"{BUCKET}/{key}" for key in ("k", "k.json", "tmp/a.json", "tmp/b", "tmpx")],
        (
            "arn:aws:iam::111122223333:user/zoe",
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:sts::111122223333:assumed-role/app/i",
            "arn:aws:sts::444455556666:assumed-role/x/alice",
            None,
        ),
    )
)


def as_record(sample: Sample) -> Record:
    key = sample.key
    (resource,) = key.resources  # type: ignore[misc]
    who = key.principal.container
    name, source, kind = key.event_name, key.event_source, key.event_type
    return raw(name, source, kind, resource.container, who, key.read_only)  # type: ignore[arg-type]


SEEN: set[bool] = set()


@settings(max_examples=120)
@given(sets_of_selectors())
def draw_and_compare(selectors: tuple[AdvancedEventSelector, ...]) -> None:
    trail = Trail("audit", PROD, IRELAND, is_multi_region=True, selectors=selectors)
    samples = Samples(WRITES, [trail]).at(PROD, IRELAND, VIRGINIA)
    matcher = Matcher(trail)

    answers = [matcher.match(sample.key) for sample in samples]
    assert Truth.MAYBE not in answers
    # A sample is an event like any: the oracle judges it as the engine does.
    assert [selects(trail, as_record(sample)).is_recorded for sample in samples] == [a is Truth.YES for a in answers]
    is_all = all(answer is Truth.YES for answer in answers)
    SEEN.add(is_all and len(selectors) > 1)
    if is_all:
        assert all(selects(trail, event).is_recorded for event in EVENTS)


def test_samples_are_recorded_only_if_every_event_is() -> None:
    draw_and_compare()
    # Several selectors that record everything between them were drawn, and others.
    assert {True, False} == SEEN


def on(name: str, **operators: tuple[str, ...]) -> AdvancedEventSelector:
    return AdvancedEventSelector((*make_fixed(), FieldSelector(name, **operators)))


@pytest.mark.parametrize(
    ("selectors", "missing"),
    [
        pytest.param([on("userIdentity.arn", starts_with=("arn:aws:",))], {(f"{BUCKET}/¤", True)}, id="who has no ARN"),
        pytest.param(
            [
                on("resources.ARN", not_starts_with=(f"{BUCKET}/tmp/",)),
                on("resources.ARN", not_ends_with=(".json",)),
            ],
            {(f"{BUCKET}/tmp/¤.json", False)},
            id="what begins and ends so",
        ),
        pytest.param(
            [on("resources.ARN", not_equals=(f"{BUCKET}/a",)), on("resources.ARN", ends_with=("/a",))],
            set(),
            id="one leaves out what the other records",
        ),
        pytest.param(
            [on("resources.ARN", starts_with=("arn:aws:s3:::claim",))],
            set(),
            id="a beginning that ends within the name",
        ),
        pytest.param(
            [on("resources.ARN", starts_with=("arn:aws:s3:::claims-old/",))],
            {(f"{BUCKET}/¤", False)},
            id="another bucket",
        ),
    ],
)
def test_what_is_missing_is_told_by_one_sample_of_each_kind(
    selectors: list[AdvancedEventSelector], missing: set[tuple[str, bool]]
) -> None:
    trail = make_trail("audit", selectors=tuple(selectors))
    samples = Samples(WRITES, [trail]).at(PROD, IRELAND, VIRGINIA)

    missed = [sample.key for sample in samples if Matcher(trail).match(sample.key) is not Truth.YES]
    assert {(key.resources[0].container, key.principal.container is None) for key in missed} == missing  # type: ignore[index]


def test_the_law_is_about_both_outcomes() -> None:
    everything = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Data",)),))
    narrow = AdvancedEventSelector((*everything.fields, FieldSelector("resources.ARN", ends_with=(".json",))))
    for selector, is_all in ((everything, True), (narrow, False)):
        trail = make_trail("audit", selectors=(selector,))
        samples = Samples(WRITES, [trail]).at(PROD, IRELAND, VIRGINIA)
        assert all(Matcher(trail).match(one.key) is Truth.YES for one in samples) is is_all
        assert all(selects(trail, event).is_recorded for event in EVENTS) is is_all


def test_what_no_selector_asks_makes_no_samples() -> None:
    # Reads and writes, and nothing else is told apart.
    samples = Samples(ALL_MANAGEMENT, [make_trail("audit")]).at(PROD, IRELAND, VIRGINIA)

    assert [sample.words for sample in samples] == [("", "", word, *[""] * 6) for word in ("reads", "writes")]
    # Nor does a trail of other events, whatever it leaves out of those that it does not record.
    objects = make_trail(
        "objects", selectors=(AdvancedEventSelector(make_fixed()),), include_global_service_events=False
    )
    assert Samples(ALL_MANAGEMENT, [make_trail("audit"), objects]).at(PROD, VIRGINIA, VIRGINIA) == Samples(
        ALL_MANAGEMENT, [make_trail("audit")]
    ).at(PROD, VIRGINIA, VIRGINIA)


def test_selectors_of_other_resources_tell_nothing_apart_and_those_of_a_type_known_later_may() -> None:
    def of_type(value: Any) -> Trail:
        fields = (
            FieldSelector("eventCategory", equals=("Data",)),
            FieldSelector("resources.type", equals=(value,)),
            FieldSelector("eventName", equals=("PutObject",)),
        )
        return make_trail("audit", selectors=(AdvancedEventSelector(fields),))

    def names(value: Any) -> set[object]:
        return {s.key.event_name for s in Samples(WRITES, [of_type(value)]).at(PROD, IRELAND, VIRGINIA)}

    assert names("AWS::Lambda::Function") == {"¤"}
    assert names(S3_OBJECT) == names(UNKNOWN) == {"¤", "PutObject"}


def test_names_of_reads_of_writes_and_of_either_do_not_stand_for_one_another() -> None:
    trail = make_trail("audit", selectors=(on("eventName", not_equals=("Zap", "Zip", "GetObject", "PutObject")),))
    for read_only, kind in ((True, "GetObject"), (False, "PutObject")):
        asked = EventsAsked(EventCategory.DATA, read_only, resource_type=S3_OBJECT, container=BUCKET)
        names = {sample.key.event_name for sample in Samples(asked, [trail]).at(PROD, IRELAND, VIRGINIA)}
        assert names == {"¤", "Zap", kind}


def test_a_source_that_a_trail_excludes_has_samples_of_its_own() -> None:
    trail = make_trail("audit", selectors=(EventSelector(exclude_management_event_sources=("kms.amazonaws.com",)),))
    samples = Samples(ALL_MANAGEMENT, [trail]).at(PROD, IRELAND, VIRGINIA)

    missed = {s.key.event_source for s in samples if Matcher(trail).match(s.key) is Truth.NO}
    assert missed == {"kms.amazonaws.com"}
    assert len(samples) == 4  # reads and writes of KMS, and of any other source


def test_events_of_global_services_happen_in_the_leader_region_only() -> None:
    trail = make_trail("audit", include_global_service_events=False)
    samples = Samples(ALL_MANAGEMENT, [trail])

    def missed(region: str) -> set[object]:
        found = samples.at(PROD, region, VIRGINIA)
        return {(s.key.event_source, s.key.is_global_endpoint) for s in found if not_recorded(trail, s)}

    assert missed(IRELAND) == set()
    assert missed(VIRGINIA) == {
        ("iam.amazonaws.com", False),
        ("cloudfront.amazonaws.com", False),
        ("sts.amazonaws.com", True),
    }


def not_recorded(trail: Trail, sample: Sample) -> bool:
    return Matcher(trail).match(sample.key) is not Truth.YES


def test_a_source_of_global_services_that_is_asked_for_is_asked_in_the_leader_region() -> None:
    asked = EventsAsked(EventCategory.MANAGEMENT, event_sources=("iam.amazonaws.com",))
    samples = Samples(asked, [make_trail("audit")])

    assert samples.at(PROD, IRELAND, VIRGINIA) == ()
    assert len(samples.at(PROD, VIRGINIA, VIRGINIA)) == 2
    # Calls of the one endpoint of STS are told from those of its Regions' only where a trail does.
    of_sts = EventsAsked(EventCategory.MANAGEMENT, event_sources=("sts.amazonaws.com",))
    for trail, number in ((make_trail("audit"), 2), (make_trail("audit", include_global_service_events=False), 4)):
        assert len(Samples(of_sts, [trail]).at(PROD, VIRGINIA, VIRGINIA)) == number
        assert len(Samples(of_sts, [trail]).at(PROD, IRELAND, VIRGINIA)) == 2
    # Data events are recorded where the resource is, whoever's they are.
    of_data = EventsAsked(EventCategory.DATA, False, event_sources=("iam.amazonaws.com",), resource_type=S3_OBJECT)
    assert len(Samples(of_data, [make_trail("audit")]).at(PROD, IRELAND, VIRGINIA)) == 1


def test_as_many_kinds_of_events_as_can_be_looked_at_are_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = Samples(ALL_MANAGEMENT, [make_trail("audit")])
    monkeypatch.setattr("costplan.advice.check.samples.MOST_SAMPLES", 2)
    assert len(samples.at(PROD, IRELAND, VIRGINIA)) == 2
    monkeypatch.setattr("costplan.advice.check.samples.MOST_SAMPLES", 1)
    with pytest.raises(TooManySamplesError):
        samples.at(PROD, IRELAND, VIRGINIA)


def test_too_many_kinds_of_events_are_refused() -> None:
    # Each name, source and ARN in a selector of its own is told apart from all others: 60 × 60 × 60 and more.
    selectors = tuple(
        AdvancedEventSelector(
            (
                FieldSelector("eventCategory", equals=("Data",)),
                FieldSelector("eventName", equals=(f"Zap{n}",)),
                FieldSelector("eventSource", equals=(f"s{n}.amazonaws.com",)),
                FieldSelector("resources.ARN", equals=(f"{BUCKET}/{n}",)),
            )
        )
        for n in range(60)
    )
    assert MOST_SAMPLES < 60**3
    with pytest.raises(TooManySamplesError):
        Samples(WRITES, [make_trail("audit", selectors=selectors)]).at(PROD, IRELAND, VIRGINIA)
