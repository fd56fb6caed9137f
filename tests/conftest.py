"""What every test may ask for: stores on both databases, the library, the desk, a resident."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import delete

from cases import database, sealed
from cases.database import Store
from cases.sealed import Vault
from cases.tables import METADATA
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests import loaded, servers
from tests.clock import Clock
from tests.places import MODEL
from tests.resident import Resident
from tests.servers import Postgres

# In one statement: a hundred of them would take longer than most tests.
EMPTY = "; ".join(str(delete(table)) for table in reversed(METADATA.sorted_tables))

# How long an example took says how busy the machine was, not whether the code is right.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """One key file for all tests of this process."""
    return sealed.open_or_create(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL server, started at the first test that needs it."""
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres, vault: Vault) -> str:
    """The name of a database whose tables are current."""
    name = postgres_server.new_database()
    store = Store(postgres_server.address_of(name), vault)
    database.upgrade(store)
    store.close()
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """A database file whose tables are current, to be copied."""
    path = tmp_path_factory.mktemp("template") / "helpline.db"
    store = Store(f"sqlite:///{path}", vault)
    database.upgrade(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_sqlite: Path, vault: Vault) -> Iterator[Store]:
    """An empty helpline on SQLite."""
    path = tmp_path / "helpline.db"
    shutil.copy(migrated_sqlite, path)
    store = Store(f"sqlite:///{path}", vault)
    yield store
    store.close()


@pytest.fixture
def postgres_store(
    postgres_server: Postgres, migrated_postgres: str, vault: Vault
) -> Iterator[Store]:
    """An empty helpline on PostgreSQL: one database for all, emptied behind each test.

    One for each test would be three gigabytes at the end, and minutes to stop the server.
    """
    store = Store(postgres_server.address_of(migrated_postgres), vault)
    yield store
    with store.engine.begin() as connection:
        connection.exec_driver_sql(EMPTY)
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty helpline, on each database in turn."""
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    found = request.getfixturevalue(name)
    assert isinstance(found, Store)
    return found


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped knowledge."""
    return loaded.library()


@pytest.fixture(scope="session")
def interpreter() -> InProcess:
    """The model that the test command trained."""
    return loaded.engine()


@pytest.fixture
def clock() -> Clock:
    """A Monday morning at ten, local time."""
    return Clock()


@pytest.fixture
def desk(sqlite_store: Store, interpreter: InProcess, library: Library) -> Desk:
    """The desk over a fresh SQLite store."""
    return Desk(sqlite_store, interpreter, lambda: library, speech.chinese())


@pytest.fixture
def resident(desk: Desk, sqlite_store: Store, clock: Clock) -> Resident:
    """Somebody who has just opened the page."""
    return Resident(desk, sqlite_store, clock)


@pytest.fixture
def data_with_model(tmp_path: Path) -> Path:
    """A data folder that holds nothing but the trained model."""
    shutil.copytree(MODEL, tmp_path / "model")
    return tmp_path
