"""Why a file cannot become a draft."""

from enum import StrEnum


class Trouble(StrEnum):
    """What is wrong with a file."""

    NO_TEXT = "no_text"
    WRONG_KIND = "wrong_kind"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    NO_WORD = "no_word"
    LOCKED = "locked"
    NO_PDF = "no_pdf"
    SCAN = "scan"
    NO_ARTICLE = "no_article"
    NO_ENCODING = "no_encoding"
    UNFINISHED = "unfinished"


class ImportingError(Exception):
    """A file that cannot become a draft; the message names it and the mend."""

    def __init__(self, message: str, trouble: Trouble) -> None:
        super().__init__(message)
        self.trouble = trouble
