"""What a log line looks like, and what never stands in one."""

import json
import logging
import re
import sys
from collections.abc import Mapping

from sqlalchemy.exc import InterfaceError, OperationalError

SILENT_SECONDS = 60
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET = re.compile(r"(?:\d[\s-]?){11,}[\dXx]?|/bot\d+:[\w-]+|Bearer\s+\S+")


def scrub(text: str) -> str:
    """Remove what looks like a telephone or ID number or a token."""
    return _SECRET.sub("***", text)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, place, sentence and the extras given with it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; tracebacks are scrubbed like everything else."""
        line: dict[str, object] = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "where": record.name,
            "what": scrub(record.getMessage()),
        }
        line.update(_extras(vars(record)))
        if record.exc_info:
            line["traceback"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class OnceAMinute(logging.Filter):
    """Of a database that stays away one traceback a minute and place: every look finds it gone."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is told."""
        if record.exc_info is None or not isinstance(
            record.exc_info[1], OperationalError | InterfaceError
        ):
            return True
        place = record.name, str(record.msg)
        last = self._told.get(place)
        if last is not None and 0 <= record.created - last < SILENT_SECONDS:
            return False
        self._told[place] = record.created
        return True


def _extras(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | float | bool) else scrub(str(value))
        for name, value in fields.items()
        if name not in _STANDARD
    }


def configure(level: str) -> None:
    """Send every log line to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(OnceAMinute())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # httpx logs each address, and the Bot API wants the token in it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("jieba").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
