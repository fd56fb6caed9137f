"""A resident has a copy of their own records: by a link that ends, proven, logged, of others only
a family name; who telephones gets it from a person under one leave."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Client, Response
from sqlmodel import select

from api.resident import own_copy
from bot.helpline import Helpline
from cases import audit, residents
from cases.care.groups import CARE
from cases.database import Session
from cases.dialogue import copy_links
from cases.households import file_parts, households, people
from cases.households.file_bodies import Note, PartKind, Person, Way
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.households.visits import VisitState
from cases.operators import Role
from cases.residents import Resident
from cases.talk import conversations
from cases.talk.messages import Sender
from cases.tickets import history, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Matter, Region
from tests import factories
from tests.api import web
from tests.api.web import Chat

RESIDENT = Path(own_copy.__file__).parent
LINK = re.compile(r"/copy/[0-9a-f-]+")
PHONE = "13800138000"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
WISHES = ("把我的记录给我一份", "导出我的信息")


@pytest.fixture
def link(chat: Chat) -> str:
    """The link that a resident was given."""
    chat.says("家里没米了")
    return _asked(chat)


def _asked(chat: Chat, wish: str = WISHES[0]) -> str:
    found = LINK.search(chat.says(wish).json()["messages"][-1]["text"])
    assert found is not None
    return found[0]


def _take(client: Client, link: str, digits: str = "") -> Response:
    csrf = CSRF.search(client.get(link).text)
    assert csrf is not None
    return client.post(link, data={"csrf": csrf[1], "digits": digits})


def _tell_phone(helpline: Helpline, chat: Chat) -> None:
    with helpline.store.write() as session:
        line = conversations.find(session, chat.id)
        resident = session.get_one(Resident, line.resident_id)
        residents.keep_contact(session, resident, PHONE, now=web.now())


@pytest.mark.parametrize("wish", WISHES)
def test_who_asks_for_a_copy_gets_a_link(chat: Chat, wish: str) -> None:
    assert _asked(chat, wish)


@pytest.mark.parametrize("channel", ["telegram", "wechat"])
def test_other_channels_get_the_link_too(helpline: Helpline, chat: Chat, channel: str) -> None:
    with helpline.store.write() as session:
        line = conversations.find(session, chat.id)
        line.channel = channel
        session.add(line)
    assert _asked(chat)


def test_the_file_holds_what_was_said_and_is_a_download(client: Client, link: str) -> None:
    file = _take(client, link)
    assert file.status_code == 200
    assert "attachment" in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "no-store"
    assert "家里没米了" in file.text


def test_the_page_of_the_link_tells_nothing(client: Client, link: str) -> None:
    assert "没米" not in client.get(link).text


def test_nothing_leaves_without_the_end_of_a_number_that_was_told(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    _tell_phone(helpline, chat)
    for wrong in ("", "0", "1234", "13800138000"):
        refused = _take(client, link, wrong)
        assert (refused.status_code, "没米" in refused.text) == (422, False)
    assert "没米" in _take(client, link, PHONE[-4:]).text


def test_guessing_ends(client: Client, helpline: Helpline, chat: Chat, link: str) -> None:
    _tell_phone(helpline, chat)
    answers = [_take(client, link, f"{one:04}").status_code for one in range(6)]
    assert answers == [422] * 5 + [429]
    assert _take(client, link, PHONE[-4:]).status_code == 429


def test_a_number_is_masked_in_the_file(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    _tell_phone(helpline, chat)
    file = _take(client, link, PHONE[-4:]).text
    assert PHONE not in file
    assert "138****8000" in file


def test_each_download_and_each_failure_is_on_record(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    _tell_phone(helpline, chat)
    _take(client, link, "0000")
    _take(client, link, PHONE[-4:])
    with helpline.store.read() as session:
        told = [row.action for row in audit.rows(session) if row.subject == chat.id]
    assert told[-3:] == ["asked for a copy", "failed to take own copy", "took own copy"]


@pytest.mark.parametrize("later", [copy_links.GOOD_FOR + timedelta(seconds=1), -timedelta(days=1)])
def test_a_link_ends(helpline: Helpline, client: Client, chat: Chat, later: timedelta) -> None:
    with helpline.store.read() as session:
        row = conversations.find(session, chat.id)
        token = copy_links.make(session, row, now=web.now() - later)
    assert client.get(f"/copy/{token}").status_code == 410


def test_a_link_that_was_made_up_opens_nothing(client: Client, chat: Chat, link: str) -> None:
    made, proof = link.rsplit("-", 1)
    for wrong in (f"{made}-{proof[::-1]}", f"/copy/{chat.id}", "/copy/-", "/copy/%E7%B1%B3-1-2"):
        assert client.get(wrong).status_code == 410


def test_a_form_of_another_page_takes_nothing(client: Client, link: str) -> None:
    assert client.post(link, data={"csrf": "made up"}).status_code == 403


def test_tickets_stand_there_without_the_words_of_staff(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    number = _ticket(helpline, chat)
    file = _take(client, link).text
    assert (number in file, "已经送米" in file, "内部记录" in file) == (True, True, False)


def test_what_opens_to_an_own_word_alone_does_not_stand_there(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    with helpline.store.write() as session:
        row = conversations.find(session, chat.id)
        draft = replace(factories.A_MATTER, anonymous=True, narrative="匿名举报的话")
        number = tickets.open_for(session, row, draft, now=web.now()).number
    file = _take(client, link).text
    assert (number in file, "匿名举报的话" in file) == (False, False)


def test_of_others_in_the_household_only_the_family_name(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    with helpline.store.write() as session:
        home = _home(session, chat)
        other = Person(name="王小明", relation="儿子", ways=(Way(value="13900139000"),))
        people.write(session, home, PartKind.MEMBER, other, by=home.created_by, now=web.now())
    file = _take(client, link).text
    assert ("王**" in file, "王小明" in file, "13900139000" in file) == (True, False, False)


def test_consents_stand_there(client: Client, helpline: Helpline, chat: Chat, link: str) -> None:
    with helpline.store.write() as session:
        home = _home(session, chat)
        agreed = Draft(PartKind.CONSENT, Note(), code=CARE, first=web.now().date())
        file_parts.write(session, home, agreed, by=home.created_by, now=web.now())
    assert "可以问问您家好不好" in _take(client, link).text


def test_nobody_elses_records_stand_there(client: Client, helpline: Helpline, link: str) -> None:
    with helpline.store.write() as session:
        factories.a_ticket(
            session, replace(factories.A_MATTER, narrative="别人的事"), now=web.now()
        )
    assert "别人的事" not in _take(client, link).text


def _home(session: Session, chat: Chat) -> Household:
    home = factories.a_household(session, reached=False, now=web.now())
    home.conversation_id = chat.id
    session.add(home)
    session.flush()
    return households.find(session, home.id)


def _ticket(helpline: Helpline, chat: Chat) -> str:
    with helpline.store.write() as session:
        row = conversations.find(session, chat.id)
        ticket = tickets.open_for(session, row, factories.A_MATTER, now=web.now())
        for kind, text in ((NoteKind.REMARK, "内部记录"), (NoteKind.OUTCOME, "已经送米")):
            history.write(session, ticket, kind, text, actor="staff", now=web.now())
        return ticket.number


def _by_telephone(helpline: Helpline, *, category: Category = Category.RIGHTS) -> Ticket:
    """A wish that was told on the telephone, with what the person said before."""
    wish = replace(
        factories.A_MATTER,
        category=category,
        matter=Matter.DISCLOSURE,
        narrative="电话里说过的话",
        phone=PHONE,
    )
    with helpline.store.write() as session:
        return factories.a_ticket(session, wish, now=web.now())


def _hand_over(client: Client, number: str, checked: str = "看了身份证") -> Response:
    csrf = CSRF.search(client.get(f"/console/tickets/{number}").text)
    form = {"csrf": "" if csrf is None else csrf[1], "checked": checked}
    return client.post(f"/console/tickets/{number}/copy", data=form)


def _enters(client: Client, helpline: Helpline, role: Role, unit: str | None) -> None:
    account = web.an_account(helpline, "Alice", role, region=Region.ZICHUAN, unit=unit)
    web.enter(client, account)


def test_a_caseworker_of_the_unit_hands_over_the_same_file(
    client: Client, helpline: Helpline
) -> None:
    _enters(client, helpline, Role.CASEWORKER, "区民政局")
    ticket = _by_telephone(helpline)
    file = _hand_over(client, ticket.number)
    assert (file.status_code, "电话里说过的话" in file.text, PHONE in file.text) == (
        200,
        True,
        False,
    )
    with helpline.store.read() as session:
        assert "看了身份证" in history.of(session, ticket)[-1].text
        assert audit.rows(session)[-1].action == "copied resident's data"


@pytest.mark.parametrize(
    ("role", "unit"), [(Role.CASEWORKER, "区教体局"), (Role.OPERATOR, None), (Role.EDITOR, None)]
)
def test_nobody_else_hands_it_over(
    client: Client, helpline: Helpline, role: Role, unit: str | None
) -> None:
    _enters(client, helpline, role, unit)
    assert _hand_over(client, _by_telephone(helpline).number).status_code in {403, 404}


def test_nothing_is_handed_over_unchecked_nor_for_another_wish(
    client: Client, helpline: Helpline
) -> None:
    _enters(client, helpline, Role.SUPERVISOR, None)
    asked = _by_telephone(helpline)
    other = _by_telephone(helpline, category=Category.COMPLAINT)
    assert "电话里" not in _hand_over(client, asked.number, " ").text
    assert _hand_over(client, other.number).status_code == 404


def test_on_the_telephone_the_wish_becomes_a_ticket(helpline: Helpline, chat: Chat) -> None:
    with helpline.store.write() as session:
        line = conversations.find(session, chat.id)
        line.channel = "phone"
        session.add(line)
    chat.says(WISHES[0])
    with helpline.store.read() as session:
        assert session.exec(select(Ticket)).one().category == Category.RIGHTS


def test_every_word_of_the_file_is_used() -> None:
    words = own_copy.wording()["words"]
    page = (RESIDENT / "templates" / "own-copy-file.html").read_text(encoding="utf-8")
    by_value = {str(one) for one in Sender} | {f"visit_{one}" for one in VisitState}
    by_value |= {f"channel_{one}" for one in (*own_copy.CHANNELS, "other")} | {"file_name"}
    named = {one for one in words if re.search(rf"c(\.{one}\b|\[.{one}.\])", page)}
    assert set(words) == named | by_value
