"""Where something was read is not what it says: no change comes of another path or line."""

from pathlib import Path

from costplan.workflows.diff import diff
from tests.workflows.changes import FOLDER, VOLUMES

SCENARIO = """
scenario: trails
volumes:
  covers_all: true
  account: "111122223333"
  region: eu-west-1
  events: [{category: data, type: s3, bucket: claims, writes: 4M/month}]
prices: prices.yaml
recorders:
  - trail: audit
    account: "111122223333"
    home_region: eu-west-1
    is_multi_region: false
"""
PRICES = """
currency: USD
prices:
  - {service: cloudtrail, meter: data, per: 100000, tiers: [{price: 0.07}]}
"""


def test_volumes_that_are_read_by_another_path_are_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "volumes.yaml"
    copy.write_bytes(VOLUMES.read_bytes())
    before = FOLDER / "reads-too" / "before.yaml"
    after = tmp_path / "after" / "after.yaml"
    after.parent.mkdir()
    after.write_bytes(before.read_bytes())
    (found,) = diff(before, after).diffs
    assert found.is_empty


def test_volumes_and_prices_that_stand_on_another_line_are_the_same(tmp_path: Path) -> None:
    for side, text in (("before", ""), ("after", "# One line more.\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "scenario.yaml").write_text(text + SCENARIO)
        (tmp_path / side / "prices.yaml").write_text(text + PRICES)
    (found,) = diff(tmp_path / "before", tmp_path / "after").diffs
    assert found.is_empty
    (tmp_path / "after" / "prices.yaml").write_text(PRICES.replace("0.07", "0.08"))
    (found,) = diff(tmp_path / "before", tmp_path / "after").diffs
    assert [cause.change.attribute for cause in found.causes] == ["prices"]
