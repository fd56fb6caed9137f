"""Which sentences stand on the resident's page, and in which language."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
Wording = Mapping[str, Mapping[str, str]]


class Language(StrEnum):
    """The languages of the page around the conversation."""

    CHINESE = "zh"
    ENGLISH = "en"


FILES = {Language.CHINESE: "wording.toml", Language.ENGLISH: "wording.en.toml"}


@cache
def load(language: Language) -> Wording:
    """The sentences by section and key."""
    table = tomllib.loads((FOLDER / FILES[language]).read_text(encoding="utf-8"))
    return {
        section: {key: str(sentence) for key, sentence in rows.items()}
        for section, rows in table.items()
    }


def preferred(accepted: str) -> Language:
    """The language for an Accept-Language header: English only for who asks for no Chinese."""
    wanted = [part.split(";")[0].strip().lower() for part in accepted.split(",")]
    english = any(tag.startswith("en") for tag in wanted)
    chinese = any(tag.startswith("zh") for tag in wanted)
    return Language.ENGLISH if english and not chinese else Language.CHINESE
