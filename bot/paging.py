"""How a danger nobody acknowledges leaves the console: a signed webhook, without any content."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import httpx
from standardwebhooks import Webhook

from cases.danger import duty, paging
from cases.danger.duty import Person
from cases.danger.paging import Claimed
from cases.database import Store

log = logging.getLogger(__name__)
WAIT_SECONDS = 5
Rung: TypeAlias = tuple[Claimed, Sequence[Person]]
# Whether it was taken, and what was said.
Answer: TypeAlias = tuple[bool, str]


class Pager:
    """Sends pages to the address a deployment names: a gateway of text messages, calls or chats."""

    def __init__(
        self, store: Store, *, address: str, secret: str, patience_s: float = WAIT_SECONDS
    ) -> None:
        """`patience_s`: how long a receiver may take for one page."""
        self._store = store
        self._patience_s = patience_s
        self._address = address
        self._signing = Webhook(secret)

    def send_due(self, *, now: Callable[[], datetime]) -> int:
        """Send what is due; each try is a row, also one that a killed process never ended."""
        with self._store.write() as session:
            claimed = paging.claim(session, now=now())
            rung = [duty.to_ring(session, one.region, one.tier, now=now()) for one in claimed]
        if not claimed:
            return 0
        answers = asyncio.run(self._post_all(tuple(zip(claimed, rung, strict=True)), now=now()))
        for one, (sent, answer) in zip(claimed, answers, strict=True):
            with self._store.write() as session:
                paging.settle(session, one, sent=sent, answer=answer, now=now())
        return len(claimed)

    async def _post_all(self, pages: Sequence[Rung], *, now: datetime) -> Sequence[Answer]:
        """All at once: a receiver that keeps one page waiting keeps no other."""
        async with httpx.AsyncClient(timeout=self._patience_s) as client:
            posts = [self._post(client, page, people, now=now) for page, people in pages]
            return await asyncio.gather(*posts)

    async def _post(
        self, client: httpx.AsyncClient, page: Claimed, people: Sequence[Person], *, now: datetime
    ) -> Answer:
        """Whether the receiver took it, and what it said; its id is the same in every try."""
        body = _body(page, people)
        headers = {
            "content-type": "application/json",
            "webhook-id": page.page,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(page.page, now.astimezone(UTC), body),
        }
        try:
            # The whole of it has this long: one that answers a byte at a time does not hold us.
            async with asyncio.timeout(self._patience_s):
                answer = await client.post(self._address, content=body.encode(), headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("A page did not leave.", extra={"page": page.page})
            return False, type(error).__name__
        return answer.is_success, str(answer.status_code)


def look(store: Store, *, now: datetime) -> None:
    """Ring for urgent chats that nobody takes, and write down the tiers whose minute has come."""
    with store.write() as session:
        paging.raise_unseen(session, now=now)
        paging.plan(session, now=now)


def _body(page: Claimed, people: Sequence[Person]) -> str:
    """Whom to ring and how urgently: no name, word or place of a resident."""
    return json.dumps(
        {
            "type": "helpline.page",
            "timestamp": page.opened_at.isoformat(),
            "data": {
                "page": page.page,
                "priority": page.priority,
                "tier": page.tier,
                "phones": [person.phone for person in people],
            },
        }
    )
