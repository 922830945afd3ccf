"""Requests to the HTTP API of a forge: JSON there and back, and a token that is shown to one host only.

No redirection is followed, and a further page is asked of the same host, whatever host its address names.  What went
wrong is told by a status or a few words of costplan's own: what a server says may hold anything.
"""

import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from costplan.model.problems import BadInputError, Location, Problem

READ_SECONDS = 30
LARGEST_BYTES = 64 * 2**20
MOST_PAGES = 100
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<,]*\brel="?next"?')
_PRINTABLE = re.compile(r"[!-~]+\Z")
_CHECK = "check the address of the API, and proxies on the way"
_BUSY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Token:
    """A secret; shown by nothing.

    header: of a request, which carries it; scheme: what stands before it there.
    """

    value: str = field(repr=False)
    header: str
    scheme: str = ""


class RefusedError(Exception):
    """An answer that is none of success.

    retry_after: seconds that the server asks to wait; ``None`` where it asks for nothing.
    """

    def __init__(self, status: int, retry_after: int | None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after

    @property
    def is_passing(self) -> bool:
        """Whether another attempt may succeed; GitHub says 403 for its secondary rate limits, and how long to wait."""
        return self.status in _BUSY or (self.status == 403 and self.retry_after is not None)


class NoAnswerError(Exception):
    """Nobody answered, or with something else than the API would.

    is_passing: whether another attempt may succeed; when, nobody says.
    """

    retry_after = None

    def __init__(self, what: str, hint: str, *, is_passing: bool) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.is_passing = is_passing


@dataclass(frozen=True, slots=True)
class Answer:
    """The document of an answer, and the path of the page after it, if there is one."""

    document: Any
    next_page: str | None


class Connection:
    """An API at an address that ``checked_address`` returned, and the token for it."""

    def __init__(self, address: SplitResult, token: Token, headers: Mapping[str, str]) -> None:
        self._address = address
        self._headers = {**headers, token.header: token.scheme + token.value, "User-Agent": "costplan"}
        # Without a proxy on the way to this machine, lest the token leave it in the clear.
        proxies: dict[str, str] | None = {} if address.hostname in _LOOPBACK else None
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(proxies),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def path(self, below: str) -> str:
        """Return the path of something of the API."""
        return f"{self._address.path.rstrip('/')}/{below}"

    def iter_entries(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield the entries of a list, page by page.

        Raises:
            RefusedError, NoAnswerError: there is no answer to use.
        """
        page = path
        for _ in range(MOST_PAGES):
            answer = self.send("GET", page)
            if not isinstance(answer.document, list):
                raise NoAnswerError("what answers is not its API: a list was expected", _CHECK, is_passing=False)
            yield from (entry for entry in answer.document if isinstance(entry, dict))
            if answer.next_page is None:
                return
            page = answer.next_page
        raise NoAnswerError(f"there are more than {MOST_PAGES} pages of comments", _CHECK, is_passing=False)

    def send(self, method: str, path: str, document: object = None) -> Answer:
        """Send one request, with a document where one is given, and return the answer.

        Raises:
            RefusedError, NoAnswerError: there is no answer to use.
        """
        url = f"{self._address.scheme}://{self._address.netloc}{path}"
        content = None if document is None else json.dumps(document).encode()
        headers = self._headers if content is None else {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(url, content, headers, method=method)
        try:
            with self._opener.open(request, timeout=READ_SECONDS) as answer:
                said = answer.read(LARGEST_BYTES + 1)
                return Answer(_parsed(said), _next_page(answer.headers.get("Link", "")))
        except urllib.error.HTTPError as error:
            with error:
                wait = error.headers.get("Retry-After", "").strip()
            raise RefusedError(error.code, int(wait) if wait.isascii() and wait.isdigit() else None) from None
        except (OSError, http.client.HTTPException) as error:
            raise _unanswered(error) from None


def checked_address(api_url: str) -> SplitResult:
    """Return the parts of an address that a token may be sent to.

    Raises:
        BadInputError: it is none, or the token would be sent in the clear.
    """
    try:
        parts = urlsplit(api_url)
        is_plain = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:
        is_plain, parts = False, urlsplit("")
    # The address itself is not told: it may hold a password.
    if not is_plain or not is_printable(api_url) or "@" in parts.netloc:
        hint = "for example https://api.github.com, or https://gitlab.example.com/api/v4"
        raise BadInputError([Problem(Location("address of the API"), "is none that a token may be sent to", hint)])
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        what = "is not one of https: the token would be sent in the clear"
        raise BadInputError([Problem(Location(parts.netloc), what, "nothing was sent; name an address of https")])
    return parts


def is_printable(text: str) -> bool:
    """Whether a text can stand in the head of a request: ASCII, without spaces."""
    return _PRINTABLE.match(text) is not None


def _parsed(said: bytes) -> Any:
    if len(said) > LARGEST_BYTES:
        what = f"an answer is larger than {LARGEST_BYTES // 2**20} MiB"
        raise NoAnswerError(what, _CHECK, is_passing=False)
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        what = "what answers is not its API: the answer is no JSON"
        raise NoAnswerError(what, _CHECK, is_passing=False) from None


def _next_page(link: str) -> str | None:
    found = _NEXT.search(link)
    if not found:
        return None
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}" if parts.path.startswith("/") else None


def _unanswered(error: Exception) -> NoAnswerError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        hint = "SSL_CERT_FILE names the file with the certificates to trust"
        return NoAnswerError("its certificate is not trusted", hint, is_passing=False)
    words = "took too long" if isinstance(reason, TimeoutError) else ""
    if isinstance(reason, OSError):
        words = words or reason.strerror or ""
    what = f"does not answer ({words or type(reason).__name__})"
    return NoAnswerError(what, "check the address, the network and its proxies, and try again", is_passing=True)
