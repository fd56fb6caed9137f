"""The resident's page without a script: it keeps what was written and shows only text."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from httpx import Client, Response

from api.resident import look, view, wording
from api.resident.wording import Language
from cases.talk.messages import Line, Sender
from knowledge.checklist import Group
from tests.api import web
from tests.api.web import Staff

ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')
MOST_BYTES = 100_000
RESIDENT = Path(wording.__file__).parent
# Sections whose keys are chosen by a value: a sender, a refusal, a status.
BY_VALUE = {"notice", "error", "chat"}
# Sentences of which a value names the last part; each value must have its own.
FAMILIES: dict[str, Iterable[object]] = {
    "bar.size_": look.SIZES,
    "list.group_": Group,
    "list.next_": Group,
    "list.print_": Group,
}


def _send(client: Client, **form: object) -> Response:
    page = client.get("/")
    found = re.search(r'name="client_id" value="([^"]+)"', page.text)
    assert found is not None
    data = {"csrf": web.csrf_of(page), "client_id": found[1], "text": "", **form}
    return client.post("/chat", data=data)


def _says(client: Client, text: str) -> Response:
    answer = _send(client, text=text)
    assert answer.status_code == 303
    return client.get("/")


def test_a_form_leads_back_to_the_thread(client: Client) -> None:
    page = _says(client, "低保要什么条件")
    assert "低保要什么条件" in page.text
    assert "依据" in page.text


def test_the_first_load_is_small_and_all_our_own(client: Client) -> None:
    page = client.get("/")
    assets = ASSET.findall(page.text)
    size = len(page.content) + sum(len(client.get(path).content) for path in assets)
    assert size <= MOST_BYTES
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert "https://" not in page.text


def test_there_is_nothing_inline(client: Client) -> None:
    page = _says(client, "低保要什么条件").text
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", page)


def test_what_a_resident_writes_stays_text(client: Client) -> None:
    page = _says(client, '<script>alert(1)</script><img src=x onerror="y">')
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize(("text", "status"), [("", 422), ("长" * 4001, 422)])
def test_what_cannot_be_sent_is_kept_on_the_page(client: Client, text: str, status: int) -> None:
    answer = _send(client, text=text)
    assert answer.status_code == status
    assert f">{text}</textarea>" in answer.text


def test_a_form_of_another_page_is_refused_with_the_draft_kept(client: Client) -> None:
    answer = _send(client, text="写了很久的话", csrf="wrong")
    assert answer.status_code == 403
    assert ">写了很久的话</textarea>" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    cookie = _send(client, text="你好").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_the_token_stands_in_no_address_and_no_page(client: Client) -> None:
    page = _says(client, "你好")
    token = client.cookies["helpline_chat"]
    assert token not in page.text


def test_several_choices_are_joined(client: Client) -> None:
    _send(client, choice=["有人残疾", "有人生病"])
    assert "有人残疾、有人生病" in client.get("/").text


def test_going_back_and_writing_other_words_is_a_new_message(client: Client) -> None:
    first = _send(client, text="你好", client_id="same")
    second = _send(client, text="再见", client_id="same")
    assert (first.status_code, second.status_code) == (303, 303)
    assert "再见" in client.get("/").text


def test_leaving_drops_the_cookie_and_closes_the_token(client: Client) -> None:
    page = _says(client, "我丈夫打我")
    token = client.cookies["helpline_chat"]
    left = client.post("/leave", data={"csrf": web.csrf_of(page)})
    assert left.headers["location"] == "/blank"
    assert "helpline_chat" not in client.cookies
    client.cookies.set("helpline_chat", token)
    assert "我丈夫打我" not in client.get("/").text


def test_the_blank_page_says_nothing_of_the_service(client: Client) -> None:
    page = client.get("/blank").text
    assert "救助" not in page
    assert "热线" not in page


def test_larger_letters_keep_what_is_being_written(client: Client) -> None:
    answer = client.post("/look", data={"wish": "size-30", "text": "写到一半"})
    assert 'class="size-30"' in answer.text
    assert ">写到一半</textarea>" in answer.text
    assert 'class="size-30"' in client.get("/").text


def test_the_place_is_remembered(client: Client) -> None:
    csrf = web.csrf_of(client.get("/"))
    client.post("/region", data={"region": "zichuan", "csrf": csrf})
    assert "淄博市淄川区</summary>" in client.get("/").text


def test_an_address_that_is_not_there_gets_a_page_with_the_number(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "tel:0533-5180000" in answer.text


@pytest.mark.parametrize("address", ["/chat", "/look", "/region", "/leave", "/files"])
def test_the_address_of_a_form_leads_back_to_the_conversation(client: Client, address: str) -> None:
    answer = client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_resident_sees_who_of_the_staff_speaks(client: Client, alice: Staff) -> None:
    _says(client, "找人工")
    waiting = alice.get("/api/queue").json()["waiting"][0]["id"]
    alice.post(f"/api/conversations/{waiting}/take")
    alice.post(f"/api/conversations/{waiting}/reply", {"text": "我来帮您"})
    page = client.get("/").text
    assert "我来帮您" in page
    assert "工作人员 Alice" in page


def test_the_urgent_card_holds_the_numbers_alone() -> None:
    line = Line(Sender.BOT, "请拨打：\n110  报警\n120  急救\n先离开。", urgent=True)
    shown = view.show(line, {"110", "120"})
    assert [number.number for number in shown.numbers] == ["110", "120"]
    assert [piece.text for part in shown.paragraphs for piece in part] == ["请拨打。", "先离开。"]


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("请打110。", ["110"]),
        ("一共110元", []),
        ("11020号", []),
        ("0533-5180000或120", ["0533-5180000", "120"]),
    ],
)
def test_only_numbers_that_are_telephones_can_be_dialled(text: str, dialled: list[str]) -> None:
    shown = view.show(Line(Sender.BOT, text), {"110", "120", "0533-5180000"})
    assert [p.dial for part in shown.paragraphs for p in part if p.dial] == dialled


def test_both_languages_say_the_same_things() -> None:
    chinese, english = wording.load(Language.CHINESE), wording.load(Language.ENGLISH)
    keys = [{(s, k) for s, rows in words.items() for k in rows} for words in (chinese, english)]
    assert keys[0] == keys[1]


def test_every_sentence_of_the_page_is_used() -> None:
    files = [*RESIDENT.glob("templates/*.html"), *RESIDENT.glob("*.py")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in files)
    rows = wording.load(Language.CHINESE)
    keys = {f"{section}.{key}" for section, table in rows.items() for key in table}
    by_value = {f"{family}{value}" for family, values in FAMILIES.items() for value in values}
    assert by_value <= keys
    spoken = sorted(key for key in keys - by_value if key.partition(".")[0] not in BY_VALUE)
    assert [key for key in spoken if not _is_asked_for(key, used)] == []


def _is_asked_for(key: str, used: str) -> bool:
    """By its full name in a template, or by its own name in quotes."""
    return re.search(rf"w\.{key}\b", used) is not None or f'"{key.partition(".")[2]}"' in used


@pytest.mark.parametrize("cookie", ["", "x.y.z", "99.1.zh", "30.2.xx", "18.1"])
def test_a_look_that_cannot_be_read_counts_as_not_kept(cookie: str) -> None:
    assert look.read(cookie, Language.CHINESE).size in look.SIZES
