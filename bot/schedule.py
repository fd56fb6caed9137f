"""What is looked at every second: due reminders, unanswered messages, abandoned chats."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot import reminding
from bot.helpline import Helpline
from cases import messages, queues
from cases.messages import Lane, Line, Sender

log = logging.getLogger(__name__)
TICK_SECONDS = 1
ABANDONED_SECONDS = 10


def tick(helpline: Helpline, *, now: datetime) -> None:
    """One look at everything that may be due."""
    reminding.send_due(helpline.store, helpline.speech, now=now)
    answer_stuck(helpline, now=now)


def answer_stuck(helpline: Helpline, *, now: datetime) -> int:
    """Take up messages that nobody answered within the lease, after a crash for example."""
    with helpline.store.write() as session:
        stuck = messages.claim_stuck(session, now=now)
    for conversation_id in stuck:
        helpline.desk.answer_waiting(conversation_id, now=now)
    return len(stuck)


def return_abandoned(helpline: Helpline, *, now: datetime) -> int:
    """Put chats whose operator's console is gone back in line, and tell the resident once."""
    with helpline.store.write() as session:
        gone = queues.return_abandoned(session, now=now)
        for conversation in gone:
            text = helpline.speech.say("operator.returned")
            line = Line(Sender.SYSTEM, text, lane=Lane.OPERATOR)
            messages.say(session, conversation, line, now=now)
        return len(gone)


def start(helpline: Helpline) -> BackgroundScheduler:
    """Start the clock. It only ticks, in memory; what is due are rows."""
    scheduler = BackgroundScheduler(timezone=UTC)
    jobs: tuple[tuple[Callable[[], None], int], ...] = (
        (_guarded(lambda now: tick(helpline, now=now)), TICK_SECONDS),
        (_guarded(lambda now: _noted(return_abandoned(helpline, now=now))), ABANDONED_SECONDS),
    )
    for job, seconds in jobs:
        scheduler.add_job(job, "interval", seconds=seconds, max_instances=1, coalesce=True)
    scheduler.start()
    return scheduler


def _noted(count: int) -> None:
    if count:
        log.info("Chats went back in line.", extra={"count": count})


def _guarded(job: Callable[[datetime], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            job(datetime.now(UTC))
        except Exception:
            # The clock must go on: the next tick finds the same rows again.
            log.exception("A periodic look failed; it is repeated at the next tick.")

    return run
