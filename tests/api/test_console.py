"""The console's pages: the way in, forms that are ours, tickets that moved, promised visits."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import Client, Response

from api.console import labels
from api.pages import LOCAL
from bot.helpline import Helpline
from cases import audit, operators
from cases.channels.reminders import ReminderState
from cases.desk.origins import Came
from cases.desk.routing import Why
from cases.households.visits import VisitState
from cases.operators import Role
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from cases.talk.messages import Sender
from cases.ticket_rules.lifecycle import Move, NextActor, State
from cases.tickets import moves, tickets
from cases.tickets.tickets import Ticket
from cases.tickets.worklists import Which
from knowledge.names import Region
from tests import factories
from tests.api import web
from tests.api.web import Chat


@pytest.fixture
def supervisor(client: Client, helpline: Helpline) -> Client:
    """A supervisor's browser."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    return client


@pytest.fixture
def ticket(helpline: Helpline) -> Ticket:
    """A matter that has just come in."""
    with helpline.store.write() as session:
        return factories.a_ticket(session, now=web.now())


def _post(client: Client, path: str, page: str, **form: str) -> Response:
    csrf = web.csrf_of(client.get(page))
    return client.post(path, data={"csrf": csrf, **form})


def test_without_signing_in_every_page_leads_to_the_door(client: Client) -> None:
    for path in ("/console", "/console/tickets", "/console/households", "/console/staff"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


def test_the_set_up_link_makes_one_administrator(client: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        link = f"/setup/{operators.make_setup_link(session, now=web.now())}"
    form = {"name": "第一人", "password": web.PASSWORD, "again": web.PASSWORD}
    assert _post(client, link, link, **form).headers["location"] == "/console/readiness"
    assert client.get("/console/staff").status_code == 200
    assert client.get(link).status_code == 404


def test_a_weak_password_is_told_and_the_link_still_works(
    client: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        link = f"/setup/{operators.make_setup_link(session, now=web.now())}"
    answer = _post(client, link, link, name="第一人", password="short", again="short")
    assert answer.status_code == 422
    assert client.get(link).status_code == 200


def test_a_form_without_our_token_does_nothing(supervisor: Client, chat: Chat) -> None:
    answer = supervisor.post(f"/console/chats/{chat.id}/take", data={"csrf": "wrong"})
    assert answer.status_code == 403


def test_a_form_from_another_site_does_nothing(supervisor: Client, chat: Chat) -> None:
    csrf = web.csrf_of(supervisor.get("/console"))
    answer = supervisor.post(
        f"/console/chats/{chat.id}/take",
        data={"csrf": csrf},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403


def test_taking_speaking_and_handing_back(supervisor: Client, chat: Chat) -> None:
    chat.says("找人工")
    page = f"/console/chats/{chat.id}"
    _post(supervisor, f"{page}/take", page)
    _post(supervisor, f"{page}/reply", page, text="您好，我是工作人员")
    _post(supervisor, f"{page}/hand-back", page)
    path = f"/api/conversations/{chat.id}/messages"
    found = chat.client.get(path, headers=chat.bearer).json()
    assert found["mode"] == "bot"
    assert "您好，我是工作人员" in [m["text"] for m in found["messages"]]


def test_a_late_taker_reads_who_was_first(
    supervisor: Client, helpline: Helpline, chat: Chat
) -> None:
    page = f"/console/chats/{chat.id}"
    csrf = web.csrf_of(supervisor.get(page))
    bob = web.sign_in(Client(base_url=supervisor.base_url), web.an_account(helpline, "Bob"))
    bob.post(f"/api/conversations/{chat.id}/take")
    bob.client.close()
    late = supervisor.post(f"{page}/take", data={"csrf": csrf})
    assert late.status_code == 409
    assert "Bob" in late.text


def test_a_residents_words_stay_text_in_the_console(supervisor: Client, chat: Chat) -> None:
    chat.says("<img src=x onerror=alert(1)>")
    page = supervisor.get(f"/console/chats/{chat.id}").text
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_the_title_of_a_page_names_nobody(supervisor: Client, ticket: Ticket, chat: Chat) -> None:
    for path in (f"/console/tickets/{ticket.number}", f"/console/chats/{chat.id}"):
        title = re.search(r"<title>(.*?)</title>", supervisor.get(path).text)
        assert title is not None
        assert title[1] in {"工单 · 助联热线", "对话 · 助联热线"}


def test_a_stale_form_changes_nothing_and_loses_nothing(
    supervisor: Client, helpline: Helpline, ticket: Ticket
) -> None:
    page = f"/console/tickets/{ticket.number}"
    form = {"version": str(ticket.version), "unit": "区教体局", "reason": "写了很久的说明"}
    with helpline.store.write() as session:
        current = tickets.for_update(session, ticket.number)
        moves.make(session, current, Move.TRIAGE, actor="x", reason="", version=1, now=web.now())
    answer = _post(supervisor, f"{page}/refer", page, **form)
    assert answer.status_code == 409
    assert "写了很久的说明" in answer.text
    assert "刚才有人动过" in answer.text


def test_a_ticket_is_never_referred_to_the_unit_it_is_about(
    supervisor: Client, helpline: Helpline
) -> None:
    report = replace(factories.A_MATTER, not_to=("区民政局",))
    with helpline.store.write() as session:
        found = factories.a_ticket(session, report, now=web.now())
    page = f"/console/tickets/{found.number}"
    assert "<option>区民政局" not in supervisor.get(page).text
    answer = _post(supervisor, f"{page}/refer", page, version="1", unit="区民政局", reason="转")
    assert answer.status_code == 422


def test_an_outcome_reaches_the_residents_chat(
    supervisor: Client, helpline: Helpline, ticket: Ticket
) -> None:
    page = f"/console/tickets/{ticket.number}"
    outcome = {"version": "1", "what": "resolve", "reason": "已发临时救助金"}
    assert _post(supervisor, f"{page}/move", page, **outcome).status_code == 303
    with helpline.store.read() as session:
        assert ticket.conversation_id is not None
        chat = conversations.find(session, ticket.conversation_id)
        assert "已发临时救助金" in messages.since(session, chat)[-1].text


def test_a_household_and_its_visit_come_from_a_ticket(supervisor: Client, ticket: Ticket) -> None:
    new = f"/console/households/new?ticket={ticket.number}"
    form = {"name": "王桂兰", "address": "洪山镇", "region": "zichuan", "ticket": ticket.number}
    page = _post(supervisor, "/console/households", new, **form).headers["location"]
    day = (web.now().astimezone(LOCAL) + timedelta(days=9)).strftime("%Y-%m-%dT09:30")
    planned = _post(supervisor, f"{page}/visits", page, at=day, purpose="半年复核", remind_at="")
    assert planned.status_code == 303
    shown = supervisor.get(page).text
    assert "半年复核" in shown
    assert "到时会自动提醒" in shown
    assert ticket.number in shown


def test_a_visit_in_the_past_is_refused_with_what_was_filled_in(
    supervisor: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        page = f"/console/households/{factories.a_household(session, now=web.now()).id}"
    form = {"at": "2020-01-01T09:00", "purpose": "去看看", "remind_at": ""}
    answer = _post(supervisor, f"{page}/visits", page, **form)
    assert answer.status_code == 422
    assert "2020-01-01T09:00" in answer.text
    assert "去看看" in answer.text


def test_looking_at_chat_ticket_and_household_is_recorded(
    supervisor: Client, helpline: Helpline, ticket: Ticket, chat: Chat
) -> None:
    with helpline.store.write() as session:
        household = factories.a_household(session, now=web.now()).id
    supervisor.get(f"/console/tickets/{ticket.number}")
    supervisor.get(f"/console/chats/{chat.id}")
    supervisor.get(f"/console/households/{household}")
    with helpline.store.read() as session:
        looked = [row.subject for row in audit.rows(session) if "looked at" in row.action]
    assert looked == [ticket.id, chat.id, household]


def test_an_administrator_opens_and_closes_accounts(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Root", Role.ADMIN))
    form = {"name": "新人", "role": "operator", "region": "", "unit": "", "password": web.PASSWORD}
    assert _post(client, "/console/staff", "/console/staff", **form).status_code == 303
    with helpline.store.read() as session:
        made = operators.by_name(session, "新人")
    assert made is not None
    _post(client, f"/console/staff/{made.id}/disable", "/console/staff")
    body = {"name": "新人", "password": web.PASSWORD}
    assert client.post("/api/session", json=body).status_code == 401


def test_only_an_administrator_sees_the_accounts(supervisor: Client) -> None:
    assert supervisor.get("/console/staff").status_code == 403


def test_a_caseworker_arrives_at_the_tickets(client: Client, helpline: Helpline) -> None:
    account = web.an_account(
        helpline, "Wang", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"
    )
    web.enter(client, account)
    assert client.get("/console").headers["location"] == "/console/tickets"
    assert client.get("/console/tickets").status_code == 200


def test_a_piece_of_a_page_gets_a_sentence_instead_of_a_page(
    supervisor: Client, chat: Chat
) -> None:
    csrf = web.csrf_of(supervisor.get("/console"))
    answer = supervisor.post(
        f"/console/chats/{chat.id}/reply",
        data={"csrf": csrf, "text": "您好"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("state", list(State)),
        ("move", list(Move)),
        ("turn", list(NextActor)),
        ("role", list(Role)),
        ("which", list(Which)),
        ("mode", list(Mode)),
        ("sender", list(Sender)),
        ("visit", list(VisitState)),
        ("reminder", list(ReminderState)),
        ("why", list(Why)),
        ("came", list(Came)),
    ],
)
def test_everything_has_a_chinese_name(section: str, names: list[str]) -> None:
    assert [name for name in names if name not in labels.load()[section]] == []


def test_an_account_keeps_the_region_that_was_chosen_for_it(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Root", Role.ADMIN))
    form = {"name": "Kim", "role": "caseworker", "region": "fengze", "unit": "区民政局"}
    page = "/console/staff"
    assert _post(client, page, page, **form, password=web.PASSWORD).status_code == 303
    with helpline.store.read() as session:
        made = operators.by_name(session, "Kim")
    assert made is not None
    assert made.region == Region.FENGZE
