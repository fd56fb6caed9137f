"""No table is forgotten: each has a class, and what tells of a person goes or is an archive."""

import pytest
from sqlalchemy import UniqueConstraint
from sqlalchemy.sql.schema import Table

from cases.retention import holdings, terms
from cases.retention.holdings import BY_TABLE, HOLDINGS, How
from cases.retention.roots import ROOTS, Root
from cases.retention.terms import Kept, Term
from cases.tables import METADATA
from tests.places import ROOT

TABLES = {table.name: table for table in METADATA.sorted_tables}
# What may hold something of a person and is never erased by itself, each for a reason in terms.yml.
ARCHIVES = {Kept.ASSISTANCE, Kept.HOUSEHOLDS, Kept.STAFF, Kept.AUDIT}
# A fingerprint of a body that a system outside sent, to take it once.
HARMLESS = {"received_answers"}


def test_every_table_has_a_class_and_none_has_two() -> None:
    assert sorted(one.table for one in HOLDINGS) == sorted(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_what_tells_of_a_person_is_erased_or_is_an_archive(name: str) -> None:
    if holdings.personal(TABLES[name]) and name not in HARMLESS:
        assert BY_TABLE[name].how is not How.STAY or BY_TABLE[name].kept in ARCHIVES


@pytest.mark.parametrize("name", [one.table for one in HOLDINGS if one.how is not How.STAY])
def test_what_is_erased_is_reached_from_something_with_a_term(name: str) -> None:
    # A household's file has no term of ours: two persons erase it.
    roots = {root.table for root in ROOTS} | {"residents", "events", "households"}
    assert name in roots or all(link.parent in BY_TABLE for link in BY_TABLE[name].links)
    assert name in roots or BY_TABLE[name].links


@pytest.mark.parametrize("one", [one for one in HOLDINGS if one.how is not How.STAY and one.links])
def test_what_hangs_on_something_is_found_by_an_index(one: holdings.Holding) -> None:
    columns = [link.column for link in one.links if not link.to]
    assert [column for column in columns if not _leads(TABLES[one.table], column)] == []


@pytest.mark.parametrize("name", [one.table for one in HOLDINGS if one.how is How.DELETE])
def test_a_row_that_goes_is_looked_for_by_an_index_where_others_name_it(name: str) -> None:
    naming = [
        (table.name, key.parent.name)
        for table in TABLES.values()
        for key in table.foreign_keys
        if key.column.table.name == name and not _leads(table, key.parent.name)
    ]
    assert naming == []


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.table)
def test_what_is_due_is_found_by_an_index(root: Root) -> None:
    dated = [column.name for index in root.dated.indexes for column in index.columns]
    assert root.began in dated or root.table == "list_imports", "these are a few a month"


@pytest.mark.parametrize(("kept", "term"), terms.shipped().items())
def test_the_terms_are_the_documented_ones(kept: Kept, term: Term) -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    days = "never" if term.days is None else term.days
    assert f"| `{kept}` | {days} |" in told or kept in {Kept.COUNTS, Kept.PASSING}


def _leads(table: Table, column: str) -> bool:
    """Whether some index of the table begins with this column."""
    unique = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    ways = [list(index.columns) for index in table.indexes]
    first = [way[0].name for way in (*unique, *ways, list(table.primary_key.columns)) if way]
    return column in first
