"""The bundled scenarios: every one runs, says what it shows, and shows it."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from costplan import estimate
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.volumes import Volumes
from costplan.reports.explain import render_explanation
from tests.shipped_volumes import METRICS, PROJECT, SHIPPED, VOLUMES, count, measure_metrics

SCENARIOS = PROJECT / "scenarios"
FILES = sorted(path for path in SCENARIOS.rglob("*.yaml") if path.parent != VOLUMES)
FOLDERS = sorted({path.parent.name for path in FILES})


@cache
def estimates(folder: str) -> dict[str, Estimate]:
    """The estimates of one folder, by file stem."""
    found = estimate([SCENARIOS / folder]).estimates
    return {Path(each.scenario.where.path).stem: each for each in found if each.scenario.where}


def paid(result: Estimate, meter: Meter) -> Decimal:
    """List cost of one meter in the last month, in dollars."""
    return sum((c.list_cost.point for c in result.last.charges if c.usage.meter is meter), Decimal(0))


def test_the_sweep_sees_the_scenarios() -> None:
    assert len(FILES) >= 15
    assert FOLDERS == ["data-events", "insights", "layouts", "metrics", "organization", "sample"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_scenario_runs_and_says_what_it_shows(path: Path) -> None:
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    result = estimates(path.parent.name)[path.stem]

    assert first_line == f"# {result.scenario.purpose}"
    assert first_line.endswith(".")
    assert len(result.scenario.purpose.split()) >= 6, "a sentence, not a name"
    assert f"\n{result.scenario.purpose}\n" in render_explanation([result], 200)
    assert len(result.months) == 12


def test_event_history_costs_nothing() -> None:
    assert estimates("layouts")["1-event-history"].last.charges == ()


def test_one_multi_region_trail_has_only_free_copies() -> None:
    result = estimates("layouts")["3-multi-region"]

    assert paid(result, Meter.MANAGEMENT_ADDITIONAL_COPY) == 0
    assert result.events.recorded["Management"] == result.events.happened["Management"]


def test_a_second_trail_pays_for_the_region_both_record() -> None:
    single, both = (estimates("layouts")[name] for name in ("2-single-region", "4-multi-and-single"))
    # every management event of us-east-1 a second time, at 2.00 per 100,000
    expected = single.events.recorded["Management"].point * 2 / 100_000

    assert paid(both, Meter.MANAGEMENT_ADDITIONAL_COPY) == expected > 10


def test_an_organization_trail_beside_member_trails_pays_for_every_event_once_more() -> None:
    before, beside, after = estimates("organization").values()
    expected = beside.events.happened["Management"].point * 2 / 100_000

    assert paid(beside, Meter.MANAGEMENT_ADDITIONAL_COPY) == expected > 10
    assert paid(before, Meter.MANAGEMENT_ADDITIONAL_COPY) == paid(after, Meter.MANAGEMENT_ADDITIONAL_COPY) == 0


def test_wider_selectors_record_more_and_cost_more() -> None:
    two_writes, two, all_writes, everything, _ = (paid(e, Meter.DATA) for e in estimates("data-events").values())

    assert 0 < two_writes < two < everything
    assert two_writes < all_writes < everything


def test_lambda_is_unknown_and_not_zero() -> None:
    known, unknown = (estimates("data-events")[name] for name in ("4-all-buckets", "5-all-buckets-and-lambda"))

    assert not known.is_lower_bound
    assert [u.what for u in unknown.unknown] == ["AWS::Lambda::Function data events"]
    assert known.last.list_cost == unknown.last.list_cost


def test_metrics_price_four_buckets_and_leave_the_bucket_without_any_unknown() -> None:
    (result,) = estimates("metrics").values()
    by_trail = {
        name: sum((c.list_cost.point for c in result.last.charges if c.usage.recorder == name), Decimal(0))
        for name in ("four buckets, writes", "four buckets", "all buckets")
    }

    assert 0 < by_trail["four buckets, writes"] < by_trail["four buckets"] < by_trail["all buckets"]
    assert [(u.recorder, u.regions) for u in result.unknown] == [("all buckets", ("us-east-1",))]


def test_insights_are_paid_by_events_analysed() -> None:
    off, rate, both = (paid(e, Meter.INSIGHTS_MANAGEMENT) for e in estimates("insights").values())
    management = estimates("insights")["1-off"].events.recorded["Management"].point

    # call rate: writes; both kinds: writes twice and reads once, so all events and the writes again; 0.35 per 100,000
    assert off == 0
    assert both - rate == management * Decimal("0.35") / 100_000


def comparable(volumes: Volumes) -> Volumes:
    """The volumes without what depends on the compressor at hand: bytes as stored, and what is fitted to them."""
    files = tuple(
        replace(f, bytes=0, bytes_per_file=None, bytes_per_event=None, size_histogram={}) for f in volumes.files
    )
    return replace(volumes, files=files, where=None)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_volumes_are_counted_from_generated_logs(name: str, tmp_path: Path) -> None:
    count(SHIPPED[name], tmp_path / name)

    assert comparable(read_volumes(tmp_path / name)) == comparable(read_volumes(VOLUMES / name))


def test_the_shipped_metrics_are_those_that_generated_events_would_have_caused(tmp_path: Path) -> None:
    measure_metrics(tmp_path / METRICS)

    assert (tmp_path / METRICS).read_text() == (VOLUMES / METRICS).read_text()
