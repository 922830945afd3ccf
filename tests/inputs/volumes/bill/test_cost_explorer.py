"""Cost Explorer, played by a small server that answers in the shapes that AWS's API has."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from costplan.cli.app import run
from costplan.inputs.account.operations import DESCRIBE_TRAILS
from costplan.inputs.account.session import Access, Session
from costplan.inputs.aws.patience import Patience
from costplan.model.problems import BadInputError, UsageError
from costplan.workflows.bill import Asking, BilledService, last_month, measure_cost_explorer
from tests.inputs.volumes.bill.made import ACCOUNT, OTHER
from tests.loopback import LoopbackServer, answer

START, END = date(2026, 10, 1), date(2026, 11, 1)
BRIEF = Access(patience=Patience(attempts=4, first_pause=0.001, longest_pause=0.002))
Group = tuple[str, str, str]


class CostExplorer(LoopbackServer):
    """Answers with pages of groups, by service; a fault stands before the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, list[list[Group]]] = {}
        self.faults: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.targets: set[str] = set()
        self.turns_in_circles = False
        self.is_estimated = False

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.targets.add(handler.headers["X-Amz-Target"])
        self.asked.append(body)
        if self.faults:
            fault = {"__type": self.faults.pop(0), "message": "arn:aws:iam::111122223333:role/secret"}
            self.send(handler, 400, fault)
            return
        service = body["Filter"]["And"][0]["Dimensions"]["Values"][0]
        number = int(body.get("NextPageToken", "0"))
        pages = self.pages.get(service, [[]])
        result = {
            "TimePeriod": body["TimePeriod"],
            "Estimated": self.is_estimated,
            "Total": {},
            "Groups": [
                {"Keys": [account, usage], "Metrics": {"UsageQuantity": {"Amount": amount, "Unit": "N/A"}}}
                for account, usage, amount in pages[number]
            ],
        }
        found: dict[str, Any] = {"ResultsByTime": [result], "DimensionValueAttributes": []}
        if self.turns_in_circles:
            found["NextPageToken"] = "0"
        elif number + 1 < len(pages):
            found["NextPageToken"] = str(number + 1)
        self.send(handler, 200, found)

    def send(self, handler: BaseHTTPRequestHandler, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode()
        headers = {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(data))}
        answer(handler, status, headers, data)


@pytest.fixture
def explorer(monkeypatch: pytest.MonkeyPatch) -> Iterator[CostExplorer]:
    server = CostExplorer()
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    yield server
    server.close()


CLOUDTRAIL, S3 = "AWS CloudTrail", "Amazon Simple Storage Service"


def test_pages_of_both_services_add_up(explorer: CostExplorer) -> None:
    explorer.pages = {
        CLOUDTRAIL: [
            [(ACCOUNT, "EU-FreeEventsRecorded", "1488"), (ACCOUNT, "EU-PaidEventsRecorded", "744")],
            [(OTHER, "USE1-FreeEventsRecorded", "744.0000000000")],
        ],
        S3: [[(ACCOUNT, "Requests-Tier2", "7.44E2"), (ACCOUNT, "EU-TimedStorage-ByteHrs", "3.2")]],
    }
    result = measure_cost_explorer(START, END, access=BRIEF)

    # 1,488 and 744 × 730 / 744
    found = [(r.key.account, r.key.region, r.per_month.low, r.per_month.high) for r in result.volumes.rows]
    assert found == [
        (ACCOUNT, "eu-west-1", 1460, 1460),
        (ACCOUNT, "us-east-1", 0, 730),
        (OTHER, "us-east-1", 730, 730),
    ]
    assert [(b.usage_type, b.per_month) for b in result.volumes.billed if b.usage_type.startswith("Paid")] == [
        ("PaidEventsRecorded", Decimal(730))
    ]
    assert (result.requests, result.exit_code, result.unknown) == (3, 0, ())
    assert explorer.targets == {"AWSInsightsIndexService.GetCostAndUsage"}
    first = explorer.asked[0]
    assert first["TimePeriod"] == {"Start": "2026-10-01", "End": "2026-11-01"}
    assert first["Metrics"] == ["UsageQuantity"]
    assert [group["Key"] for group in first["GroupBy"]] == ["LINKED_ACCOUNT", "USAGE_TYPE"]
    assert first["Filter"]["And"][1]["Dimensions"] == {"Key": "RECORD_TYPE", "Values": ["Usage"]}


def test_one_service_is_one_question(explorer: CostExplorer) -> None:
    told: list[Asking] = []
    explorer.pages = {CLOUDTRAIL: [[(ACCOUNT, "EU-FreeEventsRecorded", "744")]]}
    measure_cost_explorer(START, END, access=BRIEF, only=BilledService.CLOUDTRAIL, announce=told.append)

    assert len(explorer.asked) == 1
    assert [(one.requests, one.price_per_request) for one in told] == [(1, Decimal("0.01"))]


def test_a_time_within_a_month_is_observed_for_its_days(explorer: CostExplorer) -> None:
    explorer.pages = {CLOUDTRAIL: [[(ACCOUNT, "EU-FreeEventsRecorded", "240")]]}
    volumes = measure_cost_explorer(date(2026, 10, 11), date(2026, 10, 21), access=BRIEF).volumes

    # 10 days are 240 hours.
    assert [row.per_month.point for row in volumes.rows] == [730]


def test_what_a_throttled_request_asked_is_asked_again(explorer: CostExplorer) -> None:
    explorer.faults = ["ThrottlingException"]
    explorer.pages = {CLOUDTRAIL: [[(ACCOUNT, "EU-FreeEventsRecorded", "744")]]}
    result = measure_cost_explorer(START, END, access=BRIEF)

    # The one that was refused is neither counted nor paid.
    assert (len(explorer.asked), result.requests) == (3, 2)


FAULTS = [
    (["ThrottlingException"] * 4, "Cost Explorer: AWS asked for fewer requests, again and again"),
    (
        ["ExpiredTokenException"],
        "AWS: the credentials have expired — sign in again, and run the same command once more",
    ),
    (
        ["AccessDeniedException"],
        r"Cost Explorer: it is not allowed \(GetCostAndUsage: AccessDeniedException\) — --print",
    ),
    (["DataUnavailableException"], r"\(GetCostAndUsage: DataUnavailableException\) — try again later"),
]


@pytest.mark.parametrize(("faults", "words"), FAULTS, ids=[row[0][0] for row in FAULTS])
def test_a_refusal_ends_it_in_words_of_our_own(explorer: CostExplorer, faults: list[str], words: str) -> None:
    explorer.faults = faults
    with pytest.raises(BadInputError, match=words) as caught:
        measure_cost_explorer(START, END, access=BRIEF)
    assert "secret" not in str(caught.value)


def test_pages_that_turn_in_circles_are_no_bill(explorer: CostExplorer) -> None:
    explorer.turns_in_circles = True
    with pytest.raises(BadInputError, match="gave the same page twice"):
        measure_cost_explorer(START, END, access=BRIEF)


def test_the_end_comes_after_the_start() -> None:
    with pytest.raises(UsageError, match="is not after --start"):
        measure_cost_explorer(END, START)


def test_the_last_month_is_a_whole_one() -> None:
    assert last_month(date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 3, 1))


# ---- the command ----

COMMAND = ["volumes", "bill", "--cost-explorer", "--start", "2026-10-01", "--end", "2026-11-01"]


def test_nothing_is_asked_where_nobody_agreed(explorer: CostExplorer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMAND) == 2

    assert explorer.asked == []
    assert capsys.readouterr().err.splitlines() == [
        "Cost Explorer, 2026-10-01 to 2026-11-01: 2 requests, $0.02; $0.01 for each further page of answers",
        "nothing was asked: nobody can be asked here whether that is all right; give --yes",
    ]


def test_with_yes_it_is_asked(explorer: CostExplorer, capsys: pytest.CaptureFixture[str]) -> None:
    explorer.pages = {CLOUDTRAIL: [[(ACCOUNT, "EU-FreeEventsRecorded", "744")]]}
    explorer.is_estimated = True
    assert run([*COMMAND, "--yes"]) == 0

    out, err = capsys.readouterr()
    assert "730" in out
    assert "Cost Explorer answered 2 requests" in err
    assert "AWS still counts: the last days may become more" in err


def test_its_session_asks_nothing_else(explorer: CostExplorer) -> None:
    session = Session(BRIEF, allowed=frozenset({("ce", "GetCostAndUsage")}))
    with pytest.raises(AssertionError, match="DescribeTrails is not among the operations that only read"):
        session.ask(DESCRIBE_TRAILS, "us-east-1")
    assert explorer.asked == []
