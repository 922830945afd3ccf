"""Every configuration format, in the order in which a document is offered to them.

What reads a format is loaded when a document of it is there: a job in CI has one of them.
"""

from costplan.inputs.configs.config_format import ConfigFormat, ReadDocuments
from costplan.inputs.configs.recognition import is_cloudformation, is_terraform
from costplan.inputs.configs.recorder_entries import SCENARIO
from costplan.inputs.documents import Document


def _of_templates() -> ReadDocuments:
    from costplan.inputs.configs.templates import read_templates

    return read_templates


def _of_plans() -> ReadDocuments:
    from costplan.inputs.configs.plans import read_plans

    return read_plans


def _of_answers() -> ReadDocuments:
    from costplan.inputs.configs.aws_api import read_aws_api

    return read_aws_api


def _is_aws_api(document: Document) -> bool:
    from costplan.inputs.configs.aws_answers import find_answers

    return bool(find_answers(document, [], []))


CONFIG_FORMATS: tuple[ConfigFormat, ...] = (
    SCENARIO,
    ConfigFormat(
        "cloudformation",
        "CloudFormation templates, JSON or YAML, also those of SAM and the AWS CDK; the folder cdk.out",
        is_cloudformation,
        _of_templates,
    ),
    ConfigFormat(
        "terraform",
        "plans and states of Terraform and OpenTofu: the output of terraform show -json, or a state file",
        is_terraform,
        _of_plans,
    ),
    ConfigFormat(
        "aws-api",
        "answers of describe-trails, get-trail, get-event-selectors, get-insight-selectors, get-trail-status,"
        " get-event-configuration, list-event-data-stores and get-event-data-store, and of describe-key,"
        " describe-log-groups, get-bucket-location and get-bucket-lifecycle-configuration, as the AWS CLI prints them"
        " (JSON or YAML)",
        _is_aws_api,
        _of_answers,
    ),
)
