"""What a sheet of rules says of one programme in one region."""

from pydantic import Field

from knowledge.entries import Entry, Slug, Text
from knowledge.names import Programme, Region


class Cite(Entry):
    """Where a rule stands: the document's id and the number of the clause in it."""

    document: Slug
    clause: Text


class ClauseRule(Entry):
    """One condition. In a region's sheet `replaces` names the national clause it takes the
    place of. What a document only explores is `explored` and never decides."""

    id: Slug
    says: Text
    when: Text
    cite: Cite
    replaces: Slug | None = None
    explored: bool = False


class ExceptionRule(Entry):
    """A way past the clauses it lifts: it makes them hold where it holds itself."""

    id: Slug
    says: Text
    when: Text
    lifts: tuple[Slug, ...] = Field(min_length=1)
    cite: Cite


class AmountRule(Entry):
    """How much, in words. `says` may hold {low} and {high}, in 元; where they cannot be
    reckoned, `formula` is said instead. The first one whose `when` is true counts."""

    says: Text
    formula: Text
    low: Text | None = None
    high: Text | None = None
    when: Text | None = None
    cite: Cite


class Paper(Entry):
    """Something to bring, where `when` is not false."""

    says: Text
    when: Text | None = None


class Note(Entry):
    """What a household should hear beside the verdict: pilots, plans, expired rules."""

    says: Text
    cite: Cite


class Sheet(Entry):
    """The rules of one programme. A region's sheet changes the national one: its parts,
    clauses and texts take the place of those they name; it counts only while `document`
    is in force. `review` and `validity` say how long help lasts and when it is looked at."""

    programme: Programme
    region: Region
    document: Slug | None = None
    parts: dict[str, Text] = Field(default_factory=dict)
    clauses: tuple[ClauseRule, ...] = ()
    exceptions: tuple[ExceptionRule, ...] = ()
    amounts: tuple[AmountRule, ...] = ()
    documents: tuple[Paper, ...] = ()
    where: Text | None = None
    check: Text | None = None
    likely: Text | None = None
    waits: Text | None = None
    validity: Text | None = None
    review: Text | None = None
    notes: tuple[Note, ...] = ()
