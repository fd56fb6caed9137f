"""How a referral reaches a unit's own system: a signed webhook, tried again until it is taken."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
from standardwebhooks import Webhook

from bot import receivers
from bot.receivers import Receiver
from cases.database import Session, Store
from cases.tickets import handovers, history
from cases.tickets.handovers import Due
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

log = logging.getLogger(__name__)
WAIT_SECONDS = 5


def send_due(store: Store, data: Path, *, now: Callable[[], datetime]) -> int:
    """Send what waits. Its id is the same in every try, so the receiver takes it once."""
    with store.write() as session:
        claimed = handovers.claim(session, now=now())
    for one in claimed:
        sent, answer = _tried(store, data, one, now=now())
        with store.write() as session:
            handovers.settle(session, one, sent=sent, answer=answer, now=now())
    return len(claimed)


def _tried(store: Store, data: Path, one: Due, *, now: datetime) -> tuple[bool, str]:
    """Whether it left, and what was said; one that cannot leave holds up no other."""
    try:
        with store.read() as session:
            ticket = session.get_one(Ticket, one.ticket_id)
            receiver = receivers.find(data, ticket.region, one.unit)
            body = _body(session, ticket)
        return _post(receiver, one, body, now=now)
    except Exception as error:
        log.exception(
            "A referral could not be sent; it is tried again.", extra={"handover": one.id}
        )
        return False, type(error).__name__


def _post(receiver: Receiver | None, due: Due, body: str, *, now: datetime) -> tuple[bool, str]:
    if receiver is None:
        return False, "no receiver"
    signing = Webhook(receiver.secret.get_secret_value())
    headers = {
        "content-type": "application/json",
        "webhook-id": due.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signing.sign(due.id, now, body),
    }
    try:
        # What it says besides is not read: one that never ends would hold up the others.
        with httpx.stream(
            "POST", receiver.url, content=body.encode(), headers=headers, timeout=WAIT_SECONDS
        ) as answer:
            return answer.is_success, str(answer.status_code)
    except httpx.HTTPError as error:
        log.warning("A referral did not leave.", extra={"handover": due.id})
        return False, type(error).__name__


def _body(session: Session, ticket: Ticket) -> str:
    """What the unit's caseworkers see of it, and nothing about who told it."""
    told = history.of(session, ticket)
    moves = [note.text for note in told if note.kind == NoteKind.MOVE]
    return json.dumps(
        {
            "type": "helpline.ticket.referred",
            "timestamp": ticket.opened_at.isoformat(),
            "data": {
                "number": ticket.number,
                "category": ticket.category,
                "matter": ticket.matter,
                "priority": ticket.priority,
                "region": ticket.region,
                "due": ticket.respond_by.isoformat(),
                "story": [
                    note.text
                    for note in told
                    if note.kind in {NoteKind.NARRATIVE, NoteKind.ANSWER, NoteKind.JOINING}
                ],
                "reason": moves[-1] if moves else "",
            },
        },
        ensure_ascii=False,
    )
