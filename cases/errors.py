"""The family of errors that a verb in this package may raise; each says what to do about it."""


class CaseError(Exception):
    """Something asked of the case store cannot be done as asked."""


class UnknownError(CaseError):
    """No such row, or not one the asker may know of."""


class TakenError(CaseError):
    """Somebody else was first. `winner` is the name to show."""

    def __init__(self, winner: str) -> None:
        super().__init__(f"Already taken by {winner}; choose another one from the queue.")
        self.winner = winner


class FullError(CaseError):
    """There is no room for this chat; hand one back or pass one on first."""


class ReceiverError(CaseError):
    """This colleague cannot take this chat; choose another one or a line."""


class StaleError(CaseError):
    """The row has moved since the form was opened; look again before deciding."""


class StaleEpochError(CaseError):
    """A reply was computed before a person took the chat; it must never become visible."""


class ReusedError(CaseError):
    """The same client_id came with another text; use a new client_id for a new message."""


class MoveError(CaseError):
    """A ticket may not make this move from the state it is in."""


class ForbiddenError(CaseError):
    """The actor may not do this to this row."""


class KeyDestroyedError(CaseError):
    """The data was forgotten: its key no longer exists."""


class CardMissingError(CaseError):
    """A danger to life is not closed before what was done about it is written down."""


class SlotFullError(CaseError):
    """Nobody more can be called in this hour; choose another one."""


class QuotaError(CaseError):
    """More than one conversation may keep in a day; the rest waits or is told in words."""
