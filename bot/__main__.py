"""`python -m bot`: the clock and the channels without the web server."""

import importlib
import signal
import threading
from collections.abc import Callable

from bot import helpline, schedule
from bot.helpline import Helpline
from config import logs
from config.settings import Settings


def start_channels(built: Helpline) -> Callable[[], None]:
    """Begin with the outside channels; what is returned ends them.

    Their libraries cost start-up time: they are loaded beside it.
    """
    begun: list[Callable[[], None]] = []

    def begin() -> None:
        begun.append(importlib.import_module("bot.running").start(built).stop)

    starting = threading.Thread(target=begin, name="channels begin", daemon=True)
    starting.start()

    def stop() -> None:
        starting.join()
        for one in begun:
            one()

    return stop


def run(settings: Settings) -> None:
    """Work until a signal says stop."""
    logs.configure(settings.log_level)
    stop = threading.Event()
    built = helpline.build(settings)
    built.shelf.watch(stop)
    scheduler = schedule.start(built)
    stop_channels = start_channels(built)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    stop.wait()
    stop_channels()
    scheduler.shutdown(wait=True)


if __name__ == "__main__":
    run(Settings())
