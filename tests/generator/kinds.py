"""The catalogue of API calls: what each is called, how often it happens, what its record shows.

In *params*, *response* and *resource*, ``ACCOUNT`` and ``REGION`` stand for those of the record.
"""

from typing import NamedTuple

GLOBAL_REGION = "us-east-1"
"""The only Region with events of global services."""

_CREDENTIALS = (
    '{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT",'
    '"expiration":"Oct 5, 2026, 1:00:00 PM"},"assumedRoleUser":{"assumedRoleId":"AROAIOSFODNN7EXAMPLE:session",'
    '"arn":"arn:aws:sts::ACCOUNT:assumed-role/web-1/session"}}'
)
_ROLE = '{"accountId":"ACCOUNT","type":"AWS::IAM::Role","ARN":"arn:aws:iam::ACCOUNT:role/web-1"}'
_KEY = (
    '{"accountId":"ACCOUNT","type":"AWS::KMS::Key",'
    '"ARN":"arn:aws:kms:REGION:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab"}'
)
_CONTEXT = (
    '{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::amzn-s3-demo-lake-0/raw"},'
    '"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}'
)
_DATA_KEY = (
    '{"keyId":"arn:aws:kms:REGION:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab","keySpec":"AES_256",'
    '"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::amzn-s3-demo-lake-0/raw"}}'
)
_BUCKET = '{"accountId":"ACCOUNT","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-lake-0"}'


class Kind(NamedTuple):
    """One management API call or service event.

    weight: how often, relative to the other kinds.
    services: AWS services that make the call themselves, with half of the weight.
    callers: roles, users, root or nobody but AWS ("internal").
    denied: error code of the share of calls (one in 40) that is not authorised, or None.
    """

    source: str
    name: str
    read_only: bool
    weight: float
    params: str = "null"
    response: str = "null"
    resource: str = ""
    services: tuple[str, ...] = ()
    callers: str = "roles"
    event_type: str = "AwsApiCall"
    is_global: bool = False
    denied: str | None = None


def _ec2(name: str, weight: float, params: str) -> Kind:
    return Kind("ec2.amazonaws.com", name, True, weight, params, services=(), denied="Client.UnauthorizedOperation")


MANAGEMENT = (
    _ec2("DescribeInstances", 14, '{"maxResults":100,"instancesSet":{},"filterSet":{}}'),
    _ec2("DescribeSecurityGroups", 7, '{"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}}'),
    _ec2("DescribeNetworkInterfaces", 6, '{"networkInterfaceIdSet":{},"filterSet":{},"maxResults":100}'),
    _ec2("DescribeSubnets", 4, '{"subnetSet":{},"filterSet":{}}'),
    _ec2("DescribeVolumes", 4, '{"volumeSet":{},"filterSet":{},"maxResults":500}'),
    _ec2(
        "DescribeTags",
        3,
        '{"filterSet":{"items":[{"name":"resource-type","valueSet":{"items":[{"value":"instance"}]}}]}}',
    ),
    _ec2("DescribeVpcs", 3, '{"vpcSet":{},"filterSet":{}}'),
    Kind(
        "ec2.amazonaws.com",
        "RunInstances",
        False,
        0.6,
        '{"instancesSet":{"items":[{"imageId":"ami-0123456789abcdef0","minCount":1,"maxCount":1}]},"instanceType":"m7g.large"}',
        '{"requestId":"12345678-1234-1234-1234-123456789012","reservationId":"r-0123456789abcdef0","ownerId":"ACCOUNT"}',
        denied="Client.UnauthorizedOperation",
    ),
    Kind(
        "ec2.amazonaws.com",
        "TerminateInstances",
        False,
        0.6,
        '{"instancesSet":{"items":[{"instanceId":"i-1234567890abcdef0"}]}}',
        '{"requestId":"12345678-1234-1234-1234-123456789012","instancesSet":{"items":[{"instanceId":"i-1234567890abcdef0"}]}}',
    ),
    Kind(
        "ec2.amazonaws.com",
        "CreateTags",
        False,
        1.0,
        '{"resourcesSet":{"items":[{"resourceId":"i-1234567890abcdef0"}]}}',
        '{"_return":true}',
    ),
    Kind(
        "sts.amazonaws.com",
        "AssumeRole",
        True,
        16,
        '{"roleArn":"arn:aws:iam::ACCOUNT:role/web-1","roleSessionName":"session","durationSeconds":3600}',
        _CREDENTIALS,
        _ROLE,
        services=("ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"),
    ),
    Kind("sts.amazonaws.com", "GetCallerIdentity", True, 3),
    Kind(
        "kms.amazonaws.com",
        "Decrypt",
        True,
        22,
        _CONTEXT,
        "null",
        _KEY,
        services=("s3.amazonaws.com", "secretsmanager.amazonaws.com", "ebs.amazonaws.com"),
        denied="AccessDenied",
    ),
    Kind(
        "kms.amazonaws.com",
        "GenerateDataKey",
        True,
        12,
        _DATA_KEY,
        "null",
        _KEY,
        services=("s3.amazonaws.com", "logs.amazonaws.com"),
    ),
    Kind("kms.amazonaws.com", "Encrypt", True, 1, _CONTEXT, "null", _KEY),
    Kind(
        "kms.amazonaws.com", "DisableKey", False, 0.05, '{"keyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}', "null", _KEY
    ),
    Kind(
        "kms.amazonaws.com",
        "RotateKey",
        False,
        0.1,
        "null",
        "null",
        _KEY,
        callers="internal",
        event_type="AwsServiceEvent",
    ),
    Kind("iam.amazonaws.com", "GetRole", True, 4, '{"roleName":"web-1"}', is_global=True, denied="AccessDenied"),
    Kind("iam.amazonaws.com", "ListAttachedRolePolicies", True, 3, '{"roleName":"web-1"}', is_global=True),
    Kind("iam.amazonaws.com", "GetUser", True, 1.5, '{"userName":"user-0"}', is_global=True, callers="users"),
    Kind(
        "iam.amazonaws.com",
        "CreateUser",
        False,
        0.1,
        '{"userName":"user-0"}',
        '{"user":{"path":"/","userName":"user-0","userId":"AIDACKCEVSQ6C2EXAMPLE","arn":"arn:aws:iam::ACCOUNT:user/user-0"}}',
        is_global=True,
    ),
    Kind("cloudfront.amazonaws.com", "ListDistributions", True, 0.6, is_global=True),
    Kind(
        "cloudfront.amazonaws.com",
        "CreateInvalidation",
        False,
        0.3,
        '{"distributionId":"EDFDVBD6EXAMPLE"}',
        is_global=True,
    ),
    Kind(
        "s3.amazonaws.com",
        "GetBucketLocation",
        True,
        3,
        '{"bucketName":"amzn-s3-demo-lake-0","location":""}',
        "null",
        _BUCKET,
    ),
    Kind(
        "s3.amazonaws.com",
        "GetBucketPolicy",
        True,
        2,
        '{"bucketName":"amzn-s3-demo-lake-0","policy":""}',
        "null",
        _BUCKET,
    ),
    Kind("s3.amazonaws.com", "ListBuckets", True, 1, '{"Host":"s3.REGION.amazonaws.com"}'),
    Kind(
        "s3.amazonaws.com",
        "PutBucketLifecycle",
        False,
        0.1,
        '{"bucketName":"amzn-s3-demo-lake-0","lifecycle":"","LifecycleConfiguration":{"Rule":{"ID":"expire","Status":"Enabled"}}}',
        "null",
        _BUCKET,
    ),
    Kind(
        "logs.amazonaws.com",
        "CreateLogStream",
        False,
        6,
        '{"logGroupName":"/aws/lambda/example","logStreamName":"2026/10/05/[$LATEST]example"}',
    ),
    Kind("logs.amazonaws.com", "DescribeLogGroups", True, 3, '{"limit":50}'),
    Kind(
        "ssm.amazonaws.com",
        "GetParameter",
        True,
        5,
        '{"name":"/example/parameter","withDecryption":true}',
        denied="AccessDenied",
    ),
    Kind(
        "ssm.amazonaws.com",
        "UpdateInstanceInformation",
        False,
        8,
        '{"instanceId":"i-1234567890abcdef0","agentVersion":"3.3.2299","agentStatus":"Active"}',
    ),
    Kind("ssm.amazonaws.com", "DescribeInstanceInformation", True, 2, '{"maxResults":50}'),
    Kind("secretsmanager.amazonaws.com", "GetSecretValue", True, 4, '{"secretId":"example/secret"}'),
    Kind("lambda.amazonaws.com", "ListFunctions20150331", True, 1.5, '{"maxItems":50}'),
    Kind(
        "lambda.amazonaws.com",
        "UpdateFunctionCode20150331v2",
        False,
        0.2,
        '{"functionName":"example","publish":true,"dryRun":false}',
    ),
    Kind("dynamodb.amazonaws.com", "DescribeTable", True, 2, '{"tableName":"example-0"}'),
    Kind("rds.amazonaws.com", "DescribeDBInstances", True, 2, '{"maxRecords":100}'),
    Kind("monitoring.amazonaws.com", "DescribeAlarms", True, 3, '{"maxRecords":100}'),
    Kind(
        "elasticloadbalancing.amazonaws.com",
        "DescribeTargetHealth",
        True,
        4,
        '{"targetGroupArn":"arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/example/73e2d6bc24d8a067"}',
    ),
    Kind(
        "ecs.amazonaws.com",
        "SubmitTaskStateChange",
        False,
        1.5,
        '{"cluster":"example","task":"example","status":"RUNNING"}',
    ),
    Kind(
        "signin.amazonaws.com",
        "ConsoleLogin",
        False,
        0.3,
        "null",
        '{"ConsoleLogin":"Success"}',
        callers="people",
        event_type="AwsConsoleSignIn",
    ),
)


class DataKind(NamedTuple):
    """One S3, Lambda or DynamoDB data event: resources and parameters follow from the service."""

    name: str
    read_only: bool
    weight: float


OBJECT_CALLS = (
    DataKind("GetObject", True, 50),
    DataKind("PutObject", False, 20),
    DataKind("HeadObject", True, 14),
    DataKind("ListObjects", True, 8),
    DataKind("DeleteObject", False, 3),
    DataKind("CopyObject", False, 1),
    DataKind("DeleteObjects", False, 0.3),
)
TABLE_CALLS = (
    DataKind("GetItem", True, 40),
    DataKind("PutItem", False, 18),
    DataKind("Query", True, 25),
    DataKind("UpdateItem", False, 8),
    DataKind("BatchGetItem", True, 5),
)
NETWORK_CALLS = (
    ("kms.amazonaws.com", "Decrypt", 5.0),
    ("kms.amazonaws.com", "ListKeys", 1.0),
    ("s3.amazonaws.com", "GetObject", 4.0),
    ("ec2.amazonaws.com", "DescribeInstances", 2.0),
    ("secretsmanager.amazonaws.com", "GetSecretValue", 2.0),
)
