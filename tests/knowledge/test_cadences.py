"""Every household that receives help has a next date, which is the one its clause gives."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge import cadences, loading, occasions
from knowledge.cadences import Born, Due, Granted, Happened, Place, Standing
from knowledge.library import Library
from knowledge.loading import LibraryError
from knowledge.names import Programme, Region
from knowledge.occasions import Cadence, Happening, Kind, Span, Trait
from knowledge.parameters import Parameters

TODAY = date(2026, 11, 22)


class Row(BaseModel):
    """One household of the table."""

    model_config = ConfigDict(extra="forbid")

    place: Region = Field(alias="in")
    gets: list[str] = []
    traits: list[Trait] = Field(default=[], alias="is")
    child: date | None = None
    told: list[str] = []
    done: list[str] = []
    entered: dict[str, int] = Field(default={}, alias="set")
    on: date = TODAY
    due: str
    clause: str
    confirm: bool = False
    tell: date | None = None

    def standing(self) -> Standing:
        """The household as the rules see it."""
        return Standing(
            self.place,
            granted=tuple(_granted(one) for one in self.gets),
            traits=frozenset(self.traits),
            born=() if self.child is None else (Born("0", self.child),),
            happened=tuple(
                Happened(str(place), Happening(what), date.fromisoformat(day))
                for place, (what, day) in enumerate(one.split("@") for one in self.told)
            ),
            done={what: date.fromisoformat(day) for what, day in (d.split("@") for d in self.done)},
        )

    def where(self) -> Place:
        """What the place has entered."""
        rows = [
            {
                "parameter": name,
                "value": value,
                "unit": "month",
                "valid_from": "2020-01-01",
                "document": "当地规定",
            }
            for name, value in self.entered.items()
        ]
        return Place(Parameters.of(rows))


def _granted(text: str) -> Granted:
    programme, _, days = text.partition("@")
    since, _, until = days.partition("~")
    return Granted(
        Programme(programme),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
    )


def _rows() -> list[Row]:
    path = Path(__file__).with_name("cadences.yml")
    return loading.read(path, TypeAdapter(list[Row]))


def _found(library: Library, row: Row) -> dict[str, Due]:
    dues = cadences.dues(row.standing(), library.cadences, on=row.on, place=row.where())
    return {due.key: due for due in dues}


@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row.place} {row.due}")
def test_a_household_is_due_on_the_day_of_its_clause(library: Library, row: Row) -> None:
    key, _, day = row.due.partition("@")
    due = _found(library, row)[key]
    assert (due.on.isoformat(), due.clause, due.confirm) == (day, row.clause, row.confirm)
    assert row.tell is None or due.tell_from == row.tell


def test_the_table_has_sixty_rows_and_meets_every_rule(library: Library) -> None:
    met = {row.due.partition("@")[0].partition(":")[0] for row in _rows()}
    rules = {rule.id for region in library.cadences.rules.values() for rule in region}
    assert len(_rows()) >= 60
    assert rules - met == set()


DAYS = st.dates(date(2020, 1, 1), TODAY)
FURTHEST = 2000
ENDS = st.dates(TODAY + timedelta(days=FURTHEST), TODAY + timedelta(days=2 * FURTHEST))
GRANTED = st.builds(Granted, st.sampled_from(Programme), DAYS, st.none() | ENDS)
HOUSEHOLDS = st.builds(
    Standing,
    st.sampled_from(Region),
    granted=st.lists(GRANTED, min_size=1, max_size=4).map(tuple),
    traits=st.frozensets(st.sampled_from(Trait)),
    born=st.lists(st.builds(Born, st.just("0"), DAYS), max_size=1).map(tuple),
    happened=st.lists(
        st.builds(Happened, st.just("1"), st.sampled_from(Happening), DAYS), max_size=1
    ).map(tuple),
)


@given(standing=HOUSEHOLDS, ahead=st.integers(0, FURTHEST))
def test_a_household_that_receives_help_always_has_a_next_date(
    library: Library, standing: Standing, ahead: int
) -> None:
    on = TODAY + timedelta(days=ahead)
    assert cadences.next_due(standing, library.cadences, on=on) is not None


@given(standing=HOUSEHOLDS)
def test_what_was_done_today_is_due_later_and_never_earlier(
    library: Library, standing: Standing
) -> None:
    before = cadences.dues(standing, library.cadences, on=TODAY)
    done = replace(standing, done={due.key: TODAY for due in before if due.kind is Kind.CHECK})
    after = cadences.dues(done, library.cadences, on=TODAY)
    assert all(due.on > TODAY for due in after if due.kind is Kind.CHECK)


@given(standing=HOUSEHOLDS)
def test_the_same_file_gives_the_same_dates(library: Library, standing: Standing) -> None:
    again = [cadences.dues(standing, library.cadences, on=TODAY) for _ in range(2)]
    assert again[0] == again[1]
    assert list(again[0]) == sorted(again[0], key=lambda due: (due.on, due.cadence, due.ref))


def test_help_that_has_ended_asks_for_no_check(library: Library) -> None:
    ended = Granted(Programme.DIBAO, date(2024, 1, 1), date(2026, 10, 31))
    standing = Standing(Region.ZICHUAN, (ended,))
    assert cadences.next_due(standing, library.cadences, on=TODAY) is None


def test_a_change_that_was_dealt_with_is_due_no_more(library: Library) -> None:
    told = Happened("7", Happening.MOVE, date(2026, 11, 2))
    standing = Standing(Region.FENGZE, happened=(told,), done={"change_told:7": TODAY})
    assert cadences.dues(standing, library.cadences, on=TODAY) == ()


def test_a_place_that_has_not_entered_how_often_is_told_so(library: Library) -> None:
    standing = Standing(
        Region.ZICHUAN,
        (Granted(Programme.TEKUN, date(2026, 1, 1)),),
        frozenset({Trait.CARED_AT_HOME}),
    )
    lacking = cadences.not_entered(standing, library.cadences, on=TODAY, place=Place())
    assert [rule.id for rule in lacking] == ["tekun_home_look"]


def test_another_interval_moves_the_date_and_says_which_rule_did_it(library: Library) -> None:
    standing = Standing(Region.NINGXIA, (Granted(Programme.DIBAO, date(2026, 6, 1)),))
    book = library.cadences
    nation = tuple(
        rule.model_copy(update={"every": Span(months=9)}) if rule.id == "dibao_yearly" else rule
        for rule in book.rules[Region.NATIONAL]
    )
    changed = replace(book, rules={**book.rules, Region.NATIONAL: nation})
    was, now = (cadences.dues(standing, one, on=TODAY) for one in (book, changed))
    (moved,) = cadences.moved(was, now)
    assert (moved.was, moved.now) == (date(2027, 6, 1), date(2027, 3, 1))
    assert (moved.key, moved.clause) == ("dibao_yearly", "minfa-2021-57-31")


def test_nothing_has_moved_where_nothing_changed(library: Library) -> None:
    standing = Standing(Region.NINGXIA, (Granted(Programme.DIBAO, date(2026, 6, 1)),))
    dues = cadences.dues(standing, library.cadences, on=TODAY)
    assert cadences.moved(dues, dues) == ()


def test_a_rule_whose_text_has_expired_gives_way_to_the_national_one(library: Library) -> None:
    standing = Standing(Region.LONGYAN, (Granted(Programme.TEKUN, date(2025, 6, 1)),))
    days = (date(2025, 12, 31), date(2026, 1, 1))
    found = [cadences.dues(standing, library.cadences, on=day)[0] for day in days]
    assert [due.cadence for due in found] == ["longyan_tekun_yearly", "tekun_yearly"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "needs one of"),
        ({"every": {"months": 6}, "at_age": 16}, "needs one of"),
        ({"within": {"days": 3}}, "belong together"),
        ({"every": {"months": 6}, "after": ["death"]}, "belong together"),
    ],
)
def test_a_rule_must_say_when(fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Cadence.model_validate({"id": "a", "kind": "check", "says": "b", "clause": "c", **fields})


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("clause: nowhere-1", "no document has"),
        ("clause: minfa-2021-57-31, replaces: nobody", "no national rule"),
    ],
)
def test_a_file_that_cites_nothing_real_is_refused(
    library: Library, tmp_path: Path, line: str, wrong: str
) -> None:
    (tmp_path / "fengze").mkdir()
    rule = f"- {{id: a, kind: check, says: b, every: {{months: 1}}, {line}}}\n"
    (tmp_path / "fengze" / "cadences.yml").write_text(rule, encoding="utf-8")
    with pytest.raises(LibraryError, match=wrong):
        occasions.load(tmp_path, library.documents.values())
