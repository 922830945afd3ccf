"""The ``recorders:`` list of a scenario: entries, files they name, and everything that can be wrong with them."""

import json
from decimal import Decimal
from pathlib import Path
from textwrap import dedent, indent

import pytest

from costplan.inputs.configs import CONFIG_FORMATS, Configuration, read_config, read_recorder_entries
from costplan.inputs.configs.recorder_entries import RecorderEntry
from costplan.inputs.documents import parse_document
from costplan.inputs.shapes import json_schema
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError, Problem
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)

UPLOADS = """\
- trail: uploads
  home_region: eu-north-1
  account: "444455556666"
  log_file_validation: true
  recursive_logging: true
  is_logging: true
  include_global_service_events: true
  is_organization: false
  is_multi_region: true
  insights: [{categories: [Management], type: ApiErrorRateInsight}]
  cloudwatch_logs: {retention_days: 30}
  s3: {bucket: shop-audit, account: "444455556666", region: eu-north-1, sns: false, kms_key: true,
       lifecycle: [{storage_class: DEEP_ARCHIVE, transition_days: 120}, {expiration_days: 2557}]}
  advanced_event_selectors:
    - name: photos and films
      fields:
        resources.ARN: {starts_with: ["arn:aws:s3:::photos/", "arn:aws:s3:::films/"]}
        readOnly: {equals: ["false"]}
        resources.type: {equals: ["AWS::S3::Object"]}
        eventCategory: {equals: [Data]}
"""
LAKE = """\
- event_data_store: lake
  retention_days: 500
  billing_mode: EXTENDABLE_RETENTION_PRICING
"""


def read(entries: str, path: str = "scenario.yaml") -> tuple[tuple[Recorder, ...], list[str]]:
    document = parse_document(path, f"recorders:\n{indent(dedent(entries), '  ')}")
    problems: list[Problem] = []
    recorders = read_recorder_entries(document, ("recorders",), problems).recorders
    return recorders, [str(problem) for problem in problems]


def one(entries: str) -> Recorder:
    (recorder,), problems = read(entries)
    assert problems == []
    return recorder


def test_a_trail_with_every_attribute_is_read_whole() -> None:
    assert one(UPLOADS) == Trail(
        "uploads",
        "444455556666",
        "eu-north-1",
        is_multi_region=True,
        log_file_validation=True,
        selectors=(
            AdvancedEventSelector(
                (
                    FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::photos/", "arn:aws:s3:::films/")),
                    FieldSelector("readOnly", equals=("false",)),
                    FieldSelector("resources.type", equals=("AWS::S3::Object",)),
                    FieldSelector("eventCategory", equals=("Data",)),
                ),
                "photos and films",
            ),
        ),
        insights=(InsightSelector(InsightType.API_ERROR_RATE, (EventCategory.MANAGEMENT,)),),
        bucket=LogBucket(
            "shop-audit",
            None,
            "eu-north-1",
            "444455556666",
            has_kms_key=True,
            lifecycle=(LifecycleRule(120, "DEEP_ARCHIVE"), LifecycleRule(expiration_days=2557)),
        ),
        cloudwatch_logs=CloudWatchLogs(30),
    )


def test_an_event_data_store_is_read_whole() -> None:
    assert one(LAKE) == EventDataStore("lake", retention_days=500)


def test_an_entry_says_its_line() -> None:
    recorder = one(LAKE)
    assert str(recorder.where) == "scenario.yaml:2"


def test_a_trail_without_attributes_has_the_defaults_of_the_api_and_says_so() -> None:
    trail = one("- trail: audit")
    assert trail == Trail("audit")
    assert trail.assumed == ("a single-Region trail: is_multi_region is not stated",)


@pytest.mark.parametrize(
    "selectors",
    [
        "event_selectors: [{read_write_type: WriteOnly}]",
        "event_selector: [{read_write_type: WriteOnly}]",
        "EventSelectors: [{ReadWriteType: WriteOnly}]",
    ],
)
def test_basic_selectors_may_be_spelled_as_terraform_or_the_api_do(selectors: str) -> None:
    assert one(f"- trail: audit\n  {selectors}").selectors == (EventSelector(ReadWriteType.WRITE_ONLY),)


@pytest.mark.parametrize(("key", "aggregates"), [("aggregation: true", True), ("aggregation: false", False)])
def test_a_trail_may_aggregate_its_data_events(key: str, aggregates: bool) -> None:
    trail = one(f"- {{trail: audit, {key}}}")
    assert isinstance(trail, Trail)
    assert trail.aggregates_data is aggregates


def test_aggregation_is_for_trails_only() -> None:
    _, (problem,) = read("- {event_data_store: lake, aggregation: true}")
    assert "aggregation has no meaning for an event data store" in problem


def test_an_event_data_store_has_a_status_flags_and_scans() -> None:
    store = one(
        """\
        - event_data_store: lake
          status: STOPPED_INGESTION
          is_multi_region: false
          is_organization: true
          scanned_gib_per_month: 12.5
          AdvancedEventSelectors: [{FieldSelectors: [{Field: eventCategory, Equals: [Data]}]}]
        """
    )
    assert isinstance(store, EventDataStore)
    assert (store.is_ingesting, store.is_multi_region, store.is_organization) == (False, False, True)
    assert store.scanned_gib_per_month == Decimal("12.5")
    assert store.selectors == (AdvancedEventSelector((FieldSelector("eventCategory", equals=("Data",)),)),)


def test_account_and_home_region_may_come_from_the_arn() -> None:
    trail = one('- {trail: audit, arn: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit"}')
    assert (trail.account, trail.home_region) == ("111122223333", "eu-west-1")


@pytest.mark.parametrize("account", ["111122223333", '"111122223333"', '"000000000000"', "000000000000"])
def test_an_account_may_be_written_without_quotes_as_long_as_twelve_digits_remain(account: str) -> None:
    assert one(f"- {{trail: audit, account: {account}}}").account == account.strip('"')


@pytest.mark.parametrize(
    ("started", "utc"),
    [
        ("2024-05-01", "2024-05-01T00:00:00Z"),
        ("2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00Z"),
    ],
)
def test_the_start_of_logging_is_a_day_or_a_time(started: str, utc: str) -> None:
    trail = one(f"- {{trail: audit, started: {started!r}}}")
    assert isinstance(trail, Trail)
    assert trail.started == utc


# ---- what is wrong ----


@pytest.mark.parametrize(
    ("entry", "said", "hint"),
    [
        ("- {trail: audit, account: 12345678901}", "recorders[0].account", "quotes"),
        ('- {trail: audit, account: "1111-2222-3333"}', "twelve digits", ""),
        ("- {trail: audit, home_region: ireland}", "a Region code such as eu-west-1", ""),
        ("- {trail: audit, is_multiregion: true}", 'unknown key "is_multiregion"', '"is_multi_region"'),
        ("- {trail: audit, is_logging: 'true'}", "expected true or false", "without quotes"),
        ("- {trail: audit, retention_days: 366}", "has no meaning for a trail", "leave it out"),
        ("- {event_data_store: lake, s3: {bucket: x}}", "has no meaning for an event data store", "leave it out"),
        ("- {event_data_store: lake, event_selectors: [{}]}", "has no meaning for an event data store", ""),
        ("- {event_data_store: lake, billing_mode: FIXED}", "billing_mode", ""),
        ("- {event_data_store: lake, status: ON}", "status", ""),
        ("- {from: a.json, is_logging: false}", "has no meaning for an entry that takes recorders", ""),
        ("- {from: nowhere.json}", "no such file: ", "relative to this file"),
        ("- {is_logging: true}", "has none of from, trail, event_data_store and direct_delivery", "write one of"),
        ("- {trail: a, event_data_store: b}", "has trail and event_data_store", "write one of"),
        ("- audit", "expected a mapping", ""),
        ("- {trail: audit, insights: [{type: ApiCallRate}]}", "unknown Insights type", "did you mean"),
        ("- {trail: audit, started: yesterday}", "expected a point in time", "2024-05-01T08:00:00Z"),
        ("- {trail: audit, arn: audit}", "expected the ARN of a recorder", "arn:aws:cloudtrail"),
        ("- {trail: a, s3: {bucket: b, lifecycle: [{transition_days: 90}]}}", "belong together", "both"),
        ("- {trail: a, s3: {bucket: b, lifecycle: [{}]}}", "a rule that does nothing", "expiration_days"),
        ("- {trail: a, s3: {lifecycle: [{transition_days: 1, storage_class: GLACIER_IRR}]}}", "", '"GLACIER_IR"'),
        (
            "- {trail: a, account: '444455556666', arn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/a'}",
            "account is 444455556666, but the ARN says 111122223333",
            "keep one",
        ),
        ("- {trail: a, event_selectors: [{}], advanced_event_selectors: [{fields: {eventCategory: {equals: Data}}}]}",
         "both basic and advanced event selectors", "keep one kind"),
    ],
)  # fmt: skip
def test_an_entry_that_is_wrong_is_a_problem_with_line_and_remedy(
    entry: str, said: str, hint: str, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"trailList": []}')
    _, problems = read(entry, str(tmp_path / "scenario.yaml"))
    assert len(problems) == 1
    what, _, remedy = problems[0].partition(" — ")
    assert what.startswith(f"{tmp_path / 'scenario.yaml'}:2: ")
    assert said in what
    assert hint in remedy


def test_every_problem_of_every_entry_is_told_at_once() -> None:
    _, problems = read(
        """\
        - trail: a
          home_regoin: eu-west-1
          advanced_event_selectors: [{fields: {evntName: {equals: [PutObject]}}}]
        - event_data_store: b
          billing_mode: CHEAP
        """
    )
    assert [problem.split(": ")[0] for problem in problems] == ["scenario.yaml:3", "scenario.yaml:4", "scenario.yaml:6"]


def test_two_recorders_of_one_name_in_one_account_are_a_problem() -> None:
    _, problems = read(
        """\
        - {trail: audit, account: "111122223333"}
        - {trail: audit, account: "444455556666"}
        - {event_data_store: audit, account: "111122223333"}
        """
    )
    assert problems == [
        'scenario.yaml:4: recorders[2]: a second recorder "audit" in account 111122223333 — give it another name'
    ]


@pytest.mark.parametrize("value", ["recorders: {}", "recorders: audit"])
def test_recorders_that_are_no_list_are_a_problem(value: str) -> None:
    problems: list[Problem] = []
    assert read_recorder_entries(parse_document("scenario.yaml", value), ("recorders",), problems) == Configuration(())
    assert "expected a list" in problems[0].what


def test_no_recorders_at_all_is_no_problem() -> None:
    assert read("[]") == ((), [])


# ---- from ----

ANSWER = {
    "trailList": [
        {
            "Name": "audit",
            "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
            "S3BucketName": "acme-logs",
            "HasCustomEventSelectors": False,
        }
    ]
}


def test_recorders_come_from_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text(json.dumps(ANSWER))
    file = tmp_path / "scenario.yaml"
    file.write_text("recorders:\n- from: current.json\n- trail: new\n")
    assert [recorder.name for recorder in read_config(file)] == ["audit", "new"]


def test_a_scenario_may_take_the_recorders_of_another(tmp_path: Path) -> None:
    (tmp_path / "today").mkdir()
    (tmp_path / "today" / "current.json").write_text(json.dumps(ANSWER))
    (tmp_path / "today" / "scenario.yaml").write_text("recorders:\n- from: current.json\n")
    (tmp_path / "tomorrow.yaml").write_text("recorders:\n- from: today/scenario.yaml\n- trail: new\n")
    assert [recorder.name for recorder in read_config(tmp_path / "tomorrow.yaml")] == ["audit", "new"]


def test_a_folder_with_a_scenario_and_its_answers_counts_each_trail_once(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text(json.dumps(ANSWER))
    (tmp_path / "scenario.yaml").write_text("recorders:\n- from: current.json\n- trail: new\n")
    assert sorted(recorder.name for recorder in read_config(tmp_path)) == ["audit", "new"]


@pytest.mark.parametrize("circle", [("a.yaml", "a.yaml"), ("b.yaml", "a.yaml"), (".", "a.yaml")])
def test_recorders_taken_in_a_circle_are_a_problem(tmp_path: Path, circle: tuple[str, str]) -> None:
    (tmp_path / "a.yaml").write_text(f"recorders:\n- from: {circle[0]}\n")
    (tmp_path / "b.yaml").write_text(f"recorders:\n- from: {circle[1]}\n")
    with pytest.raises(BadInputError, match="takes recorders from itself"):
        read_config(tmp_path / "a.yaml")


def test_the_problems_of_a_file_that_is_named_are_told(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text(json.dumps({"trailList": [{"Name": "a", "TrailARN": "audit"}]}))
    (tmp_path / "scenario.yaml").write_text("recorders:\n- from: current.json\n- trail: a\n  is_logging: 5\n")
    with pytest.raises(BadInputError) as raised:
        read_config(tmp_path / "scenario.yaml")
    assert [Path(problem.where.path).name for problem in raised.value.problems] == ["current.json", "scenario.yaml"]


def test_a_source_with_an_impossible_name_is_no_file() -> None:
    name = "x" * 300
    found = parse_document("scenario.yaml", f"recorders: [{{from: {name}}}]")
    problems: list[Problem] = []
    assert read_recorder_entries(found, ("recorders",), problems) == Configuration(())
    assert [problem.what for problem in problems] == [f"recorders[0].from: no such file: {name}"]


def test_selectors_nested_beyond_all_measure_are_a_problem(tmp_path: Path) -> None:
    deep = "[" * 800 + "]" * 800
    path = tmp_path / "scenario.json"
    path.write_text(f'{{"recorders": [{{"trail": "t", "event_selectors": {deep}}}]}}')
    with pytest.raises(BadInputError, match="nested"):
        read_config(path)


# ---- the package ----


def test_every_format_is_in_the_list() -> None:
    names = [config_format.name for config_format in CONFIG_FORMATS]
    assert names == ["scenario", "cloudformation", "terraform", "aws-api"]
    assert all(config_format.description for config_format in CONFIG_FORMATS)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.json"])
def test_a_path_that_does_not_exist_is_a_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="no such file"):
        read_config(tmp_path / name)


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is an empty folder"):
        read_config(tmp_path)


def test_the_shape_of_an_entry_has_a_schema() -> None:
    schema = json_schema(RecorderEntry, "entry")
    properties = schema["$defs"]["RecorderEntry"]["properties"]
    assert {"from", "trail", "event_data_store", "advanced_event_selectors"} <= set(properties)


# ---- real answers ----


@pytest.mark.real_data
def test_every_real_answer_is_read_or_refused_with_a_reason(real_data: Path) -> None:
    files = sorted((real_data / "configs" / "describe-get").iterdir())
    files += sorted((real_data / "configs" / "awscli-examples").iterdir())
    results = {file.name: _result(file) for file in files}
    assert len(results) == 153
    refused = {name: result for name, result in results.items() if isinstance(result, BadInputError)}
    assert all(error.problems and all(p.hint for p in error.problems) for error in refused.values())
    # The user's guide has eleven code blocks that are not JSON; the examples of the CLI are prose.
    broken = [name for name, error in refused.items() if "not valid JSON" in str(error)]
    assert len(broken) == 11
    assert sum("neither JSON nor YAML" in str(error) for error in refused.values()) == 15
    # 34 answers describe one trail or store, one describes two, two list none: counted by hand from their keys.
    read_whole = [result for result in results.values() if isinstance(result, tuple)]
    recorders = [recorder for result in read_whole for recorder in result]
    assert (len(read_whole), len(recorders)) == (37, 36)
    assert all(recorder.account and recorder.home_region for recorder in recorders)


def _result(file: Path) -> tuple[Recorder, ...] | BadInputError:
    try:
        return read_config(file)
    except BadInputError as error:
        return error
