"""From the bot to a person and back, on both databases: asked once, silent, told once, kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlmodel import col, select

from bot import second_tries
from cases import hours, residents
from cases.channels import inbox
from cases.channels.inbox import Inbound
from cases.danger import rescues
from cases.danger.alerts import Alert
from cases.danger.rescues import Passed, Service
from cases.desk import passing, queues
from cases.desk.passing import How
from cases.desk.waits import Wait
from cases.errors import CardMissingError
from cases.hours import Channel, DayKind, Span
from cases.talk import conversations
from cases.talk.conversations import Mode
from cases.talk.messages import Sender
from handlers.desk import Desk
from handlers.speech import NOTHING, Gave, Speech
from handlers.turn import Value
from knowledge.names import Region
from nlu.interpreter import Interpreter
from nlu.understanding import Understanding
from tests import threads
from tests.resident import Resident
from tests.scenarios.house import House

Values = Mapping[str, Value] | None
QUESTION = "低保要什么条件"


class Fails:
    """An engine that never brings an answer."""

    def __init__(self, how: type[Exception]) -> None:
        self._how = how

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Fail."""
        raise self._how(f"{now}: {len(text)} characters")


class Meanwhile:
    """An engine during whose thinking something else happens."""

    def __init__(self, engine: Interpreter, happens: Callable[[], None]) -> None:
        self._engine = engine
        self._happens = happens

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Let it happen, then understand."""
        self._happens()
        return self._engine.read(text, now=now)


class Mute(Speech):
    """Words in which one answer was left empty."""

    def say(self, key: str, values: Values = None, gave: Gave = NOTHING) -> str:
        """Every sentence but one."""
        return "" if key == "greeting.again" else super().say(key, values, gave)


def _with(house: House, engine: Interpreter, words: Speech | None = None) -> House:
    """The same house with another engine behind its desk."""
    spoken = words or house.helpline.speech
    desk = Desk(house.store, engine, house.helpline.library, spoken)
    return House(replace(house.helpline, desk=desk), house.clock)


def test_asking_again_and_again_hands_over_once_and_counts_from_the_first_time(
    house: House,
) -> None:
    house.operator()
    resident, asked = house.resident(), house.clock.now
    for words in ("找人工", "人呢", "找人工"):
        resident.says(words)
        house.clock.advance(seconds=20)
    assert house.modes(resident) == ["queued"]
    assert house.chat(resident).queued_at == asked


def test_asked_for_ten_times_at_one_instant_a_person_is_asked_for_once(house: House) -> None:
    resident = house.resident()
    desk, now = house.helpline.desk, house.clock.now

    def asks(name: str) -> str:
        return desk.receive(resident.conversation_id, external_id=name, text="找人工", now=now)

    assert len(set(threads.at_once(asks, "abcdefghij"))) == 10
    assert house.modes(resident) == ["queued"]
    with house.store.read() as session:
        waited = session.exec(select(Wait).where(Wait.conversation_id == resident.conversation_id))
        tickets = {line.ticket_number for line in house.said(resident)} - {None}
        assert (len(waited.all()), len(tickets)) == (1, 1)


def test_from_the_asking_on_the_bot_waits_for_the_person_and_beside_them_is_silent(
    house: House,
) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    assert resident.says(QUESTION).answers == []
    house.hands_back(alice, resident)
    resident.says(QUESTION).hears("低保标准")


def test_a_reply_that_was_being_computed_when_a_person_came_is_never_seen(house: House) -> None:
    alice, taken = house.operator(), list[Resident]()
    engine = Meanwhile(house.helpline.interpreter, lambda: house.takes(alice, taken[0]))
    resident = _with(house, engine).resident()
    taken.append(resident)
    assert resident.says(QUESTION).answers == []
    assert house.chat(resident).mode == Mode.OPERATOR


def test_what_is_said_while_a_person_leaves_is_answered_by_the_bot(house: House) -> None:
    alice, leaves = house.operator(), list[Resident]()
    engine = Meanwhile(
        house.helpline.interpreter,
        lambda: house.hands_back(alice, leaves.pop()) if leaves else None,
    )
    resident = _with(house, engine).resident()
    resident.says("找人工")
    house.takes(alice, resident)
    leaves.append(resident)
    resident.says(QUESTION).hears("低保标准")


@pytest.mark.parametrize("how", [RuntimeError, TimeoutError])
def test_a_bot_that_fails_or_takes_too_long_ends_in_the_line_and_says_so_once(
    house: House, how: type[Exception]
) -> None:
    resident = _with(house, Fails(how)).resident()
    for _ in range(2):
        resident.says("家里没米了", client_id="a").hears("对不起", "单号", "110")
    chat = house.chat(resident)
    assert (chat.mode, chat.queue_reason) == (Mode.QUEUED, "bot_failed")
    assert sum("对不起" in line.text for line in house.said(resident)) == 1
    with house.store.read() as session:
        assert not inbox.unanswered(session, chat)


def test_a_danger_told_to_a_person_rings_and_the_bot_stays_silent(house: House) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    assert resident.says("我老公拿刀要砍我").answers == []
    with house.store.read() as session:
        assert [one.conversation_id for one in session.exec(select(Alert))] == [
            resident.conversation_id
        ]


def test_a_danger_told_to_a_person_rings_though_the_bot_fails(house: House) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    broken = _with(house, Fails(TimeoutError)).helpline.desk
    said = "我老公拿刀要砍我"
    broken.receive(resident.conversation_id, external_id="d", text=said, now=house.clock.now)
    with house.store.read() as session:
        assert len(session.exec(select(Alert)).all()) == 1


def test_who_serves_another_place_alone_is_nobody_for_this_one(house: House) -> None:
    house.operator(region=Region.FENGZE)
    house.resident(Region.ZICHUAN).says("找人工").hears("单号")


def test_a_bot_with_an_empty_answer_ends_in_the_line(house: House) -> None:
    resident = _with(house, house.helpline.interpreter, Mute.load()).resident()
    resident.says("您好").hears("对不起")
    assert house.chat(resident).queue_reason == "bot_failed"


def test_a_bot_whose_process_is_killed_at_every_try_ends_in_the_line(house: House) -> None:
    resident = house.resident()
    with house.store.write() as session:
        chat = conversations.find_for_update(session, resident.conversation_id)
        kept = inbox.receive(session, chat, external_id="a", text=QUESTION, now=house.clock.now)
        kept.attempts = inbox.MOST_ATTEMPTS
        session.add(kept)
    house.later(minutes=1)
    second_tries.answer_stuck(house.helpline, now=house.clock.now)
    assert house.chat(resident).queue_reason == "bot_failed"


def test_a_burst_of_words_is_answered_together_in_order_none_twice(house: House) -> None:
    resident = house.resident()
    burst = [("a", "您好"), ("b", "低保"), ("c", "要什么条件")]
    for _ in range(2):
        house.helpline.desk.hear(resident.conversation_id, burst, now=house.clock.now)
    own = [line.text for line in house.said(resident) if line.sender is Sender.RESIDENT]
    assert own == [text for _, text in burst]
    answers = [line for line in house.said(resident) if line.sender is Sender.BOT]
    assert sum("低保标准" in line.text for line in answers) == 1
    with house.store.read() as session:
        open_ones = select(Inbound.id).where(col(Inbound.answered_at).is_(None))
        assert session.exec(open_ones).all() == []


def test_with_nobody_there_a_ticket_a_call_and_the_bot_are_offered(house: House) -> None:
    resident = house.resident()
    resident.says("找人工").hears("单号").is_offered("我留言", "约回电", "先问机器人")
    with house.store.read() as session:
        standing = queues.standing(session, house.chat(resident), now=house.clock.now)
    assert standing is not None
    assert (standing.position, standing.wait_low_s, standing.wait_high_s) == (1, None, None)


def test_out_of_hours_the_promise_says_when_and_a_danger_is_never_out_of_hours(
    house: House,
) -> None:
    by = house.operator()
    with house.store.write() as session:
        never_now = Span(DayKind.WORKING, time(20), time(21))
        hours.enter(session, Region.ZICHUAN, Channel.CHAT, never_now, by=by.id, now=house.clock.now)
    house.resident().says("找人工").hears("现在不在接待时间")
    grave = house.resident().says("我老公拿刀要砍我").hears("110")
    assert house.chat(grave).queue_priority == "P0"


def test_who_does_not_answer_in_time_loses_the_chat_and_both_are_told(house: House) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    resident.says("还在吗")
    for _ in range(2):
        house.later(alice, minutes=11)
    assert house.heard(resident, "operator.silent") == 1
    with house.store.read() as session:
        assert [one.how for one in passing.untold(session, alice)] == [How.SILENT]
    chat = house.chat(resident)
    assert (chat.mode, chat.queue_head) == (Mode.QUEUED, True)


def test_a_chat_passed_on_carries_its_note_and_the_resident_hears_one_line(house: House) -> None:
    alice, bob, resident = house.operator(), house.operator("Bob"), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    house.passes(alice, resident, "Bob", note="先问医疗")
    house.takes(bob, resident)
    assert house.heard(resident, "operator.passed") == 1
    assert sum("来了" in line.text for line in house.said(resident)) == 1
    with house.store.read() as session:
        assert passing.note_of(session, house.chat(resident)) == "先问医疗"


def test_a_chat_nobody_takes_over_is_its_senders_again(house: House) -> None:
    alice, bob, resident = house.operator(), house.operator("Bob"), house.resident()
    resident.says("找人工")
    house.takes(alice, resident)
    house.passes(alice, resident, "Bob")
    house.later(alice, bob, minutes=2)
    chat = house.chat(resident)
    assert (chat.operator_id, chat.offered_to) == (alice.id, None)


def test_handed_back_the_bot_says_what_it_knows_and_forgives_what_it_missed(
    house: House,
) -> None:
    alice, resident = house.operator(), house.resident()
    number = resident.says("家里没米了，两天没吃饭").ticket_number
    house.takes(alice, resident)
    house.replies(alice, resident)
    house.hands_back(alice, resident)
    (left,) = [line for line in house.said(resident) if "工作人员先离开了" in line.text]
    assert number in left.text
    resident.says("嘎嘎嘎").hears_nothing_of("已经请工作人员")
    assert house.chat(resident).mode == Mode.BOT


def test_a_danger_is_not_handed_back_before_its_card_is_written(house: House) -> None:
    alice, resident = house.operator(), house.resident()
    resident.says("我老公拿刀要砍我")
    house.takes(alice, resident)
    with pytest.raises(CardMissingError):
        house.hands_back(alice, resident)
    with house.store.write() as session:
        chat = house.chat(resident)
        subject = rescues.Subject(chat.id, None, residents.key_of(session, chat.resident_id))
        passed = Passed(Service.POLICE, house.clock.now, "洪山镇 3 号楼", "接警员 07")
        rescues.record(session, subject, passed, by=alice.id, now=house.clock.now)
    house.hands_back(alice, resident)
    assert house.chat(resident).mode == Mode.BOT
    with house.store.read() as session:
        assert all(alert.closed_at for alert in session.exec(select(Alert)))
