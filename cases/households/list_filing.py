"""How a list becomes files: in short parts that nobody sees, and then all of it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from cases import events, keys
from cases.database import Session
from cases.households import (
    assistance,
    file_parts,
    households,
    list_imports,
    people,
    unfinished,
)
from cases.households.assistance import HouseholdHelp
from cases.households.file_bodies import Home, PartKind, Person, Way
from cases.households.file_parts import Draft, FilePart
from cases.households.households import Household
from cases.households.list_imports import ImportState, ListImport, ListRow
from knowledge.bureau_lists import Entry
from knowledge.entitlements import Received
from knowledge.names import Region

# A part is one transaction; short, so that residents write between two of them.
BATCH = 50
NOTHING_SAID = "—"


@dataclass(frozen=True)
class _Member:
    row: ListRow
    entry: Entry


_Part = FilePart | HouseholdHelp


def work(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Take in some households of a list, each whole, in the caller's transaction; how many rows.

    What was committed stays done, so a process that dies goes on where it was; it is seen when
    the last of it is in.
    """
    unfinished.show(session)
    listed = session.exec(
        select(ListImport)
        .where(ListImport.state == ImportState.WORKING)
        # One list is finished before the next begins.
        .order_by(col(ListImport.done).desc(), col(ListImport.given_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if listed is None:
        return 0
    together = _next(session, listed, limit)
    if not together:
        listed.state = ImportState.DONE
    else:
        _take_in(session, listed, together, now=now)
    done = sum(len(members) for members in together.values())
    listed.done += done
    session.add(listed)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"import": listed.id}, now=now)
    return done


def _next(session: Session, listed: ListImport, limit: int) -> Mapping[str, list[_Member]]:
    """The households that come next in the list, the head first."""
    open_ones = (ListRow.import_id == listed.id, col(ListRow.done).is_(False))
    heads = session.exec(
        select(ListRow.id_index)
        .where(*open_ones, ListRow.id_index == ListRow.head_index)
        .order_by(col(ListRow.line))
        .limit(limit)
    ).all()
    found: dict[str, list[_Member]] = {head: [] for head in heads if head is not None}
    rows = session.exec(
        select(ListRow)
        .where(ListRow.import_id == listed.id, col(ListRow.head_index).in_(found))
        .order_by(col(ListRow.line))
    )
    for row in rows:
        if row.head_index is not None:
            member = _Member(row, list_imports.unseal(session, listed, row))
            found[row.head_index].append(member)
    for head, members in found.items():
        members.sort(key=lambda member: member.row.id_index != head)
    return found


def _take_in(
    session: Session,
    listed: ListImport,
    together: Mapping[str, Sequence[_Member]],
    *,
    now: datetime,
) -> None:
    region = Region(listed.region)
    known = people.files_by_index(session, list(together), region=region)
    fresh = iter(keys.create_some(session, len(together.keys() - known.keys()), now=now))
    files: list[Household] = []
    parts: list[_Part] = []
    for head, members in together.items():
        household = known.get(head)
        if household is None:
            household, rows = _opened(session, listed, next(fresh), members, now=now)
            files.append(household)
        else:
            rows = _added(session, listed, household, members, now=now)
        parts += rows
        for member in members:
            row = member.row
            row.household_id, row.done, row.sealed_row = household.id, True, b""
    for one in (*files, *parts):
        one.list_id = listed.id
    # The files themselves first: what belongs to them refers to them.
    session.add_all(files)
    session.flush()
    session.add_all(parts)
    session.add_all(member.row for members in together.values() for member in members)
    session.flush()


def _opened(
    session: Session, listed: ListImport, key_id: str, members: Sequence[_Member], *, now: datetime
) -> tuple[Household, list[_Part]]:
    """A file for a household that has none."""
    head, by = members[0].entry, listed.given_by
    household = households.drawn_up(
        session,
        key_id,
        name=head.name,
        address=head.address,
        region=Region(listed.region),
        created_by=by,
        now=now,
    )
    rows: list[_Part] = []
    if head.street or head.address:
        home = Draft(PartKind.HOME, Home(street=head.street, living=head.address))
        rows.append(file_parts.drawn_up(session, household, home, by=by, now=now))
    for member in members:
        rows.append(_person(session, listed, household, member.entry, now=now))
        given = _received(listed, member.entry)
        if given is not None:
            rows.append(assistance.drawn_up(session, household, given, by=by, now=now))
    return household, rows


def _added(
    session: Session,
    listed: ListImport,
    household: Household,
    members: Sequence[_Member],
    *,
    now: datetime,
) -> list[_Part]:
    """What the list knows of a household that its file does not."""
    there = {one.person.id_number for one in people.of_household(session, household)}
    has = {
        (one.received.programme, one.received.since)
        for one in assistance.of_household(session, household)
    }
    rows: list[_Part] = []
    for member in members:
        if member.entry.id_number not in there:
            rows.append(_person(session, listed, household, member.entry, now=now))
        given = _received(listed, member.entry)
        if given is not None and (given.programme, given.since) not in has:
            has.add((given.programme, given.since))
            by = listed.given_by
            rows.append(assistance.drawn_up(session, household, given, by=by, now=now))
    return rows


def _person(
    session: Session, listed: ListImport, household: Household, entry: Entry, *, now: datetime
) -> FilePart:
    ways = (Way(value=entry.phone),) if entry.phone else ()
    person = Person(name=entry.name, id_number=entry.id_number, relation=entry.relation, ways=ways)
    draft = people.drafted(session, PartKind.MEMBER, person)
    return file_parts.drawn_up(session, household, draft, by=listed.given_by, now=now)


def _received(listed: ListImport, entry: Entry) -> Received | None:
    if entry.programme is None or entry.since is None:
        return None
    what = entry.what or NOTHING_SAID
    return Received(entry.programme, what, entry.since, listed.source, entry.until)
