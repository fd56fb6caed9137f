"""What somebody of the staff does with a ticket, the same from the console and from a program."""

from cases import permissions, tickets, worklists
from cases.database import Session
from cases.errors import UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.tickets import Ticket

LONGEST_NUMBER = 40


def find(session: Session, me: Operator, action: Action, number: str) -> Ticket:
    """The ticket, if this account may do this to it.

    Raises UnknownError, also for one it may not know of.
    """
    permissions.require(me, action)
    sane = len(number) <= LONGEST_NUMBER and number.isprintable()
    ticket = tickets.by_number(session, number) if sane else None
    if ticket is None or not permissions.may(me, action, worklists.row_of(ticket)):
        raise UnknownError("There is no such ticket.")
    return ticket
