"""What a change makes trails deliver is recorded by whichever trail logs the bucket, and is told as such (R107)."""

from decimal import Decimal
from pathlib import Path

from costplan.model.changes import Diff
from costplan.workflows.diff import diff
from tests.workflows.changes import FOLDER

ALL_BUCKETS = (FOLDER / "all-buckets" / "after.yaml").read_text(encoding="utf-8")
SECOND = """
  - trail: second
    account: "111122223333"
    home_region: eu-west-1
    is_multi_region: false
    event_selectors: [{ReadWriteType: WriteOnly}]
    s3: {bucket: amzn-s3-demo-second-logs, kms_key: KEY}
"""
# One file in each five-minute slot of a month.
SLOTS = Decimal(8760)


def scenario(folder: Path, name: str, *, second: str | None = None) -> Path:
    """A trail that logs all buckets, and perhaps one that delivers into one of them."""
    text = ALL_BUCKETS.replace("../volumes.yaml", str(FOLDER / "volumes.yaml"))
    trails, _, rest = text.partition("assumptions:")
    path = folder / name
    path.write_text(f"{trails}{second or ''}assumptions:{rest}", encoding="utf-8")
    return path


def moved(found: Diff) -> list[tuple[str, str | None, str | None, Decimal]]:
    (cause,) = found.causes
    more = [(e.recorder, e.event_source, e.container, e.quantity.point) for e in cause.recorded]
    return more + [(e.recorder, e.event_source, e.container, -e.quantity.point) for e in cause.dropped]


def test_what_another_trail_delivers_is_recorded_by_the_trail_that_logs_its_bucket(tmp_path: Path) -> None:
    before = scenario(tmp_path, "before.yaml")
    after = scenario(tmp_path, "after.yaml", second=SECOND.replace("KEY", "false"))
    there = [
        ("second", "ec2.amazonaws.com", None, Decimal(1_000_000)),
        ("audit", "s3.amazonaws.com", "arn:aws:s3:::amzn-s3-demo-second-logs", SLOTS),
    ]
    (found,) = diff(before, after).diffs
    assert moved(found) == there
    (back,) = diff(after, before).diffs
    assert moved(back) == [(*what, -count) for *what, count in there]


def test_a_key_makes_a_data_key_event_for_each_file(tmp_path: Path) -> None:
    before = scenario(tmp_path, "before.yaml", second=SECOND.replace("KEY", "false"))
    after = scenario(tmp_path, "after.yaml", second=SECOND.replace("KEY", "true"))
    (found,) = diff(before, after).diffs
    # Generating a data key is a read, so the trail of writes does not record it (R49).
    assert moved(found) == [("audit", "kms.amazonaws.com", None, SLOTS)]
