"""What opens a ticket to the one who asks about it: four digits of the phone, or their own word."""

from cases.database import Session

LAST_DIGITS = 4


def of_phone(session: Session, number: str, phone: str) -> str:
    """The fingerprint of the last four digits, bound to this ticket's number."""
    digits = "".join(char for char in phone if char.isdigit())
    return session.vault.blind("ticket phone", f"{number}:{digits[-LAST_DIGITS:]}")


def of_secret(session: Session, number: str, secret: str) -> str:
    """The fingerprint of the reporter's own word, bound to this ticket's number."""
    return session.vault.blind("ticket secret", f"{number}:{secret.strip().casefold()}")
