"""Which entries are nearest to a question."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One thing to be found: what it is called, what it says, and ways people ask for it."""

    id: str
    title: str
    text: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, with a score that falls from hit to hit."""

    id: str
    score: float


class Index:
    """A searchable set of records; one record changes without a rebuild."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records = {record.id: record for record in records}

    def find(self, question: str, limit: int = 10) -> tuple[Hit, ...]:
        """The nearest records, best first; empty where nothing fits."""
        grams = {question[i : i + 2] for i in range(len(question) - 1)}
        hits = []
        for record in self._records.values():
            texts = (*record.asks, record.title)
            best = max(
                (sum(g in text for g in grams) / (len(grams) + 1) for text in texts), default=0
            )
            if best:
                hits.append(Hit(record.id, best))
        return tuple(sorted(hits, key=lambda hit: -hit.score)[:limit])
