"""A clock that a test moves by hand."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time that the test has set."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self.now = now

    def advance(self, **parts: float) -> datetime:
        """Move on, for example by hours=2."""
        self.now += timedelta(**parts)
        return self.now
