"""Trails and event data stores as configurations that a person can apply, or that costplan reads back.

What a format cannot say is never left out in silence: each loss is a note, and stands at the top of the text too where
the format has comments.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from costplan.model.recorders import Recorder
    from costplan.reports.configs.common import Written


class TargetFormat(StrEnum):
    """What a configuration is written as; the value is the word after ``--to``."""

    AWS_API = "aws-api"
    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"
    SCENARIO = "scenario"


class TemplateFormat(StrEnum):
    """How a template is written; the value is the word after ``--format``."""

    YAML = "yaml"
    JSON = "json"


def write_configuration(
    recorders: "Sequence[Recorder]", to: TargetFormat, form: TemplateFormat = TemplateFormat.YAML
) -> "Written":
    """Return *recorders* as a configuration of another format, and what it does not say.

    form: of a CloudFormation template; the other formats are written in one way only.

    Raises:
        BadInputError: two recorders that are one and differ, something that the CloudTrail API would refuse, or what
            the format cannot hold without being wrong; every problem at once.
    """
    from costplan.reports.configs.common import Written, distinct

    recorders = distinct(recorders, is_applied=to is not TargetFormat.SCENARIO)
    match to:
        case TargetFormat.AWS_API:
            from costplan.reports.configs.aws_api import render_aws_api

            return render_aws_api(recorders)
        case TargetFormat.CLOUDFORMATION:
            from costplan.reports.configs.cloudformation import render_cloudformation

            return render_cloudformation(recorders, is_json=form is TemplateFormat.JSON)
        case TargetFormat.TERRAFORM:
            from costplan.reports.configs.terraform import render_terraform

            return render_terraform(recorders)
        case TargetFormat.SCENARIO:
            from costplan.reports.trails_yaml import render_trails_yaml

            return Written(render_trails_yaml(recorders))
        case _:
            assert_never(to)
