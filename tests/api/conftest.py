"""The web application over a fresh store, and those who talk to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.database import Store
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.api import web
from tests.api.web import Chat, Staff

HOTLINE = "0533-5180000"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Shelf:
    """The shipped knowledge without local standards, read once."""
    return Shelf(tmp_path_factory.mktemp("standards"), shipped=library)


@pytest.fixture
def publishing(sqlite_store: Store, tmp_path: Path, library: Library) -> Shelf:
    """Knowledge under what the store of this test has published; for a file's own `shelf`."""
    return Shelf(tmp_path, store=sqlite_store, shipped=library)


@pytest.fixture
def helpline(sqlite_store: Store, interpreter: InProcess, shelf: Shelf, tmp_path: Path) -> Helpline:
    """A helpline over a fresh SQLite store."""
    return put_together(sqlite_store, interpreter, shelf, tmp_path)


@pytest.fixture
def client(helpline: Helpline) -> Iterator[Client]:
    """A browser or a program."""
    with web.serving(create_app(helpline)) as opened:
        yield opened


@pytest.fixture
def chat(client: Client) -> Chat:
    """A resident of Zichuan who has just opened a conversation."""
    return web.open_chat(client)


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Staff:
    """An operator."""
    return web.sign_in(client, web.an_account(helpline, "Alice"))


@pytest.fixture
def bob(client: Client, helpline: Helpline) -> Staff:
    """Another operator."""
    return web.sign_in(client, web.an_account(helpline, "Bob"))


def put_together(store: Store, interpreter: InProcess, shelf: Shelf, data: Path) -> Helpline:
    """A helpline of parts that are already there."""
    words = speech.chinese()
    desk = Desk(store, interpreter, shelf.library, words)
    settings = Settings(data=data, hotline_number=HOTLINE)
    return Helpline(settings, store, shelf, interpreter, desk, words)
