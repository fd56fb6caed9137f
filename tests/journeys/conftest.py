"""A real browser, a real server with an operator's account, and the people in front of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import helpline
from cases import database
from cases.operators import Role
from config.settings import Settings
from tests.journeys import chromium, staff
from tests.serving import Server, serving_forked


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found or installed."""
    path = str(chromium.ensure())
    expect.set_options(timeout=staff.PATIENCE_MS)
    with sync_playwright() as driver:
        # A container has no user namespaces for the sandbox; the pages are our own.
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a helpline with one supervisor, to be copied."""
    folder = tmp_path_factory.mktemp("house")
    store = helpline.open_store(Settings(data=folder))
    database.upgrade(store)
    store.close()
    staff.an_account(folder, "王一", Role.SUPERVISOR)
    return folder


@pytest.fixture(scope="module")
def server(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A helpline in a process of its own for the tests of one file."""
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(house, data, dirs_exist_ok=True)
    with serving_forked(data) as running:
        yield running


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    """A resident with a small phone."""
    with staff.opened(browser, server, staff.PHONE) as context:
        yield staff.page_of(context)


@pytest.fixture
def phone_without_script(browser: Browser, server: Server) -> Iterator[Page]:
    """A resident whose browser runs no script."""
    with staff.opened(browser, server, staff.PHONE, script=False) as context:
        yield staff.page_of(context)


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    """An operator who has signed in."""
    with staff.at_console(browser, server, "王一") as page:
        page.get_by_role("heading", name="接待台").wait_for()
        yield page
