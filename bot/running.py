"""The channels of this process in a thread of their own: begun once, stopped in good order."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime

from bot import accounts, telegram_updates
from bot.calling import CallList
from bot.channels import Channel, SendError
from bot.delivery import Delivery
from bot.helpline import Helpline
from bot.taking_in import Intake
from bot.telegram import Telegram
from bot.wechat import WeChat

log = logging.getLogger(__name__)
STOP_SECONDS = 10
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
Job = Coroutine[None, None, None]


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
        helpline = self._helpline
        channels = accounts.every(helpline.settings, helpline.speech, helpline.store, _now)
        senders = {channel.traits.name: channel for channel in channels}
        jobs = [job for channel in channels for job in self._jobs(channel)]
        delivery = Delivery(helpline.store, senders, _now)
        await asyncio.gather(delivery.run(self._stop), *jobs)
        for channel in channels:
            await channel.close()

    def _jobs(self, channel: Channel) -> list[Job]:
        """What else than sending is done for a channel in this process."""
        taking_in = self._intake(channel)
        match channel:
            case Telegram():
                return [taking_in.work(self._stop), *self._of_telegram(channel, taking_in)]
            case WeChat():
                return [taking_in.work(self._stop), self._until_heard(channel.prepare)]
            case CallList():
                return []
            case _:
                return [taking_in.work(self._stop)]

    def _of_telegram(self, account: Telegram, taking_in: Intake) -> list[Job]:
        """Updates are pushed where there is a secret for it, else asked for."""
        settings = self._helpline.settings
        secret = settings.telegram_webhook_secret
        if secret is None:
            polled = self._until_heard(lambda: account.listen(None, ""))
            return [polled, taking_in.poll(account, self._stop)]
        address = f"{(settings.public_url or '').rstrip('/')}{telegram_updates.WEBHOOK}"
        given = secret.get_secret_value()
        return [self._until_heard(lambda: account.listen(address, given))]

    async def _until_heard(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Tell a channel how we want it, again and again until it has heard."""
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                await tell()
            except SendError as error:
                log.warning("A channel is not set up yet.", extra={"why": str(error)})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait)
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                return

    def _intake(self, channel: Channel) -> Intake:
        return Intake(
            channel.traits.name,
            channel,
            self._helpline.desk,
            store=self._helpline.store,
            speech=self._helpline.speech,
            clock=_now,
            fetching=accounts.fetching(
                channel.traits.name, self._helpline.settings, self._helpline
            ),
        )


def _now() -> datetime:
    return datetime.now(UTC)
