"""A household's own list opens to its link alone, is on record, and is erased on its day."""

import re
from datetime import timedelta

import pytest
from httpx import Client
from sqlmodel import select

from bot.helpline import Helpline
from cases import audit, keys, residents
from cases.dialogue import checklists
from cases.dialogue.checklists import KeptChecklist
from cases.talk import conversations
from tests.api import web
from tests.api.web import Chat
from tests.retention import house

STORY = "我想申请低保，三口人，全家一个月900块，户口在本地"
LINK = re.compile(r"/list/([0-9a-f]{32})")


@pytest.fixture
def link(chat: Chat) -> str:
    """The link that a resident was given."""
    for text in (STORY, "都没有", "打印"):
        answer = chat.says(text).json()
    found = LINK.search(answer["messages"][-1]["text"])
    assert found is not None
    return found[0]


def test_the_link_opens_the_list_and_is_never_kept(
    client: Client, helpline: Helpline, link: str
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "低保" in page.text
    with helpline.store.read() as session:
        kept = session.exec(select(KeptChecklist)).one()
    assert link[-32:] not in kept.model_dump_json(exclude={"sealed_body"})


def test_the_list_names_nobody_and_tells_nothing_that_was_said(client: Client, link: str) -> None:
    page = client.get(link).text
    for told in ("900", "3口人", "三口人"):
        assert told not in page


def test_nobody_else_keeps_or_follows_the_page(client: Client, link: str) -> None:
    headers = client.get(link).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]


def test_nothing_is_fetched_from_elsewhere(client: Client, link: str) -> None:
    page = client.get(link).text
    ours = (f"{client.base_url}".rstrip("/"), "http://www.w3.org/2000/svg")
    assert [a for a in re.findall(r"https?://[^\s\"<]+", page) if not a.startswith(ours)] == []


def test_each_look_is_on_record(client: Client, helpline: Helpline, link: str) -> None:
    client.get(link)
    client.get(link)
    with helpline.store.read() as session:
        looks = [row for row in audit.rows(session) if row.action == "opened list"]
    assert len(looks) == 2


def test_a_guessed_link_is_answered_kindly(client: Client) -> None:
    page = client.get(f"/list/{'a' * 32}")
    assert page.status_code == 404
    assert "看不了了" in page.text


def test_after_its_day_the_list_is_gone_and_then_erased(
    client: Client, helpline: Helpline, link: str
) -> None:
    with helpline.store.write() as session:
        kept = session.exec(select(KeptChecklist)).one()
        kept.expires_at = web.now() - timedelta(seconds=1)
        session.add(kept)
    assert client.get(link).status_code == 410
    house.night_falls(helpline.store, web.now() + timedelta(days=1))
    with helpline.store.read() as session:
        assert session.exec(select(KeptChecklist)).all() == []
    assert client.get(link).status_code == 404


def test_forgetting_the_resident_shuts_the_list(
    client: Client, helpline: Helpline, chat: Chat, link: str
) -> None:
    with helpline.store.write() as session:
        conversation = conversations.find(session, chat.id)
        key = residents.key_of(session, conversation.resident_id)
        keys.destroy(session, key, now=web.now())
    assert client.get(link).status_code == 410


def test_the_list_works_for_as_long_as_the_deployment_says(helpline: Helpline, link: str) -> None:
    with helpline.store.write() as session:
        opened = checklists.opened(session, link[-32:], now=web.now())
    assert opened.expires_at - web.now() > timedelta(days=29)


def test_who_asks_again_and_again_keeps_the_newest(
    chat: Chat, helpline: Helpline, link: str, client: Client
) -> None:
    for _ in range(checklists.MOST_A_CONVERSATION):
        chat.says("打印")
    with helpline.store.read() as session:
        kept = session.exec(select(KeptChecklist)).all()
    assert len(kept) == checklists.MOST_A_CONVERSATION
    assert client.get(link).status_code == 404
