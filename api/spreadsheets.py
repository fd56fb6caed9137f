"""How a table leaves the house as a file: no cell can become a formula in somebody's program."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import xlsxwriter
from starlette.responses import Response

Cell: TypeAlias = str | int | float | datetime | None
# A cell that begins with one of these is run by spreadsheet programs.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# So that programs that guess take the text for what it is.
BYTE_ORDER_MARK = "\ufeff"
WIDTH = 18


class Kind(StrEnum):
    """The files that a table can be."""

    CSV = "csv"
    XLSX = "xlsx"


def response(
    kind: Kind, name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Response:
    """The file as a download."""
    made = as_csv(head, rows) if kind is Kind.CSV else as_xlsx(head, rows)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(made, media_type=TYPES[kind], headers=headers)


def as_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Comma-separated, every text quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([[plain(cell) for cell in row] for row in (head, *rows)])
    return f"{BYTE_ORDER_MARK}{out.getvalue()}".encode()


def as_xlsx(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet; a text is a text, whatever it looks like."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.set_column(0, max(len(head) - 1, 0), WIDTH)
    for at, row in enumerate((head, *rows)):
        for place, cell in enumerate(row):
            value = plain(cell)
            if isinstance(value, str):
                sheet.write_string(at, place, value, None if at else bold)
            else:
                sheet.write_number(at, place, value)
    book.close()
    return out.getvalue()


def plain(cell: Cell) -> str | int | float:
    """A cell as it is written; what would start a formula stands behind an apostrophe."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case str():
            return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell
        case _:
            return cell
