from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.changes import (
    Added,
    Chosen,
    Scaled,
    container_of,
    parse_added,
    parse_busy,
    parse_times,
    read_changes,
)
from costplan.inputs.volumes.volumes_file import Place
from costplan.model.problems import BadInputError
from tests.build import IRELAND, PROD

HERE = Place(PROD, IRELAND)


def test_a_factor_stands_behind_the_last_colon() -> None:
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    change = parse_times(f"container={arn}, writes:1.5")
    assert (change.chosen, change.factor) == (Chosen({"container": arn}, "writes"), Decimal("1.5"))
    assert change.words == f"container={arn}, writes × 1.5"


@pytest.mark.parametrize(
    ("word", "name", "end"),
    [
        ("bucket", "lake", (None, ":::lake")),
        ("function", "etl", ("AWS::Lambda::Function", ":function:etl")),
        ("table", "orders", ("AWS::DynamoDB::Table", ":table/orders")),
        ("topic", "alarms", ("AWS::SNS::Topic", ":alarms")),
        ("queue", "jobs", ("AWS::SQS::Queue", ":jobs")),
        (
            "function",
            "arn:aws:lambda:eu-west-1:1:function:x",
            ("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:1:function:x"),
        ),
        ("type", "lambda", ("AWS::Lambda::Function", None)),
        ("type", "AWS::Kinesis::Stream", ("AWS::Kinesis::Stream", None)),
    ],
)
def test_what_is_named_is_a_type_and_the_end_of_an_arn(
    word: str, name: str, end: tuple[str | None, str | None]
) -> None:
    assert container_of(Chosen({word: name})) == end


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("bucket=lake", "says no factor"),
        ("bucket=lake:x", "says no factor"),
        ("bucket=lake:-1", "says no factor"),
        ("bukket=lake:3", 'did you mean "bucket"?'),
        ("bucket:3", "bucket needs one value"),
        ("bucket=a,bucket=b:3", "bucket needs one value"),
        ("bucket=a,table=b:3", "bucket and table name two things"),
        ("category=dada:3", 'no category "dada"'),
        ("container=lake:3", "container is not an ARN"),
    ],
)
def test_a_change_that_cannot_be_understood_is_told(text: str, what: str) -> None:
    with pytest.raises(BadInputError) as error:
        parse_times(text)
    assert what in str(error.value)
    assert str(error.value).startswith(f"--times {text}: ")


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadInputError) as error:
        parse_times("colour=red,bucket:x")
    assert len(error.value.problems) == 3


@pytest.mark.parametrize("text", ["", "x", "-1", "1e3", "1/2"])
def test_a_busy_month_needs_a_factor(text: str) -> None:
    with pytest.raises(BadInputError, match="is no factor"):
        parse_busy(text)


def test_added_events_are_typed_ones_with_a_name() -> None:
    (row,) = parse_added("lambda:etl=5M/month", HERE).rows
    assert row.key.resources[0].container == f"arn:aws:lambda:{IRELAND}:{PROD}:function:etl"  # type: ignore[index]
    assert row.per_month.point == 5_000_000
    (row,) = parse_added("s3-writes=2k/h", HERE).rows
    assert (row.key.read_only, row.per_month.point) == (False, 2000 * 730)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("lambda:etl", "is no event volume"),
        ("lambda:=5M/month", "is no event volume"),
        ("lamda:etl=5M/month", 'did you mean "lambda"?'),
        ("management:etl=5M/month", "management has no resources"),
        ("lambda:etl=5M", '"5M" is no rate'),
    ],
)
def test_an_addition_that_cannot_be_understood_is_told(text: str, what: str) -> None:
    with pytest.raises(BadInputError) as error:
        parse_added(text, HERE)
    assert what in str(error.value)


def test_an_addition_must_happen_somewhere() -> None:
    with pytest.raises(BadInputError, match="nobody says in which account and Region it happens"):
        parse_added("lambda:etl=5M/month", Place())


FILE = """\
region: eu-west-1
account: "444455556666"
changes:
  - {bucket: lake, times: 3}
  - {category: data, only: writes, times: 1.25}
  - {times: 2}
  - add: {category: data, type: s3, bucket: raw, reads: 1M/month, writes: 2k/h}
  - add: {category: Data, event_source: s3.amazonaws.com, per_month: "7.5"}
"""


def test_a_file_holds_changes_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(FILE)
    lake, writes, busy, raw, full = read_changes(path, HERE)
    assert isinstance(lake, Scaled)
    assert (lake.chosen, lake.factor, lake.where.line) == (Chosen({"bucket": "lake"}), 3, 4)
    assert isinstance(writes, Scaled)
    assert (writes.chosen, writes.factor) == (Chosen({"category": "data"}, "writes"), Decimal("1.25"))
    assert isinstance(busy, Scaled)
    assert (busy.chosen, busy.words) == (Chosen({}), "everything × 2")
    assert isinstance(raw, Added)
    assert [row.per_month.point for row in raw.rows] == [1_000_000, 1_460_000]
    assert {row.key.account for row in raw.rows} == {"444455556666"}
    assert raw.words == "added 1,000,000 + 1,460,000 Data events a month of arn:aws:s3:::raw"
    assert isinstance(full, Added)
    assert full.rows[0].per_month.point == Decimal("7.5")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("{bucket: lake}", "1: says no change"),
        ("{bucket: lake, times: -1}", "1: says no change"),
        ("{buket: lake, times: 2}", 'did you mean "bucket"?'),
        ("{only: reeds, times: 2}", 'only "reeds"'),
        ("{bucket: a, table: b, times: 2}", "bucket and table name two things"),
        ("{times: 2, add: {category: data, events: 1/s}}", "add goes with nothing else"),
        ("{add: {category: data, type: s3}}", "says no number of events"),
        ("{add: {category: data}}", "says no number of events"),
    ],
)
def test_a_wrong_change_of_a_file_is_told_with_its_line(tmp_path: Path, change: str, what: str) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(f"changes: [{change}]\n")
    with pytest.raises(BadInputError) as error:
        read_changes(path, HERE)
    assert what in str(error.value)
    assert str(error.value).startswith(f"{path}:1: ")
