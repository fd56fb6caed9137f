"""Who sits before a console: an account, and a browser in which they have signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from bot import helpline
from cases import operators
from cases.operators import Role
from config.settings import Settings
from knowledge.names import Region
from tests.api import web
from tests.serving import Server

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# A busy machine is slow; a test must not fail for that.
PATIENCE_MS = 30_000


def an_account(
    data: Path,
    name: str,
    role: Role = Role.OPERATOR,
    *,
    region: Region | None = None,
    unit: str | None = None,
) -> None:
    """What `helpline operator add` makes, with the password of all tests."""
    store = helpline.open_store(Settings(data=data))
    with store.write() as session:
        operators.add(
            session,
            name,
            role=role,
            password_hash=web.HASHED,
            region=region,
            unit=unit,
            now=web.now(),
        )
    store.close()


def opened(
    browser: Browser, server: Server, size: ViewportSize, *, script: bool = True
) -> BrowserContext:
    """A browser of somebody's own."""
    return browser.new_context(
        base_url=server.address, viewport=size, java_script_enabled=script, locale="zh-CN"
    )


def page_of(context: BrowserContext) -> Page:
    """A page that waits as long as a busy machine needs."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@contextmanager
def at_console(browser: Browser, server: Server, name: str) -> Iterator[Page]:
    """Somebody who has signed in."""
    with opened(browser, server, DESKTOP) as context:
        page = page_of(context)
        page.goto("/console")
        page.get_by_label("名字").fill(name)
        page.get_by_label("密码").fill(web.PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.locator("a.who", has_text=name).wait_for()
        yield page
