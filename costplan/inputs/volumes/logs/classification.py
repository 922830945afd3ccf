"""What kind of event a record is, where it says so itself and where it does not (R43–R49).

Records of version 1.05 and older name no category; some records of any version do not say whether they only read.
Both are then inferred, and every answer tells whether it was.  Which fields are there decides, not ``eventVersion``:
exporters strip fields, and a version promises none.
"""

import re
from collections.abc import Iterable, Mapping

from costplan.model.events import EventCategory

INSIGHT_TYPE = "AwsCloudTrailInsight"
AGGREGATED_TYPE = "AwsAggregatedEvent"
SERVICE_EVENT = "AwsServiceEvent"

# AWS's field list says AwsVpceEvents, its example records say AwsVpceEvent (R45).
_CATEGORY_OF_TYPE = {
    INSIGHT_TYPE: EventCategory.INSIGHT,
    AGGREGATED_TYPE: EventCategory.AGGREGATED,
    "AwsVpceEvent": EventCategory.NETWORK_ACTIVITY,
    "AwsVpceEvents": EventCategory.NETWORK_ACTIVITY,
    "AwsConsoleSignIn": EventCategory.MANAGEMENT,
    "AwsConsoleAction": EventCategory.MANAGEMENT,
}
_CATEGORIES = {category.value: category for category in EventCategory}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OBJECT_CALLS = _names(
    """
    AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjectTagging
    DeleteObjects GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging
    GetObjectTorrent HeadBucket HeadObject InitiateReplication ListObjectVersions ListObjects ListObjectsV2 ListParts
    PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject SelectObjectContent
    UploadPart UploadPartCopy
    """
)
_DATA_CALLS: Mapping[str, frozenset[str]] = {
    "s3.amazonaws.com": _OBJECT_CALLS,
    "s3-outposts.amazonaws.com": _OBJECT_CALLS,
    "s3-object-lambda.amazonaws.com": _OBJECT_CALLS | {"WriteGetObjectResponse"},
    "s3express.amazonaws.com": _OBJECT_CALLS | {"CreateSession"},
    "lambda.amazonaws.com": _names("Invoke InvokeWithResponseStream LambdaESMDisabled"),
    "dynamodb.amazonaws.com": _names(
        """
        BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem
        GetRecords GetShardIterator PutItem Query Scan SearchVectors TransactGetItems TransactWriteItems UpdateItem
        """
    ),
    # Only the newer Data API: calls of rdsdata.amazonaws.com are management events.
    "rdsdataapi.amazonaws.com": _names(
        "BatchExecuteStatement BeginTransaction CommitTransaction ExecuteStatement RollbackTransaction"
    ),
    "cloudtrail-data.amazonaws.com": _names("PutAuditEvents"),
    "sns.amazonaws.com": _names("Publish PublishBatch"),
    "sqs.amazonaws.com": _names(
        """
        ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch ReceiveMessage
        SendMessage SendMessageBatch
        """
    ),
    "cognito-identity.amazonaws.com": _names(
        "GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity UnlinkIdentity"
    ),
    "ebs.amazonaws.com": _names("GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock"),
    "kinesis.amazonaws.com": _names("GetRecords GetShardIterator PutRecord PutRecords SubscribeToShard"),
    "firehose.amazonaws.com": _names("PutRecord PutRecordBatch"),
    "ssmmessages.amazonaws.com": _names("CreateControlChannel OpenControlChannel"),
    "ssm.amazonaws.com": _names("RequestManagedInstanceRoleToken"),
    "monitoring.amazonaws.com": _names("GetMetricData GetMetricStatistics PutMetricData"),
    "xray.amazonaws.com": _names("BatchGetTraces GetTraceSummaries PutTraceSegments"),
    "states.amazonaws.com": _names("StartSyncExecution"),
    # Plain InvokeModel is a management event.
    "bedrock.amazonaws.com": _names("ApplyGuardrail InvokeAgent InvokeFlow Retrieve RetrieveAndGenerate"),
}
# Sources whose every event is a data event of S3 objects.
_DATA_SOURCES = frozenset({"s3lifecycle.amazonaws.com", "s3-authn-errors.amazonaws.com"})
# Types of which no management event speaks; functions and tables have both kinds.
_DATA_ONLY_TYPES = frozenset({"AWS::S3::Object", "AWS::S3Express::Object", "AWS::S3Outposts::Object"})
_BUCKET_CALL = re.compile(r"(Create|Delete|Get|List|Put)(Bucket|AccountPublicAccessBlock|AccessPoint)")

_READING = re.compile(
    r"(BatchGet|Check|Describe|Download|Estimate|Get|Head|List|Lookup|Query|Scan|Search|Select|Test|Validate|View)"
    r"(?![a-z])"
)
_READING_CALLS = frozenset({("dynamodb.amazonaws.com", "TransactGetItems")})
# Cryptographic calls are read-only, however much they sound like writing (R49).
_KMS = "kms.amazonaws.com"
_KMS_CRYPTO = re.compile(
    r"Decrypt|DeriveSharedSecret|Encrypt|GenerateDataKey|GenerateMac|GenerateRandom|ReEncrypt|Sign\Z|Verify"
)


def classify_category(
    category: str | None,
    event_type: str | None,
    management_event: bool | None,
    event_source: str,
    event_name: str,
    resource_types: Iterable[str | None],
) -> tuple[EventCategory | None, bool]:
    """Return the category of a record, and whether it was inferred from its source and name (R47).

    ``None`` is a category that is never delivered to a trail's bucket as an event.

    >>> classify_category(None, "AwsApiCall", None, "s3.amazonaws.com", "HeadBucket", ())
    (<EventCategory.DATA: 'Data'>, True)
    """
    if category is not None:
        return _CATEGORIES.get(category), False
    if event_type in _CATEGORY_OF_TYPE:
        return _CATEGORY_OF_TYPE[event_type], False
    if management_event is not None:
        return EventCategory.MANAGEMENT if management_event else EventCategory.DATA, False
    return (
        EventCategory.DATA if _is_data(event_source, event_name, resource_types) else EventCategory.MANAGEMENT
    ), True


def _is_data(event_source: str, event_name: str, resource_types: Iterable[str | None]) -> bool:
    if event_source in _DATA_SOURCES or event_name in _DATA_CALLS.get(event_source, ()):
        return True
    return not _BUCKET_CALL.match(event_name) and not _DATA_ONLY_TYPES.isdisjoint(resource_types)


def classify_read_only(
    read_only: bool | None,
    category: EventCategory,
    event_type: str | None,
    event_source: str,
    event_name: str,
) -> tuple[bool | None, bool]:
    """Return ``readOnly``, and whether it was inferred from the name (R48, R49).

    Network activity events have no such field and get none.

    >>> classify_read_only(None, EventCategory.MANAGEMENT, "AwsApiCall", "ec2.amazonaws.com", "DescribeInstances")
    (True, True)
    """
    if read_only is not None or category is EventCategory.NETWORK_ACTIVITY:
        return read_only, False
    if event_type in ("AwsConsoleSignIn", SERVICE_EVENT):
        return False, True
    if event_source == _KMS and _KMS_CRYPTO.match(event_name):
        return True, True
    return bool(_READING.match(event_name)) or (event_source, event_name) in _READING_CALLS, True
