"""Which words must stand in a text before a pattern of a danger can match it.

A need is a set of words of which one must be there; a pattern has several needs. Only the little of
the language of patterns that nlu/dangers uses is read here; what is not understood needs nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

Needs = tuple[frozenset[str], ...]
Piece = tuple[str, str]

PIECE = re.compile(
    r"(\(\?(?:[:=!]|<[=!])|\[\^?(?:\\.|[^\]\\])+\]|\\.|<[a-z_]+>|[^\\])"
    r"((?:\{\d+(?:,\d*)?\}|[?*+])\??)?",
    re.DOTALL,
)
LARGEST_CLASS = 24
OPTIONAL = ("?", "*", "{0")
NOTHING: Needs = ()


def branches(pattern: str) -> list[str]:
    """The alternatives of a pattern that stand outside all brackets."""
    found = [""]
    deep = 0
    for piece, times in PIECE.findall(pattern):
        deep += piece.startswith("(") - (piece == ")")
        if piece == "|" and not deep:
            found.append("")
        else:
            found[-1] += piece + times
    return found


def needs(pattern: str, names: Mapping[str, Needs]) -> Needs:
    """What any match of the pattern must hold; `names` are the needs of what `<name>` means."""
    return _Reader(PIECE.findall(pattern), names).read()


def worth(words: frozenset[str]) -> tuple[int, int]:
    """Rare is better: long words, and few of them."""
    return min(map(len, words)), -len(words)


def distinct(all_needs: Iterable[Needs]) -> list[frozenset[str]]:
    """Every need once, in the order of their first place."""
    return list(dict.fromkeys(need for each in all_needs for need in each))


class _Reader:
    """Reads the pieces of a pattern from left to right, brackets within brackets."""

    def __init__(self, pieces: Sequence[Piece], names: Mapping[str, Needs]) -> None:
        self._pieces = iter(pieces)
        self._names = names
        self._times = ""

    def read(self) -> Needs:
        """All alternatives up to the bracket that closes them, or to the end."""
        alternatives: list[list[frozenset[str]]] = [[]]
        run = ""
        for piece, times in self._pieces:
            letter = "" if times else _letter(piece)
            run += letter
            if letter:
                continue
            alternatives[-1].extend(_word(run))
            run = ""
            if piece == ")":
                self._times = times
                break
            if piece == "|":
                alternatives.append([])
            else:
                alternatives[-1].extend(self._counted(piece, times))
        alternatives[-1].extend(_word(run))
        return _either(alternatives)

    def _counted(self, piece: str, times: str) -> Needs:
        """What a piece needs; nothing if it need not stand. A bracket is counted where it ends."""
        inner = self._inner(piece)
        if piece.startswith("("):
            times = self._times
        return NOTHING if times.startswith(OPTIONAL) else inner

    def _inner(self, piece: str) -> Needs:
        """What a piece that is more than one letter needs; what it looks around for is nothing."""
        if piece.startswith("("):
            inner = self.read()
            return inner if piece in {"(", "(?:"} else NOTHING
        if piece.startswith("["):
            return _class(piece[1:-1])
        if piece.startswith("<"):
            return self._names[piece[1:-1]]
        return _word(_letter(piece))


def _word(letters: str) -> Needs:
    return (frozenset((letters,)),) if letters else NOTHING


def _letter(piece: str) -> str:
    if len(piece) == 1:
        return "" if piece in ".^$|()<" else piece
    if piece[0] == "\\" and not piece[1].isalnum():
        return piece[1]
    return ""


def _class(inside: str) -> Needs:
    odd = inside.startswith("^") or "-" in inside or "\\" in inside
    return NOTHING if odd or len(inside) > LARGEST_CLASS else (frozenset(inside),)


def _either(alternatives: Sequence[Sequence[frozenset[str]]]) -> Needs:
    """All needs of the only alternative, or one of the best of each."""
    if len(alternatives) == 1:
        return tuple(dict.fromkeys(alternatives[0]))
    if not all(alternatives):
        return NOTHING
    return (frozenset().union(*(max(each, key=worth) for each in alternatives)),)
