"""How rows are reached: one store, short sessions, one writer at a time on SQLite."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import sqlmodel
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from cases.sealed import Vault

Row = TypeVar("Row", bound=sqlmodel.SQLModel)
log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 20
PLACE, FILE = "place", "file"
GONE = "The file of the database is gone; put it, or its backup, back where it was."
# What was erased is overwritten: a destroyed key must not lie in a free page.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=0",
    "secure_delete=ON",
)

sqlmodel.SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Instants must be aware; give the time with its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Session(sqlmodel.Session):
    """A short unit of work. `vault` opens sealed columns; `touched` are the streams it changed.

    `unnumbered`: what the consoles will be told, numbered just before the commit (`cases/events`).
    """

    vault: Vault
    touched: set[str]
    deferred: dict[str, list[Callable[[], None]]]
    unnumbered: list[tuple[str, dict[str, str], datetime]]
    pinned: dict[int, sqlmodel.SQLModel]

    def pin(self, row: Row) -> Row:
        """Hold a row as long as the session lives; one that nobody holds is read anew each time."""
        self.pinned[id(row)] = row
        return row

    def defer(self, order: str, work: Callable[[], None]) -> None:
        """Do `work` just before the commit, sorted by `order`, so that hot rows are locked last."""
        self.deferred.setdefault(order, []).append(work)

    def run_deferred(self) -> None:
        """Carry out what was deferred; called by the store, once, before the commit."""
        while self.deferred:
            order = min(self.deferred)
            for work in self.deferred.pop(order):
                work()


class Store:
    """The database of a deployment. Sessions it gives are used in one thread and closed soon."""

    def __init__(self, address: str, vault: Vault) -> None:
        self._address = address
        self._vault = vault
        self._writer = threading.Lock()
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self.engine = _engine(address)
        self._writing = self.engine.execution_options(writes=True)

    def listen(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call `listener` with the streams touched after each commit of this process."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: commits when the block ends, rolls back when it raises."""
        with self._one_writer(), self._session(self._writing) as session:
            yield session
            session.flush()
            session.run_deferred()
            session.commit()
            touched = frozenset(session.touched)
        if touched:
            self._tell(touched)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _tell(self, touched: frozenset[str]) -> None:
        for listener in self._listeners:
            try:
                listener(touched)
            except Exception:
                # What is committed stays acknowledged; whoever listens also polls.
                log.exception("A listener failed after a commit.")

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self.engine.dialect.name != "sqlite":
            yield
            return
        with self._writer:
            yield

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False, autoflush=True) as session:
            session.vault = self._vault
            session.touched = set()
            session.deferred = {}
            session.unnumbered = []
            session.pinned = {}
            yield session


def _engine(address: str) -> Engine:
    if not address.startswith("sqlite"):
        limits = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s"
        return create_engine(
            address,
            connect_args={"options": limits},
            pool_pre_ping=True,
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
        )
    engine = create_engine(
        address,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        pool_size=20,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA database_list")
    path = Path(str((cursor.fetchone() or ("", "", ""))[2]))
    cursor.close()
    record.info[PLACE], record.info[FILE] = path, _file_at(path)


def _begin_sqlite(connection: Connection) -> None:
    _stay_on_disk(connection)
    # A deferred read-then-write fails at once when another process writes; so writers say so first.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _stay_on_disk(connection: Connection) -> None:
    """Refuse to go on in a file that was deleted: what is written to it ends with the process.

    Where another file has come into its place (a backup was put back), that one is opened next.
    """
    file = _file_at(connection.info[PLACE])
    if file == connection.info[FILE]:
        return
    if file is not None:
        connection.invalidate()
    raise OperationalError("BEGIN", None, FileNotFoundError(GONE))


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _alembic(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    return config


def upgrade(store: Store) -> None:
    """Bring the tables to the newest version; does nothing when they are."""
    command.upgrade(_alembic(store), "head")


def downgrade(store: Store, revision: str) -> None:
    """Take the tables back to an older version (for tests of migrations)."""
    command.downgrade(_alembic(store), revision)


def is_current(store: Store) -> bool:
    """Whether the tables are those of the newest migration."""
    newest = ScriptDirectory.from_config(_alembic(store)).get_current_head()
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def is_set_up(store: Store) -> bool:
    """Whether the tables exist."""
    return inspect(store.engine).has_table("conversations")
