"""Which records are nearest to a question: tantivy proposes, `ranking` decides."""

from collections.abc import Iterable
from dataclasses import dataclass

import tantivy

from knowledge import ranking, tokens
from knowledge.normalise import normalise
from knowledge.ranking import Frequencies, Weights
from knowledge.tokens import Tokens

CANDIDATES = 20
MEMORY = 64_000_000
PAIRS, SINGLES, ROW = "pairs", "singles", "row"
LONGEST_QUESTION = 200


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
    """A searchable set of records in memory; one record changes without a rebuild.

    Laid over another index (`beneath`), it hides that one's records of the ids in `hidden` and
    adds its own; the one beneath is neither copied nor changed, and readers of it go on.
    """

    def __init__(
        self,
        records: Iterable[Record] = (),
        weights: Weights | None = None,
        *,
        beneath: "Index | None" = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self._beneath, self._hidden = beneath, hidden
        self._weights = weights or (beneath.weights if beneath else Weights())
        self._index = tantivy.Index(_schema())
        self._schema = self._index.schema
        # A few records more or less do not change how rare a word is.
        self._known = beneath.known if beneath else Frequencies()
        self._rows: dict[int, tuple[str, Tokens]] = {}
        self._row_of: dict[str, int] = {}
        self._next = 0
        writer = self._index.writer(MEMORY, 1)
        for record in records:
            self._add(writer, record)
        writer.commit()
        self._index.reload()
        self._writer = writer

    def __len__(self) -> int:
        beneath = self._beneath
        return len(self._rows) + (len(beneath) - beneath.count(self._hidden) if beneath else 0)

    @property
    def weights(self) -> Weights:
        """What each part of the score counts here."""
        return self._weights

    @property
    def known(self) -> Frequencies:
        """How often each word stands in the records."""
        return self._known

    def count(self, ids: Iterable[str]) -> int:
        """How many of these ids are records here."""
        return sum(record_id in self._row_of for record_id in ids)

    def put(self, *records: Record) -> None:
        """Add records, or replace those of the same id; found from the next question on."""
        for record in records:
            self._forget(record.id)
            self._add(self._writer, record)
        self._writer.commit()
        self._index.reload()

    def drop(self, *ids: str) -> None:
        """Take records out; an unknown id is nothing."""
        for record_id in ids:
            self._forget(record_id)
        self._writer.commit()
        self._index.reload()

    def find(self, question: str, limit: int = 10) -> tuple[Hit, ...]:
        """The nearest records, best first; empty where nothing fits."""
        text = tokens.plain(normalise(question[:LONGEST_QUESTION]).text)
        if self._weights.question_words:
            text = tokens.without_question_words(text)
        near = self.near(text, max(CANDIDATES, limit))
        if not near:
            return ()
        asked = tokens.read(text)
        scores = ranking.score(asked, [read for _, read in near], self._known, self._weights)
        order = sorted(range(len(near)), key=lambda at: -scores[at])[:limit]
        return tuple(Hit(near[at][0], float(scores[at])) for at in order)

    def near(self, text: str, limit: int) -> list[tuple[str, Tokens]]:
        """Records worth ranking for a text that is already plain, with what they hold."""
        own = [self._rows[row] for row in self._candidates(text, limit)]
        if self._beneath is None:
            return own
        below = self._beneath.near(text, limit + min(len(self._hidden), limit))
        return own + [pair for pair in below if pair[0] not in self._hidden]

    def _candidates(self, text: str, limit: int) -> list[int]:
        """Rows that tantivy's own BM25 puts first; single characters where there is no pair."""
        terms = tokens.pairs_of(text)
        found = self._proposed(PAIRS, terms, limit) if terms else []
        return found or self._proposed(SINGLES, [c for c in text if c.isalnum()], limit)

    def _proposed(self, field: str, terms: Iterable[str], limit: int) -> list[int]:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term))
            for term in dict.fromkeys(terms)
        ]
        if not clauses:
            return []
        searcher = self._index.searcher()
        result = searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False)
        addresses = [address for _, address in result.hits]
        rows = searcher.fast_field_values(ROW, addresses)
        return [row for row in rows if isinstance(row, int)]

    def _add(self, writer: tantivy.IndexWriter, record: Record) -> None:
        text = tokens.plain("\n".join((record.title, *record.asks, record.text)))
        row, self._next = self._next, self._next + 1
        read = tokens.read(text)
        self._rows[row], self._row_of[record.id] = (record.id, read), row
        if self._beneath is None:
            self._known.count(read, 1)
        document = tantivy.Document()
        document.add_unsigned(ROW, row)
        document.add_text(PAIRS, " ".join(tokens.pairs_of(text)))
        document.add_text(SINGLES, " ".join(c for c in text if c.isalnum()))
        writer.add_document(document)

    def _forget(self, record_id: str) -> None:
        row = self._row_of.pop(record_id, None)
        if row is None:
            return
        _, read = self._rows.pop(row)
        if self._beneath is None:
            self._known.count(read, -1)
        gone = tantivy.Query.term_query(self._schema, ROW, row)
        self._writer.delete_documents_by_query(gone)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(ROW, indexed=True, fast=True)
    for field in (PAIRS, SINGLES):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
