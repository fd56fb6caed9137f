"""The caseworkers' and supervisors' pages: found, sent on, asked, merged, split, exported."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import Client, Response

from bot import following_up
from bot.helpline import Helpline
from cases.commands import OpenTicket
from cases.operators import Role
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import State
from cases.tickets import followups, history, moves, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard, Matter, Region
from tests import factories
from tests.api import web
from tests.api.web import Chat

UNIT, OTHER = "区民政局", "区教体局"
WHERE = Region.ZICHUAN


@pytest.fixture
def sun(client: Client, helpline: Helpline) -> Client:
    """A supervisor's browser."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=WHERE))
    return client


@pytest.fixture
def wang(client: Client, helpline: Helpline) -> Iterator[Client]:
    """The browser of a caseworker of the unit."""
    with Client(base_url=client.base_url, timeout=20) as opened:
        account = web.an_account(helpline, "Wang", Role.CASEWORKER, region=WHERE, unit=UNIT)
        web.enter(opened, account)
        yield opened


def _ticket(helpline: Helpline, draft: OpenTicket = factories.A_MATTER) -> Ticket:
    with helpline.store.write() as session:
        return factories.a_ticket(session, draft, now=web.now())


def _told(chat: Chat, helpline: Helpline) -> Ticket:
    """A ticket from this very chat."""
    with helpline.store.write() as session:
        conversation = session.get_one(Conversation, chat.id)
        return tickets.open_for(session, conversation, factories.A_MATTER, now=web.now())


def _now(helpline: Helpline, number: str) -> Ticket:
    with helpline.store.read() as session:
        found = tickets.by_number(session, number)
    assert found is not None
    return found


def _post(who: Client, ticket: Ticket, way: str, **form: object) -> Response:
    page = f"/console/tickets/{ticket.number}"
    csrf = web.csrf_of(who.get(page))
    return who.post(f"{page}/{way}", data={"csrf": csrf, "version": ticket.version, **form})


def _move(who: Client, helpline: Helpline, number: str, what: str, **form: object) -> Response:
    form = {"what": what, "reason": "说明", **form}
    return _post(who, _now(helpline, number), "move", **form)


def _last(chat: Chat) -> str:
    path = f"/api/conversations/{chat.id}/messages"
    return str(chat.client.get(path, headers=chat.bearer).json()["messages"][-1]["text"])


def test_the_obvious_step_is_the_first_button(sun: Client, helpline: Helpline) -> None:
    page = sun.get(f"/console/tickets/{_ticket(helpline).number}").text
    assert page.index('aria-label="下一步"') < page.index("转给承办单位") < page.index("撤回")


@pytest.mark.parametrize("asked", ["报低保", "村里不给", "{number}", "{start}", "13864370001"])
def test_a_ticket_is_found_by_words_phone_and_number(
    sun: Client, helpline: Helpline, asked: str
) -> None:
    ticket = _ticket(helpline, replace(factories.A_MATTER, phone="13864370001"))
    other = _ticket(helpline, replace(factories.A_MATTER, narrative="残疾补贴没有发"))
    words = asked.format(number=ticket.number, start=ticket.number[:12])
    found = sun.get("/console/tickets", params={"q": words}).text
    assert ticket.number in found
    assert other.number not in found or words == ticket.number[:12]


def test_what_is_one_persons_alone_is_found_by_no_word(sun: Client, helpline: Helpline) -> None:
    beaten = replace(
        factories.A_MATTER, hazard=Hazard.VIOLENCE, narrative="他打我", phone="13864370001"
    )
    ticket = _ticket(helpline, replace(beaten, personal=True))
    for words in ("打我", "他打我"):
        assert ticket.number not in sun.get("/console/tickets", params={"q": words}).text
    assert ticket.number in sun.get("/console/tickets", params={"q": ticket.number}).text


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("matter", "basic", "medical"),
        ("state", "received", "referred"),
        ("priority", "P2", "P1"),
        ("category", "complaint", "report"),
        ("unit", UNIT, OTHER),
    ],
)
def test_a_list_is_narrowed(
    sun: Client, helpline: Helpline, name: str, right: str, wrong: str
) -> None:
    number = _ticket(helpline).number
    shown = [
        number in sun.get("/console/tickets", params={"list": "open", name: value}).text
        for value in (right, wrong, "")
    ]
    assert shown == [True, False, True]


def test_a_list_has_pages(sun: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        for _ in range(51):
            factories.a_ticket(session, now=web.now())
    first, second = (
        sun.get("/console/tickets", params={"list": "open", "page": page}).text for page in (1, 2)
    )
    assert (first.count('class="row"'), second.count('class="row"')) == (50, 1)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_several_are_sent_on_and_what_moved_meanwhile_stays(
    sun: Client, helpline: Helpline
) -> None:
    fresh, moved = _ticket(helpline), _ticket(helpline)
    csrf = web.csrf_of(sun.get("/console/tickets"))
    chosen = [f"{fresh.number}:1", f"{moved.number}:7", "ZC-0:1", "nonsense"]
    form = {"csrf": csrf, "unit": OTHER, "reason": "一起转", "ticket": chosen}
    page = sun.post("/console/tickets/refer", data=form).text
    assert "转了 1 张，没有转 3 张" in page
    assert moved.number in page
    now = [_now(helpline, one.number) for one in (fresh, moved)]
    assert [(one.state, one.lead_unit) for one in now] == [("referred", OTHER), ("received", UNIT)]


def test_an_unknown_unit_is_refused_and_nothing_is_lost(sun: Client, helpline: Helpline) -> None:
    ticket = _ticket(helpline)
    answer = _post(sun, ticket, "move", what="refer", unit="月球办", reason="写了很久")
    assert answer.status_code == 422
    assert "这里没有这个单位" in answer.text
    assert "写了很久" in answer.text
    assert _now(helpline, ticket.number).state == State.RECEIVED


def test_the_same_form_sent_twice_moves_once(sun: Client, helpline: Helpline) -> None:
    ticket = _ticket(helpline)
    twice = [
        _post(sun, ticket, "move", what="refer", unit=OTHER, reason="转").status_code
        for _ in range(2)
    ]
    assert twice == [303, 409]
    with helpline.store.read() as session:
        found = history.of(session, ticket)
    assert [one.to_state for one in found if one.kind == NoteKind.MOVE] == [State.REFERRED]


def test_a_dispute_is_decided_by_a_supervisor_and_not_by_an_operator(
    sun: Client, wang: Client, client: Client, helpline: Helpline
) -> None:
    number = _ticket(helpline).number
    _move(sun, helpline, number, "refer", unit=UNIT)
    assert _move(wang, helpline, number, "send_back").status_code == 303
    with Client(base_url=client.base_url) as opened:
        web.enter(opened, web.an_account(helpline, "Alice", region=WHERE))
        refused = _move(opened, helpline, number, "refer", unit=UNIT)
    assert "要由主管裁定" in refused.text
    assert _move(sun, helpline, number, "refer", unit=UNIT).status_code == 303
    again = _move(wang, helpline, number, "send_back")
    assert (again.status_code, "热线已经裁定" in again.text) == (422, True)


def test_a_unit_asks_and_the_residents_reply_lets_it_go_on(
    sun: Client, wang: Client, chat: Chat, helpline: Helpline
) -> None:
    number = _told(chat, helpline).number
    _move(sun, helpline, number, "refer", unit=UNIT)
    _move(wang, helpline, number, "accept")
    _move(wang, helpline, number, "ask_resident", reason="请说一下家里几口人")
    assert "请说一下家里几口人" in _last(chat)
    assert _now(helpline, number).next_actor == "resident"
    chat.says("我家三口人")
    assert "转给承办单位" in _last(chat)
    assert _now(helpline, number).state == State.IN_HAND
    assert "我家三口人" in wang.get(f"/console/tickets/{number}").text


def test_other_units_join_and_see_it(sun: Client, wang: Client, helpline: Helpline) -> None:
    number = _ticket(helpline, replace(factories.A_MATTER, lead_unit=OTHER)).number
    assert wang.get(f"/console/tickets/{number}").status_code == 404
    with helpline.store.write() as session:
        ticket = tickets.for_update(session, number)
        moves.refer(session, ticket, OTHER, actor="a", reason="r", version=1, now=web.now())
    _move(sun, helpline, number, "accept")
    assert _move(sun, helpline, number, "join", units=[UNIT]).status_code == 303
    assert wang.get(f"/console/tickets/{number}").status_code == 200


def test_a_circular_merger_is_refused_with_a_reason(sun: Client, helpline: Helpline) -> None:
    one, two = _ticket(helpline).number, _ticket(helpline).number
    assert _move(sun, helpline, one, "merge", into=two).status_code == 303
    for number, into in ((two, one), (two, two)):
        answer = _move(sun, helpline, number, "merge", into=into)
        assert (answer.status_code, "没有并" in answer.text) == (422, True)
    assert _move(sun, helpline, one, "reopen").status_code == 303


def test_words_to_a_merged_ticket_land_where_it_lives_on(
    sun: Client, chat: Chat, helpline: Helpline
) -> None:
    mine, other = _told(chat, helpline).number, _ticket(helpline).number
    _move(sun, helpline, mine, "merge", into=other)
    assert "合在一起办" in _last(chat)
    _move(sun, helpline, other, "resolve", reason="路修好了")
    assert "路修好了" in _last(chat)
    assert mine in _last(chat)


def test_a_ticket_is_split_for_two_units(sun: Client, wang: Client, helpline: Helpline) -> None:
    ticket = _ticket(helpline)
    form = {
        "matter": [Matter.BASIC, Matter.EDUCATION],
        "unit": [UNIT, OTHER],
        "text": ["低保的事", "学费的事"],
    }
    assert _post(sun, ticket, "split", **form).status_code == 303
    page = wang.get(f"/console/tickets/{ticket.number}-1").text
    assert "低保的事" in page
    assert "学费的事" not in page
    assert wang.get(f"/console/tickets/{ticket.number}-2").status_code == 404


def test_unsatisfied_on_the_phone_opens_it_once_more_for_a_supervisor(
    sun: Client, client: Client, helpline: Helpline
) -> None:
    ticket = _ticket(helpline)
    _move(sun, helpline, ticket.number, "resolve", reason="已办")
    form = {"solved": "no", "manner": "yes", "satisfied": "no", "words": "还是没给办"}
    assert _post(sun, ticket, "follow-up", **form).status_code == 303
    found = _now(helpline, ticket.number)
    assert (found.state, found.escalated) == (State.REOPENED, True)
    listed = sun.get("/console/tickets", params={"list": "unsatisfied"}).text
    assert ticket.number in listed
    with Client(base_url=client.base_url) as opened:
        web.enter(opened, web.an_account(helpline, "Alice", region=WHERE))
        assert _move(opened, helpline, ticket.number, "refer", unit=UNIT).status_code == 403


def test_the_chat_asks_three_questions_and_closes(
    sun: Client, chat: Chat, helpline: Helpline
) -> None:
    number = _told(chat, helpline).number
    _move(sun, helpline, number, "resolve", reason="已办")
    with helpline.store.read() as session:
        due = followups.of_ticket(session, _now(helpline, number))[0].due_at
    assert following_up.ask_due(helpline.store, helpline.speech, now=due) == 1
    assert "事情解决了吗" in _last(chat)
    for answer in ("解决了", "态度好", "满意"):
        chat.says(answer)
    assert _now(helpline, number).state == State.CLOSED


def test_whom_no_chat_reaches_stands_on_the_page_of_calls(sun: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        number = tickets.open_for(session, None, factories.A_MATTER, now=web.now()).number
    _move(sun, helpline, number, "resolve", reason="已办")
    page = sun.get("/console/follow-ups").text
    assert number in page
    assert "请打电话" in page


def test_what_is_exported_runs_nowhere_and_tells_no_secret(sun: Client, helpline: Helpline) -> None:
    evil = _ticket(helpline, replace(factories.A_MATTER, lead_unit='=HYPERLINK("http://x")'))
    sealed = _ticket(helpline, replace(factories.A_MATTER, sealed=True))
    table = sun.get("/console/tickets/export.csv", params={"list": "open"}).text
    assert "\"'=HYPERLINK" in table
    assert evil.number in table
    assert sealed.number not in table
    assert "村里不给我报低保" not in table
    book = sun.get("/console/tickets/export.xlsx", params={"list": "open"}).content
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_only_those_who_may_export(wang: Client) -> None:
    assert wang.get("/console/tickets/export.csv").status_code == 403
    assert wang.get("/console/tickets/overview").status_code == 403


def test_a_number_of_the_overview_opens_its_list(sun: Client, helpline: Helpline) -> None:
    number = _ticket(helpline).number
    page = sun.get("/console/tickets/overview").text
    address = f"/console/tickets?list=open&unit={UNIT}"
    assert "list=open&amp;unit=" in page
    assert number in sun.get(address).text


def test_progress_reaches_the_chat_and_the_paper_has_the_story(
    sun: Client, chat: Chat, helpline: Helpline
) -> None:
    ticket = _told(chat, helpline)
    assert _post(sun, ticket, "progress", text="已经派人去看").status_code == 303
    assert "已经派人去看" in _last(chat)
    assert "已经派人去看" in sun.get(f"/console/tickets/{ticket.number}/print").text


def test_nothing_of_a_violence_ticket_is_said_in_the_chat(
    sun: Client, chat: Chat, helpline: Helpline
) -> None:
    beaten = replace(factories.A_MATTER, hazard=Hazard.VIOLENCE, personal=True)
    with helpline.store.write() as session:
        conversation = session.get_one(Conversation, chat.id)
        ticket = tickets.open_for(session, conversation, beaten, now=web.now())
    _post(sun, ticket, "progress", text="庇护所今晚有位子")
    said = "".join(_said(helpline, chat))
    assert "庇护所" not in said


def _said(helpline: Helpline, chat: Chat) -> list[str]:
    with helpline.store.read() as session:
        conversation = session.get_one(Conversation, chat.id)
        return [line.text for line in messages.since(session, conversation)]
