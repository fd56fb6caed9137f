"""What a household's 可申请清单 holds: each programme in its group, with the next step."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from knowledge.entries import Place
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.verdict import Outcome, Verdict

VERIFIED_FOR = timedelta(days=400)


class Group(StrEnum):
    """可能符合, 还差一点信息, 要看当地标准, 目前卡在这一条: told in this order."""

    LIKELY = "likely"
    MORE = "more"
    STANDARD = "standard"
    UNLIKELY = "unlikely"


class _Kept(BaseModel):
    """What is kept is frozen, and lenient to fields of other versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Item(_Kept):
    """One programme. `failed` are the clauses in the way, `check` where a person looks at them;
    `notes` are what is only explored, planned or left to the place."""

    programme: Programme
    name: str
    group: Group
    where: str | None = None
    bring: tuple[str, ...] = ()
    amount: str | None = None
    next_step: str | None = None
    failed: tuple[str, ...] = ()
    check: str | None = None
    notes: tuple[str, ...] = ()


class Office(_Kept):
    """A place to go whose hours were verified not long ago."""

    name: str
    hours: str
    address: str | None = None


class Checklist(_Kept):
    """What one household may ask for, as it was worked out on one day. Nobody is named in it,
    and nothing of what was told stands in it."""

    region: Region
    place: str
    made_on: date
    rules_version: str
    items: tuple[Item, ...]
    offices: tuple[Office, ...] = ()

    def of(self, group: Group) -> tuple[Item, ...]:
        """The items of one group, in their order."""
        return tuple(item for item in self.items if item.group is group)


def group_of(verdict: Verdict) -> Group:
    """The group a verdict is told in. Only parameters missing: the gap is the bureau's."""
    match verdict.outcome:
        case Outcome.LIKELY:
            return Group.LIKELY
        case Outcome.UNLIKELY:
            return Group.UNLIKELY
        case Outcome.NEED_MORE:
            return Group.STANDARD if verdict.waits_for_standard else Group.MORE


def compose(
    verdicts: Iterable[Verdict], library: Library, *, region: Region, on: date
) -> Checklist:
    """The list of that day."""
    items = tuple(_item(verdict, library) for verdict in verdicts)
    return Checklist(
        region=region,
        place=library.region_name(region),
        made_on=on,
        rules_version=library.rules.version,
        items=tuple(item for group in Group for item in items if item.group is group),
        offices=tuple(_offices(library.places, region, on)),
    )


def _item(verdict: Verdict, library: Library) -> Item:
    return Item(
        programme=verdict.programme,
        name=library.short_label(verdict.programme),
        group=group_of(verdict),
        where=verdict.where,
        bring=verdict.documents,
        amount=verdict.amount,
        next_step=verdict.next_step,
        failed=tuple(clause.says for clause in verdict.failed),
        check=verdict.check,
        notes=verdict.notes,
    )


def _offices(places: Iterable[Place], region: Region, on: date) -> Iterable[Office]:
    for place in places:
        verified = place.verified
        known = verified is not None and timedelta() <= on - verified <= VERIFIED_FOR
        if place.region is region and known and place.hours is not None:
            yield Office(name=place.name, hours=place.hours, address=place.address)
