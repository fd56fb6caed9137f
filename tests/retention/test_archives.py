"""A household's file is put away with its day, held, and erased by two persons alone: whole."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import keeping
from cases.commands import OpenTicket
from cases.database import Session, Store
from cases.errors import UnknownError
from cases.households import file_parts, households, people, same_household
from cases.households.file_bodies import Note, PartKind, Person
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.operators import Operator
from cases.retention import archives, holdings, terms
from cases.retention.archives import (
    ArchiveError,
    Erasure,
    GoingOnError,
    Ground,
    HeldError,
    NoGroundError,
    OwnWishError,
    Word,
)
from cases.retention.holdings import BY_TABLE, How
from cases.retention.terms import Kept
from cases.talk import conversations
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Category
from tests import factories
from tests.clock import Clock
from tests.retention import house

TODAY = date(2026, 11, 23)
PAST, COMING = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
RULE = "档案管理办法第十条"
RIGHTS: OpenTicket = replace(factories.A_MATTER, category=Category.RIGHTS)


def _home(session: Session, clock: Clock) -> Household:
    """A file with somebody and something in it."""
    home = factories.a_household(session, now=clock.now)
    by = home.created_by
    people.write(session, home, PartKind.MEMBER, Person(name="王小明"), by=by, now=clock.now)
    told = Draft(PartKind.HAPPENING, Note(text="病了"), first=TODAY)
    file_parts.write(session, home, told, by=by, now=clock.now)
    return home


def _two(session: Session, clock: Clock) -> tuple[Operator, Operator]:
    alice = factories.an_operator(session, "Alice", now=clock.now)
    return alice, factories.an_operator(session, "Bob", now=clock.now)


def _put_away(session: Session, home: Household, until: date | None = PAST) -> None:
    by = home.created_by
    archives.archive(session, home.id, keep_until=until, rule=RULE, by=by, on=TODAY)


def _ask(  # noqa: PLR0913
    session: Session,
    home: Household,
    who: Operator,
    *,
    ground: Ground = Ground.TERM,
    ticket: Ticket | None = None,
    now: datetime = datetime(2026, 11, 23, tzinfo=UTC),
) -> Erasure:
    return archives.ask(session, home.id, ground, ticket=ticket, by=who.id, now=now, today=TODAY)


def _erased(session: Session, home: Household, clock: Clock) -> None:
    alice, bob = _two(session, clock)
    _ask(session, home, alice)
    archives.decide(session, home.id, Word.CONFIRMED, by=bob.id, now=clock.now)


def test_two_persons_erase_a_file_whole(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        wanted, key = home.id, home.key_id
        _put_away(session, home)
        _erased(session, home, clock)
    with store.read() as session:
        assert house.is_destroyed(session, key)
        with pytest.raises(UnknownError):
            households.find(session, wanted)
        assert _left(session) == {}


def _left(session: Session) -> dict[str, int]:
    """How many rows are left in each table that goes with a file."""
    going = [one for one in BY_TABLE.values() if one.kept is Kept.HOUSEHOLDS]
    counted = {
        one.table: session.connection().scalar(
            select(func.count()).select_from(holdings.table(one.table))
        )
        for one in going
        if one.how is How.DELETE
    }
    return {name: count for name, count in counted.items() if count}


def test_one_person_alone_erases_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home)
        alice, _ = _two(session, clock)
        _ask(session, home, alice)
        with pytest.raises(OwnWishError):
            archives.decide(session, home.id, Word.CONFIRMED, by=alice.id, now=clock.now)
        assert households.find(session, home.id)


def test_what_the_second_one_refuses_stays_and_may_be_asked_again(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home)
        alice, bob = _two(session, clock)
        _ask(session, home, alice)
        archives.decide(session, home.id, Word.REFUSED, by=bob.id, now=clock.now)
        assert households.read(session, home).name
        assert _ask(session, home, bob).word == Word.ASKED


@pytest.mark.parametrize("until", [None, TODAY, COMING])
def test_before_its_day_only_its_people_may_have_it_erased(
    store: Store, clock: Clock, until: date | None
) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home, until)
        alice, bob = _two(session, clock)
        with pytest.raises(NoGroundError):
            _ask(session, home, alice)
        wish = factories.a_ticket(session, RIGHTS, now=clock.now)
        asked = _ask(session, home, bob, ground=Ground.REQUEST, ticket=wish)
        assert asked.ticket_number == wish.number


def test_another_ticket_is_no_ground(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home)
        alice, _ = _two(session, clock)
        other = factories.a_ticket(session, now=clock.now)
        for ticket in (None, other):
            with pytest.raises(NoGroundError):
                _ask(session, home, alice, ground=Ground.REQUEST, ticket=ticket)


def test_what_is_held_is_not_erased_also_when_it_was_asked_before(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home)
        alice, bob = _two(session, clock)
        _ask(session, home, alice)
        archives.hold(session, home.id, why="法院", by=bob.id)
        with pytest.raises(HeldError):
            archives.decide(session, home.id, Word.CONFIRMED, by=bob.id, now=clock.now)
        assert archives.listed(session, today=TODAY)[0].held == "法院"
        archives.release(session, home.id)
        assert archives.decide(session, home.id, Word.CONFIRMED, by=bob.id, now=clock.now)


def test_what_goes_on_is_not_put_away(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        ticket = factories.a_ticket(session, now=clock.now)
        tickets.file_under(session, ticket, home.id, now=clock.now)
        with pytest.raises(GoingOnError):
            _put_away(session, home)
        house.ends(session, ticket, now=clock.now)
        _put_away(session, home)


def test_a_visit_that_is_planned_goes_on(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        local = datetime(2026, 11, 26, 10, 0)  # noqa: DTZ001
        factories.a_visit(session, home, local, now=clock.now)
        with pytest.raises(GoingOnError):
            _put_away(session, home)


def test_its_tickets_are_no_archive_any_more(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        chat = house.a_talk(session, now=clock.now)
        ticket = house.an_ended_ticket(session, chat, now=clock.now)
        tickets.file_under(session, ticket, home.id, now=clock.now)
        wanted = ticket.id
        _put_away(session, home)
        _erased(session, home, clock)
    assert keeping.erase_due(store, terms.shipped(), now=clock.now + house.YEARS)
    with store.read() as session:
        assert session.get_one(Ticket, wanted).erased_at is not None


def test_the_talk_of_an_erased_file_is_no_archive_any_more(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        chat = home.conversation_id or ""
        _put_away(session, home)
        _erased(session, home, clock)
    assert keeping.erase_due(store, terms.shipped(), now=clock.now + house.YEARS)
    with store.read() as session:
        assert conversations.find(session, chat).erased_at is not None


def test_what_was_merged_into_a_file_goes_with_it(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home, part = _home(session, clock), _home(session, clock)
        by = home.created_by
        same_household.merge(session, home, part, why="同一户", by=by, now=clock.now)
        with pytest.raises(ArchiveError):
            _put_away(session, part)
        _put_away(session, home)
        _erased(session, home, clock)
        assert _left(session) == {}


def test_a_file_that_is_taken_out_again_is_not_erased(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = _home(session, clock)
        _put_away(session, home)
        alice, bob = _two(session, clock)
        _ask(session, home, alice)
        archives.take_out(session, home.id)
        with pytest.raises(UnknownError):
            archives.decide(session, home.id, Word.CONFIRMED, by=bob.id, now=clock.now)
        assert not archives.listed(session, today=TODAY)


def test_those_that_are_due_stand_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        homes = {until: _home(session, clock) for until in (None, COMING, PAST)}
        for until, home in homes.items():
            _put_away(session, home, until)
        found = archives.listed(session, today=TODAY)
    assert [one.row.keep_until for one in found] == [PAST, COMING, None]
    assert [one.due for one in found] == [True, False, False]


def test_another_household_keeps_all_of_its_file(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home, other = _home(session, clock), _home(session, clock)
        _put_away(session, home)
        _erased(session, home, clock)
        names = [one.person.name for one in people.of_household(session, other)]
    assert names == ["王小明"]
