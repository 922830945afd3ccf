"""Two sources that hold the same events would count them twice."""

from typing import Any

import pytest

from costplan.engine.coverage import overlapping
from costplan.engine.matching import Matcher
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Volumes
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    PROD,
    S3_OBJECT,
    TEST,
    VIRGINIA,
    make_coverage,
    make_key,
    make_row,
    make_selector,
    make_trail,
    object_row,
)

LAKE, CLAIMS = "arn:aws:s3:::lake", "arn:aws:s3:::claims"
HERE = (PROD, IRELAND, "Data")


def source(**fields: Any) -> Volumes:
    return Volumes((), (make_coverage(DATA, **fields),))


APART = {
    "accounts": ({"account": PROD}, {"account": TEST}),
    "Regions": ({"region": IRELAND}, {"region": VIRGINIA}),
    "resource types": ({"resource_type": S3_OBJECT}, {"resource_type": "AWS::Lambda::Function"}),
    "containers": ({"container": LAKE}, {"container": CLAIMS}),
    "sources": ({"event_source": "s3.amazonaws.com"}, {"event_source": "lambda.amazonaws.com"}),
    "reads and writes": ({"read_only": True}, {"read_only": False}),
    "one thing of four": (
        {"resource_type": S3_OBJECT, "container": LAKE, "read_only": True},
        {"resource_type": S3_OBJECT, "container": LAKE, "read_only": False},
    ),
}
TOGETHER = {
    "everything twice": ({}, {}),
    "everything and a part": ({}, {"resource_type": S3_OBJECT, "container": LAKE, "read_only": True}),
    "a part and everything": ({"resource_type": S3_OBJECT, "container": LAKE, "read_only": True}, {}),
    "the same part": ({"container": LAKE, "read_only": False}, {"container": LAKE, "read_only": False}),
    "parts that cross": ({"container": LAKE}, {"read_only": False}),
}


@pytest.mark.parametrize(("left", "right"), APART.values(), ids=APART)
def test_sources_of_different_events_stand_beside_each_other(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert overlapping([source(**left), source(**right)]) == ()


@pytest.mark.parametrize(("left", "right"), TOGETHER.values(), ids=TOGETHER)
def test_sources_of_the_same_events_overlap(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert overlapping([source(**left), source(**right)]) == (HERE,)


def test_categories_are_apart() -> None:
    management = Volumes((), (make_coverage(MANAGEMENT),))
    assert overlapping([management, source()]) == ()


@pytest.mark.parametrize("narrowed", [(True, False), (False, True), (True, True)])
def test_a_source_that_was_narrowed_further_is_not_looked_into(narrowed: tuple[bool, bool]) -> None:
    names = (FieldSelector("eventName", equals=("PutObject",)),)
    left, right = (source(fields=names if each else ()) for each in narrowed)
    assert overlapping([left, right]) == ()


def test_the_third_of_three_sources_may_be_the_one_too_many() -> None:
    assert overlapping([source(container=LAKE), source(container=CLAIMS), source(container=CLAIMS)]) == (HERE,)


def test_one_source_does_not_overlap_with_itself() -> None:
    parts = (make_coverage(DATA, container=LAKE), make_coverage(DATA, container=LAKE, read_only=True))
    assert overlapping([Volumes((), parts)]) == ()


def test_a_source_that_vouches_for_everything_covers_what_it_has_rows_of() -> None:
    typed = Volumes((object_row(5),), covers_all=True)
    assert overlapping([typed, source()]) == (HERE,)
    assert overlapping([typed, Volumes((), (make_coverage(MANAGEMENT),))]) == ()
    assert overlapping([typed, Volumes((make_row(1),), covers_all=True)]) == ()


def test_rows_of_a_source_that_does_not_vouch_are_no_coverage() -> None:
    assert overlapping([Volumes((object_row(5),)), source()]) == ()


# ---- which selector admits ----


def selector(source_name: object) -> AdvancedEventSelector:
    return make_selector(MANAGEMENT, FieldSelector("eventSource", equals=(source_name,)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["ec2.amazonaws.com", "ec2.amazonaws.com"], (Truth.YES, 0)),
        (["iam.amazonaws.com", "ec2.amazonaws.com"], (Truth.YES, 1)),
        ([UNKNOWN, "ec2.amazonaws.com", "ec2.amazonaws.com"], (Truth.YES, 1)),
        (["iam.amazonaws.com", UNKNOWN, UNKNOWN], (Truth.MAYBE, 1)),
        (["iam.amazonaws.com", "sts.amazonaws.com"], (Truth.NO, 0)),
    ],
    ids=["both", "the second", "maybe, then surely", "maybe twice", "none"],
)
def test_an_event_is_admitted_by_the_first_selector_that_is_surest(
    sources: list[object], expected: tuple[Truth, int]
) -> None:
    trail = make_trail(selectors=tuple(selector(name) for name in sources))
    assert Matcher(trail).admit(make_key(event_source="ec2.amazonaws.com")) == expected
