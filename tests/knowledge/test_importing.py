"""Word, PDF, web and text files become drafts with their articles, parts and days."""

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from knowledge import extracting, importing
from knowledge.names import Region
from knowledge.unreadable import ImportingError, Trouble

RULES = """某某区临时救助办法
某民发〔2025〕3号
第一章 总则
第一条 为了帮助遇到急难的家庭，制定本办法。
第二条 急难发生地的镇受理申请。
可以先救助后补材料。
第三条 本办法自2025年7月1日起施行，有效期至2030年6月30日。
2025年6月12日"""
PLAN = """某某区实施方案
一、总体目标
到2027年全覆盖。
二、重点任务
（一）搭建平台。由区民政局牵头。
1.设立服务站。
（二）加强队伍。"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_articles_numbers_and_days_are_found(tmp_path: Path) -> None:
    found = importing.draft(written(tmp_path, "a.txt", RULES), region=Region.DONGTOU)
    assert [clause.number for clause in found.clauses] == ["第一条", "第二条", "第三条"]
    assert found.clauses[1].text.endswith("可以先救助后补材料。")
    assert (found.title, found.number) == ("某某区临时救助办法", "某民发〔2025〕3号")
    assert (found.issued, found.valid_from) == (date(2025, 6, 12), date(2025, 7, 1))
    assert found.valid_until == date(2030, 6, 30)


def test_nested_parts_carry_the_number_residents_can_find(tmp_path: Path) -> None:
    found = importing.draft(written(tmp_path, "a.txt", PLAN), region=Region.DONGTOU)
    numbers = [clause.number for clause in found.clauses]
    assert numbers == ["一", "二", "二(一)", "二(一)1", "二(二)"]
    assert found.clauses[2].heading == "搭建平台"


def test_a_word_document_is_read_with_its_tables(tmp_path: Path) -> None:
    document = docx.Document()
    for line in RULES.splitlines():
        document.add_paragraph(line)
    document.add_table(1, 2).rows[0].cells[0].text = "标准"
    document.save(str(tmp_path / "a.docx"))
    found = importing.draft(tmp_path / "a.docx", region=Region.DONGTOU)
    assert len(found.clauses) == 3
    assert "标准" in importing.read(tmp_path / "a.docx")


def test_a_web_page_is_read_without_its_scripts(tmp_path: Path) -> None:
    lines = "".join(f"<p>{line}</p>" for line in RULES.splitlines())
    page = f"<html><body><script>alert('x')</script><article>{lines}</article></body></html>"
    text = importing.read(written(tmp_path, "a.html", page))
    assert "第二条" in text
    assert "alert" not in text


def test_text_in_the_older_chinese_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(RULES.encode("gb18030"))
    assert len(importing.draft(path, region=Region.DONGTOU).clauses) == 3


def test_a_scanned_pdf_is_said_to_have_no_text(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    for _ in range(200):
        writer.add_blank_page(width=200, height=200)
    buffer = BytesIO()
    writer.write(buffer)
    path = tmp_path / "scan.pdf"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ImportingError, match=r"scan\.pdf: has no text on 200 of its 200 pages"):
        importing.draft(path, region=Region.DONGTOU)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"not a pdf", "not a whole PDF"),
        ("a.docx", b"not a zip", "not a Word document"),
        ("a.xls", b"x", "not docx, pdf, html or txt"),
        ("a.txt", b"\xff\xfe\xff\xff", "neither UTF-8 nor GB18030"),
        ("a.txt", b"  \n ", "has no text"),
        ("a.html", b"<html><script>1</script></html>", "holds no article text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_mend(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportingError, match=f"{name}: .*{message}"):
        importing.draft(tmp_path / name, region=Region.DONGTOU)


def test_a_file_that_takes_too_much_work_is_left_and_told(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(_slow_pdf(pages=400))
    with pytest.raises(ImportingError, match=r"slow\.pdf: cannot be read to its end") as refused:
        extracting.text_of("pdf_text", path, seconds=2)
    assert refused.value.trouble is Trouble.UNFINISHED


def _slow_pdf(pages: int) -> bytes:
    """Every page has a font whose map names all the characters there are."""
    rows = b"".join(b"<%04X> <%04X>\n" % (at, at) for at in range(1 << 16))
    map_ = StreamObject()
    map_.set_data(b"begincmap\n65536 beginbfchar\n" + rows + b"endbfchar\nendcmap")
    words = StreamObject()
    words.set_data(b"BT /F 12 Tf <7B2C> Tj ET")
    writer = pypdf.PdfWriter()
    names = {"/Type": "/Font", "/Subtype": "/Type0", "/BaseFont": "/F", "/Encoding": "/Identity-H"}
    font = DictionaryObject({NameObject(k): NameObject(v) for k, v in names.items()})
    font[NameObject("/ToUnicode")] = writer._add_object(map_)  # noqa: SLF001 - no other way
    fonts = DictionaryObject({NameObject("/F"): font})
    for _ in range(pages):
        page = writer.add_blank_page(width=200, height=200)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = words
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportingError, match="check the name"):
        importing.draft(tmp_path / "absent.txt", region=Region.DONGTOU)


def test_the_draft_is_json_with_the_status_of_a_draft(tmp_path: Path) -> None:
    found = importing.draft(written(tmp_path, "a.txt", RULES), region=Region.DONGTOU).to_json()
    assert found["status"] == "draft"
    assert found["issued"] == "2025-06-12"


def test_a_title_over_two_lines_is_named_after_what_it_issues(tmp_path: Path) -> None:
    text = "某民发〔2025〕8号\n关于印发某区送餐上门\n试点方案的通知\n各镇：\n一、目标\n送到家。"
    found = importing.draft(written(tmp_path, "a.txt", text), region=Region.FENGZE)
    assert (found.title, found.number) == ("某区送餐上门试点方案", "某民发〔2025〕8号")


def test_the_office_above_a_title_belongs_to_it(tmp_path: Path) -> None:
    text = "某县人民政府\n\n关于办好送餐的意见\n一、目标\n送到家。"
    found = importing.draft(written(tmp_path, "a.txt", text), region=Region.ZICHUAN)
    assert found.title == "某县人民政府关于办好送餐的意见"


def test_rows_of_a_table_of_targets_are_numbered_as_its_rows(tmp_path: Path) -> None:
    text = (
        "某区送餐方案(2023-2027年)\n一、目标\n送餐主要指标\n1.送餐点数\n2.份数\n二、任务\n1.选点。"
    )
    found = importing.draft(written(tmp_path, "a.txt", text), region=Region.DONGTOU)
    assert [clause.number for clause in found.clauses] == ["一", "表1", "表2", "二", "二1"]
    assert found.valid_until == date(2027, 12, 31)


def test_a_text_in_one_line_is_cut_and_the_site_around_it_left_out(tmp_path: Path) -> None:
    long = "某市“十四五”送餐規劃要點匯總總的想法。" + "話" * 2000
    text = f"溫馨提示\n- 別的方案\n{long}。一、選點鋪開。二、（一）分份。\n- 又一個方案\n評論"
    found = importing.draft(written(tmp_path, "a.txt", text), region=Region.LONGYAN)
    assert [clause.number for clause in found.clauses] == ["一", "二"]
    assert found.title == "某市“十四五”送餐規劃要點匯總"
    assert (found.valid_until, "評論" in found.clauses[-1].text) == (date(2025, 12, 31), False)


@pytest.mark.parametrize("foot", ["5", "— 5 —", "- 5 -", "第5页", "第 5 页 共 200 页", "5 / 200"])
def test_the_foot_of_a_page_does_not_break_its_sentence(foot: str) -> None:
    page = f"第一条 镇里受理\n{foot}\n申请。"
    assert importing.rejoined(page) == "第一条 镇里受理申请。"


@pytest.mark.parametrize("kept", ["0577-63381234", "2025年8月1日", "3.5", "12%"])
def test_what_only_looks_like_a_foot_is_kept(kept: str) -> None:
    assert kept in importing.rejoined(f"第一条 见\n{kept}")


def test_title_and_number_of_a_page_stay_lines_of_their_own() -> None:
    head = ["某区社会救助办法", "某政发〔2025〕12号", "各镇人民政府："]
    assert importing.rejoined("\n".join(head)).splitlines() == head
    assert importing.rejoined("关于印发某办法\n的通知") == "关于印发某办法的通知"
