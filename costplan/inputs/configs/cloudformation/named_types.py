"""Resources that have a name of their own, and what follows from the name: their ARN, and what ``Ref`` gives.

From the "Return values" of each type's page in the AWS CloudFormation Template Reference.  Texts are written as for
``Fn::Sub``, with ``${Name}`` for the resource's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NamedType:
    """One resource type.

    name_property: the property that holds the name; CloudFormation makes one up where it is left out.
    reference: what ``Ref`` gives.
    attributes: what ``Fn::GetAtt`` gives, for attributes that follow from the name.
    """

    name_property: str
    reference: str = "${Name}"
    attributes: Mapping[str, str] = field(default_factory=dict)


_HERE = "${AWS::Region}:${AWS::AccountId}"
_TOPIC_ARN = f"arn:${{AWS::Partition}}:sns:{_HERE}:${{Name}}"

NAMED_TYPES: Mapping[str, NamedType] = {
    "AWS::CloudTrail::Trail": NamedType(
        "TrailName", attributes={"Arn": f"arn:${{AWS::Partition}}:cloudtrail:{_HERE}:trail/${{Name}}"}
    ),
    "AWS::DynamoDB::Table": NamedType(
        "TableName", attributes={"Arn": f"arn:${{AWS::Partition}}:dynamodb:{_HERE}:table/${{Name}}"}
    ),
    "AWS::KMS::Alias": NamedType("AliasName"),
    "AWS::Lambda::Function": NamedType(
        "FunctionName", attributes={"Arn": f"arn:${{AWS::Partition}}:lambda:{_HERE}:function:${{Name}}"}
    ),
    "AWS::Logs::LogGroup": NamedType(
        "LogGroupName", attributes={"Arn": f"arn:${{AWS::Partition}}:logs:{_HERE}:log-group:${{Name}}:*"}
    ),
    "AWS::S3::Bucket": NamedType("BucketName", attributes={"Arn": "arn:${AWS::Partition}:s3:::${Name}"}),
    "AWS::SNS::Topic": NamedType("TopicName", _TOPIC_ARN, {"TopicArn": _TOPIC_ARN, "TopicName": "${Name}"}),
}
