"""Who reads English: the page in it, the offer of somebody who speaks it, the way back."""

import re

from httpx import Client

from bot.helpline import Helpline
from cases.desk import queues
from knowledge.names import Tongue

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
BOTH = {"Accept-Language": "en-US,en;q=0.9,zh-CN;q=0.8"}
BUTTON = re.compile(r'value="([^"]+)">Ask for a person who speaks English')


def _language(client: Client, headers: dict[str, str] | None = None) -> str:
    found = re.search(r'<html lang="([^"]+)"', client.get("/", headers=headers).text)
    return "" if found is None else found[1]


def test_an_english_browser_is_met_in_english_and_everybody_else_in_chinese(
    client: Client,
) -> None:
    assert _language(client, ENGLISH) == "en"
    assert [_language(client, BOTH), _language(client)] == ["zh-CN", "zh-CN"]
    assert 'lang="en">English</button>' in client.get("/", headers=BOTH).text


def test_the_language_that_was_chosen_is_remembered(client: Client) -> None:
    client.post("/look", data={"wish": "language-en"})
    assert _language(client, BOTH) == "en"
    client.post("/look", data={"wish": "language-zh"})
    assert _language(client, ENGLISH) == "zh-CN"


def test_one_press_asks_for_a_person_who_speaks_english(client: Client, helpline: Helpline) -> None:
    page = client.get("/", headers=ENGLISH).text
    pressed = BUTTON.search(page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert pressed is not None
    assert csrf is not None
    form = {"csrf": csrf[1], "client_id": "a" * 32, "choice": pressed[1]}
    assert client.post("/chat", data=form).status_code == 303
    with helpline.store.read() as session:
        assert [row.tongue for row in queues.in_line(session)] == [Tongue.ENGLISH]
