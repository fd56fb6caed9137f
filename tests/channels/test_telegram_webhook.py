"""Telegram's webhook: under its secret alone, on disk first; what is forged leaves nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Client
from pydantic import SecretStr, ValidationError
from sqlmodel import select

from api.app import create_app
from bot.helpline import Helpline
from cases.channels import refusals
from cases.channels.intake import Update
from cases.operators import Role
from cases.talk import links, threads
from config.settings import Settings
from tests.api import web

SECRET = "s" * 40
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "您好"},
}


@pytest.fixture
def pushed(helpline: Helpline, tmp_path: Path) -> Iterator[Client]:
    """The web application that Telegram pushes to."""
    settings = Settings(
        data=tmp_path,
        public_url="https://help.example",
        telegram_webhook_secret=SecretStr(SECRET),
        telegram_name="helpbot",
    )
    with web.serving(create_app(replace(helpline, settings=settings))) as opened:
        yield opened


def _kept(helpline: Helpline) -> list[str]:
    with helpline.store.read() as session:
        return list(session.exec(select(Update.external_id)))


def _refused(helpline: Helpline) -> dict[str, int]:
    with helpline.store.read() as session:
        return {row.why: row.count for row in refusals.latest(session)}


def test_an_update_is_on_disk_before_it_is_acknowledged(pushed: Client, helpline: Helpline) -> None:
    for _ in range(3):
        answer = pushed.post("/channels/telegram", json=UPDATE, headers={HEADER: SECRET})
        assert answer.status_code == 200
    assert _kept(helpline) == ["7"]


@pytest.mark.parametrize(
    ("secret", "why"),
    [(None, "no_signature"), ("t" * 40, "wrong_signature"), ("s" * 39, "wrong_signature")],
)
def test_a_forged_push_is_refused_and_recorded(
    pushed: Client, helpline: Helpline, secret: str | None, why: str
) -> None:
    headers = {} if secret is None else {HEADER: secret}
    assert pushed.post("/channels/telegram", json=UPDATE, headers=headers).status_code == 403
    assert (_kept(helpline), _refused(helpline)) == ([], {why: 1})


def test_ten_megabytes_are_refused_and_recorded(pushed: Client, helpline: Helpline) -> None:
    body = b'{"update_id": 8, "x": "' + b"a" * 10_000_000 + b'"}'
    answer = pushed.post("/channels/telegram", content=body, headers={HEADER: SECRET})
    assert answer.status_code == 413
    assert (_kept(helpline), _refused(helpline)) == ([], {"too_large": 1})


@pytest.mark.parametrize("body", [b"\xff", b"[" * 9000, b"[]", b'{"update_id": "x"}'])
def test_what_is_no_update_is_kept_for_a_person(
    pushed: Client, helpline: Helpline, body: bytes
) -> None:
    answer = pushed.post("/channels/telegram", content=body, headers={HEADER: SECRET})
    assert answer.status_code == 200
    assert [name.startswith("unreadable:") for name in _kept(helpline)] == [True]


def test_without_a_secret_there_is_no_door(helpline: Helpline) -> None:
    with web.serving(create_app(helpline)) as client:
        answer = client.post("/channels/telegram", json=UPDATE, headers={HEADER: ""})
    assert answer.status_code == 404


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "y" * 40 + "!"])
def test_a_weak_secret_is_not_taken(secret: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="openssl rand"):
        Settings(
            data=tmp_path,
            public_url="https://help.example",
            telegram_webhook_secret=SecretStr(secret),
        )


def test_the_page_leads_to_an_empty_chat(pushed: Client) -> None:
    page = pushed.get("/elsewhere").text
    assert 'href="https://t.me/helpbot"' in page
    assert "?start" not in page


def test_the_page_takes_a_conversation_along_once(helpline: Helpline, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, telegram_name="helpbot", telegram_carries_sensitive=True)
    with web.serving(create_app(replace(helpline, settings=settings))) as client:
        client.post("/region", data={"region": "zichuan", "csrf": web.csrf_of(client.get("/"))})
        sent = {"csrf": web.csrf_of(client.get("/elsewhere"))}
        code = client.post("/elsewhere", data=sent).text.partition("?start=")[2].partition('"')[0]
    where = {"channel": "telegram", "address": "5", "now": web.now()}
    with helpline.store.write() as session:
        made = links.follow(session, code, **where)
        assert made is not None
        assert made.region == "zichuan"
        assert links.follow(session, code, **{**where, "address": "6"}) is None
        assert threads.find(session, "telegram", "5") is not None


def test_what_was_refused_is_shown_to_who_looks_after_it(helpline: Helpline) -> None:
    with helpline.store.write() as session:
        for _ in range(3):
            refusals.count(session, "telegram", refusals.Why.NO_SIGNATURE, now=web.now())
    with web.serving(create_app(helpline)) as client:
        web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
        page = client.get("/console/refused").text
    assert "没有签名" in page
    assert "<td>3</td>" in page
