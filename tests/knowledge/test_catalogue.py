"""Over the whole table: a department's matter never goes to a town; what is wrong is refused."""

from collections.abc import Mapping

import pytest

from knowledge import catalogue, editions, publishing, units
from knowledge.catalogue import Wrong
from knowledge.editions import Edition, EditionError, Kind
from knowledge.entries import Responsibility, Units
from knowledge.library import Library
from knowledge.names import Matter, Region

REGIONS = [region for region in Region if region is not Region.NATIONAL]
OURS = {"lead": "区医保分局", "note": "试写"}


def published(library: Library, matter: Matter, row: Mapping[str, object]) -> Library:
    """Zichuan's catalogue with one row anew."""
    rows = {**dict(library.units[Region.ZICHUAN].matters)}
    rows[matter] = Responsibility.model_validate(row)
    body = Units(region=Region.ZICHUAN, matters=rows).model_dump(mode="json", exclude_defaults=True)
    return publishing.fold(library, [Edition(Kind.CATALOGUE, "zichuan", 1, body)])


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("matter", [m for m in Matter if m not in catalogue.OF_TOWNS])
def test_a_departments_matter_goes_to_no_town(
    library: Library, region: Region, matter: Matter
) -> None:
    found = units.responsible(library, matter, region)
    assert found.lead is None or not catalogue.is_town(found.lead)


@pytest.mark.parametrize("region", list(Region))
def test_the_shipped_table_could_be_published(library: Library, region: Region) -> None:
    assert catalogue.faults(library.units[region], library.documents) == ()


@pytest.mark.parametrize(
    "unit", ["昆仑镇", "洪山镇政府", "般阳路街道", "街道办事处", "鹿西乡", "东村村委会", "幸福社区"]
)
@pytest.mark.parametrize("matter", [Matter.MEDICAL, Matter.LEGAL, Matter.CONDUCT, Matter.VETERAN])
def test_a_town_for_a_departments_matter_is_refused(
    library: Library, unit: str, matter: Matter
) -> None:
    with pytest.raises(EditionError) as error:
        published(library, matter, {"lead": unit, "note": "下放"})
    assert error.value.told == unit


@pytest.mark.parametrize("unit", ["区农业农村局", "区乡村振兴局", "区民政局", "就读学校"])
def test_a_department_with_a_village_in_its_name_is_no_town(unit: str) -> None:
    assert not catalogue.is_town(unit)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"lead": None}, Wrong.NO_REASON),
        ({"lead": "区医保分局"}, Wrong.NO_REASON),
        ({**OURS, "document": "none"}, Wrong.NO_SUCH_DOCUMENT),
        ({**OURS, "document": "dongtou-2023", "clause": "一"}, Wrong.OTHER_REGION),
        ({**OURS, "clause": "一"}, Wrong.CLAUSE_ALONE),
        ({**OURS, "joint": ["昆仑镇"]}, Wrong.TOWN_FOR_DEPARTMENT),
        (
            {**OURS, "offices": [{"areas": ["甲", "甲"], "unit": "区医保二分局"}]},
            Wrong.SAME_AREA,
        ),
    ],
)
def test_what_is_wrong_is_named(library: Library, row: dict[str, object], wrong: Wrong) -> None:
    made = Units.model_validate({"region": "zichuan", "matters": {"medical": row}})
    assert wrong in [fault.wrong for fault in catalogue.faults(made, library.documents)]


def test_an_office_of_the_place_takes_what_happened_there(library: Library) -> None:
    offices = [{"areas": ["昆仑镇", "昆仑"], "unit": "昆仑镇民政办"}]
    row = {"lead": "区民政局", "note": "试写", "offices": offices, "days": 3}
    new = published(library, Matter.BASIC, row)
    near = units.responsible(new, Matter.BASIC, Region.ZICHUAN, text="我在昆仑镇，低保没批")
    far = units.responsible(new, Matter.BASIC, Region.ZICHUAN, text="低保没批")
    assert (near.lead, near.area, near.days) == ("昆仑镇民政办", "昆仑镇", 3)
    assert (far.lead, far.area) == ("区民政局", None)


def test_a_catalogue_as_it_stands_could_be_published(library: Library) -> None:
    for region in REGIONS:
        body = editions.body_of(library, Kind.CATALOGUE, region)
        assert body is not None
        new = publishing.fold(library, [Edition(Kind.CATALOGUE, region, 1, body)])
        assert new.units == library.units
