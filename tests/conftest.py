"""What every test may ask for: stores on both databases, the library, the desk, a resident."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from cases import database, sealed
from cases.database import Store
from cases.sealed import Vault
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests import loaded, servers, stores
from tests.clock import Clock
from tests.places import MODEL
from tests.resident import Resident
from tests.servers import Postgres

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


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Engine:
    """What all tests of this process speak to their file through."""
    path = tmp_path_factory.mktemp("sqlite") / "helpline.db"
    return stores.lasting(Store(f"sqlite:///{path}", vault))


@pytest.fixture(scope="session")
def postgres_engine(
    postgres_server: Postgres, migrated_postgres: str, vault: Vault
) -> Iterator[Engine]:
    """What all tests of this process speak to PostgreSQL through."""
    engine = stores.lasting(Store(postgres_server.address_of(migrated_postgres), vault))
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_store(sqlite_engine: Engine, migrated_sqlite: Path, vault: Vault) -> Iterator[Store]:
    """An empty helpline on SQLite."""
    with stores.fresh_file(sqlite_engine, migrated_sqlite, vault) as store:
        yield store


@pytest.fixture
def postgres_store(postgres_engine: Engine, vault: Vault) -> Iterator[Store]:
    """An empty helpline on PostgreSQL."""
    with stores.emptied(postgres_engine, vault) as store:
        yield store


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
    """A data folder that holds nothing but what was learnt: the model, and of the content."""
    shutil.copytree(MODEL, tmp_path / "model")
    (tmp_path / "learnt").symlink_to(loaded.learnt())
    return tmp_path
