"""What is said to a policy question, and on which clauses it relies."""

from dataclasses import dataclass
from datetime import date

from knowledge.entries import Grade
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region


@dataclass(frozen=True, slots=True)
class Topic:
    """What was talked about before, so that "那要带什么" keeps it."""

    guide: str
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause relied on. `text` is the clause in our words, shown when it is opened."""

    document: str
    clause: str
    issued: date | None
    region: Region
    grade: Grade
    in_force: bool
    clause_id: str
    text: str
    note: str | None = None

    def to_json(self) -> dict[str, str | bool | None]:
        """One row of the contract's `citations`."""
        return {
            "document": self.document,
            "clause": self.clause,
            "issued": None if self.issued is None else self.issued.isoformat(),
            "region": str(self.region),
            "grade": str(self.grade),
            "in_force": self.in_force,
        }


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """An answer with everything it relies on.

    `guide` is what to remember as topic; `found` is false when nothing fits (a miss).
    """

    text: str
    region: Region = Region.NATIONAL
    citations: tuple[Citation, ...] = ()
    programme: Programme | None = None
    aspect: Aspect | None = None
    guide: str | None = None
    confirm_locally: bool = False
    declined: bool = False
    suggestions: tuple[str, ...] = ()
    found: bool = True

    def to_json(self) -> dict[str, object]:
        """The contract's `ask` object."""
        return {
            "answer": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "region": str(self.region),
            "programme": None if self.programme is None else str(self.programme),
            "aspect": None if self.aspect is None else str(self.aspect),
            "confirm_locally": self.confirm_locally,
            "declined": self.declined,
            "suggestions": list(self.suggestions),
        }


def answer(  # noqa: PLR0913
    library: Library,
    question: str,
    *,
    region: Region | None,
    on: date,
    programme: Programme | None = None,
    aspect: Aspect | None = None,
    topic: Topic | None = None,
) -> PolicyAnswer:
    """Answer for that region and day; a region named in the question wins over `region`."""
    hits = library.index.find(question, 1)
    if not hits:
        return PolicyAnswer(library.say("answer.miss"), confirm_locally=True, found=False)
    name = hits[0].id.split("/")[1]
    guide = next(entry for (_, key), entry in library.guides.items() if key == name)
    said = guide.answers.get(aspect) if aspect else None
    text = said.says if said else guide.title
    return PolicyAnswer(text, region or Region.NATIONAL, programme=guide.programme, guide=name)
