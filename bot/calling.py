"""The call list as a channel: a line is told by a person, or first by a bureau's own call robot."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from standardwebhooks import Webhook

from bot import sms_templates
from bot.channels import Incoming, NotSentError, Traits
from bot.sms_templates import NotNeutralError
from cases.channels import reminders
from cases.database import Store
from cases.desk import callbacks
from cases.desk.callbacks import CallKind
from cases.talk import threads
from cases.talk.messages import Line
from handlers.speech import Speech
from knowledge.workdays import ZONE

log = logging.getLogger(__name__)
CHANNEL = "call"
WEBHOOK = "/channels/calls"
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 6.0
# So long a robot may try before a person does.
ROBOT_FIRST = timedelta(minutes=30)


@dataclass(frozen=True)
class Robot:
    """A bureau's call robot: where it is asked, under which secret."""

    address: str
    secret: str


class CallList:
    """Writes down what is to be told by telephone. What came of it is kept on the list's page."""

    traits = Traits(CHANNEL)

    def __init__(
        self,
        store: Store,
        *,
        speech: Speech,
        hotline: str,
        clock: Callable[[], datetime],
        robot: Robot | None = None,
    ) -> None:
        self._store = store
        self._speech = speech
        self._hotline = hotline
        self._clock = clock
        self._robot = robot

    def read(self, body: str) -> Incoming:
        """Nothing comes in by a list."""
        raise ValueError(f"Nothing comes in by the call list: {len(body)} characters.")

    async def send(self, address: str, line: Line) -> str:
        """Put a line on the list; its receipt names the call. Raises NotSentError."""
        try:
            call = await asyncio.to_thread(self._owe, address)
        except Exception as error:
            log.exception("A call could not be put on the list; it is tried again.")
            raise NotSentError("The call list could not be written.") from error
        if self._robot is not None:
            await self._ask_robot(self._robot, call, address, line)
        return callbacks.receipt_of(call)

    async def close(self) -> None:
        """Nothing is open."""

    def _owe(self, phone: str) -> str:
        now = self._clock()
        wait = timedelta() if self._robot is None else ROBOT_FIRST
        with self._store.write() as session:
            chat = threads.find(session, CHANNEL, phone)
            if chat is None:
                raise LookupError("Nobody is called at this number.")
            due = reminders.waking(now + wait, str(ZONE))
            kind = CallKind.TELL
            return callbacks.owe(session, chat, kind, phone=phone, due_at=due, by=None, now=now).id

    async def _ask_robot(self, robot: Robot, call: str, phone: str, line: Line) -> None:
        """Whatever becomes of it, the call stands on the list until somebody was reached."""
        now = self._clock()
        if reminders.waking(now, str(ZONE)) != now:
            return
        try:
            text = sms_templates.stand_in(line, self._speech, hotline=self._hotline).text
            data = {"call": call, "phone": phone, "words": text}
            body = json.dumps({"type": "robot.call", "data": data}, ensure_ascii=False)
            headers = {
                "content-type": "application/json",
                "webhook-id": line.id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(robot.secret).sign(line.id, now, body),
            }
            limits = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
            async with httpx.AsyncClient(timeout=limits) as client:
                got = await client.post(robot.address, content=body.encode(), headers=headers)
                got.raise_for_status()
        except (httpx.HTTPError, NotNeutralError) as error:
            log.warning("The robot did not take a call.", extra={"why": type(error).__name__})
