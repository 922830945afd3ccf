"""``match`` from files to values: counts that add up, samples, differences, single events."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from costplan.model.matches import Absence, RecorderMatch
from costplan.model.problems import BadInputError, UsageError
from costplan.model.truth import Truth
from costplan.workflows.match import match
from tests.generator import EventKey as TrueKey
from tests.generator import Population, account_ids, write_logs
from tests.generator import Truth as TrueCounts
from tests.inputs.volumes.logs.building import ACCOUNT, OTHER_ACCOUNT, make_object_record, make_record, write_log

POPULATION = Population(
    seed=11, accounts=account_ids(2), days=0, hours=3, events_per_day=4_800, data_trails=2, own_deliveries=True
)
OBJECT = "AWS::S3::Object"

Fields = Mapping[str, Any]


def write_config(folder: Path, name: str, *recorders: Mapping[str, Any], **more: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"scenario": name, "recorders": list(recorders), **more}))
    return path


def trail(name: str, *selectors: Fields, **more: Any) -> dict[str, Any]:
    """A multi-Region trail of the first account; without selectors, AWS's default."""
    entry = {"trail": name, "account": ACCOUNT, "home_region": "us-east-1", "is_multi_region": True, **more}
    if selectors:
        listed = [{"name": f"s{number}", "fields": fields} for number, fields in enumerate(selectors, 1)]
        entry["advanced_event_selectors"] = listed
    return entry


def on_objects(**fields: Any) -> Fields:
    return {"eventCategory": {"equals": ["Data"]}, "resources.type": {"equals": [OBJECT]}, **fields}


WRITES = on_objects(readOnly={"equals": ["false"]})


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrueCounts]:
    folder = tmp_path_factory.mktemp("logs")
    return folder, write_logs(POPULATION, folder)


def assert_adds_up(found: RecorderMatch, distinct: int) -> None:
    assert found.offered + sum(found.out_of_scope.values()) == distinct
    assert found.recorded == sum(found.by_category.values())
    for selector in found.selectors:
        assert selector.recorded + selector.may_match + sum(selector.rejected_by.values()) == found.offered


# ---- counts ----


def test_counts_are_those_of_the_generator(logs: tuple[Path, TrueCounts], tmp_path: Path) -> None:
    folder, truth = logs
    config = write_config(tmp_path, "c.json", trail("audit"), trail("writes", WRITES))
    found = match([config], logs=[folder], samples=0).matches
    audit, writes = found.recorders

    def total(**fields: Any) -> int:
        return truth.total(account=ACCOUNT, **fields)

    def is_write(key: TrueKey) -> bool:
        return any(resource.type == OBJECT for resource in key.resources) and key.read_only is False

    distinct = truth.total()
    object_writes = sum(
        count
        for key, count in truth.counts.items()
        if key.account == ACCOUNT and key.category == "Data" and is_write(key)
    )
    assert (found.read.records, found.read.counted) == (truth.records, distinct)
    assert audit.by_category == {"Management": total(category="Management")}
    assert audit.selectors[0].rejected_by == {"eventCategory": total() - total(category="Management")}
    assert audit.out_of_scope == {Absence.OTHER_ACCOUNT: distinct - total()}
    assert writes.recorded == object_writes > 10
    assert writes.selectors[0].rejected_by["eventCategory"] == total() - total(category="Data")
    for recorder in found.recorders:
        assert_adds_up(recorder, distinct)


def test_prefixes_of_object_keys_are_decided_exactly(tmp_path: Path) -> None:
    keys = ("claims/1", "claims/2", "claimsets/1", "logs/1")
    log = write_log(tmp_path / "log.json", [make_object_record(key, bucket="lake") for key in keys])
    claims = on_objects(**{"resources.ARN": {"starts_with": ["arn:aws:s3:::lake/claims/"]}})
    config = write_config(tmp_path, "c.json", trail("audit", claims))

    (found,) = match([config], logs=[log]).matches.recorders
    assert found.selectors[0].recorded == 2
    assert found.selectors[0].rejected_by == {"resources.ARN": 2}


def test_the_organization_of_a_scenario_says_who_is_a_member(tmp_path: Path) -> None:
    records = [make_record(), make_record(recipientAccountId=OTHER_ACCOUNT)]
    log = write_log(tmp_path / "log.json", records)
    organization = {"management_account": "999999999999", "members": [ACCOUNT]}
    of_one = trail("org", account="999999999999", is_organization=True)
    some = write_config(tmp_path, "some.json", of_one, organization=organization)
    every = write_config(tmp_path, "all.json", of_one)

    first, second = match([some, every], logs=[log]).matches.recorders
    assert (first.configuration, first.recorded, first.out_of_scope) == (str(some), 1, {Absence.OTHER_ACCOUNT: 1})
    assert (second.configuration, second.recorded, second.out_of_scope) == (str(every), 2, {})


def test_a_recorder_without_account_and_region_takes_the_only_ones_and_says_so(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.json", [make_record()])
    config = write_config(tmp_path, "c.json", {"trail": "audit"})

    found = match([config], logs=[log]).matches
    assert (found.recorders[0].recorder.account, found.recorders[0].recorder.home_region) == (ACCOUNT, "eu-west-1")
    assert len(found.notes) == 2

    elsewhere = match([config], logs=[log], account=OTHER_ACCOUNT, region="us-east-1").matches
    assert elsewhere.recorders[0].out_of_scope == {Absence.OTHER_ACCOUNT: 1}


# ---- samples ----


def test_samples_are_of_every_answer_and_as_many_as_asked(logs: tuple[Path, TrueCounts], tmp_path: Path) -> None:
    config = write_config(tmp_path, "c.json", trail("writes", WRITES))
    for most in (1, 2, 4):
        (recorder,) = match([config], logs=[logs[0]], samples=most).matches.recorders
        samples = recorder.selectors[0].samples
        assert samples is not None
        assert (len(samples.recorded), len(samples.rejected), samples.may_match) == (most, most, ())
        # Writes of S3's own lifecycle are writes of objects too.
        assert {event.event_source for event in samples.recorded} <= {"s3.amazonaws.com", "s3lifecycle.amazonaws.com"}
    by_field = {rejected.field: rejected.event for rejected in samples.rejected}
    assert by_field.keys() == {"eventCategory", "readOnly", "resources.type"}
    assert by_field["readOnly"].event_name.startswith(("Get", "Head", "List"))


def test_without_samples_none_are_looked_for(logs: tuple[Path, TrueCounts], tmp_path: Path) -> None:
    config = write_config(tmp_path, "c.json", trail("audit"))
    (recorder,) = match([config], logs=[logs[0]], samples=0).matches.recorders
    assert recorder.selectors[0].samples is None


# ---- differences ----


def test_the_difference_of_two_configurations_adds_up(logs: tuple[Path, TrueCounts], tmp_path: Path) -> None:
    folder, truth = logs
    before = write_config(tmp_path, "before.json", trail("audit"))
    after = write_config(tmp_path, "after.json", trail("audit", {"eventCategory": {"equals": ["Management"]}}, WRITES))

    found = match([before, after], logs=[folder], only_differences=True).matches
    difference = found.difference
    assert difference is not None
    first, second = found.recorders
    added = sum(row.events for row in difference.only_second)
    assert (difference.only_first, difference.may_differ) == ((), ())
    assert difference.both == first.recorded
    assert added == second.recorded - first.recorded > 10
    assert difference.both + difference.neither + added == truth.total()
    assert all(row.containers[0].startswith("arn:aws:s3:::") for row in difference.only_second)


def test_a_configuration_does_not_differ_from_itself_in_another_file(
    logs: tuple[Path, TrueCounts], tmp_path: Path
) -> None:
    one = write_config(tmp_path, "one.json", trail("audit", WRITES))
    same = write_config(tmp_path, "same.json", trail("other", on_objects(), is_logging=False), trail("audit", WRITES))

    difference = match([one, same], logs=[logs[0]], only_differences=True).matches.difference
    assert difference is not None
    assert (difference.only_first, difference.only_second, difference.may_differ) == ((), (), ())
    assert difference.both > 10


# ---- single events ----


@pytest.mark.parametrize("form", ["one", "list", "Records"])
def test_a_file_of_events_is_explained_event_by_event(form: str, tmp_path: Path) -> None:
    record = make_object_record(bucket="lake")
    value: Any = {"one": record, "list": [record], "Records": {"Records": [record]}}[form]
    (tmp_path / "event.json").write_text(json.dumps(value))
    other = on_objects(**{"resources.ARN": {"starts_with": ["arn:aws:s3:::other/"]}})
    config = write_config(tmp_path, "c.json", trail("audit", WRITES, other))

    result = match([config], event=tmp_path / "event.json")
    ((explained),) = result.matches.events
    assert explained.event.event_id == record["eventID"]
    (explanation,) = explained.explanations
    assert [v.truth for v in explanation.verdicts] == [Truth.YES, Truth.NO]
    assert explanation.verdicts[1].rejected_by == "resources.ARN"
    assert explanation.verdicts[1].asks[0].starts_with == ("arn:aws:s3:::other/",)
    assert result.matches.recorders[0].recorded == 1
    assert result.exit_code == 0


# ---- what cannot be done ----


def test_options_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path, "c.json", trail("audit"))
    log = write_log(tmp_path / "log.json", [make_record()])
    with pytest.raises(UsageError, match="--logs PATH or from --event FILE"):
        match([config])
    with pytest.raises(UsageError, match="--logs PATH or from --event FILE"):
        match([config], logs=[log], event=log)
    with pytest.raises(UsageError, match="two configurations, not 1"):
        match([config, config], logs=[log], only_differences=True)
    with pytest.raises(UsageError, match="name a configuration"):
        match([], logs=[log])


def test_logs_without_an_event_are_bad_input(tmp_path: Path) -> None:
    config = write_config(tmp_path, "c.json", trail("audit"))
    empty = write_log(tmp_path / "empty.json", [])
    with pytest.raises(BadInputError, match="no event in it"):
        match([config], logs=[empty])
    insight = write_log(tmp_path / "insight.json", [make_record(eventCategory="Insight")])
    with pytest.raises(BadInputError, match="set aside: 1 insight"):
        match([config], event=insight)


def test_problems_of_every_configuration_are_told_at_once(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.json", [make_record()])
    refused = write_config(tmp_path, "refused.json", trail("audit", {"eventCategory": {"equals": ["Data"]}}))
    with pytest.raises(BadInputError) as error:
        match([tmp_path / "nowhere.json", refused], logs=[log])
    assert [Path(problem.where.path).name for problem in error.value.problems] == ["nowhere.json", "refused.json"]


def test_recorders_that_cannot_be_placed_are_told_with_the_choices(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.json", [make_record(), make_record(recipientAccountId=OTHER_ACCOUNT)])
    config = write_config(tmp_path, "c.json", {"trail": "audit", "home_region": "eu-west-1"})
    with pytest.raises(BadInputError, match=f"--account .accounts here: {ACCOUNT}, {OTHER_ACCOUNT}"):
        match([config], logs=[log])


def test_a_damaged_file_that_was_named_is_a_warning_and_an_exit_code(tmp_path: Path) -> None:
    config = write_config(tmp_path, "c.json", trail("audit"))
    log = write_log(tmp_path / "log.json", [make_record()])
    bad = tmp_path / "bad.json"
    bad.write_text('{"Records": [')
    result = match([config], logs=[log, bad])
    assert (result.exit_code, len(result.warnings)) == (3, 1)
    assert result.matches.read.counted == 1


# ---- real data ----


@pytest.mark.real_data
def test_real_events_and_real_configurations_add_up(real_data: Path) -> None:
    logs = [real_data / "logs" / name for name in ("invictus-ir+aws_dataset", "umccr+cloudtrail-parquet-lambda")]
    answers: Counter[str] = Counter()
    for config in sorted((real_data / "configs" / "describe-get").iterdir()):
        try:
            found = match([config], logs=logs, account=ACCOUNT, region="us-east-1", samples=1).matches
        except BadInputError:
            answers["refused"] += 1
            continue
        for recorder in found.recorders:
            assert_adds_up(recorder, found.read.counted)
            answers["recorders"] += 1
            answers["recorded"] += recorder.recorded
            answers["out of scope"] += sum(recorder.out_of_scope.values())
    assert answers["recorders"] > 10, answers
    assert answers["recorded"] > 0, answers
    assert answers["out of scope"] > 0, answers
