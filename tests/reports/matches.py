"""Matches built by hand: a trail of two selectors, one that is switched off, and the difference of two files."""

from costplan.model.matches import (
    Absence,
    Difference,
    DifferenceRow,
    ExplainedEvent,
    Explanation,
    Matches,
    RecorderMatch,
    Rejected,
    SampleEvent,
    Samples,
    SelectorMatch,
    Verdict,
)
from costplan.model.recorders import Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import ReadSummary
from tests.reports.build import CLAIMS, ETL, LAKE, PROD, REGION

READ = ReadSummary(files=55, records=1_100, counted=1_000, duplicates=98, unreadable=2)

ARN = FieldSelector("resources.ARN", starts_with=(f"{LAKE}/", UNKNOWN))
WRITES = AdvancedEventSelector(
    (
        FieldSelector("eventCategory", equals=("Data",)),
        FieldSelector("resources.type", equals=("AWS::S3::Object",)),
        FieldSelector("readOnly", equals=("false",)),
        ARN,
    ),
    "writes",
)
MANAGEMENT = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Management",)),), "management")

TRAIL = Trail("audit", PROD, REGION, is_multi_region=True, selectors=(WRITES, MANAGEMENT))
STOPPED = Trail("old", PROD, REGION, is_logging=False)

PUT = SampleEvent(
    "2026-10-05T00:07:30Z", "s3.amazonaws.com", "PutObject", (LAKE,), ETL, "00000000-0000-4000-8000-000000000001"
)
ON_TWO = SampleEvent("2026-10-05T00:08:00Z", "s3.amazonaws.com", "DeleteObjects", (CLAIMS, LAKE), ETL, "e-2")
NOBODY = SampleEvent(None, "ec2.amazonaws.com", "RunInstances", (), None, None)


def matches(**more: object) -> Matches:
    """1,000 events: 400 management, 350 data (100 recorded, 50 perhaps), 250 of another account."""
    samples = Samples((PUT,), (ON_TWO,), (Rejected(PUT, "resources.ARN"), Rejected(NOBODY, "eventCategory")))
    # 750 offered = 100 + 50 + 400 + 180 + 20, and = 400 + 350.
    writes = SelectorMatch("writes", 100, 50, {"eventCategory": 400, "readOnly": 180, "resources.ARN": 20}, samples)
    management = SelectorMatch("management", 400, 0, {"eventCategory": 350}, Samples((NOBODY,)))
    audit = RecorderMatch(
        "trails.json",
        "audit",
        TRAIL,
        offered=750,
        recorded=500,
        may_match=50,
        by_category={"Management": 400, "Data": 100},
        out_of_scope={Absence.OTHER_ACCOUNT: 200, Absence.OTHER_REGION: 50},
        selectors=(writes, management),
    )
    off = RecorderMatch(
        "trails.json",
        "old",
        STOPPED,
        offered=0,
        recorded=0,
        may_match=0,
        by_category={},
        out_of_scope={Absence.NOT_LOGGING: 1_000},
        selectors=(SelectorMatch("all management events (default)", 0, 0, {}),),
    )
    return Matches(READ, (audit, off), **more)  # type: ignore[arg-type]


def differing() -> Matches:
    """1,000 events = 600 both + 200 neither + 150 + 30 + 20."""
    first = (
        DifferenceRow("s3.amazonaws.com", "PutObject", (LAKE,), ETL, 100),
        DifferenceRow("s3.amazonaws.com", "DeleteObjects", (CLAIMS, LAKE), ETL, 40),
        DifferenceRow("ec2.amazonaws.com", "RunInstances", (), None, 10),
    )
    second = (DifferenceRow("kms.amazonaws.com", "Decrypt", (), ETL, 30),)
    may = (DifferenceRow("s3.amazonaws.com", "PutObject", (CLAIMS,), ETL, 20),)
    return matches(difference=Difference("before.json", "after.json", 600, 200, first, second, may))


def explained() -> Matches:
    """An event that one selector records and one rejects; one that a value known later decides."""
    by_arn = Verdict(Truth.NO, "resources.ARN", (ARN,))
    by_category = Verdict(Truth.NO, "eventCategory", (MANAGEMENT.fields[0],))
    off = Explanation(Truth.NO, Absence.NOT_LOGGING)
    put = ExplainedEvent(PUT, (Explanation(Truth.YES, None, (Verdict(Truth.YES), by_category)), off))
    two = ExplainedEvent(ON_TWO, (Explanation(Truth.MAYBE, None, (Verdict(Truth.MAYBE), by_category)), off))
    none = ExplainedEvent(NOBODY, (Explanation(Truth.NO, None, (by_arn, by_category)), off))
    return matches(events=(put, two, none), notes=("audit is taken to belong to account 111122223333",))
