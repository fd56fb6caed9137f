"""Dialogues as residents talk, told as data, end in the rows and messages they should."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from cases.danger import alerts
from cases.database import Session, Store
from cases.talk import conversations
from cases.tickets import history, notices
from cases.tickets.tickets import Ticket
from handlers.desk import Desk
from knowledge.names import Region
from tests import factories, tables
from tests.clock import Clock
from tests.resident import Resident

FOLDER = Path(__file__).parent.parent / "dialogues"
TEXT_FIELDS = {"narrative", "notes", "owed"}


class Told(BaseModel):
    """One thing the resident says, and what comes back."""

    model_config = ConfigDict(extra="forbid")

    says: str
    hears: list[str] = []
    not_hears: list[str] = []
    offered: list[str] = []
    cites: list[str] = []
    silent: bool = False
    urgent_first: bool = False


class ExpectedTicket(BaseModel):
    """A ticket that must exist afterwards; what is not given is not compared."""

    model_config = ConfigDict(extra="forbid")

    category: str | None = None
    priority: str | None = None
    hazard: str | None = None
    matter: str | None = None
    region: str | None = None
    lead_unit: str | None = None
    sealed: bool | None = None
    personal: bool | None = None
    anonymous: bool | None = None
    by_helper: bool | None = None
    has_phone: bool | None = None
    has_word: bool | None = None
    owned: bool | None = None
    not_to: list[str] | None = None
    narrative: str | None = None
    notes: list[str] = []
    owed: list[str] | None = None


class Ends(BaseModel):
    """What is in the database when the dialogue is over."""

    model_config = ConfigDict(extra="forbid")

    mode: str = "bot"
    region: str | None = None
    tickets: list[ExpectedTicket] = []
    alerts: list[str] = []


class Story(BaseModel):
    """A dialogue."""

    model_config = ConfigDict(extra="forbid")

    name: str
    region: Region | None = None
    on_duty: bool = True
    turns: list[Told]
    ends: Ends


def _stories() -> list[Story]:
    return [Story.model_validate(tables.read(path)) for path in sorted(FOLDER.glob("*.yml"))]


@pytest.mark.parametrize("story", _stories(), ids=lambda story: story.name)
def test_a_dialogue_ends_as_it_should(
    story: Story, desk: Desk, sqlite_store: Store, clock: Clock
) -> None:
    if story.on_duty:
        with sqlite_store.write() as session:
            factories.an_operator(session, now=clock.now)
    resident = Resident(desk, sqlite_store, clock, story.region)
    for told in story.turns:
        _converse(resident, told)
    with sqlite_store.read() as session:
        _compare(session, resident, story.ends)


def test_there_are_at_least_thirty_dialogues() -> None:
    assert len(_stories()) >= 30


def _converse(resident: Resident, told: Told) -> None:
    says = told.says
    if "{number}" in says:
        says = says.replace("{number}", resident.ticket_number)
    resident.says(says)
    resident.hears(*told.hears).hears_nothing_of(*told.not_hears).is_offered(*told.offered)
    cited = [f"{c.document} {c.clause}" for line in resident.answers for c in line.citations]
    for words in told.cites:
        assert any(words in one for one in cited), f"{words!r} is not among {cited}"
    if told.silent:
        assert not resident.answers
    if told.urgent_first:
        assert resident.answers[0].urgent
        assert not resident.answers[0].choices


def _compare(session: Session, resident: Resident, ends: Ends) -> None:
    conversation = conversations.find(session, resident.conversation_id)
    assert conversation.mode == ends.mode
    assert conversation.region == ends.region
    rung = [a.hazard for a in alerts.of_conversation(session, conversation.id)]
    assert sorted(rung) == sorted(ends.alerts)
    # A sealed report keeps no conversation; the store holds nothing but this dialogue.
    filed = session.exec(
        select(Ticket).order_by(col(Ticket.opened_at), col(Ticket.priority), col(Ticket.number))
    ).all()
    assert len(filed) == len(ends.tickets)
    for ticket, expected in zip(filed, ends.tickets, strict=True):
        _compare_ticket(session, ticket, expected)


FACTS: dict[str, Callable[[Ticket], object]] = {
    "has_phone": lambda ticket: ticket.phone_index is not None,
    "has_word": lambda ticket: ticket.secret_index is not None,
    "owned": lambda ticket: ticket.resident_id is not None,
}


def _compare_ticket(session: Session, ticket: Ticket, expected: ExpectedTicket) -> None:
    for field, value in expected.model_dump(exclude=TEXT_FIELDS, exclude_none=True).items():
        read = FACTS.get(field)
        actual = getattr(ticket, field) if read is None else read(ticket)
        assert actual == value, f"{field} is {actual!r}, not {value!r}"
    told = [note.text for note in history.of(session, ticket)]
    if expected.narrative is not None:
        assert expected.narrative in told[0]
    for words in expected.notes:
        assert any(words in text for text in told), f"{words!r} is not in the history"
    if expected.owed is not None:
        assert [row.addressee for row in notices.of_ticket(session, ticket)] == expected.owed
