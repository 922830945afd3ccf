import pytest

from costplan.inputs.volumes.logs import UnreadableRecordError, event_key
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory, Principal, Resource
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, CountPlan

from .building import ACCOUNT, OTHER_ACCOUNT, make_object_record, make_record

NOTHING = CountPlan(frozenset())
LAKE = "arn:aws:s3:::amzn-s3-demo-lake"


def test_a_management_event_keeps_every_field_that_is_asked():
    key = event_key(make_record(errorCode="AccessDenied", vpcEndpointId="vpce-0example"))
    assert (key.account, key.region, key.category) == (ACCOUNT, "eu-west-1", EventCategory.MANAGEMENT)
    assert (key.event_source, key.event_name, key.event_type) == ("ec2.amazonaws.com", "RunInstances", "AwsApiCall")
    assert key.read_only is False
    assert key.resources is UNKNOWN
    assert key.principal == Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/etl", False, "AssumedRole", None, "")
    assert (key.error_code, key.vpc_endpoint_id, key.vpc_endpoint_account) == ("AccessDenied", "vpce-0example", None)
    assert (key.is_console, key.is_global_endpoint, key.is_cross_account) == (None, False, False)


def test_what_the_plan_does_not_keep_is_unknown():
    key = event_key(make_object_record(), NOTHING)
    for field in OPTIONAL_FIELDS - {"principal_container", "principal_type", "invoked_by"}:
        assert getattr(key, field) is UNKNOWN, field
    assert key.principal == Principal()


def test_invoked_by_cloudtrail_is_kept_whatever_the_plan_says():
    own = make_record(userIdentity={"type": "AWSService", "invokedBy": CLOUDTRAIL_SERVICE})
    other = make_record(userIdentity={"type": "AWSService", "invokedBy": "athena.amazonaws.com"})
    assert event_key(own, NOTHING).principal.invoked_by == CLOUDTRAIL_SERVICE
    assert event_key(other, NOTHING).principal.invoked_by is UNKNOWN


def test_an_object_is_its_bucket_and_the_bucket_beside_it_is_left_out():
    key = event_key(make_object_record("claims/2026/1.json"))
    assert key.resources == (Resource("AWS::S3::Object", LAKE, False, ""),)


def test_an_arn_prefix_stands_for_a_missing_arn():
    listing = [{"type": "AWS::S3::Object", "ARNPrefix": f"{LAKE}/"}]
    key = event_key(make_object_record(eventName="ListObjects", resources=listing))
    assert key.resources == (Resource("AWS::S3::Object", LAKE, False, ""),)


def test_elements_are_distinct_and_in_a_fixed_order():
    table = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
    elements = [
        {"type": "AWS::DynamoDB::Table", "ARN": table},
        {"type": "AWS::DynamoDB::Stream", "ARN": f"{table}/stream/2026-01-15T10:20:30.400"},
        {"type": "AWS::DynamoDB::Table", "ARN": table},
    ]
    expected = (Resource("AWS::DynamoDB::Stream", table, False, ""), Resource("AWS::DynamoDB::Table", table, True, ""))
    for order in (elements, elements[::-1]):
        assert event_key(make_object_record(resources=order)).resources == expected


def test_an_element_without_an_arn_or_in_an_old_spelling_is_kept():
    elements = [{"type": "AWS::CloudWatch::Metric"}, {"resourceType": "AWS::SNS::Topic", "resourceName": "arn"}]
    assert event_key(make_object_record(resources=elements)).resources == (
        Resource("AWS::CloudWatch::Metric", None, False, ""),
        Resource("AWS::SNS::Topic", "arn", False, ""),
    )


def test_each_element_and_the_principal_answer_the_conditions_on_their_field():
    plan = CountPlan(
        frozenset({"resources"}),
        (
            Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"{LAKE}/claims/"),
            Condition(ArnField.PRINCIPAL, Operator.ENDS_WITH, "/session-1"),
            Condition(ArnField.RESOURCE, Operator.EQUALS, f"{LAKE}/claims/1.json"),
            Condition(ArnField.RESOURCE, Operator.ENDS_WITH, ".csv"),
        ),
    )
    key = event_key(make_object_record("claims/2.csv"), plan)
    assert key.resources == (Resource("AWS::S3::Object", LAKE, False, "101"),)
    assert (key.principal.container, key.principal.answers) == (f"arn:aws:sts::{ACCOUNT}:assumed-role/etl", "1")
    # Without an ARN nothing that selects can hold (R26).
    anonymous = make_object_record(userIdentity={"type": "AWSAccount"}, resources=[{"type": "AWS::S3::Object"}])
    key = event_key(anonymous, plan)
    assert key.resources == (Resource("AWS::S3::Object", None, False, "000"),)
    assert (key.principal.container, key.principal.answers) == (None, "0")


@pytest.mark.parametrize(
    ("changes", "file_account", "expected"),
    [
        ({}, OTHER_ACCOUNT, ACCOUNT),
        ({"recipientAccountId": ..., "userIdentity": {"accountId": OTHER_ACCOUNT}}, ACCOUNT, OTHER_ACCOUNT),
        ({"recipientAccountId": ..., "userIdentity": {"accountId": "anonymous"}}, ACCOUNT, ACCOUNT),
        ({"recipientAccountId": "", "userIdentity": ...}, ACCOUNT, ACCOUNT),
    ],
)
def test_the_account_is_the_recipient_else_the_caller_else_that_of_the_file(changes, file_account, expected):
    assert event_key(make_record(**changes), file_account=file_account).account == expected


def test_booleans_written_as_texts_are_booleans():
    key = event_key(make_record(readOnly="true", managementEvent="false", eventCategory=..., eventName="Unheard"))
    assert (key.read_only, key.category) == (True, EventCategory.DATA)


@pytest.mark.parametrize(("value", "expected"), [("true", True), (True, True), ("false", None), (..., None)])
def test_a_console_session_is_marked_or_absent(value, expected):
    assert event_key(make_record(sessionCredentialFromConsole=value)).is_console is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tlsDetails": {"clientProvidedHostHeader": "sts.amazonaws.com"}}, True),
        ({"tlsDetails": {"clientProvidedHostHeader": "sts.eu-west-1.amazonaws.com"}}, False),
        ({"additionalEventData": {"RequestDetails": {"endpointType": "global"}}}, True),
        ({"additionalEventData": {"RequestDetails": {"endpointType": "regional"}}}, False),
        ({}, False),
        ({"eventSource": "ec2.amazonaws.com", "tlsDetails": {"clientProvidedHostHeader": "sts.amazonaws.com"}}, False),
    ],
)
def test_only_sts_calls_are_served_by_its_global_endpoint(changes, expected):
    record = make_record(**{"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", **changes})
    assert event_key(record).is_global_endpoint is expected


@pytest.mark.parametrize(
    ("caller", "shared", "expected"),
    [
        (OTHER_ACCOUNT, "shared", True),
        (OTHER_ACCOUNT, ..., False),
        (ACCOUNT, "shared", False),
        # AWS's own calls carry a sharedEventID without a second customer (R51).
        (None, "shared", False),
    ],
)
def test_a_cross_account_event_is_shared_and_called_by_another_account(caller, shared, expected):
    record = make_record(userIdentity={"type": "AWSAccount", "accountId": caller}, sharedEventID=shared)
    assert event_key(record).is_cross_account is expected


def test_network_activity_keeps_endpoint_owner_and_error_and_has_no_read_only():
    record = make_record(
        eventCategory="NetworkActivity",
        eventType="AwsVpceEvent",
        readOnly=...,
        managementEvent=...,
        errorCode="VpceAccessDenied",
        vpcEndpointId="vpce-0example",
        vpcEndpointAccountId=ACCOUNT,
    )
    key = event_key(record)
    assert (key.category, key.read_only, key.resources) == (EventCategory.NETWORK_ACTIVITY, None, UNKNOWN)
    assert (key.error_code, key.vpc_endpoint_id) == ("VpceAccessDenied", "vpce-0example")
    assert key.vpc_endpoint_account == ACCOUNT


def test_an_insight_has_a_key_of_its_own_category():
    record = make_record(eventCategory="Insight", eventType="AwsCloudTrailInsight", eventSource=..., eventName=...)
    assert event_key(record).category is EventCategory.INSIGHT


def test_a_region_that_nobody_has_heard_of_is_a_region():
    assert event_key(make_record(awsRegion="eu-north-9")).region == "eu-north-9"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"awsRegion": ...}, "it has no awsRegion"),
        ({"awsRegion": "eu-west-1a"}, "its awsRegion is not a Region code"),
        ({"awsRegion": "..."}, "its awsRegion is not a Region code"),
        ({"recipientAccountId": "12345"}, "its recipientAccountId is not an account id"),
        ({"recipientAccountId": ..., "userIdentity": {}}, "it names no account"),
        ({"eventName": ...}, "it has no eventName"),
        ({"eventSource": ...}, "it has no eventSource"),
        ({"eventName": 7}, "its eventName is not a text"),
        ({"readOnly": "perhaps"}, "its readOnly is neither true nor false"),
        ({"userIdentity": "alice"}, "its userIdentity is not an object"),
        ({"eventCategory": "Evidence"}, "its eventCategory is none that trails deliver"),
        ({"eventSource": "aws:s3"}, "it is a notification, not a CloudTrail record"),
        ({"eventSource": ..., "eventType": ...}, "it has neither eventSource nor eventType"),
        ({"eventCategory": "Data", "resources": ["arn"]}, "its resources are not a list of objects"),
    ],
)
def test_an_unreadable_record_says_why_and_holds_nothing_of_it(changes, reason):
    with pytest.raises(UnreadableRecordError) as error:
        event_key(make_record(**changes), EVERYTHING)
    assert str(error.value) == reason
