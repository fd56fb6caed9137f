"""The editors' pages: try, browse, draft, publish by a second person, roll back, import."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import docx
import pypdf
import pytest
from httpx import Client, Response

from api.app import create_app
from api.console.editing import editorial
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases import audit
from cases.editing import drafts, publications, questions
from cases.editing.drafts import Draft
from cases.operators import Role
from knowledge.editions import OWN_PAGE, Kind, Trouble
from knowledge.names import Region
from knowledge.unreadable import Trouble as ImportTrouble
from tests import factories
from tests.api import web

KNOWLEDGE = "/console/knowledge"
CLAUSE = "zichuan-2021-1-1"
ENTRY = f"{KNOWLEDGE}/entries/clause/{CLAUSE}"
CAMEL = "养骆驼的家庭凭骆驼证明来办。"
RULES = """某某区临时救助办法
第一条 为了帮助遇到急难的家庭，根据有关规定，结合本区实际，制定本办法，由区民政局负责解释。
第二条 镇里受理申请。急难发生地的镇人民政府、街道办事处应当当场受理，并在两个工作日内答复。
"""


@pytest.fixture
def shelf(publishing: Shelf) -> Shelf:
    """The helpline answers from what is published."""
    return publishing


@pytest.fixture
def editors(helpline: Helpline) -> Iterator[tuple[Client, Client]]:
    """Two editors, each at a browser of their own."""
    with web.serving(create_app(helpline)) as first, Client(base_url=first.base_url) as second:
        for browser, name in ((first, "Alice"), (second, "Bob")):
            browser.timeout = 60
            web.enter(browser, web.an_account(helpline, name, Role.EDITOR))
        yield first, second


def _post(browser: Client, path: str, **form: object) -> Response:
    csrf = web.csrf_of(browser.get("/console/account"))
    return browser.post(path, data={"csrf": csrf, **form})


def _begun(browser: Client, kind: Kind = Kind.CLAUSE, subject: str = CLAUSE) -> str:
    answer = _post(browser, f"{KNOWLEDGE}/drafts", kind=kind, subject=subject)
    return answer.headers["location"]


def _written(browser: Client, address: str, revision: int = 1, **form: object) -> Response:
    shown = browser.get(address).text
    fields = {
        name: re.sub(r"&[a-z#0-9]+;", "", value)
        for name, value in re.findall(r'<input name="([a-z0-9_.]+)" value="([^"]*)"', shown)
    }
    return _post(browser, address, revision=revision, public="1", **{**fields, **form})


def _draft(helpline: Helpline, address: str) -> Draft:
    with helpline.store.read() as session:
        return drafts.find(session, address.rpartition("/")[2])


def _published(editors: tuple[Client, Client], says: str = CAMEL, **form: str) -> Response:
    alice, bob = editors
    address = _begun(alice)
    assert _written(alice, address, says=says).status_code == 200
    return _post(bob, f"{address}/publish", revision="2", **{"effective": "2026-01-01", **form})


def test_an_operator_tries_and_reads_but_changes_nothing(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Charlie"))
    assert client.get(KNOWLEDGE, params={"q": "低保要什么条件"}).status_code == 200
    assert client.get(ENTRY).status_code == 200
    assert "改这一条" not in client.get(ENTRY).text
    assert _post(client, f"{KNOWLEDGE}/drafts", kind="clause", subject=CLAUSE).status_code == 403
    assert client.get(f"{KNOWLEDGE}/questions").status_code == 403


def test_a_question_is_tried_with_what_answers_and_why(editors: tuple[Client, Client]) -> None:
    query = {"q": "低保要什么条件", "region": "zichuan", "on": "2026-11-22"}
    page = editors[0].get(KNOWLEDGE, params=query).text
    assert "为什么是这个答复" in page
    assert "<dd>最低生活保障（低保）</dd>" in page
    assert '<option value="zichuan" selected>' in page
    assert 'value="2026-11-22"' in page


def test_guides_standards_and_clauses_are_called_by_name_not_by_code(
    editors: tuple[Client, Client],
) -> None:
    page = "/console/standards/zichuan/dibao_standard"
    csrf = web.csrf_of(editors[0].get(page))
    form = {"value": "1000", "valid_from": "2026-01-01", "document": "虚构通知", "csrf": csrf}
    editors[0].post(page, data=form)
    tried = editors[0].get(KNOWLEDGE, params={"q": "低保要什么条件"}).text
    assert f'<a href="{page}"><strong>' in tried
    assert "<dd>最低生活保障（低保）</dd>" in tried
    assert "<span>dibao</span>" not in tried
    relied = editors[0].get(f"{KNOWLEDGE}/entries/clause/shehuijiuzhu-law-2026-18").text
    assert re.search(r"哪些答复依据它</h2>.*最低生活保障", relied, re.DOTALL)


@pytest.mark.parametrize("kind", [one for one in Kind if one not in OWN_PAGE])
def test_every_kind_is_browsed_and_each_entry_opens(
    editors: tuple[Client, Client], kind: Kind
) -> None:
    listed = editors[0].get(KNOWLEDGE, params={"kind": kind, "region": "zichuan"}).text
    found = re.findall(rf'href="({KNOWLEDGE}/entries/{kind}/[^"?]+)"', listed)
    opened = editors[0].get(found[0]) if found else editors[0].get(KNOWLEDGE)
    assert opened.status_code == 200


def test_what_a_second_person_publishes_is_answered_from_at_once(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    assert _published(editors).headers["location"] == ENTRY
    assert helpline.library().clause(CLAUSE).says == CAMEL
    assert helpline.library().index.find("骆驼证明")[0].id == CLAUSE
    assert CAMEL in editors[0].get(ENTRY).text


def test_who_wrote_it_last_cannot_publish_it(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, _ = editors
    address = _begun(alice)
    _written(alice, address, says=CAMEL)
    answer = _post(alice, f"{address}/publish", revision="2", effective="2026-01-01")
    assert answer.status_code == 403
    assert editorial.notice("own_draft") in answer.text
    assert helpline.library().clause(CLAUSE).says != CAMEL


def test_what_counts_later_is_answered_from_that_day_on(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    _published(editors, effective="2099-01-01")
    assert helpline.library().clause(CLAUSE).says != CAMEL
    days = (date(2098, 12, 31), date(2099, 1, 1))
    said = [helpline.shelf.of_day(day).clause(CLAUSE).says for day in days]
    assert [text == CAMEL for text in said] == [False, True]


def test_a_draft_that_changed_meanwhile_is_not_published(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = editors
    address = _begun(alice)
    _written(alice, address, says=CAMEL)
    _written(alice, address, revision=2, says="又改了。")
    answer = _post(bob, f"{address}/publish", revision="2", effective="2026-01-01")
    assert answer.status_code == 409
    assert editorial.notice("stale") in answer.text
    assert helpline.library().clause(CLAUSE).says != CAMEL


def test_two_who_write_at_once_lose_nothing(editors: tuple[Client, Client]) -> None:
    alice, bob = editors
    address = _begun(alice)
    _written(alice, address, says="甲写的。")
    page = _written(bob, address, revision=1, says="乙写的。").text
    assert editorial.notice("stale") in page
    assert "乙写的。" in page
    assert "甲写的。" in page


def test_an_entry_has_one_open_draft(editors: tuple[Client, Client]) -> None:
    assert _begun(editors[0]) == _begun(editors[1])


def test_a_bad_draft_is_told_by_field_and_mend_and_cannot_be_published(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = editors
    address = _begun(alice)
    saved = _written(alice, address, says="")
    told = editorial.load()["trouble"][Trouble.MISSING]
    assert editorial.field("says") in saved.text
    assert told in saved.text
    answer = _post(bob, f"{address}/publish", revision="2", effective="2026-01-01")
    assert (answer.status_code, told in answer.text) == (422, True)
    assert helpline.library().clause(CLAUSE).says


def test_history_shows_the_difference_and_any_version(editors: tuple[Client, Client]) -> None:
    _published(editors)
    page = editors[0].get(ENTRY, params={"version": 1, "against": 0}).text
    assert "＋ 增" in page
    assert "－ 删" in page
    assert CAMEL not in editors[0].get(ENTRY, params={"version": 0}).text
    assert editors[0].get(ENTRY, params={"version": 7}).status_code == 404


def test_rolling_back_publishes_the_old_text_as_a_new_version(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = editors
    shipped = helpline.library().clause(CLAUSE).says
    _published(editors)
    address = _post(
        alice, f"{KNOWLEDGE}/drafts", kind="clause", subject=CLAUSE, version="0"
    ).headers["location"]
    _post(bob, f"{address}/publish", revision="1", effective="2026-01-02")
    assert helpline.library().clause(CLAUSE).says == shipped
    with helpline.store.read() as session:
        assert publications.newest_version(session, "clause", CLAUSE) == 2


def test_a_regions_editor_changes_nothing_of_another_region(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Charlie", Role.EDITOR, region=Region.FENGZE))
    assert _post(client, f"{KNOWLEDGE}/drafts", kind="clause", subject=CLAUSE).status_code == 403


def test_another_regions_draft_looks_like_none(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    address = _begun(editors[0])
    with Client(base_url=editors[0].base_url) as stranger:
        web.enter(stranger, web.an_account(helpline, "Dan", Role.EDITOR, region=Region.FENGZE))
        assert stranger.get(address).status_code == 404


def test_publishing_is_written_in_the_audit(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    _published(editors)
    with helpline.store.read() as session:
        done = [row.action for row in audit.rows(session)]
        assert audit.verify(session) == []
    assert {"began draft", "published knowledge"} <= set(done)


def _given(browser: Client, name: str, content: bytes) -> Response:
    csrf = web.csrf_of(browser.get("/console/account"))
    return browser.post(
        f"{KNOWLEDGE}/import",
        data={"csrf": csrf, "region": "dongtou"},
        files={"file": (name, content)},
    )


def _word(text: str) -> bytes:
    document, buffer = docx.Document(), BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def _scan() -> bytes:
    writer, buffer = pypdf.PdfWriter(), BytesIO()
    for _ in range(200):
        writer.add_blank_page(width=200, height=200)
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", RULES.encode()),
        ("a.docx", _word(RULES)),
        (
            "a.html",
            f"<html><script>alert(1)</script><article><p>{RULES.replace(chr(10), '</p><p>')}"
            "</p></article></html>".encode(),
        ),
    ],
    ids=["txt", "docx", "html"],
)
def test_a_document_becomes_a_draft_with_its_words_beside_it(
    editors: tuple[Client, Client], helpline: Helpline, name: str, content: bytes
) -> None:
    address = _given(editors[0], name, content).headers["location"]
    draft = _draft(helpline, address)
    assert (draft.kind, draft.region, len(draft.sources)) == (Kind.DOCUMENT, "dongtou", 2)
    part = editors[0].get(address, params={"part": 1}).text
    assert "镇里受理申请" in part
    assert "alert(1)" not in part


def test_an_imported_document_is_retold_published_and_found(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = editors
    address = _given(alice, "a.txt", RULES.encode()).headers["location"]
    _written(alice, f"{address}?part=1", 1, **{"clauses.1.says": CAMEL, "clauses.1.public": "1"})
    draft = _draft(helpline, address)
    answer = _post(bob, f"{address}/publish", revision="2", effective="2026-01-01")
    assert answer.status_code == 303, answer.text
    found = helpline.library().index.find("骆驼证明")[0].id
    assert helpline.library().document_of(found).id == draft.subject


@pytest.mark.parametrize(
    ("name", "content", "trouble"),
    [
        ("scan.pdf", _scan(), ImportTrouble.SCAN),
        ("a.pdf", b"no pdf", ImportTrouble.NO_PDF),
        ("a.exe", b"x", ImportTrouble.WRONG_KIND),
        ("a.txt", b"  ", ImportTrouble.NO_TEXT),
        ("a.txt", b"hello", "no_clauses"),
        ("a.html", b"<html><script>1</script></html>", ImportTrouble.NO_ARTICLE),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_with_the_mend(
    editors: tuple[Client, Client], name: str, content: bytes, trouble: ImportTrouble
) -> None:
    answer = _given(editors[0], name, content)
    assert answer.status_code == 422
    assert editorial.not_imported(name, trouble) in answer.text


def test_more_than_ten_megabytes_are_refused(editors: tuple[Client, Client]) -> None:
    answer = _given(editors[0], "a.txt", b"x" * (10 * 1024 * 1024 + 1))
    assert editorial.not_imported("a.txt", ImportTrouble.TOO_LARGE) in answer.text


def _ask_in_vain(helpline: Helpline, *texts: str) -> None:
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, now=web.now())
        for text in texts:
            questions.keep(session, chat, why="no_answer", text=text, now=web.now())


def test_questions_asked_in_vain_are_grouped_and_masked(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    _ask_in_vain(helpline, "骆驼补贴怎么领", "怎么领骆驼补贴", "我叫张三丰，电话13800001111，喂")
    page = editors[0].get(f"{KNOWLEDGE}/questions").text
    assert "（2 次）" in page
    assert "13800001111" not in page
    assert "张三丰" not in page


def test_a_draft_answers_a_group_and_publishing_settles_it(
    editors: tuple[Client, Client], helpline: Helpline
) -> None:
    alice, bob = editors
    _ask_in_vain(helpline, "骆驼补贴怎么领", "怎么领骆驼补贴")
    ids = re.findall(r'name="ids" value="(\w+)"', alice.get(f"{KNOWLEDGE}/questions").text)
    answer = _post(alice, f"{KNOWLEDGE}/questions/answer", ids=ids, guide="new/zichuan")
    address = answer.headers["location"]
    draft = _draft(helpline, address)
    assert draft.body["asks"] == ["怎么领骆驼补贴", "骆驼补贴怎么领"]
    _post(bob, f"{address}/publish", revision="1", effective="2026-01-01")
    assert "骆驼补贴" not in bob.get(f"{KNOWLEDGE}/questions").text
    found = helpline.library().finder.matches("骆驼补贴怎么领", region=Region.ZICHUAN)
    assert f"zichuan/{found[0].guide}" == draft.subject


def test_a_group_is_put_aside(editors: tuple[Client, Client], helpline: Helpline) -> None:
    _ask_in_vain(helpline, "哈哈哈哈")
    page = f"{KNOWLEDGE}/questions"
    ids = re.findall(r'name="ids" value="(\w+)"', editors[0].get(page).text)
    _post(editors[0], f"{page}/done", ids=ids)
    assert "哈哈哈哈" not in editors[0].get(page).text


def test_an_old_answer_keeps_the_version_it_relied_on(
    editors: tuple[Client, Client],
) -> None:
    _published(editors)
    chat = web.open_chat(editors[0])
    before = chat.says("淄川养骆驼的家庭凭骆驼证明来办吗").json()["messages"]
    _published(editors, says="骆驼证明不要了。")
    address = f"/api/conversations/{chat.id}/messages"
    after = editors[0].get(address, headers=chat.bearer).json()["messages"]
    assert after[-len(before) :] == before


@pytest.mark.parametrize(
    ("section", "names"),
    [("kind", list(Kind)), ("trouble", list(Trouble)), ("importing", list(ImportTrouble))],
)
def test_everything_has_a_chinese_name(section: str, names: list[str]) -> None:
    assert [name for name in names if name not in editorial.load()[section]] == []
