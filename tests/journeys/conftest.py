"""A real browser, a real server with an operator's account, and the people in front of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.journeys import chromium
from tests.serving import Server, serving_forked

PASSWORD = "correct horse battery"
PHONE: ViewportSize = {"width": 360, "height": 740}
# A busy machine is slow; a test must not fail for that.
PATIENCE_MS = 30_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found or installed."""
    path = str(chromium.ensure())
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        # A container has no user namespaces for the sandbox; the pages are our own.
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A helpline in a process of its own, with one supervisor, for the tests of one file."""
    with serving_forked(tmp_path_factory.mktemp("data")) as running:
        added = running.run(
            "operator", "add", "王一", "--role", "supervisor", "--password-stdin", stdin=PASSWORD
        )
        assert added.returncode == 0, added.stderr
        yield running


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    """A resident with a small phone."""
    with _context(browser, server, PHONE) as context:
        yield _page(context)


@pytest.fixture
def phone_without_script(browser: Browser, server: Server) -> Iterator[Page]:
    """A resident whose browser runs no script."""
    with _context(browser, server, PHONE, script=False) as context:
        yield _page(context)


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    """An operator who has signed in."""
    with _context(browser, server, DESKTOP) as context:
        page = _page(context)
        page.goto("/console")
        page.get_by_label("名字").fill("王一")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="接待台").wait_for()
        yield page


def _context(
    browser: Browser, server: Server, size: ViewportSize, *, script: bool = True
) -> BrowserContext:
    return browser.new_context(
        base_url=server.address, viewport=size, java_script_enabled=script, locale="zh-CN"
    )


def _page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page
