"""A bureau's list is tried as a whole, every wrong row is named, and nothing is half taken in."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from httpx import Client, Response
from openpyxl import Workbook
from sqlmodel import col, func, select

from bot import listing
from bot.helpline import Helpline
from cases import audit
from cases.households import assistance, households, list_filing, list_reading, people
from cases.households.file_bodies import PartKind, Person
from cases.households.households import Household
from cases.households.list_imports import ListFile, ListImport, ListRow
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


def row(serial: int, head: int | None = None, **cells: str) -> list[str]:
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


def _tried(client: Client, helpline: Helpline, content: bytes) -> str:
    """Give a list and let it be read; where its page is."""
    address = _give(client, content).headers["location"]
    listing.read_next(helpline.store, helpline.library(), now=web.now)
    return address


def _start(client: Client, address: str) -> Response:
    csrf = web.csrf_of(client.get(address))
    return client.post(f"{address}/start", data={"csrf": csrf})


def _count(helpline: Helpline) -> int:
    with helpline.store.read() as session:
        return session.exec(select(func.count()).select_from(Household)).one()


def _rows(helpline: Helpline, table: type[ListFile | ListRow]) -> int:
    with helpline.store.read() as session:
        return len(session.exec(select(table)).all())


def _work(helpline: Helpline) -> None:
    while listing.take_in(helpline.store, now=web.now()):
        pass


@pytest.mark.parametrize("written", [as_csv, as_gbk, as_xlsx])
def test_a_right_list_becomes_files(
    sun: Client, helpline: Helpline, written: Callable[[Sequence[Sequence[str]]], bytes]
) -> None:
    content = written([row(1), row(2, head=1, 与户主关系="孙子", 救助项目="", 起始日期=""), row(3)])
    address = _tried(sun, helpline, content)
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
    address = _tried(sun, helpline, as_csv([row(1), row(2, None, **cells)]))
    page = sun.get(address).text
    assert f"{next(iter(cells))}：" in page
    assert said in page
    assert "<td>3</td>" in page
    assert _start(sun, address).status_code == 422
    _work(helpline)
    assert _count(helpline) == 0


def test_the_same_number_twice_names_both_rows(sun: Client, helpline: Helpline) -> None:
    page = sun.get(_tried(sun, helpline, as_csv([row(1), row(2), row(1)]))).text
    assert page.count("两行是同一个号") == 2


def test_a_formula_in_a_workbook_is_seen_and_never_carried_out(
    sun: Client, helpline: Helpline
) -> None:
    content = as_xlsx([row(1, 住址='=WEBSERVICE("http://x")')])
    assert "住址：以 =" in sun.get(_tried(sun, helpline, content)).text


def _damaged() -> bytes:
    """A workbook whose sheet breaks off in the middle."""
    whole, out = zipfile.ZipFile(io.BytesIO(as_xlsx([row(1)]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as cut:
        for one in whole.namelist():
            read = whole.read(one)
            cut.writestr(one, read[: len(read) // 2] if "sheet1" in one else read)
    return out.getvalue()


NO_LISTS = [b"\xff\xfe\x00", b"PK\x03\x04broken", b"a,b\n1,2\n", _damaged()]


@pytest.mark.parametrize("content", NO_LISTS)
def test_what_is_no_list_is_told_kindly_and_nothing_is_kept(
    sun: Client, helpline: Helpline, content: bytes
) -> None:
    address = _tried(sun, helpline, content)
    assert "读不了这个文件" in sun.get(address).text
    assert _start(sun, address).status_code == 422
    assert (_count(helpline), _rows(helpline, ListFile), _rows(helpline, ListRow)) == (0, 0, 0)


def test_an_empty_file_is_refused_at_once(sun: Client) -> None:
    answer = _give(sun, b"")
    assert (answer.status_code, "没有导入" in answer.text) == (422, True)


@pytest.mark.parametrize("lacking", ["source", "basis"])
def test_a_list_needs_its_source_and_its_ground(sun: Client, lacking: str) -> None:
    assert _give(sun, as_csv([row(1)]), **{lacking: " "}).status_code == 422


def test_the_same_file_again_is_the_same_list_and_takes_in_nobody_twice(
    sun: Client, helpline: Helpline
) -> None:
    first, again = (_tried(sun, helpline, as_csv([row(1)])) for _ in range(2))
    assert first == again
    _start(sun, first)
    _work(helpline)
    assert _start(sun, _tried(sun, helpline, as_csv([row(1)]))).status_code == 422
    assert _count(helpline) == 1


def _known(helpline: Helpline) -> Household:
    """A file that holds the first of every list."""
    with helpline.store.write() as session:
        known = factories.a_household(session, now=web.now())
        person = Person(name="张1", id_number=number(1))
        people.write(session, known, PartKind.MEMBER, person, by=known.created_by, now=web.now())
        return known


def test_who_has_a_file_gets_no_second_one(sun: Client, helpline: Helpline) -> None:
    known = _known(helpline)
    _start(sun, _tried(sun, helpline, as_csv([row(1), row(2, head=1)])))
    _work(helpline)
    assert _count(helpline) == 1
    with helpline.store.read() as session:
        file = households.find(session, known.id)
        assert len(people.of_household(session, file)) == 2


def test_half_a_list_is_nobodys_to_see_and_goes_on_where_it_stopped(
    sun: Client, helpline: Helpline
) -> None:
    address = _tried(sun, helpline, as_csv([row(n) for n in range(1, 8)]))
    _start(sun, address)
    with helpline.store.write() as session:
        list_filing.work(session, now=web.now(), limit=3)
    with pytest.raises(ZeroDivisionError), helpline.store.write() as session:
        list_filing.work(session, now=web.now(), limit=3)
        raise ZeroDivisionError
    assert "3 / 7 行" in sun.get(address).text
    assert _count(helpline) == 0
    assert "张1" not in sun.get("/console/households").text
    _work(helpline)
    assert _count(helpline) == 7
    assert "张1" in sun.get("/console/households").text


def test_what_a_list_adds_to_a_known_file_waits_for_the_whole_list_too(
    sun: Client, helpline: Helpline
) -> None:
    known = _known(helpline)
    _start(sun, _tried(sun, helpline, as_csv([row(1), row(2, head=1), row(3)])))
    with helpline.store.write() as session:
        list_filing.work(session, now=web.now(), limit=1)
    with helpline.store.read() as session:
        assert len(people.of_household(session, known)) == 1
        assert assistance.assisted(session, on=date(2026, 11, 22)) == []
    _work(helpline)
    with helpline.store.read() as session:
        assert len(people.of_household(session, known)) == 2
        assert len(assistance.assisted(session, on=date(2026, 11, 22))) == 2


def test_the_page_tells_how_far_reading_has_come(sun: Client, helpline: Helpline) -> None:
    address = _give(sun, as_csv([row(1)])).headers["location"]
    page = sun.get(address).text
    assert "已读 0 行" in page
    assert 'hx-trigger="every 3s"' in page
    listing.read_next(helpline.store, helpline.library(), now=web.now)
    assert "hx-trigger" not in sun.get(address).text


def test_of_a_wrong_list_only_the_wrong_rows_are_kept(sun: Client, helpline: Helpline) -> None:
    _tried(sun, helpline, as_csv([row(1), row(2, 姓名=""), row(3), row(3)]))
    with helpline.store.read() as session:
        kept = session.exec(select(ListRow).order_by(col(ListRow.line))).all()
    assert [(one.line, one.sealed_row) for one in kept] == [(3, b""), (4, b""), (5, b"")]
    assert _rows(helpline, ListFile) == 0


def test_a_list_that_is_dropped_while_it_is_read_leaves_nothing(
    sun: Client, helpline: Helpline
) -> None:
    address = _give(sun, as_csv([row(1)])).headers["location"]
    with helpline.store.write() as session:
        reader = list_reading.claim(session, now=web.now())
    assert reader is not None
    sun.post(f"{address}/drop", data={"csrf": web.csrf_of(sun.get(address))})
    with helpline.store.write() as session:
        assert not list_reading.keep(session, reader, [], now=web.now())
        list_reading.close(session, reader)
    assert (_rows(helpline, ListRow), _rows(helpline, ListFile)) == (0, 0)
    assert "已删掉" in sun.get(address).text


def test_a_reader_that_lost_its_lease_keeps_nothing_more(sun: Client, helpline: Helpline) -> None:
    _give(sun, as_csv([row(1)]))
    with helpline.store.write() as session:
        slow = list_reading.claim(session, now=web.now())
        fence = list_reading.LEASE + timedelta(seconds=1)
    with helpline.store.write() as session:
        assert slow is not None
        stale = ListImport(**slow.model_dump())
        assert list_reading.claim(session, now=web.now()) is None
        assert list_reading.claim(session, now=web.now() + fence) is not None
        assert not list_reading.keep(session, stale, [], now=web.now())


def test_a_list_that_is_never_read_to_its_end_is_given_up(sun: Client, helpline: Helpline) -> None:
    address = _give(sun, as_csv([row(1)])).headers["location"]
    for tried in range(list_reading.MOST_TRIES + 1):
        with helpline.store.write() as session:
            list_reading.claim(session, now=web.now() + tried * 2 * list_reading.LEASE)
    assert "读了几次都中断" in sun.get(address).text


def test_what_was_taken_in_lies_in_the_list_no_more(sun: Client, helpline: Helpline) -> None:
    _start(sun, _tried(sun, helpline, as_csv([row(1)])))
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
    _start(sun, _tried(sun, helpline, as_csv([row(1)])))
    _work(helpline)
    with helpline.store.read() as session:
        (file,) = people.files_of(session, number(1))
    page = sun.get(f"/console/households/{file.id}/copy").text
    for words in ("张1", "低保", "区民政局台账", "洪山镇"):
        assert words in page
    with helpline.store.read() as session:
        assert "copied household" in {one.action for one in audit.rows(session)}
