"""Wording becomes sentences: values are filled in, and what is missing is said plainly."""

from datetime import UTC, date, datetime

import pytest

from handlers import speech
from handlers.speech import Gave, Speech, WordingError
from handlers.turn import Choice, QueuePosition, Reply, TicketDue, TicketNumber
from knowledge.names import Intent

WORDS = Speech(
    {
        "a.plain": "您好",
        "a.number": "单号 {number}",
        "a.due": "{due}前",
        "a.place": "第 {position} 位",
        "a.cue": "行|可以",
        "menu.ask_human": "找人工",
        "ticket.none": "（稍后）",
        "time.soon": "尽快",
        "time.moment": "{at.month}月{at.day}日{at:%H:%M}",
        "time.day": "{at.month}月{at.day}日",
    }
)


def test_an_unknown_language_is_said_by_name() -> None:
    with pytest.raises(WordingError, match=r"xx\.toml"):
        Speech.load("xx")


def test_an_unknown_key_is_said_by_name() -> None:
    with pytest.raises(WordingError, match=r"a\.missing"):
        WORDS.say("a.missing")


def test_a_value_that_was_not_given_is_said_by_name() -> None:
    with pytest.raises(WordingError, match="number"):
        WORDS.say("a.number")


def test_known_tells_which_keys_exist() -> None:
    assert (WORDS.known("a.plain"), WORDS.known("a.missing")) == (True, False)


def test_what_filing_gave_is_filled_in() -> None:
    gave = Gave("ZC-1", datetime(2026, 1, 5, 9, 30, tzinfo=UTC), 3)
    assert WORDS.say("a.number", {"number": TicketNumber()}, gave) == "单号 ZC-1"
    assert WORDS.say("a.due", {"due": TicketDue()}, gave) == "1月5日17:30前"
    assert WORDS.say("a.place", {"position": QueuePosition()}, gave) == "第 3 位"


def test_what_filing_did_not_give_has_words_of_its_own() -> None:
    assert WORDS.say("a.number", {"number": TicketNumber()}) == "单号 （稍后）"
    assert WORDS.say("a.due", {"due": TicketDue()}) == "尽快前"
    assert WORDS.say("a.place", {"position": QueuePosition()}) == "第 1 位"


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert WORDS.when(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == "11月30日"
    assert WORDS.day(date(2026, 3, 1)) == "3月1日"


def test_cue_words_are_looked_for_anywhere() -> None:
    assert WORDS.hears("a.cue", "我看可以")
    assert not WORDS.hears("a.cue", "不要")


def test_buttons_say_their_label_and_send_their_value() -> None:
    reply = Reply("a.plain", choices=(Choice("menu.ask_human"), Choice("三口人", "3", own=True)))
    assert WORDS.render(reply, Gave()).choices == (("找人工", "找人工"), ("三口人", "3"))


def test_a_button_of_the_menu_means_its_wish() -> None:
    assert WORDS.menu() == {"找人工": Intent.ASK_HUMAN}


def test_the_house_language_is_read_once() -> None:
    assert speech.chinese() is speech.chinese()
