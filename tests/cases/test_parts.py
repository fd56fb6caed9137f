"""One application to many units: one number, a part for each, and an end with the last of them."""

from dataclasses import replace

import pytest

from cases import permissions
from cases.commands import OpenTogether
from cases.database import Session, Store
from cases.dialogue import filing
from cases.dialogue.lookups import OwnTickets, TicketByNumber, TicketsFound, TicketStanding
from cases.errors import StaleError
from cases.operators import Role
from cases.permissions import Action
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import moves, parts, worklists
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Matter, Region
from tests import factories
from tests.clock import Clock

WHOLE = replace(factories.A_MATTER, category=Category.APPLICATION, lead_unit=None)
SCHOOL = replace(WHOLE, matter=Matter.EDUCATION, lead_unit="区教体局", narrative="家里有学生")
INSURER = replace(WHOLE, matter=Matter.MEDICAL, lead_unit="区医保分局", narrative="住院花了钱")
TOGETHER = OpenTogether(replace(WHOLE, phone="13864370001"), (SCHOOL, INSURER))


def _open(session: Session, clock: Clock) -> Ticket:
    chat = factories.a_conversation(session, now=clock.now)
    return parts.open_together(session, chat, TOGETHER, now=clock.now)


def _move(session: Session, ticket: Ticket, *steps: Move, clock: Clock) -> Ticket | None:
    for move in steps:
        version = ticket.version
        moves.make(session, ticket, move, actor="a", reason="r", version=version, now=clock.now)
    return parts.follow(session, ticket, outcome="done", now=clock.now)


def test_parts_carry_the_parents_number(store: Store, clock: Clock) -> None:
    with store.write() as session:
        parent = _open(session, clock)
        numbers = [child.number for child in parts.children_of(session, parent)]
        assert numbers == [f"{parent.number}-1", f"{parent.number}-2"]


def test_the_resident_is_told_one_number(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        filed = filing.carry_out(session, chat, (TOGETHER,), now=clock.now)
        found = filing.look_up(session, chat, OwnTickets(), now=clock.now)
        assert isinstance(found, TicketsFound)
        assert [one.number for one in found.tickets] == [filed.ticket_number]


def test_progress_tells_the_state_of_each_part(store: Store, clock: Clock) -> None:
    with store.write() as session:
        parent = _open(session, clock)
        first, _ = parts.children_of(session, parent)
        moves.refer(session, first, "区教体局", actor="a", reason="r", version=1, now=clock.now)
        stranger = factories.a_conversation(session, now=clock.now)
        asked = TicketByNumber(parent.number, "0001")
        found = filing.look_up(session, stranger, asked, now=clock.now)
        assert isinstance(found, TicketStanding)
        told = [(part.unit, part.state) for part in found.parts]
        assert told == [("区教体局", State.REFERRED), ("区医保分局", State.RECEIVED)]


def test_a_unit_sees_its_own_part_and_no_other(store: Store, clock: Clock) -> None:
    with store.write() as session:
        parent = _open(session, clock)
        first, second = parts.children_of(session, parent)
        school = factories.an_operator(
            session, role=Role.CASEWORKER, region=Region.ZICHUAN, unit="区教体局", now=clock.now
        )
        can = [
            permissions.may(school, Action.SEE_TICKET, worklists.row_of(one))
            for one in (parent, first, second)
        ]
        assert can == [False, True, False]


def test_the_last_part_to_end_resolves_the_whole(store: Store, clock: Clock) -> None:
    with store.write() as session:
        parent = _open(session, clock)
        first, second = parts.children_of(session, parent)
        assert _move(session, first, Move.RESOLVE, Move.CLOSE, clock=clock) is None
        assert parent.state == State.RECEIVED
        whole = _move(session, second, Move.WITHDRAW, clock=clock)
        assert whole is not None
        assert whole.state == State.RESOLVED


def test_a_part_taken_up_again_opens_the_whole_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        parent = _open(session, clock)
        first, second = parts.children_of(session, parent)
        _move(session, first, Move.RESOLVE, Move.CLOSE, clock=clock)
        _move(session, second, Move.RESOLVE, Move.CLOSE, clock=clock)
        whole = _move(session, first, Move.REOPEN, clock=clock)
        assert whole is not None
        assert whole.state == State.REOPENED


def test_a_ticket_by_itself_moves_nobody_else(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        assert _move(session, ticket, Move.RESOLVE, Move.CLOSE, clock=clock) is None


def test_a_part_decided_on_an_old_version_moves_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        first, _ = parts.children_of(session, _open(session, clock))
        with pytest.raises(StaleError):
            moves.make(
                session, first, Move.RESOLVE, actor="a", reason="r", version=9, now=clock.now
            )
