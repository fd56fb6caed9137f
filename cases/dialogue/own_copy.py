"""What stands in the copy that a resident may have of what is kept of them (个人信息保护法 第45条).

Their own words and what was said to them, tickets, givings, calls, the household that is reached.
Not in it: what staff wrote among themselves, what opens to an own word alone, and of others no more
than a family name and what they are to the household.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from cases.channels import reminders
from cases.channels.reminders import Reminder, ReminderState
from cases.database import Session
from cases.desk import callbacks
from cases.desk.callbacks import CallBack, CallState
from cases.households import assistance, file_parts, households, people, visits
from cases.households.assistance import Help
from cases.households.file_bodies import Home, Note, PartKind
from cases.households.file_parts import FilePart
from cases.households.households import File
from cases.households.visits import Visit
from cases.residents import Resident, contacts
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Line
from cases.tickets import handovers, history, tickets
from cases.tickets.handovers import Handover
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

PAGE = 500
SHOWN_OF_PHONE = 3, 4
HIDDEN = "*"
COMING = frozenset({ReminderState.DUE, ReminderState.SENDING, ReminderState.SENT})
# What the resident told, or was told; the rest is the work of staff.
TOLD = frozenset(
    {
        NoteKind.NARRATIVE,
        NoteKind.ANSWER,
        NoteKind.QUESTION,
        NoteKind.PROGRESS,
        NoteKind.OUTCOME,
        NoteKind.FOLLOW_UP,
    }
)


@dataclass(frozen=True)
class Talk:
    """One conversation on one channel."""

    chat: Conversation
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class OwnTicket:
    """A ticket with what was told of it and to which units it was given."""

    ticket: Ticket
    told: tuple[history.Note, ...]
    given: tuple[Handover, ...]


@dataclass(frozen=True)
class Relative:
    """Somebody of the household, as far as a copy names them."""

    name: str
    kind: PartKind
    relation: str


@dataclass(frozen=True)
class OwnVisit:
    """A visit with what is reminded of it."""

    visit: Visit
    purpose: str
    reminded: tuple[Reminder, ...]


@dataclass(frozen=True)
class OwnHousehold:
    """What the household's file holds that its people told or got."""

    file: File
    people: tuple[Relative, ...]
    home: Home | None
    help: tuple[Help, ...]
    consents: tuple[tuple[FilePart, Note], ...]
    visits: tuple[OwnVisit, ...]


@dataclass(frozen=True)
class OwnCopy:
    """The whole copy."""

    since: datetime
    phones: tuple[str, ...]
    talks: tuple[Talk, ...]
    tickets: tuple[OwnTicket, ...]
    calls: tuple[CallBack, ...]
    households: tuple[OwnHousehold, ...]


def of(session: Session, resident_id: str) -> OwnCopy:
    """All that may be told. The caller records the look. Raises KeyDestroyedError."""
    resident = session.get_one(Resident, resident_id)
    chats = _chats(session, resident_id)
    homes = [households.reached_by(session, chat.id) for chat in chats]
    return OwnCopy(
        since=resident.created_at,
        phones=tuple(masked_phone(one.value) for one in contacts(session, resident)),
        talks=tuple(Talk(chat, tuple(_lines(session, chat))) for chat in chats),
        tickets=tuple(_tickets(session, resident_id)),
        calls=tuple(
            call
            for chat in chats
            for call in callbacks.of_chat(session, chat.id)
            if call.state == CallState.OPEN
        ),
        households=tuple(
            _household(session, home.id)
            for home in {one.id: one for one in homes if one is not None}.values()
        ),
    )


def numbers(session: Session, resident_id: str) -> Sequence[str]:
    """The numbers that were told; the end of one proves who asks."""
    resident = session.get_one(Resident, resident_id)
    return [one.value for one in contacts(session, resident)]


def masked_phone(value: str) -> str:
    """The beginning and the end of a number: enough to know it again."""
    head, tail = SHOWN_OF_PHONE
    hidden = max(len(value) - head - tail, 0)
    return f"{value[:head]}{HIDDEN * hidden}{value[head + hidden :]}"


def masked_name(name: str) -> str:
    """The first character of a name."""
    return f"{name[:1]}{HIDDEN * max(len(name) - 1, 1)}"


def _chats(session: Session, resident_id: str) -> Sequence[Conversation]:
    return session.exec(
        select(Conversation)
        .where(Conversation.resident_id == resident_id, col(Conversation.erased_at).is_(None))
        .order_by(col(Conversation.created_at))
    ).all()


def _lines(session: Session, chat: Conversation) -> Iterator[Line]:
    after = 0
    while page := messages.since(session, chat, after, limit=PAGE):
        yield from page
        after = page[-1].seq


def _tickets(session: Session, resident_id: str) -> Iterator[OwnTicket]:
    rows = session.exec(
        select(Ticket)
        .where(Ticket.resident_id == resident_id, col(Ticket.erased_at).is_(None))
        .order_by(col(Ticket.opened_at))
    ).all()
    for ticket in rows:
        if not tickets.only_by_secret(ticket):
            told = (one for one in history.of(session, ticket) if one.kind in TOLD)
            given = handovers.of_ticket(session, ticket.id)
            yield OwnTicket(ticket, tuple(told), tuple(given))


def _household(session: Session, household_id: str) -> OwnHousehold:
    household = households.find(session, household_id)
    home = file_parts.holding(session, household, PartKind.HOME)
    consents = file_parts.holding(session, household, PartKind.CONSENT)
    return OwnHousehold(
        file=households.read(session, household),
        people=tuple(
            Relative(masked_name(one.person.name), one.kind, one.person.relation)
            for one in people.of_household(session, household)
        ),
        home=file_parts.read(session, household, home[-1], Home) if home else None,
        help=tuple(assistance.of_household(session, household)),
        consents=tuple((one, file_parts.read(session, household, one, Note)) for one in consents),
        visits=tuple(
            OwnVisit(one, visits.purpose(session, household, one), _reminded(session, one))
            for one in visits.of_household(session, household)
        ),
    )


def _reminded(session: Session, visit: Visit) -> tuple[Reminder, ...]:
    promised = reminders.of_subject(session, visit.id)
    return tuple(one for one in promised if one.state in COMING)
