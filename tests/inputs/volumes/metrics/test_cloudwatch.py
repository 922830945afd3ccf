"""What CloudWatch answers, page by page, in parts, or not at all."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import GET_METRIC_DATA
from costplan.inputs.account.session import Session
from costplan.inputs.volumes.metrics.cloudwatch import Series, read_series, series_of

START = datetime(2026, 11, 2, tzinfo=UTC)
END = START + timedelta(days=14)


def result(name: str, status: str, *values: float, first_hour: int = 0) -> dict[str, Any]:
    hours = [(START + timedelta(hours=first_hour + n)).isoformat() for n in range(len(values))]
    return {"Id": name, "StatusCode": status, "Timestamps": hours, "Values": list(values)}


class Pages:
    """Stands in for a session: what it answers call by call, all pages of a call together."""

    def __init__(self, *calls: list[dict[str, Any]] | Refusal) -> None:
        self.calls = list(calls)
        self.asked: list[int] = []

    def ask_for_all(self, *_: object, **parameters: Any) -> tuple[list[Any], Refusal | None]:
        self.asked.append(len(parameters["MetricDataQueries"]))
        answer = self.calls.pop(0)
        return ([], answer) if isinstance(answer, Refusal) else (answer, None)


def some_series(names: Iterable[str]) -> list[Series]:
    return [
        series_of("111122223333", "eu-west-1", "AWS/Lambda", "Invocations", {"FunctionName": n}, "Sum") for n in names
    ]


def read(pages: Pages, *names: str) -> tuple[dict[str | None, int], dict[str | None, str]]:
    found = read_series(cast(Session, pages), "eu-west-1", some_series(names), START, END)
    assert pages.calls == []
    sums = {series.value("FunctionName"): sum(points.values()) for series, points in found.points.items()}
    return sums, {series.value("FunctionName"): why for series, why in found.failed.items()}


def test_a_series_that_goes_on_on_the_next_page_is_one() -> None:
    pages = Pages([result("m0", "PartialData", 1, 2), result("m0", "Complete", 3, first_hour=2)])
    assert read(pages, "a") == ({"a": 6}, {})


def test_a_series_without_anything_is_there_and_empty() -> None:
    assert read(Pages([result("m0", "Complete")]), "a") == ({"a": 0}, {})


@pytest.mark.parametrize("status", ["PartialData", "InternalError"])
def test_what_stays_a_part_is_asked_for_again(status: str) -> None:
    first = [result("m0", "Complete", 1), result("m1", status, 2)]
    pages = Pages(first, [result("m0", "Complete", 2, 5)])
    assert read(pages, "a", "b") == ({"a": 1, "b": 7}, {})
    assert pages.asked == [2, 1]


def test_what_is_only_ever_a_part_is_unknown() -> None:
    pages = Pages(*[[result("m0", "PartialData", 2)]] * 3)
    assert read(pages, "a") == ({}, {"a": "CloudWatch gave a part of it only, again and again"})


def test_what_is_left_out_of_the_answer_is_unknown() -> None:
    pages = Pages([result("m0", "Complete", 2)], [], [])
    sums, failed = read(pages, "a", "b")
    assert (sums, set(failed)) == ({"a": 2}, {"b"})


def test_what_is_forbidden_is_not_asked_for_again() -> None:
    assert read(Pages([result("m0", "Forbidden")]), "a") == ({}, {"a": "GetMetricData: it is not allowed"})


def test_a_refused_call_leaves_its_series_unknown_and_no_other() -> None:
    refusal = Refusal(GET_METRIC_DATA, "AccessDenied")
    names = [f"f{n:03}" for n in range(301)]
    # Of 336 hours 300 series fit into one page of 100,800.
    pages = Pages(refusal, [result("m0", "Complete", 4)])
    sums, failed = read(pages, *names)
    assert pages.asked == [300, 1]
    assert sums == {"f300": 4}
    assert len(failed) == 300
    assert set(failed.values()) == {"GetMetricData: AccessDenied"}


def test_five_hundred_series_of_days_are_one_call() -> None:
    names = [f"f{n:03}" for n in range(501)]
    pages = Pages([result(f"m{n}", "Complete", 1) for n in range(500)], [result("m0", "Complete", 1)])
    by_day = [replace(one, seconds=86_400) for one in some_series(names)]
    found = read_series(cast(Session, pages), "eu-west-1", by_day, START, END)
    assert pages.asked == [500, 1]
    assert len(found.points) == 501


def test_nothing_is_asked_about_nothing() -> None:
    assert read(Pages()) == ({}, {})
