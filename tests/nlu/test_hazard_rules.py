"""Each danger rule, figure of speech and silencing context has a sentence that needs it."""

from pathlib import Path

import pytest

from knowledge.names import Hazard
from knowledge.normalise import normalise
from nlu import hazards, writer
from tests import tables

FOLDER = Path(__file__).parent
CASES = tables.read(FOLDER / "hazard_rule_cases.yml")


@pytest.mark.parametrize(("text", "hazard"), CASES["sentences"].items())
def test_a_sentence_has_the_danger_that_one_rule_finds(text: str, hazard: str) -> None:
    plain = normalise(text).text
    assert hazards.look(plain, writer.guess(plain)).hazard == Hazard(hazard)


@pytest.mark.parametrize(("text", "hazard"), CASES["suspected"].items())
def test_a_weak_sign_is_suspected_and_decides_nothing(text: str, hazard: str) -> None:
    plain = normalise(text).text
    found = hazards.look(plain, writer.guess(plain))
    assert (found.hazard, found.suspicion) == (Hazard.NONE, Hazard(hazard))
