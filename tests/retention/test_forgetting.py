"""Who asks to be forgotten is: at once where nothing is needed, else when it is done with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import keeping
from cases import residents
from cases.channels import inbox
from cases.database import Session, Store
from cases.operators import Role
from cases.retention import wishes
from cases.talk import conversations, links, messages
from cases.talk.conversations import Conversation
from cases.tickets import history, reporters, tickets, worklists
from cases.tickets.tickets import Ticket
from cases.tickets.worklists import Which
from tests import factories
from tests.clock import Clock
from tests.resident import Resident
from tests.retention import house

SOON = timedelta(minutes=3)


def _asks(session: Session, chat: Conversation, clock: Clock) -> None:
    wishes.ask(session, conversations.find(session, chat.id), now=clock.now)


def _is_gone(store: Store, chat: Conversation) -> bool:
    with store.read() as session:
        return conversations.find(session, chat.id).erased_at is not None


def test_who_asks_is_forgotten_with_the_tickets_that_have_ended(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        ticket = house.an_ended_ticket(session, chat, now=clock.now)
        _asks(session, chat, clock)
    assert keeping.forget_asked(store, now=clock.now) == 0
    assert keeping.forget_asked(store, now=clock.now + SOON) == 1
    assert _is_gone(store, chat)
    with store.read() as session:
        row = session.get_one(Ticket, ticket.id)
        assert house.is_destroyed(session, row.key_id)
        assert house.is_destroyed(session, residents.key_of(session, chat.resident_id))


def test_what_goes_on_is_brought_to_its_end_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        ticket = tickets.open_for(session, chat, factories.A_MATTER, now=clock.now)
        _asks(session, chat, clock)
    assert keeping.forget_asked(store, now=clock.now + SOON) == 0
    with store.write() as session:
        house.ends(session, session.get_one(Ticket, ticket.id), now=clock.now)
    assert keeping.forget_asked(store, now=clock.now + SOON) == 1


def test_an_archive_stays_and_is_used_for_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        ticket = house.an_ended_ticket(session, chat, now=clock.now)
        home = factories.a_household(session, reached=False, now=clock.now)
        tickets.file_under(session, ticket, home.id, now=clock.now)
        _asks(session, chat, clock)
        alice = factories.an_operator(session, now=clock.now)
        boss = factories.an_operator(session, "boss", role=Role.SUPERVISOR, now=clock.now)
    keeping.forget_asked(store, now=clock.now + SOON)
    with store.read() as session:
        lists = [
            len(worklists.tickets_for(session, who, Which.ENDED, now=clock.now))
            for who in (alice, boss)
        ]
        assert lists == [0, 1]
        assert history.first_words(session, session.get_one(Ticket, ticket.id))


def test_nobody_learns_any_more_who_stood_behind_a_report(store: Store, clock: Clock) -> None:
    sealed = replace(factories.A_MATTER, sealed=True, phone="13900139000")
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        report = tickets.open_for(session, chat, sealed, now=clock.now)
        house.ends(session, report, now=clock.now)
        _asks(session, chat, clock)
    keeping.forget_asked(store, now=clock.now + SOON)
    with store.read() as session:
        assert reporters.contact_of(session, report.id) is None
        assert not reporters.came_from(session, report.id, chat.id)


def test_who_takes_it_back_is_not_forgotten(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        _asks(session, chat, clock)
    with store.write() as session:
        wishes.take_back(session, conversations.find(session, chat.id), now=clock.now)
    assert keeping.forget_asked(store, now=clock.now + SOON) == 0


def test_who_goes_on_talking_is_not_cut_off(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        _asks(session, chat, clock)
    with store.write() as session:
        here = conversations.find(session, chat.id)
        later = inbox.receive(session, here, external_id="b", text="还有", now=clock.now + SOON)
        inbox.mark_answered(session, later, now=clock.now + SOON)
    assert keeping.forget_asked(store, now=clock.now + SOON) == 0


def test_it_holds_for_every_channel_of_the_same_person(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        code = links.make(session, chat, now=clock.now)
        other = links.follow(session, code, channel="wechat", address="u", now=clock.now)
        assert other is not None
        _asks(session, chat, clock)
    assert keeping.forget_asked(store, now=clock.now + SOON) == 2
    assert _is_gone(store, other)


def test_what_is_held_names_no_report_that_opens_to_a_word_alone(
    resident: Resident, sqlite_store: Store, clock: Clock
) -> None:
    secret = replace(factories.A_MATTER, anonymous=True)
    with sqlite_store.write() as session:
        chat = conversations.find(session, resident.conversation_id)
        hidden = tickets.open_for(session, chat, secret, now=clock.now).number
        shown = tickets.open_for(session, chat, factories.A_MATTER, now=clock.now).number
    resident.says("你们存了我什么").hears(shown, "对话").hears_nothing_of(hidden)


@pytest.mark.parametrize("words", ["删除我的全部记录", "我要注销", "把我的信息删掉"])
def test_a_resident_who_confirms_is_forgotten(
    resident: Resident, sqlite_store: Store, clock: Clock, words: str
) -> None:
    resident.says(words).is_offered("确定删除我的记录").says("确定删除我的记录").hears("这就删")
    assert keeping.forget_asked(sqlite_store, now=clock.now + SOON) == 1
    with sqlite_store.read() as session:
        here = conversations.find(session, resident.conversation_id)
        assert messages.since(session, here) == []
        assert not conversations.holds_token(here, resident.token)


def test_a_household_that_is_helped_is_answered_by_a_person(
    resident: Resident, sqlite_store: Store, clock: Clock
) -> None:
    with sqlite_store.write() as session:
        home = factories.a_household(session, reached=False, now=clock.now)
        home.conversation_id = resident.conversation_id
        session.add(home)
    resident.says("删除我的记录").hears("工作人员答复")
    resident.says("确定删除我的记录").hears("单号", "有人答复")
    assert keeping.forget_asked(sqlite_store, now=clock.now + SOON) == 0
