"""An organization: its accounts, and those that a role lets be read."""

from typing import Any

import boto3
import pytest

from costplan.inputs.account import Access, collect
from costplan.model.problems import BadInputError
from costplan.model.scenario import Account, Organization
from tests.inputs.account.front import Asked, Failure, Scene
from tests.inputs.account.made import ACCOUNT, AUDIT, HOME, LOCAL, LOGS, OTHER, always, make_account
from tests.inputs.volumes.logs.buckets.conftest import ACCESS_KEY

ROLE = "audit"
PROD, TEST, LEFT = "111122223333", "444455556666", "999999999999"
ORGANIZATION = {"Id": "o-exampleorgid", "MasterAccountId": ACCOUNT}


def account(code: str, name: str, state: str = "ACTIVE") -> dict[str, str]:
    return {"Id": code, "Name": name, "State": state}


def in_account(code: str) -> boto3.Session:
    """Credentials of a role in another account; moto knows accounts by their keys."""
    sts = boto3.client("sts", region_name=OTHER)
    given = sts.assume_role(RoleArn=f"arn:aws:iam::{code}:role/setup", RoleSessionName="setup")["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


@pytest.fixture
def organization(scene: Scene) -> Scene:
    """Three active accounts, listed in two pages, and one that is closed."""
    first = {"Accounts": [account(TEST, "test"), account(LEFT, "left", "SUSPENDED")], "NextToken": "page-2"}
    second = {"Accounts": [account(ACCOUNT, "main"), account(PROD, "prod")]}
    scene.plays |= {
        "DescribeOrganization": always({"Organization": ORGANIZATION}),
        "ListAccounts": lambda asked: second if asked.parameters.get("NextToken") else first,
    }
    return scene


@pytest.fixture
def prod_trail(organization: Scene) -> str:
    """A trail of a member's own; the ARN."""
    session = in_account(PROD)
    session.client("s3", region_name=OTHER).create_bucket(Bucket="amzn-s3-demo-prod-logs")
    trails = session.client("cloudtrail", region_name=OTHER)
    arn = str(trails.create_trail(Name="prod", S3BucketName="amzn-s3-demo-prod-logs")["TrailARN"])
    organization.asked.clear()
    return arn


def test_the_accounts_of_an_organization_are_known_by_name(organization: Scene, access: Access) -> None:
    collected = collect(access, with_organization=True)

    assert collected.organization == Organization("o-exampleorgid", ACCOUNT, (PROD, ACCOUNT, TEST))
    assert collected.accounts == {
        PROD: Account("prod", None),
        ACCOUNT: Account("main", (HOME, OTHER)),
        TEST: Account("test", None),
    }
    assert organization.asked_for("AssumeRole") == []
    assert collected.unknown == (
        "2 other accounts of the organization were not read: --role NAME reads their own trails and stores too",
    )


def test_members_are_read_by_a_role(organization: Scene, access: Access, prod_trail: str) -> None:
    make_account(organization)
    collected = collect(access, with_organization=True, role=ROLE)

    arns = [trail["TrailARN"] for trail in collected.document["describe-trails"]["trailList"]]
    assert arns == [prod_trail, AUDIT, LOCAL]
    assert collected.looked_at == dict.fromkeys((ACCOUNT, PROD, TEST), (HOME, OTHER))
    assert [one.parameters["RoleArn"] for one in organization.asked_for("AssumeRole")] == [
        f"arn:aws:iam::{PROD}:role/audit",
        f"arn:aws:iam::{TEST}:role/audit",
    ]
    # Whoever finds a trail asks about it.
    (asked,) = [one for one in organization.asked_for("GetTrailStatus") if one.parameters["Name"] == prod_trail]
    assert asked.key_id.startswith("ASIA")
    assert collected.unknown == ()


def test_members_are_read_in_the_named_regions_as_far_as_they_have_them(organization: Scene, access: Access) -> None:
    opted_in = {"Regions": [{"RegionName": code, "RegionOptStatus": "ENABLED"} for code in (HOME, OTHER, "eu-south-2")]}
    lists = organization.plays["ListRegions"]
    organization.plays["ListRegions"] = lambda asked: opted_in if asked.key_id == ACCESS_KEY else lists(asked)
    collected = collect(access, (OTHER, "eu-south-2"), with_organization=True, role=ROLE)

    assert collected.looked_at == {ACCOUNT: ("eu-south-2", OTHER), PROD: (OTHER,), TEST: (OTHER,)}
    assert [sentence.partition(" ")[2][:13] for sentence in collected.unknown] == [
        f"{code}:" for code in (ACCOUNT, PROD, TEST)
    ]
    assert "eu-south-2" not in "".join(collected.unknown)


def test_what_a_trail_uses_in_another_account_is_asked_there(organization: Scene, access: Access) -> None:
    key = f"arn:aws:kms:{HOME}:{PROD}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    group = f"arn:aws:logs:{HOME}:{PROD}:log-group:audit:*"
    in_account(PROD).client("logs", region_name=HOME).create_log_group(logGroupName="audit")
    make_account(organization)
    corrected = organization.patches["DescribeTrails"]

    def patch(answer: dict[str, Any], asked: Asked) -> dict[str, Any]:
        for trail in corrected(answer, asked)["trailList"]:
            trail |= {"KmsKeyId": key, "CloudWatchLogsLogGroupArn": group}
        return answer

    organization.patches["DescribeTrails"] = patch
    collected = collect(access, with_organization=True, role=ROLE)

    for operation in ("DescribeKey", "DescribeLogGroups"):
        assert [one.key_id[:4] for one in organization.asked_for(operation)] == ["ASIA"]
    assert [one["logGroupName"] for one in collected.document["describe-log-groups"][group]["logGroups"]] == ["audit"]


@pytest.mark.usefixtures("prod_trail")
def test_a_member_whose_role_cannot_be_assumed_is_unknown(organization: Scene, access: Access) -> None:
    organization.fail("AccessDenied", "AssumeRole", about=f"arn:aws:iam::{PROD}:role/audit")
    collected = collect(access, with_organization=True, role=ROLE)

    assert collected.unknown == (
        f"account {PROD}: nothing is known of it: its role audit could not be assumed (AssumeRole: AccessDenied)",
    )
    assert collected.looked_at == {ACCOUNT: (HOME, OTHER), TEST: (HOME, OTHER)}
    assert collected.accounts[PROD] == Account("prod", None)


def test_a_bucket_is_asked_of_the_other_accounts_where_the_own_is_denied(organization: Scene, access: Access) -> None:
    make_account(organization)
    organization.fail("AccessDenied", "GetBucketLocation", "GetBucketLifecycleConfiguration", by=ACCESS_KEY)
    collected = collect(access, with_organization=True, role=ROLE)

    assert collected.document["get-bucket-location"][LOGS] == {"LocationConstraint": HOME}
    assert collected.unknown == ()


ENDS = [
    (
        "DescribeOrganization",
        "AWSOrganizationsNotInUseException",
        "AWS: the account is in no organization — leave --organization out",
    ),
    (
        "ListAccounts",
        "AccessDeniedException",
        "AWS: the accounts of the organization cannot be listed (ListAccounts: AccessDeniedException) — run it in the"
        " management account or a delegated administrator, or leave --organization out",
    ),
    (
        "ListAccounts",
        "TooManyRequestsException",
        "AWS: the accounts of the organization cannot be listed (ListAccounts: TooManyRequestsException)"
        " — run it again later, or leave --organization out",
    ),
]


@pytest.mark.parametrize(("operation", "code", "words"), ENDS, ids=[row[1] for row in ENDS])
def test_an_organization_that_cannot_be_listed(
    organization: Scene, access: Access, operation: str, code: str, words: str
) -> None:
    organization.plays[operation] = always(Failure(code))
    with pytest.raises(BadInputError) as caught:
        collect(access, with_organization=True)

    assert str(caught.value) == words


def test_an_organizations_trail_is_asked_of_its_owner_again_where_a_member_was_denied(
    organization: Scene, access: Access
) -> None:
    """Seen first by a delegated administrator, then by the management account, whose trail it is."""
    arn = f"arn:aws:cloudtrail:{HOME}:{PROD}:trail/organization"
    shadow = {"Name": "organization", "TrailARN": arn, "HomeRegion": HOME, "IsOrganizationTrail": True}
    organization.patches["DescribeTrails"] = lambda answer, _: {"trailList": [*answer["trailList"], shadow]}
    organization.plays |= {
        "GetTrailStatus": always({"IsLogging": True}),
        "GetEventSelectors": lambda asked: (
            {"TrailARN": arn, "AdvancedEventSelectors": []}
            if asked.key_id.startswith("ASIA")
            else Failure("AccessDeniedException")
        ),
        "GetInsightSelectors": always(Failure("InsightNotEnabledException")),
    }
    collected = collect(access, with_organization=True, role=ROLE)

    assert collected.document["get-event-selectors"][arn] == {"TrailARN": arn, "AdvancedEventSelectors": []}
    assert len(organization.asked_for("GetTrailStatus")) == 1
    assert len(organization.asked_for("GetEventSelectors")) == 2
    assert collected.unknown == ()
