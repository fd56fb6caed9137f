"""The channels of this process in a thread of their own: begun once, stopped in good order."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime

from bot import telegram
from bot.delivery import Delivery
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import Telegram

STOP_SECONDS = 10


def start(helpline: Helpline) -> "Channels":
    """Begin with the channels that the settings name; `stop` ends them in good order."""
    channels = Channels(helpline)
    channels.start()
    return channels


class Channels:
    """The channels that the settings name; none of them holds up web or case work."""

    def __init__(self, helpline: Helpline) -> None:
        self._helpline = helpline
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="channels", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, also while a channel is down."""
        self._thread.start()

    def stop(self) -> None:
        """Let sends and polls under way end, for a few seconds at most."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        settings = self._helpline.settings
        senders = {}
        jobs: list[Coroutine[None, None, None]] = []
        if settings.telegram_token is not None:
            account = Telegram(
                settings.telegram_token.get_secret_value(),
                api=settings.telegram_api,
                speech=self._helpline.speech,
                carries_sensitive=settings.telegram_carries_sensitive,
            )
            senders[telegram.CHANNEL] = account
            taking_in = self._intake(telegram.CHANNEL, account)
            jobs += [taking_in.poll(account, self._stop), taking_in.work(self._stop)]
        delivery = Delivery(self._helpline.store, senders, _now)
        await asyncio.gather(delivery.run(self._stop), *jobs)
        for sender in senders.values():
            await sender.close()

    def _intake(self, channel: str, reader: Telegram) -> Intake:
        return Intake(
            channel,
            reader,
            self._helpline.desk,
            store=self._helpline.store,
            speech=self._helpline.speech,
            clock=_now,
        )


def _now() -> datetime:
    return datetime.now(UTC)
