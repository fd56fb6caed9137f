"""What a household is told about one programme, and its shape for other programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.names import Programme


class Outcome(StrEnum):
    """Never a decision: 可能符合, 目前卡在某一条, or something is still missing."""

    LIKELY = "likely"
    UNLIKELY = "unlikely"
    NEED_MORE = "need_more"


class MissingKind(StrEnum):
    """Whose the gap is: a fact is the resident's to tell, a parameter the bureau's."""

    FACT = "fact"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """Something without which a clause cannot be decided."""

    kind: MissingKind
    id: str


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """One clause: whether it holds (None: open), in plain words, where it stands, and what
    it looked at. `document` is the title without 《》."""

    id: str
    value: bool | None
    says: str
    document: str
    document_id: str
    clause: str
    facts: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    standards: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def used(self) -> dict[str, str]:
        """The values of the parameters that it looked at."""
        return {name: self.standards[name] for name in self.parameters if name in self.standards}

    def to_json(self) -> dict[str, object]:
        """The contract's shape."""
        return {
            "id": self.id,
            "value": self.value,
            "cite": {"document": self.document, "clause": self.clause},
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a programme looks open to a household, and the next step in any case.

    `notes` tell what is only explored, planned or expired; `check` says where a person
    checks an `unlikely` and how to apply all the same; `alarm` is set when a rule failed.
    """

    programme: Programme
    outcome: Outcome
    clauses: tuple[ClauseResult, ...]
    missing: tuple[Missing, ...] = ()
    amount: str | None = None
    documents: tuple[str, ...] = ()
    where: str | None = None
    next_step: str | None = None
    check: str | None = None
    notes: tuple[str, ...] = ()
    alarm: str | None = None

    @property
    def decided(self) -> bool:
        """Whether anything is left open."""
        return self.outcome is not Outcome.NEED_MORE

    @property
    def failed(self) -> tuple[ClauseResult, ...]:
        """The clauses that stand in the way."""
        return tuple(clause for clause in self.clauses if clause.value is False)

    @property
    def waits_for_standard(self) -> bool:
        """Whether only the bureau's parameters are missing: 要看当地标准."""
        return bool(self.missing) and all(m.kind is MissingKind.PARAMETER for m in self.missing)

    def to_json(self) -> dict[str, object]:
        """The contract's shape."""
        return {
            "id": self.programme.value,
            "outcome": self.outcome.value,
            "clauses": [clause.to_json() for clause in self.clauses],
            "missing": [{"kind": m.kind.value, "id": m.id} for m in self.missing],
            "amount": self.amount,
            "documents": list(self.documents),
            "where": self.where_and_check,
        }

    @property
    def where_and_check(self) -> str | None:
        """Where to apply; for an `unlikely` also where a person checks it."""
        parts = [part for part in (self.where, self.check) if part]
        return "".join(parts) or None
