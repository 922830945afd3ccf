"""Prices of one's own: which scenario uses which, and what would not add up."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costplan import BadInputError, estimate
from costplan.inputs import prices as books
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.problems import UsageError

D = Decimal
SCENARIO = """\
scenario: {name}
{prices}recorders:
  - trail: audit
    account: "111122223333"
    home_region: {region}
    advanced_event_selectors:
      - fields: {{eventCategory: {{equals: [Data]}}, resources.type: {{equals: ["AWS::S3::Object"]}}}}
volumes:
  covers_all: true
  events:
    - {{category: data, type: s3, account: "111122223333", region: {region}, bucket: lake, writes: 1M/month}}
"""


def scenario(folder: Path, name: str, prices: str = "", region: str = "eu-west-1") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(SCENARIO.format(name=name, prices=f"prices: {prices}\n" if prices else "", region=region))
    return path


def overrides(folder: Path, name: str, price: str, **rest: str) -> Path:
    path = folder / name
    more = "".join(f", {key}: {value}" for key, value in rest.items() if key != "currency")
    row = f"{{meter: data, per: 100000, price: {price}{more}}}"
    path.write_text(f"currency: {rest.get('currency', 'USD')}\nprices:\n  - {row}\n")
    return path


def data(of: Estimate) -> D:
    return sum((c.list_cost.point for c in of.last.charges if c.usage.meter is Meter.DATA), D(0))


def test_each_scenario_has_its_own_prices_and_one_file_may_stand_for_all(tmp_path: Path) -> None:
    # 1,000,000 data events at 0.10 (list), 0.08 and 0.05 per 100,000
    overrides(tmp_path, "mine.yaml", "0.08")
    paths = [scenario(tmp_path, "list"), scenario(tmp_path, "own", "mine.yaml")]
    assert [data(one) for one in estimate(paths).estimates] == [D("1.00"), D("0.80")]
    for_all = overrides(tmp_path, "all.yaml", "0.05")
    assert [data(one) for one in estimate(paths, prices=for_all).estimates] == [D("0.50"), D("0.50")]


def test_what_changes_with_the_volume_is_looked_for_at_the_prices_of_each_scenario(tmp_path: Path) -> None:
    # v million events cost 2.00 + 0.10 × (v - 1) with these tiers and 1.00 × v at list: as much at v = 1.90 / 0.90.
    tiers = "[{up_to: 1000000, price: 0.20}, {price: 0.01}]"
    (tmp_path / "tiers.yaml").write_text(f"currency: USD\nprices: [{{meter: data, per: 100000, tiers: {tiers}}}]\n")
    paths = [scenario(tmp_path, "list"), scenario(tmp_path, "own", "tiers.yaml")]
    result = estimate(paths, break_even=True, limit=D(10))
    (found,) = result.break_evens
    assert (found.factor, found.below, found.above) == (D("2.1111"), "list", "own")
    near, far = (limit.factor for limit in result.limits)
    assert near
    assert far
    assert near < 10 < far


def test_a_meter_without_a_list_price_is_priced_by_its_override(tmp_path: Path) -> None:
    # No book lists China: what is not overridden stays unpriced.
    path = scenario(tmp_path, "china", region="cn-north-1")
    (one,) = estimate([path], prices=overrides(tmp_path, "cny.yaml", "0.70", currency="CNY")).estimates
    assert (data(one), one.currency) == (D("7.00"), "CNY")
    assert [unpriced.usage.meter for unpriced in one.unpriced] == [Meter.S3_PUT, Meter.S3_STORAGE_STANDARD]


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ({"currency": "EUR"}, "mine.yaml:1: its prices are in EUR, the price books in USD — convert them to USD"),
        ({"unit": "GB"}, 'mine.yaml:3: data: is priced per "GB", and listed per "events" — restate the price'),
    ],
)
def test_a_price_in_another_currency_or_unit_is_refused(tmp_path: Path, rest: dict[str, str], problem: str) -> None:
    overrides(tmp_path, "mine.yaml", "0.08", **rest)
    with pytest.raises(BadInputError) as caught:
        estimate([scenario(tmp_path, "own", "mine.yaml")])
    (told,) = (str(each).replace(f"{tmp_path}/", "") for each in caught.value.problems)
    assert told.startswith(problem)


def test_the_problems_of_a_scenario_and_of_its_prices_are_told_at_once(tmp_path: Path) -> None:
    overrides(tmp_path, "mine.yaml", "-1")
    path = scenario(tmp_path, "own", "mine.yaml")
    path.write_text(path.read_text().replace("- trail:", "- trial:"))
    with pytest.raises(BadInputError) as caught:
        estimate([path])
    assert [each.where.path.rpartition("/")[2] for each in caught.value.problems] == ["own.yaml", "mine.yaml"]


def test_a_file_that_is_not_there_is_a_problem_of_the_scenario(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"own\.yaml:2: prices: no such file: mine\.yaml"):
        estimate([scenario(tmp_path, "own", "mine.yaml")])


def test_books_of_two_currencies_do_not_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{{service: cloudtrail, region: {}, currency: {}, source: a list, prices: [{}]}}"
    price = "{meter: data, usage_type: null, unit: events, per: 1, tiers: [{price: 1}], confidence: high}"
    (tmp_path / "cloudtrail").mkdir()
    for region, currency in (("cn-north-1", "CNY"), ("eu-west-1", "USD")):
        (tmp_path / "cloudtrail" / f"{region}.yaml").write_text(text.format(region, currency, price))
    monkeypatch.setattr(books, "data_directory", lambda _: tmp_path)
    monkeypatch.setattr(books, "read_regions", dict)
    paths = [scenario(tmp_path, "here"), scenario(tmp_path, "there", region="cn-north-1")]
    with pytest.raises(BadInputError) as caught:
        estimate(paths)
    assert [str(problem) for problem in caught.value.problems] == [
        "pricing/cloudtrail/eu-west-1.yaml: its prices are in USD, those of pricing/cloudtrail/cn-north-1.yaml in CNY"
        " — estimate the Regions of one currency at a time"
    ]


def test_a_book_of_ones_own_must_be_in_the_currency_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "s3").mkdir()
    price = "{meter: s3-put-standard, usage_type: null, unit: requests, per: 1, tiers: [{price: 1}], confidence: high}"
    book = tmp_path / "s3" / "eu-west-1.yaml"
    book.write_text(f"{{service: s3, region: eu-west-1, currency: EUR, source: a list, prices: [{price}]}}")
    with pytest.raises(BadInputError) as caught:
        estimate([scenario(tmp_path, "here")], pricing=tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{book}: its prices are in EUR, those of pricing/cloudtrail/eu-west-1.yaml in USD"
        " — estimate the Regions of one currency at a time"
    ]


# ---- the prices of a day ----

DATED = """\
service: cloudtrail
region: eu-west-1
currency: USD
source: a list
published: 2026-01-01
prices:
  - {meter: data, usage_type: null, unit: events, per: 100000, effective_from: 2020-01-01, tiers: [{price: 0.30}],
     confidence: high}
  - {meter: data, usage_type: null, unit: events, per: 100000, effective_from: 2024-07-01, tiers: [{price: 0.20}],
     confidence: high}
  - {meter: data, usage_type: null, unit: events, per: 100000, effective_from: 2099-01-01, tiers: [{price: 0.10}],
     confidence: high}
"""


@pytest.fixture
def dated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose only price book is ``DATED``."""
    (tmp_path / "cloudtrail").mkdir()
    (tmp_path / "cloudtrail" / "eu-west-1.yaml").write_text(DATED)
    monkeypatch.setattr(books, "data_directory", lambda _: tmp_path)
    monkeypatch.setattr(books, "read_regions", dict)
    return tmp_path


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        # 1,000,000 events at 0.30, 0.20 and 0.10 per 100,000
        (date(2020, 1, 1), "3.00"),
        (date(2024, 6, 30), "3.00"),
        (date(2024, 7, 1), "2.00"),
        (date(2099, 1, 1), "1.00"),
        (None, "2.00"),  # what is announced for a later day does not hold yet
    ],
)
def test_an_estimate_uses_the_prices_of_its_day(dated: Path, day: date | None, cost: str) -> None:
    (one,) = estimate([scenario(dated, "one")], as_of=day, months=1).estimates
    assert data(one) == D(cost)
    assert one.scenario.settings.as_of == day
    assert not [assumption for assumption in one.assumptions if "is not known" in assumption.text]


@pytest.mark.parametrize(
    ("day", "because"),
    [
        (date(2019, 12, 31), "there is no price as of 2019-12-31: the first known one holds from 2020-01-01"),
        (date(2013, 11, 12), "there is no price as of 2013-11-12: the first known one holds from 2020-01-01"),
    ],
)
def test_a_day_before_the_first_known_price_is_refused(dated: Path, day: date, because: str) -> None:
    with pytest.raises(UsageError) as caught:
        estimate([scenario(dated, "one")], as_of=day)
    assert str(caught.value) == because


def test_a_day_before_cloudtrail_is_refused_and_a_price_published_later_is_an_assumption(tmp_path: Path) -> None:
    path = scenario(tmp_path, "one")
    with pytest.raises(UsageError, match=r"there is no price as of 2013-11-12: CloudTrail began on 2013-11-13"):
        estimate([path], as_of=date(2013, 11, 12))

    (one,) = estimate([path], as_of=date(2025, 8, 27)).estimates
    (assumed,) = (a for a in one.assumptions if "2025-08-27" in a.text)
    assert assumed.moves is None
    assert assumed.text == (
        "what data, s3-put-standard, s3-storage-standard cost on 2025-08-27 is not known;"
        " prices published on 2025-08-28 or later are taken to have held then"
    )
    # The list of CloudTrail is of 2025-08-28, that of S3 of 2025-10-22.
    (one,) = estimate([path], as_of=date(2025, 8, 28)).estimates
    (assumed,) = (a for a in one.assumptions if "2025-08-28" in a.text)
    assert "what s3-put-standard, s3-storage-standard cost" in assumed.text
    (one,) = estimate([path], as_of=date(2025, 10, 22)).estimates
    assert not [a for a in one.assumptions if "2025-10-22" in a.text]


def test_a_price_of_ones_own_needs_no_day(dated: Path) -> None:
    (one,) = estimate(
        [scenario(dated, "one")], prices=overrides(dated, "mine.yaml", "0.08"), as_of=date(2021, 1, 1)
    ).estimates
    (charge,) = (c for c in one.last.charges if c.usage.meter is Meter.DATA)
    assert charge.list_cost.point == D("0.80")
    # In place of what held on that day.
    assert charge.price.in_place_of
    assert charge.price.in_place_of.tiers[0].price == D("0.30")


# ---- what a trail causes in other services ----

COPIED = """\
scenario: copied
recorders:
  - trail: audit
    account: "111122223333"
    home_region: eu-central-1
    s3: {bucket: amzn-s3-demo-logs, region: us-gov-west-1, kms_key: true, sns: true}
    cloudwatch_logs: {retention_days: 90}
assumptions: {gb: decimal, months: 1}
volumes:
  covers_all: true
  events:
    - {category: management, account: "111122223333", region: eu-central-1, writes: 200M/month}
"""


def test_a_log_group_a_key_and_notices_are_priced_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "copied.yaml").write_text(COPIED)
    (one,) = estimate([tmp_path / "copied.yaml"]).estimates
    cost = {c.usage.meter: c for c in one.last.charges if c.usage.meter in (Meter.KMS_KEY, Meter.SNS_REQUESTS)}
    (ingested,) = (c for c in one.last.charges if c.usage.meter is Meter.CLOUDWATCH_LOGS_INGESTION)

    assert one.unpriced == ()
    # 200,000,000 × 1,500 bytes = 300 GB of 10⁹ bytes, at Frankfurt's 0.63; nothing is free.
    assert (ingested.quantity.point, ingested.list_cost.point) == (300, D("189.00"))
    assert cost[Meter.KMS_KEY].list_cost.point == D("1.00")
    # Three files in each of the month's 8,760 slots of five minutes, a notice for each: 26,280 at 0.50 a million.
    assert cost[Meter.SNS_REQUESTS].list_cost.point == D("0.01314")


def test_requests_of_a_key_cost_nothing_until_the_scenario_prices_them(tmp_path: Path) -> None:
    # A data key for each of 26,280 files, at GovCloud's 0.04 per 10,000: $0.10512; of up to 70,080 files: $0.28032.
    (tmp_path / "free.yaml").write_text(COPIED)
    priced = COPIED.replace("months: 1", "months: 1, price_trail_kms_requests: true")
    (tmp_path / "priced.yaml").write_text(priced.replace("copied", "priced"))
    free, paid = estimate([tmp_path / "free.yaml", tmp_path / "priced.yaml"]).estimates
    (request,) = (c for c in paid.last.charges if c.usage.meter is Meter.KMS_REQUESTS)
    assert (request.list_cost.point, request.list_cost.high) == (D("0.10512"), D("0.28032"))
    assert paid.last.list_cost.point - free.last.list_cost.point == D("0.10512")
    (assumed,) = (a for a in free.assumptions if a.rule == "R90")
    assert assumed.moves == D("0.28032")
    assert not [a for a in paid.assumptions if a.rule == "R90"]
