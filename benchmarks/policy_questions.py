"""How often held-out policy questions find the right programme, side, place and kind of reply.

    python benchmarks/policy_questions.py tests/heldout/policy_questions.yml

Prints totals alone: the questions themselves are not for tuning.
"""

import argparse
from collections import Counter
from datetime import date
from pathlib import Path

from pydantic import BaseModel, TypeAdapter
from rich.console import Console

from knowledge import answers, loading
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import normalise
from nlu import topics

DAY = date(2026, 11, 22)
FIRST_THREE = 3


class Question(BaseModel, frozen=True):
    """One question with what is due; `kind` is answer, unsaid, declined or another word.

    `region` is named in the text or, where it is not, known from the chat before.
    """

    text: str
    region: Region | None = None
    programme: Programme | None = None
    aspect: Aspect | None = None
    kind: str


def main() -> None:
    """Score every question once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    questions = loading.read(parser.parse_args().file, TypeAdapter(list[Question]))
    library = Library.load()
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for question in questions:
        for name, good in _marks(library, question).items():
            asked[name] += 1
            right[name] += good
    console = Console()
    for name in sorted(asked):
        share = right[name] / asked[name]
        console.print(f"{name:24} {right[name]:4} of {asked[name]:4}  {share:.3f}")


def _marks(library: Library, question: Question) -> dict[str, bool]:
    text = normalise(question.text).text
    named = library.cues.region(text)
    known = None if named else question.region
    found = answers.answer(
        library,
        question.text,
        region=known,
        on=DAY,
        programme=topics.programme(text, topics.programmes(text)),
        aspect=topics.aspect(text),
    )
    region = None if found.region is Region.NATIONAL else found.region
    marks = {f"kind {question.kind}": _kind_right(question.kind, found)}
    if question.kind == "declined":
        return marks
    if known is None:
        marks["region"] = (question.region or Region.NATIONAL) is found.region
    if question.programme is not None:
        best = library.finder.matches(text, region=region)[:FIRST_THREE]
        owners = {library.finder.programme_of(match.guide) for match in best}
        marks["programme first"] = found.programme is question.programme
        marks["programme in three"] = question.programme in {*owners, found.programme}
    if question.aspect is not None:
        marks["aspect"] = found.aspect is question.aspect
    return marks


def _kind_right(kind: str, found: answers.PolicyAnswer) -> bool:
    if kind == "declined":
        return found.declined
    if kind == "unsaid":
        return found.confirm_locally and not found.declined
    return found.found and not found.declined


if __name__ == "__main__":
    main()
