"""Which classes of data there are, and after how many days each is erased: the one table."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, Field, RootModel

from cases.errors import CaseError
from knowledge import loading

BOOK = Path(__file__).parent / "terms.yml"


class Kept(StrEnum):
    """The classes. Each table of the store belongs to one (`holdings.py`)."""

    CONVERSATIONS = "conversations"
    FILES = "files"
    LISTS = "lists"
    SENTENCES = "sentences"
    TICKETS = "tickets"
    REPORTERS = "reporters"
    GIVINGS = "givings"
    SIGN_INS = "sign_ins"
    SHIFT_NOTES = "shift_notes"
    ROSTER = "roster"
    INBOX = "inbox"
    BUREAU_LISTS = "bureau_lists"
    EVENTS = "events"
    ASSISTANCE = "assistance"
    HOUSEHOLDS = "households"
    STAFF = "staff"
    AUDIT = "audit"
    COUNTS = "counts"
    PASSING = "passing"


class Term(BaseModel, frozen=True, extra="forbid"):
    """How long one class is kept. `days` None: never erased by itself.

    `since` says from when the days count, `source` which law or rule says so; `house`: no law
    names the days; `least`: a law wants at least so many; `fixed`: no setting changes it.
    """

    days: int | None = Field(default=None, ge=0)
    since: str
    source: str
    house: bool = False
    least: int = 1
    fixed: bool = False


class TermError(CaseError):
    """A term that cannot be: an unknown class, a fixed one, or shorter than a law wants."""


Terms = Mapping[Kept, Term]


class _Book(RootModel[dict[Kept, Term]]):
    """The table as its file holds it."""


@cache
def shipped() -> Terms:
    """The terms as they come, before a deployment has decided."""
    return loading.read_entry(BOOK, _Book).root


def in_force(decided: Mapping[str, int | None]) -> Terms:
    """The terms with what a deployment has decided; None is "never by itself". Raises TermError."""
    found = dict(shipped())
    for name, days in decided.items():
        kept = _class_of(name)
        term = found[kept]
        if term.fixed:
            raise TermError(f"The term of {name} cannot be set: {term.source}")
        if days is not None and days < term.least:
            raise TermError(f"{name} must be kept at least {term.least} days: {term.source}")
        found[kept] = term.model_copy(update={"days": days})
    return found


def until(term: Term, *, now: datetime) -> datetime | None:
    """What began its term at this moment or before is due; None: nothing ever is."""
    return None if term.days is None else now - timedelta(days=term.days)


def is_due(began: datetime, term: Term, *, now: datetime) -> bool:
    """Whether something whose term began then is to be erased, if nothing needs it any more."""
    last = until(term, now=now)
    return last is not None and began <= last


def _class_of(name: str) -> Kept:
    try:
        return Kept(name)
    except ValueError as error:
        known = ", ".join(kept for kept in Kept if not shipped()[kept].fixed)
        raise TermError(f"There is no class of data called {name}; there are: {known}") from error
