"""A gateway that is paged: it checks signatures, and may fail the first times it is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1wYWdlci1mb3ItdGVzdHM="


@dataclass
class Gateway:
    """What arrived; `fails` is how many more times it answers `refusal`, `holds` how many more it
    keeps waiting without a word: `holding` says that one waits."""

    address: str
    fails: int = 0
    refusal: int = 500
    holds: int = 0
    holding: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    ids: list[str] = field(default_factory=list)
    bodies: list[dict[str, object]] = field(default_factory=list)

    def take(self, body: str, headers: dict[str, str]) -> int:
        """The status for one page."""
        # The time of a test is not the machine's: its age is not looked at here.
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        if headers["webhook-signature"] != Webhook(SECRET).sign(headers["webhook-id"], at, body):
            return 401
        self.ids.append(headers["webhook-id"])
        if self.fails:
            self.fails -= 1
            return self.refusal
        self.bodies.append(json.loads(body))
        return 204


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length).decode()
            given = {name.lower(): value for name, value in self.headers.items()}
            if found.holds:
                found.holds -= 1
                found.holding.set()
                found.over.wait()
                return
            self.send_response(found.take(body, given))
            # Whoever would follow it finds nobody there.
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Gateway(f"http://127.0.0.1:{server.server_port}/page")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
