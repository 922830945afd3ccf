from collections.abc import Callable
from dataclasses import replace

import pytest

from costplan.model.matches import Absence, Matches
from costplan.reports.match_table import ABSENCES, render_matches
from tests.reports.matches import PUT, READ, differing, explained, matches

Golden = Callable[[str, str], None]


def test_the_table_of_counts_and_samples(golden: Golden) -> None:
    golden("match/counts.txt", render_matches(matches(), 100) + "\n")


def test_the_table_of_differences(golden: Golden) -> None:
    golden("match/differences.txt", render_matches(differing(), 100) + "\n")


def test_the_table_of_single_events(golden: Golden) -> None:
    golden("match/events.txt", render_matches(explained(), 100) + "\n")


@pytest.mark.parametrize("made", [matches, differing, explained], ids=["counts", "differences", "events"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_line_fits(made: Callable[[], Matches], width: int) -> None:
    words = {word for word in render_matches(made(), 1_000).split() if len(word) > width - 4}
    lines = render_matches(made(), width).splitlines()
    assert not [line for line in lines if len(line) > width and not any(word in line for word in words)]


def test_the_rows_of_differences_that_are_not_shown_are_summed() -> None:
    # 40 + 10 in two rows.
    assert _others(render_matches(differing(), 100, top=1)) == ["others", "(2", "rows)", "50"]


def _others(text: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.startswith("others"))


def test_every_absence_has_words() -> None:
    assert ABSENCES.keys() == set(Absence)


def test_a_configuration_without_recorders_says_that_nothing_is_recorded() -> None:
    assert "nothing is recorded" in render_matches(Matches(READ, ()), 100)


def test_a_text_that_could_steer_a_terminal_does_not() -> None:
    found = matches()
    audit = found.recorders[0]
    evil = replace(PUT, event_name="Put\x1b[2J")
    selector = replace(audit.selectors[0], samples=replace(audit.selectors[0].samples, recorded=(evil,)))  # type: ignore[type-var]
    text = render_matches(replace(found, recorders=(replace(audit, selectors=(selector,)),)), 100)
    assert "\x1b" not in text
    assert "Put\N{REPLACEMENT CHARACTER}[2J" in text
