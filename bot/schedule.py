"""What is looked at every second: due reminders, unanswered messages, abandoned chats."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot import (
    caring,
    clock_watch,
    following_up,
    keeping,
    learning,
    listing,
    paging,
    referring,
    reminding,
    reviewing,
    second_tries,
)
from bot.clock_watch import ClockWatch, Leaps
from bot.helpline import Helpline
from bot.mailing import Mailer, Post
from bot.second_tries import Beside
from cases import permissions, set_back, throttles
from cases.channels import refusals
from cases.danger import alerts
from cases.database import Session
from cases.desk import assigning, overflowing, passing, queues
from cases.desk.passing import End
from cases.errors import KeyDestroyedError
from cases.operators import Operator
from cases.permissions import Action, Row
from cases.talk import links, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Lane, Line, Sender
from cases.tickets import late_deliberations, nudges, worklists

log = logging.getLogger(__name__)
TICK_SECONDS = 1
ABANDONED_SECONDS = 10
MOTION_SECONDS = 5
LATE_SECONDS = 60
REFERRAL_SECONDS = 5
SWEEP_SECONDS = 3600


def return_abandoned(helpline: Helpline, *, now: datetime) -> int:
    """Put chats whose operator's console is gone back in line, and tell the resident once."""
    with helpline.store.write() as session:
        gone = queues.return_abandoned(session, now=now)
        for conversation in gone:
            passing.settle(session, conversation, End.OVER, now=now)
            alerts.ring_again(session, conversation.id, now=now)
            _tell(session, conversation, helpline.speech.say("operator.returned"), now=now)
        return len(gone)


def keep_in_motion(helpline: Helpline, *, now: datetime) -> int:
    """Let lines overflow, end passings nobody took, and take chats from who does not answer."""
    while _ends_passing(helpline, now=now):
        pass
    with helpline.store.write() as session:
        silent = passing.return_silent(session, now=now)
        for conversation in silent:
            alerts.ring_again(session, conversation.id, now=now)
            _tell(session, conversation, helpline.speech.say("operator.silent"), now=now)
        overflowing.overflow(session, now=now)
        return len(silent)


def give_out(helpline: Helpline, *, now: datetime) -> int:
    """Give the chats of automatic lines out, and tell the residents who came.

    One in a transaction: who locks many desks and chats would wait in a ring with who takes one.
    """
    count = 0
    while _gives_one(helpline, now=now):
        count += 1
    return count


def tell_late(helpline: Helpline, *, now: datetime) -> int:
    """Tell of tickets and of deliberations that are late, of tickets shortly before, too."""
    with helpline.store.write() as session:
        return nudges.send_due(session, now=now) + late_deliberations.send_due(session, now=now)


def sweep(helpline: Helpline, *, now: datetime) -> None:
    """Remove what serves once and soon; what is kept for a term is erased by `bot/keeping.py`."""
    with helpline.store.write() as session:
        throttles.sweep(session, now=now)
        links.sweep(session, now=now)
        refusals.sweep(session, now=now)
    set_back.bring_back(helpline.store, now=now)


def start(helpline: Helpline) -> BackgroundScheduler:
    """Start the clock. It only ticks, in memory; what is due are rows."""
    leaps = Leaps(datetime.now(UTC), time.monotonic())
    scheduler = BackgroundScheduler(timezone=UTC)
    for name, (job, seconds) in _jobs(helpline, leaps).items():
        scheduler.add_job(
            _guarded(job), "interval", id=name, seconds=seconds, max_instances=1, coalesce=True
        )
    scheduler.start()
    ClockWatch(scheduler, helpline.store, leaps).start()
    return scheduler


def _jobs(helpline: Helpline, leaps: Leaps) -> dict[str, learning.Job]:
    """One job each: a look that fails or takes long holds up no other."""
    store, speech = helpline.store, helpline.speech
    beside = Beside()
    return {
        "stuck": (lambda now: second_tries.look(helpline, beside, now=now), TICK_SECONDS),
        "reminders": (lambda now: reminding.send_due(store, speech, now=now), TICK_SECONDS),
        "abandoned": (
            clock_watch.when_settled(
                leaps, lambda now: _noted(return_abandoned(helpline, now=now))
            ),
            ABANDONED_SECONDS,
        ),
        "giving out": (lambda now: give_out(helpline, now=now), TICK_SECONDS),
        "motion": (
            clock_watch.when_settled(leaps, lambda now: _noted(keep_in_motion(helpline, now=now))),
            MOTION_SECONDS,
        ),
        "referrals": (
            lambda _now: referring.send_due(
                store, helpline.settings.data, now=lambda: datetime.now(UTC)
            ),
            REFERRAL_SECONDS,
        ),
        "follow_ups": (lambda now: following_up.ask_due(store, speech, now=now), LATE_SECONDS),
        "late": (lambda now: tell_late(helpline, now=now), LATE_SECONDS),
        "sweep": (lambda now: sweep(helpline, now=now), SWEEP_SECONDS),
        "pages": (lambda now: paging.look(store, now=now), TICK_SECONDS),
        **_pager(helpline),
        **_mails(helpline),
        **learning.jobs(helpline),
        **reviewing.jobs(helpline),
        **caring.jobs(helpline),
        **listing.jobs(helpline),
        **keeping.jobs(helpline),
    }


def _mails(helpline: Helpline) -> dict[str, learning.Job]:
    """Mail to staff, where a deployment has given a server."""
    settings = helpline.settings
    if settings.smtp_url is None:
        return {}
    console = f"{(settings.public_url or '').rstrip('/')}/console"
    post = Post(settings.smtp_url.get_secret_value(), settings.mail_from, console)
    mailer = Mailer(helpline.store, post, helpline.speech)
    return {"mails": (lambda _now: mailer.send_due(now=lambda: datetime.now(UTC)), LATE_SECONDS)}


def _pager(helpline: Helpline) -> dict[str, learning.Job]:
    """Paging outside the console, where a deployment has given an address and a secret."""
    settings = helpline.settings
    if settings.paging_url is None or settings.paging_secret is None:
        return {}
    secret = settings.paging_secret.get_secret_value()
    pager = paging.Pager(helpline.store, address=settings.paging_url, secret=secret)
    return {"pager": (lambda _now: pager.send_due(now=lambda: datetime.now(UTC)), TICK_SECONDS)}


def _ends_passing(helpline: Helpline, *, now: datetime) -> bool:
    with helpline.store.write() as session:
        return passing.return_untaken(session, now=now) is not None


def _gives_one(helpline: Helpline, *, now: datetime) -> bool:
    with helpline.store.write() as session:

        def may(operator: Operator, chat: Conversation) -> bool:
            row = Row(region=chat.region, lent=chat.queue_region)
            kept_from = worklists.kept_from(session, operator, chat.id)
            return permissions.may(operator, Action.TAKE_CHAT, row) and not kept_from

        given = assigning.give_out(session, may=may, most=1, now=now)
        for one in given:
            # Who was passed on is not welcomed a second time.
            if not one.passed:
                joined = helpline.speech.say("operator.joined", {"name": one.operator.name})
                _tell(session, one.conversation, joined, now=now)
        return bool(given)


def _tell(session: Session, conversation: Conversation, text: str, *, now: datetime) -> None:
    line = Line(Sender.SYSTEM, text, lane=Lane.OPERATOR)
    try:
        messages.say(session, conversation, line, now=now)
    except KeyDestroyedError:
        # Forgotten meanwhile: nobody is there to be told, the others still are.
        return


def _noted(count: int) -> None:
    if count:
        log.info("Chats went back in line.", extra={"count": count})


def _guarded(job: Callable[[datetime], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            job(datetime.now(UTC))
        except Exception:
            # The clock must go on: the next tick finds the same rows again.
            log.exception("A periodic look failed; it is repeated at the next tick.")

    return run
