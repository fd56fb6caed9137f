"""From when until when a household may be written to by us, or that it may not be at all."""

from dataclasses import dataclass
from datetime import datetime

from cases import residents
from cases.channels import reminders
from cases.database import Session
from cases.households import people, phone_lines, same_household
from cases.households.file_bodies import PartKind, Way
from cases.households.households import Household
from cases.residents import Contact, Resident
from cases.talk import threads
from cases.talk.conversations import Conversation


@dataclass(frozen=True)
class Hours:
    """Local hours of the day, `until` exclusive."""

    since: int = reminders.FIRST_HOUR
    until: int = reminders.LAST_HOUR

    def next(self, moment: datetime, zone: str) -> datetime:
        """The moment itself within these hours, else when they begin next."""
        return reminders.waking(moment, zone, first=self.since, last=self.until)


def hours(session: Session, household: Household, line: Conversation) -> Hours | None:
    """What is safe for all who read along; None for a telephone that is not to be called, and
    where the hours of several people leave none.

    What the resident said of their own ways, and what the file says of the household's members.
    """
    told = residents.contacts(session, session.get_one(Resident, line.resident_id))
    number = _number(session, line)
    members = [
        way
        for file in same_household.family(session, household)
        for known in people.of_household(session, file)
        if known.kind is PartKind.MEMBER
        for way in known.person.ways
    ]
    if any(way.do_not_call for way in told):
        return None
    if any(way.do_not_call and way.value == number for way in members):
        return None
    return _common([*told, *members])


def _number(session: Session, line: Conversation) -> str | None:
    if line.channel not in set(phone_lines.Way):
        return None
    return threads.address_of(session, threads.of(session, line.id))


def _common(ways: list[Contact | Way]) -> Hours | None:
    since = max([reminders.FIRST_HOUR, *(way.safe_from for way in ways)])
    until = min([reminders.LAST_HOUR, *(way.safe_until for way in ways)])
    return Hours(since, until) if since < until else None
