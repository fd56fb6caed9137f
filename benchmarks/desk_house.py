"""The house in which the desk is measured: real processes over one database, staff and chats."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import breaking
from cases import operators
from cases.database import Session, Store
from cases.desk import queues
from cases.operators import Role
from cases.talk import conversations
from knowledge.names import Matter, Priority, Region
from tests import servers
from tests.serving import serving

AT_HOME = Region.ZICHUAN
WARMING_SECONDS = 60.0


@dataclass(frozen=True)
class Clerk:
    """An operator who has signed in."""

    id: str
    name: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that signs every request."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Chat:
    """A resident's conversation."""

    id: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that opens it."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class House:
    """The processes by their addresses, and the rows they share."""

    addresses: Sequence[str]
    store: Store
    database: str

    def address(self, number: int) -> str:
        """The process that this one talks to: they are dealt out evenly."""
        return self.addresses[number % len(self.addresses)]


@contextmanager
def opened(processes: int, *, postgres: bool) -> Iterator[House]:
    """So many processes of the helpline over a fresh database, until the block ends."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        address = None
        if postgres:
            server = running.enter_context(servers.postgres())
            address = server.address_of(server.new_database())
        served = [
            running.enter_context(serving(folder, database_url=address)) for _ in range(processes)
        ]
        for one in served:
            # It answers once the knowledge is read, which must not fall into what is measured.
            httpx.get(f"{one.address}/readyz", timeout=WARMING_SECONDS)
        store = breaking.open_rows(folder, address)
        running.callback(store.close)
        name = f"{'PostgreSQL' if postgres else 'SQLite'}, {processes} process(es)"
        yield House([one.address for one in served], store, name)


def staff(house: House, count: int, *, capacity: int = 50) -> Sequence[Clerk]:
    """So many operators of one region who have just signed in."""
    with house.store.write() as session:
        begun = len(operators.everyone(session))
        return [_clerk(session, begun + number, capacity) for number in range(count)]


def _clerk(session: Session, number: int, capacity: int) -> Clerk:
    now = datetime.now(UTC)
    name = f"clerk {number:03}"
    row = operators.add(
        session,
        name,
        role=Role.OPERATOR,
        password_hash="none",  # noqa: S106
        region=AT_HOME,
        now=now,
    )
    row.capacity = capacity
    token, _ = operators.sign_in(session, row, now=now)
    return Clerk(row.id, name, token)


def waiting_chats(house: House, count: int) -> Sequence[Chat]:
    """So many residents who have asked for a person, one after the other."""
    with house.store.write() as session:
        return [_waiting(session) for _ in range(count)]


def _waiting(session: Session) -> Chat:
    now = datetime.now(UTC)
    begun = conversations.open_new(session, region=AT_HOME, channel="web", now=now)
    queues.enqueue(
        session,
        begun.conversation,
        reason="asked",
        priority=Priority.P2,
        matter=Matter.BASIC,
        now=now,
    )
    return Chat(begun.conversation.id, begun.token)


def give(house: House, chat: Chat, clerk: Clerk) -> None:
    """Put a waiting chat into somebody's hands."""
    with house.store.write() as session:
        queues.take(session, chat.id, operators.find(session, clerk.id), now=datetime.now(UTC))
