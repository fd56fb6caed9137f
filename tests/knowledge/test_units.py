"""The responsible unit is named as its document names it."""

import pytest

from knowledge import units
from knowledge.library import Library
from knowledge.names import Matter, Region


@pytest.mark.parametrize(
    ("matter", "region", "lead", "clause"),
    [
        ("basic", "dongtou", "区民政局", "三(三)"),
        ("medical", "zichuan", "区医保分局", "一(三)1"),
        ("education", "zichuan", "区教体局", "一(三)2"),
        ("conduct", "zichuan", "区纪委监委", "四(二)"),
    ],
)
def test_lead_and_clause_are_those_of_the_document(
    library: Library, matter: str, region: str, lead: str, clause: str
) -> None:
    found = units.responsible(library, Matter(matter), Region(region))
    assert (found.lead, found.clause) == (lead, clause)
    assert found.document


@pytest.mark.parametrize("region", [None, Region.NATIONAL])
def test_without_a_region_nobody_is_named(library: Library, region: Region | None) -> None:
    assert units.responsible(library, Matter.BASIC, region) == units.NOBODY


def test_a_fallback_of_the_national_rules_has_no_source(library: Library) -> None:
    found = units.responsible(library, Matter.BASIC, Region.FENGZE)
    assert found.lead
    assert not found.sourced


@pytest.mark.parametrize("region", [region for region in Region if region is not Region.NATIONAL])
def test_every_region_has_a_row_for_every_matter(library: Library, region: Region) -> None:
    assert set(library.units[region].matters) == set(Matter)
