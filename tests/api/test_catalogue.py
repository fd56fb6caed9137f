"""The catalogue of units: one drafts it, it is tried on last month, another publishes it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import Client, Response

from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.editing import drafts
from cases.operators import Role
from cases.tickets import tickets
from knowledge import units
from knowledge.editions import Kind
from knowledge.names import Matter, Region
from tests import factories
from tests.api import web

TABLE = "/console/catalogue?region=zichuan"
ROW = "/console/catalogue/zichuan/medical"
NEW = {"lead": "区医保中心", "note": "机构改革", "days": "3"}
Pair = tuple[Client, Client]


@pytest.fixture
def shelf(publishing: Shelf) -> Shelf:
    """The helpline answers from what is published."""
    return publishing


@pytest.fixture
def browsers(helpline: Helpline) -> Iterator[Pair]:
    """Two of the staff, each before a browser of their own."""
    made = create_app(helpline)
    with web.serving(made) as one, Client(base_url=one.base_url, timeout=60) as other:
        one.timeout = other.timeout
        web.enter(one, web.an_account(helpline, "Alice", Role.EDITOR))
        web.enter(other, web.an_account(helpline, "Bob", Role.SUPERVISOR))
        yield one, other


def post(client: Client, path: str, page: str = TABLE, **form: str) -> Response:
    """Send a form of a page as it is now."""
    shown = client.get(page)
    seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf": web.csrf_of(shown), "seen": seen, **form})


def publish(client: Client, day: str = "2000-01-01") -> Response:
    """Publish the draft as it stands."""
    return post(client, "/console/catalogue/zichuan/publish/now", effective=day)


def lead(helpline: Helpline) -> str | None:
    """Who leads in medical matters now."""
    return units.responsible(helpline.library(), Matter.MEDICAL, Region.ZICHUAN).lead


def test_it_holds_only_after_a_second_person_published_it(
    browsers: Pair, helpline: Helpline
) -> None:
    alice, bob = browsers
    assert post(alice, ROW, ROW, **NEW).status_code == 303
    assert publish(alice).status_code == 403
    assert lead(helpline) == "区医保分局"
    assert publish(bob).status_code == 303
    assert lead(helpline) == "区医保中心"
    assert "第 1 版" in alice.get(TABLE).text


def test_it_is_dated(browsers: Pair, helpline: Helpline) -> None:
    alice, bob = browsers
    post(alice, ROW, ROW, **NEW)
    assert publish(bob, "2099-01-01").status_code == 303
    assert lead(helpline) == "区医保分局"
    assert "2099-01-01 起用" in bob.get(TABLE).text


def test_it_is_tried_on_last_months_tickets(browsers: Pair, helpline: Helpline) -> None:
    alice, bob = browsers
    with helpline.store.write() as session:
        for matter in (Matter.MEDICAL, Matter.MEDICAL, Matter.BASIC):
            draft = replace(factories.A_MATTER, matter=matter)
            chat = factories.a_conversation(session, now=web.now())
            tickets.open_for(session, chat, draft, now=web.now())
    post(alice, ROW, ROW, **NEW)
    page = bob.get(TABLE).text
    assert "看了 3 张" in page
    assert "2 张会派到别的单位" in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"lead": "昆仑镇"}, "不能派给“昆仑镇”"),
        ({"note": ""}, "为什么"),
        ({"days": "0"}, "1 到 60 个工作日"),
        ({"days": "两天"}, "1 到 60 个工作日"),
        ({"offices": "洪山镇 民政办"}, "每行写成"),
        ({"document": "none"}, "没有编号为"),
    ],
)
def test_what_may_not_be_is_told_and_what_was_typed_stays(
    browsers: Pair, form: dict[str, str], said: str
) -> None:
    alice, _ = browsers
    answer = post(alice, ROW, ROW, **{**NEW, **form})
    assert answer.status_code == 422
    assert said in answer.text
    assert "机构改革" in answer.text or "note" in form


def test_a_row_that_somebody_else_changed_is_not_overwritten(browsers: Pair) -> None:
    alice, bob = browsers
    page = bob.get(ROW)
    post(alice, ROW, ROW, **NEW)
    stale = {**NEW, "csrf": web.csrf_of(page), "seen": "0"}
    answer = bob.post(ROW, data=stale)
    assert (answer.status_code, "刚才有人改过" in answer.text) == (422, True)


def test_an_editor_of_another_region_only_looks(browsers: Pair, helpline: Helpline) -> None:
    alice, _ = browsers
    alice.cookies.clear()
    web.enter(alice, web.an_account(helpline, "Charlie", Role.EDITOR, region=Region.DONGTOU))
    page = alice.get("/console/catalogue?region=dongtou")
    form = {**NEW, "csrf": web.csrf_of(page), "seen": "0"}
    assert alice.post(ROW, data=form).status_code == 403


def test_a_town_for_a_departments_matter_is_refused_at_publishing_too(
    browsers: Pair, helpline: Helpline
) -> None:
    _, bob = browsers
    row = {"lead": "昆仑镇", "note": "下放"}
    with helpline.store.write() as session:
        writer = factories.an_operator(session, "Dan", now=web.now())
        drafts.begin(
            session,
            kind=Kind.CATALOGUE,
            subject="zichuan",
            region=Region.ZICHUAN,
            body={"region": "zichuan", "matters": {"medical": row}},
            author=writer.id,
            now=web.now(),
        )
    assert publish(bob).status_code == 422
    assert lead(helpline) == "区医保分局"


def test_a_draft_can_be_given_up(browsers: Pair) -> None:
    alice, _ = browsers
    post(alice, ROW, ROW, **NEW)
    assert post(alice, "/console/catalogue/zichuan/drop/now").status_code == 303
    assert "等第二个人发布" not in alice.get(TABLE).text
