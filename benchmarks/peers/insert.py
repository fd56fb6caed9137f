"""The peer of a chat turn: FastAPI and SQLModel keep one row a request, and do nothing else.

Run as `python -m benchmarks.peers.insert FILE PORT`.
"""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Field, Session, SQLModel, create_engine


class Said(SQLModel, table=True):
    """One message."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: str = Field(index=True)
    text: str
    at: datetime


class NewMessage(BaseModel):
    """What comes in."""

    client_id: str
    text: str


class Kept(BaseModel):
    """What goes back."""

    id: int
    text: str


def create_app(engine: Engine) -> FastAPI:
    """One route that inserts one row under one writer lock."""
    app = FastAPI()
    writer = threading.Lock()

    @app.post("/messages")
    def keep(body: NewMessage) -> Kept:
        with writer, Session(engine, expire_on_commit=False) as session:
            row = Said(client_id=body.client_id, text=body.text, at=datetime.now(UTC))
            session.add(row)
            session.commit()
            return Kept(id=row.id or 0, text=row.text)

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    return app


def open_database(path: Path) -> Engine:
    """SQLite with the same durability as ours."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["said"]])
    return engine


def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def main() -> None:
    """Serve until killed."""
    path, port = Path(sys.argv[1]), int(sys.argv[2])
    app = create_app(open_database(path))
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
