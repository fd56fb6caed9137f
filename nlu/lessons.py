"""How sentences that editors taught are written in Rasa's training format."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from nlu.examples import Example

HEAD = 'version: "3.1"\nnlu:\n'


def as_rasa(lessons: Sequence[Example]) -> str:
    """The sentences by intent, as a file that `helpline nlu train` and Rasa read."""
    ordered = sorted(lessons, key=lambda one: one.intent)
    return HEAD + "".join(_blocks(ordered)) if ordered else HEAD.replace("nlu:", "nlu: []")


def one_line(text: str) -> str:
    """A sentence without line breaks and without signs that YAML refuses."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _blocks(ordered: Sequence[Example]) -> Iterator[str]:
    for intent, group in groupby(ordered, key=lambda one: one.intent):
        lines = "".join(f"    - {one_line(one.text)}\n" for one in group)
        yield f"- intent: {intent}\n  examples: |\n{lines}"
