"""A small server on the loopback for peers: it hands each request on and answers as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Asked:
    """One request under way."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: str) -> None:
        self._handler = handler
        link = urlsplit(handler.path)
        self.path = link.path
        self.query = dict(parse_qsl(link.query))
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in handler.headers.items()}
        self.body = body

    def give(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.say(status, json.dumps(body), headers)

    def say(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer with any text."""
        self.hand_out(status, text.encode(), headers)

    def hand_out(self, status: int, raw: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Answer with any bytes."""
        self._handler.send_response(status)
        for name, value in (headers or {}).items():
            self._handler.send_header(name, value)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(raw)))
        self._handler.end_headers()
        self._handler.wfile.write(raw)

    def cut(self) -> None:
        """Close the connection without a word."""
        self._handler.close_connection = True

    def hang(self, seconds: float) -> None:
        """Say nothing for so long, then cut."""
        time.sleep(seconds)
        self.cut()


@contextmanager
def listening(answer: Callable[[Asked], None], port: int = 0) -> Iterator[str]:
    """The peer's address while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            answer(Asked(self, self.rfile.read(length).decode("utf-8", "replace")))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
