"""People in front of the web application: a resident with a token, staff who signed in."""

import asyncio
import re
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI
from httpx import Client, Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from bot.helpline import Helpline
from cases import operators
from cases.operators import Operator, Role
from knowledge.names import Region
from tests.serving import NO_CERTIFICATES

PASSWORD = "correct horse battery"
# With the least work that the algorithm knows: everybody in these tests signs in.
HASHED = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)

# A connection that was shut is seen to be in the next rounds of the loop.
ROUNDS_TO_LEAVE = 20


def now() -> datetime:
    """The time, as the application reads it."""
    return datetime.now(UTC)


class _Server(uvicorn.Server):
    """Ends as soon as it is told to and nobody is there; uvicorn's own first sleeps twice.

    Where somebody is there it ends as uvicorn does.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = threading.Event()

    async def main_loop(self) -> None:
        """Serve until told."""
        await self.on_tick(0)
        await asyncio.to_thread(self.told.wait)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye to whom is there."""
        for _ in range(ROUNDS_TO_LEAVE):
            if self.server_state.connections:
                await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        await self.lifespan.shutdown()


@contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    """The application on a port of its own, and somebody to talk to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # As uvicorn does with a port it opens itself: else each answer waits 40 ms for a receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5)
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        port = listener.getsockname()[1]
        try:
            address = f"http://127.0.0.1:{port}"
            with Client(base_url=address, timeout=20, verify=NO_CERTIFICATES) as client:
                yield client
        finally:
            server.told.set()
            thread.join()


@dataclass
class Chat:
    """A resident's conversation over HTTP."""

    client: Client
    id: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that opens this conversation."""
        return {"Authorization": f"Bearer {self.token}"}

    def says(self, text: str, client_id: str | None = None) -> Response:
        """Send a message."""
        body = {"client_id": client_id or uuid.uuid4().hex, "text": text}
        return self.client.post(
            f"/api/conversations/{self.id}/messages", json=body, headers=self.bearer
        )

    def sends(self, raw: bytes) -> Response:
        """Send a body as it is."""
        headers = {**self.bearer, "Content-Type": "application/json"}
        return self.client.post(
            f"/api/conversations/{self.id}/messages", content=raw, headers=headers
        )


@dataclass
class Staff:
    """Somebody of the staff who signed in as a program does."""

    client: Client
    operator: Operator
    token: str

    def get(self, path: str) -> Response:
        """Ask."""
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: object = None) -> Response:
        """Do."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(path, json=body, headers=headers)


def open_chat(client: Client, region: str | None = "zichuan") -> Chat:
    """A new conversation."""
    body = client.post("/api/conversations", json={"region": region}).json()
    return Chat(client, body["id"], body["token"])


def an_account(
    helpline: Helpline,
    name: str,
    role: Role = Role.OPERATOR,
    *,
    region: Region | None = None,
    unit: str | None = None,
) -> Operator:
    """A staff account with the password of all tests."""
    with helpline.store.write() as session:
        return operators.add(
            session,
            name,
            role=role,
            password_hash=HASHED,
            region=region,
            unit=unit,
            now=now(),
        )


def sign_in(client: Client, account: Operator) -> Staff:
    """Sign in over the API, keeping no cookie."""
    body = {"name": account.name, "password": PASSWORD}
    token = client.post("/api/session", json=body).json()["token"]
    client.cookies.clear()
    return Staff(client, account, token)


def csrf_of(page: Response) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def enter(client: Client, account: Operator) -> None:
    """Sign in at the console's page; the browser keeps the cookie."""
    csrf = csrf_of(client.get("/console/sign-in"))
    form = {"name": account.name, "password": PASSWORD, "csrf": csrf}
    answer = client.post("/console/sign-in", data=form, follow_redirects=False)
    assert answer.status_code == 303
