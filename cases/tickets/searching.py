"""What a person types to find a ticket: a number, a phone, or words of its story or household."""

import re

from sqlalchemy import exists
from sqlmodel import col, false, select
from sqlmodel.sql.expression import SelectOfScalar

from cases import residents
from cases.database import Session
from cases.tickets import catchwords
from cases.tickets.catchwords import Catchword
from cases.tickets.tickets import Ticket

NUMBER = re.compile(r"[A-Z]{2}(-?\d{1,6}){1,2}(-\d*)*")
PHONE = re.compile(r"1\d{10}|0\d{9,11}")
LAST = "\uffff"


def narrow(
    session: Session, statement: SelectOfScalar[Ticket], words: str
) -> SelectOfScalar[Ticket]:
    """Only tickets that are found by this. What opens only to the own word is found by its number
    alone: no word of it is indexed, and its phone hangs on nobody."""
    asked = words.strip()
    if NUMBER.fullmatch(asked.upper()):
        begins = asked.upper()
        return statement.where(col(Ticket.number) >= begins, col(Ticket.number) < f"{begins}{LAST}")
    digits = re.sub(r"[\s-]", "", asked)
    if PHONE.fullmatch(digits):
        whose = select(residents.ContactWay.resident_id).where(
            residents.ContactWay.lookup == session.vault.blind("contact", digits)
        )
        return statement.where(col(Ticket.resident_id).in_(whose))
    return _by_words(session, statement, catchwords.marks_of(session, asked))


def _by_words(
    session: Session, statement: SelectOfScalar[Ticket], marks: set[int]
) -> SelectOfScalar[Ticket]:
    """Begin with the few that have a rare pair; where all are common the newest come soon."""
    if not marks:
        return statement.where(false())
    first = catchwords.rarest(session, marks)
    if first is not None:
        few = select(Catchword.ticket_id).where(Catchword.mark == first)
        statement = statement.where(col(Ticket.id).in_(few))
    rest = sorted(marks - {first})
    return statement.where(
        *(
            exists().where(col(Catchword.mark) == mark, col(Catchword.ticket_id) == Ticket.id)
            for mark in rest
        )
    )
