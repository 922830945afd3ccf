"""Ten thousand mutated configurations: each is shown or refused with messages, and none betrays a secret.

Every one of them goes through the functions of the commands.  Typer parses a command line for a share, since it takes
longer than all else.
"""

import io
import json
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import category

import pytest
import typer
import yaml

from costplan.cli.app import app, run
from costplan.cli.trails import lint, show
from tests.inputs.configs.terraform.building import change, configured, plan, root, to
from tests.mutated import Files, mutate

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PER_SOURCE = 770
PATIENCE = 120
"""Seconds after which the reading of one file is taken to hang; it takes a few thousandths of one."""

KEY, PASSWORD = "AKIAQWXZ7JKVEXAMPLE1", "zvqkxwjy-hush-QXJ9"
SHORTEST = 9
"""Damage may change one character of a secret, so parts of it are looked for."""

SECRET_PARTS = [text[at : at + SHORTEST] for text in (KEY, PASSWORD) for at in range(len(text) - SHORTEST + 1)]
MESSAGE = re.compile(r"(set aside: )?(/[^:]*|\.\.?|(mutant|other|estimate|volumes)\b.*?)(:\d+)?: \S.*\Z")
ARN = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit"
STORE_ARN = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/EXAMPLE-1"


# ---- what is mutated ----


SCENARIO = """\
scenario: shop
volumes: volumes.yaml
accounts: {"111122223333": {regions: [eu-west-1, us-east-1], name: shop}}
recorders:
  - trail: audit
    account: "111122223333"
    home_region: eu-west-1
    is_multi_region: true
    s3:
      bucket: amzn-s3-demo-logs
      lifecycle: [{transition_days: 30, storage_class: GLACIER}, {expiration_days: 400}]
    cloudwatch_logs: {retention_days: 30}
    advanced_event_selectors:
      - name: objects
        fields:
          eventCategory: {equals: [Data]}
          resources.type: {equals: ["AWS::S3::Object"]}
          resources.ARN: {starts_with: ["arn:aws:s3:::amzn-s3-demo-lake/"]}
  - trail: basic
    arn: arn:aws:cloudtrail:us-east-1:111122223333:trail/basic
    event_selectors:
      - read_write_type: WriteOnly
        data_resources: [{type: "AWS::S3::Object", values: ["arn:aws:s3:::"]}]
    insights: [{type: ApiCallRateInsight}]
  - event_data_store: audits
    account: "111122223333"
    home_region: eu-west-1
    retention_days: 400
assumptions: {growth_per_month: 3%, months: 6}
"""
VOLUMES = """\
format: costplan.volumes/1
covers_all: true
account: "111122223333"
region: eu-west-1
events:
  - {category: management, events: 25M/month}
"""
SECRETS_OF_TEMPLATE = f"""\
  Database:
    Type: AWS::RDS::DBInstance
    Properties: {{MasterUsername: admin, MasterUserPassword: {PASSWORD}}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Environment: {{Variables: {{KEY_ID: {KEY}}}}}}}
"""
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {
        "Stage": {"Type": "String", "Default": "production"},
        "Names": {"Type": "CommaDelimitedList", "Default": "claims, lake"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": PASSWORD},
    },
    "Mappings": {"Places": {"eu-west-1": {"Days": 30}, "us-east-1": {"Days": 90}}},
    "Conditions": {
        "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "production"]},
        "IsQuiet": {"Fn::And": [{"Condition": "IsProduction"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "x"]}]}]},
    },
    "Resources": {
        "Logs": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": {"Fn::Sub": ["${Stage}-logs-${Id}", {"Id": {"Ref": "AWS::AccountId"}}]},
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Status": "Enabled",
                            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
                            "ExpirationInDays": {"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "Days"]},
                        }
                    ]
                },
            },
        },
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "Audit": {
            "Type": "AWS::CloudTrail::Trail",
            "Condition": "IsProduction",
            "Properties": {
                "TrailName": {"Fn::Join": ["-", ["audit", {"Ref": "Stage"}]]},
                "IsLogging": True,
                "S3BucketName": {"Ref": "Logs"},
                "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["Group", "Arn"]},
                "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}],
                "AdvancedEventSelectors": [
                    {
                        "Name": "objects",
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Data"]},
                            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                            {
                                "Field": "resources.ARN",
                                "StartsWith": [
                                    {"Fn::If": ["IsQuiet", {"Fn::Sub": "${Logs.Arn}/"}, {"Ref": "AWS::NoValue"}]},
                                    {"Fn::Sub": "arn:${AWS::Partition}:s3:::amzn-s3-demo-claims/"},
                                    {"Fn::Select": [1, {"Fn::Split": [",", {"Fn::Join": [",", {"Ref": "Names"}]}]}]},
                                ],
                            },
                        ],
                    }
                ],
            },
        },
        "Lake": {"Type": "AWS::CloudTrail::EventDataStore", "Properties": {"RetentionPeriod": 400}},
        "Database": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": PASSWORD, "Key": KEY}},
    },
    "Outputs": {"Password": {"Value": PASSWORD}},
}
TRAIL_VALUES = {
    "name": "audit",
    "s3_key_prefix": None,
    "enable_logging": True,
    "include_global_service_events": True,
    "is_multi_region_trail": False,
    "enable_log_file_validation": False,
    "kms_key_id": None,
    "event_selector": [],
    "advanced_event_selector": [
        {
            "name": "objects",
            "field_selector": [
                {"field": "eventCategory", "equals": ["Data"], "not_equals": None},
                {"field": "resources.type", "equals": ["AWS::S3::Object"], "starts_with": []},
            ],
        }
    ],
    "insight_selector": [{"insight_type": "ApiCallRateInsight"}],
}
BUCKET_VALUES = {"bucket": "amzn-s3-demo-logs", "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 400}]}]}
DATABASE = {"identifier": "shop", "password": PASSWORD, "access_key": KEY}
PROVIDERS = {
    "aws": {
        "name": "aws",
        "expressions": {"region": {"constant_value": "eu-west-1"}, "secret_key": {"constant_value": PASSWORD}},
    }
}
PLAN = plan(
    change("aws_cloudtrail.audit", TRAIL_VALUES, {"s3_bucket_name": True, "arn": True}),
    change('module.logs["a"].aws_s3_bucket.logs[0]', BUCKET_VALUES, {"id": True}),
    change("aws_cloudtrail_event_data_store.lake", {"name": "lake", "retention_period": 400}, actions=["update"]),
    change("aws_db_instance.shop", DATABASE, before=DATABASE),
    variables={"password": {"value": PASSWORD}},
    configuration=root(
        configured("aws_cloudtrail.audit", {"s3_bucket_name": to("module.logs")}),
        configured("aws_cloudtrail_event_data_store.lake"),
        providers=PROVIDERS,
    ),
)


def stated(kind: str, values: Any) -> dict[str, Any]:
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this", "values": values}


STATE = {
    "format_version": "1.0",
    "terraform_version": "1.9.0",
    "values": {
        "outputs": {"password": {"value": PASSWORD, "sensitive": True}},
        "root_module": {
            "resources": [
                stated("aws_cloudtrail", TRAIL_VALUES | {"arn": ARN, "s3_bucket_name": "amzn-s3-demo-logs"}),
                stated("aws_db_instance", DATABASE),
            ],
            "child_modules": [{"address": "module.a", "resources": [stated("aws_s3_bucket", BUCKET_VALUES)]}],
        },
    },
}


def kept(kind: str, values: Any, **rest: Any) -> dict[str, Any]:
    provider = 'provider["registry.terraform.io/hashicorp/aws"]'
    instances = [{"schema_version": 0, "attributes": values} | rest]
    return {"mode": "managed", "type": kind, "name": "this", "provider": provider, "instances": instances}


STATE_FILE = {
    "version": 4,
    "terraform_version": "1.9.0",
    "serial": 3,
    "lineage": "a",
    "outputs": {"password": {"value": PASSWORD, "type": "string"}},
    "resources": [
        kept("aws_cloudtrail", TRAIL_VALUES | {"arn": ARN, "s3_bucket_name": "amzn-s3-demo-logs"}),
        kept("aws_s3_bucket", BUCKET_VALUES, index_key="a"),
        kept("aws_db_instance", DATABASE),
    ],
}
TRAIL = {
    "Name": "audit",
    "S3BucketName": "amzn-s3-demo-logs",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "eu-west-1",
    "TrailARN": ARN,
    "LogFileValidationEnabled": True,
    "HasCustomEventSelectors": True,
    "HasInsightSelectors": True,
    "IsOrganizationTrail": False,
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*",
}
SELECTORS = {
    "TrailARN": ARN,
    "EventSelectors": [
        {
            "ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": True,
            "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::amzn-s3-demo-claims/"]}],
        }
    ],
}
INSIGHTS = {"TrailARN": ARN, "InsightSelectors": [{"InsightType": "ApiErrorRateInsight", "EventCategories": ["Data"]}]}
STATUS = {"IsLogging": True, "TimeLoggingStarted": "2024-05-01T08:00:00Z", "LatestDeliveryError": ""}
META = {"HTTPStatusCode": 200, "HTTPHeaders": {"x-amz-security-token": PASSWORD, "authorization": KEY}}
STORE = {
    "EventDataStoreArn": STORE_ARN,
    "Name": "lake",
    "Status": "ENABLED",
    "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}],
    "MultiRegionEnabled": True,
    "RetentionPeriod": 366,
    "BillingMode": "EXTENDABLE_RETENTION_PRICING",
}


def wrapped(answer: dict[str, Any]) -> dict[str, Any]:
    return {"status_code": 200, "data": answer | {"ResponseMetadata": META}}


def stack(file: str, environment: str = "aws://111122223333/eu-west-1", **given: str) -> dict[str, Any]:
    metadata = {"/Audit/Database": [{"type": "aws:cdk:info", "data": PASSWORD}]}
    properties = {"templateFile": file, "parameters": given, "lookupRole": {"secret": KEY}}
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties} | {
        "metadata": metadata
    }


def assembly(*nested: str, **stacks: dict[str, Any]) -> dict[str, Any]:
    folders = {n: {"type": "cdk:cloud-assembly", "properties": {"directoryName": n}} for n in nested}
    return {"version": "36.0.0", "artifacts": folders | stacks}


SOURCES: dict[str, dict[str, Any]] = {
    "scenario": {"mutant.yaml": SCENARIO},
    "scenario and what it takes": {
        "mutant.yaml": "scenario: a\nvolumes: volumes.yaml\nrecorders: [{from: other.json}, {from: mutant.template}]\n",
        "other.json": {
            "trailList": [TRAIL | {"HasCustomEventSelectors": False, "HasInsightSelectors": False}],
            **STATUS,
        },
        "mutant.template": {
            "Resources": {"Plain": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True}}}
        },
    },
    "template, YAML": {"mutant.yaml": (EXAMPLES / "template.yaml").read_text() + SECRETS_OF_TEMPLATE},
    "template, JSON": {"mutant.json": TEMPLATE},
    "plan": {"mutant.json": PLAN},
    "state": {"mutant.json": STATE},
    "state file": {"mutant.json": STATE_FILE},
    "answers, one file": {"mutant.json": (EXAMPLES / "trails.json").read_text()},
    "answers, wrapped": {
        "mutant.json": [
            wrapped(answer)
            for answer in ({"trailList": [TRAIL]}, SELECTORS, INSIGHTS, STATUS, {"EventDataStores": [STORE]})
        ]
    },
    "answers, several files": {
        "mutant/trails.json": {"trailList": [TRAIL], "ResponseMetadata": META},
        "mutant/selectors.json": SELECTORS,
        "mutant/insights.yaml": INSIGHTS,
        "mutant/status.json": {"get-trail-status": {"audit": STATUS}},
        "mutant/store.json": STORE,
    },
    "folder of everything": {
        "mutant/plan.json": PLAN,
        "mutant/template.json": TEMPLATE,
        "mutant/trail.json": {"Trail": TRAIL | {"HasCustomEventSelectors": False, "HasInsightSelectors": False}},
        "mutant/scenario.yaml": "scenario: a\nrecorders: [{from: trail.json}, {trail: b}]\n",
    },
    "assembly": {
        "mutant/manifest.json": assembly(
            "inner",
            Audit=stack("Audit.template.json", Stage="production"),
            Other=stack("Other.template.json", "aws://unknown-account/unknown-region"),
        ),
        "mutant/Audit.template.json": TEMPLATE,
        "mutant/Other.template.json": {"Resources": {"Store": {"Type": "AWS::CloudTrail::EventDataStore"}}},
        "mutant/inner/manifest.json": assembly(Audit=stack("Audit.template.json", Stage="production")),
        "mutant/inner/Audit.template.json": TEMPLATE,
    },
    "stores": {
        "mutant.json": {
            "EventDataStores": [STORE, STORE | {"Name": "other", "EventDataStoreArn": STORE_ARN[:-1] + "2"}]
        }
    },
}


def contents(source: dict[str, Any]) -> Files:
    return {name: (v if isinstance(v, str) else json.dumps(v, indent=1)).encode() for name, v in source.items()}


def as_value(content: Any) -> Any:
    """Return what a file holds, as plain data with the long form of functions."""
    if not isinstance(content, str):
        return content
    return yaml.safe_load(re.sub(r"!Ref (\w+)", r"{Ref: \1}", re.sub(r'!Sub ("[^"]*")', r'{"Fn::Sub": \1}', content)))


OTHERS = [as_value(content) for source in SOURCES.values() for content in source.values()]
VALUES = {
    name: {file: json.dumps(as_value(content)) for file, content in source.items()} for name, source in SOURCES.items()
}


def is_secret(value: Any) -> bool:
    return isinstance(value, str) and (KEY in value or PASSWORD in value)


# ---- running ----


class HangsError(BaseException):
    """A file has been read for so long that it seems to go on forever."""


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Interrupt what hangs, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def give_up(*_: object) -> None:
        raise HangsError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def direct(command: Callable[[list[Path]], None]) -> Any:
    """Return a program that calls a command as Typer does, without parsing a command line."""

    def program(*, args: list[str], prog_name: str) -> None:
        del prog_name
        try:
            command([Path(args[-1])])
        except typer.Exit as end:
            raise SystemExit(end.exit_code) from None

    return program


SHOW, LINT, ESTIMATE = ["trails", "show"], ["trails", "lint"], ["estimate"]
COMMANDS: tuple[tuple[int, Any, list[str]], ...] = (
    (1, direct(show), SHOW),
    (8, direct(lint), LINT),
    (19, app, SHOW),
    (61, app, [*SHOW, "--format", "json", "-o", "shown.json"]),
    (67, app, LINT),
    (53, app, ESTIMATE),
)
"""Every how many files a command is run, by which program, and how it begins."""


def outcome(program: Any, arguments: list[str]) -> tuple[int, list[str]]:
    """Run a command line; return its exit code, and what it did that it must not."""
    # As main() has it: text that is no UTF-8 is printed as it can be.
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments, program)
    result, messages = (_text_of(stream) for stream in (out, err))
    return code, list(faults(code, result, messages, {0, 1, 3} if "lint" in arguments else {0, 3}))


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def faults(code: int, result: str, messages: str, codes: set[int]) -> Iterator[str]:
    """Yield what is wrong with an exit code and what was printed."""
    if code not in codes:
        yield f"exit code {code}"
    if code == 3 and result:
        yield f"bad input has a result: {result[:80]!r}"
    if code == 3 and not messages:
        yield "bad input without a message"
    for line in messages.removesuffix("\n").split("\n") if messages else ():
        if not MESSAGE.match(line):
            yield f"a message that names no place: {line!r}"
    for character in sorted({*result, *messages}):
        # A terminal obeys them.
        if category(character) == "Cc" and character != "\n":
            yield f"a control character: {character!r}"
    for part in SECRET_PARTS:
        if part in result or part in messages:
            yield f"a part of a secret: {part}"


class Folder:
    """A folder whose files are written where they differ from what is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: Files = {}

    def write(self, files: Files) -> None:
        for name, content in files.items():
            if self._files.get(name) != content:
                file = self._path / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        for name in self._files.keys() - files.keys():
            (self._path / name).unlink()
        self._files = dict(files)


@pytest.mark.parametrize("name", SOURCES)
def test_a_mutated_configuration_is_shown_or_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(name)
    files, values = contents(SOURCES[name]), VALUES[name]
    target = next(iter(files)).partition("/")[0]
    (tmp_path / "volumes.yaml").write_text(VOLUMES)
    (tmp_path / "estimate.yaml").write_text(f"scenario: a\nvolumes: volumes.yaml\nrecorders: [{{from: {target}}}]\n")
    folder = Folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    codes: Counter[int] = Counter()
    for number in range(PER_SOURCE):
        folder.write(mutate(files, values, OTHERS, random, is_secret))
        for every, program, arguments in COMMANDS:
            if number % every == 0:
                path = "estimate.yaml" if arguments is ESTIMATE else target
                with patience(PATIENCE):
                    code, found = outcome(program, [*arguments, path])
                assert found == [], f"{arguments} of mutant {number}, which is still in {tmp_path}"
                codes[code] += 1
    # What is refused at once tests no more than the reading of files.
    assert min(codes[0], codes[3]) > PER_SOURCE / 20, codes


@pytest.mark.parametrize("name", SOURCES)
def test_without_mutations_each_configuration_is_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = contents(SOURCES[name])
    Folder(tmp_path).write(files | {"volumes.yaml": VOLUMES.encode()})
    monkeypatch.chdir(tmp_path)
    assert outcome(app, [*SHOW, next(iter(files)).partition("/")[0]]) == (0, [])


@pytest.mark.parametrize(
    ("printed", "fault"),
    [
        ((2, "", "mutant.json: no — yes\n"), "exit code 2"),
        ((3, "trail", "mutant.json: no — yes\n"), "bad input has a result: 'trail'"),
        ((3, "", ""), "bad input without a message"),
        ((0, "", "oh\n"), "a message that names no place: 'oh'"),
        ((3, "", "mutant.json:1: a\n\n"), "a message that names no place: ''"),
        ((0, "\x1b[31m", ""), "a control character: '\\x1b'"),
        ((0, f"x{KEY[:SHORTEST]}x", ""), f"a part of a secret: {KEY[:SHORTEST]}"),
    ],
)
def test_what_must_not_be_is_seen(printed: tuple[int, str, str], fault: str) -> None:
    assert list(faults(*printed, {0, 3})) == [fault]


def test_the_mutants_are_ten_thousand_and_the_same_every_time() -> None:
    assert PER_SOURCE * len(SOURCES) >= 10_000
    files, values = contents(SOURCES["plan"]), VALUES["plan"]
    one, again = ([mutate(files, values, OTHERS, r, is_secret) for _ in range(40)] for r in (Random(1), Random(1)))
    assert one == again
    assert len({mutant["mutant.json"] for mutant in one}) > 30
