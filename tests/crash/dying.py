"""A process that receives a message and is killed while the bot is still thinking.

Run as `python -m tests.crash.dying DATA CONVERSATION TEXT`; prints `thinking` and waits to die.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cases import sealed
from cases.database import Store
from handlers import speech
from handlers.desk import Desk
from nlu.understanding import Understanding
from tests import loaded


class Slow:
    """An engine that never comes back."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Say that thinking has begun, then hang."""
        sys.stdout.write("thinking\n")
        sys.stdout.flush()
        time.sleep(600)
        raise AssertionError((text, now))


def main() -> None:
    """Receive one message and hang before it is answered."""
    data, conversation, text = sys.argv[1:]
    store = Store(f"sqlite:///{data}/helpline.db", sealed.open_or_create(Path(data) / "keys"))
    desk = Desk(store, Slow(), loaded.library, speech.chinese())
    desk.receive(conversation, external_id="m1", text=text, now=datetime.now(UTC))


if __name__ == "__main__":
    main()
