"""Where a document is harsher or older than the law: what is said before the document is."""

from collections.abc import Iterable, Sequence

from pydantic import field_validator

from knowledge.entries import Entry, Slug, Text


class LawFirst(Entry):
    """The law on a topic, told before `clause` of `document`; `avoid` are words never used."""

    id: Slug
    topic: Text
    document: Slug
    clause: Text
    law: tuple[Slug, ...]
    says: Text
    avoid: tuple[Text, ...] = ()

    @field_validator("law", mode="before")
    @classmethod
    def _always_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def applies(self, sources: Iterable[tuple[str, str]], cites: Iterable[str]) -> bool:
        """Whether a text with these sources (document, clause number) and cites is about this.

        The clause alone is too wide a sign, so the law itself must be relied on as well.
        """
        return (self.document, self.clause) in set(sources) and not set(self.law).isdisjoint(cites)


def ahead(
    rows: Sequence[LawFirst], sources: Iterable[tuple[str, str]], cites: Iterable[str]
) -> tuple[LawFirst, ...]:
    """Every row that must be told before a text with these sources."""
    known, relied = list(sources), list(cites)
    return tuple(row for row in rows if row.applies(known, relied))
