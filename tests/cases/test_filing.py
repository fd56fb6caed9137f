"""What a handler's commands become, and how much a question about a ticket reveals."""

from dataclasses import replace

import pytest
from sqlmodel import select

from cases.commands import (
    AddToTicket,
    Command,
    KeepQuestion,
    OpenTicket,
    QueueChat,
    RaiseAlert,
    SetRegion,
)
from cases.danger import alerts
from cases.database import Session, Store
from cases.desk import queues
from cases.dialogue import filing
from cases.dialogue.lookups import (
    Locked,
    OwnTickets,
    TicketByNumber,
    TicketsFound,
    TicketShut,
    TicketStanding,
)
from cases.editing import questions
from cases.editing.questions import Question
from cases.talk.conversations import Conversation
from cases.tickets import history
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard, Priority, Region
from tests import factories, threads
from tests.clock import Clock

PHONED = replace(factories.A_MATTER, phone="138 6437 0001")
WORDED = replace(factories.A_MATTER, anonymous=True, secret="老槐树", phone="13864370001")
NOBODYS = "ZC-261123-000000"


def _file(session: Session, chat: Conversation, *commands: Command, clock: Clock) -> filing.Filed:
    return filing.carry_out(session, chat, commands, now=clock.now)


def _ask(session: Session, number: str, proof: str | None, clock: Clock) -> object:
    """What a stranger learns who asks about this number."""
    stranger = factories.a_conversation(session, now=clock.now)
    found = filing.look_up(session, stranger, TicketByNumber(number, proof), now=clock.now)
    return found.why if isinstance(found, TicketShut) else found


def test_filing_tells_number_clock_and_place_in_line(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        filed = _file(
            session, chat, factories.A_MATTER, QueueChat("asked", Priority.P1), clock=clock
        )
        ticket = session.exec(select(Ticket)).one()
        assert filed == filing.Filed(ticket.number, ticket.respond_by, 1)


def test_filing_nothing_tells_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        assert _file(session, chat, clock=clock) == filing.Filed()


def test_an_alert_is_bound_to_the_ticket_filed_before_it(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        _file(session, chat, factories.A_MATTER, RaiseAlert(Hazard.VIOLENCE), clock=clock)
        (alert,) = alerts.open_alerts(session)
        assert alert.ticket_id == session.exec(select(Ticket.id)).one()


def test_region_and_question_are_kept(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, region=None, now=clock.now)
        asked = KeepQuestion("unsaid", "有没有公交优惠")
        _file(session, chat, SetRegion(Region.FENGZE), asked, clock=clock)
        (question,) = questions.unsettled(session)
        assert (chat.region, question.region) == (Region.FENGZE, Region.FENGZE)
        assert "公交".encode() not in session.exec(select(Question.sealed_text)).one()


def test_an_answer_is_added_to_ones_own_ticket(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        number = _file(session, chat, factories.A_MATTER, clock=clock).ticket_number or ""
        _file(session, chat, AddToTicket(number, "三口人", phone="13864370001"), clock=clock)
        ticket = session.exec(select(Ticket)).one()
        assert [note.text for note in history.of(session, ticket)][-1] == "三口人"
        assert isinstance(_ask(session, number, "0001", clock), TicketStanding)


def test_nothing_is_added_to_anothers_ticket(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, PHONED, now=clock.now)
        stranger = factories.a_conversation(session, now=clock.now)
        meddling = AddToTicket(ticket.number, "撤了吧", phone="13900000000", secret="我的")
        _file(session, stranger, meddling, clock=clock)
        assert len(history.of(session, ticket)) == 1
        assert ticket.secret_index is None


@pytest.mark.parametrize("proof", ["0001", "尾号0001", "13864370001", "０００１", "138-6437-0001"])
def test_the_last_four_digits_open_a_ticket(store: Store, clock: Clock, proof: str) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, PHONED, now=clock.now)
        found = _ask(session, ticket.number, proof, clock)
    assert isinstance(found, TicketStanding)
    assert (found.number, found.unit, found.private) == (ticket.number, "区民政局", False)


@pytest.mark.parametrize("proof", ["0002", "1", "001", "", "abc", "老槐树"])
def test_anything_else_does_not(store: Store, clock: Clock, proof: str) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, PHONED, now=clock.now)
        assert _ask(session, ticket.number, proof, clock) is Locked.WRONG


def test_a_phone_without_digits_opens_to_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(
            session, replace(factories.A_MATTER, phone="没有"), now=clock.now
        )
        assert _ask(session, ticket.number, "没有", clock) is Locked.WRONG


@pytest.mark.parametrize("proof", ["老槐树", " 老槐树 "])
def test_the_own_word_opens_and_names_neither_matter_nor_unit(
    store: Store, clock: Clock, proof: str
) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, WORDED, now=clock.now)
        found = _ask(session, ticket.number, proof, clock)
    assert isinstance(found, TicketStanding)
    assert (found.private, found.unit) == (True, None)


def test_the_phone_does_not_open_what_has_an_own_word(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, WORDED, now=clock.now)
        assert _ask(session, ticket.number, "0001", clock) is Locked.WRONG


def _five_guesses(session: Session, number: str, clock: Clock) -> list[object]:
    guesses = [None, "1111", None, "2222", "3333", "4444", "5555", None, "0001", "老槐树"]
    return [_ask(session, number, guess, clock) for guess in guesses]


@pytest.mark.parametrize("draft", [PHONED, WORDED])
def test_an_unknown_number_looks_like_one_that_exists(
    store: Store, clock: Clock, draft: OpenTicket
) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, draft, now=clock.now)
        known = _five_guesses(session, ticket.number, clock)
        assert known == _five_guesses(session, NOBODYS, clock)
    assert known[6:] == [Locked.TOO_MANY_TRIES] * 4


def test_guesses_that_come_at_once_share_no_try(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, PHONED, now=clock.now)

    def guess(proof: str) -> object:
        with store.write() as session:
            return _ask(session, ticket.number, proof, clock)

    said = threads.at_once(guess, [f"{n}{n}{n}{n}" for n in range(1, 9)])
    assert sorted(str(one) for one in said) == ["too_many_tries"] * 4 + ["wrong"] * 4


def test_the_right_proof_gives_the_five_tries_back(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, PHONED, now=clock.now)
        for proof in ("1", "2", "3", "4", "0001", "1", "2", "3", "4"):
            _ask(session, ticket.number, proof, clock)
        assert isinstance(_ask(session, ticket.number, "0001", clock), TicketStanding)


def test_the_chat_that_filed_it_needs_no_proof_even_when_others_guessed(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        number = _file(session, chat, PHONED, clock=clock).ticket_number or ""
        _five_guesses(session, number, clock)
        found = filing.look_up(session, chat, TicketByNumber(number), now=clock.now)
    assert isinstance(found, TicketStanding)


def test_even_the_chat_that_filed_it_needs_the_own_word(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        number = _file(session, chat, WORDED, clock=clock).ticket_number or ""
        found = filing.look_up(session, chat, TicketByNumber(number), now=clock.now)
    assert found == TicketShut(number, Locked.NEEDS_WORD)


def test_own_tickets_leave_out_what_needs_the_own_word(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        _file(session, chat, WORDED, clock=clock)
        number = _file(session, chat, PHONED, clock=clock).ticket_number
        factories.a_ticket(session, PHONED, now=clock.now)
        found = filing.look_up(session, chat, OwnTickets(), now=clock.now)
        assert isinstance(found, TicketsFound)
        assert [one.number for one in found.tickets] == [number]


def test_a_second_asking_for_a_person_keeps_one_place(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        twice = (QueueChat("asked", Priority.P2), QueueChat("asked", Priority.P2))
        assert _file(session, chat, *twice, clock=clock).position == 1
        assert len(queues.waiting(session)) == 1
