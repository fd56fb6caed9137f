"""The three questions that are asked about a result, and what may be answered to them."""

from enum import StrEnum


class Question(StrEnum):
    """Was it solved, how were you treated, are you satisfied: in this order."""

    SOLVED = "solved"
    MANNER = "manner"
    SATISFIED = "satisfied"


class Answer(StrEnum):
    """Yes, partly, no: of the manner good, fair, poor."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
