"""What is refused in every format, and recorders that were read twice."""

from dataclasses import replace

import pytest

from costplan.model.problems import BadInputError, Location
from costplan.model.recorders import EventDataStore
from costplan.reports.configs import TargetFormat, write_configuration
from costplan.reports.configs.common import arn_of, aws_name, distinct
from tests.reports.configs.recorders import ACCOUNT, CHINA, EU, PLAIN, US

REFUSED = replace(PLAIN, name="refused", is_multi_region=True, include_global_service_events=False)


@pytest.mark.parametrize("to", [one for one in TargetFormat if one is not TargetFormat.SCENARIO])
def test_what_the_api_would_refuse_is_refused(to: TargetFormat) -> None:
    with pytest.raises(BadInputError, match="InvalidParameterCombinationException"):
        write_configuration([PLAIN, REFUSED], to)
    assert "refused" in write_configuration([REFUSED], TargetFormat.SCENARIO).text


def test_a_recorder_that_was_read_twice_is_written_once() -> None:
    again = replace(PLAIN, where=Location("other.json", 3))
    assert distinct([PLAIN, again, replace(PLAIN, home_region=US)], is_applied=True) == (
        PLAIN,
        replace(PLAIN, home_region=US),
    )


def test_two_that_differ_are_a_problem_where_the_second_was_read() -> None:
    first, second = replace(PLAIN, where=Location("a.json", 1)), replace(PLAIN, where=Location("b.json", 2))
    with pytest.raises(BadInputError) as caught:
        distinct([first, replace(second, is_logging=False), REFUSED], is_applied=True)
    assert [str(problem.where) for problem in caught.value.problems] == ["b.json:2", "trail refused"]
    assert caught.value.problems[0].what == (
        f"trail plain: differs from another one of that name in {ACCOUNT} {EU}, which a.json:1 holds"
    )


def test_a_trail_and_a_store_may_have_one_name() -> None:
    store = EventDataStore(PLAIN.name, PLAIN.account, PLAIN.home_region)
    assert distinct([PLAIN, store], is_applied=True) == (PLAIN, store)


def test_names_and_arns() -> None:
    assert aws_name(replace(PLAIN, name=f"audit ({EU})")) == "audit"
    assert aws_name(replace(PLAIN, name=f"audit ({US})")) == f"audit ({US})"
    assert arn_of(replace(PLAIN, home_region=CHINA)) == f"arn:aws-cn:cloudtrail:{CHINA}:{ACCOUNT}:trail/plain"
    assert arn_of(replace(PLAIN, account=None)) is None
    assert arn_of(EventDataStore("lake", ACCOUNT, EU)) is None
