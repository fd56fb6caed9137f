"""The channels of this process in a thread of their own: begun once, stopped in good order."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime

from bot import telegram, telegram_updates
from bot.channels import NotSentError
from bot.delivery import Delivery
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import Telegram

log = logging.getLogger(__name__)
STOP_SECONDS = 10
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


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
            jobs += [self._listen(account, taking_in), taking_in.work(self._stop)]
        delivery = Delivery(self._helpline.store, senders, _now)
        await asyncio.gather(delivery.run(self._stop), *jobs)
        for sender in senders.values():
            await sender.close()

    async def _listen(self, account: Telegram, taking_in: Intake) -> None:
        """Say how updates are to come, until Telegram has heard it; then poll where they do."""
        settings, wait = self._helpline.settings, FIRST_WAIT
        secret = settings.telegram_webhook_secret
        address = (
            None
            if secret is None
            else f"{(settings.public_url or '').rstrip('/')}{telegram_updates.WEBHOOK}"
        )
        while not self._stop.is_set():
            try:
                await account.listen(address, "" if secret is None else secret.get_secret_value())
                break
            except NotSentError as error:
                log.warning("Telegram is not there yet.", extra={"why": str(error)})
                wait = await self._pause(wait)
        if secret is None:
            await taking_in.poll(account, self._stop)

    async def _pause(self, seconds: float) -> float:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
        return min(2 * seconds, LONGEST_WAIT)

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
