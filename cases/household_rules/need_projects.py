"""What becomes of a need in the project library, and how much of it charities may be shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cases.errors import MoveError

# Fewer households than this behind a line could tell of one of them.
FEWEST = 5
ROUNDED_TO_FEN = 100_00


class NeedKind(StrEnum):
    """What is needed."""

    LIVING = "living"
    MEDICAL = "medical"
    CARE = "care"
    SCHOOLING = "schooling"
    DWELLING = "dwelling"
    WORK = "work"
    COMPANY = "company"
    OTHER = "other"


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    TAKEN = "taken"
    MET = "met"
    WITHDRAWN = "withdrawn"


class NeedMove(StrEnum):
    """What can be done with a need."""

    TAKE = "take"
    GIVE_BACK = "give_back"
    MEET = "meet"
    WITHDRAW = "withdraw"


N, M = NeedState, NeedMove
MOVES: dict[tuple[NeedState, NeedMove], NeedState] = {
    (N.OPEN, M.TAKE): N.TAKEN,
    (N.TAKEN, M.GIVE_BACK): N.OPEN,
    **{(state, M.MEET): N.MET for state in (N.OPEN, N.TAKEN)},
    **{(state, M.WITHDRAW): N.WITHDRAWN for state in (N.OPEN, N.TAKEN)},
}
SHOWN = frozenset({N.OPEN, N.TAKEN})
LIBRARY_CLAUSE = "ningxia-2024-3-6"


def after(state: NeedState, move: NeedMove) -> NeedState:
    """Where a move leads. Raises MoveError when it is not allowed from here."""
    target = MOVES.get((state, move))
    if target is None:
        raise MoveError(f"A need that is {state} cannot {move}; look at it again.")
    return target


@dataclass(frozen=True)
class Need:
    """A need as it is kept; `household` counts households and is never shown."""

    number: str
    household: str
    county: str
    kind: NeedKind
    amount_fen: int | None
    state: NeedState


@dataclass(frozen=True)
class ShownNeed:
    """A need as anybody may see it. A county or kind of None could tell of somebody."""

    number: str
    county: str | None
    kind: NeedKind | None
    amount_fen: int | None
    state: NeedState


@dataclass(frozen=True)
class Shown:
    """What is shown, and whether too few households are left to show theirs."""

    needs: tuple[ShownNeed, ...]
    some_hidden: bool


def shown(needs: Iterable[Need]) -> Shown:
    """The needs without identities: no line's county and kind fit fewer than five households.

    What too few share loses its county, then its kind; what is still too few is not shown.
    """
    left = [need for need in needs if need.state in SHOWN]
    found: list[ShownNeed] = []
    for county, kind in ((True, True), (False, True), (False, False)):
        enough, left = _enough(left, _by(county=county, kind=kind))
        found += [_bare(need, county=county, kind=kind) for need in enough]
    in_order = sorted(found, key=lambda need: (need.county or "", need.kind or "", need.number))
    return Shown(tuple(in_order), some_hidden=bool(left))


def _enough(
    needs: Sequence[Need], key: Callable[[Need], tuple[str, str]]
) -> tuple[list[Need], list[Need]]:
    households: dict[tuple[str, str], set[str]] = {}
    for need in needs:
        households.setdefault(key(need), set()).add(need.household)
    enough = [need for need in needs if len(households[key(need)]) >= FEWEST]
    few = [need for need in needs if len(households[key(need)]) < FEWEST]
    return enough, few


def _by(*, county: bool, kind: bool) -> Callable[[Need], tuple[str, str]]:
    return lambda need: (need.county if county else "", need.kind if kind else "")


def _bare(need: Need, *, county: bool, kind: bool) -> ShownNeed:
    amount = need.amount_fen
    rounded = None if amount is None else -(-amount // ROUNDED_TO_FEN) * ROUNDED_TO_FEN
    return ShownNeed(
        need.number,
        need.county if county else None,
        need.kind if kind else None,
        rounded,
        need.state,
    )
