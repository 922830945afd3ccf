"""What a trail causes beside CloudTrail and S3, at the shipped prices, from the file to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan import estimate
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic

D = Decimal
SCENARIO = """\
scenario: whole
recorders:
  - trail: audit
    account: "111122223333"
    home_region: us-east-1
    opensearch: true
    s3:
      bucket: amzn-s3-demo-logs
      kms_key: true
      sns: {email: 1, http: 1, sqs: 1, lambda: 1}
      reads_per_file: 1
assumptions: {months: 1, price_trail_kms_requests: true}
config_items:
  - {account: "111122223333", region: us-east-1, items: 12k/month, rule_evaluations: 600k/month}
  - {account: "111122223333", region: us-east-1, items: 100/month, recording: daily}
volumes:
  format: costplan.volumes/1
  covers_all: true
  coverage: []
  files:
    - account: "111122223333"
      region: us-east-1
      kind: CloudTrail
      files: 1000
      bytes: 1000000
      events: 1000000
      slots_occupied: 1000
      slots_observed: 1000
  events:
    - {category: management, account: "111122223333", region: us-east-1, writes: 10M/month}
"""
OVERRIDES = "currency: USD\nprices:\n  - {meter: opensearch-loading, per: 1, price: 0.20, unit: GB}\n"


def estimate_of(tmp_path: Path, *replaced: tuple[str, str], prices: str | None = None) -> Estimate:
    text = SCENARIO
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "whole.yaml").write_text(text)
    if prices is not None:
        (tmp_path / "prices.yaml").write_text(prices)
    (one,) = estimate([tmp_path / "whole.yaml"], prices=None if prices is None else tmp_path / "prices.yaml").estimates
    return one


def cost(one: Estimate, meter: Meter) -> Decimal:
    charges = [charge for charge in one.last.charges if charge.usage.meter is meter]
    assert charges, f"nothing is charged on {meter}"
    return sum((charge.list_cost.point for charge in charges), D(0))


def test_every_service_to_the_cent(tmp_path: Path) -> None:
    one = estimate_of(tmp_path)
    # A file in each of the month's 8,760 slots; each is encrypted, read, decrypted, and heard of by four subscriptions.
    expected = {
        Meter.KMS_KEY: "1.00",
        Meter.KMS_REQUESTS: "0.05256",  # 17,520 at 0.03 per 10,000
        Meter.S3_GET: "0.003504",  # 8,760 at 0.0004 per 1,000
        Meter.SNS_REQUESTS: "0.00438",  # at 0.50 per million
        Meter.SNS_DELIVERY_HTTP: "0.005256",  # at 0.60 per million
        Meter.SNS_DELIVERY_EMAIL: "0.1752",  # at 2.00 per 100,000
        Meter.SNS_DELIVERY_SQS: "0",
        Meter.SNS_DELIVERY_LAMBDA: "0",
        Meter.CONFIG_ITEM_CONTINUOUS: "36.00",  # 12,000 at 0.003
        Meter.CONFIG_ITEM_DAILY: "1.20",  # 100 at 0.012
        Meter.CONFIG_RULE_EVALUATIONS: "470.00",  # 100,000 × 0.001 + 400,000 × 0.0008 + 100,000 × 0.0005
    }
    assert {meter: cost(one, meter) for meter in expected} == {m: D(dollars) for m, dollars in expected.items()}


def test_config_items_are_priced_where_no_trail_is(tmp_path: Path) -> None:
    far = "region: us-east-1, items: 12k/month, rule_evaluations: 600k/month"
    one = estimate_of(tmp_path, (far, "region: ca-west-1, items: 12k/month"))
    assert cost(one, Meter.CONFIG_ITEM_CONTINUOUS) == D("36.00")
    unlisted = estimate_of(tmp_path, (far, "region: ca-west-1, recording: daily, items: 12k/month"))
    (reason,) = (u.because for u in unlisted.unpriced if u.usage.meter is Meter.CONFIG_ITEM_DAILY)
    assert "there is no price book" not in reason


def test_growth_moves_what_it_makes_in_every_service(tmp_path: Path) -> None:
    text = ("months: 1", "months: 3, growth_per_month: 10%")
    grown = estimate_of(tmp_path, text, prices=OVERRIDES)
    still = estimate_of(tmp_path, ("months: 1", "months: 3"), prices=OVERRIDES)
    busy = estimate_of(tmp_path, ("months: 1", "months: 3, busy_factor: 2"), prices=OVERRIDES)
    moves = {a.rule: a.moves for one in (grown, busy) for a in one.assumptions}
    assert moves["growth"] == grown.last.list_cost.point - still.last.list_cost.point > D("0.5")
    # The key and what AWS Config does stay as they are.
    assert moves["busy-factor"] == busy.last.list_cost.point - still.last.list_cost.point
    assert moves["busy-factor"] < busy.last.list_cost.point / 2


def test_opensearch_costs_what_the_user_says_and_is_unknown_without(tmp_path: Path) -> None:
    (unpriced,) = estimate_of(tmp_path).unpriced
    assert unpriced.usage.meter is Meter.OPENSEARCH_LOADING
    assert "only you know" in unpriced.because
    one = estimate_of(tmp_path, prices=OVERRIDES)
    assert one.unpriced == ()
    # 10,000,000 events, and 8,760 more that the key's own requests are (R107), of 1,500 bytes: 15.01314 GB at 0.20.
    in_gb = estimate_of(tmp_path, ("months: 1", "months: 1, gb: decimal"), prices=OVERRIDES)
    assert cost(in_gb, Meter.OPENSEARCH_LOADING) == D("3.002628")
    assert cost(one, Meter.OPENSEARCH_LOADING) * 2**30 == D("3.002628") * 10**9


@pytest.mark.parametrize("allowances", ["[]", "[kms, sns]"])
def test_what_removing_one_trail_saves_is_what_the_others_do_not_pay(tmp_path: Path, allowances: str) -> None:
    """Two trails on one bucket, encrypted with one key, whose requests and notices use up what is free together."""
    head, _, rest = SCENARIO.partition("  - trail: audit\n")
    trail, _, tail = rest.replace("    opensearch: true\n", "").partition("assumptions:")
    tail = tail.replace("months: 1", f"months: 1, free_allowances: {allowances}")
    costs = []
    for names in (("audit", "other"), ("audit",)):
        recorders = "".join(f"  - trail: {name}\n{trail}" for name in names)
        (tmp_path / "trails.yaml").write_text(f"{head}{recorders}assumptions:{tail}")
        costs += estimate([tmp_path / "trails.yaml"]).estimates
    saved = {e.recorder: e.saved_if_removed_alone.point for e in costs[0].events.by_recorder}
    with exact_arithmetic():
        difference = costs[0].last.list_cost.point - costs[1].last.list_cost.point
    # But for what fewer events of deliveries add to the files of the other.
    assert saved["other"] == pytest.approx(difference, abs=D("0.000001"))
    # The key is charged with the first of them, and stays when that one goes.
    assert saved["audit"] == saved["other"]


def test_allowances_are_applied_where_the_scenario_says_so(tmp_path: Path) -> None:
    none, some = (
        estimate_of(tmp_path, *replaced)
        for replaced in ((), (("months: 1", "months: 1, free_allowances: [kms, sns]"),))
    )
    # 17,520 requests of the key are fewer than 20,000, 8,760 notices fewer than all but the 1,000 emails.
    assert cost(some, Meter.KMS_REQUESTS) == cost(some, Meter.SNS_REQUESTS) == cost(some, Meter.SNS_DELIVERY_HTTP) == 0
    assert cost(some, Meter.SNS_DELIVERY_EMAIL) == D("0.1552")  # 7,760 at 2.00 per 100,000
    saved = D("0.05256") + D("0.00438") + D("0.005256") + D("0.02")
    assert none.last.list_cost.point - some.last.list_cost.point == saved
    (left,) = (a for a in none.assumptions if a.rule == "free-allowances")
    (used,) = (a for a in some.assumptions if a.rule == "free-allowances")
    assert (left.moves, used.moves) == (saved, saved)
    assert "left to other use" in left.text
    assert "nothing else draws on them" in used.text


@pytest.mark.parametrize(("share", "requests"), [("99%", "175.2"), ("0%", "17520")])
def test_a_bucket_key_saves_what_the_scenario_says(tmp_path: Path, share: str, requests: str) -> None:
    one = estimate_of(tmp_path, ("months: 1", f"months: 1, bucket_key_saves: {share}"))
    (charge,) = (c for c in one.last.charges if c.usage.meter is Meter.KMS_REQUESTS)
    assert charge.quantity.point == D(requests)
