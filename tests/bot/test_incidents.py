"""While an event is on its places come first, its tickets stand together, and a person ends it."""

from dataclasses import replace

import pytest

from cases.care import incidents
from cases.care.incidents import How, Incident
from cases.commands import OpenTicket
from cases.database import Session, Store
from cases.dialogue import filing
from cases.errors import CaseError, MoveError
from cases.ticket_rules.lifecycle import Move
from cases.tickets import moves, tickets
from cases.tickets.tickets import Ticket
from handlers.desk import Desk
from knowledge.names import Hazard, Matter, Priority, Region
from tests import factories
from tests.clock import Clock
from tests.resident import Resident

FLOODED = replace(factories.A_MATTER, narrative="洪山镇这边大水进水了，家里东西都泡了")
STORM = replace(
    factories.A_MATTER, narrative="房子塌了一角", matter=Matter.DISASTER, priority=Priority.P1
)


def _on(session: Session, clock: Clock, *, kind: str = "flood", area: str = "") -> Incident:
    by = factories.an_operator(session, f"supervisor {kind}{area}", now=clock.now).id
    return incidents.begin(session, Region.ZICHUAN, kind, area, by=by, now=clock.now)


def _told(session: Session, clock: Clock, draft: OpenTicket) -> Ticket:
    chat = factories.a_conversation(session, region=draft.region, now=clock.now)
    filed = filing.carry_out(session, chat, (draft,), now=clock.now)
    found = tickets.by_number(session, filed.ticket_number or "")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("draft", "area", "gathered"),
    [
        (FLOODED, "", True),
        (STORM, "", True),
        (replace(factories.A_MATTER, hazard=Hazard.DISPLACED), "", True),
        (factories.A_MATTER, "", False),
        (FLOODED, "洪山镇", True),
        (FLOODED, "岭子镇", False),
        (replace(FLOODED, region=Region.FENGZE), "", False),
        (replace(FLOODED, personal=True), "", False),
        (replace(FLOODED, sealed=True), "", False),
    ],
)
def test_what_looks_to_be_of_an_event_is_gathered_as_it_is_filed(
    store: Store, clock: Clock, draft: OpenTicket, area: str, *, gathered: bool
) -> None:
    with store.write() as session:
        incident = _on(session, clock, area=area)
        ticket = _told(session, clock, draft)
        found = [(one.id, how) for one, how in incidents.of(session, incident)]
    assert found == ([(ticket.id, How.RULE)] if gathered else [])


def test_what_was_told_before_is_proposed_until_a_person_decides(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        storm, other = (_told(session, clock, one) for one in (STORM, factories.A_MATTER))
        incident = _on(session, clock)
        assert [one.id for one in incidents.proposed(session, incident)] == [storm.id]
        incidents.put(session, incident, storm, now=clock.now)
        incidents.put(session, incident, other, now=clock.now)
        incidents.take_out(session, incident, other, now=clock.now)
        assert incidents.proposed(session, incident) == []
        assert incidents.of(session, incident) == [(storm, How.PERSON)]


def test_what_is_private_is_put_into_no_event(store: Store, clock: Clock) -> None:
    with store.write() as session:
        incident = _on(session, clock)
        ticket = _told(session, clock, replace(STORM, personal=True))
        with pytest.raises(CaseError):
            incidents.put(session, incident, ticket, now=clock.now)
        assert incidents.proposed(session, incident) == []


def test_an_event_does_not_end_while_somebody_waits_without_a_unit(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        incident = _on(session, clock)
        ticket = _told(session, clock, STORM)
        with pytest.raises(MoveError):
            incidents.end(session, incident.id, by=incident.begun_by, now=clock.now)
        for move in (Move.TRIAGE, Move.REFER, Move.ACCEPT):
            by = incident.begun_by
            moves.make(
                session, ticket, move, actor=by, reason="", version=ticket.version, now=clock.now
            )
        over = incidents.end(session, incident.id, by=incident.begun_by, now=clock.now)
        assert (over.state, over.waited, ticket.ended) == ("over", 1, False)


def test_the_same_event_begun_twice_is_one(store: Store, clock: Clock) -> None:
    with store.write() as session:
        first = _on(session, clock)
        second = incidents.begin(
            session, Region.ZICHUAN, "flood", "", by=first.begun_by, now=clock.now
        )
        assert first.id == second.id
        with pytest.raises(CaseError):
            incidents.begin(session, Region.NATIONAL, "flood", "", by=first.begun_by, now=clock.now)


class Flooded:
    """A resident of Zichuan while a flood is on there."""

    def __init__(self, desk: Desk, store: Store, clock: Clock) -> None:
        with store.write() as session:
            self.incident = _on(session, clock)
        self.resident = Resident(desk, store, clock, Region.ZICHUAN)

    def first_answer(self, words: str) -> list[str]:
        """What is answered, in order."""
        return [line.text for line in self.resident.says(words).answers]


@pytest.fixture
def flooded(desk: Desk, sqlite_store: Store, clock: Clock) -> Flooded:
    return Flooded(desk, sqlite_store, clock)


def test_where_to_shelter_stands_before_the_answer(flooded: Flooded) -> None:
    assert "先到安全的地方" in flooded.first_answer("大水来了去哪里躲")[0]


def test_the_numbers_of_a_danger_stand_before_the_places(flooded: Flooded) -> None:
    heard = flooded.first_answer("房子要塌了，人还在里面，救命")
    assert "119" in heard[0]
    assert "先到安全的地方" in heard[1]


def test_a_question_that_has_nothing_to_do_with_it_is_answered_as_ever(flooded: Flooded) -> None:
    heard = flooded.first_answer("低保要什么条件？")
    assert not [text for text in heard if "先到安全的地方" in text]


def test_after_it_is_over_places_come_no_more_first(
    flooded: Flooded, sqlite_store: Store, clock: Clock
) -> None:
    with sqlite_store.write() as session:
        incidents.end(session, flooded.incident.id, by=flooded.incident.begun_by, now=clock.now)
    assert "先到安全的地方" not in flooded.first_answer("大水来了去哪里躲")[0]
