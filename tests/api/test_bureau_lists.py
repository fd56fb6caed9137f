"""A bureau's list is tried as a whole, every wrong row is named, and nothing is half taken in."""

import csv
import io
from collections.abc import Callable, Sequence

import pytest
from httpx import Client, Response
from openpyxl import Workbook
from sqlmodel import func, select

from bot import reviewing
from bot.helpline import Helpline
from cases import audit
from cases.households import assistance, households, list_imports, people
from cases.households.file_bodies import PartKind, Person
from cases.households.households import Household
from cases.households.list_imports import ListRow
from cases.operators import Role
from knowledge import spreadsheets
from knowledge.names import Region
from knowledge.spreadsheets import SheetError
from tests import factories
from tests.api import web

HEAD = ["姓名", "身份证号", "户主身份证号", "与户主关系", "住址", "电话", "救助项目", "起始日期"]


def number(serial: int) -> str:
    """A valid identity number of nobody."""
    body = f"110105{1940 + serial % 60}0101{serial // 60:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    check = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    return body + check


def row(serial: int, *, head: int | None = None, **cells: str) -> list[str]:
    """A row that is right, with some cells changed."""
    told = {
        "姓名": f"张{serial}",
        "身份证号": number(serial),
        "户主身份证号": "" if head is None else number(head),
        "住址": "洪山镇",
        "救助项目": "低保",
        "起始日期": "2026-01-05",
        **cells,
    }
    return [told.get(name, "") for name in HEAD]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """The list as a spreadsheet program writes it."""
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """The same as a workbook."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for one in [HEAD, *rows]:
        sheet.append(list(one))
    book.save(out)
    return out.getvalue()


def as_gbk(rows: Sequence[Sequence[str]]) -> bytes:
    """The same in the encoding of older programs."""
    return as_csv(rows, "gb18030")


@pytest.fixture
def sun(client: Client, helpline: Helpline) -> Client:
    """A supervisor of Zichuan at the console."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=Region.ZICHUAN))
    return client


def _give(client: Client, content: bytes, **form: str) -> Response:
    csrf = web.csrf_of(client.get("/console/lists"))
    told = {"csrf": csrf, "region": "zichuan", "source": "区民政局台账", "basis": "救助法第43条"}
    return client.post(
        "/console/lists", data={**told, **form}, files={"file": ("名单.csv", content)}
    )


def _start(client: Client, address: str) -> Response:
    csrf = web.csrf_of(client.get(address))
    return client.post(f"{address}/start", data={"csrf": csrf})


def _count(helpline: Helpline) -> int:
    with helpline.store.read() as session:
        return session.exec(select(func.count()).select_from(Household)).one()


def _work(helpline: Helpline) -> None:
    while reviewing.take_in_lists(helpline, now=web.now()):
        pass
    reviewing.take_in_lists(helpline, now=web.now())


@pytest.mark.parametrize("written", [as_csv, as_gbk, as_xlsx])
def test_a_right_list_becomes_files(
    sun: Client, helpline: Helpline, written: Callable[[Sequence[Sequence[str]]], bytes]
) -> None:
    content = written([row(1), row(2, head=1, 与户主关系="孙子", 救助项目="", 起始日期=""), row(3)])
    address = _give(sun, content).headers["location"]
    assert "每一行都对" in sun.get(address).text
    assert _count(helpline) == 0
    _start(sun, address)
    _work(helpline)
    assert "导入完了" in sun.get(address).text
    with helpline.store.read() as session:
        (file,) = people.files_of(session, number(2))
        names = {one.person.name for one in people.of_household(session, file)}
        assert names == {"张1", "张2"}
        assert [one.received.programme for one in assistance.of_household(session, file)] == [
            "dibao"
        ]


WRONG = [
    ({"姓名": ""}, "没有姓名"),
    ({"身份证号": ""}, "没有身份证号"),
    ({"身份证号": "110105194912310021"}, "身份证号不对"),
    ({"姓名": "=HYPERLINK(1)"}, "像公式"),
    ({"住址": "@SUM(A1)"}, "像公式"),
    ({"电话": "+8613800000000"}, "像公式"),
    ({"住址": "＝1+1"}, "像公式"),
    ({"起始日期": "2026-02-30"}, "日期写得不对"),
    ({"起始日期": "去年"}, "日期写得不对"),
    ({"起始日期": ""}, "没有写起始日期"),
    ({"救助项目": "发大财"}, "不认得"),
    ({"住址": "长" * 301}, "有一格太长"),
    ({"户主身份证号": number(77)}, "户主的号不在名单里"),
]


@pytest.mark.parametrize(("cells", "said"), WRONG)
def test_a_wrong_row_is_named_and_nothing_is_taken_in(
    sun: Client, helpline: Helpline, cells: dict[str, str], said: str
) -> None:
    address = _give(sun, as_csv([row(1), row(2, **cells)])).headers["location"]
    page = sun.get(address).text
    assert said in page
    assert "<td>3</td>" in page
    assert _start(sun, address).status_code == 422
    _work(helpline)
    assert _count(helpline) == 0


def test_the_same_number_twice_names_both_rows(sun: Client) -> None:
    page = sun.get(_give(sun, as_csv([row(1), row(2), row(1)])).headers["location"]).text
    assert page.count("两行是同一个号") == 2


def test_a_formula_in_a_workbook_is_seen_and_never_carried_out(sun: Client) -> None:
    content = as_xlsx([row(1, 住址='=WEBSERVICE("http://x")')])
    assert "像公式" in sun.get(_give(sun, content).headers["location"]).text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_what_is_no_list_is_refused_kindly(sun: Client, helpline: Helpline, content: bytes) -> None:
    answer = _give(sun, content)
    assert (answer.status_code, "没有导入" in answer.text) == (422, True)
    assert _count(helpline) == 0


@pytest.mark.parametrize("lacking", ["source", "basis"])
def test_a_list_needs_its_source_and_its_ground(sun: Client, lacking: str) -> None:
    assert _give(sun, as_csv([row(1)]), **{lacking: " "}).status_code == 422


def test_the_same_file_again_is_the_same_list_and_takes_in_nobody_twice(
    sun: Client, helpline: Helpline
) -> None:
    first, again = (_give(sun, as_csv([row(1)])).headers["location"] for _ in range(2))
    assert first == again
    _start(sun, first)
    _work(helpline)
    assert _start(sun, _give(sun, as_csv([row(1)])).headers["location"]).status_code == 422
    assert _count(helpline) == 1


def test_who_has_a_file_gets_no_second_one(sun: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        known = factories.a_household(session, now=web.now())
        person = Person(name="张1", id_number=number(1))
        people.write(session, known, PartKind.MEMBER, person, by=known.created_by, now=web.now())
    _start(sun, _give(sun, as_csv([row(1), row(2, head=1)])).headers["location"])
    _work(helpline)
    assert _count(helpline) == 1
    with helpline.store.read() as session:
        file = households.find(session, known.id)
        assert len(people.of_household(session, file)) == 2


def test_taking_in_goes_on_where_it_stopped(sun: Client, helpline: Helpline) -> None:
    rows = [row(n) for n in range(1, 8)]
    address = _give(sun, as_csv(rows)).headers["location"]
    _start(sun, address)
    with helpline.store.write() as session:
        list_imports.work(session, now=web.now(), limit=3)
    assert "3 / 7 行" in sun.get(address).text
    with pytest.raises(ZeroDivisionError), helpline.store.write() as session:
        list_imports.work(session, now=web.now(), limit=3)
        raise ZeroDivisionError
    assert _count(helpline) == 3
    _work(helpline)
    assert _count(helpline) == 7


def test_reading_goes_on_where_it_stopped(sun: Client, helpline: Helpline) -> None:
    content = as_csv([row(n) for n in range(1, 6)])
    address = _give(sun, content).headers["location"]
    with helpline.store.write() as session:
        listed = list_imports.find(session, address.rsplit("/", 1)[-1])
        for one in session.exec(select(ListRow).where(ListRow.line > 3)).all():
            session.delete(one)
        listed.state = list_imports.ImportState.READING
        session.add(listed)
    assert "再给一次" in sun.get(address).text
    assert _give(sun, content).headers["location"] == address
    assert "0 / 5 行" in sun.get(address).text


def test_what_was_taken_in_lies_in_the_list_no_more(sun: Client, helpline: Helpline) -> None:
    _start(sun, _give(sun, as_csv([row(1)])).headers["location"])
    _work(helpline)
    with helpline.store.read() as session:
        assert [one.sealed_row for one in session.exec(select(ListRow)).all()] == [b""]


def test_only_who_may_gives_a_list_and_only_for_their_place(
    client: Client, helpline: Helpline, sun: Client
) -> None:
    assert _give(sun, as_csv([row(1)]), region="fengze").status_code == 403
    client.cookies.clear()
    account = web.an_account(
        helpline, "Bob", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"
    )
    web.enter(client, account)
    assert client.get("/console/lists").status_code == 403


def test_a_list_of_another_place_is_not_there(
    client: Client, helpline: Helpline, sun: Client
) -> None:
    address = _give(sun, as_csv([row(1)])).headers["location"]
    client.cookies.clear()
    web.enter(client, web.an_account(helpline, "Eve", Role.SUPERVISOR, region=Region.FENGZE))
    assert client.get(address).status_code == 404


def test_more_than_a_hundred_thousand_rows_are_refused() -> None:
    with pytest.raises(SheetError, match="100,000"):
        list(spreadsheets.rows(b"a\n" * 100_002))


def test_a_resident_gets_a_copy_of_the_file_and_it_is_on_record(
    sun: Client, helpline: Helpline
) -> None:
    _start(sun, _give(sun, as_csv([row(1)])).headers["location"])
    _work(helpline)
    with helpline.store.read() as session:
        (file,) = people.files_of(session, number(1))
    page = sun.get(f"/console/households/{file.id}/copy").text
    for words in ("张1", "低保", "区民政局台账", "洪山镇"):
        assert words in page
    with helpline.store.read() as session:
        assert "copied household" in {one.action for one in audit.rows(session)}
