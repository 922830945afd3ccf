from collections.abc import Callable

from costplan.model.billing import Meter
from costplan.reports import Dimension
from costplan.reports.estimate_markdown import escape, render_markdown
from tests.reports.build import charge, estimate, layouts

Golden = Callable[[str, str], None]


def test_the_markdown_reads_well(golden: Golden) -> None:
    golden("estimate/layouts.md", render_markdown(layouts()[1:]) + "\n")


def test_a_breakdown_replaces_the_comparison() -> None:
    text = render_markdown(layouts()[1:], (Dimension.ACCOUNT, Dimension.METER), top=1)

    assert "| prod (111122223333) | Management events, additional copies |" in text
    assert "| others (5 rows)" in text


def test_a_name_cannot_break_out_of_its_cell_or_of_the_details() -> None:
    text = render_markdown([estimate("a|b</details>```", (charge(Meter.DATA, 1, recorder="````\n</details>"),))])
    table, _, details = text.partition("<details>")

    assert "a\\|b&lt;/details>\\`\\`\\`" in table
    assert "</details>" not in table
    # Five backticks fence what holds four.
    assert details.count("`````") == 2


def test_characters_that_mean_something_in_markdown_are_escaped() -> None:
    assert escape("*a_b* [c](d) <e> & `f`") == r"\*a\_b\* \[c\](d) &lt;e> &amp; \`f\`"
    assert escape("~~g~~ $x$ $12.30") == r"\~\~g\~\~ \$x\$ $12.30"
