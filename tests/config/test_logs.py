"""What stands in the log: no numbers of people, and no outage a thousand times."""

import json
import logging

import pytest
from sqlalchemy.exc import OperationalError

from config import logs


def _failed(error: Exception, *, after: float = 0.0) -> logging.LogRecord:
    how = (type(error), error, None)
    record = logging.LogRecord("clock", logging.ERROR, "", 1, "failed", (), how)
    record.created = 1_000_000.0 + after
    return record


def _away() -> OperationalError:
    return OperationalError("SELECT 1", None, ConnectionError("gone"))


def test_an_outage_is_told_once_a_minute() -> None:
    told = logs.OnceAMinute()
    passed = [told.filter(_failed(_away(), after=second)) for second in range(130)]
    assert [second for second, one in enumerate(passed) if one] == [0, 60, 120]


def test_other_failures_are_all_told() -> None:
    told = logs.OnceAMinute()
    assert all(told.filter(_failed(ValueError("x"))) for _ in range(5))


@pytest.mark.parametrize("secret", ["13812345678", "370302194903070030", "Bearer abc.def"])
def test_numbers_and_tokens_are_left_out(secret: str) -> None:
    record = logging.LogRecord("api", logging.INFO, "", 1, f"called {secret} now", (), None)
    line = json.loads(logs.JsonLines().format(record))
    assert secret not in line["what"]
