"""Several sources as one: nothing is lost, nothing is counted twice."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.merging import MERGED, merge, overlaps, summed
from costplan.engine.routing import Router
from costplan.engine.scope import copy_order, landscape_of
from costplan.inputs.volumes.volumes_file import format_volumes
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import FileStatistics, ReadSummary, VolumeRow, Volumes
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    PROD,
    S3_OBJECT,
    TEST,
    VIRGINIA,
    between,
    make_coverage,
    make_key,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
    routed,
)
from tests.engine.together.worlds import (
    CELLS,
    LAKE,
    apart,
    count_of,
    is_covered,
    reread,
    sampled,
    sources,
    without_reads_and_writes,
)

ALL = make_trail(is_multi_region=True, selectors=(make_selector(MANAGEMENT), on_objects()))
SECOND = make_trail("second", selectors=(make_selector(MANAGEMENT),))


# ---- laws ----


@given(st.lists(sources(), min_size=2, max_size=3).filter(apart))
def test_sources_that_are_apart_have_no_overlap_and_every_order_is_the_same(found: list[Volumes]) -> None:
    assert overlaps(found) == ()
    texts = {format_volumes(merge(order).volumes) for order in permutations(found)}
    assert len(texts) == 1


@given(st.lists(sources(), min_size=3, max_size=3).filter(apart))
def test_merging_step_by_step_is_merging_at_once(found: list[Volumes]) -> None:
    first, second, third = found
    at_once = merge(found).volumes
    assert merge([merge([first, second]).volumes, third]).volumes == at_once
    assert merge([first, merge([second, third]).volumes]).volumes == at_once


@given(st.lists(sources(), min_size=2, max_size=3))
def test_what_two_sources_cover_is_found_and_nothing_else(found: list[Volumes]) -> None:
    assert bool(overlaps(found)) is not apart(found)


@given(st.lists(sources(), min_size=2, max_size=3).filter(apart))
def test_merged_volumes_cost_what_both_files_cost(found: list[Volumes]) -> None:
    def estimate(volumes: tuple[Volumes, ...]) -> object:
        done = estimate_scenario(make_scenario(ALL, SECOND, volumes=volumes, months=2), make_prices())
        charges = [(c.id, c.month, c.quantity, c.list_cost) for month in done.months for c in month.charges]
        return charges, done.unknown, done.events, done.unpriced

    assert estimate((merge(found).volumes,)) == estimate(tuple(found))


@given(st.lists(sources(), min_size=2, max_size=3))
def test_where_two_overlap_each_kind_of_event_is_counted_by_the_first_that_covers_it(found: list[Volumes]) -> None:
    merged = merge(found).volumes
    for cell in CELLS:
        first = next((volumes for volumes in found if is_covered(volumes, cell)), None)
        assert count_of(merged, cell) == (count_of(first, cell) if first else 0)
        assert is_covered(merged, cell) == (first is not None)
    assert not any(row.per_month.has_band for row in merged.rows)


@given(sources(), sources())
def test_rows_that_cannot_be_told_apart_become_a_band_that_holds_the_truth(first: Volumes, second: Volumes) -> None:
    with exact_arithmetic():
        merged = merge([first, without_reads_and_writes(second)]).volumes
        total = sum((row.per_month for row in merged.rows), Quantity.exact(0))
    truth = sum((count_of(v, c) for c in CELLS for v in [first if is_covered(first, c) else second]), Decimal(0))
    assert total.low <= truth <= total.high


@given(sources(), sources())
def test_a_merged_file_says_what_the_merged_volumes_say(first: Volumes, second: Volumes) -> None:
    assume(apart([first, second]))
    merged = merge([first, second]).volumes
    assert reread(merged) == merged


# ---- cases ----


def test_the_reads_of_an_undivided_row_are_left_where_the_writes_are_covered() -> None:
    writes = Volumes((object_row(2, read_only=False),), (make_coverage(DATA, read_only=False),))
    both = Volumes((object_row(10, read_only=UNKNOWN),), (make_coverage(DATA),))

    merged = merge([writes, both])

    # Of the ten, up to ten are reads: those of the lake are 0 to 10, its writes are the 2 that were told.
    assert [(r.key.read_only, r.per_month.low, r.per_month.high) for r in merged.volumes.rows] == [
        (False, 2, 2),
        (True, 0, 10),
    ]
    assert (merged.dropped[0].straddling, merged.dropped[0].rows) == (1, 0)


def test_a_row_inside_of_two_halves_is_inside() -> None:
    halves = (make_coverage(DATA, read_only=True), make_coverage(DATA, read_only=False))
    first = Volumes((object_row(1, read_only=True), object_row(2, read_only=False)), halves)
    merged = merge([first, Volumes((object_row(10, read_only=UNKNOWN),), (make_coverage(DATA),))])
    assert sum(row.per_month.point for row in merged.volumes.rows) == 3
    assert merged.dropped[0].rows == 1


def test_a_row_beside_the_coverage_of_its_own_source_is_an_overlap_all_the_same() -> None:
    careless = Volumes((object_row(5),), (make_coverage(MANAGEMENT),))
    (found,) = overlaps([Volumes((), (make_coverage(DATA),)), careless])
    assert (found.part.category, found.part.container) == (DATA, LAKE)


def test_a_row_of_folded_buckets_may_hold_what_another_source_has_by_name() -> None:
    # Of buckets that nobody can tell any more.
    folded = make_row(6, DATA, event_source="s3.amazonaws.com", resources=UNKNOWN)
    first = Volumes((object_row(1), folded), (make_coverage(DATA, container=LAKE),))
    other = Volumes((object_row(9, "claims"),), (make_coverage(DATA, container="arn:aws:s3:::claims"),))

    assert overlaps([first, other])
    merged = merge([first, other]).volumes
    # Of the claims' 9, some may be among the folded ones.
    assert {(r.per_month.low, r.per_month.high) for r in merged.rows} == {(1, 1), (6, 6), (0, 9)}


def test_two_authors_that_vouch_for_all_are_apart_where_their_rows_are() -> None:
    here = Volumes((make_row(1),), covers_all=True)
    there = Volumes((make_row(2, region=VIRGINIA),), covers_all=True)
    assert overlaps([here, there]) == ()
    assert merge([here, there]).volumes.covers_all
    assert overlaps([here, Volumes((make_row(3),), covers_all=True)])


@pytest.mark.parametrize(
    ("left", "right", "meets"),
    [
        ({"equals": ("PutObject",)}, {"not_equals": ("PutObject",)}, False),
        ({"equals": ("PutObject",)}, {"equals": ("GetObject",)}, False),
        ({"equals": ("PutObject",)}, {"not_equals": ("GetObject",)}, True),
        ({"starts_with": ("Put",)}, {"starts_with": ("PutO",)}, True),
    ],
)
def test_further_fields_keep_sources_apart_only_where_they_shut_each_other_out(
    left: dict[str, tuple[str, ...]], right: dict[str, tuple[str, ...]], meets: bool
) -> None:
    found = [
        Volumes((), (make_coverage(DATA, fields=(FieldSelector("eventName", **fields),)),)) for fields in (left, right)
    ]
    assert bool(overlaps(found)) is meets


def test_equal_keys_are_summed_with_what_was_counted_and_measured() -> None:
    fields = [(FieldSelector("eventName", equals=(name,)),) for name in ("PutObject", "GetObject")]
    rows = [make_row(3, DATA, raw_bytes=300), make_row(4, DATA, raw_bytes=500)]
    found = [
        Volumes((replace(row, key=make_key(DATA)),), (make_coverage(DATA, fields=each),))
        for row, each in zip(rows, fields, strict=True)
    ]
    # The rows do not say their names, so either may hold the other's events: the later one is a band.
    (row,) = merge(found).volumes.rows
    assert (row.per_month.low, row.per_month.point, row.count, row.raw_bytes) == (3, 7, 7, 800)


def test_a_counted_and_a_typed_row_of_one_key_stay_apart() -> None:
    counted, typed = make_row(3), VolumeRow(make_key(), Quantity.exact(4))
    assert [row.count for row in summed([typed, counted])] == [3, None]


# ---- conditions ----

CLAIMS_ONLY = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "arn:aws:s3:::lake/claims/")
RAW_ONLY = Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "arn:aws:s3:::lake/raw/")


def answered(per_month: int, condition: Condition, answers: str, region: str, bucket: str = "lake") -> Volumes:
    row = object_row(per_month, bucket, region=region)
    resources = (replace(row.key.resources[0], answers=answers),)  # type: ignore[index]
    row = replace(row, key=replace(row.key, resources=resources))
    return Volumes((row,), (make_coverage(DATA, region=region),), conditions=(condition,))


def test_each_row_answers_the_conditions_of_both_sources_as_far_as_it_was_asked() -> None:
    merged = merge([answered(5, RAW_ONLY, "1", IRELAND), answered(7, CLAIMS_ONLY, "0", VIRGINIA)]).volumes
    assert merged.conditions == (CLAIMS_ONLY, RAW_ONLY)
    assert [row.key.resources[0].answers for row in merged.rows] == ["?1", "0?"]  # type: ignore[index]
    assert reread(merged) == merged

    trail = make_trail(
        is_multi_region=True,
        selectors=(on_objects(FieldSelector("resources.ARN", starts_with=(RAW_ONLY.value,))),),
    )
    scenario = make_scenario(trail, volumes=(merged,))
    router = Router(copy_order(scenario.recorders), landscape_of(scenario, {}))
    truths = [[d.truth for d in deliveries] for _, deliveries in routed(router, merged)]
    # Ireland was asked and said yes; nobody asked Virginia, so it is a band, not a guess.
    assert truths == [[Truth.YES], [Truth.MAYBE]]


def test_what_the_container_decides_is_answered() -> None:
    merged = merge([answered(5, RAW_ONLY, "1", IRELAND), answered(7, CLAIMS_ONLY, "0", VIRGINIA, "claims")]).volumes
    # arn:aws:s3:::claims/… never begins with arn:aws:s3:::lake/raw/.
    assert {row.key.resources[0].answers for row in merged.rows} == {"?1", "00"}  # type: ignore[index]


# ---- what is beside the rows ----


def logs(region: str, files: int, multiplicity: dict[int, int]) -> Volumes:
    statistics = FileStatistics(PROD, region, "CloudTrail", files, files * 2000, files * 10, files // 2, 8928)
    return Volumes(
        (make_row(1000, region=region),),
        (make_coverage(MANAGEMENT, region=region),),
        kind="cloudtrail-logs",
        read=ReadSummary(files, 0, 10, 8, 1, 1, set_aside={"digest": 2}),
        multiplicity=multiplicity,
        files=(statistics,),
    )


def test_readings_add_up_and_files_remember_how_often_their_own_events_were_met() -> None:
    here, there = logs(IRELAND, 400, {1: 6, 2: 4}), logs(VIRGINIA, 800, {1: 8})
    merged = merge([here, there]).volumes

    assert merged.kind == MERGED
    assert merged.read == ReadSummary(1200, 0, 20, 16, 2, 2, set_aside={"digest": 4})
    assert merged.multiplicity == {1: 14, 2: 4}
    assert [f.multiplicity for f in merged.files] == [{1: 6, 2: 4}, {1: 8}]

    def storage(*volumes: Volumes) -> list[object]:
        done = estimate_scenario(make_scenario(ALL, volumes=volumes), make_prices())
        return [(c.id, c.quantity) for c in done.last.charges]

    assert storage(reread(merged)) == storage(here, there) == storage(there, here)


def test_where_two_have_files_of_one_place_the_order_does_not_matter() -> None:
    quiet = logs(IRELAND, 40, {1: 8})
    data = replace(logs(IRELAND, 4000, {1: 8}), rows=(object_row(9000),), coverage=(make_coverage(DATA),))
    results = {
        tuple((c.id, c.quantity) for c in estimate_scenario(make_scenario(ALL, volumes=v), make_prices()).last.charges)
        for v in ((quiet, data), (data, quiet), (merge([quiet, data]).volumes,), (merge([data, quiet]).volumes,))
    }
    assert len(results) == 1


def test_the_files_of_a_place_that_an_earlier_source_holds_go_with_its_rows() -> None:
    here = logs(IRELAND, 400, {1: 8})
    merged = merge([here, replace(logs(IRELAND, 900, {1: 8}))])
    assert [f.files for f in merged.volumes.files] == [400]
    assert (merged.dropped[0].rows, merged.dropped[0].parts) == (1, 1)


# ---- samples ----


def test_figures_of_one_sample_pair_and_variances_of_two_add() -> None:
    one = sampled(Volumes((make_row(100),), (make_coverage(MANAGEMENT),)), [(3.0, -3.0)])
    other = Volumes((make_row(50, region=VIRGINIA),), (make_coverage(MANAGEMENT, region=VIRGINIA),))
    merged = merge([other, one]).volumes
    assert merged.sampling == one.sampling
    assert reread(merged) == merged
    with exact_arithmetic():
        assert sum((r.per_month for r in merged.rows), Quantity.exact(0)).standard_error == 3.0

    second = sampled(other, [(4.0, 4.0)], "d2")
    both = merge([one, second]).volumes
    assert both.samples == merge([second, one]).volumes.samples
    assert {sampling.design_id for sampling in both.samples} == {"d1", "d2"}
    assert reread(both) == both
    with exact_arithmetic():
        # √(3² + 4²)
        assert sum((r.per_month for r in both.rows), Quantity.exact(0)).standard_error == 5.0


def test_a_sample_that_another_one_replaces_is_no_second_one() -> None:
    old, new = (
        sampled(Volumes((make_row(100),), (make_coverage(MANAGEMENT),)), [(3.0, -3.0)], d) for d in ("d1", "d2")
    )
    merged = merge([new, old])
    assert merged.volumes.sampling == new.sampling
    assert merged.dropped[0].rows == 1


def test_a_place_that_a_sample_never_drew_is_known_where_another_source_saw_it() -> None:
    coverage = (make_coverage(MANAGEMENT), make_coverage(MANAGEMENT, account=TEST))
    one = sampled(Volumes((make_row(100),), coverage), [(1.0, 1.0)])
    assert one.sampling is not None
    one = replace(one, sampling=replace(one.sampling, never_drawn=((TEST, IRELAND), (TEST, VIRGINIA))))
    other = Volumes((make_row(7, account=TEST),), (make_coverage(MANAGEMENT, account=TEST),))

    # The sample says that it covers the place, but saw nothing of it: the other source is no overlap there.
    merged = merge([one, other])
    assert merged.volumes.sampling is not None
    assert merged.volumes.sampling.never_drawn == ((TEST, VIRGINIA),)
    assert len(merged.volumes.rows) == 2
    assert not merged.dropped


def test_a_band_is_kept() -> None:
    found = [
        Volumes((make_row(between(1, 5)),), (make_coverage(MANAGEMENT),)),
        Volumes((object_row(2),), (make_coverage(DATA, resource_type=S3_OBJECT),)),
    ]
    assert {(r.per_month.low, r.per_month.high) for r in merge(found).volumes.rows} == {(1, 5), (2, 2)}
