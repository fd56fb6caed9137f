"""A caller's words may be spoken: heard by a recogniser on the premises, sent by a person."""

import dataclasses
from collections.abc import Iterator

import pytest
from httpx import Client, Response

from api.app import create_app
from bot.helpline import Helpline
from tests.api import web
from tests.peers.listening import Asked, listening

SOUND = b"OggS\x00\x02" + bytes(22) + b"OpusHead"


def _hears(asked: Asked) -> None:
    asked.give(200, {"text": "家里没米了"})


@pytest.fixture
def desk(helpline: Helpline) -> Iterator[Client]:
    """Alice at a console whose deployment has a recogniser."""
    with listening(_hears) as address:
        settings = helpline.settings.model_copy(update={"recogniser_url": address})
        with web.serving(create_app(dataclasses.replace(helpline, settings=settings))) as client:
            web.enter(client, web.an_account(helpline, "Alice"))
            yield client


def _call(client: Client) -> str:
    form = {"csrf": web.csrf_of(client.get("/console")), "region": "zichuan", "phone": ""}
    return str(client.post("/console/phone", data=form, follow_redirects=True).url.path)


def _speak(client: Client, call: str, sound: bytes) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(f"{call}/heard", data={"csrf": csrf}, files={"file": ("call", sound)})


def test_spoken_words_come_back_and_nothing_is_said_yet(desk: Client) -> None:
    call = _call(desk)
    assert _speak(desk, call, SOUND).text == "家里没米了"
    page = desk.get(call).text
    assert "说，我来写" in page
    assert "家里没米了" not in page


@pytest.mark.parametrize("sound", [b"", b"<script>alert(1)</script>"])
def test_what_is_no_recording_is_refused(desk: Client, sound: bytes) -> None:
    assert _speak(desk, _call(desk), sound).status_code == 422


def test_nobody_speaks_into_another_ones_call(desk: Client, helpline: Helpline) -> None:
    call = _call(desk)
    web.enter(desk, web.an_account(helpline, "Bob"))
    assert _speak(desk, call, SOUND).status_code == 404


def test_without_a_recogniser_there_is_no_button(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Carol"))
    call = _call(client)
    assert "说，我来写" not in client.get(call).text
    assert _speak(client, call, SOUND).status_code == 404
