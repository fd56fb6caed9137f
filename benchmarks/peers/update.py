"""The peer of a claim: FastAPI carries out one empty UPDATE a request, and does nothing else.

Run as `python -m benchmarks.peers.update DATABASE_URL PORT`.
"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, text

EMPTY = text("UPDATE operators SET paused = paused WHERE id = :id")


class Whose(BaseModel):
    """Whose row is written as it is."""

    id: str


def create_app(engine: Engine) -> FastAPI:
    """One route that writes one row as it was."""
    app = FastAPI()

    @app.post("/update")
    def write(body: Whose) -> Whose:
        with engine.begin() as connection:
            connection.execute(EMPTY, {"id": body.id})
        return body

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    return app


def main() -> None:
    """Serve until killed."""
    address, port = sys.argv[1], int(sys.argv[2])
    app = create_app(create_engine(address, pool_size=20))
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
