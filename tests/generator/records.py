"""Turns one kind of event of one caller on one resource into a ready text with gaps.

Speed comes from here: a record is one ``%`` of a cached text, never a dictionary. Every template consumes
the same values in the same order: session, session, session's creation time, event time, source address,
object key, token, S3's request id, other request id, event id, object key, shared event id. A record that
does not show one of them consumes it with ``%.0s``.
"""

from dataclasses import dataclass, field

from .identities import UNUSED, Principal
from .truth import EventKey, Resource


@dataclass(slots=True)
class Shape:
    """A template with its truth, and the counters that fill up while it is used.

    follow: for DeleteObjects, the shape of the events that come with it, one per deleted key.
    """

    template: str
    key: EventKey
    has_category: bool = True
    follow: "Shape | None" = None
    count: int = 0
    raw_bytes: int = 0


@dataclass(frozen=True)
class Call:
    """The parts of a record that its kind and its resources decide; texts are templates.

    params consumes one value (object key), additional one (token), listed one (object key).
    listed is the inside of ``resources``; resources are those a selector can name.
    """

    category: str
    source: str
    name: str
    read_only: bool | None
    params: str = "null" + UNUSED
    response: str = "null"
    additional: str = UNUSED
    listed: str = UNUSED
    resources: tuple[Resource, ...] = field(default=())
    folder: str | None = None
    event_type: str = "AwsApiCall"
    error_code: str | None = None
    host: str | None = None
    vpc_endpoint: tuple[str, str] | None = None


def literal(text: str) -> str:
    """Return *text* as a template that prints it and consumes nothing."""
    return text.replace("%", "%%")


def shape(account: str, region: str, principal: Principal, call: Call, version: str) -> Shape:
    """Return the template of *principal* making *call*, as a record of *version*.

    Records of 1.05 and before say nothing about their category, 1.06 only managementEvent.
    """
    minor = int(version.partition(".")[2])
    is_console = principal.is_console and minor >= 8
    parts = [
        f'{{"eventVersion":"{version}","userIdentity":{principal.identity},"eventTime":"%s",',
        f'"eventSource":"{call.source}","eventName":"{call.name}","awsRegion":"{region}",',
        '"sourceIPAddress":' + (f'"{principal.source}{UNUSED}"' if principal.source else '"%s"'),
    ]
    # Network activity events show neither agent nor parameters nor readOnly.
    is_network = call.category == "NetworkActivity"
    if not is_network:
        parts.append(f',"userAgent":"{literal(principal.agent)}"')
    if call.error_code:
        parts.append(
            f',"errorCode":"{call.error_code}","errorMessage":"The caller is not authorized to perform this operation"'
        )
    if is_network:
        parts.append(UNUSED * 2)
    else:
        parts.append(f',"requestParameters":{call.params},"responseElements":{call.response}{call.additional}')
    is_s3 = call.source.startswith("s3")
    parts.append(f',"requestID":"%s{UNUSED}"' if is_s3 else f',"requestID":"{UNUSED}%s"')
    parts.append(',"eventID":"%s"')
    if call.read_only is not None:
        parts.append(f',"readOnly":{str(call.read_only).lower()}')
    parts.append(f',"resources":[{call.listed}]' if call.listed != UNUSED else UNUSED)
    parts.append(f',"eventType":"{call.event_type}"')
    if minor >= 6 and not is_network:
        parts.append(f',"managementEvent":{str(call.category == "Management").lower()}')
    parts.append(f',"recipientAccountId":"{account}"')
    parts.append(',"sharedEventID":"%s"' if principal.is_service or is_network else UNUSED)
    if call.vpc_endpoint:
        parts.append(f',"vpcEndpointId":"{call.vpc_endpoint[0]}","vpcEndpointAccountId":"{call.vpc_endpoint[1]}"')
    if minor >= 7:
        parts.append(f',"eventCategory":"{call.category}"')
    if minor >= 8 and principal.source is None and call.host:
        parts.append(
            ',"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
            f'"clientProvidedHostHeader":"{call.host}"}}'
        )
    if is_console:
        parts.append(',"sessionCredentialFromConsole":"true"')
    parts.append("}")
    endpoint, owner = call.vpc_endpoint or (None, None)
    key = EventKey(
        account=account,
        region=region,
        category=call.category,
        event_source=call.source,
        event_name=call.name,
        event_type=call.event_type,
        read_only=call.read_only,
        resources=tuple(sorted(set(call.resources))),
        folder=call.folder,
        principal=principal.container,
        principal_type=principal.type,
        invoked_by=principal.invoked_by,
        console="true" if is_console else None,
        error_code=call.error_code,
        vpc_endpoint_id=endpoint,
        vpc_endpoint_account_id=owner,
    )
    return Shape("".join(parts), key, has_category=minor >= 7)
