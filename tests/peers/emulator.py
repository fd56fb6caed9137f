"""Residents on an emulator of the Bot API that others wrote, as far as it goes."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from pydantic import BaseModel, TypeAdapter

from tests.peers.telegram import TOKEN
from tests.places import ROOT

SCRIPT = Path(__file__).parent / "node" / "emulator.cjs"


class Button(BaseModel):
    """What stands under a message to be pressed."""

    text: str
    callback_data: str


class Keyboard(BaseModel):
    """The buttons under a message, row by row."""

    inline_keyboard: tuple[tuple[Button, ...], ...]


class Sent(BaseModel):
    """A message as the emulator took it from the bot."""

    chat_id: str
    text: str
    reply_markup: Keyboard | None = None


class _Kept(BaseModel):
    message: dict[str, object] = {}


class _History(BaseModel):
    result: tuple[_Kept, ...]


_SENT = TypeAdapter(Sent)


class Emulator:
    """The residents' side of it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def writes(self, text: str, chat: int = 7) -> None:
        """A resident writes."""
        self._post("sendMessage", {**_about(chat), "text": text})

    def begins(self, chat: int = 7) -> None:
        """A resident opens the chat by the client's own button."""
        entity = {"type": "bot_command", "offset": 0, "length": len("/start")}
        self._post("sendCommand", {**_about(chat), "text": "/start", "entities": [entity]})

    def presses(self, button: Button, chat: int = 7) -> None:
        """A resident presses what stands under a message."""
        about = _about(chat)
        message = {**about, "message_id": 1}
        self._post("sendCallback", {**about, "data": button.callback_data, "message": message})

    def sent(self, chat: int = 7) -> Sequence[Sent]:
        """What a resident has, in order."""
        got = self._post("getUpdatesHistory", {"token": TOKEN})
        kept = _History.model_validate_json(got.content).result
        said = [_SENT.validate_python(one.message) for one in kept if "chat_id" in one.message]
        return [one for one in said if one.chat_id == str(chat)]

    def _post(self, where: str, body: Mapping[str, object]) -> httpx.Response:
        return httpx.post(f"{self.address}/{where}", json=body, timeout=10).raise_for_status()


@contextmanager
def serving() -> Iterator[Emulator]:
    """The emulator while it runs."""
    command = [_node(), str(SCRIPT)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            port = running.stdout.readline().strip() if running.stdout else ""
            assert port, "The emulator did not start; run: make emulator"
            yield Emulator(f"http://127.0.0.1:{port}")
        finally:
            running.terminate()


def _about(chat: int) -> dict[str, object]:
    return {
        "botToken": TOKEN,
        "date": int(time.time()),
        "from": {"id": chat, "is_bot": False, "first_name": "x"},
        "chat": {"id": chat, "type": "private"},
    }


def _node() -> str:
    own = Path(sys.executable).with_name("node")
    return str(own) if own.exists() else (shutil.which("node") or "node")
