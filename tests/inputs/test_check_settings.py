"""``check:`` of ``costplan.yaml``."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent, indent

import jsonschema
import pytest

from costplan.inputs.check_settings import parse_limit
from costplan.inputs.documents import parse_document
from costplan.inputs.project import Project, read_project
from costplan.inputs.schemas import schema
from costplan.model.events import EventCategory
from costplan.model.policy import (
    CostLimit,
    EventsAsked,
    Extent,
    LimitKind,
    LintAsked,
    RecordersAsked,
    Requirement,
    Subject,
    WhenUnknown,
    Within,
)
from costplan.model.problems import BadInputError, Location
from costplan.model.verdicts import Level, Suppression
from tests.inputs.test_schemas import plain

CODES = ("CP003", "CP013", "CP015")

GOOD = """
estate: estate.yaml
check:
  scenarios: [trails.yaml]
  volumes: [volumes.json]
  max_volumes_age_days: 90
  limits:
    - {max_monthly: 500}
    - {max_monthly: "$99.50", account: "111122223333", level: warn}
    - {max_increase: 10%, scenario: prod}
    - {max_decrease: 49.5, recorder: main, meter: data}
  unknown: warn
  lint: [CP003, CP015]
  suppressions:
    - {rule: CP015, recorder: main, reason: moved in May, expires: 2027-03-31}
    - {rule: claims-writes, reason: not there yet, expires: "2027-03-31"}
  require:
    - id: management-everywhere
      say: Every Region has a multi-Region trail
      in: every-region
      records: {category: management, except_event_source: kms.amazonaws.com}
      by: {kind: trail, is_multi_region: true}
    - id: claims-writes
      records: {category: data, resource_type: "AWS::S3::Object", container: "arn:aws:s3:::claims/", read_only: false}
      level: warn
    - id: denied
      in: {account: "111122223333", region: eu-west-1}
      records: {category: network-activity, event_source: [kms.amazonaws.com], error_code: VpceAccessDenied}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("estate.yaml", "trails.yaml", "volumes.json"):
        (tmp_path / name).touch()
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "costplan.yaml"
    path.write_text(text)
    return path


def test_every_key_is_read(folder: Path) -> None:
    path = written(folder, GOOD.lstrip("\n"))
    read = read_project(path, CODES).check
    policy = read.policy

    assert (read.scenarios, read.volumes) == ((folder / "trails.yaml",), (folder / "volumes.json",))
    assert policy.limits == (
        CostLimit(LimitKind.MAX_MONTHLY, Decimal(500)),
        CostLimit(
            LimitKind.MAX_MONTHLY, Decimal("99.50"), Subject(account="111122223333"), Level.WARN, is_dollars=True
        ),
        CostLimit(LimitKind.MAX_INCREASE, Decimal("0.1"), Subject(scenario="prod"), is_share=True),
        CostLimit(LimitKind.MAX_DECREASE, Decimal("49.5"), Subject(recorder="main", meter="data")),
    )
    assert [limit.where for limit in policy.limits] == [Location(str(path), line) for line in (7, 8, 9, 10)]
    assert (policy.unknown, policy.max_volumes_age_days) == (WhenUnknown.WARN, 90)
    assert policy.lint == LintAsked(frozenset({"CP003", "CP015"}))
    day = date(2027, 3, 31)
    # A requirement is suppressed by its id, as it is written.
    assert policy.suppressions == (
        Suppression("CP015", "moved in May", day, "main"),
        Suppression("require-claims-writes", "not there yet", day),
    )
    assert policy.requirements == (
        Requirement(
            "management-everywhere",
            EventsAsked(EventCategory.MANAGEMENT, but_not_sources=("kms.amazonaws.com",)),
            Within(Extent.EVERY_REGION),
            RecordersAsked("trail", is_multi_region=True),
            "Every Region has a multi-Region trail",
        ),
        Requirement(
            "claims-writes",
            EventsAsked(EventCategory.DATA, False, resource_type="AWS::S3::Object", container="arn:aws:s3:::claims"),
            Within(),
            level=Level.WARN,
        ),
        Requirement(
            "denied",
            EventsAsked(
                EventCategory.NETWORK_ACTIVITY, event_sources=("kms.amazonaws.com",), error_code="VpceAccessDenied"
            ),
            Within(Extent.EVERY_REGION, "111122223333", "eu-west-1"),
        ),
    )


def test_all_codes_of_the_lint_and_nothing_at_all(folder: Path) -> None:
    assert read_project(written(folder, "check: {lint: all}"), CODES).check.policy.lint == LintAsked(everything=True)
    assert read_project(written(folder, "estate: estate.yaml"), CODES).check == Project().check


def test_the_published_schema_takes_what_is_read() -> None:
    published = jsonschema.Draft202012Validator(schema("project"))
    published.validate(plain(parse_document("costplan.yaml", GOOD).value))
    for bad in (
        "check: {limits: [{max_monthly: 10%}]}",
        "check: {limits: [{max_increase: -1}]}",
        "check: {unknown: maybe}",
        "check: {lint: [CP1]}",
        "check: {require: [{id: Upper, records: {category: data}}]}",
        "check: {require: [{id: a, records: {category: data}, in: everywhere}]}",
        "check: {limts: []}",
    ):
        assert not published.is_valid(plain(parse_document("costplan.yaml", bad).value)), bad


AMOUNTS = 'expected an amount such as 500 or "$500"'
SHARES = f"{AMOUNTS}, or a share such as 10%"
AT = "check.limits[0]"
OBJECT = 'resource_type: "AWS::S3::Object"'

BAD = [
    ("limts: []", 'unknown key "limts" in check — did you mean "limits"?'),
    (
        "limits: [{max_monthly: 10%}]",
        f"{AT}.max_monthly: is of the wrong unit: {AMOUNTS}, found the share 10%",
    ),
    ("limits: [{max_monthly: 500 EUR}]", f'{AT}.max_monthly: {AMOUNTS}, found "500 EUR"'),
    ("limits: [{max_monthly: -5}]", f"{AT}.max_monthly: {AMOUNTS}, found the number -5"),
    ("limits: [{max_monthly: true}]", f"{AT}.max_monthly: {AMOUNTS}, found true"),
    ("limits: [{max_monthly: [5]}]", f"{AT}.max_monthly: {AMOUNTS}, found a list"),
    (
        'limits: [{max_increase: "$10%"}]',
        f'{AT}.max_increase: {SHARES}, found "$10%"',
    ),
    ("limits: [{max_increase: ten}]", f'{AT}.max_increase: {SHARES}, found "ten"'),
    (
        "limits: [{max_increase: 5, max_decrease: 5}]",
        "check.limits[0]: has max_increase and max_decrease — write exactly one of max_monthly, max_increase",
    ),
    ("limits: [{account: '111122223333'}]", "check.limits[0]: has no amount — write exactly one of"),
    ("limits: [{max_monthly: 5, acount: x}]", 'unknown key "acount" in check.limits[0] — did you mean "account"?'),
    ("limits: [{max_monthly: 5, account: '1'}]", "check.limits[0].account: expected an account id: twelve digits"),
    ("limits: [{max_monthly: 5, meter: dta}]", 'check.limits[0].meter: there is no meter "dta" — did you mean "data"?'),
    ("limits: [{max_monthly: 5, level: worn}]", 'check.limits[0].level: expected one of fail, warn, found "worn"'),
    ("limits: [{max_monthly: 5}, {max_monthly: 6}]", "check.limits[1]: the same is limited by limits[0] already"),
    ("max_volumes_age_days: 90d", 'check.max_volumes_age_days: expected a whole number, 1 or more, found "90d"'),
    ("unknown: ignore", "check.unknown: expected one of fail, warn, allow"),
    ("lint: [CP999]", 'check.lint[0]: there is no rule "CP999"'),
    ("lint: CP003", "check.lint: expected"),
    ("scenarios: [gone.yaml]", "check.scenarios[0]: no such file or folder: gone.yaml — check the path"),
    ("volumes: [gone.json]", "check.volumes[0]: no such file or folder: gone.json"),
    ("suppressions: [{rule: CP003, expires: 2027-01-01}]", 'check.suppressions[0]: the key "reason" is missing'),
    (
        "suppressions: [{rule: CP003, reason: x, expires: soon}]",
        "check.suppressions[0].expires: expected a date (year-month-day)",
    ),
    (
        "suppressions: [{rule: max-montly, reason: x, expires: 2027-01-01}]",
        'check.suppressions[0].rule: there is no rule "max-montly" — did you mean "max-monthly"?',
    ),
    (
        "require: [{id: A B, records: {category: data}}]",
        "check.require[0].id: expected an id in lower case with dashes",
    ),
    ("require: [{id: a, records: {}}]", 'check.require[0].records: the key "category" is missing'),
    ("require: [{id: a, records: {category: data}}]", "check.require[0].records: data events are told by the type"),
    (
        "require: [{id: a, records: {category: management, container: x}}]",
        "check.require[0].records: management events have no resource_type and no container",
    ),
    (
        "require: [{id: a, records: {category: network-activity, read_only: true}}]",
        "check.require[0].records: network activity events are neither reads nor writes",
    ),
    (
        "require: [{id: a, records: {category: management, error_code: x}}]",
        "check.require[0].records: management events cannot be selected by error_code",
    ),
    (
        "require: [{id: a, records: {category: management, event_source: a, except_event_source: b}}]",
        "check.require[0].records: has event_source and except_event_source",
    ),
    (
        f'require: [{{id: a, records: {{category: data, {OBJECT}, container: "arn:aws:s3:::a/b"}}}}]',
        'check.require[0].records: container: "arn:aws:s3:::a/b" is not the ARN of what resources',
    ),
    (
        "require: [{id: a, records: {category: management}, by: {multi_region: true}}]",
        'unknown key "multi_region" in check.require[0].by — did you mean "is_multi_region"?',
    ),
    ("require: [{id: a, records: {category: management}, in: here}]", "check.require[0].in: expected"),
    (
        "require: [{id: a, records: {category: management}}, {id: a, records: {category: management}}]",
        'check.require[1]: require[0] has the id "a" already',
    ),
]


@pytest.mark.parametrize(("line", "says"), BAD, ids=[row[0] for row in BAD])
def test_what_is_wrong_is_told_with_its_line(line: str, says: str, folder: Path) -> None:
    path = written(
        folder,
        f"# settings\ncheck:\n  unknown: warn\n  {line}\n" if "unknown" not in line else f"\n\ncheck:\n  {line}\n",
    )
    with pytest.raises(BadInputError) as error:
        read_project(path, CODES)
    (problem,) = error.value.problems
    assert str(problem).startswith(f"{path}:4: {says}"), str(problem)


def test_duplicate_keys_are_told(folder: Path) -> None:
    path = written(folder, "check:\n  lint: []\n  lint: []\n")
    with pytest.raises(BadInputError, match=r'costplan.yaml:3: duplicate key "lint"'):
        read_project(path)


def test_everything_that_is_wrong_is_told_at_once(folder: Path) -> None:
    text = """
        limits: [{max_monthly: 10%}, {}]
        lint: [CP999]
        scenarios: [gone.yaml]
    """
    path = written(folder, f"check:\n{indent(dedent(text).strip(), '  ')}\n")
    with pytest.raises(BadInputError) as error:
        read_project(path, CODES)
    assert [problem.where.line for problem in error.value.problems] == [2, 2, 3, 4]


def test_whoever_does_not_check_does_not_look_at_codes(folder: Path) -> None:
    assert read_project(written(folder, "check: {lint: [CP999]}")).check.policy.lint.codes == {"CP999"}


@pytest.mark.parametrize("text", ["1e3", "١", "500 ", "", "+5", ".5", "1" * 16])
def test_only_plain_amounts_are_amounts(text: str) -> None:
    with pytest.raises(ValueError, match="expected an amount"):
        parse_limit(LimitKind.MAX_MONTHLY, text)
