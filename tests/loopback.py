"""A server of a test's own, on a free port of this machine."""

import ssl
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LoopbackServer(ABC):
    """Serves until it is closed; every request, whatever its method, is for ``serve``, several at a time.

    context: its certificate, where it talks TLS.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._lock = threading.Lock()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two packets: the second would wait until the first was acknowledged.
            disable_nagle_algorithm = True

            def handle(self) -> None:
                # Whoever does not trust the certificate says so, and goes.
                with suppress(ssl.SSLError):
                    super().handle()

            def do_GET(self) -> None:
                owner.serve(self)

            do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            # The handshake belongs to the thread of its request, not to the one that accepts all of them.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self._server.server_port}"

    @abstractmethod
    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    """Send an answer, unless the other side is gone."""
    try:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
    except ConnectionError:
        # Whoever asked has gone.
        handler.close_connection = True
