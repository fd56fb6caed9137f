"""Which engine reads a message; every engine answers with the same shape and never raises."""

from datetime import datetime
from typing import Protocol

from nlu.understanding import Understanding


class Interpreter(Protocol):
    """Reads one message of any length and any content."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """What the message means; `now` is aware and anchors words like 下周三."""
        ...
