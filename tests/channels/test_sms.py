"""Text messages: neutral, registered, counted in parts; what did not arrive is a person's."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot import sms_templates
from bot.helpline import Helpline
from bot.sms_templates import MOST_PARTS, NotNeutralError
from cases.channels import intake, refusals
from cases.channels.intake import Update
from cases.talk import threads
from cases.talk.messages import Lane, Line, Message, Sender
from handlers import speech
from tests.channels import rigs
from tests.channels.kit import begins, eventually, listed, never, says
from tests.channels.rigs import HOTLINE, SmsRig
from tests.peers import sms as peer

WORDS = speech.chinese()
KNOWN = sms_templates.registered()
EVERY = (*KNOWN.template, KNOWN.urgent, KNOWN.registered, KNOWN.other)


@pytest.fixture
def rig(helpline: Helpline) -> Iterator[SmsRig]:
    """Text messages, running."""
    with rigs.sms_rig(helpline) as found:
        assert isinstance(found, SmsRig)
        yield found


def _text(text: str, **more: object) -> str:
    line = Line(Sender.BOT, text, **more)  # type: ignore[arg-type]
    return sms_templates.stand_in(line, WORDS, hotline=HOTLINE).text


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_every_message_says_how_to_check_that_it_is_us(template: sms_templates.Template) -> None:
    assert "核实" in template.text or template.id == "survey_thanks"
    assert "{hotline}" in template.text


@pytest.mark.parametrize("template", EVERY, ids=lambda one: one.id)
def test_no_message_is_more_than_two_parts_or_names_the_matter(
    template: sms_templates.Template,
) -> None:
    filled = re.sub(r"\{\w+\}", "0533-5180000", template.text)
    assert sms_templates.parts(filled) <= MOST_PARTS
    assert not [word for word in KNOWN.forbidden if word in template.text]


@pytest.mark.parametrize("template", KNOWN.template, ids=lambda one: one.id)
def test_what_a_message_stands_for_is_a_sentence_of_ours(
    template: sms_templates.Template,
) -> None:
    assert set(re.findall(r"\{(\w+)\}", template.text)) - {"hotline"} <= set(
        re.findall(r"\{(\w+)\}", WORDS.pattern(template.of))
    )


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_a_text_is_counted_in_parts_of_70_or_67(length: int, parts: int) -> None:
    assert sms_templates.parts("字" * length) == parts


def test_a_rare_character_counts_twice() -> None:
    assert sms_templates.parts("𠮷" * 35) == 1
    assert sms_templates.parts("𠮷" * 36) == 2


@given(st.text(max_size=300))
def test_whatever_is_said_the_message_tells_nothing_of_it(text: str) -> None:
    try:
        sent = _text(text)
    except NotNeutralError:
        return
    assert sms_templates.parts(sent) <= MOST_PARTS
    assert not [word for word in KNOWN.forbidden if word in sent]


def test_an_outcome_is_told_without_what_it_is() -> None:
    outcome = {"number": "ZC-261123-000001", "outcome": "低保已批准，每月900元"}
    sent = _text(WORDS.say("outcome.told", outcome))
    assert "ZC-261123-000001" in sent
    assert "低保" not in sent


def test_a_reminder_keeps_its_hour() -> None:
    assert "11月26日10:00" in _text(WORDS.say("reminder.visit", {"when": "11月26日10:00"}))


def test_a_word_that_tells_too_much_keeps_a_message_back() -> None:
    with pytest.raises(NotNeutralError):
        _text(WORDS.say("reminder.visit", {"when": "看 http://x 低保"}))


def test_a_message_carries_name_template_and_values(rig: SmsRig) -> None:
    begins(rig)
    says(rig, WORDS.say("reminder.visit", {"when": "11月26日10:00"}), Lane.REMINDER)
    eventually(lambda: len(rig.peer.asked) == 2)
    sent = rig.peer.asked[-1]
    assert (sent["signature"], sent["template"]) == ("助联热线", "visit")
    assert sent["values"] == {"when": "11月26日10:00", "hotline": HOTLINE}


def test_hunger_that_is_texted_is_a_ticket_with_its_number(rig: SmsRig) -> None:
    rig.writes("家里没米了，一天没吃饭")
    eventually(lambda: any("单号" in text for text in rig.reads()))


def test_what_did_not_arrive_goes_to_a_person(rig: SmsRig) -> None:
    begins(rig)
    text = WORDS.say("reminder.visit", {"when": "11月26日10:00"})
    says(rig, text, Lane.REMINDER)
    eventually(lambda: len(rig.reads()) == 2)
    with rig.store.read() as session:
        rows = session.exec(select(Message).where(Message.lane == Lane.REMINDER)).all()
    assert rig.peer.tells("sms.receipt", {"message": rows[0].id, "state": "failed"}).is_success
    assert listed(rig.store) == [text]


def test_who_sends_td_gets_no_more(rig: SmsRig) -> None:
    begins(rig)
    rig.writes("td")
    eventually(lambda: _blocked(rig) == 1)


@pytest.mark.parametrize("fault", ["unsigned", "forged", "old", "large", "malformed"])
def test_what_is_not_the_gateways_is_refused_and_recorded(rig: SmsRig, fault: str) -> None:
    url, body = f"{rig.peer.web}/channels/sms", {"type": "sms.received", "data": {}}
    message = {"id": "m", "from": "1", "text": "x", "at": "2026-11-23T10:00:00Z"}
    whole = {"type": "sms.received", "data": message}
    match fault:
        case "unsigned":
            got = rigs.httpx.post(url, json=whole)
        case "forged":
            got = peer.tell(url, "whsec_" + "b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U=", whole)
        case "old":
            got = rig.peer.tells("sms.received", message, at=datetime.now(UTC) - timedelta(hours=1))
        case "large":
            got = peer.tell(url, peer.SECRET, {"data": "a" * 2_000_000})
        case _:
            got = peer.tell(url, peer.SECRET, body)
    assert got.status_code in {403, 413}
    with rig.store.read() as session:
        assert sum(row.count for row in refusals.latest(session)) == 1
        assert session.exec(select(Update.id)).all() == []
        assert intake.dead(session) == []
    never(lambda: bool(rig.reads()), within=0.2)


def _blocked(rig: SmsRig) -> int:
    with rig.store.read() as session:
        return len(threads.blocked(session))
