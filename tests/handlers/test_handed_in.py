"""Who waits for what another office decides hears the day by law, and it is asked there."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.dialogue.lookups import DayReckoned, StatutoryDay, TicketsFound
from handlers.dialogue import HandedInForm
from knowledge.names import Category, Priority, Programme, Region
from tests.handlers.talk import Talk

ZONE = ZoneInfo("Asia/Shanghai")
WAITS = "我10月8号在街道交了低保申请，到现在没消息"
CITE = "minfa-2021-57-22"
AHEAD = DayReckoned(datetime(2026, 12, 1, tzinfo=ZONE), CITE)
OVER = DayReckoned(datetime(2026, 11, 20, tzinfo=ZONE), CITE)


def test_the_day_is_reckoned_from_what_was_told(talk: Talk) -> None:
    talk.found = AHEAD
    talk.says(WAITS)
    assert talk.asked == StatutoryDay(Programme.DIBAO, Region.ZICHUAN, date(2026, 10, 8))
    assert talk.values("pending.in_time")["due"] == "11月30日"
    assert talk.outcome.replies[0].citations


def test_before_its_day_an_enquiry_is_made(talk: Talk) -> None:
    talk.found = AHEAD
    opened = talk.says(WAITS).ticket
    assert (opened.category, opened.priority) == (Category.ENQUIRY, Priority.P2)
    assert talk.keys[-1] == "pending.filed"


def test_past_its_day_it_is_a_complaint(talk: Talk) -> None:
    talk.found = OVER
    opened = talk.says(WAITS).ticket
    assert opened.category is Category.COMPLAINT
    assert "已经过了" in opened.narrative
    assert talk.keys == ["pending.late", "pending.filed_late"]


def test_what_is_missing_is_asked_and_may_be_skipped(talk: Talk) -> None:
    assert talk.says("材料交上去了，一直没消息").keys == ["pending.ask_programme"]
    assert talk.says("低保").keys == ["pending.ask_day"]
    assert talk.says("说不清").keys == ["pending.unknown", "pending.filed"]
    assert talk.ticket.category is Category.ENQUIRY


def test_where_no_rule_is_known_it_is_said(talk: Talk) -> None:
    talk.found = DayReckoned(None, None)
    assert talk.says(WAITS).keys == ["pending.no_rule", "pending.filed"]


def test_a_day_still_provisional_is_called_so(talk: Talk) -> None:
    talk.found = replace(AHEAD, provisional=True)
    assert "pending.provisional" in talk.says(WAITS).keys


def test_without_a_number_the_button_leads_there(talk: Talk) -> None:
    talk.found = TicketsFound(())
    assert talk.says("查进度").labels == ["pending.button_elsewhere"]
    assert talk.says("是在别处交的申请").keys == ["pending.ask_programme"]


def test_so_long_ago_is_a_day_too(talk: Talk) -> None:
    talk.found = OVER
    talk.says("申请了低保，没消息", "两个月前")
    assert talk.asked == StatutoryDay(Programme.DIBAO, Region.ZICHUAN, date(2026, 9, 30))


def test_half_told_is_filed_before_something_else(talk: Talk) -> None:
    talk.says("材料交上去了，一直没消息")
    assert isinstance(talk.state.form, HandedInForm)
    assert talk.says("找人工").ticket.category is Category.ENQUIRY


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("申请了低保，没消息，打电话问还骂人", "complaint.begin"),
        ("申请了低保，给拒了，也没答复", "refused.rights"),
        ("低保申请要交什么材料", "policy.answer"),
    ],
)
def test_other_matters_stay_what_they_are(talk: Talk, text: str, key: str) -> None:
    assert talk.says(text).keys[0] == key
