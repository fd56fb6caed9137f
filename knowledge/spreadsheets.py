"""The rows of a CSV or XLSX file as text: nothing in them is ever reckoned or carried out."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 10 * 1024 * 1024
# A ZIP that unfolds to more is no list of households.
MOST_UNFOLDED = 400 * 1024 * 1024
MOST_ROWS = 100_001
MOST_COLUMNS = 60
ZIP = b"PK\x03\x04"
Row = tuple[int, list[str]]


class SheetError(Exception):
    """A file that is no list; the message says what to do."""


def rows(content: bytes) -> Iterator[Row]:
    """Each row with its line, the heading first. Raises SheetError."""
    if len(content) > MOST_BYTES:
        raise SheetError("The file is larger than 10 MB; give it in parts.")
    found = _of_xlsx(content) if content.startswith(ZIP) else _of_csv(content)
    for line, cells in found:
        if line > MOST_ROWS:
            raise SheetError("The list has more than 100,000 rows; give it in parts.")
        if any(cell.strip() for cell in cells):
            yield line, cells[:MOST_COLUMNS]


def _of_csv(content: bytes) -> Iterator[Row]:
    text = _text(content)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
    except csv.Error as error:
        raise SheetError("The file is no CSV; save it again as CSV or XLSX.") from error


def _text(content: bytes) -> str:
    # Spreadsheet programs on Chinese systems write GBK, others UTF-8 with or without a mark.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("The file is neither UTF-8 nor GBK text; save it again as CSV or XLSX.")


def _of_xlsx(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNFOLDED:
                raise SheetError("The file unfolds to far more than a list; give it as CSV.")
        # Formulas stay text, so that they are seen and refused.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise SheetError("The file is no XLSX; save it again as CSV or XLSX.") from error
    try:
        for sheet in book.worksheets[:1]:
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield line, [_plain(cell) for cell in cells]
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError) as error:
        raise SheetError("The file is a damaged XLSX; save it again.") from error
    finally:
        book.close()


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
