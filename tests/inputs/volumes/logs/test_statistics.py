from decimal import Decimal
from itertools import permutations

import pytest

from costplan.inputs.volumes.logs.statistics import FileTally, fit_line, size_class


def sums(points: list[tuple[int, int]]) -> tuple[int, int, int, int, int]:
    return (
        len(points),
        sum(x for x, _ in points),
        sum(x * x for x, _ in points),
        sum(y for _, y in points),
        sum(x * y for x, y in points),
    )


def test_a_line_through_the_points_is_found():
    # y = 680 + 181 x
    points = [(x, 680 + 181 * x) for x in range(1, 11)]
    assert fit_line(*sums(points)) == (Decimal(680), Decimal(181))


def test_neither_part_of_the_line_is_below_zero():
    # y = 10 x − 5 would begin below zero: the best line through the origin is Σxy / Σx² = 1860 / 204 for x = 1 … 8.
    below = [(x, 10 * x - 5) for x in range(1, 9)]
    assert fit_line(*sums(below)) == (Decimal(0), Decimal("9.117647"))
    # y falls: only the mean remains, (92 + … + 99) / 8.
    falling = [(x, 100 - x) for x in range(1, 9)]
    assert fit_line(*sums(falling)) == (Decimal("95.5"), Decimal(0))


@pytest.mark.parametrize(
    "points", [[(x, 100 + x) for x in range(7)], [(5, 100)] * 20], ids=["seven files", "all of one size"]
)
def test_too_little_to_fit_gives_no_line(points):
    assert fit_line(*sums(points)) == (None, None)


@pytest.mark.parametrize(
    ("size", "name"),
    [(0, "<1KiB"), (1023, "<1KiB"), (1024, "1-4KiB"), (4096, "4-16KiB"), (16384, "16-128KiB"), (131072, ">=128KiB")],
)
def test_a_size_belongs_to_the_class_that_begins_with_it(size, name):
    assert size_class(size) == name


def test_files_are_counted_in_any_order():
    files = [(0, 3, 900, True), (0, 5, 1300, True), (4, 40, 9000, True), (5, 1, 200_000, False)]
    for order in permutations(files):
        tally = FileTally()
        for file in order:
            tally.add(*file)
        statistics = tally.statistics("111122223333", "eu-west-1", "CloudTrail", 12)
        assert (statistics.files, statistics.bytes, statistics.events) == (4, 211_200, 49)
        assert (statistics.slots_occupied, statistics.slots_observed) == (3, 12)
        assert statistics.size_histogram == {"<1KiB": 1, "1-4KiB": 1, "4-16KiB": 1, "16-128KiB": 0, ">=128KiB": 1}


def test_a_file_found_uncompressed_is_left_out_of_the_fit():
    tally = FileTally()
    for events in range(1, 9):
        tally.add(events, events, 100 + 5 * events, True)
    tally.add(9, 1, 1_000_000, False)
    statistics = tally.statistics("111122223333", "eu-west-1", "CloudTrail", 12)
    assert (statistics.bytes_per_file, statistics.bytes_per_event) == (Decimal(100), Decimal(5))
