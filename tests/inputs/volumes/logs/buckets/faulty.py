"""Stands between the SDK and an S3, and does what an S3 on a bad day does: real answers over real connections."""

import http.client
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import unquote

from tests.loopback import LoopbackServer, answer

_KEPT = ("content-type", "content-encoding", "etag", "last-modified")


class Request(NamedTuple):
    """What came in: method, path with the query, and the Region for which it was signed."""

    method: str
    path: str
    region: str


@dataclass
class Fault:
    """What happens instead, to requests that match, so many times.

    status, code, message, headers: an answer with an error of S3's.
    keeps_bytes: the real answer, its body cut off there; is_reset: the connection breaks without an answer.
    """

    matches: Callable[[Request], bool]
    times: int = 1_000_000
    status: int = 503
    code: str = "SlowDown"
    message: str = "Please reduce your request rate."
    headers: dict[str, str] = field(default_factory=dict)
    keeps_bytes: int | None = None
    is_reset: bool = False


def path_has(text: str) -> Callable[[Request], bool]:
    return lambda request: text in unquote(request.path)


def is_listing(request: Request) -> bool:
    return "list-type=2" in request.path


def is_reading(request: Request) -> bool:
    return request.method == "GET" and not is_listing(request)


class FaultyS3(LoopbackServer):
    """A server on a free port of this machine; what does not match a fault goes on to *target* (host and port)."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        super().__init__()

    def add(self, matches: Callable[[Request], bool], **fault: object) -> None:
        self.faults.append(Fault(matches, **fault))  # type: ignore[arg-type]

    def clear(self) -> None:
        self.faults.clear()
        self.requests.clear()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        signed = re.search(r"Credential=[^/]+/\d+/([^/]+)/s3/", handler.headers.get("Authorization", ""))
        request = Request(handler.command, handler.path, signed[1] if signed else "")
        fault = self._fault_for(request)
        if fault is None:
            self._forward(handler, None)
        elif fault.is_reset:
            # Without lingering, closing sends a reset rather than an end.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
        elif fault.keeps_bytes is not None:
            self._forward(handler, fault.keeps_bytes)
        else:
            text = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
            body = b"" if request.method == "HEAD" else text.encode()
            headers = {"content-type": "application/xml", "content-length": str(len(body)), **fault.headers}
            answer(handler, fault.status, headers, body)

    def _fault_for(self, request: Request) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            for fault in self.faults:
                if fault.times and fault.matches(request):
                    fault.times -= 1
                    return fault
        return None

    def _forward(self, handler: BaseHTTPRequestHandler, keeps_bytes: int | None) -> None:
        connection = http.client.HTTPConnection(*self.target)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
            connection.request(handler.command, handler.path, headers=headers)
            found = connection.getresponse()
            body = found.read()
            kept = {n: v for n, v in found.getheaders() if n.lower() in _KEPT or n.lower().startswith("x-amz")}
            kept["content-length"] = found.getheader("content-length") or str(len(body))
        finally:
            connection.close()
        if keeps_bytes is not None:
            handler.close_connection = True
        answer(handler, found.status, kept, body[:keeps_bytes])
