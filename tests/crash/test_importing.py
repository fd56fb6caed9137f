"""A list whose reader or taker is killed is taken in once, whole, and unseen until then."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, func, select

from bot import listing
from cases.database import Store
from cases.households import assistance, list_imports, list_reading
from cases.households.file_parts import FilePart
from cases.households.households import Household
from cases.households.list_imports import Given, ImportState, ListRow
from knowledge.library import Library
from knowledge.names import Region
from tests import factories
from tests.api.test_bureau_lists import HEAD, row
from tests.forked import Part

ROWS = 8


def _now() -> datetime:
    return datetime.now(UTC)


def _later() -> datetime:
    return _now() + list_reading.LEASE + timedelta(minutes=1)


def _given(store: Store) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *(row(serial) for serial in range(1, ROWS + 1))])
    with store.write() as session:
        by = factories.an_operator(session, now=_now()).id
        given = Given("a", text.getvalue().encode(), "台账", "救助法第43条", Region.ZICHUAN)
        return list_imports.begin(session, given, by=by, now=_now()).id


def _dies(store: Store, data: Path, what: str) -> None:
    address = store.engine.url.render_as_string(hide_password=False)
    with Part("tests.crash.importing", str(data), address, what) as process:
        assert process.says.readline() == "half\n"


def _state(store: Store, list_id: str) -> tuple[str, int]:
    with store.read() as session:
        listed = list_imports.find(session, list_id)
        return listed.state, listed.rows


def _seen(store: Store) -> tuple[int, int, int]:
    with store.read() as session:
        files = session.exec(select(func.count()).select_from(Household)).one()
        parts = session.exec(select(func.count()).select_from(FilePart)).one()
        return files, parts, len(assistance.assisted(session, on=_now().date()))


def test_a_killed_reader_leaves_a_list_that_is_read_on_by_another(
    shared: Store, tmp_path: Path, library: Library
) -> None:
    list_id = _given(shared)
    _dies(shared, tmp_path, "read")
    assert _state(shared, list_id) == (ImportState.READING, 3)
    assert not listing.read_next(shared, library, now=_now), "the dead one still holds the lease"
    assert listing.read_next(shared, library, now=_later)
    assert _state(shared, list_id) == (ImportState.READY, ROWS)
    with shared.read() as session:
        lines = session.exec(select(ListRow.line).order_by(col(ListRow.line))).all()
    assert lines == list(range(2, ROWS + 2))


def test_killed_in_the_middle_nobody_sees_a_half_and_all_of_it_comes_once(
    shared: Store, tmp_path: Path, library: Library
) -> None:
    list_id = _given(shared)
    listing.read_next(shared, library, now=_now)
    with shared.write() as session:
        list_imports.start(session, list_imports.find(session, list_id))
    _dies(shared, tmp_path, "take")
    assert _state(shared, list_id)[0] == ImportState.WORKING
    assert _seen(shared) == (0, 0, 0)
    while listing.take_in(shared, now=_now()):
        pass
    assert _seen(shared) == (ROWS, 2 * ROWS, ROWS)
