"""How a document file becomes a draft with clauses and dates for an editor to finish."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge import extracting
from knowledge.names import Region
from knowledge.tokens import plain
from knowledge.unreadable import ImportingError, Trouble

LARGEST = 40_000_000
LONGEST_HEADING = 30
LONGEST_TITLE = 80
LINES_BEFORE_TITLE = 30
SENTENCE_END = re.compile(r"[。；;：:]")
NUMERAL = "〇零一二三四五六七八九十百千"
ARTICLE = re.compile(rf"^\s*(第[{NUMERAL}\d]+条)[\s　]*")
CHAPTER = re.compile(rf"^\s*(第[{NUMERAL}\d]+[章节编])[\s　]*")
SECTION = re.compile(rf"^\s*([{NUMERAL}]+)[、．.]\s*")
PART = re.compile(rf"^\s*([（(][{NUMERAL}]+[)）])\s*")
POINT = re.compile(r"^\s*(\d{1,2})[.．、]\s*(?!\d)")
DAY = re.compile(r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?")
ISSUED = re.compile(
    r"(?:发布|印发|公布|成文|发文)(?:日期|时间)?[:：\s]*(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})"
)
PRINTED = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:印发|发布|公布)")
TITLE = re.compile(
    r"(?:方案|意见|办法|条例|通知|规划|纲要|汇总|规定|细则|决定|公告|指引|[^方]法)(?:[(（].*[)）])?$"
)
# A title that runs straight into the text behind it, as some sites print it.
TITLE_BEFORE = re.compile(r"^.{4,60}?(?:方案|意见|办法|条例|规划(?:要点)?(?:汇总)?|纲要|规定|细则)")
OFFICE = re.compile(r"(?:政府|委员会|办公厅|办公室|厅|局|部)$")
ISSUING = re.compile(r"^关于印发《?(.+?)》?的通知$")
SPAN = re.compile(r"[(（](\d{4})\s*[-—–~至]\s*(\d{4})年?[)）]")
FIVE_YEARS = {"十三五": 2020, "十四五": 2025, "十五五": 2030}
# Where the parts of a text that was printed as one line begin.
INSIDE = re.compile(rf"(?<=[。；？?!])(?=[{NUMERAL}]{{1,3}}、|[（(][{NUMERAL}]{{1,3}}[)）])")
ONE_LINE = 2000
TABLE = re.compile(r"^.{0,24}(?:指标|任务)(?:体系|表|一览)?$")
IN_FORCE = re.compile(r"自?(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施|执行)")
UNTIL = re.compile(r"有效期至(\d{4})年(\d{1,2})月(\d{1,2})日")
# The foot of a page: 5, — 5 —, 第 5 页, 第5页 共200页, 5/200.
FOOT = re.compile(r"[-—–－·\s]*第?\s*\d{1,4}\s*页?(?:[\s/／,，]*共?\s*\d{1,4}\s*页?)?[-—–－·\s]*")
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,8}[〔\[【(（]\d{4}[〕\]】)）]\d{1,4}号")


@dataclass(frozen=True, slots=True)
class DraftClause:
    """One numbered part in the document's own words, with the line it begins on."""

    number: str
    heading: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found in a file. `None` means the text does not say it."""

    file: str
    title: str
    number: str | None
    region: Region
    issued: date | None
    valid_from: date | None
    valid_until: date | None
    clauses: tuple[DraftClause, ...]

    def to_json(self) -> dict[str, object]:
        """The draft document with its clauses."""
        return {
            "file": self.file,
            "title": self.title,
            "number": self.number,
            "region": str(self.region),
            "issued": _iso(self.issued),
            "valid_from": _iso(self.valid_from),
            "valid_until": _iso(self.valid_until),
            "status": "draft",
            "clauses": [
                {"number": c.number, "heading": c.heading, "says": c.text, "line": c.line}
                for c in self.clauses
            ],
        }


def draft(path: Path, *, region: Region) -> Draft:
    """Read docx, pdf, html or txt; ImportingError says which file, what is wrong, what to do."""
    lines = _in_parts([line.strip() for line in read(path).splitlines()])
    if not any(lines):
        raise ImportingError(
            f"{path}: has no text; give a file that holds the words", Trouble.NO_TEXT
        )
    text, title = "\n".join(lines), _title(lines, path)
    return Draft(
        file=path.name,
        title=title,
        number=match.group() if (match := NUMBER.search(text)) else None,
        region=region,
        issued=_day(ISSUED, text) or _last_day(lines) or _day(PRINTED, text),
        valid_from=_day(IN_FORCE, text),
        valid_until=_day(UNTIL, text) or _last_of_span(title),
        clauses=tuple(clauses(lines)),
    )


def read(path: Path) -> str:
    """The plain text of a file, line by line."""
    readers = {".docx": "docx_text", ".pdf": "pdf_text", ".html": "html_text", ".htm": "html_text"}
    kind = path.suffix.lower()
    if kind not in {*readers, ".txt"}:
        raise ImportingError(
            f"{path}: is not docx, pdf, html or txt; save it as one of these", Trouble.WRONG_KIND
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportingError(
            f"{path}: cannot be read; check the name and the rights", Trouble.UNREADABLE
        ) from error
    if len(content) > LARGEST:
        raise ImportingError(f"{path}: is larger than 40 MB; split it", Trouble.TOO_LARGE)
    return _decoded(path, content) if kind == ".txt" else extracting.text_of(readers[kind], path)


def _decoded(path: Path, content: bytes) -> str:
    """A text file in one of the two usual encodings."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportingError(
        f"{path}: is neither UTF-8 nor GB18030; save it as UTF-8", Trouble.NO_ENCODING
    )


def rejoined(text: str) -> str:
    """Lines of a page put together again where the page broke a sentence."""
    whole: list[str] = []
    in_head = True
    for line in (raw.strip() for raw in text.splitlines()):
        if not line or line.isdigit() or FOOT.fullmatch(line):
            continue
        in_head = in_head and not _begins(line)
        apart = not whole or _begins(line) or whole[-1].endswith(("。", "：", "；", ":"))
        if apart or (in_head and _is_head(whole[-1], line)):
            whole.append(line)
        else:
            whole[-1] += line
    return "\n".join(whole)


def _is_head(before: str, line: str) -> bool:
    """Whether two lines above the text are apart: the number, or a title that is whole."""
    if NUMBER.fullmatch(before) or NUMBER.fullmatch(line):
        return True
    whole = len(before) <= LONGEST_TITLE and TITLE.search(plain(before)) is not None
    return whole and not line.startswith("的")


def _in_parts(lines: list[str]) -> list[str]:
    """A text printed as one long line, cut where its parts begin, without the site around it."""
    longest = max(lines, key=len, default="")
    if len(longest) < ONE_LINE or any(_begins(line) and SECTION.match(line) for line in lines):
        return lines
    title = TITLE_BEFORE.match(plain(longest))
    cut = title.end() if title else 0
    return [longest[:cut], *INSIDE.split(longest[cut:])]


def _begins(line: str) -> bool:
    return any(mark.match(line) for mark in (ARTICLE, CHAPTER, SECTION, PART, POINT))


def clauses(lines: Iterable[str]) -> Iterable[DraftClause]:
    """Articles (第…条) or numbered parts (一 (一) 1) with the text up to the next one."""
    listed = list(lines)
    by_article = any(ARTICLE.match(line) for line in listed)
    section = part = ""
    table = False
    opened: DraftClause | None = None
    for at, line in enumerate(listed, start=1):
        if not line or (by_article and CHAPTER.match(line)):
            continue
        table = (table or TABLE.match(line) is not None) and not _leaves_table(line)
        number, rest = (_article if by_article else _numbered)(line, section, part)
        if table and number is not None:
            number = f"表{number.removeprefix(section + part)}"
        if number is None:
            opened = _longer(opened, line)
            continue
        if opened is not None:
            yield opened
        if not table:
            section, part = _where(number, section, part)
        opened = DraftClause(number, _heading(rest), rest, at)
    if opened is not None:
        yield opened


def _leaves_table(line: str) -> bool:
    return SECTION.match(line) is not None or PART.match(line) is not None


def _article(line: str, _section: str, _part: str) -> tuple[str | None, str]:
    match = ARTICLE.match(line)
    return (match[1], line[match.end() :]) if match else (None, line)


def _numbered(line: str, section: str, part: str) -> tuple[str | None, str]:
    if match := SECTION.match(line):
        return match[1], line[match.end() :]
    if match := PART.match(line):
        return f"{section}({match[1].strip('（()）')})", line[match.end() :]
    if (match := POINT.match(line)) and section:
        return f"{section}{part}{match[1]}", line[match.end() :]
    return None, line


def _where(number: str, section: str, part: str) -> tuple[str, str]:
    if "(" not in number and not number[-1].isdigit():
        return number, ""
    if number.endswith(")"):
        return section, number[number.index("(") :]
    return section, part


def _longer(opened: DraftClause | None, line: str) -> DraftClause | None:
    if opened is None:
        return None
    text = f"{opened.text}\n{line}" if opened.text else line
    return DraftClause(opened.number, opened.heading or _heading(line), text, opened.line)


def _heading(text: str) -> str:
    return SENTENCE_END.split(text, maxsplit=1)[0].strip()[:LONGEST_HEADING]


def _title(lines: Iterable[str], path: Path) -> str:
    """The first line that ends as titles do, else the first short line, else the file's name.

    A title broken over two lines is put together; a notice is named after what it issues.
    """
    short = [
        line.strip("《》 \t　")
        for line in lines
        if line and len(line) <= LONGEST_TITLE and not _begins(line) and not DAY.search(line)
    ][:LINES_BEFORE_TITLE]
    at = next((at for at, line in enumerate(short) if TITLE.search(plain(line))), None)
    if at is None:
        return short[0] if short else path.stem
    before = short[at - 1] if at else ""
    title = f"{before}{short[at]}" if _belongs(before, short[at]) else short[at]
    issued = ISSUING.match(title)
    return issued[1] if issued else title


def _belongs(before: str, line: str) -> bool:
    """Whether a title began on the line before: its first half, or the office that issued it."""
    if line.startswith("关于"):
        return OFFICE.search(before) is not None
    return before.startswith("关于") and not SENTENCE_END.search(before)


def _last_of_span(title: str) -> date | None:
    """The end of the years that a plan names in its title: (2023-2027年), “十四五”."""
    span = SPAN.search(plain(title))
    if span:
        return date(int(span[2]), 12, 31)
    years = (year for name, year in FIVE_YEARS.items() if name in plain(title))
    return next((date(year, 12, 31) for year in years), None)


def _day(pattern: re.Pattern[str], text: str) -> date | None:
    match = pattern.search(plain(text))
    return _valid(match) if match else None


def _last_day(lines: Iterable[str]) -> date | None:
    """The last day that stands alone on a line, as documents are signed."""
    for line in reversed(list(lines)):
        match = DAY.fullmatch(line.replace(" ", ""))
        if match:
            return _valid(match)
    return None


def _valid(match: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
