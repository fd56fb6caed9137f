"""What opens a ticket to the one who asks about it: four digits of the phone, or their own word."""

import unicodedata

from cases.database import Session

LAST_DIGITS = 4


def of_phone(session: Session, number: str, phone: str) -> str | None:
    """The fingerprint of the last four digits, bound to this ticket's number; None without four."""
    digits = "".join(char for char in _plain(phone) if char.isdecimal())
    if len(digits) < LAST_DIGITS:
        return None
    return session.vault.blind("ticket phone", f"{number}:{digits[-LAST_DIGITS:]}")


def of_secret(session: Session, number: str, secret: str) -> str:
    """The fingerprint of the reporter's own word, bound to this ticket's number."""
    return session.vault.blind("ticket secret", f"{number}:{_plain(secret).strip().casefold()}")


def _plain(typed: str) -> str:
    # Full-width digits and letters of a Chinese keyboard are the same word.
    return unicodedata.normalize("NFKC", typed)
