"""Fetch the file behind an address that AWS gave: in full, within bounds, and over nothing but HTTPS."""

import os
import zlib
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from costplan.inputs.aws.failures import BrokenAnswerError
from costplan.inputs.aws.patience import Patience, persist
from costplan.model.problems import BadInputError, Location, Problem

LARGEST_BYTES = 512 * 2**20
"""The list of one service in one Region has some ten MB at most; that of all Regions of Amazon S3 a few hundred."""

CONNECT_SECONDS, READ_SECONDS = 10, 60
_PIECE = 2**20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_GZIP = 16 + zlib.MAX_WBITS


def download(url: str, name: str, patience: Patience, largest: int = LARGEST_BYTES) -> str:
    """Return the text behind an address, unpacked where it is gzip; tried again where that helps.

    name: what the file is called in problems; addresses may be signed, and are not told.
    largest: how many bytes it may have, packed and unpacked.

    Raises:
        BadInputError: the address is not one to trust, or the file cannot be fetched.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise _bad(name, "its address is not one of https", "nothing was fetched; use --method products")
    from botocore.exceptions import BotoCoreError

    try:
        content = persist(lambda: _fetch(url, largest), patience)
    except _StatusError as error:
        raise _bad(name, f"cannot be fetched: HTTP status {error.status}", "try again, or --method products") from None
    except (BotoCoreError, BrokenAnswerError) as error:
        what = f"cannot be fetched: {type(error).__name__}"
        raise _bad(name, what, "check the network, or use --method products") from None
    content = None if content is None else _unpacked(content, largest, name)
    if content is None:
        raise _bad(name, f"is larger than {largest // 2**20} MiB", "download it yourself, and give it with --from")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad(name, "is not UTF-8 text", "try again, or use --method products") from None


class _StatusError(Exception):
    """An answer that is not the file; which of them may pass is told by the code of its response, as AWS's are."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.response = {"Error": {"Code": str(status)}}


def _fetch(url: str, largest: int) -> bytes | None:
    """Return the bytes behind an address; nothing where there are too many."""
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    session = URLLib3Session(
        verify=os.environ.get("AWS_CA_BUNDLE") or True,
        proxies=get_environ_proxies(url),
        timeout=(CONNECT_SECONDS, READ_SECONDS),
    )
    with closing(session):
        # Redirections are not followed: they could lead away from HTTPS.
        answer = session.send(AWSRequest(method="GET", url=url, stream_output=True).prepare())
        with closing(answer.raw):
            if answer.status_code != 200:
                raise _StatusError(answer.status_code)
            return _read(answer, largest)


def _read(answer: Any, largest: int) -> bytes | None:
    from urllib3.exceptions import HTTPError

    pieces: list[bytes] = []
    size = 0
    try:
        for piece in answer.raw.stream(_PIECE, decode_content=False):
            size += len(piece)
            if size > largest:
                return None
            pieces.append(piece)
    except HTTPError:
        raise BrokenAnswerError from None
    said = answer.headers.get("Content-Length", "")
    # An answer that breaks off looks like a whole one.
    if said.isdigit() and int(said) != size:
        raise BrokenAnswerError
    return b"".join(pieces)


def _unpacked(content: bytes, largest: int, name: str) -> bytes | None:
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(content, largest + 1)
    except zlib.error:
        raise _bad(name, "is damaged gzip", "try again") from None
    if len(unpacked) > largest:
        return None
    if not unpacker.eof:
        raise _bad(name, "is gzip that is cut off", "try again")
    return unpacked


def _bad(name: str, what: str, hint: str) -> BadInputError:
    return BadInputError([Problem(Location(name), what, hint)])
