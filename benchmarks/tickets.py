"""How fast the lists, the search and the page of a ticket are with a hundred thousand of them.

Run as `python -m benchmarks.tickets [--open 10000] [--closed 10000 90000] [--postgres]`. The same
pages are asked for beside few and beside many closed tickets: they must not grow with these.
"""

import argparse
import gc
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from api.app import create_app
from benchmarks import measuring
from benchmarks.measuring import Timing
from bot import helpline as building
from cases import keys
from cases.database import Session, Store
from cases.keys import DataKey
from cases.operators import Role
from cases.sealed import Place, Ring, WrappedKey
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import catchwords
from cases.tickets.catchwords import Catchword
from cases.tickets.history import NoteKind, TicketNote
from cases.tickets.tickets import Ticket
from config.settings import Settings
from knowledge.names import Matter, Region
from tests import servers
from tests.api import web
from tests.places import MODEL

UNITS = ("区民政局", "区教体局", "区医保分局", "区住建局", "区人社局")
SAID = (
    "低保申请三个月没有答复",
    "残疾人补贴停发了",
    "村里不给报低保",
    "医院的钱报不了",
    "孩子学费交不上",
    "房子漏雨没人管",
    "临时救助一直没有批",
)
WHERE = ("洪山镇", "昆仑镇", "般阳路街道", "双杨镇", "寨里镇", "龙泉镇", "岭子镇")
BATCH = 2000
ROUNDS = 40


@dataclass(frozen=True)
class Look:
    """One page that is asked for, by whom."""

    name: str
    who: str
    path: str


LOOKS = (
    Look("caseworker, mine", "wang", "/console/tickets?list=mine"),
    Look("caseworker, unit's", "wang", "/console/tickets?list=open"),
    Look("supervisor, late", "sun", "/console/tickets?list=late"),
    Look("supervisor, ended", "sun", "/console/tickets?list=ended"),
    Look("filter by matter", "sun", "/console/tickets?list=open&matter=medical"),
    Look("search, rare words", "sun", "/console/tickets?q=暗号九九七"),
    Look("search, common words", "sun", "/console/tickets?q=低保"),
    Look("search, caseworker", "wang", "/console/tickets?q=漏雨 昆仑"),
    Look("overview", "sun", "/console/tickets/overview"),
    Look("ticket page", "sun", "/console/tickets/{number}"),
)


class _Marks:
    """The marks of texts: pairs come again and again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, set[int]] = {}

    def of(self, text: str) -> set[int]:
        if text not in self._known:
            self._known[text] = catchwords.marks_of(self._session, text)
        return self._known[text]


def fill(store: Store, *, first: int, count: int, ended: bool) -> str:
    """So many tickets as they would stand there; returns the number of the last one."""
    dice = random.Random(first)  # noqa: S311
    now = datetime.now(UTC)
    number = ""
    for start in range(first, first + count, BATCH):
        with store.write() as session:
            marks = _Marks(session)
            made = [
                _rows(session, marks, dice, at, now=now, ended=ended)
                for at in range(start, min(start + BATCH, first + count))
            ]
            number = str(made[-1][1]["number"])
            connection = session.connection()
            connection.execute(insert(DataKey), [row[0] for row in made])
            connection.execute(insert(Ticket), [row[1] for row in made])
            connection.execute(insert(TicketNote), [row[2] for row in made])
            connection.execute(insert(Catchword), [one for row in made for one in row[3]])
    return number


Row = dict[str, object]


def _rows(  # noqa: PLR0913
    session: Session,
    marks: _Marks,
    dice: random.Random,
    at: int,
    *,
    now: datetime,
    ended: bool,
) -> tuple[Row, Row, Row, list[Row]]:
    row, key_id, note = keys.new_id(), keys.new_id(), keys.new_id()
    said, where = dice.choice(SAID), dice.choice(WHERE)
    rare = "暗号九九七" if at % 9_973 == 0 else ""
    text = f"{where}{said}，{rare}{at}"
    wrapped = session.vault.new_key(Ring.RESIDENT, key_id)
    opened = now - timedelta(minutes=dice.randrange(500_000 if ended else 20_000))
    key = {"id": key_id, "ring": Ring.RESIDENT, "wrapped": wrapped, "created_at": opened}
    place = Place("ticket_notes", "text", note)
    told = session.vault.seal(WrappedKey(Ring.RESIDENT, key_id, wrapped), place, text)
    ticket = _ticket(dice, row, key_id, at, opened=opened, now=now, ended=ended)
    story = {
        "id": note,
        "ticket_id": row,
        "seq": 1,
        "kind": NoteKind.NARRATIVE,
        "actor": "resident",
        "sealed_text": told,
        "at": opened,
    }
    found = marks.of(f"{where}{said}") | marks.of(rare)
    return key, ticket, story, [{"mark": mark, "ticket_id": row} for mark in found]


def _ticket(  # noqa: PLR0913
    dice: random.Random,
    row: str,
    key_id: str,
    at: int,
    *,
    opened: datetime,
    now: datetime,
    ended: bool,
) -> Row:
    with_unit = dice.random() < 0.7  # noqa: PLR2004
    working = State.IN_HAND if with_unit else State.RECEIVED
    actor = NextActor.UNIT if with_unit else NextActor.HOTLINE
    due = now + timedelta(hours=dice.randrange(-200, 400))
    return {
        "id": row,
        "number": f"ZC-{at // 1_000_000 + 200_101:06}-{at % 1_000_000:06}",
        "key_id": key_id,
        "category": "complaint",
        "priority": "P1" if dice.random() < 0.05 else "P2",  # noqa: PLR2004
        "hazard": "none",
        "matter": dice.choice(list(Matter)),
        "region": "zichuan",
        "state": State.CLOSED if ended else working,
        "ended": ended,
        "version": 3,
        "lead_unit": dice.choice(UNITS),
        "joint_units": [],
        "not_to": [],
        "sealed": False,
        "personal": False,
        "anonymous": False,
        "by_helper": False,
        "escalated": False,
        "next_actor": NextActor.NOBODY if ended else actor,
        "next_due": None if ended else due,
        "respond_by": due,
        "provisional": False,
        "opened_at": opened,
        "closed_at": opened + timedelta(days=5) if ended else None,
    }


def ask(address: str, number: str) -> dict[str, Timing]:
    """Every look so often, one after the other, as staff who have signed in."""
    clients = {name: _signed_in(address, name) for name in ("sun", "wang")}
    taken: dict[str, Timing] = {}
    for look in LOOKS:
        client, path = clients[look.who], look.path.format(number=number)
        times = []
        for _ in range(ROUNDS):
            answer = client.get(path)
            answer.raise_for_status()
            times.append(answer.elapsed.total_seconds())
        taken[look.name] = Timing(tuple(times), sum(times))
    for client in clients.values():
        client.close()
    return taken


def _signed_in(address: str, name: str) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=120)
    csrf = web.csrf_of(client.get("/console/sign-in"))
    form = {"name": name, "password": web.PASSWORD, "csrf": csrf}
    client.post("/console/sign-in", data=form)
    return client


@contextmanager
def _database(*, postgres: bool) -> Iterator[str | None]:
    with ExitStack() as stack:
        if not postgres:
            yield None
            return
        server = stack.enter_context(servers.postgres())
        yield server.address_of(server.new_database())


def run(
    data: Path, opened: int, closed: Sequence[int], *, postgres: bool
) -> list[tuple[int, dict[str, Timing]]]:
    """Ask beside each number of closed tickets."""
    found: list[tuple[int, dict[str, Timing]]] = []
    there = 0
    shutil.copytree(MODEL, data / "model")
    with _database(postgres=postgres) as address:
        secret = None if address is None else SecretStr(address)
        helpline = building.build(Settings(data=data, database_url=secret))
        # As `helpline serve` does: knowledge is not looked through for garbage while pages wait.
        helpline.library()
        gc.freeze()
        where = Region.ZICHUAN
        web.an_account(helpline, "sun", Role.SUPERVISOR, region=where)
        web.an_account(helpline, "wang", Role.CASEWORKER, region=where, unit=UNITS[0])
        number = fill(helpline.store, first=10_000_000, count=opened, ended=False)
        for count in closed:
            fill(helpline.store, first=there, count=count - there, ended=True)
            there = count
            _settle(helpline.store)
            with web.serving(create_app(helpline)) as server:
                found.append((count, ask(str(server.base_url), number)))
        helpline.store.close()
    return found


def _settle(store: Store) -> None:
    """What a database that runs for long has done by itself: it knows how its rows are spread."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def main() -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--closed", type=int, nargs="+", default=[10_000, 90_000])
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), chosen.open, chosen.closed, postgres=chosen.postgres)
    kind = "PostgreSQL" if chosen.postgres else "SQLite"
    table = Table(title=f"{kind}, {chosen.open} open tickets, p95 ms; {measuring.machine()}")
    table.add_column("page")
    for count, _ in found:
        table.add_column(f"beside {count} closed", justify="right")
    for look in LOOKS:
        times = [f"{taken[look.name].percentile(0.95):.0f}" for _, taken in found]
        table.add_row(look.name, *times)
    Console().print(table)


if __name__ == "__main__":
    main()
