"""A chat that stands open in a console: what its script would fetch, and what would be seen."""

import re
from dataclasses import dataclass, field

from httpx import Client
from pydantic import TypeAdapter

from api.console import topics
from tests.api import listening

SEQ = re.compile(r'data-seq="(\d+)"')
WAITING = re.compile(r'href="/console/chats/([0-9a-f]{32})"')
REST = re.compile(r'hx-get="([^"]+)" hx-trigger="load"')
TOPICS = TypeAdapter(list[str])


@dataclass
class OpenPage:
    """The lines and the queue as they stand on the screen, and how far the log was read."""

    client: Client
    chat_id: str
    headers: dict[str, str]
    cursor: int = 0
    lines: list[int] = field(default_factory=list)
    queue: frozenset[str] = frozenset()
    looks: int = 0

    def load(self) -> "OpenPage":
        """Open the page."""
        text = self._get(f"/console/chats/{self.chat_id}")
        self.cursor = int(re.findall(r'data-after="(\d+)"', text)[0])
        self.lines = [int(one) for one in SEQ.findall(text)]
        self._fetch_queue()
        return self

    def follow(self, until: int) -> None:
        """Follow the stream from where the page was, until the log was read so far."""
        headers = {**self.headers, "Last-Event-ID": str(self.cursor)}
        with self.client.stream("GET", "/console/events", headers=headers, timeout=30) as stream:
            for heard in listening.events(stream):
                self._look_again(TOPICS.validate_json(heard.data))
                self.cursor = heard.id
                if self.cursor >= until:
                    return

    def _look_again(self, named: list[str]) -> None:
        every = topics.EVERYTHING in named
        if every or {"queue", "alert"} & set(named):
            self._fetch_queue()
        if every or {f"message:{self.chat_id}", f"queue:{self.chat_id}"} & set(named):
            after = max(self.lines, default=0)
            self._fetch_lines(f"/console/chats/{self.chat_id}/lines?after={after}")

    def _fetch_lines(self, path: str) -> None:
        found = self._get(path)
        self.lines += [int(one) for one in SEQ.findall(found)]
        for rest in REST.findall(found):
            self._fetch_lines(rest)

    def _fetch_queue(self) -> None:
        self.queue = frozenset(WAITING.findall(self._get("/console/queue")))

    def _get(self, path: str) -> str:
        self.looks += 1
        return self.client.get(path, headers=self.headers).raise_for_status().text
