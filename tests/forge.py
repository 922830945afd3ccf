"""GitHub and GitLab on this machine, as far as comments go: what they keep, what they were asked, and how they fail."""

import json
import re
import socket
import ssl
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback import LoopbackServer, answer

TOKEN = "secret-0123456789"
GITHUB_COMMENTS = "/api/v3/repos/acme/infra/issues/7/comments"
GITLAB_NOTES = "/api/v4/projects/acme/infra/merge_requests/7/notes"
DROP = "drop the connection"
OTHER_HOST = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Failure:
    """What is answered instead: to requests of a method, so many times."""

    status: int | str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"message": "no"}'
    method: str = ""
    path: str = ""
    times: int = 10**6
    is_done_all_the_same: bool = False


class FakeForge(LoopbackServer):
    """A forge with one pull request, number 7 of acme/infra.

    comments: each with id, body and author; page_size: at most so many to a page.
    login: whose token it is; ``None``: that of a job, which may not ask.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(context)
        self.comments: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.failures: deque[Failure] = deque()
        self.page_size = 100
        self.login: str | None = None

    @property
    def github(self) -> dict[str, str]:
        """What a job of GitHub's has in its environment."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": f"{self.url}/api/v3",
            "GITHUB_REPOSITORY": "acme/infra",
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_TOKEN": TOKEN,
        }

    @property
    def gitlab(self) -> dict[str, str]:
        """What a job of GitLab's has in its environment."""
        return {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{self.url}/api/v4",
            "CI_PROJECT_ID": "acme/infra",
            "CI_MERGE_REQUEST_IID": "7",
            "GITLAB_TOKEN": TOKEN,
        }

    def add(self, body: str, login: str = "github-actions[bot]", kind: str = "Bot") -> int:
        number = len(self.comments) + 1
        user = {"login": login, "type": kind, "id": sum(login.encode())}
        self.comments.append({"id": number, "body": body, "user": user, "author": user})
        return number

    @property
    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.method != "GET"]

    @property
    def bodies(self) -> list[str]:
        return [str(comment["body"]) for comment in self.comments]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        sent = handler.rfile.read(length)
        request = Request(handler.command, handler.path, dict(handler.headers), json.loads(sent) if sent else None)
        with self._lock:
            self.requests.append(request)
            failure = self._failure(request)
            done = self._answer(request) if failure is None or failure.is_done_all_the_same else None
        if failure is not None and failure.status == DROP:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif failure is not None:
            status, headers, body = int(failure.status), failure.headers, failure.body
            answer(handler, status, {**headers, "Content-Length": str(len(body))}, body)
        elif done is not None:
            status, headers, document = done
            body = json.dumps(document).encode()
            answer(handler, status, {**headers, "Content-Length": str(len(body))}, body)

    def _failure(self, request: Request) -> Failure | None:
        for failure in self.failures:
            if failure.times and failure.method in ("", request.method) and failure.path in request.path:
                failure.times -= 1
                return failure
        return None

    def _answer(self, request: Request) -> tuple[int, dict[str, str], Any]:
        parts = urlsplit(request.path)
        path = unquote(parts.path)
        is_github = request.headers.get("Authorization") == f"Bearer {TOKEN}" and path.startswith("/api/v3/")
        is_gitlab = request.headers.get("Private-Token") == TOKEN and path.startswith("/api/v4/")
        if not (is_github or is_gitlab):
            return 401, {}, {"message": "Bad credentials"}
        if path.endswith("/user"):
            own = self.login or "github-actions[bot]"
            if is_github and self.login is None:
                return 403, {}, {"message": "Resource not accessible by integration"}
            return 200, {}, {"login": own, "id": sum(own.encode())}
        if path in (GITHUB_COMMENTS, GITLAB_NOTES):
            if request.method == "GET":
                return self._page(parts.path, parse_qs(parts.query))
            number = self.add(request.body["body"], self.login or "github-actions[bot]")
            return (
                201,
                {},
                {"id": number, "html_url": f"https://github.example/acme/infra/pull/7#issuecomment-{number}"},
            )
        edited = re.fullmatch(r"/api/v3/repos/acme/infra/issues/comments/(\d+)|" + GITLAB_NOTES + r"/(\d+)", path)
        if edited and request.method == ("PATCH" if is_github else "PUT"):
            number = int(edited[1] or edited[2])
            self.comments[number - 1]["body"] = request.body["body"]
            return (
                200,
                {},
                {"id": number, "html_url": f"https://github.example/acme/infra/pull/7#issuecomment-{number}"},
            )
        return 404, {}, {"message": "Not Found"}

    def _page(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], Any]:
        size = min(self.page_size, int(query.get("per_page", ["30"])[0]))
        page = int(query.get("page", ["1"])[0])
        is_newest_first = query.get("sort") == ["desc"]
        found = self.comments[::-1] if is_newest_first else self.comments
        headers = {}
        if page * size < len(found):
            # Some forges name themselves by another host than the one they are asked at.
            link = f"{OTHER_HOST}{path}?per_page={size}&page={page + 1}" + ("&sort=desc" if is_newest_first else "")
            headers["Link"] = f'<{OTHER_HOST}{path}?page=9>; rel="last", <{link}>; rel="next"'
        return 200, headers, found[(page - 1) * size : page * size]
