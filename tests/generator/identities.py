"""Who calls: the principals of an account, each with its ready-made ``userIdentity`` text.

A template consumes the same values in the same order whatever the record shows
(see ``records``); an identity consumes the first three: session, session, session's creation time.
"""

from dataclasses import dataclass

UNUSED = "%.0s"
"""Consumes one value of a template and prints nothing."""

ROLE_STEMS = ("etl", "web", "ci", "scanner", "lambda-exec", "backup", "deploy", "analytics", "batch", "audit")
AGENTS = (
    "aws-cli/2.27.10 md/awscrt#0.26.1 lang/python#3.13.2",
    "Boto3/1.38.5 md/Botocore#1.38.5 lang/python#3.12.9",
    "aws-sdk-java/2.31.30 md/io#sync os/Linux#6.8.0 lang/java#21.0.7",
    "HashiCorp/1.0 Terraform/1.11.4",
    "aws-sdk-js/3.797.0 lang/js md/nodejs#22.15.0",
)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36"


@dataclass(frozen=True)
class Principal:
    """A caller.

    identity: ``userIdentity`` as a template of three values.
    container: role or user ARN as in the truth, or None.
    source: what ``sourceIPAddress`` says, or None for an address drawn per event.
    is_service: a call by AWS itself: sharedEventID, no TLS details.
    """

    identity: str
    type: str | None
    container: str | None
    agent: str
    invoked_by: str | None = None
    source: str | None = None
    is_console: bool = False
    is_service: bool = False


def roles_of(account: str, count: int) -> list[Principal]:
    """Return *count* roles, busiest first; about every sixth is used through another AWS service."""
    principals = []
    for number in range(count):
        name = f"{ROLE_STEMS[number % len(ROLE_STEMS)]}-{number}"
        invoked_by = "athena.amazonaws.com" if number % 6 == 5 else None
        agent = invoked_by or AGENTS[number % len(AGENTS)]
        identity = _role_identity(account, name, f"{name[:3]}-%.17s", invoked_by)
        arn = f"arn:aws:sts::{account}:assumed-role/{name}"
        principals.append(Principal(identity, "AssumedRole", arn, agent, invoked_by, invoked_by))
    return principals


def console_role_of(account: str) -> Principal:
    """Return the role people assume through single sign-on and use in the console."""
    name = "AWSReservedSSO_ViewOnly_0123456789abcdef"
    # People keep one session name; the drawn name is consumed and not shown.
    identity = _role_identity(account, name, f"alice@example.com{UNUSED}", None)
    arn = f"arn:aws:sts::{account}:assumed-role/{name}"
    return Principal(identity, "AssumedRole", arn, BROWSER, is_console=True)


def service_role_of(account: str, service: str, role: str) -> Principal:
    """Return the service-linked *role* under which *service* works in the account."""
    identity = _role_identity(account, role, f"{service.partition('.')[0]}{UNUSED}", service)
    arn = f"arn:aws:sts::{account}:assumed-role/{role}"
    return Principal(identity, "AssumedRole", arn, service, service, service)


def users_of(account: str, count: int) -> list[Principal]:
    """Return *count* IAM users."""
    principals = []
    for number in range(count):
        arn = f"arn:aws:iam::{account}:user/user-{number}"
        identity = (
            f'{{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE","arn":"{arn}","accountId":"{account}",'
            f'"accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"user-{number}"{UNUSED * 3}}}'
        )
        principals.append(Principal(identity, "IAMUser", arn, AGENTS[(number + 1) % len(AGENTS)]))
    return principals


def root_of(account: str) -> Principal:
    """Return the account's root user."""
    arn = f"arn:aws:iam::{account}:root"
    identity = (
        f'{{"type":"Root","principalId":"{account}","arn":"{arn}","accountId":"{account}",'
        f'"accessKeyId":""{UNUSED * 3}}}'
    )
    return Principal(identity, "Root", arn, BROWSER)


def service(name: str) -> Principal:
    """Return the AWS service *name* acting as itself: no ARN, no account."""
    identity = f'{{"type":"AWSService","invokedBy":"{name}"{UNUSED * 3}}}'
    return Principal(identity, "AWSService", None, name, name, name, is_service=True)


def aws_internal(account: str) -> Principal:
    """Return the caller of non-API service events, which has no type."""
    identity = f'{{"accountId":"{account}","invokedBy":"AWS Internal"{UNUSED * 3}}}'
    internal = "AWS Internal"
    return Principal(identity, None, None, internal, internal, internal, is_service=True)


def anonymous() -> Principal:
    """Return somebody without credentials reading a public object."""
    identity = f'{{"type":"AWSAccount","principalId":"","accountId":"anonymous"{UNUSED * 3}}}'
    return Principal(identity, "AWSAccount", None, "curl/8.5.0")


def foreign_account(account: str) -> Principal:
    """Return a caller of whom only the *account* is told, as in denied network activity events."""
    identity = f'{{"type":"AWSAccount","principalId":"AKIAIOSFODNN7EXAMPLE","accountId":"{account}"{UNUSED * 3}}}'
    return Principal(identity, "AWSAccount", None, AGENTS[0])


def _role_identity(account: str, name: str, session: str, invoked_by: str | None) -> str:
    invoked = f',"invokedBy":"{invoked_by}"' if invoked_by else ""
    return (
        f'{{"type":"AssumedRole","principalId":"AROAIOSFODNN7EXAMPLE:{session}",'
        f'"arn":"arn:aws:sts::{account}:assumed-role/{name}/{session}","accountId":"{account}",'
        f'"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionContext":{{"sessionIssuer":{{"type":"Role",'
        f'"principalId":"AROAIOSFODNN7EXAMPLE","arn":"arn:aws:iam::{account}:role/{name}",'
        f'"accountId":"{account}","userName":"{name}"}},"attributes":{{"creationDate":"%s",'
        f'"mfaAuthenticated":"false"}}}}{invoked}}}'
    )
