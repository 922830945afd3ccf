"""Generated recorders that AWS would take: every operator, awkward texts, values that nobody knows, clashing names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from costplan.model.events import EventCategory
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
    Value,
)
from costplan.model.unknown import UNKNOWN
from tests.reports.configs.recorders import ACCOUNT, CHINA, EU, OTHER, US

OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")
PLACES = ((ACCOUNT, EU), (ACCOUNT, US), (OTHER, EU), (OTHER, CHINA))

# python-hcl2 reads an escaped template to the next closing brace, wherever that is; Terraform needs none.
_NEVER_CLOSED = re.compile(r"[$%]\{[^}]*\Z")
texts = st.one_of(
    st.text(st.sampled_from("ab${}%\\\"'\n\t\r\x07 é🙂\u2028{#&*!|>@`:-,[]?~0"), min_size=1, max_size=12),
    st.sampled_from(["true", "no", "null", "012", "1:30", "2024-05-01", "${a}", "$${a}", "%{if}", "<<EOF", "1e3", "~"]),
).filter(lambda text: _NEVER_CLOSED.search(text) is None)
recorder_names = st.sampled_from(
    ["audit", "Audit", "audit 2", "audit2", "1st", "é", "Trail", "data", "${name}", "off", "a\nb"]
)


def values(*, with_unknown: bool) -> st.SearchStrategy[Value]:
    return st.one_of(texts, st.just(UNKNOWN)) if with_unknown else texts


def lists(*, with_unknown: bool) -> st.SearchStrategy[tuple[Value, ...]]:
    return st.lists(values(with_unknown=with_unknown), max_size=2).map(tuple)


@st.composite
def field_selectors(draw: st.DrawFn, name: str, *, with_unknown: bool) -> FieldSelector:
    operators = draw(st.lists(st.sampled_from(OPERATORS), min_size=1, max_size=3, unique=True))
    drawn: dict[str, Any] = {
        operator: tuple(draw(st.lists(values(with_unknown=with_unknown), min_size=1, max_size=2)))
        for operator in operators
    }
    return FieldSelector(name, **drawn)


@st.composite
def advanced_selectors(draw: st.DrawFn, *, of_data: bool, with_unknown: bool) -> AdvancedEventSelector:
    fields = [FieldSelector("eventCategory", equals=("Data" if of_data else "Management",))]
    if of_data:
        fields.append(FieldSelector("resources.type", equals=(draw(values(with_unknown=with_unknown)),)))
        # A field may stand twice.
        names = draw(st.lists(st.sampled_from(("eventName", "resources.ARN", "userIdentity.arn")), max_size=3))
        fields += [draw(field_selectors(name, with_unknown=with_unknown)) for name in names]
    fields += draw(st.sampled_from(([], [FieldSelector("readOnly", equals=("false",))])))
    return AdvancedEventSelector(tuple(fields), draw(st.one_of(st.just(""), texts)))


def advanced(*, with_unknown: bool) -> st.SearchStrategy[tuple[AdvancedEventSelector, ...]]:
    one = st.booleans().flatmap(lambda of_data: advanced_selectors(of_data=of_data, with_unknown=with_unknown))
    return st.lists(one, min_size=1, max_size=3).map(tuple)


@st.composite
def basic_selectors(draw: st.DrawFn, *, with_unknown: bool) -> EventSelector:
    kinds: list[Any] = list(ReadWriteType)
    includes: list[Any] = [True, False]
    excluded: list[Any] = [(), ("kms.amazonaws.com",), ("kms.amazonaws.com", "rdsdata.amazonaws.com")]
    arns: list[Any] = ["arn:aws:s3", "arn:aws:s3:::a/", 'arn:aws:s3:::a/"${b}"\n']
    if with_unknown:
        kinds, includes, excluded = [*kinds, UNKNOWN], [*includes, UNKNOWN], [*excluded, (UNKNOWN,)]
        arns = [*arns, UNKNOWN]
    held = draw(st.lists(st.sampled_from(arns), max_size=3))
    resources = (DataResource("AWS::S3::Object", tuple(held)),) if held else ()
    return EventSelector(*(draw(st.sampled_from(several)) for several in (kinds, includes, excluded)), resources)


lifecycles = st.sampled_from(
    (
        (),
        (LifecycleRule(expiration_days=30),),
        (LifecycleRule(30, "STANDARD_IA"), LifecycleRule(60, "GLACIER"), LifecycleRule(expiration_days=90)),
        (LifecycleRule(expiration_days=90), LifecycleRule(10, "GLACIER_IR")),
        (LifecycleRule(10, "GLACIER", larger_than=5), LifecycleRule(20, "DEEP_ARCHIVE")),
        (LifecycleRule(noncurrent_expiration_days=3), LifecycleRule(expiration_days=4, larger_than=1, smaller_than=9)),
    )
)
insights = st.lists(
    st.builds(
        InsightSelector,
        st.sampled_from(InsightType),
        st.sampled_from(
            ((EventCategory.MANAGEMENT,), (EventCategory.DATA,), (EventCategory.DATA, EventCategory.MANAGEMENT))
        ),
    ),
    max_size=2,
    unique_by=lambda one: one.type,
).map(tuple)


@st.composite
def trails(draw: st.DrawFn, *, with_unknown: bool) -> Trail:
    account, region = draw(st.sampled_from(PLACES))
    selectors: Any = draw(
        st.one_of(
            st.none(),
            advanced(with_unknown=with_unknown),
            st.lists(basic_selectors(with_unknown=with_unknown), min_size=1, max_size=2).map(tuple),
        )
    )
    is_multi_region = draw(st.booleans())
    # A bucket has one lifecycle, and is where its name says.
    name = draw(st.one_of(st.none(), st.just(f"amzn-s3-demo-{account}-{region}")))
    return Trail(
        draw(recorder_names),
        account,
        region,
        is_multi_region=is_multi_region,
        is_organization=draw(st.booleans()),
        include_global_service_events=is_multi_region or draw(st.booleans()),
        is_logging=draw(st.booleans()),
        recursive_logging=draw(st.booleans()),
        log_file_validation=draw(st.booleans()),
        selectors=selectors,
        insights=draw(insights) if selectors is None else (),
        bucket=LogBucket(
            name,
            draw(st.one_of(st.none(), texts)),
            has_kms_key=draw(st.booleans()),
            notifies_sns=draw(st.booleans()),
            lifecycle=draw(lifecycles),
            is_versioned=draw(st.booleans()),
        ),
        cloudwatch_logs=draw(st.sampled_from((None, CloudWatchLogs(), CloudWatchLogs(0), CloudWatchLogs(30)))),
        aggregates_data=draw(st.booleans()),
        started=draw(st.sampled_from((None, "2024-05-01T08:00:00Z"))),
    )


@st.composite
def stores(draw: st.DrawFn, *, with_unknown: bool) -> EventDataStore:
    account, region = draw(st.sampled_from(PLACES))
    selectors = draw(st.one_of(st.none(), advanced(with_unknown=with_unknown)))
    return EventDataStore(
        draw(recorder_names),
        account,
        region,
        is_multi_region=draw(st.booleans()),
        is_organization=draw(st.booleans()),
        is_ingesting=draw(st.booleans()),
        selectors=selectors,
        insights=(InsightSelector(InsightType.API_CALL_RATE),) if selectors is None and draw(st.booleans()) else (),
        billing_mode=draw(st.sampled_from(("EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING"))),
        retention_days=draw(st.sampled_from((None, 7, 3653))),
    )


def several(*, with_unknown: bool) -> st.SearchStrategy[tuple[Recorder, ...]]:
    """Some recorders, of which AWS would allow all at once."""
    one = st.one_of(trails(with_unknown=with_unknown), stores(with_unknown=with_unknown))
    found = st.lists(one, min_size=1, max_size=4, unique_by=lambda r: (type(r), r.name, r.account, r.home_region))
    return found.map(_of_one_world)


def _of_one_world(recorders: Sequence[Recorder]) -> tuple[Recorder, ...]:
    """Give each store an ARN, and each bucket the lifecycle and versioning that its first trail tells."""
    told: dict[str, LogBucket] = {}
    result: list[Recorder] = []
    for number, recorder in enumerate(recorders):
        if isinstance(recorder, EventDataStore):
            partition = "aws-cn" if recorder.home_region == CHINA else "aws"
            place = f"arn:{partition}:cloudtrail:{recorder.home_region}:{recorder.account}"
            result.append(replace(recorder, arn=f"{place}:eventdatastore/0000000{number}-2222-3333-4444-555555555555"))
            continue
        bucket = recorder.bucket
        if bucket.name is not None:
            first = told.setdefault(bucket.name, bucket)
            bucket = replace(bucket, lifecycle=first.lifecycle, is_versioned=first.is_versioned)
        result.append(replace(recorder, bucket=bucket))
    return tuple(result)
