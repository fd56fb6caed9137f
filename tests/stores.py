"""How tests get an empty store: one engine a process for each database, emptied behind each test.

An engine remembers how statements are written for its database; a new one for each test would
write each of them again, which takes a third of the time of a test.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, delete, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from cases.database import Store
from cases.sealed import Vault
from cases.tables import METADATA

# In one statement: a hundred of them would take longer than most tests.
EMPTY = "; ".join(str(delete(table)) for table in reversed(METADATA.sorted_tables))
BESIDE = ("-wal", "-shm")


def lasting(store: Store) -> Engine:
    """The engine of a store, to be lent to those of many tests."""
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", _do_not_wait)
    return store.engine


def lent(engine: Engine, vault: Vault) -> Store:
    """A store of its own, with nobody listening, over an engine that is there."""
    store = Store(engine.url.render_as_string(hide_password=False), vault)
    vars(store).update(engine=engine, _writing=engine.execution_options(writes=True))
    return store


@contextmanager
def fresh_file(engine: Engine, template: Path, vault: Vault) -> Iterator[Store]:
    """A store over a copy of the template, which the next one replaces."""
    path = Path(str(engine.url.database))
    coming = path.with_name("coming.db")
    shutil.copy(template, coming)
    for beside in BESIDE:
        path.with_name(path.name + beside).unlink(missing_ok=True)
    # In one step: a thread that the test before has left must not make an empty file instead.
    coming.replace(path)
    yield lent(engine, vault)
    engine.dispose()


@contextmanager
def emptied(engine: Engine, vault: Vault) -> Iterator[Store]:
    """A store over the one database of this process, which is emptied behind it.

    One for each test would be three gigabytes at the end, and minutes to stop the server.
    """
    yield lent(engine, vault)
    with engine.begin() as connection:
        connection.exec_driver_sql(EMPTY)


def _do_not_wait(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # Tests kill processes, never the machine: nothing is gained by waiting for the disk.
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
