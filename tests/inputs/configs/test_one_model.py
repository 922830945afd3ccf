"""The same trail, written in every format: one identical model, and one identical estimate."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from costplan import estimate
from costplan.inputs.configs import Given, read_config
from costplan.model.recorders import Recorder, Trail
from costplan.reports import EstimateFormat, render_estimates
from tests.inputs.configs.terraform.building import configured, plan, root
from tests.inputs.configs.test_templates import written

ACCOUNT, REGION = "111122223333", "eu-west-1"
PLACE = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION}
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
STORE_ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
LAMBDAS = {"Fn::Sub": "arn:${AWS::Partition}:lambda"}
CLAIMS = "arn:aws:s3:::amzn-s3-demo-claims/"


def arn(name: str) -> str:
    return f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{name}"


def described(name: str, **attributes: Any) -> dict[str, Any]:
    """A trail of describe-trails, single-Region unless *attributes* say otherwise."""
    return {
        "Name": name,
        "TrailARN": arn(name),
        "HomeRegion": REGION,
        "S3BucketName": "amzn-s3-demo-logs",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": False,
        "IsOrganizationTrail": False,
        "LogFileValidationEnabled": False,
        "RecursiveLogging": True,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
    } | attributes


def answers(*trails: dict[str, Any], **others: Any) -> dict[str, Any]:
    statuses = {trail["TrailARN"]: {"IsLogging": True} for trail in trails}
    commands = {name.replace("_", "-"): value for name, value in others.items()}
    return {"describe-trails": {"trailList": list(trails)}, "get-trail-status": statuses} | commands


# Each is written in the words of one format, by hand; nothing here is made from another.
# Terraform's resources are ``type.name: values``.
SAME: dict[str, dict[str, Any]] = {
    "all management events": {
        "scenario": """
            - trail: plain
              s3: {bucket: amzn-s3-demo-logs}
            """,
        "cloudformation": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {"TrailName": "plain", "IsLogging": True, "S3BucketName": "amzn-s3-demo-logs"},
            }
        },
        "terraform": {"aws_cloudtrail.t": {"name": "plain", "s3_bucket_name": "amzn-s3-demo-logs"}},
        "aws-api": answers(described("plain")),
    },
    "multi-Region, with everything around it": {
        "scenario": f"""
            - trail: whole
              is_multi_region: true
              log_file_validation: true
              cloudwatch_logs: {{retention_days: 30}}
              insights: [{{type: ApiCallRateInsight}}, {{type: ApiErrorRateInsight}}]
              event_selectors:
                - read_write_type: WriteOnly
                  exclude_management_event_sources: [kms.amazonaws.com]
                  data_resources: [{{type: "AWS::S3::Object", values: ["{CLAIMS}"]}}]
              s3:
                bucket: amzn-s3-demo-logs
                region: {REGION}
                account: "{ACCOUNT}"
                prefix: audit
                kms_key: true
                sns: true
                lifecycle: [{{transition_days: 90, storage_class: GLACIER}}, {{expiration_days: 400}}]
            """,
        "cloudformation": {
            "Logs": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": "amzn-s3-demo-logs",
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "Status": "Enabled",
                                "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
                                "ExpirationInDays": 400,
                            }
                        ]
                    },
                },
            },
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "trail", "RetentionInDays": 30}},
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "TrailName": "whole",
                    "IsLogging": True,
                    "IsMultiRegionTrail": True,
                    "EnableLogFileValidation": True,
                    "S3BucketName": {"Ref": "Logs"},
                    "S3KeyPrefix": "audit",
                    "KMSKeyId": KEY,
                    "SnsTopicName": "files",
                    "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["Group", "Arn"]},
                    "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}],
                    "EventSelectors": [
                        {
                            "ReadWriteType": "WriteOnly",
                            "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                            "DataResources": [{"Type": "AWS::S3::Object", "Values": [CLAIMS]}],
                        }
                    ],
                },
            },
        },
        "terraform": {
            "aws_s3_bucket.logs": {"bucket": "amzn-s3-demo-logs", "arn": "arn:aws:s3:::amzn-s3-demo-logs"},
            "aws_s3_bucket_lifecycle_configuration.logs": {
                "bucket": "amzn-s3-demo-logs",
                "rule": [
                    {
                        "id": "all",
                        "status": "Enabled",
                        "filter": [],
                        "transition": [{"days": 90, "storage_class": "GLACIER"}],
                        "expiration": [{"days": 400}],
                    }
                ],
            },
            "aws_cloudwatch_log_group.trail": {"name": "trail", "arn": GROUP, "retention_in_days": 30},
            "aws_cloudtrail.t": {
                "name": "whole",
                "is_multi_region_trail": True,
                "enable_log_file_validation": True,
                "s3_bucket_name": "amzn-s3-demo-logs",
                "s3_key_prefix": "audit",
                "kms_key_id": KEY,
                "sns_topic_name": "files",
                "cloud_watch_logs_group_arn": GROUP,
                "insight_selector": [{"insight_type": "ApiCallRateInsight"}, {"insight_type": "ApiErrorRateInsight"}],
                "event_selector": [
                    {
                        "read_write_type": "WriteOnly",
                        "include_management_events": True,
                        "exclude_management_event_sources": ["kms.amazonaws.com"],
                        "data_resource": [{"type": "AWS::S3::Object", "values": [CLAIMS]}],
                    }
                ],
            },
        },
        "aws-api": answers(
            described(
                "whole",
                IsMultiRegionTrail=True,
                LogFileValidationEnabled=True,
                S3KeyPrefix="audit",
                KmsKeyId=KEY,
                SnsTopicARN=f"arn:aws:sns:{REGION}:{ACCOUNT}:files",
                CloudWatchLogsLogGroupArn=GROUP,
                HasCustomEventSelectors=True,
                HasInsightSelectors=True,
            ),
            get_event_selectors={
                "whole": {
                    "TrailARN": arn("whole"),
                    "EventSelectors": [
                        {
                            "ReadWriteType": "WriteOnly",
                            "IncludeManagementEvents": True,
                            "DataResources": [{"Type": "AWS::S3::Object", "Values": [CLAIMS]}],
                            "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                        }
                    ],
                }
            },
            get_insight_selectors={
                "whole": {
                    "TrailARN": arn("whole"),
                    "InsightSelectors": [
                        {"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]},
                        {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management"]},
                    ],
                }
            },
            get_bucket_lifecycle_configuration={
                "amzn-s3-demo-logs": {
                    "Rules": [
                        {
                            "ID": "all",
                            "Filter": {"Prefix": ""},
                            "Status": "Enabled",
                            "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
                            "Expiration": {"Days": 400},
                        }
                    ],
                    "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
                }
            },
            get_bucket_location={"amzn-s3-demo-logs": {"LocationConstraint": REGION}},
            describe_log_groups={
                GROUP: {"logGroups": [{"logGroupName": "trail", "arn": GROUP, "retentionInDays": 30}]}
            },
        ),
    },
    "advanced selectors": {
        "scenario": f"""
            - trail: advanced
              is_multi_region: true
              s3: {{bucket: amzn-s3-demo-logs}}
              advanced_event_selectors:
                - name: all but KMS
                  fields:
                    eventCategory: {{equals: [Management]}}
                    eventSource: {{not_equals: [kms.amazonaws.com]}}
                - name: writes
                  fields:
                    eventCategory: {{equals: [Data]}}
                    resources.type: {{equals: ["AWS::S3::Object"]}}
                    readOnly: {{equals: ["false"]}}
                    resources.ARN: {{starts_with: ["{CLAIMS}"], not_ends_with: [".tmp"]}}
            """,
        "cloudformation": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "TrailName": "advanced",
                    "IsLogging": True,
                    "IsMultiRegionTrail": True,
                    "S3BucketName": "amzn-s3-demo-logs",
                    "AdvancedEventSelectors": [
                        {
                            "Name": "all but KMS",
                            "FieldSelectors": [
                                {"Field": "eventCategory", "Equals": ["Management"]},
                                {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
                            ],
                        },
                        {
                            "Name": "writes",
                            "FieldSelectors": [
                                {"Field": "eventCategory", "Equals": ["Data"]},
                                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                                {"Field": "readOnly", "Equals": ["false"]},
                                {"Field": "resources.ARN", "StartsWith": [CLAIMS], "NotEndsWith": [".tmp"]},
                            ],
                        },
                    ],
                },
            }
        },
        "terraform": {
            "aws_cloudtrail.t": {
                "name": "advanced",
                "is_multi_region_trail": True,
                "s3_bucket_name": "amzn-s3-demo-logs",
                "advanced_event_selector": [
                    {
                        "name": "all but KMS",
                        "field_selector": [
                            {"field": "eventCategory", "equals": ["Management"], "not_equals": None},
                            {"field": "eventSource", "equals": [], "not_equals": ["kms.amazonaws.com"]},
                        ],
                    },
                    {
                        "name": "writes",
                        "field_selector": [
                            {"field": "eventCategory", "equals": ["Data"]},
                            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                            {"field": "readOnly", "equals": ["false"]},
                            {"field": "resources.ARN", "starts_with": [CLAIMS], "not_ends_with": [".tmp"]},
                        ],
                    },
                ],
            }
        },
        "aws-api": answers(
            described("advanced", IsMultiRegionTrail=True, HasCustomEventSelectors=True),
            get_event_selectors={
                "advanced": {
                    "TrailARN": arn("advanced"),
                    "AdvancedEventSelectors": [
                        {
                            "Name": "all but KMS",
                            "FieldSelectors": [
                                {"Field": "eventCategory", "Equals": ["Management"]},
                                {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
                            ],
                        },
                        {
                            "Name": "writes",
                            "FieldSelectors": [
                                {"Field": "eventCategory", "Equals": ["Data"]},
                                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                                {"Field": "readOnly", "Equals": ["false"]},
                                {"Field": "resources.ARN", "StartsWith": [CLAIMS], "NotEndsWith": [".tmp"]},
                            ],
                        },
                    ],
                }
            },
        ),
    },
    "an organization trail that is off": {
        "scenario": """
            - trail: "off"
              is_organization: true
              is_multi_region: true
              is_logging: false
              s3: {bucket: amzn-s3-demo-logs}
            """,
        "cloudformation": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "TrailName": "off",
                    "IsLogging": False,
                    "IsMultiRegionTrail": True,
                    "IsOrganizationTrail": True,
                    "S3BucketName": "amzn-s3-demo-logs",
                },
            }
        },
        "terraform": {
            "aws_cloudtrail.t": {
                "name": "off",
                "enable_logging": False,
                "is_multi_region_trail": True,
                "is_organization_trail": True,
                "s3_bucket_name": "amzn-s3-demo-logs",
            }
        },
        "aws-api": answers(described("off", IsMultiRegionTrail=True, IsOrganizationTrail=True))
        | {"get-trail-status": {"off": {"IsLogging": False}}},
    },
    "data events of functions only": {
        "scenario": """
            - trail: functions
              include_global_service_events: false
              s3: {bucket: amzn-s3-demo-logs}
              event_selectors:
                - include_management_events: false
                  data_resources: [{type: "AWS::Lambda::Function", values: ["arn:aws:lambda"]}]
            """,
        "cloudformation": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "TrailName": "functions",
                    "IsLogging": True,
                    "IncludeGlobalServiceEvents": False,
                    "S3BucketName": "amzn-s3-demo-logs",
                    "EventSelectors": [
                        {
                            "IncludeManagementEvents": False,
                            "DataResources": [
                                {
                                    "Type": "AWS::Lambda::Function",
                                    "Values": [{"Fn::Sub": "arn:${AWS::Partition}:lambda"}],
                                }
                            ],
                        }
                    ],
                },
            }
        },
        "terraform": {
            "aws_cloudtrail.t": {
                "name": "functions",
                "include_global_service_events": False,
                "s3_bucket_name": "amzn-s3-demo-logs",
                "event_selector": [
                    {
                        "read_write_type": "All",
                        "include_management_events": False,
                        "exclude_management_event_sources": [],
                        "data_resource": [{"type": "AWS::Lambda::Function", "values": ["arn:aws:lambda"]}],
                    }
                ],
            }
        },
        "aws-api": answers(
            described("functions", IncludeGlobalServiceEvents=False, HasCustomEventSelectors=True),
            get_event_selectors={
                "functions": {
                    "TrailARN": arn("functions"),
                    "EventSelectors": [
                        {
                            "ReadWriteType": "All",
                            "IncludeManagementEvents": False,
                            "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}],
                            "ExcludeManagementEventSources": [],
                        }
                    ],
                }
            },
        ),
    },
    "an event data store": {
        "scenario": """
            - event_data_store: lake
              billing_mode: FIXED_RETENTION_PRICING
              retention_days: 2557
              is_multi_region: false
              advanced_event_selectors:
                - fields: {eventCategory: {equals: [Management]}, readOnly: {equals: ["false"]}}
            """,
        "cloudformation": {
            "Lake": {
                "Type": "AWS::CloudTrail::EventDataStore",
                "Properties": {
                    "Name": "lake",
                    "BillingMode": "FIXED_RETENTION_PRICING",
                    "RetentionPeriod": 2557,
                    "MultiRegionEnabled": False,
                    "AdvancedEventSelectors": [
                        {
                            "FieldSelectors": [
                                {"Field": "eventCategory", "Equals": ["Management"]},
                                {"Field": "readOnly", "Equals": ["false"]},
                            ]
                        }
                    ],
                },
            }
        },
        "terraform": {
            "aws_cloudtrail_event_data_store.t": {
                "name": "lake",
                "billing_mode": "FIXED_RETENTION_PRICING",
                "retention_period": 2557,
                "multi_region_enabled": False,
                "organization_enabled": False,
                "suspend": None,
                "advanced_event_selector": [
                    {
                        "name": None,
                        "field_selector": [
                            {"field": "eventCategory", "equals": ["Management"]},
                            {"field": "readOnly", "equals": ["false"]},
                        ],
                    }
                ],
            }
        },
        "aws-api": {
            "EventDataStoreArn": STORE_ARN,
            "Name": "lake",
            "Status": "ENABLED",
            "AdvancedEventSelectors": [
                {
                    "Name": "",
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Management"]},
                        {"Field": "readOnly", "Equals": ["false"]},
                    ],
                }
            ],
            "MultiRegionEnabled": False,
            "OrganizationEnabled": False,
            "BillingMode": "FIXED_RETENTION_PRICING",
            "RetentionPeriod": 2557,
            "TerminationProtectionEnabled": True,
        },
    },
}

FORMATS = ("cloudformation", "terraform", "terraform state", "cdk.out", "aws-api")
"""Each is compared with the scenario."""


# ---- one file in each format ----


def in_scenario(folder: Path, entry: str) -> Path:
    name = entry.partition("trail: ")[2].partition("\n")[0].strip('"')
    place = f"arn: {arn(name)}\n" if name else f'account: "{ACCOUNT}"\nhome_region: {REGION}\n'
    lines = [line for line in entry.splitlines() if line.strip()]
    indent = len(lines[0]) - len(lines[0].lstrip())
    body = "\n".join("  " + line[indent:] for line in lines)
    body += "".join(f"\n    {line}" for line in place.splitlines())
    return written(folder, f"recorders:\n{body}\n", "recorders.yaml")


def in_cloudformation(folder: Path, resources: Mapping[str, Any]) -> Path:
    return written(folder, json.dumps({"Resources": resources}), "template.json")


def in_assembly(folder: Path, resources: Mapping[str, Any]) -> Path:
    """As the CDK lays a stack out; real ones are synthesized elsewhere."""
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/{REGION}",
        "properties": {"templateFile": "stack.template.json"},
    }
    out = folder / "cdk.out"
    written(out, json.dumps({"Resources": resources}), "stack.template.json")
    written(out, json.dumps({"version": "36.0.0", "artifacts": {"stack": stack}}), "manifest.json")
    return out


def terraform_resource(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    kind, name = address.split(".")
    return {"address": address, "mode": "managed", "type": kind, "name": name, "values": dict(values)}


def in_plan(folder: Path, resources: Mapping[str, Any]) -> Path:
    """A plan that changes nothing: everything is known already."""
    changes = [
        terraform_resource(address, {})
        | {"change": {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}}}
        for address, values in resources.items()
    ]
    caller = {
        "address": "data.aws_caller_identity.here",
        "mode": "data",
        "type": "aws_caller_identity",
        "name": "here",
        "values": {"account_id": ACCOUNT},
    }
    value = plan(
        *changes,
        configuration=root(
            *(configured(address) for address in resources),
            configured("data.aws_caller_identity.here"),
            providers={"aws": {"name": "aws", "expressions": {"region": {"constant_value": REGION}}}},
        ),
        prior_state={"format_version": "1.0", "values": {"root_module": {"resources": [caller]}}},
    )
    return written(folder, json.dumps(value), "plan.json")


def in_state(folder: Path, resources: Mapping[str, Any]) -> Path:
    """A state says where a resource is by its ARN only."""
    with_arns = {}
    for address, values in resources.items():
        is_trail = address.startswith("aws_cloudtrail.")
        known = {"arn": arn(values["name"])} if is_trail else {"arn": STORE_ARN} if "event_data" in address else {}
        region = {"region": REGION} if address.startswith("aws_s3_bucket.") else {}
        with_arns[address] = {**values, **known, **region}
    listed = [terraform_resource(address, values) for address, values in with_arns.items()]
    value = {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": listed}}}
    return written(folder, json.dumps(value), "state.json")


WRITERS = {
    "cloudformation": in_cloudformation,
    "cdk.out": in_assembly,
    "terraform": in_plan,
    "terraform state": in_state,
    "aws-api": lambda folder, value: written(folder, json.dumps(value), "answers.json"),
}
WORDS = {"cdk.out": "cloudformation", "terraform state": "terraform"}
"""The format in whose words another is written."""


def in_format(form: str, name: str, folder: Path) -> Path:
    return WRITERS[form](folder, SAME[name][WORDS.get(form, form)])


def in_words(form: str, name: str, folder: Path) -> Recorder:
    given = Given(PLACE) if form == "cloudformation" else Given()
    (recorder,) = read_config(in_format(form, name, folder), given)
    return recorder


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SAME)
def test_one_model(tmp_path: Path, name: str, form: str) -> None:
    (expected,) = read_config(in_scenario(tmp_path, SAME[name]["scenario"]))
    found = in_words(form, name, tmp_path)
    assert known_to_all(found) == known_to_all(expected)


def known_to_all(recorder: Recorder) -> Recorder:
    """Without what not every format can tell: the ARN of a store, and the place of a trail's bucket."""
    if isinstance(recorder, Trail):
        return replace(recorder, bucket=replace(recorder.bucket, account=None, region=None))
    return replace(recorder, arn=None)


VOLUMES = {
    "format": "costplan.volumes/1",
    "covers_all": True,
    "events": [
        {"category": "management", "account": ACCOUNT, "region": REGION, "reads": "31M/month", "writes": "2M/month"},
        {
            "category": "data",
            "type": "s3",
            "bucket": "amzn-s3-demo-claims",
            "account": ACCOUNT,
            "region": REGION,
            "reads": "9M/month",
            "writes": "5M/month",
        },
        {"category": "data", "type": "lambda", "account": ACCOUNT, "region": REGION, "writes": "7M/month"},
    ],
}


@pytest.mark.parametrize("name", SAME)
def test_one_estimate(tmp_path: Path, name: str) -> None:
    """Every format as a scenario of its own beside the scenario's: every figure is the same."""
    expected = figures(tmp_path, in_scenario(tmp_path, SAME[name]["scenario"]))
    assert expected["charges"] or name == "an organization trail that is off"
    for form in FORMATS:
        parameters = PLACE if form == "cloudformation" else {}
        assert figures(tmp_path, in_format(form, name, tmp_path), parameters) == expected


def figures(folder: Path, source: Path, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Everything that an estimate says of the recorders of *source*, but for what it assumes.

    That differs: an account's answers are all there is, code is not.
    """
    written(folder, json.dumps(VOLUMES), "volumes.json")
    entry: dict[str, Any] = {"from": str(source)} | ({"parameters": parameters} if parameters else {})
    scenario = {"scenario": "one", "volumes": "volumes.json", "recorders": [entry]}
    result = estimate([written(folder, json.dumps(scenario), "estimated.json")])
    (only,) = json.loads(render_estimates(result.estimates, EstimateFormat.JSON))["scenarios"]
    return {key: value for key, value in only.items() if key != "assumptions"}
