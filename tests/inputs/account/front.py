"""Stands between the SDK and moto, as AWS's endpoints of all services: writes down what was asked, plays what moto does
not serve, and has bad days.

What it answers itself is compared with the SDK's service model while it is served.
"""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import botocore.session

from tests.inputs.account.shapes import misfits
from tests.loopback import LoopbackServer, answer

JSON_TYPE = "application/x-amz-json-1.1"
# Services whose errors are XML, each in a form of its own.
XML_ERRORS = {
    "s3": "<Error><Code>{code}</Code><Message>{message}</Message></Error>",
    "sts": "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>",
    "sns": "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>",
    "ec2": "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>",
}
S3_OPERATIONS = {
    "location": "GetBucketLocation",
    "lifecycle": "GetBucketLifecycleConfiguration",
    "versioning": "GetBucketVersioning",
    "metrics": "ListBucketMetricsConfigurations",
}
# REST paths of the services that have such.
LAMBDA_OPERATIONS = {"/2015-03-31/functions": "ListFunctions"}
# Where a service signs with another name than the SDK calls it by.
SDK_NAMES = {"monitoring": "cloudwatch", "states": "stepfunctions"}
SECRET_WORDS = "arn:aws:iam::111122223333:user/somebody may not"


class Asked(NamedTuple):
    """One request: whom it asks what, for which Region it was signed and by whose key."""

    service: str
    operation: str
    region: str
    key_id: str
    parameters: Mapping[str, Any]


@dataclass
class Failure:
    """An error of AWS's instead of an answer."""

    code: str
    status: int = 400


Play = Callable[[Asked], dict[str, Any] | str | Failure]
Patch = Callable[[dict[str, Any], Asked], dict[str, Any]]


@dataclass
class Fault:
    """A failure of all requests that match, so many times."""

    matches: Callable[[Asked], bool]
    failure: Failure
    times: int = 1_000_000


@dataclass
class Scene:
    """What the front does of its own.

    plays: answers by operation, instead of moto's: as JSON, or XML as it is; patches: changes of moto's answers.
    misfits: answers that the SDK's service model does not know like that.
    """

    plays: dict[str, Play] = field(default_factory=dict)
    patches: dict[str, Patch] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)

    def fail(
        self,
        code: str,
        *operations: str,
        region: str = "",
        about: str = "",
        by: str = "",
        times: int = 1_000_000,
    ) -> None:
        """Let operations fail: all of them, in all Regions, for all keys, whatever they are about, if none is named."""

        def matches(asked: Asked) -> bool:
            is_one = not operations or asked.operation in operations
            is_here = region in ("", asked.region) and by in ("", asked.key_id)
            return is_one and is_here and about in ("", *map(str, asked.parameters.values()))

        self.faults.append(Fault(matches, Failure(code), times))

    def asked_for(self, operation: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.operation == operation]


class Front(LoopbackServer):
    """A server on a free port of this machine; *moto* is host and port of what answers the rest."""

    def __init__(self, moto: tuple[str, int]) -> None:
        self.moto, self.scene = moto, Scene()
        self.models = botocore.session.get_session()
        super().__init__()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        asked = _understand(handler, body)
        with self._lock:
            self.scene.asked.append(asked)
            fault = next((one for one in self.scene.faults if one.times and one.matches(asked)), None)
            if fault is not None:
                fault.times -= 1
        if fault is not None:
            _answer_failure(handler, asked, fault.failure)
        elif asked.operation in self.scene.plays:
            played = self.scene.plays[asked.operation](asked)
            if isinstance(played, Failure):
                _answer_failure(handler, asked, played)
            elif isinstance(played, str):
                _answer(handler, 200, {"content-type": "text/xml"}, played.encode())
            else:
                self._check(asked, played)
                _answer(handler, 200, {"content-type": JSON_TYPE}, json.dumps(played).encode())
        else:
            self._forward(handler, asked, body)

    def _check(self, asked: Asked, played: dict[str, Any]) -> None:
        shape = self.models.get_service_model(asked.service).operation_model(asked.operation).output_shape
        found = [f"{asked.operation}{what}" for what in misfits(shape, played)]
        with self._lock:
            self.scene.misfits += found

    def _forward(self, handler: BaseHTTPRequestHandler, asked: Asked, body: bytes) -> None:
        connection = http.client.HTTPConnection(*self.moto)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
            connection.request(handler.command, handler.path, body, headers)
            found = connection.getresponse()
            content = found.read()
        finally:
            connection.close()
        patch = self.scene.patches.get(asked.operation)
        if patch is not None and found.status == 200:
            content = json.dumps(patch(json.loads(content), asked)).encode()
        kept = {name: value for name, value in found.getheaders() if name.lower().startswith(("content-type", "x-am"))}
        _answer(handler, found.status, kept, content)


def _understand(handler: BaseHTTPRequestHandler, body: bytes) -> Asked:
    signed = re.search(
        r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/", handler.headers["Authorization"]
    )
    assert signed is not None
    service, target, url = signed["service"], handler.headers.get("X-Amz-Target"), urlsplit(handler.path)
    parameters: Mapping[str, Any] = {}
    if target:
        operation, parameters = target.rpartition(".")[2], json.loads(body or b"{}")
    elif service == "lambda":
        operation = LAMBDA_OPERATIONS[url.path.rstrip("/")]
    elif service == "s3" and url.path == "/":
        operation = "ListBuckets"
    elif service == "s3":
        asked_for = [part.partition("=")[0] for part in url.query.split("&") if handler.command == "GET"]
        named = [S3_OPERATIONS[part] for part in asked_for if part in S3_OPERATIONS]
        operation = named[0] if named else f"{handler.command} {url.query}"
        parameters = {"Bucket": url.path.strip("/")}
    elif service == "account":
        operation, parameters = url.path[1:2].upper() + url.path[2:], json.loads(body or b"{}")
    else:
        parameters = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        operation = parameters["Action"]
    return Asked(SDK_NAMES.get(service, service), operation, signed["region"], signed["key"], parameters)


def _answer_failure(handler: BaseHTTPRequestHandler, asked: Asked, failure: Failure) -> None:
    message = SECRET_WORDS
    if asked.service in XML_ERRORS:
        text = XML_ERRORS[asked.service].format(code=failure.code, message=message)
        _answer(handler, failure.status, {"content-type": "text/xml"}, text.encode())
    else:
        headers = {"content-type": JSON_TYPE, "x-amzn-errortype": failure.code}
        _answer(handler, failure.status, headers, json.dumps({"__type": failure.code, "message": message}).encode())


def _answer(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    answer(handler, status, {**headers, "content-length": str(len(body))}, body)
