"""What is only planned, explored or left to the place is told beside the result."""

from handlers import findings
from knowledge import checklist, prescreening
from knowledge.household import Household
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.verdict import Verdict
from tests.knowledge.prescreening import rulebook

TOLD = {"recognised": "dibao", "event": "fire", "still_stuck": True}


def special_care() -> Verdict:
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json(TOLD),
        region=Region.NINGXIA,
        on=rulebook.TODAY,
        local=rulebook.standards("none", Region.NINGXIA),
    )
    return next(v for v in found if v.programme is Programme.SPECIAL_CARE)


def test_a_note_stands_beside_its_programme_in_the_chat(library: Library) -> None:
    replies = findings.replies([special_care()], library, on=rulebook.TODAY, wider=False)
    assert "另外：文件写的是8类家庭" in str(replies[0].values["list"])


def test_the_list_to_take_home_keeps_every_note(library: Library) -> None:
    verdict = special_care()
    made = checklist.compose([verdict], library, region=Region.NINGXIA, on=rulebook.TODAY)
    assert verdict.notes
    assert made.items[0].notes == verdict.notes


def test_notes_are_no_part_of_the_contracts_shape() -> None:
    assert "notes" not in special_care().to_json()
