"""In which language somebody wants to be talked with, as a text says it."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge import loading
from knowledge.names import Tongue

SHEET = Path(__file__).parent / "lexicon" / "tongues.yml"


class _Book(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[Tongue, tuple[str, ...]]
    wishes: tuple[str, ...]
    refusals: tuple[str, ...]
    plain: tuple[str, ...]
    whole: dict[Tongue, tuple[str, ...]]


def told(text: str) -> Tongue | None:
    """What the writer says they speak or need; None where a language is only spoken of.

    "我只会说闽南话" is a need; "我不会说闽南话" and "有没有手语培训" are none.
    """
    book = _book()
    for tongue, phrases in book.whole.items():
        if any(phrase in text for phrase in phrases):
            return tongue
    for tongue, names in book.names.items():
        for name in names:
            if any(refusal + name in text for refusal in book.refusals):
                continue
            if any(wish + name in text for wish in book.wishes):
                return tongue
    return None


def named(text: str) -> Tongue | None:
    """The language that a household's file names; None where they speak the common one too."""
    book = _book()
    if any(word in text for word in book.plain):
        return None
    for tongue, names in book.names.items():
        if any(name in text for name in names):
            return tongue
    return next((t for t, said in book.whole.items() if any(one in text for one in said)), None)


@cache
def _book() -> _Book:
    return loading.read_entry(SHEET, _Book)
