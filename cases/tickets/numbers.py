"""What a ticket's number looks like: place, local day, five random digits and a check digit."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from stdnum import luhn

LOCAL = ZoneInfo("Asia/Shanghai")


def draw(prefix: str, now: datetime) -> str:
    """A number such as ZC-261122-483924.

    Random, not counted: a number must not tell an accused unit how many reports there are.
    """
    day = now.astimezone(LOCAL).strftime("%y%m%d")
    body = f"{secrets.randbelow(100_000):05d}"
    return f"{prefix}-{day}-{body}{luhn.calc_check_digit(day + body)}"
