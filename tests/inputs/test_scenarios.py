from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.scenarios import find_scenarios, read_scenario
from costplan.inputs.volumes.typed import parse_typed
from costplan.model.problems import BadInputError
from costplan.model.recorders import EventDataStore, SnsProtocol, Trail
from costplan.model.scenario import Account, ConfigItems, FirstNetworkCopy, Gigabyte, Organization, Settings

Write = Callable[[Mapping[str, str]], Path]

VOLUMES = """\
format: costplan.volumes/1
covers_all: true
account: "111122223333"
region: eu-west-1
events:
  - {category: management, events: 25M/month}
"""

SCENARIO = """\
# The trail of the photo shop, and a store beside it.
scenario: photo-shop
volumes: volumes/september.yaml
accounts: {"111122223333": {regions: [eu-west-1, eu-north-1], name: shop}}
organization: {management_account: "999999999999", id: o-a1b2c3d4e5, members: all}
recorders:
  - trail: uploads
    home_region: eu-west-1
    account: "111122223333"
    is_multi_region: true
    advanced_event_selectors:
      - name: every object
        fields:
          eventCategory: {equals: [Data]}
          resources.type: {equals: ["AWS::S3::Object"]}
  - event_data_store: audits
    home_region: eu-west-1
    account: "111122223333"
    retention_days: 400
assumptions: {growth_per_month: 3%, busy_factor: 1.5, months: 24, gb: decimal, network_activity_first_copy: free}
discounts: {cloudtrail: 7%, s3: 2.5%, kms-key: 0, data: 12%}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


def problems_of(path: Path) -> list[str]:
    with pytest.raises(BadInputError) as caught:
        read_scenario(path)
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def test_a_scenario_is_read_as_it_stands(write: Write) -> None:
    folder = write({"s.yaml": SCENARIO, "volumes/september.yaml": VOLUMES})
    scenario = read_scenario(folder / "s.yaml")
    assert scenario.name == "photo-shop"
    assert scenario.purpose == "The trail of the photo shop, and a store beside it."
    assert [volumes.rows[0].per_month.point for volumes in scenario.volumes] == [25_000_000]
    assert scenario.accounts == {"111122223333": Account("shop", ("eu-west-1", "eu-north-1"))}
    assert scenario.billing_groups == {}
    assert scenario.organization == Organization("o-a1b2c3d4e5", "999999999999", None)
    assert scenario.settings == Settings(Decimal("0.03"), Decimal("1.5"), 24, Gigabyte.DECIMAL, FirstNetworkCopy.FREE)
    expected = {"cloudtrail": "0.07", "s3": "0.025", "kms-key": "0", "data": "0.12"}
    assert scenario.discounts == {name: Decimal(share) for name, share in expected.items()}
    assert [type(recorder) for recorder in scenario.recorders] == [Trail, EventDataStore]
    assert str(scenario.where) == f"{folder}/s.yaml:2"


def test_a_scenario_that_says_little_assumes_nothing_else(write: Write) -> None:
    folder = write({"s.yaml": "scenario: s\nvolumes: v.yaml\nrecorders: []\n", "v.yaml": VOLUMES})
    scenario = read_scenario(folder / "s.yaml")
    assert (scenario.settings, scenario.discounts, scenario.purpose) == (Settings(), {}, "")
    assert (scenario.accounts, scenario.organization, scenario.recorders) == ({}, None, ())


def test_requests_of_keys_are_priced_where_the_scenario_says_so(write: Write) -> None:
    text = SCENARIO.replace("gb: decimal", "price_trail_kms_requests: true")
    scenario = read_scenario(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert scenario.settings.price_trail_kms_requests
    assert scenario.settings.gb is Gigabyte.BINARY


def test_an_account_may_be_in_a_billing_group_and_month_1_may_have_a_date(write: Write) -> None:
    text = SCENARIO.replace("name: shop", "name: shop, billing_group: resale-a").replace("months: 24", "start: 2027-03")
    scenario = read_scenario(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert scenario.billing_groups == {"111122223333": "resale-a"}
    assert scenario.settings.start == date(2027, 3, 1)
    assert [scenario.settings.begins(month) for month in (1, 11)] == [date(2027, 3, 1), date(2028, 1, 1)]


@pytest.mark.parametrize("start", ["2027-13", "2027", "2027-03-01", "[]", "March"])
def test_a_start_that_is_no_month_is_refused(write: Write, start: str) -> None:
    text = SCENARIO.replace("months: 24", f"start: {start}")
    (problem,) = problems_of(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert problem.startswith("s.yaml:20: assumptions.start: expected the month that month 1 is, such as 2027-01")


def test_recorders_start_and_stop_in_months(write: Write) -> None:
    text = (
        "scenario: s\nvolumes: v.yaml\nrecorders:\n"
        "  - {trail: old, stops_in_month: 6}\n"
        "  - {trail: new, is_logging: false, starts_in_month: 3}\n"
        "  - {event_data_store: lake, status: STOPPED_INGESTION, starts_in_month: 2, stops_in_month: 4}\n"
        "  - {from: more.yaml, starts_in_month: 5}\n"
    )
    more = "recorders:\n  - {trail: later, stops_in_month: 9}\n"
    recorders = read_scenario(write({"s.yaml": text, "v.yaml": VOLUMES, "more.yaml": more}) / "s.yaml").recorders
    assert [(r.name, r.starts_in_month, r.stops_in_month) for r in recorders] == [
        ("old", 1, 6),
        ("new", 3, None),
        ("lake", 2, 4),
        ("later", 5, 9),
    ]
    # What is off now is started then.
    assert all(r.is_logging if isinstance(r, Trail) else r.is_ingesting for r in recorders)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (
            "starts_in_month: 0",
            "s.yaml:4: recorders[0].starts_in_month: expected a month of the projection",
        ),
        ("starts_in_month: 2027-03", "s.yaml:4: recorders[0].starts_in_month: expected"),
        ("starts_in_month: 3, stops_in_month: 3", "s.yaml:4: recorders[0].stops_in_month is 3, not after month 3, in"),
        ("stops_in_month: 1", "s.yaml:4: recorders[0].stops_in_month is 1, not after month 1, in which it starts"),
        (
            "start_in_month: 3",
            's.yaml:4: unknown key "start_in_month" in recorders[0] — did you mean "starts_in_month"',
        ),
    ],
)
def test_months_that_cannot_be_are_refused(write: Write, keys: str, problem: str) -> None:
    for kind in ("trail: t", "event_data_store: e"):
        text = f"scenario: s\nvolumes: v.yaml\nrecorders:\n  - {{{kind}, {keys}}}\n"
        (told,) = problems_of(write({"s.yaml": text, "v.yaml": VOLUMES}) / "s.yaml")
        assert told.startswith(problem)


def test_what_the_files_cause_elsewhere_is_read_where_the_scenario_says_it(write: Write) -> None:
    text = SCENARIO.replace("gb: decimal", "reads_per_file: 1.5, bucket_key_saves: 99%, free_allowances: [kms, sns]")
    text = text.replace(
        "    is_multi_region: true\n",
        "    opensearch: true\n"
        "    s3: {kms_key: alias/logs, sns: {email: 2, http: 0}, reads_per_file: 0, bucket_key_saves: 0}\n",
    )
    text += (
        "config_items:\n"
        "  - {region: eu-west-1, items: 12k/month}\n"
        "  - {region: eu-west-1, items: 12/day, recording: daily, rule_evaluations: 5/month}\n"
    )
    scenario = read_scenario(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    settings, (trail, _) = scenario.settings, scenario.recorders
    assert (settings.reads_per_file, settings.bucket_key_share) == (Decimal("1.5"), Decimal("0.99"))
    assert settings.free_allowances == {"kms", "sns"}
    assert isinstance(trail, Trail)
    assert (trail.bucket.reads_per_file, trail.bucket.bucket_key_share) == (0, 0)
    assert (trail.bucket.has_kms_key, trail.bucket.kms_key) == (True, "alias/logs")
    assert (trail.bucket.notifies_sns, trail.bucket.sns_subscriptions) == (True, ((SnsProtocol.EMAIL, 2),))
    assert trail.loads_opensearch
    # 12 a day for 730 hours.
    assert scenario.config_items == (
        ConfigItems("111122223333", "eu-west-1", Decimal(12_000)),
        ConfigItems("111122223333", "eu-west-1", Decimal(365), is_daily=True, rule_evaluations=Decimal(5)),
    )


@pytest.mark.parametrize(("written", "services"), [("true", {"cloudwatch", "kms", "sns"}), ("false", set())])
def test_every_free_allowance_or_none(write: Write, written: str, services: set[str]) -> None:
    text = SCENARIO.replace("gb: decimal", f"free_allowances: {written}")
    scenario = read_scenario(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert scenario.settings.free_allowances == services


def test_config_items_of_nowhere_and_twice_are_problems_all_at_once(write: Write) -> None:
    text = SCENARIO + (
        "config_items:\n"
        "  - {items: 12k/month}\n"
        "  - {region: eu-west-1, items: 1/h}\n"
        "  - {account: '111122223333', region: eu-west-1, items: 2/h}\n"
    )
    told = problems_of(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert told == [
        "s.yaml:23: config_items[0]: has no region — add region:",
        "s.yaml:25: config_items[2]: continuous recording of 111122223333 in eu-west-1 is there already"
        " — add it to config_items[1]",
    ]


def test_json_is_read_like_yaml(write: Write) -> None:
    text = '{"scenario": "s", "volumes": ["v.yaml", "v.yaml"], "recorders": [{"trail": "t"}]}'
    scenario = read_scenario(write({"s.json": text, "v.yaml": VOLUMES}) / "s.json")
    assert (scenario.name, len(scenario.volumes), len(scenario.recorders)) == ("s", 2, 1)


def test_the_members_of_an_organization_may_be_listed(write: Write) -> None:
    text = SCENARIO.replace("members: all", 'members: ["111122223333"]')
    scenario = read_scenario(write({"s.yaml": text, "volumes/september.yaml": VOLUMES}) / "s.yaml")
    assert scenario.organization is not None
    assert scenario.organization.members == ("111122223333",)


def test_recorders_come_from_a_configuration_beside_the_scenario(write: Write) -> None:
    arn = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit"
    answer = f'{{"trailList": [{{"Name": "audit", "TrailARN": "{arn}", "S3BucketName": "logs"}}]}}'
    text = "scenario: s\nvolumes: v.yaml\nrecorders: [{from: trails.json}]\n"
    scenario = read_scenario(write({"s.yaml": text, "v.yaml": VOLUMES, "trails.json": answer}) / "s.yaml")
    assert [recorder.name for recorder in scenario.recorders] == ["audit"]


def test_a_service_linked_channel_beside_the_trails_is_noted(write: Write) -> None:
    text = "scenario: s\nvolumes: v.yaml\nrecorders: [{from: answers}]\n"
    channel = '{"ChannelArn": "arn:aws:cloudtrail:eu-west-1:111122223333:channel/EXAMPLE"}'
    answers = {"answers/trails.json": '{"trailList": []}', "answers/channel.json": channel}
    scenario = read_scenario(write({"s.yaml": text, "v.yaml": VOLUMES, **answers}) / "s.yaml")
    assert scenario.recorders == ()
    assert sorted(note.partition(": ")[2] for note in scenario.notes) == [
        "holds a service-linked channel, which is no trail and is not counted (R78)",
        "lists nothing: trailList is empty",
    ]


@pytest.mark.parametrize("form", ["volumes: {indented}", "volumes:\n  - {indented}"])
def test_volumes_may_be_written_in_the_scenario(write: Write, form: str) -> None:
    body = "{covers_all: true, events: [{category: management, events: 5M/month}]}"
    text = "scenario: s\nrecorders: []\naccounts: {'111122223333': {regions: [eu-west-1]}}\n" + form.replace(
        "{indented}", body
    )
    scenario = read_scenario(write({"s.yaml": text}) / "s.yaml")
    ((row,),) = [volumes.rows for volumes in scenario.volumes]
    # They happen in the scenario's only account and Region.
    assert (row.key.account, row.key.region, row.per_month.point) == ("111122223333", "eu-west-1", 5_000_000)


def test_volumes_given_beside_the_file_replace_its_own(write: Write) -> None:
    typed = parse_typed("management=1/s", "111122223333", "eu-west-1")
    folder = write({"s.yaml": SCENARIO, "n.yaml": "scenario: n\nrecorders: []\n"})
    assert read_scenario(folder / "s.yaml", volumes=(typed,)).volumes == (typed,)
    assert read_scenario(folder / "n.yaml", volumes=(typed,)).volumes == (typed,)
    assert read_scenario(folder / "n.yaml", volumes=()).volumes == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("scenario: photo-shop\n", "", 's.yaml:2: the key "scenario" is missing — add scenario: some text'),
        (
            "volumes: volumes/september.yaml\n",
            "",
            "s.yaml:2: names no volumes, so nothing can be counted — add volumes:",
        ),
        (
            "september.yaml",
            "october.yaml",
            "s.yaml:3: volumes: no such file: volumes/october.yaml — check",
        ),
        (
            "volumes/september.yaml",
            "[1]",
            "s.yaml:3: volumes[0]: expected the path of a volumes file, found the number 1",
        ),
        ("volumes: ", "volume: ", 's.yaml:3: unknown key "volume" — did you mean "volumes"?'),
        (
            '"111122223333": {regions',
            "111122223333: {regions",
            "s.yaml:4: the key 111122223333 is not text — put it in quotes",
        ),
        (
            '"111122223333": {regions',
            '"1111": {regions',
            's.yaml:4: accounts["1111"]: the key "1111" is not an account id',
        ),
        (
            "[eu-west-1, eu-north-1]",
            "[ireland]",
            's.yaml:4: accounts["111122223333"].regions[0]: expected a Region code',
        ),
        ("members: all", "members: some", 's.yaml:5: organization.members: expected "all", found "some"'),
        ("id: o-a1b2c3d4e5", "id: example", "s.yaml:5: organization.id: expected an organization id: o-…"),
        ("recorders:\n", "recoders:\n", 's.yaml:6: unknown key "recoders" — did you mean "recorders"?'),
        ("home_region: eu-west-1", "home_regoin: eu-west-1", 's.yaml:8: unknown key "home_regoin"'),
        ("growth_per_month: 3%", "growth_per_month: 0.02", "s.yaml:20: assumptions.growth_per_month: expected"),
        (
            "growth_per_month: 3%",
            "growth_per_month: -100%",
            "s.yaml:20: assumptions.growth_per_month: -100% leaves nothing",
        ),
        ("busy_factor: 1.5", "busy_factor: 0", "s.yaml:20: assumptions.busy_factor: 0 is not above 0"),
        (
            "months: 24",
            "months: 0",
            "s.yaml:20: assumptions.months: expected a whole number, 1 or more, found the number 0",
        ),
        (
            "gb: decimal",
            "bucket_key_saves: 101%",
            "s.yaml:20: assumptions.bucket_key_saves: 101% is not between 0% and 100% — write the share",
        ),
        ("gb: decimal", "reads_per_file: -1", "s.yaml:20: assumptions.reads_per_file: -1 is below 0 — write 0 or more"),
        (
            "is_multi_region: true",
            "s3: {existing_gib: -5}",
            "s.yaml:10: recorders[0].s3.existing_gib: -5 is below 0 — write 0 or more",
        ),
        (
            "is_multi_region: true",
            "s3: {reads_per_file: -0.5}",
            "s.yaml:10: recorders[0].s3.reads_per_file: -0.5 is below 0 — write 0 or more",
        ),
        ("gb: decimal", "free_allowances: [s3]", "s.yaml:20: assumptions.free_allowances[0]: expected one of"),
        (
            "is_multi_region: true",
            "s3: {sns: {fax: 1}}",
            's.yaml:10: unknown key "fax" in recorders[0].s3.sns',
        ),
        (
            "retention_days: 400",
            "opensearch: true",
            "s.yaml:19: recorders[1].opensearch has no meaning for an event data store — leave it out",
        ),
        ("gb: decimal", "gb: decimals", "s.yaml:20: assumptions.gb: expected one of binary, decimal"),
        ("cloudtrail: 7%", "cloudtrail: 107%", "s.yaml:21: discounts.cloudtrail: 107% is not between 0% and 100%"),
        (
            "cloudtrail: 7%",
            "cloudtrial: 7%",
            's.yaml:21: unknown key "cloudtrial" in discounts — did you mean "cloudtrail"?',
        ),
        (
            "cloudtrail: 7%",
            "dta: 7%",
            's.yaml:21: unknown key "dta" in discounts — did you mean "data"?',
        ),
        ("cloudtrail: 7%", "xyz: 7%", 's.yaml:21: unknown key "xyz" in discounts — write a service (cloudtrail, s3'),
        (
            "scenario: photo-shop",
            "scenario: a\nscenario: b",
            's.yaml:3: duplicate key "scenario" — it stands on line 2',
        ),
    ],
)
def test_a_bad_scenario_is_refused_with_its_line(write: Write, old: str, new: str, problem: str) -> None:
    assert old in SCENARIO
    folder = write({"s.yaml": SCENARIO.replace(old, new, 1), "volumes/september.yaml": VOLUMES})
    told = problems_of(folder / "s.yaml")
    assert [line[: len(problem)] for line in told] == [problem]


def test_the_problems_of_the_scenario_and_of_its_volumes_are_told_at_once(write: Write) -> None:
    text = SCENARIO.replace("months: 24", "months: many").replace("- trail: uploads", "- trial: uploads")
    volumes = VOLUMES.replace("25M/month", "25M")
    told = problems_of(write({"s.yaml": text, "volumes/september.yaml": volumes}) / "s.yaml")
    assert [problem.split(" ")[0] for problem in told][:1] == ["s.yaml:7:"]
    assert any(problem.startswith("s.yaml:20: assumptions.months") for problem in told)
    assert told[-1].startswith("volumes/september.yaml:6: events[0].events: expected a rate such as 40M/month")


def test_what_is_no_scenario_is_told_so(write: Write) -> None:
    folder = write({"v.yaml": VOLUMES, "log.json": '{"Records": [{"eventName": "secret"}]}', "list.yaml": "- 1\n"})
    hint = "a scenario has scenario:, volumes: and recorders:; costplan init writes one"
    assert problems_of(folder / "v.yaml") == [f"v.yaml:1: is not a scenario — {hint}"]
    assert problems_of(folder / "log.json") == [f"log.json:1: is not a scenario — {hint}"]
    assert problems_of(folder / "list.yaml") == ["list.yaml:1: expected a mapping, found a list — correct the value"]


# ---- finding ----


def test_a_folder_stands_for_its_scenarios_by_name(write: Write) -> None:
    scenario = "scenario: s\nrecorders: []\n"
    folder = write(
        {
            "b.yaml": scenario,
            "a.yml": scenario,
            "c.json": '{"recorders": [], "scenario": "c"}',
            "notes.yaml": "about: the scenario\n",
            "trails.json": '{"trailList": []}',
            "readme.md": "scenario: no\n",
            "sub/d.yaml": scenario,
            "volumes/e.yaml": scenario,
            ".hidden/f.yaml": scenario,
        }
    )
    names = [str(path.relative_to(folder)) for path in find_scenarios([folder])]
    assert names == ["a.yml", "b.yaml", "c.json", "sub/d.yaml"]


def test_files_are_taken_as_given_and_each_once(write: Write) -> None:
    folder = write({"b.yaml": "scenario: b\n", "a.txt": "scenario: a\n"})
    found = find_scenarios([folder / "b.yaml", folder / "a.txt", folder])
    assert [path.name for path in found] == ["b.yaml", "a.txt"]


def test_a_scenario_that_cannot_be_parsed_is_found_so_that_it_is_told(write: Write) -> None:
    folder = write({"a.yaml": "scenario: a\nvolumes: [\n", "b.yaml": "other: [\n"})
    assert [path.name for path in find_scenarios([folder])] == ["a.yaml"]


def test_paths_without_scenarios_are_problems_all_at_once(write: Write) -> None:
    folder = write({"empty/v.yaml": VOLUMES})
    with pytest.raises(BadInputError) as caught:
        find_scenarios([folder / "empty", folder / "none"])
    assert [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems] == [
        "empty: no scenario in this folder — name a scenario file, or let costplan init write one",
        "none: no such file or folder — check the path",
    ]
