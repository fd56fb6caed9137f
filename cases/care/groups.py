"""Which households a care message is for, and which of them it would reach."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import col, or_, select

from cases import residents
from cases.database import Session
from cases.households import file_parts
from cases.households.assistance import HouseholdHelp
from cases.households.file_bodies import Home, PartKind, Person
from cases.households.file_parts import FilePart
from cases.households.households import Household
from cases.households.same_household import HouseholdMerge
from cases.keys import DataKey
from cases.talk.conversations import Conversation
from knowledge.names import Programme, Region

# The code of a consent to be written to without having asked.
CARE = "care"
READ = (PartKind.HOME, PartKind.MEMBER, PartKind.CONSENT)


@dataclass(frozen=True)
class Group:
    """Households of a region; what is left empty does not narrow it. Ages in full years."""

    region: Region
    street: str = ""
    age_from: int | None = None
    age_until: int | None = None
    alone: bool = False
    programme: Programme | None = None


class Reach(StrEnum):
    """Whether a household would be written to."""

    REACHED = "reached"
    NO_WAY = "no_way"
    NO_CONSENT = "no_consent"
    NOT_TO_CALL = "not_to_call"
    SAME_CHAT = "same_chat"


@dataclass(frozen=True)
class Found:
    """A household of the group, and whether it would be written to."""

    household: Household
    reach: Reach


def find(session: Session, group: Group, *, on: date) -> Sequence[Found]:
    """The households of a group on a day. A file that is read as part of another is not a second
    household; two households of one chat are written to once."""
    files = _files(session, group.region)
    parts = _parts(session, group.region)
    helped = _helped(session, group.programme, on=on)
    barred = _barred(session)
    found: list[Found] = []
    chats: set[str] = set()
    for household, family in files:
        if helped is not None and not any(one.id in helped for one in family):
            continue
        if not _belongs(session, group, family, parts, on=on):
            continue
        reach = _reach(household, parts[household.id], barred, chats)
        if reach is Reach.REACHED and household.conversation_id is not None:
            chats.add(household.conversation_id)
        found.append(Found(household, reach))
    return found


def _files(session: Session, region: Region) -> list[tuple[Household, list[Household]]]:
    """Each household with the files that are read as part of it."""
    rows: list[Household] = []
    # The keys of thousands of files are fetched at once; a file that was erased is none.
    for row, key in session.exec(
        select(Household, DataKey)
        .join(DataKey, col(DataKey.id) == Household.key_id)
        .where(Household.region == region, col(DataKey.destroyed_at).is_(None))
        .order_by(col(Household.created_at), col(Household.id))
    ):
        session.pin(key)
        rows.append(row)
    into = dict(session.exec(select(HouseholdMerge.household_id, HouseholdMerge.into_id)).all())
    family: dict[str, list[Household]] = defaultdict(list)
    for row in rows:
        family[_root(row.id, into)].append(row)
    return [(row, family[row.id]) for row in rows if row.id in family]


def _root(household_id: str, into: Mapping[str, str]) -> str:
    while household_id in into:
        household_id = into[household_id]
    return household_id


def _parts(session: Session, region: Region) -> Mapping[str, list[FilePart]]:
    found: dict[str, list[FilePart]] = defaultdict(list)
    for row in session.exec(
        select(FilePart)
        .join(Household, col(Household.id) == FilePart.household_id)
        .where(
            Household.region == region,
            col(FilePart.kind).in_(READ),
            col(FilePart.ended_at).is_(None),
        )
    ):
        found[row.household_id].append(row)
    return found


def _helped(session: Session, programme: Programme | None, *, on: date) -> set[str] | None:
    if programme is None:
        return None
    rows = session.exec(
        select(HouseholdHelp.household_id).where(
            HouseholdHelp.programme == programme,
            HouseholdHelp.since <= on,
            or_(col(HouseholdHelp.until).is_(None), col(HouseholdHelp.until) >= on),
        )
    )
    return set(rows)


def _barred(session: Session) -> set[str]:
    """The chats of those who said that they are not to be contacted."""
    rows = session.exec(
        select(Conversation.id)
        .join(
            residents.ContactWay,
            col(residents.ContactWay.resident_id) == Conversation.resident_id,
        )
        .where(col(residents.ContactWay.do_not_call))
    )
    return set(rows)


def _belongs(
    session: Session,
    group: Group,
    family: Sequence[Household],
    parts: Mapping[str, list[FilePart]],
    *,
    on: date,
) -> bool:
    if group.street and not any(
        group.street in file_parts.read(session, one, row, Home).street
        for one in family
        for row in parts[one.id]
        if row.kind == PartKind.HOME
    ):
        return False
    if not (group.alone or group.age_from is not None or group.age_until is not None):
        return True
    people = [
        file_parts.read(session, one, row, Person)
        for one in family
        for row in parts[one.id]
        if row.kind == PartKind.MEMBER
    ]
    here = [one for one in people if one.lives_here is not False]
    if group.alone and len(here) != 1:
        return False
    return any(_of_age(group, one, on=on) for one in here)


def _of_age(group: Group, person: Person, *, on: date) -> bool:
    if group.age_from is None and group.age_until is None:
        return True
    if person.born is None:
        return False
    age = on.year - person.born.year - ((on.month, on.day) < (person.born.month, person.born.day))
    since = 0 if group.age_from is None else group.age_from
    return since <= age and (group.age_until is None or age <= group.age_until)


def _reach(
    household: Household, rows: Sequence[FilePart], barred: set[str], chats: set[str]
) -> Reach:
    if household.conversation_id is None:
        return Reach.NO_WAY
    if not any(row.kind == PartKind.CONSENT and row.code == CARE for row in rows):
        return Reach.NO_CONSENT
    if household.conversation_id in barred:
        return Reach.NOT_TO_CALL
    return Reach.SAME_CHAT if household.conversation_id in chats else Reach.REACHED
