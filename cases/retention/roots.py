"""From which column the term of each class counts, and what keeps a row that is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, false
from sqlalchemy.sql.schema import Table
from sqlmodel import col

from cases.channels.intake import Update, UpdateState
from cases.database import Session
from cases.households.list_imports import ImportState, ListImport
from cases.retention import holdings, needed
from cases.retention.terms import Kept
from cases.talk import attachments
from cases.talk.conversations import Conversation
from cases.tickets import handovers
from cases.tickets.tickets import Ticket

BATCH = 200
OVER = (ImportState.WRONG, ImportState.READY, ImportState.DROPPED)


def _always() -> ColumnElement[bool]:
    return false()


def _nobody(_session: Session, _ids: Sequence[str]) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Root:
    """What is erased as one thing. `began`: the column from which its term counts.

    `ahead`: the column lies so many days behind the beginning, for it was reckoned with the term
    that was shipped. `of`: the table with that column where it is another one. `batch`: how many
    go in one transaction.
    """

    kept: Kept
    table: str
    began: str
    ahead: int = 0
    of: str = ""
    living: Callable[[], ColumnElement[bool]] | None = None
    needed: Callable[[], ColumnElement[bool]] = _always
    needed_besides: Callable[[Session, Sequence[str]], frozenset[str]] = _nobody
    batch: int = BATCH

    @property
    def key(self) -> Column[str]:
        """The column that names a row."""
        (found,) = holdings.table(self.table).primary_key.columns
        return found

    @property
    def dated(self) -> Table:
        """The table in which the beginning stands."""
        return holdings.table(self.of or self.table)


ROOTS: tuple[Root, ...] = (
    Root(
        Kept.CONVERSATIONS,
        "conversations",
        "active_at",
        living=lambda: col(Conversation.erased_at).is_(None),
        needed=needed.conversation,
        needed_besides=needed.reporting,
        batch=20,
    ),
    Root(
        Kept.FILES,
        "attachments",
        "erase_at",
        ahead=attachments.KEPT.days,
        needed=needed.attachment,
        batch=20,
    ),
    Root(Kept.LISTS, "checklists", "expires_at"),
    Root(Kept.SENTENCES, "questions", "at"),
    Root(Kept.SENTENCES, "misreadings", "at"),
    Root(Kept.REPORTERS, "reporters", "closed_at", of="tickets", needed=needed.reporter, batch=50),
    Root(
        Kept.TICKETS,
        "tickets",
        "closed_at",
        living=lambda: col(Ticket.erased_at).is_(None),
        needed=needed.ticket,
        batch=50,
    ),
    Root(Kept.GIVINGS, "handovers", "keep_until", ahead=handovers.KEPT_DAYS, needed=needed.giving),
    Root(Kept.SIGN_INS, "staff_sessions", "seen_at"),
    Root(Kept.SHIFT_NOTES, "shift_notes", "at"),
    Root(Kept.ROSTER, "duty_shifts", "ended_at"),
    Root(
        Kept.INBOX, "updates", "received_at", needed=lambda: col(Update.state) != UpdateState.DONE
    ),
    # A list may have ten thousand rows: one at a time.
    Root(
        Kept.BUREAU_LISTS,
        "list_imports",
        "given_at",
        living=lambda: col(ListImport.state).in_(OVER),
        batch=1,
    ),
)
