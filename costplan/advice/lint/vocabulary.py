"""How the fixed words of CloudTrail records are spelled (R23: values are compared byte for byte), as data."""

from collections.abc import Mapping

from costplan.advice.lint.resource_types import RESOURCE_TYPES

# Data events that make bills, and management events that people filter.  Not complete, and need not be: a name that is
# missing here is never doubted.
_EVENT_NAMES = """
AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjectTagging
DeleteObjects GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging
GetObjectTorrent HeadBucket HeadObject ListMultipartUploads ListObjectVersions ListObjects ListParts PutObject
PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject SelectObjectContent UploadPart
UploadPartCopy Invoke InvokeExecution
BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem GetRecords
GetShardIterator PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem
BeginTransaction CommitTransaction RollbackTransaction PutAuditEvents
Publish PublishBatch ReceiveMessage SendMessage DeleteMessage PutRecord PutRecords SubscribeToShard
GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock
Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncrypt
AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity ConsoleLogin GetCallerIdentity
CreateUser DeleteUser CreateAccessKey DeleteAccessKey CreateRole DeleteRole AttachRolePolicy DetachRolePolicy
RunInstances StartInstances StopInstances TerminateInstances DescribeInstances
AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress CreateBucket DeleteBucket PutBucketPolicy DeleteBucketPolicy
StopLogging StartLogging CreateTrail UpdateTrail DeleteTrail PutEventSelectors
"""

WORDS: Mapping[str, frozenset[str]] = {
    "readOnly": frozenset({"true", "false"}),
    "sessionCredentialFromConsole": frozenset({"true"}),
    "eventCategory": frozenset({"Management", "Data", "NetworkActivity", "Insight"}),
    "eventType": frozenset(
        {"AwsApiCall", "AwsServiceEvent", "AwsConsoleAction", "AwsConsoleSignIn", "AwsVpceEvent", "AwsVpceEvents"}
    ),
    "errorCode": frozenset({"VpceAccessDenied"}),
    "eventName": frozenset(_EVENT_NAMES.split()),
    "resources.type": RESOURCE_TYPES,
}
"""Field → its known words."""
