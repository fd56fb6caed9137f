"""A Bot API on the loopback that can delay, refuse, cut, repeat and forget."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "100:test"
Answer = Callable[["Call"], None]


class Call:
    """One request under way: what was asked, and the ways to answer it."""

    def __init__(
        self, handler: BaseHTTPRequestHandler, method: str, fields: dict[str, str]
    ) -> None:
        self._handler = handler
        self.method = method
        self.fields = fields

    def give(self, result: object) -> None:
        """Answer well."""
        self._answer(200, {"ok": True, "result": result})

    def refuse(self, code: int, description: str, **parameters: int) -> None:
        """Answer with one of the API's errors."""
        body = {"ok": False, "error_code": code, "description": description}
        self._answer(code, body | ({"parameters": parameters} if parameters else {}))

    def hand_out(self, content: bytes) -> None:
        """Answer with a file."""
        self._send(200, content)

    def babble(self) -> None:
        """Answer with something that is no JSON."""
        self._send(200, b"<html>gateway</html>")

    def hang(self, seconds: float) -> None:
        """Say nothing for so long, then nothing more."""
        time.sleep(seconds)
        self.cut()

    def cut(self) -> None:
        """Close the connection without a word."""
        self._handler.close_connection = True

    def _answer(self, code: int, body: object) -> None:
        self._send(code, json.dumps(body).encode())

    def _send(self, code: int, body: bytes) -> None:
        self._handler.send_response(code)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)


class TelegramPeer:
    """What a bot sees of Telegram. `sent` are the messages that residents have."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.updates: list[dict[str, Any]] = []
        self.methods: list[str] = []
        self.confirmed = 0
        self.handed = threading.Event()
        self.behaviour: deque[Answer] = deque()
        self._lock = threading.Lock()
        self._next = 1
        self._silent = False

    def writes(self, text: str, chat: int = 7) -> int:
        """A resident writes; returns the update's id."""
        person = {"id": chat, "is_bot": False, "first_name": "x"}
        message = {
            "message_id": 1,
            "date": 1,
            "chat": {"id": chat, "type": "private"},
            "from": person,
            "text": text,
        }
        return self.hands_in({"message": message})

    def presses(self, data: str, chat: int = 7) -> int:
        """A resident presses a button."""
        person = {"id": chat, "is_bot": False, "first_name": "x"}
        message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}
        query = {
            "id": "1",
            "from": person,
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        return self.hands_in({"callback_query": query})

    def hands_in(self, update: dict[str, Any]) -> int:
        """Any update at all."""
        with self._lock:
            number = self._next
            self._next += 1
            self.updates.append({"update_id": number, **update})
        return number

    def will(self, *answers: Answer) -> None:
        """Answer the next sends so, in order; afterwards well again."""
        self.behaviour.extend(answers)

    def texts(self, chat: int = 7) -> list[str]:
        """What a resident has read."""
        return [one["text"] for one in self.sent if one["chat_id"] == str(chat)]

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Nothing is handed out meanwhile."""
        self._silent = True
        yield
        self._silent = False

    def answer(self, call: Call) -> None:
        """Answer one request."""
        self.methods.append(call.method)
        if call.method == "getupdates":
            call.give(self._from(int(call.fields.get("offset", "0"))))
        elif call.method == "sendMessage" and self.behaviour:
            self.behaviour.popleft()(call)
        elif call.method == "sendMessage":
            self.keeps(call)
            call.give(self._message(call))
        else:
            call.give({})

    def keeps(self, call: Call) -> None:
        """The resident has it, whatever the bot is told."""
        with self._lock:
            self.sent.append(call.fields)

    def keeps_and_cuts(self, call: Call) -> None:
        """The resident has it, and the bot will never know."""
        self.keeps(call)
        call.cut()

    def _from(self, offset: int) -> list[dict[str, Any]]:
        with self._lock:
            self.confirmed = max(self.confirmed, offset - 1)
            known = [] if self._silent else list(self.updates)
            waiting = [one for one in known if one["update_id"] >= offset]
        if waiting:
            self.handed.set()
        else:
            time.sleep(0.05)
        return waiting

    def _message(self, call: Call) -> dict[str, object]:
        chat = {"id": int(call.fields["chat_id"]), "type": "private"}
        return {"message_id": len(self.sent), "date": 1, "chat": chat}


@contextmanager
def serving(peer: TelegramPeer, port: int = 0) -> Iterator[str]:
    """The peer's address while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length).decode()
            method = self.path.partition("?")[0].rpartition("/")[2]
            peer.answer(Call(self, method, _fields(body)))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _fields(body: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body).items()}
