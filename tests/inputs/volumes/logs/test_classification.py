import pytest

from costplan.inputs.volumes.logs.classification import classify_category, classify_read_only
from costplan.model.events import EventCategory

MANAGEMENT, DATA = EventCategory.MANAGEMENT, EventCategory.DATA
NETWORK = EventCategory.NETWORK_ACTIVITY


@pytest.mark.parametrize(
    ("stated", "event_type", "management_event", "expected"),
    [
        # The category is believed, whatever else the record says (R46: a service event can be a data event).
        ("Data", "AwsServiceEvent", True, DATA),
        ("NetworkActivity", "AwsVpceEvent", None, NETWORK),
        ("Insight", "AwsCloudTrailInsight", None, EventCategory.INSIGHT),
        ("ConfigurationItem", None, None, None),
        # Then the type, in both spellings of network activity (R45).
        (None, "AwsVpceEvent", None, NETWORK),
        (None, "AwsVpceEvents", None, NETWORK),
        (None, "AwsCloudTrailInsight", None, EventCategory.INSIGHT),
        (None, "AwsAggregatedEvent", None, EventCategory.AGGREGATED),
        (None, "AwsConsoleSignIn", False, MANAGEMENT),
        (None, "AwsConsoleAction", None, MANAGEMENT),
        # Then managementEvent, as records of version 1.06 carry it.
        (None, "AwsApiCall", False, DATA),
        (None, "AwsApiCall", True, MANAGEMENT),
        (None, "Rds Data Service", False, DATA),
    ],
)
def test_a_category_is_what_the_record_says(stated, event_type, management_event, expected):
    answer = classify_category(stated, event_type, management_event, "s3.amazonaws.com", "GetObject", ())
    assert answer == (expected, False)


@pytest.mark.parametrize(
    ("source", "name", "types", "expected"),
    [
        ("s3.amazonaws.com", "GetObject", (), DATA),  # T62
        ("s3.amazonaws.com", "HeadBucket", (), DATA),
        ("s3.amazonaws.com", "ListObjects", (), DATA),
        ("s3.amazonaws.com", "GetBucketAcl", (), MANAGEMENT),
        ("s3.amazonaws.com", "GetBucketAcl", ("AWS::S3::Object",), MANAGEMENT),
        ("s3.amazonaws.com", "NewObjectCall", ("AWS::S3::Bucket", "AWS::S3::Object"), DATA),
        ("s3.amazonaws.com", "NewObjectCall", ("AWS::S3::Bucket", None), MANAGEMENT),
        ("s3lifecycle.amazonaws.com", "CreateDeleteMarker", (), DATA),
        ("s3-authn-errors.amazonaws.com", "AuthenticateSignatureDoesNotMatch", (), DATA),
        ("s3express.amazonaws.com", "CreateSession", (), DATA),
        ("lambda.amazonaws.com", "Invoke", (), DATA),
        ("lambda.amazonaws.com", "GetFunction20150331", ("AWS::Lambda::Function",), MANAGEMENT),
        ("dynamodb.amazonaws.com", "GetRecords", (), DATA),
        ("dynamodb.amazonaws.com", "DescribeTable", ("AWS::DynamoDB::Table",), MANAGEMENT),
        ("rdsdataapi.amazonaws.com", "ExecuteStatement", (), DATA),
        ("rdsdata.amazonaws.com", "ExecuteSql", (), MANAGEMENT),
        ("bedrock.amazonaws.com", "InvokeModel", (), MANAGEMENT),
        ("kms.amazonaws.com", "Decrypt", ("AWS::KMS::Key",), MANAGEMENT),
    ],
)
def test_an_old_record_is_classified_by_source_and_name_and_marked(source, name, types, expected):
    assert classify_category(None, "AwsApiCall", None, source, name, types) == (expected, True)


@pytest.mark.parametrize(
    ("event_type", "source", "name", "expected"),
    [
        ("AwsApiCall", "ec2.amazonaws.com", "DescribeInstances", True),
        ("AwsApiCall", "s3.amazonaws.com", "HeadObject", True),
        ("AwsApiCall", "dynamodb.amazonaws.com", "BatchGetItem", True),
        ("AwsApiCall", "dynamodb.amazonaws.com", "TransactGetItems", True),
        ("AwsApiCall", "dynamodb.amazonaws.com", "TransactWriteItems", False),
        ("AwsApiCall", "ec2.amazonaws.com", "RunInstances", False),
        ("AwsApiCall", "dynamodb.amazonaws.com", "ExportTableToPointInTime", False),
        # The verb ends where the next word begins: "Checkout" does not check.
        ("AwsApiCall", "license-manager.amazonaws.com", "CheckoutLicense", False),
        ("AwsApiCall", "cognito-idp.amazonaws.com", "Getaway", False),
        ("AwsConsoleSignIn", "signin.amazonaws.com", "CheckMfa", False),
        ("AwsServiceEvent", "kms.amazonaws.com", "GetNothing", False),
        # Cryptography reads, key administration writes (R49).
        ("AwsApiCall", "kms.amazonaws.com", "Decrypt", True),
        ("AwsApiCall", "kms.amazonaws.com", "GenerateDataKeyWithoutPlaintext", True),
        ("AwsApiCall", "kms.amazonaws.com", "DisableKey", False),
        ("AwsApiCall", "signer.amazonaws.com", "SignPayload", False),
    ],
)
def test_a_missing_read_only_is_inferred_from_the_verb_and_marked(event_type, source, name, expected):
    assert classify_read_only(None, MANAGEMENT, event_type, source, name) == (expected, True)


def test_a_stated_read_only_is_believed():
    assert classify_read_only(False, MANAGEMENT, "AwsApiCall", "ec2.amazonaws.com", "DescribeInstances") == (
        False,
        False,
    )


def test_network_activity_has_no_read_only_and_gets_none():
    assert classify_read_only(None, NETWORK, "AwsVpceEvent", "kms.amazonaws.com", "Decrypt") == (None, False)
