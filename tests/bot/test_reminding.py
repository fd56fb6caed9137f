"""A promised reminder is said once, at a waking hour, or a person is asked to see to it."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot import reminding
from cases import keys, residents, sealed
from cases.channels import reminders
from cases.channels.reminders import Reminder
from cases.commands import AnswerVisit, VisitWord
from cases.database import Store
from cases.dialogue import visit_talk
from cases.households import households, people, visits
from cases.households.file_bodies import PartKind, Person, Way
from cases.residents import Resident
from cases.tables import METADATA
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Message
from handlers import speech
from tests import factories, threads
from tests.clock import Clock
from tests.forked import FORKS

LOCAL = ZoneInfo("Asia/Shanghai")
WORDS = speech.chinese()


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL).astimezone(UTC)


def _promise(store: Store, now: datetime, *, reached: bool = True) -> str:
    """A visit on Thursday the 26th at ten, so reminded of on Wednesday at ten."""
    with store.write() as session:
        household = factories.a_household(session, reached=reached, now=now)
        return factories.a_visit(session, household, datetime(2026, 11, 26, 10), now=now).id  # noqa: DTZ001


def _said(store: Store) -> int:
    with store.read() as session:
        return len(session.exec(select(Message.id)).all())


def _states(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as session:
        rows = session.exec(select(Reminder)).all()
        return sorted((row.state, row.listed_why) for row in rows)


def test_nothing_is_said_before_the_hour(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    assert reminding.send_due(store, WORDS, now=_at(25, 9, 59)) == 0


def test_a_reminder_is_said_once(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    assert [reminding.send_due(store, WORDS, now=_at(25, 10, m)) for m in (0, 1)] == [1, 0]
    assert (_said(store), _states(store)) == (1, [("sent", None)])


def test_four_threads_say_twenty_reminders_once_each(store: Store, clock: Clock) -> None:
    for _ in range(20):
        _promise(store, clock.now)
    threads.at_once(lambda now: reminding.send_due(store, WORDS, now=now), [_at(25, 10)] * 4)
    assert (_said(store), _states(store)) == (20, [("sent", None)] * 20)


def _send_all(address: str, keys_at: Path) -> int:
    assert METADATA.tables, "a process of its own knows every table"
    store = Store(address, sealed.open_or_create(keys_at))
    sent = sum(reminding.send_due(store, WORDS, now=_at(25, 10)) for _ in range(10))
    store.close()
    return sent


def test_two_processes_say_thirty_reminders_once_each(
    postgres_store: Store, tmp_path: Path, clock: Clock
) -> None:
    address = postgres_store.engine.url.render_as_string(hide_password=False)
    mine = Store(address, sealed.open_or_create(tmp_path))
    for _ in range(30):
        _promise(mine, clock.now)
    with ProcessPoolExecutor(2, mp_context=FORKS) as processes:
        dealt = [processes.submit(_send_all, address, tmp_path) for _ in range(2)]
        assert sum(one.result() for one in dealt) == 30
    assert (_said(mine), _states(mine)) == (30, [("sent", None)] * 30)
    mine.close()


def test_a_visit_that_is_called_off_is_not_reminded_of(store: Store, clock: Clock) -> None:
    visit = _promise(store, clock.now)
    with store.write() as session:
        visits.cancel(session, visit, now=clock.now)
    reminding.send_due(store, WORDS, now=_at(25, 10))
    assert (_said(store), _states(store)) == (0, [("cancelled", None)])


def test_what_is_called_off_while_it_is_being_sent_stays_unsaid(store: Store, clock: Clock) -> None:
    visit = _promise(store, clock.now)
    with store.write() as session:
        (claimed,) = reminders.claim(session, now=_at(25, 10))
    with store.write() as session:
        visits.cancel(session, visit, now=_at(25, 10))
    with store.write() as session:
        assert not reminders.finish(session, claimed, now=_at(25, 10))
    assert _states(store) == [("cancelled", None)]


def test_who_lost_the_lease_may_not_finish(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        (slow,) = reminders.claim(session, now=_at(25, 10))
    with store.write() as session:
        (quick,) = reminders.claim(session, now=_at(25, 10) + timedelta(seconds=31))
    with store.write() as session:
        assert not reminders.finish(session, slow, now=_at(25, 11))
        assert reminders.finish(session, quick, now=_at(25, 11))


def test_what_is_being_sent_is_not_claimed_again_within_the_lease(
    store: Store, clock: Clock
) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        reminders.claim(session, now=_at(25, 10))
    with store.write() as session:
        assert reminders.claim(session, now=_at(25, 10) + timedelta(seconds=29)) == []


def test_what_was_claimed_before_a_crash_is_said_after_the_lease(
    store: Store, clock: Clock
) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        reminders.claim(session, now=_at(25, 10))
    reminding.send_due(store, WORDS, now=_at(25, 10, 1))
    assert _said(store) == 1


def test_after_hours_of_silence_a_useful_reminder_is_still_said(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    reminding.send_due(store, WORDS, now=_at(26, 8, 30))
    assert (_said(store), _states(store)) == (1, [("sent", None)])


def test_a_reminder_that_came_too_late_is_put_on_a_persons_list(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    reminding.send_due(store, WORDS, now=_at(26, 9, 1))
    assert (_said(store), _states(store)) == (0, [("listed", "too_late")])
    with store.read() as session:
        assert [one.sent_at for one in reminders.listed(session)] == [None]


@pytest.mark.parametrize("hour", [0, 3, 7, 21, 23])
def test_nobody_is_reminded_at_night(store: Store, clock: Clock, hour: int) -> None:
    _promise(store, clock.now)
    night = _at(25, hour) + timedelta(days=hour < 10)
    reminding.send_due(store, WORDS, now=night)
    assert (_said(store), _states(store)) == (0, [("due", None)])
    reminding.send_due(store, WORDS, now=_at(26, 8))
    assert _said(store) == 1


def test_a_household_without_a_channel_is_put_on_a_persons_list(store: Store, clock: Clock) -> None:
    _promise(store, clock.now, reached=False)
    reminding.send_due(store, WORDS, now=_at(25, 10))
    assert _states(store) == [("listed", "no_channel")]


def test_one_reminder_that_cannot_be_said_holds_up_no_other(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        (first,) = session.exec(select(Resident)).all()
        keys.destroy(session, first.key_id, now=clock.now)
    _promise(store, clock.now)
    reminding.send_due(store, WORDS, now=_at(25, 10))
    assert (_said(store), _states(store)) == (1, [("listed", "failed"), ("sent", None)])


def test_the_household_is_told_day_and_hour_and_nothing_of_the_matter(
    store: Store, clock: Clock
) -> None:
    _promise(store, clock.now)
    reminding.send_due(store, WORDS, now=_at(25, 10))
    with store.read() as session:
        chat = session.exec(select(Conversation)).one()
        (line,) = messages.since(session, chat)
    assert "11月26日10:00" in line.text
    assert not {"低保", "复核", "残疾"} & {line.text[i : i + 2] for i in range(len(line.text))}


@pytest.mark.parametrize(
    ("way", "at_ten", "after"),
    [
        ({"safe_from": 14}, ("due", None), ("sent", None)),
        ({"safe_until": 10}, ("due", None), ("due", None)),
        ({"do_not_call": True}, ("listed", "not_to_call"), ("listed", "not_to_call")),
    ],
)
def test_what_the_resident_said_of_safe_hours_holds_for_reminders(
    store: Store,
    clock: Clock,
    way: dict[str, int],
    at_ten: tuple[str, str | None],
    after: tuple[str, str | None],
) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        (someone,) = session.exec(select(Resident)).all()
        residents.keep_contact(session, someone, "13864370001", now=clock.now, **way)
    for moment, state in ((_at(25, 10), at_ten), (_at(25, 14), after)):
        reminding.send_due(store, WORDS, now=moment)
        assert _states(store) == [state]


def test_the_safe_hours_of_a_member_in_the_file_hold_too(store: Store, clock: Clock) -> None:
    visit = _promise(store, clock.now)
    with store.write() as session:
        household = households.find(session, visits.find(session, visit).household_id)
        mother = Person(name="王桂兰", ways=(Way(value="13864370001", safe_from=13),))
        by = household.created_by
        people.write(session, household, PartKind.MEMBER, mother, by=by, now=clock.now)
    reminding.send_due(store, WORDS, now=_at(25, 10))
    assert (_said(store), _states(store)) == (0, [("due", None)])


def test_an_answer_and_a_reminder_that_meet_never_wait_for_each_other(
    postgres_store: Store, clock: Clock
) -> None:
    visit_id = _promise(postgres_store, clock.now)
    with postgres_store.write() as session:
        (claimed,) = reminders.claim(session, now=_at(25, 10))
    with ThreadPoolExecutor(1) as other, postgres_store.write() as session:
        chat = session.exec(select(Conversation)).one()
        conversations.find_for_update(session, chat.id)
        sending = other.submit(reminding.settle, postgres_store, WORDS, claimed, now=_at(25, 10))
        threads.until_one_waits(postgres_store)
        fine = AnswerVisit(visit_id, VisitWord.CONFIRMED)
        visit_talk.answer(session, chat, fine, now=_at(25, 10))
    sending.result()
    assert _states(postgres_store) == [("sent", None)]
