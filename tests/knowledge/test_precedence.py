"""The law is told before each document that is harsher or older, and words that shame never are."""

from datetime import date

import pytest

from knowledge import answers, precedence
from knowledge.answers import Topic
from knowledge.composing import Asked, layers, parts
from knowledge.library import Library
from knowledge.names import Aspect, Region
from knowledge.precedence import LawFirst
from tests import loaded

TODAY = date(2026, 11, 22)
ROWS = loaded.library().law_first


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_row_is_told_where_its_clause_and_law_are_relied_on(row: LawFirst) -> None:
    assert row in precedence.ahead(ROWS, [(row.document, row.clause)], row.law)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_row_is_not_told_of_the_clause_alone(row: LawFirst) -> None:
    assert row not in precedence.ahead(ROWS, [(row.document, row.clause)], ())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_row_names_a_law_and_a_clause_that_exist(library: Library, row: LawFirst) -> None:
    assert all(library.clause(name) for name in row.law)
    numbers = {
        library.clause(name).number for name, of in library.holders.items() if of == row.document
    }
    assert row.clause in numbers


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_its_shaming_words_reach_nobody(library: Library, row: LawFirst) -> None:
    said = [answer.says for guide in library.guides.values() for answer in guide.answers.values()]
    assert [text for text in (*said, row.says) if any(word in text for word in row.avoid)] == []


def test_in_an_answer_the_law_comes_before_the_document(library: Library) -> None:
    asked = Asked("temporary_emergency", Aspect.DURATION, Region.ZICHUAN, TODAY)
    texts = [part.text for part in parts(layers(library, asked))]
    law = next(row.says for row in ROWS if row.id == "emergency-24h")
    local = next(text for text in texts if text.startswith("淄博市淄川区的规定"))
    assert texts.index(law) < texts.index(local)


@pytest.mark.parametrize(
    ("region", "name"), sorted({(r, n) for r in Region for _, n in loaded.library().guides})
)
def test_what_binds_is_cited_first(library: Library, region: Region, name: str) -> None:
    for aspect in Aspect:
        said = answers.answer(library, "呢", region=region, on=TODAY, topic=Topic(name, aspect))
        binds = [cited.in_force for cited in said.citations]
        assert binds[:1] == [True] or not any(binds)


def test_the_last_sentence_asks_for_the_region(library: Library) -> None:
    said = answers.answer(library, "低保要什么条件", region=None, on=TODAY)
    assert said.text.splitlines()[-1].endswith("您是在哪个地方？")
