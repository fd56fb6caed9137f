"""How heavy the resident's page is and how soon it answers, on a slow network and a slow phone.

Run as `python -m benchmarks.page`. Chromium plays the phone: its network and processor are slowed
as the table says. Beside it, in the same run, the same page without a script.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.journeys import chromium
from tests.serving import Server, serving

ROUNDS = 3
PATIENCE_MS = 120_000
QUESTION = "低保要什么条件"


@dataclass(frozen=True)
class Network:
    """A network: bytes a second, milliseconds there and back; how many times slower the phone."""

    name: str
    rate: int
    delay: int
    slower: int


NETWORKS = (
    Network("none", 0, 0, 1),
    Network("3G-like 400 kbit/s", 50_000, 300, 4),
    Network("2G-like 150 kbit/s", 18_750, 600, 6),
)


@dataclass(frozen=True)
class Visit:
    """One first visit: bytes over the wire, seconds until one can write, until the answer."""

    weight: int
    ready: float
    answered: float


def visit(browser: Browser, server: Server, network: Network, *, script: bool) -> Visit:
    """Open the page for the first time and ask one question."""
    with browser.new_context(
        base_url=server.address,
        viewport={"width": 360, "height": 740},
        java_script_enabled=script,
        locale="zh-CN",
    ) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wire = context.new_cdp_session(page)
        sizes = _slowed(wire, network)
        began = time.monotonic()
        page.goto("/", wait_until="load", timeout=PATIENCE_MS)
        ready, weight = time.monotonic() - began, sum(sizes)
        asked = time.monotonic()
        _ask(page)
        return Visit(weight, ready, time.monotonic() - asked)


def _slowed(wire: CDPSession, network: Network) -> list[int]:
    """Slow the page down; the list grows by the size of whatever arrives."""
    sizes: list[int] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    if network.rate:
        limits = {
            "offline": False,
            "latency": network.delay,
            "downloadThroughput": network.rate,
            "uploadThroughput": network.rate // 2,
        }
        wire.send("Network.emulateNetworkConditions", limits)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": network.slower})
    return sizes


def _ask(page: Page) -> None:
    page.get_by_label("说说您的情况").fill(QUESTION)
    page.get_by_role("button", name="发送").click()
    page.locator(".line.bot .basis").first.wait_for()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=str(chromium.ensure()), args=["--no-sandbox"]
        )
        yield opened
        opened.close()


def _row(network: Network, visits: Sequence[Visit], *, script: bool) -> tuple[str, ...]:
    middle = sorted(visits, key=lambda one: one.answered)[len(visits) // 2]
    return (
        network.name,
        f"{network.slower} x",
        "yes" if script else "no",
        f"{middle.weight / 1000:.1f}",
        f"{middle.ready:.2f}",
        f"{middle.answered:.2f}",
    )


def main() -> int:
    """Print the table."""
    table = Table(title="First visit at 360 x 740, median of three")
    for head in ("network", "phone slower", "script", "kB", "ready s", "answer s"):
        table.add_column(head, justify="right")
    with serving(Path(tempfile.mkdtemp())) as server, _browser() as browser:
        visit(browser, server, NETWORKS[0], script=True)
        for network in NETWORKS:
            for script in (True, False):
                visits = [visit(browser, server, network, script=script) for _ in range(ROUNDS)]
                table.add_row(*_row(network, visits, script=script))
        table.caption = f"Chromium {browser.version}"
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
