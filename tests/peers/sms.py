"""A gateway of text messages: it checks signatures, sends each id once, and may answer badly."""

import itertools
import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from tests.peers.listening import Asked

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1nYXRld2F5LWZvci10ZXN0cw=="
Answer = Callable[[Asked], None]


class SmsPeer:
    """`sent` are telephone and text of what arrived, in the order in which it came."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.asked: list[dict[str, object]] = []
        self.behaviour: deque[Answer] = deque()
        self.messages: dict[str, dict[str, str]] = {}
        self.web = ""
        self._ids = itertools.count(1)
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> None:
        """Answer one message."""
        at = datetime.fromtimestamp(int(asked.headers["webhook-timestamp"]), UTC)
        signed = Webhook(SECRET).sign(asked.headers["webhook-id"], at, asked.body)
        if asked.headers["webhook-signature"] != signed:
            asked.give(401, {"error": "signature"})
        elif self.behaviour:
            self.behaviour.popleft()(asked)
        else:
            self.keeps(asked)
            asked.give(202, {"id": asked.headers["webhook-id"]})

    def keeps(self, asked: Asked) -> None:
        """The resident has it, once for each id, whatever we are told."""
        data = json.loads(asked.body)["data"]
        with self._lock:
            self.asked.append(data)
            if asked.headers["webhook-id"] not in self._known:
                self._known.add(asked.headers["webhook-id"])
                self.sent.append((data["to"], data["text"]))

    def writes(self, text: str, phone: str) -> str:
        """A resident sends a text message; returns its id."""
        name = f"in-{next(self._ids)}"
        at = datetime.now(UTC).isoformat()
        self.messages[name] = {"id": name, "from": phone, "text": text, "at": at}
        self.tells("sms.received", self.messages[name])
        return name

    def tells(self, kind: str, data: object, *, at: datetime | None = None) -> httpx.Response:
        """The gateway tells us something, signed."""
        return tell(f"{self.web}/channels/sms", SECRET, {"type": kind, "data": data}, at=at)

    def texts(self, phone: str) -> list[str]:
        """What a resident has read."""
        with self._lock:
            return [text for to, text in self.sent if to == phone]


def tell(
    url: str, secret: str, body: object, *, at: datetime | None = None, name: str = "m1"
) -> httpx.Response:
    """Post something signed as Standard Webhooks has it."""
    at = at or datetime.now(UTC)
    text = json.dumps(body, ensure_ascii=False)
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, text),
    }
    return httpx.post(url, content=text.encode(), headers=headers, timeout=10)
