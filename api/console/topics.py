"""Which changes an account may learn of, and what its open console looks at again for each."""

from collections.abc import Iterator, Sequence

from api import auth, chats
from cases import events, permissions
from cases.danger.alerts import Alert
from cases.database import Session
from cases.events import Change
from cases.households.households import Household
from cases.operators import Operator
from cases.permissions import Action, Row
from cases.talk import conversations
from cases.tickets import worklists
from cases.tickets.tickets import Ticket

EVERYTHING = "everything"
# What a change is about: who may know of the thing may know of all that happens to it.
ABOUT = ("conversation", "alert", "ticket", "household")


def of(session: Session, operator: Operator, changes: Sequence[Change]) -> frozenset[str]:
    """What to look at again: each kind of change, and the kind with the thing (`message:ID`)."""
    return frozenset(
        topic
        for change in known(session, operator, changes)
        for topic in (str(change.kind), *(f"{change.kind}:{one}" for one in change.body.values()))
    )


def known(session: Session, operator: Operator, changes: Sequence[Change]) -> Iterator[Change]:
    """Those changes that this account may learn of; what is about one thing is decided once."""
    decided: dict[tuple[str, ...], bool] = {}
    for change in changes:
        about = (change.kind, *(change.body[name] for name in ABOUT if name in change.body))
        if about not in decided:
            decided[about] = may_know(session, operator, change)
        if decided[about]:
            yield change


def gather(session: Session, changes: Sequence[Change]) -> None:
    """Read the chats that changed in one go, and hold them while it is decided for everybody."""
    talks = {change.body["conversation"] for change in changes if "conversation" in change.body}
    for row in conversations.gather(session, talks):
        session.pin(row)


def may_know(session: Session, operator: Operator, change: Change) -> bool:
    """Whether this account may learn that this thing has changed.

    Decided by its role, place and unit alone: what is known of one is known of all like it.
    """
    match change.kind:
        case events.Kind.QUEUE | events.Kind.MESSAGE | events.Kind.MODE:
            wanted = change.body.get("conversation", "")
            return auth.may_see(session, operator, Action.READ_CHAT, wanted)
        case events.Kind.ALERT:
            alert = session.get(Alert, change.body.get("alert", ""))
            return alert is not None and chats.may_acknowledge(session, operator, alert)
        case events.Kind.TICKET:
            ticket = session.get(Ticket, change.body.get("ticket", ""))
            row = None if ticket is None else worklists.row_of(ticket)
            return row is not None and permissions.may(operator, Action.SEE_TICKET, row)
        case events.Kind.HOUSEHOLD:
            household = session.get(Household, change.body.get("household", ""))
            row = None if household is None else Row(region=household.region)
            return row is not None and permissions.may(operator, Action.SEE_HOUSEHOLD, row)
        case events.Kind.PUBLICATION:
            return permissions.may(operator, Action.EDIT_KNOWLEDGE)
        case events.Kind.LEARNING:
            return permissions.may(operator, Action.TEACH)
