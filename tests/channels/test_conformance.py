"""Every channel: nothing lost, nothing doubled, in order, within its limits, whatever happens."""

import pytest
from sqlmodel import col, select

from cases.channels import inbox, outbox
from cases.channels.intake import Update, UpdateState
from cases.channels.outbox import Why
from cases.danger import alerts
from cases.talk import messages, threads
from cases.talk.messages import Lane, Message, Sender
from cases.tickets.tickets import Ticket
from handlers import speech
from tests.channels.kit import (
    Fault,
    Pushed,
    Rig,
    begins,
    eventually,
    heard,
    listed,
    never,
    says,
    shown,
)

WORDS = speech.chinese()
DANGER = "我不想活了，药都买好了"
HUNGRY = "家里没米了，一天没吃饭"
CALL_120 = "请马上打120。"
OUTCOME = WORDS.say("outcome.told", {"number": "ZC-1", "outcome": "米已经送到"})


def _reminder(when: str = "明天10:00") -> str:
    return WORDS.say("reminder.visit", {"when": when})


REMINDER = _reminder()


def test_nothing_is_lost_of_what_many_write_at_once(rig: Rig) -> None:
    for chat in range(1, 9):
        rig.writes(HUNGRY, chat)
    eventually(lambda: all("单号" in heard(rig, chat) for chat in range(1, 9)))
    with rig.store.read() as session:
        assert len(session.exec(select(Ticket.id)).all()) == 8


def test_what_comes_three_times_is_answered_once(rig: Rig) -> None:
    which = rig.writes(HUNGRY)
    rig.repeats(which)
    rig.repeats(which)
    rig.writes(HUNGRY, chat=2)
    eventually(lambda: "单号" in heard(rig) and "单号" in heard(rig, 2))
    read, said = heard(rig).count("单号"), _said_by_resident(rig)
    never(lambda: heard(rig).count("单号") > read or _said_by_resident(rig) != said)
    assert len(said) == 2


def test_what_one_resident_writes_stays_in_order(rig: Rig) -> None:
    said = [f"第{number}句话" for number in range(1, 7)]
    for text in said:
        rig.writes(text)
    eventually(lambda: _said_by_resident(rig) == said)


def test_poison_stops_nobody(rig: Rig) -> None:
    rig.poisons()
    rig.writes(HUNGRY)
    eventually(lambda: "单号" in heard(rig))


def test_no_message_is_longer_than_the_channel_takes(rig: Rig) -> None:
    rig.writes("低保要什么条件，要带什么材料，去哪里办，多久能办好")
    eventually(lambda: bool(rig.reads()) and _undelivered(rig) == 0)
    assert all(rig.fits(text) for text in rig.reads())


def test_a_danger_rings_and_gets_its_numbers(rig: Rig) -> None:
    rig.writes(DANGER)
    eventually(lambda: _ringing(rig) == 1)
    eventually(lambda: _undelivered(rig) == 0 and "120" in heard(rig))


def test_two_handed_in_the_wrong_way_round_are_put_right(pushed: Pushed) -> None:
    pushed.swaps("第一句话", "第二句话")
    eventually(lambda: _said_by_resident(pushed) == ["第一句话", "第二句话"])


def test_poison_waits_for_a_person(pushed: Pushed) -> None:
    pushed.poisons()
    eventually(lambda: _dead(pushed) == 1)


def test_a_text_of_any_length_arrives_whole(pushed: Pushed) -> None:
    text = "您的事已经登记。" * 900
    begins(pushed)
    says(pushed, text, Lane.OPERATOR)
    whole = shown(pushed, text, Lane.OPERATOR)
    eventually(lambda: whole in "".join(pushed.reads()).replace("\n", ""))
    assert all(pushed.fits(page) for page in pushed.reads())


def test_a_busy_chat_waits_and_holds_up_no_other(pushed: Pushed) -> None:
    for chat in (1, 2):
        begins(pushed, chat)
        eventually(lambda of=chat: len(pushed.reads(of)) > 0)
    pushed.will(Fault.WAITS)
    says(pushed, _reminder("明天9:00"), Lane.OPERATOR, 1)
    eventually(lambda: _quiet(pushed) == 1)
    says(pushed, _reminder("明天11:00"), Lane.OPERATOR, 2)
    eventually(lambda: "明天11:00" in heard(pushed, 2), within=1)
    assert "明天9:00" not in heard(pushed, 1)


def test_a_reminder_whose_answer_was_cut_is_listed_and_never_sent_again(pushed: Pushed) -> None:
    _greeted(pushed)
    pushed.will(Fault.KEEPS_AND_CUTS)
    says(pushed, REMINDER, Lane.REMINDER)
    eventually(lambda: listed(pushed.store) == [REMINDER])
    seen = shown(pushed, REMINDER, Lane.REMINDER)
    never(lambda: heard(pushed).count(seen) > 1)


@pytest.mark.parametrize("fault", [Fault.BABBLES, Fault.HANGS])
def test_a_reminder_that_nobody_can_prove_is_listed(pushed: Pushed, fault: Fault) -> None:
    _greeted(pushed)
    pushed.will(fault)
    says(pushed, REMINDER, Lane.REMINDER)
    eventually(lambda: listed(pushed.store) == [REMINDER])
    assert _whys(pushed) == [Why.UNPROVEN]


@pytest.mark.parametrize("fault", [Fault.KEEPS_AND_CUTS, Fault.BABBLES, Fault.HANGS])
def test_an_emergency_is_sent_until_it_is_proven(pushed: Pushed, fault: Fault) -> None:
    _greeted(pushed)
    pushed.will(fault, fault)
    says(pushed, CALL_120, Lane.EMERGENCY)
    eventually(lambda: _undelivered(pushed) == 0)
    assert shown(pushed, CALL_120, Lane.EMERGENCY) in heard(pushed)


def test_what_is_refused_for_good_goes_to_a_person(pushed: Pushed) -> None:
    _greeted(pushed)
    pushed.will(Fault.REFUSES)
    says(pushed, OUTCOME, Lane.OPERATOR)
    eventually(lambda: listed(pushed.store) == [OUTCOME])
    assert _whys(pushed) == [Why.REFUSED]


def test_a_resident_who_shut_the_chat_is_reached_by_a_person(pushed: Pushed) -> None:
    _greeted(pushed)
    pushed.will(Fault.SHUT)
    says(pushed, OUTCOME, Lane.OPERATOR)
    eventually(lambda: listed(pushed.store) == [OUTCOME])
    assert _whys(pushed) == [Why.SHUT]
    with pushed.store.read() as session:
        assert len(threads.blocked(session)) == 1


def test_what_certainly_did_not_leave_leaves_once_the_channel_is_back(pushed: Pushed) -> None:
    pushed.shuts()
    begins(pushed)
    says(pushed, REMINDER, Lane.REMINDER)
    never(lambda: bool(listed(pushed.store)))
    pushed.opens()
    seen = shown(pushed, REMINDER, Lane.REMINDER)
    eventually(lambda: seen in heard(pushed))
    assert heard(pushed).count(seen) == 1


def test_an_emergency_waits_for_nothing_before_it(pushed: Pushed) -> None:
    _greeted(pushed)
    pushed.will(Fault.HANGS)
    says(pushed, REMINDER, Lane.REMINDER)
    says(pushed, CALL_120, Lane.EMERGENCY)
    eventually(lambda: shown(pushed, CALL_120, Lane.EMERGENCY) in heard(pushed))


def _greeted(rig: Pushed) -> None:
    begins(rig)
    eventually(lambda: len(rig.reads()) > 0)
    eventually(lambda: _undelivered(rig) == 0)


def _said_by_resident(rig: Rig) -> list[str]:
    with rig.store.read() as session:
        rows = session.exec(
            select(Message).where(Message.sender == Sender.RESIDENT).order_by(col(Message.seq))
        )
        return [messages.line_of(session, row).text for row in rows]


def _whys(rig: Rig) -> list[Why]:
    with rig.store.read() as session:
        return [outbox.why_of(row) for row in outbox.for_a_person(session)]


def _dead(rig: Rig) -> int:
    with rig.store.read() as session:
        dead = select(Update.id).where(Update.state == UpdateState.DEAD)
        return len(session.exec(dead).all())


def _undelivered(rig: Rig) -> int:
    with rig.store.read() as session:
        unsent = select(Message.id).where(col(Message.delivery).in_(("pending", "sending")))
        return len(session.exec(unsent).all())


def test_no_row_of_the_intake_is_left_open(rig: Rig) -> None:
    rig.writes("低保要什么条件")
    eventually(lambda: _answered(rig) == [True])


def _answered(rig: Rig) -> list[bool]:
    with rig.store.read() as session:
        return [row.answered_at is not None for row in session.exec(select(inbox.Inbound))]


def _quiet(rig: Rig) -> int:
    with rig.store.read() as session:
        quiet = select(threads.Thread.conversation_id)
        return len(session.exec(quiet.where(col(threads.Thread.quiet_until).is_not(None))).all())


def _ringing(rig: Rig) -> int:
    with rig.store.read() as session:
        return len(alerts.open_alerts(session))
