"""A process that hears of a danger, or takes up what nobody answered, until it is killed.

`python -m tests.crash.hearing KIND ADDRESS KEYS AT CHAT`: `web` thinks about a message, `clock` has
rung; its clock stands at AT, an ISO time. Prints `ready` in the middle of it.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from bot import paging, second_tries
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases import sealed
from cases.database import Store
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from nlu.interpreter import Interpreter
from nlu.understanding import Understanding
from tests import loaded

DANGER = "我老公拿刀要砍我"


class Hangs:
    """An engine that never comes back."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Say that the message is being thought about, then hang."""
        _ready()
        raise AssertionError((text, now))


class Away:
    """An engine that cannot be reached: what is left are the rules of danger."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Fail."""
        raise TimeoutError(f"{now}: {len(text)} characters")


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(600)


def _helpline(store: Store, engine: Interpreter) -> Helpline:
    words, shelf = speech.chinese(), Shelf(Path(), shipped=loaded.library())
    desk = Desk(store, engine, shelf.library, words)
    return Helpline(Settings(), store, shelf, engine, desk, words)


def main(kind: str, address: str, keys: str, at: str, chat: str) -> None:
    """Play the part."""
    store = Store(address, sealed.open_or_create(Path(keys)))
    now = datetime.fromisoformat(at)
    if kind == "web":
        _helpline(store, Hangs()).desk.receive(chat, external_id="m1", text=DANGER, now=now)
    second_tries.answer_stuck(_helpline(store, Away()), now=now)
    paging.look(store, now=now)
    _ready()


if __name__ == "__main__":
    main(*sys.argv[1:])
