"""The page of a draft: misunderstandings are written like the other parts, findings stand there."""

import re
from collections.abc import Iterator

import pytest
from httpx import Client, Response

from api.app import create_app
from api.console.editing import compared, editorial, findings
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.editing import drafts
from cases.operators import Role
from knowledge.checks import Fault, Finding
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region
from knowledge.needs import Category, Dimension
from tests.api import web

DRAFTS = "/console/knowledge/drafts"
CLAUSE = "shehuijiuzhu-law-2026-18"
STATED = "gangxing-2025-8"
WRONG = {"misunderstandings.0.says": "养骆驼的就不能申请，是误解。"}
WITH = {"misunderstandings.0.cites": CLAUSE, "title": "低保"}


@pytest.fixture
def shelf(publishing: Shelf) -> Shelf:
    """The helpline answers from what is published."""
    return publishing


@pytest.fixture
def editor(helpline: Helpline) -> Iterator[Client]:
    """An editor at a browser."""
    with web.serving(create_app(helpline)) as browser:
        browser.timeout = 60
        web.enter(browser, web.an_account(helpline, "Alice", Role.EDITOR))
        yield browser


def _post(browser: Client, path: str, **form: str) -> Response:
    csrf = web.csrf_of(browser.get("/console/account"))
    return browser.post(path, data={"csrf": csrf, **form})


def _begun(browser: Client) -> str:
    return _post(browser, DRAFTS, kind="guide", subject="zichuan/dibao").headers["location"]


def _body(helpline: Helpline, address: str) -> dict[str, object]:
    with helpline.store.read() as session:
        return drafts.find(session, address.rpartition("/")[2]).body


def test_a_misunderstanding_is_added_and_taken_out_like_the_other_parts(
    editor: Client, helpline: Helpline
) -> None:
    address = _begun(editor)
    before = _body(helpline, address).get("misunderstandings", [])
    page = _post(editor, address, revision="1", **WRONG, **WITH).text
    assert before == []
    said = {"says": WRONG["misunderstandings.0.says"], "cites": [CLAUSE]}
    assert _body(helpline, address)["misunderstandings"] == [said]
    called = editorial.field("misunderstandings")
    assert f"{called} 1</summary>" in page
    assert f"{called} 2（再加一条）</summary>" in page
    _post(editor, address, revision="2", title="低保")
    assert "misunderstandings" not in _body(helpline, address)


def test_findings_stand_on_the_draft_before_it_is_published(
    editor: Client, library: Library
) -> None:
    address = _begun(editor)
    assert "发布前请看" not in editor.get(address).text
    page = _post(
        editor, address, revision="1", title="低保", **{"answers.amount.says": "999元"}
    ).text
    assert "发布前请看" in page
    called = compared.field(library, "answers.amount")
    assert f"{called}：{editorial.load()['fault'][Fault.NO_CLAUSE]}" in page


def test_a_clause_that_loses_a_figure_is_told_with_the_answers_that_state_it(
    editor: Client, library: Library
) -> None:
    address = _post(editor, DRAFTS, kind="clause", subject=STATED).headers["location"]
    form = {"number": "某条", "heading": "某", "says": "没有数。", "public": "1"}
    page = _post(editor, address, revision="1", **form).text
    guide = library.guides[Region.NATIONAL, "rigid_expenditure"]
    assert f"{guide.title}（{library.region_name(Region.NATIONAL)}）" in page
    assert "在依据的条款里没有" in page


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_told_in_chinese(library: Library, fault: Fault) -> None:
    finding = Finding("national/guides/dibao.yml", "answers.amount", "x", "y", fault, "dibao")
    sentence = findings.told(library, finding)
    assert sentence.startswith(library.guides[Region.NATIONAL, "dibao"].title)
    assert "answers" not in sentence


def test_a_difference_names_programmes_aspects_and_fields_in_chinese(library: Library) -> None:
    guide = {
        "id": "dibao",
        "programme": "dibao",
        "region": "zichuan",
        "answers": {"amount": {"cites": [CLAUSE]}},
    }
    clause = {
        "aspects": ["where"],
        "public": False,
        "status": "pilot",
        "says": WRONG["misunderstandings.0.says"],
    }
    told = [line.text for line in compared.between(library, {}, {**guide, **clause})]
    amount = library.label(Aspect.AMOUNT)
    cited = f"{editorial.field('answers')} · {amount} · {compared.field(library, 'cites')} | 《"
    assert any(line.startswith(cited) for line in told)
    assert f"项目 | {library.label(Programme.DIBAO)}" in told
    assert not re.search(r"[a-z_]{3,}", "".join(told))


def test_a_service_is_compared_by_the_names_of_its_list(library: Library) -> None:
    service = {"id": "walking", "category": "daily", "needs": {"disability": 1, "dwelling": 2}}
    told = [line.text for line in compared.between(library, {}, service)]
    listed = library.rules.services[Region.FENGZE]
    assert f"类别 | {listed.categories[Category.DAILY]}" in told
    dwelling = next(one.name for one in listed.dimensions if one.id is Dimension.DWELLING)
    assert f"帮哪些难处 · {dwelling} | {listed.grades[2]}" in told
    assert not re.search(r"[a-z_]{3,}|\d", "".join(told))
