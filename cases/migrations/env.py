"""Runs the migrations over the engine that `cases.database` hands in."""

from typing import Literal

from alembic import context
from sqlalchemy import Engine
from sqlmodel.sql.sqltypes import AutoString

from cases.database import UtcDateTime
from cases.tables import METADATA

engine = context.config.attributes["engine"]
if not isinstance(engine, Engine):
    raise TypeError("Migrations run through `helpline db upgrade`, which hands in the engine.")


def _as_plain_sqlalchemy(kind: str, thing: object, _context: object) -> str | Literal[False]:
    # Old migrations must not depend on types that the code may rename later.
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.String()" if kind == "type" and isinstance(thing, AutoString) else False


# Two processes that start together must not both create the tables: one writer, on each database.
with engine.connect().execution_options(writes=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
        render_item=_as_plain_sqlalchemy,
    )
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(790201)")
        context.run_migrations()
    connection.commit()
