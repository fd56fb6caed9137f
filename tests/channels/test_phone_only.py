"""Who has nothing but a telephone gets reminder, outcome and 回访 by a person's call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import Client
from pydantic import SecretStr
from sqlmodel import select

from api.app import create_app
from bot import following_up, reminding
from bot.calling import CallList, Robot
from bot.helpline import Helpline
from cases.channels import reminders
from cases.database import Store
from cases.desk import callbacks
from cases.desk.callbacks import CallState
from cases.households import households, visits
from cases.operators import Role
from cases.tickets import followups, outcomes
from cases.tickets.tickets import Ticket
from config.settings import Settings
from handlers import speech
from knowledge.names import Region
from tests import factories
from tests.api import web
from tests.channels import kit
from tests.channels.kit import eventually, listed, now
from tests.channels.rigs import HOTLINE
from tests.peers import sms as peer
from tests.peers.listening import Asked, listening

WORDS = speech.chinese()
PHONE = "13800138000"
ROBOT = "whsec_" + "c2VjcmV0LW9mLXRoZS1yb2JvdC1mb3ItdGhlLXRlc3Q="


@pytest.fixture
def called(client: Client, helpline: Helpline) -> str:
    """A household whose line is a person's call, entered on the page; its id."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    with helpline.store.write() as session:
        household = factories.a_household(session, reached=False, now=now()).id
    page = client.get(f"/console/phone-lines/new?household={household}")
    form = {"household": household, "phone": "138 0013-8000", "way": "call"}
    sent = {**form, "csrf": web.csrf_of(page)}
    assert client.post("/console/phone-lines", data=sent, follow_redirects=False).status_code == 303
    return household


@pytest.fixture
def client(helpline: Helpline) -> Iterator[Client]:
    """The console."""
    with web.serving(create_app(helpline)) as opened:
        yield opened


@contextmanager
def _calls(store: Store, robot: Robot | None = None) -> Iterator[None]:
    listing = CallList(store, speech=WORDS, hotline=HOTLINE, clock=now, robot=robot)
    with kit.running(listing, store, None):  # type: ignore[arg-type]
        yield


def _remind(store: Store, household: str) -> None:
    """A reminder whose hour has come."""
    with store.write() as session:
        found = households.find(session, household)
        at = (now() + timedelta(days=2)).replace(tzinfo=None, hour=10, minute=0)
        factories.a_visit(session, found, at, now=now())
        for row in session.exec(select(reminders.Reminder)):
            row.due_at = now() - timedelta(minutes=1)
            session.add(row)
        assert session.exec(select(visits.Visit)).all()
    daytime = now().replace(hour=3, minute=0) + timedelta(days=1)
    assert reminding.send_due(store, WORDS, now=daytime) == 1


def _resolve(store: Store, household: str) -> str:
    """A ticket of this household that has an outcome."""
    with store.write() as session:
        found = households.find(session, household)
        ticket = factories.a_ticket(session, now=now())
        ticket.conversation_id = found.conversation_id
        session.add(ticket)
        told = WORDS.say("outcome.told", {"number": ticket.number, "outcome": "米已经送到"})
        version = ticket.version
        outcomes.resolve(
            session,
            ticket,
            "米已经送到",
            told=told,
            actor=found.created_by,
            version=version,
            now=now(),
        )
        return ticket.number


def test_a_reminder_is_told_by_a_call_with_its_words(
    client: Client, helpline: Helpline, called: str
) -> None:
    with _calls(helpline.store):
        _remind(helpline.store, called)
        eventually(lambda: _owed(helpline.store) == ["open"])
    page = client.get("/console/calls").text
    assert PHONE in page
    assert "有工作人员上门看望" in page
    assert "问是不是我们" in page


def test_what_came_of_the_call_is_kept(client: Client, helpline: Helpline, called: str) -> None:
    with _calls(helpline.store):
        _remind(helpline.store, called)
        eventually(lambda: _owed(helpline.store) == ["open"])
    _attempt(client, helpline, "reached", "nothing")
    assert _owed(helpline.store) == ["done"]
    assert listed(helpline.store) == []


def test_whom_three_calls_did_not_reach_is_listed(
    client: Client, helpline: Helpline, called: str
) -> None:
    with _calls(helpline.store):
        _remind(helpline.store, called)
        eventually(lambda: _owed(helpline.store) == ["open"])
    for step in ("again", "again", "write"):
        _attempt(client, helpline, "no_answer", step)
    assert _owed(helpline.store) == ["given_up"]
    assert len(listed(helpline.store)) == 1


def test_outcome_and_follow_up_need_no_web_page(
    client: Client, helpline: Helpline, called: str
) -> None:
    with _calls(helpline.store):
        number = _resolve(helpline.store, called)
        eventually(lambda: _owed(helpline.store) == ["open"])
    assert "米已经送到" in client.get("/console/calls").text
    daytime = now().replace(hour=3, minute=0) + timedelta(days=6)
    following_up.ask_due(helpline.store, WORDS, now=daytime)
    assert number in client.get("/console/follow-ups").text
    answers = {"solved": "yes", "manner": "yes", "satisfied": "yes", "words": ""}
    form = {**answers, "csrf": web.csrf_of(client.get("/console/calls"))}
    client.post(f"/console/tickets/{number}/follow-up", data=form)
    with helpline.store.read() as session:
        ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
        assert [row.satisfied for row in followups.of_ticket(session, ticket)] == ["yes"]


def test_a_robot_calls_first_and_says_what_came_of_it(
    helpline: Helpline, called: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def answer(call: Asked) -> None:
        asked.append(json.loads(call.body)["data"])
        call.give(202, {})

    monkeypatch.setattr("bot.calling.reminders.waking", lambda moment, _zone: moment)
    settings = Settings(
        data=helpline.settings.data,
        call_robot_url="http://127.0.0.1:9",
        call_robot_secret=SecretStr(ROBOT),
    )
    with listening(answer) as address, _calls(helpline.store, Robot(address, ROBOT)):
        _resolve(helpline.store, called)
        eventually(lambda: len(asked) == 1)
    assert asked[0]["phone"] == PHONE
    assert "米" not in str(asked[0]["words"])
    with web.serving(create_app(replace(helpline, settings=settings))) as client:
        result = {"data": {"call": asked[0]["call"], "outcome": "reached"}}
        for _ in range(2):
            told = peer.tell(f"{client.base_url}/channels/calls", ROBOT, result)
            assert told.status_code == 204
    assert _owed(helpline.store) == ["done"]


def test_one_telephone_has_one_way(client: Client, called: str) -> None:
    page = client.get(f"/console/phone-lines/new?household={called}")
    form = {"household": called, "phone": PHONE, "way": "sms", "csrf": web.csrf_of(page)}
    assert "已经用另一种方式联系" in client.post("/console/phone-lines", data=form).text


@pytest.mark.parametrize("phone", ["", "abc", "12", "1" * 20, "<script>"])
def test_what_is_no_telephone_is_not_kept(client: Client, called: str, phone: str) -> None:
    page = client.get(f"/console/phone-lines/new?household={called}")
    form = {"household": called, "phone": phone, "way": "call", "csrf": web.csrf_of(page)}
    assert client.post("/console/phone-lines", data=form).status_code == 422


def test_another_regions_household_looks_as_if_it_did_not_exist(
    client: Client, helpline: Helpline, called: str
) -> None:
    client.cookies.clear()
    account = web.an_account(helpline, "Feng", Role.SUPERVISOR, region=Region.FENGZE)
    web.enter(client, account)
    assert client.get(f"/console/phone-lines/new?household={called}").status_code == 404


def _attempt(client: Client, helpline: Helpline, outcome: str, step: str) -> None:
    with helpline.store.read() as session:
        (row,) = callbacks.owed(session)
    form = {"outcome": outcome, "next_step": step}
    sent = {**form, "csrf": web.csrf_of(client.get("/console/calls"))}
    client.post(f"/console/calls/{row.id}/attempt", data=sent)


def _owed(store: Store) -> list[str]:
    with store.read() as session:
        states = session.exec(select(callbacks.CallBack.state)).all()
        return [str(CallState(state)) for state in states]
