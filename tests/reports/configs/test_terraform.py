"""Recorders as Terraform: what a person reads and applies."""

from dataclasses import replace
from decimal import Decimal
from textwrap import dedent
from typing import Any

import hcl2
import pytest

from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, LifecycleRule, LogBucket, SnsProtocol, Trail
from costplan.model.selectors import AdvancedEventSelector
from costplan.reports.configs import TargetFormat, write_configuration
from costplan.reports.configs.common import Written
from tests.reports.configs.planner import plan_of
from tests.reports.configs.recorders import ACCOUNT, EU, INSIGHTS, LAKE_OF_DEFAULTS, MANAGEMENT, OTHER, PLAIN, US

LIFECYCLE = (LifecycleRule(expiration_days=30),)


def write(*recorders: Trail) -> Written:
    return write_configuration(recorders, TargetFormat.TERRAFORM)


def test_a_trail_looks_as_a_person_would_write_it() -> None:
    assert write(PLAIN) == Written(
        dedent(
            """\
            # Trails and event data stores, as Terraform declares them.

            terraform {
              required_providers {
                aws = {
                  source  = "hashicorp/aws"
                  version = ">= 6.0"
                }
              }
            }

            provider "aws" {
              allowed_account_ids = ["111122223333"]
            }

            resource "aws_cloudtrail" "plain" {
              region                        = "eu-west-1"
              name                          = "plain"
              enable_logging                = true
              is_multi_region_trail         = false
              is_organization_trail         = false
              include_global_service_events = true
              enable_log_file_validation    = false
              s3_bucket_name                = "amzn-s3-demo-logs"
            }
            """
        )
    )


def test_each_account_has_a_provider_of_its_own() -> None:
    code = hcl2.loads(write(PLAIN, replace(PLAIN, account=OTHER), replace(PLAIN, account=None)).text)
    aliases = [block['"aws"'].get("alias") for block in code["provider"]]
    assert aliases == ['"account_111122223333"', '"account_444455556666"']
    bodies = [body for block in code["resource"] for body in block['"aws_cloudtrail"'].values()]
    expected = ["${aws.account_111122223333}", "${aws.account_444455556666}", None]
    assert [body.get("provider") for body in bodies] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("audit", "Audit", "audit_", "audit2"), ["audit", "audit2", "audit3", "audit22"]),
        (("1st", "é", "日本", "a.b-c"), ["trail_1st", "trail", "trail2", "a_b_c"]),
    ],
)
def test_names_become_identifiers(names: tuple[str, ...], expected: list[str]) -> None:
    plan = plan_of(write(*(replace(PLAIN, name=name) for name in names)).text)
    assert [change["name"] for change in plan["resource_changes"]] == expected


def test_what_nobody_knows_is_a_variable_without_default() -> None:
    trail = Trail(
        "audit", ACCOUNT, EU, bucket=LogBucket(has_kms_key=True, notifies_sns=True), cloudwatch_logs=CloudWatchLogs()
    )
    code = hcl2.loads(write(trail).text)
    variables = {name.strip('"'): block[name] for block in code["variable"] for name in block}
    assert list(variables) == [
        "audit_bucket_name",
        "audit_kms_key_arn",
        "audit_sns_topic_name",
        "audit_log_group_arn",
        "audit_logs_role_arn",
    ]
    assert all("default" not in variable for variable in variables.values())
    assert variables["audit_kms_key_arn"]["description"] == '"ARN of the KMS key of trail audit"'


def test_what_cannot_be_said_is_told_at_the_top_and_as_notes() -> None:
    trail = replace(
        PLAIN, recursive_logging=False, started="2024-05-01T08:00:00Z", aggregates_data=True, assumed=("a\nb",)
    )
    written = write(trail)
    assert written.notes == (
        "trail plain: written as it was assumed: a\N{REPLACEMENT CHARACTER}b",
        "trail plain: RecursiveLogging is off, which Terraform cannot say: a new trail has it on (R76)",
        "trail plain: that logging was started at 2024-05-01T08:00:00Z cannot be said in Terraform (R82)",
        "trail plain: that it aggregates data events cannot be said in Terraform (R89)",
    )
    head = written.text.partition("\n\n")[0].splitlines()
    assert head[1:] == ["# Mind:", *(f"# - {note}" for note in written.notes)]


@pytest.mark.parametrize(
    ("uses", "note"),
    [
        ({"existing_objects": 5}, "what its bucket holds already is not said: only a scenario can"),
        ({"reads_per_file": Decimal(1)}, "who reads its files, hears of them and loads them is not said"),
        ({"sns_subscriptions": ((SnsProtocol.SQS, 1),)}, "who reads its files, hears of them and loads them is not"),
    ],
)
def test_what_only_a_scenario_says_is_told(uses: dict[str, Any], note: str) -> None:
    (told,) = write(replace(PLAIN, bucket=LogBucket("amzn-s3-demo-logs", **uses))).notes
    assert told.startswith(f"trail plain: {note}")


@pytest.mark.parametrize(
    ("trail", "note"),
    [
        (replace(PLAIN, home_region=None), "what has no region argument is made in the provider's Region"),
        (replace(PLAIN, account=None), "what is of no known account is made in that of the default provider's"),
        (replace(PLAIN, name="a b"), "trail a b: AWS takes no such name"),
        (replace(PLAIN, name="x" * 200), f"trail {'x' * 79}…: AWS takes no such name"),
        (
            replace(PLAIN, bucket=LogBucket("b", region=US)),
            "trail plain: that its bucket is in Region us-east-1 is not",
        ),
        (replace(PLAIN, bucket=LogBucket("b", account=OTHER)), f"trail plain: that its bucket is in account {OTHER}"),
        (replace(PLAIN, cloudwatch_logs=CloudWatchLogs(1)), "trail plain: aws_cloudwatch_log_group.plain is a new"),
        (INSIGHTS, "aws_cloudtrail_insight_selectors is a young resource"),
        (
            LAKE_OF_DEFAULTS,
            "event data store lake-2: its ARN arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/",
        ),
        (
            replace(PLAIN, bucket=LogBucket("amzn-s3-demo-b", lifecycle=LIFECYCLE)),
            "aws_s3_bucket.plain is declared for the lifecycle rules of the log bucket: if the bucket exists, import it"
            " (terraform import aws_s3_bucket.plain amzn-s3-demo-b)",
        ),
    ],
)
def test_notes(trail: Trail, note: str) -> None:
    notes = write(trail).notes
    assert any(line.startswith(note) for line in notes), notes


def test_a_bucket_that_several_trails_deliver_to_is_declared_once() -> None:
    bucket = LogBucket("amzn-s3-demo-b", lifecycle=LIFECYCLE)
    others = (
        replace(PLAIN, name="two", bucket=replace(bucket, lifecycle=())),
        replace(PLAIN, name="three", account=OTHER),
    )
    written = write(replace(PLAIN, bucket=bucket), others[0], replace(others[1], bucket=bucket))
    assert written.text.count('resource "aws_s3_bucket" ') == 1
    assert written.text.count("= aws_s3_bucket.plain.id") == 4
    assert "trail two: its bucket has the lifecycle rules that trail plain tells" in written.notes
    assert "trail three: its bucket is in 111122223333 eu-west-1, as trail plain tells" in written.notes


def test_two_lifecycles_of_one_bucket_are_a_problem() -> None:
    trails = [
        replace(PLAIN, name=name, bucket=LogBucket("b", lifecycle=(LifecycleRule(expiration_days=days),)))
        for name, days in (("one", 1), ("two", 2))
    ]
    with pytest.raises(BadInputError, match="trail two: the lifecycle rules of b differ from those of one"):
        write(*trails)


def test_a_text_that_terraform_would_normalise_is_a_problem() -> None:
    selectors = (AdvancedEventSelector((MANAGEMENT,), "e\u0301"),)
    with pytest.raises(BadInputError, match=r"NFC.* — use --to cloudformation"):
        write(replace(PLAIN, selectors=selectors))
    write(replace(PLAIN, selectors=(AdvancedEventSelector((MANAGEMENT,), "\u00e9"),)))
