"""Somebody who listens to an event stream."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from httpx import Client, Response


@dataclass(frozen=True)
class Heard:
    """One event as it came."""

    id: int
    event: str
    data: str

    @property
    def body(self) -> dict[str, object]:
        """The event's data as JSON."""
        found = json.loads(self.data)
        assert isinstance(found, dict)
        return found


def events(stream: Response) -> Iterator[Heard]:
    """The events of a stream as they come; comments are not among them."""
    fields: dict[str, str] = {}
    for line in stream.iter_lines():
        name, _, value = line.partition(":")
        if line and name:
            fields[name] = value.removeprefix(" ")
        elif not line and "data" in fields:
            yield Heard(int(fields.get("id", "0")), fields["event"], fields["data"])
            fields = {}


def until(
    client: Client, path: str, wanted: str, headers: dict[str, str] | None = None
) -> list[Heard]:
    """What was heard until an event of this name came, that one included."""
    found: list[Heard] = []
    with client.stream("GET", path, headers=headers, timeout=10) as stream:
        assert stream.status_code == 200
        for heard in events(stream):
            found.append(heard)
            if heard.event == wanted:
                break
    return found
