"""A Rasa server written by hand: HTTP on loopback that can hang, babble, drip and be killed."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.names import Intent
from nlu.rasa_client import Rasa

TOKEN = "a-token-of-the-tests"
GARBAGE = (
    b"",
    b"not json",
    b"[]",
    b'{"intent": null}',
    b'{"text": "?", "intent": {"name": "greet", "confidence": 0.9}, "intent_ranking": []}',
    b"\xff\xfe" * 400,
    b"{" * 200_000,
)


class Mood(StrEnum):
    """How it answers."""

    FINE = "fine"
    STARTING = "starting"
    HANGING = "hanging"
    SLOW = "slow"
    DRIPPING = "dripping"
    FAILING = "failing"
    WRONG_INTENT = "wrong_intent"
    NOT_A_NUMBER = "not_a_number"
    RUDE = "rude"


@dataclass
class Peer:
    """One server: what it says, and every byte that it was sent."""

    mood: Mood = Mood.FINE
    intent: str = Intent.ASK_POLICY
    confidence: str = "0.9"
    garbage: bytes | None = None
    port: int = 0
    received: list[bytes] = field(default_factory=list)
    asked: int = 0
    at_once: int = 0
    most_at_once: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listener: socket.socket | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, *, open_seconds: int = 1) -> Rasa:
        """Who asks it."""
        return Rasa(self.address, TOKEN, open_seconds=open_seconds)

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, args=(self._listener,), daemon=True).start()

    def kill(self) -> None:
        """No goodbye: the port and every line are closed."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            for line in self._open:
                line.close()
            self._open.clear()
        self._listener = None

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with self._lock:
            self._open.add(line)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._answer(line, _request(line))
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(line)
                self.at_once -= 1
            line.close()

    def _answer(self, line: socket.socket, request: bytes) -> None:
        self.received.append(request)
        head, _, body = request.partition(b"\r\n\r\n")
        if head.startswith(b"GET /status"):
            loaded = b"null" if self.mood is Mood.STARTING else b'"model.tar.gz"'
            line.sendall(_response(b'{"model_file": ' + loaded + b"}"))
            return
        self.asked += 1
        match self.mood:
            case Mood.HANGING:
                time.sleep(30)
            case Mood.SLOW:
                time.sleep(5)
            case Mood.FAILING:
                line.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
                return
            case Mood.DRIPPING:
                _drip(line)
        line.sendall(_response(self._parse(json.loads(body)["text"])))

    def _parse(self, text: str) -> bytes:
        if self.garbage is not None:
            return self.garbage
        name = "self_destruct" if self.mood is Mood.WRONG_INTENT else self.intent
        confidence = "NaN" if self.mood is Mood.NOT_A_NUMBER else self.confidence
        guess = f'{{"name": "{name}", "confidence": {confidence}}}'
        said = json.dumps("别的话" if self.mood is Mood.RUDE else text)
        return f'{{"text": {said}, "intent": {guess}, "intent_ranking": [{guess}]}}'.encode()


@contextmanager
def peer() -> Iterator[Peer]:
    """A server for as long as the block runs."""
    made = Peer()
    made.start()
    try:
        yield made
    finally:
        made.kill()


def _request(line: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for row in head.lower().split(b"\r\n"):
        if row.startswith(b"content-length:"):
            length = int(row.split(b":")[1])
    while len(body) < length:
        body += _more(line)
    return head + b"\r\n\r\n" + body


def _more(line: socket.socket) -> bytes:
    got = line.recv(65536)
    if not got:
        raise ConnectionError("The other side is gone.")
    return got


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def _drip(line: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 600:
        line.sendall(bytes([byte]))
        time.sleep(0.2)
