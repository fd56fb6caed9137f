"""How long a bureau's list takes from the file to whole households that can be seen.

Run as `python -m benchmarks.importing [--rows 2000] [--workbook] [--postgres]`; exit 1 when any row
is missing at the end, or anything was seen before it.
"""

import argparse
import csv
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from sqlmodel import func, select

from benchmarks import measuring
from bot import listing
from cases import database, sealed
from cases.database import Store
from cases.households import list_filing, list_imports
from cases.households.households import Household
from cases.households.list_imports import Given
from cases.tables import METADATA
from knowledge.library import Library
from knowledge.names import Region
from tests import factories, servers

HEAD = ("姓名", "身份证号", "户主身份证号", "与户主关系", "住址", "救助项目", "起始日期")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
DAYS, YEARS, TOWNS = 28, 80, 40
A_HOUSEHOLD = 3
REGION = Region.ZICHUAN


def number(serial: int) -> str:
    """A valid identity number of nobody, another one for each serial."""
    rest, day = divmod(serial, DAYS)
    rest, year = divmod(rest, YEARS)
    order, town = divmod(rest, TOWNS)
    body = f"1101{town:02d}{1930 + year}01{day + 1:02d}{order:03d}"
    return body + CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Households of three; the head of each receives help."""
    yield HEAD
    for serial in range(count):
        head = serial - serial % A_HOUSEHOLD
        helped = ("低保", "2026-01-05") if head == serial else ("", "")
        relation = "" if head == serial else "家人"
        told = (f"张{serial}", number(serial), number(head), relation, f"洪山镇{head}号")
        yield (*told, *helped)


def written(count: int, *, workbook: bool) -> bytes:
    """The list as a file."""
    if not workbook:
        text = io.StringIO()
        csv.writer(text).writerows(rows(count))
        return text.getvalue().encode()
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    for line, cells in enumerate(rows(count)):
        sheet.write_row(line, 0, cells)
    book.close()
    return out.getvalue()


def give(store: Store, content: bytes) -> str:
    """Give the list; its id."""
    now = datetime.now(UTC)
    with store.write() as session:
        by = factories.an_operator(session, now=now).id
        given = Given("list", content, "台账", "救助法第43条", REGION)
        return list_imports.begin(session, given, by=by, now=now).id


def seen(store: Store) -> int:
    """How many files anybody can see."""
    with store.read() as session:
        return session.exec(select(func.count()).select_from(Household)).one()


def take_in(store: Store, list_id: str) -> int:
    """Release it and take it in without a rest; how many files were seen before the end."""
    with store.write() as session:
        list_imports.start(session, list_imports.find(session, list_id))
    early = 0
    done = 1
    while done:
        with store.write() as session:
            done = list_filing.work(session, now=datetime.now(UTC))
        early = max(early, seen(store) if done else 0)
    return early


@contextmanager
def fresh(folder: Path, *, postgres: bool) -> Iterator[Store]:
    """An empty helpline."""
    assert METADATA.tables, "every table is known"  # noqa: S101
    vault = sealed.open_or_create(folder)
    if not postgres:
        store = Store(f"sqlite:///{folder}/helpline.db", vault)
        database.upgrade(store)
        yield store
        store.close()
        return
    with servers.postgres() as server:
        store = Store(server.address_of(server.new_database()), vault)
        database.upgrade(store)
        yield store
        store.close()


def run(count: int, *, workbook: bool, postgres: bool) -> tuple[list[list[str]], bool]:
    """Read, take in, and look."""
    content = written(count, workbook=workbook)
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder), postgres=postgres) as store:
        list_id, library = give(store, content), Library.load()
        began = time.monotonic()
        listing.read_next(store, library, now=lambda: datetime.now(UTC))
        read = time.monotonic()
        early = take_in(store, list_id)
        ended = time.monotonic()
        files = seen(store)
    table = [
        ["rows", str(count)],
        ["megabytes", f"{len(content) / 1024**2:.1f}"],
        ["read and tried, seconds", f"{read - began:.1f}"],
        ["taken in, seconds", f"{ended - read:.1f}"],
        ["rows a second, taken in", f"{count / (ended - read):.0f}"],
        ["files", str(files)],
        ["files seen before all was in", str(early)],
    ]
    return table, early == 0 and files == -(-count // A_HOUSEHOLD)


def main() -> int:
    """Run, show, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--workbook", action="store_true", help="an XLSX instead of a CSV")
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    print(measuring.machine())
    table, right = run(asked.rows, workbook=asked.workbook, postgres=asked.postgres)
    measuring.show("A bureau's list", ("what", "count"), table)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
