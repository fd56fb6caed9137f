"""A language told in the chat is kept, said back once, and goes with the resident into the line."""

import pytest

from cases.database import Store
from cases.households import households, people
from cases.households.file_bodies import PartKind, Person
from cases.talk import conversations
from handlers import speech
from knowledge.names import Region, Tongue
from tests import factories
from tests.clock import Clock
from tests.resident import Resident


def _tongue(store: Store, resident: Resident) -> str | None:
    with store.read() as session:
        return conversations.find(session, resident.conversation_id).tongue


@pytest.mark.parametrize("tongue", list(Tongue))
def test_each_button_of_the_page_is_understood(
    resident: Resident, sqlite_store: Store, tongue: Tongue
) -> None:
    words = speech.chinese()
    resident.says(words.say(f"tongue.button_{tongue}"))
    resident.hears("记下了", words.say(f"tongue.{tongue}")).is_offered("找人工")
    assert _tongue(sqlite_store, resident) == tongue


def test_a_question_told_with_it_is_answered_and_the_language_kept(
    resident: Resident, sqlite_store: Store
) -> None:
    resident.says("我只会说闽南话，低保要什么条件").hears("低保标准")
    assert _tongue(sqlite_store, resident) == Tongue.MINNAN


def test_a_danger_told_with_it_comes_first(resident: Resident, sqlite_store: Store) -> None:
    resident.says("我只会说闽南话，我老公拿刀要砍我").hears("110")
    assert _tongue(sqlite_store, resident) == Tongue.MINNAN


def test_who_asks_for_a_person_takes_the_language_of_the_households_file_along(
    resident: Resident, sqlite_store: Store, clock: Clock
) -> None:
    with sqlite_store.write() as session:
        by = factories.an_operator(session, now=clock.now)
        home = households.open_file(
            session,
            name="王桂兰",
            address="洪山镇",
            region=Region.ZICHUAN,
            conversation_id=resident.conversation_id,
            created_by=by.id,
            now=clock.now,
        )
        who = Person(name="王桂兰", language="说闽南话")
        people.write(session, home, PartKind.MEMBER, who, by=by.id, now=clock.now)
    resident.says("找人工")
    assert _tongue(sqlite_store, resident) == Tongue.MINNAN
