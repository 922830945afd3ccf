"""Whether all that passes one field selector passes another: never claimed where it is not so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.implication import implies
from costplan.engine.matching import field_holds
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN

F = FieldSelector


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (F("f", not_equals=("kms",)), F("f", not_equals=("kms",)), True),
        (F("f", not_equals=("kms", "rds")), F("f", not_equals=("kms",)), True),
        (F("f", not_equals=("kms",)), F("f", not_equals=("kms", "rds")), False),
        (F("f", equals=("iam",)), F("f", not_equals=("kms",)), True),
        (F("f", equals=("iam", "kms")), F("f", not_equals=("kms",)), False),
        (F("f", equals=("iam",)), F("f", equals=("iam", "ec2")), True),
        (F("f", starts_with=("lake/claims/2026/",)), F("f", starts_with=("lake/claims/",)), True),
        (F("f", starts_with=("lake/",)), F("f", starts_with=("lake/claims/",)), False),
        (F("f", starts_with=("lake/",)), F("f", not_starts_with=("logs/",)), True),
        (F("f", starts_with=("lake/",)), F("f", not_starts_with=("lake/tmp/",)), False),
        (F("f", starts_with=("lake/",), not_starts_with=("lake/",)), F("f", not_starts_with=("lake/tmp/",)), True),
        (F("f", ends_with=(".json",)), F("f", not_ends_with=(".tmp",)), True),
        (F("f", not_equals=("kms",)), F("f", equals=("iam",)), False),
        (F("f", equals=("iam", "ec2")), F("f", equals=("iam",)), False),
        (F("f", equals=("lake/a",)), F("f", starts_with=("lake/",)), True),
        (F("f", starts_with=("iam",)), F("f", equals=("iam",)), False),
        (F("f", equals=("lake/a",)), F("f", not_starts_with=("logs/",)), True),
        (F("f", starts_with=("lake/",)), F("f", not_equals=("logs/a",)), True),
        (F("f", starts_with=("lake/",)), F("f", not_equals=("lake/a",)), False),
        (F("f", starts_with=("lake/tmp/a",)), F("f", not_starts_with=("lake/tmp/",)), False),
        # A text can begin with one value and end with another, or with one that is longer.
        (F("f", starts_with=("a",)), F("f", not_ends_with=("b",)), False),
        (F("f", ends_with=("b",)), F("f", not_ends_with=("ab",)), False),
        # What only deselects also admits events without the field, which nothing can select.
        (F("f"), F("f", starts_with=("",)), False),
        (F("f", not_equals=(UNKNOWN,)), F("f", not_equals=(UNKNOWN,)), False),
        (F("f", equals=(UNKNOWN,)), F("f", equals=("iam",)), False),
        (F("f", starts_with=(UNKNOWN,)), F("f", starts_with=("a",)), False),
        (F("f", starts_with=("a",)), F("f", starts_with=(UNKNOWN,)), False),
        (F("f", starts_with=(UNKNOWN,)), F("f", not_starts_with=("a",)), False),
        (F("f", starts_with=("a",)), F("f", not_starts_with=(UNKNOWN,)), False),
    ],
)
def test_one_selector_is_within_another_or_not(narrow: F, wide: F, expected: bool) -> None:
    assert implies(narrow, wide) is expected


texts = st.text("ab/", max_size=4)
values = st.lists(texts, max_size=2).map(tuple)
selectors = st.builds(F, st.just("f"), values, values, values, values, values, values)


def passes(selector: F, text: str | None) -> bool:
    hit = lambda operator, value: Truth.of(text is not None and operator.holds(text, value))  # noqa: E731
    return field_holds(selector, hit, text is None) is Truth.YES


@given(selectors, selectors, texts | st.none())
def test_what_is_within_another_selector_never_leaves_it(narrow: F, wide: F, text: str | None) -> None:
    assert not (implies(narrow, wide) and passes(narrow, text) and not passes(wide, text))
