"""An application passed on: commission, place, 受理日, missing papers once, decision, last days."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.operators import Role
from cases.talk.conversations import Conversation
from cases.tickets import applications, moves, tickets
from cases.tickets.applications import Application, Bearer, Fault, Intake, Place
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Programme, Region
from knowledge.workdays import ZONE
from tests import factories
from tests.api import web
from tests.api.web import Chat

UNIT = "区民政局"
TODAY = web.now().astimezone(ZONE).date()
DIBAO = {"programme": "dibao", "bearer": "self", "place": "registered", "facts": "三口人"}


@pytest.fixture
def ticket(chat: Chat, helpline: Helpline) -> Ticket:
    """An application that its unit works on."""
    draft = replace(factories.A_MATTER, category=Category.APPLICATION)
    with helpline.store.write() as session:
        conversation = session.get_one(Conversation, chat.id)
        ticket = tickets.open_for(session, conversation, draft, now=web.now())
        moves.refer(session, ticket, UNIT, actor="a", reason="r", version=1, now=web.now())
    return ticket


@pytest.fixture
def wang(client: Client, helpline: Helpline) -> Client:
    """A caseworker's browser."""
    where = {"region": Region.ZICHUAN, "unit": UNIT}
    web.enter(client, web.an_account(helpline, "Wang", Role.CASEWORKER, **where))  # type: ignore[arg-type]
    return client


def _post(who: Client, ticket: Ticket, way: str, **form: str) -> Response:
    page = f"/console/tickets/{ticket.number}"
    csrf = web.csrf_of(who.get(page))
    return who.post(f"{page}/{way}", data={"csrf": csrf, **form})


def _kept(helpline: Helpline, ticket: Ticket) -> Application:
    with helpline.store.read() as session:
        row = applications.of(session, ticket)
    assert row is not None
    return row


def _last(chat: Chat) -> str:
    path = f"/api/conversations/{chat.id}/messages"
    return str(chat.client.get(path, headers=chat.bearer).json()["messages"][-1]["text"])


@pytest.mark.parametrize(
    "change",
    [
        {"bearer": "helper"},
        {"place": "event"},
        {"programme": "temporary_emergency"},
        {"programme": "education"},
    ],
)
def test_no_commission_or_the_wrong_place_is_refused(
    wang: Client, ticket: Ticket, change: dict[str, str]
) -> None:
    answer = _post(wang, ticket, "application", **{**DIBAO, **change})
    assert (answer.status_code, "代办要有委托" in answer.text) == (422, True)


def test_the_statutory_day_runs_from_the_day_of_acceptance(
    wang: Client, helpline: Helpline, ticket: Ticket, chat: Chat
) -> None:
    assert _post(wang, ticket, "application", **DIBAO).status_code == 303
    assert _post(wang, ticket, "application/accept", on=str(TODAY)).status_code == 303
    row = _kept(helpline, ticket)
    assert row.accepted_on == TODAY
    assert row.decide_by is not None
    assert row.decide_by > web.now() + timedelta(days=30)
    assert "受理了" in _last(chat)


def test_missing_papers_are_told_once(wang: Client, ticket: Ticket, chat: Chat) -> None:
    _post(wang, ticket, "application", **DIBAO)
    assert _post(wang, ticket, "application/missing", papers="户口本").status_code == 303
    assert "还缺：户口本" in _last(chat)
    again = _post(wang, ticket, "application/missing", papers="还要照片")
    assert (again.status_code, "只能告知一次" in again.text) == (422, True)


def test_what_is_stopped_unheard_is_told_with_its_last_days(
    wang: Client, helpline: Helpline, ticket: Ticket, chat: Chat
) -> None:
    _post(wang, ticket, "application", **DIBAO)
    _post(wang, ticket, "application/accept", on=str(TODAY))
    form = {"decision": "stopped", "on": str(TODAY), "notice_on": str(TODAY), "heard": "no"}
    assert _post(wang, ticket, "application/decide", **form).status_code == 303
    row = _kept(helpline, ticket)
    assert applications.faults(row, now=web.now()) == (Fault.NOT_HEARD, Fault.NO_REASONS)
    assert "行政复议" in _last(chat)
    page = wang.get(f"/console/tickets/{ticket.number}").text
    assert str(TODAY + timedelta(days=60)) in page
    assert "要请上一级核查" in page


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), TODAY - timedelta(days=3)])
def test_a_decision_ahead_of_today_or_before_acceptance_is_refused(
    wang: Client, helpline: Helpline, ticket: Ticket, on: date
) -> None:
    _post(wang, ticket, "application", **DIBAO)
    _post(wang, ticket, "application/accept", on=str(TODAY))
    answer = _post(wang, ticket, "application/decide", decision="granted", on=str(on))
    assert (answer.status_code, _kept(helpline, ticket).decision) == (422, None)


@pytest.mark.parametrize(
    ("told", "court"),
    [
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 11, 22), date(2027, 5, 22)),
    ],
)
def test_six_months_end_on_a_day_that_exists(told: date, court: date) -> None:
    row = Application(
        ticket_id="t",
        programme="dibao",
        bearer="self",
        place="registered",
        sealed_facts=b"",
        taken_by="a",
        taken_at=datetime(2026, 1, 1, tzinfo=ZONE),
        decision="refused",
        notice_on=told,
    )
    assert applications.last_days(row) == (told + timedelta(days=60), court)


def test_facts_are_sealed(helpline: Helpline, ticket: Ticket) -> None:
    told = Intake(Programme.DIBAO, Bearer.SELF, False, Place.REGISTERED, "妻子有病")  # noqa: FBT003
    with helpline.store.write() as session:
        row = applications.take_down(session, ticket, told, by="a", now=web.now())
        assert "妻子".encode() not in row.sealed_facts
        assert applications.facts_of(session, ticket, row) == "妻子有病"


def test_relief_given_first_leaves_its_papers_as_a_task(wang: Client, ticket: Ticket) -> None:
    form = {
        "to": "王桂兰",
        "why": "断粮",
        "amount": "500.50",
        "reserve": "昆仑镇备用金",
        "voucher": "LX-7",
        "by": "赵三",
        "on": str(TODAY),
        "papers_by": str(TODAY + timedelta(days=10)),
    }
    assert _post(wang, ticket, "relief", **{**form, "voucher": ""}).status_code == 422
    assert _post(wang, ticket, "relief", **form).status_code == 303
    assert ticket.number in wang.get("/console/reliefs").text
    page = wang.get(f"/console/tickets/{ticket.number}").text
    assert "500.50 元" in page
    relief = page.split("/relief/")[1].split("/papers")[0]
    assert _post(wang, ticket, f"relief/{relief}/papers").status_code == 303
    assert ticket.number not in wang.get("/console/reliefs").text
