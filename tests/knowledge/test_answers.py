"""Policy questions are answered by region and day, with their clauses, or honestly not at all."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge import answers, loading
from knowledge.answers import PolicyAnswer, Topic
from knowledge.library import Library
from knowledge.names import Aspect, Programme, Region

ASKS = Path(__file__).parent / "asks"
TODAY = date(2026, 11, 22)


class Case(BaseModel):
    """One question with what its answer must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ask: str
    region: Region | None = None
    day: date = TODAY
    programme: Programme | None = None
    aspect: Aspect | None = None
    answered_for: Region = Region.NATIONAL
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    expired: bool = False
    confirm: bool = False
    declined: bool = False
    found: bool = True
    asks_region: bool = False


CASES = loading.read(ASKS / "answers.yml", TypeAdapter(list[Case]))
DECLINED = loading.read(ASKS / "declined.yml", TypeAdapter(dict[str, list[str]]))


def ask(library: Library, case: Case) -> PolicyAnswer:
    return answers.answer(library, case.ask, region=case.region, on=case.day)


@pytest.fixture(params=CASES, ids=lambda case: f"{case.ask}-{case.region}-{case.day}")
def case(request: pytest.FixtureRequest) -> Case:
    assert isinstance(request.param, Case)
    return request.param


def test_the_answer_says_what_it_must_and_nothing_it_must_not(library: Library, case: Case) -> None:
    text = ask(library, case).text
    assert [words for words in case.says if words not in text] == []
    assert [words for words in case.never if words in text] == []


def test_the_answer_is_about_what_was_asked(library: Library, case: Case) -> None:
    said = ask(library, case)
    assert said.region is case.answered_for
    assert said.programme is case.programme or case.programme is None
    assert said.aspect is case.aspect or case.aspect is None
    assert (said.declined, said.found) == (case.declined, case.found)


def test_the_answer_cites_its_clauses_and_names_the_expired(library: Library, case: Case) -> None:
    said = ask(library, case)
    assert set(case.cites) <= {citation.clause for citation in said.citations}
    assert not case.expired or any(not citation.in_force for citation in said.citations)
    assert said.citations or not said.found


def test_what_is_not_settled_is_to_be_confirmed_locally(library: Library, case: Case) -> None:
    assert ask(library, case).confirm_locally or not case.confirm


def test_the_region_is_asked_last_with_one_suggestion_a_region(
    library: Library, case: Case
) -> None:
    said = ask(library, case)
    asks = said.text.endswith(library.say("answer.ask_region"))
    assert asks or not case.asks_region
    assert len(said.suggestions) == len(Region) - 1 or not asks


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in DECLINED.items() for text in texts]
)
def test_what_must_not_be_answered_is_declined(library: Library, kind: str, text: str) -> None:
    refusal = library.cues.refusal(text)
    assert refusal is not None
    assert answers.answer(library, text, region=None, on=TODAY).declined, kind


def test_no_way_of_asking_in_the_content_is_declined_by_mistake(library: Library) -> None:
    mistaken = [
        ask
        for guide in library.guides.values()
        for ask in guide.asks
        if library.cues.refusal(ask) and guide.id not in {"privacy", "public-notice"}
    ]
    assert mistaken == []


@pytest.mark.parametrize(
    ("text", "aspect"), [("那要带什么", "documents"), ("几天能下来", "duration")]
)
def test_a_follow_up_keeps_the_topic_and_leaves_out_the_four_sentences(
    library: Library, text: str, aspect: str
) -> None:
    topic = Topic("tekun", Aspect.CONDITIONS)
    said = answers.answer(library, text, region=None, on=TODAY, topic=topic)
    brief = library.guides[Region.NATIONAL, "tekun"].brief
    assert (said.guide, said.aspect) == ("tekun", aspect)
    assert brief is not None
    assert brief.can not in said.text


def test_naming_another_region_keeps_topic_and_aspect(library: Library) -> None:
    topic = Topic("tekun", Aspect.AMOUNT)
    said = answers.answer(library, "宁夏呢", region=Region.ZICHUAN, on=TODAY, topic=topic)
    assert (said.guide, said.aspect, said.region) == ("tekun", "amount", "ningxia")


def test_an_answer_before_the_law_says_that_it_did_not_bind_yet(library: Library) -> None:
    said = answers.answer(library, "低保要什么条件", region=None, on=date(2026, 6, 30))
    assert "2026-07-01起施行" in said.text
    assert any(not citation.in_force for citation in said.citations)


def test_the_json_has_the_keys_of_the_contract_alone(library: Library) -> None:
    said = answers.answer(library, "低保多少钱", region=Region.DONGTOU, on=TODAY).to_json()
    assert list(said) == [
        "answer", "citations", "region", "programme", "aspect",
        "confirm_locally", "declined", "suggestions",
    ]  # fmt: skip


def test_no_unverified_copy_is_ever_cited(library: Library) -> None:
    for _, name in library.guides:
        said = answers.answer(
            library, "怎么办", region=Region.LONGYAN, on=TODAY, topic=Topic(name, None)
        )
        assert all(citation.grade != "C" for citation in said.citations)


@pytest.mark.parametrize("text", ["", " ", "？？？", "啊" * 5000, "\ud800", "🙂", "\x00\x01"])
def test_any_text_gets_an_answer(library: Library, text: str) -> None:
    assert answers.answer(library, text, region=None, on=TODAY).text
