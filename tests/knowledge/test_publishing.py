"""What is published lies over the shipped knowledge: at once, whole, and never when it is wrong."""

from collections.abc import Mapping

import pytest

from knowledge import differences, editions, grouping, needs, publishing
from knowledge.editions import AS_SHIPPED, Edition, EditionError, Kind, Trouble
from knowledge.library import Library
from knowledge.names import Region
from knowledge.needs import Assessment, Dimension, Grade

CLAUSE = "zichuan-2021-1-1"
CAMEL = "养骆驼的家庭凭骆驼证明来办。"
GUIDE = "zichuan/dibao"
STANDARD = "zichuan/dibao_standard"
ROW = {
    "parameter": "dibao_standard",
    "value": 70000,
    "unit": "fen/person/month",
    "valid_from": "2026-01-01",
    "document": "zichuan-2021",
}
LINE = {"id": "ours", "number": "0533-0000000", "name": "本区", "purpose": "咨询", "grade": "B"}
SERVICE = {
    "id": "ours",
    "category": "care",
    "name": "上门理发",
    "needs": {"illness": 2},
    "cite": {"document": "fengze-2024", "clause": "四(四)"},
}
PLACE = {"id": "ours", "name": "助联体", "kind": "服务站", "region": "zichuan"}
NEW = {
    "id": "ours-2026",
    "title": "淄川区骆驼办法",
    "region": "zichuan",
    "status": "in_force",
    "grade": "B",
    "clauses": [{"id": "ours-2026-1", "number": "第一条", "heading": "骆驼", "says": CAMEL}],
}


def _body(library: Library, kind: Kind, subject: str, **changed: object) -> dict[str, object]:
    return {**(editions.body_of(library, kind, subject) or {}), **changed}


def _camel(library: Library, version: int = 1, **changed: object) -> Edition:
    body = _body(library, Kind.CLAUSE, CLAUSE, **{"says": CAMEL, **changed})
    return Edition(Kind.CLAUSE, CLAUSE, version, body)


def test_a_changed_clause_is_said_found_and_numbered(library: Library) -> None:
    new = publishing.fold(library, [_camel(library)])
    assert new.clause(CLAUSE).says == CAMEL
    assert new.index.find("骆驼证明")[0].id == CLAUSE
    assert (new.version_of(CLAUSE), library.version_of(CLAUSE)) == (1, 0)
    assert len(new.index) == len(library.index)


def test_the_library_before_is_not_touched(library: Library) -> None:
    before = library.index.find("骆驼证明")
    publishing.fold(library, [_camel(library)])
    assert library.clause(CLAUSE).says != CAMEL
    assert library.index.find("骆驼证明") == before


def test_a_clause_makes_neither_models_nor_rules_anew(library: Library) -> None:
    new = publishing.fold(library, [_camel(library)])
    assert new.finder is library.finder
    assert new.rules is library.rules


def test_a_new_way_of_asking_finds_its_guide(library: Library) -> None:
    body = _body(library, Kind.GUIDE, GUIDE, asks=["骆驼吃的草料钱谁给"])
    new = publishing.fold(library, [Edition(Kind.GUIDE, GUIDE, 1, body)])
    assert new.finder.matches("骆驼草料钱谁给", region=Region.ZICHUAN)[0].guide == "dibao"
    again = publishing.fold(
        library, [Edition(Kind.GUIDE, GUIDE, 1, body), _camel(library)], before=new
    )
    assert again.finder is new.finder


def test_a_new_document_comes_with_its_clauses(library: Library) -> None:
    new = publishing.fold(library, [Edition(Kind.DOCUMENT, "ours-2026", 1, NEW)])
    assert new.index.find("骆驼证明")[0].id == "ours-2026-1"
    assert new.document_of("ours-2026-1").title == "淄川区骆驼办法"
    assert new.version_of("ours-2026-1") == 1


def test_a_documents_days_reach_the_rules(library: Library) -> None:
    body = _body(library, Kind.DOCUMENT, "zichuan-2021", valid_until="2026-06-30")
    new = publishing.fold(library, [Edition(Kind.DOCUMENT, "zichuan-2021", 1, body)])
    assert str(new.rules.documents["zichuan-2021"].valid_until) == "2026-06-30"
    assert new.rules.version != library.rules.version
    assert new.documents["zichuan-2021"].clauses == library.documents["zichuan-2021"].clauses


def test_numbers_places_and_standards_are_published(library: Library) -> None:
    new = publishing.fold(
        library,
        [
            Edition(Kind.HOTLINE, "ours", 1, LINE),
            Edition(Kind.PLACE, "ours", 1, PLACE),
            Edition(Kind.PARAMETER, STANDARD, 1, {"values": [ROW]}),
        ],
    )
    assert "ours" in {line.id for line in new.hotlines}
    assert "ours" in {place.id for place in new.places}
    assert [row.value for row in new.local(Region.ZICHUAN).values] == [70000]


def test_a_published_service_is_what_needs_are_matched_with(library: Library) -> None:
    meals = {**SERVICE, "id": "meals", "provider": "虚构食堂"}
    closed = {**SERVICE, "id": "bathing", "offered": False}
    wanted = [
        Edition(Kind.SERVICE, "fengze/ours", 1, SERVICE),
        Edition(Kind.SERVICE, "fengze/meals", 1, meals),
        Edition(Kind.SERVICE, "fengze/bathing", 1, closed),
    ]
    rules = publishing.fold(library, wanted).rules
    assert rules.version == library.rules.version
    new = rules.services[Region.FENGZE]
    found = needs.match(new, Assessment({Dimension.ILLNESS: Grade.SEVERE}))
    offered = {match.service.id: match.service.provider for match in found}
    assert offered.keys() >= {"ours", "meals"}
    assert "bathing" not in offered
    assert offered["meals"] == "虚构食堂"
    assert len(new.services) == len(library.rules.services[Region.FENGZE].services) + 1


@pytest.mark.parametrize(
    ("kind", "subject", "body"),
    [
        (Kind.DOCUMENT, "ours-2026", NEW),
        (Kind.HOTLINE, "ours", LINE),
        (Kind.PLACE, "ours", PLACE),
        (Kind.PARAMETER, STANDARD, {"values": [ROW]}),
        (Kind.SERVICE, "fengze/ours", SERVICE),
        (Kind.GUIDE, "zichuan/ours", {"id": "ours", "region": "zichuan", "title": "骆驼"}),
        (Kind.CLAUSE, "ours-1", {"document": "zichuan-2021", **NEW["clauses"][0], "id": "ours-1"}),  # type: ignore[index]
    ],
)
def test_what_was_never_shipped_can_be_taken_back(
    library: Library, kind: Kind, subject: str, body: Mapping[str, object]
) -> None:
    there = publishing.fold(library, [Edition(kind, subject, 1, body)])
    assert editions.body_of(there, kind, subject)
    gone = [Edition(kind, subject, 1, body), Edition(kind, subject, 2, AS_SHIPPED)]
    assert editions.body_of(publishing.fold(library, gone), kind, subject) is None


def test_as_shipped_brings_the_shipped_clause_back(library: Library) -> None:
    back = [_camel(library), Edition(Kind.CLAUSE, CLAUSE, 2, AS_SHIPPED)]
    new = publishing.fold(library, back)
    assert new.clause(CLAUSE) == library.clause(CLAUSE)
    assert new.version_of(CLAUSE) == 2


WRONG: list[tuple[Kind, str, Mapping[str, object], Trouble, str]] = [
    (Kind.HOTLINE, "ours", {**LINE, "name": " "}, Trouble.EMPTY, "name"),
    (Kind.HOTLINE, "ours", {"id": "ours"}, Trouble.MISSING, "number"),
    (Kind.HOTLINE, "ours", {**LINE, "verified": "2026-13-01"}, Trouble.NO_DAY, "verified"),
    (Kind.HOTLINE, "ours", {**LINE, "grade": "Z"}, Trouble.NO_SUCH_NAME, "grade"),
    (Kind.HOTLINE, "ours", {**LINE, "region": "mars"}, Trouble.NO_SUCH_REGION, "region"),
    (Kind.HOTLINE, "ours", {**LINE, "fax": "1"}, Trouble.NO_SUCH_FIELD, "fax"),
    (Kind.HOTLINE, "other", LINE, Trouble.OTHER_SUBJECT, "id"),
    (Kind.PLACE, "ours", {**PLACE, "document": "none"}, Trouble.NO_SUCH_DOCUMENT, "document"),
    (Kind.GUIDE, "mars/x", {"id": "x"}, Trouble.NO_SUCH_REGION, "region"),
    (
        Kind.GUIDE,
        "zichuan/x",
        {
            "id": "x",
            "region": "zichuan",
            "title": "x",
            "answers": {"amount": {"says": "x", "cites": ["none"]}},
        },
        Trouble.NO_SUCH_CLAUSE,
        "cites",
    ),
    (Kind.DOCUMENT, "ours-2026", {**NEW, "clauses": []}, Trouble.NO_CLAUSES, "clauses"),
    (
        Kind.DOCUMENT,
        "ours-2026",
        {**NEW, "clauses": [{**NEW["clauses"][0], "id": CLAUSE}]},  # type: ignore[index]
        Trouble.TAKEN,
        "clauses",
    ),
    (
        Kind.PARAMETER,
        STANDARD,
        {"values": [ROW, {**ROW, "value": 80000, "valid_from": "2026-07-01"}]},
        Trouble.TWO_VALUES,
        "values.1.valid_from",
    ),
    (Kind.PARAMETER, "mars/dibao_standard", {"values": [ROW]}, Trouble.NO_SUCH_REGION, "region"),
    (Kind.PARAMETER, STANDARD, {"values": []}, Trouble.MISSING, "values"),
]


@pytest.mark.parametrize(("kind", "subject", "body", "trouble", "field"), WRONG)
def test_a_fault_is_named_with_its_entry_and_field(  # noqa: PLR0913, PLR0917
    library: Library,
    kind: Kind,
    subject: str,
    body: Mapping[str, object],
    trouble: Trouble,
    field: str,
) -> None:
    with pytest.raises(EditionError) as raised:
        publishing.fold(library, [Edition(kind, subject, 1, body)])
    error = raised.value
    assert (error.of, error.trouble, error.field) == (f"{kind} {subject}", trouble, field)


def test_a_document_keeps_the_clauses_that_guides_rely_on(library: Library) -> None:
    body = _body(library, Kind.DOCUMENT, "zichuan-2021", clauses=NEW["clauses"])
    with pytest.raises(EditionError) as raised:
        publishing.fold(library, [Edition(Kind.DOCUMENT, "zichuan-2021", 1, body)])
    assert raised.value.trouble is Trouble.STILL_CITED


def test_one_wrong_entry_does_not_take_down_the_others(library: Library) -> None:
    wrong = Edition(Kind.HOTLINE, "ours", 1, {"id": "ours"})
    folded = publishing.fold_what_is_right(library, [wrong, _camel(library)])
    assert folded.library.clause(CLAUSE).says == CAMEL
    assert [error.of for error in folded.left_out] == ["hotline ours"]


def test_every_entry_as_it_stands_could_be_published(library: Library) -> None:
    standing = [
        *((Kind.DOCUMENT, name) for name in library.documents),
        *((Kind.CLAUSE, name) for name in library.clauses),
        *((Kind.GUIDE, f"{region}/{name}") for region, name in library.guides),
        *((Kind.HOTLINE, line.id) for line in library.hotlines),
        *((Kind.PLACE, place.id) for place in library.places),
    ]
    same = [Edition(kind, name, 1, _body(library, kind, name)) for kind, name in standing]
    new = publishing.fold(library, same)
    assert new.documents == library.documents
    assert new.guides == library.guides
    assert new.finder is library.finder


def test_a_difference_shows_the_changed_sentence_alone() -> None:
    before = {"says": "第一句。第二句。第三句。第四句。第五句。", "number": "1"}
    after = {**before, "says": "第一句。第二句。改了。第四句。第五句。"}
    found = differences.between(before, after, str)
    changed = [(line.mark, line.text) for line in found if line.mark in {"gone", "new"}]
    assert changed == [("gone", "says | 第三句。"), ("new", "says | 改了。")]
    assert differences.between(before, dict(before), str) == ()


def test_questions_that_ask_the_same_stand_together() -> None:
    asked = ["骆驼补贴怎么领", "助餐点在哪", "怎么领骆驼补贴", "？"]
    assert grouping.groups(asked) == ((0, 2), (1,), (3,))
    assert grouping.groups([]) == ()
    assert grouping.groups(["？", "！"]) == ((0,), (1,))
