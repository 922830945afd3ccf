from dataclasses import replace

import pytest

from costplan.engine.changes.pairing import Pair, pair_recorders
from costplan.model.recorders import LogBucket, Trail
from tests.build import DATA, IRELAND, MANAGEMENT, TEST, VIRGINIA, make_selector, make_store, make_trail

READS = (make_selector(MANAGEMENT),)
MAIN = make_trail("main", bucket=LogBucket("logs"), selectors=READS)


@pytest.mark.parametrize(
    "after",
    [
        replace(MAIN, is_multi_region=True),
        replace(MAIN, home_region=VIRGINIA),
        replace(MAIN, name="audit"),
        replace(MAIN, name="audit", log_file_validation=True),
    ],
    ids=["of one name", "moved to another Region", "renamed", "renamed and changed, its bucket the same"],
)
def test_a_recorder_is_found_again(after: object) -> None:
    assert pair_recorders([MAIN], [after]) == (Pair(MAIN, after),)  # type: ignore[list-item, arg-type]


@pytest.mark.parametrize(
    "after",
    [
        replace(MAIN, account=TEST),
        replace(MAIN, name="audit", bucket=LogBucket("other")),
        make_store("main"),
    ],
    ids=["of another account", "of another name and bucket", "of another kind"],
)
def test_what_is_not_the_same_comes_and_goes(after: object) -> None:
    assert set(pair_recorders([MAIN], [after])) == {Pair(MAIN, None), Pair(None, after)}  # type: ignore[list-item, arg-type]


def test_the_arn_tells_two_of_one_name_apart() -> None:
    arns = [f"arn:aws:cloudtrail:{region}:111122223333:trail/main" for region in (IRELAND, VIRGINIA)]
    before = [replace(MAIN, home_region=region, arn=arn) for region, arn in zip((IRELAND, VIRGINIA), arns, strict=True)]
    assert pair_recorders(before, before[::-1]) == (Pair(before[1], before[1]), Pair(before[0], before[0]))


def test_two_alike_are_not_guessed_at() -> None:
    """Two that differ by their names only, and two new ones like them: nothing says which is which."""
    old = [replace(MAIN, name=name) for name in ("a", "b")]
    new = [replace(MAIN, name=name) for name in ("c", "d")]
    assert len(pair_recorders(old, new)) == 4


def test_what_is_gone_stands_where_it_stood() -> None:
    one, two, three = (make_trail(name) for name in ("one", "two", "three"))
    data = make_trail("new", selectors=(make_selector(DATA),))
    assert pair_recorders([one, two, three], [three, one, data]) == (
        Pair(three, three),
        Pair(one, one),
        Pair(two, None),
        Pair(None, data),
    )


@pytest.mark.parametrize(
    ("before", "after", "order"),
    [
        ("abc", "cd", "abcd"),
        ("cab", "cd", "cabd"),
        ("acbd", "cd", "acbd"),
        ("ab", "cd", "abcd"),
        ("cadb", "dc", "dbca"),
        ("abcd", "db", "adbc"),
    ],
)
def test_what_is_gone_stands_behind_what_it_stood_behind(before: str, after: str, order: str) -> None:
    # Buckets of their own, and different content: only names pair them.
    def trails(names: str) -> list[Trail]:
        return [make_trail(name, bucket=LogBucket(name=name), starts_in_month=ord(name)) for name in names]

    pairs = pair_recorders(trails(before), trails(after))

    assert "".join((pair.after or pair.before).name for pair in pairs) == order  # type: ignore[union-attr]
