"""`python -m bot`: the clock and the channels without the web server."""

import signal
import threading

from bot import helpline, schedule
from config import logs
from config.settings import Settings


def run(settings: Settings) -> None:
    """Work until a signal says stop."""
    logs.configure(settings.log_level)
    stop = threading.Event()
    built = helpline.build(settings)
    built.shelf.watch(stop)
    scheduler = schedule.start(built)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    stop.wait()
    scheduler.shutdown(wait=True)


if __name__ == "__main__":
    run(Settings())
