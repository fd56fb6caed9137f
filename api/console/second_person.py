"""How a thing with a page of its own is drafted by one person and published by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from api.auth import Staff
from cases import audit, permissions
from cases.database import Session
from cases.editing import drafts, publications
from cases.editing.drafts import Draft
from cases.errors import StaleError
from cases.permissions import Action, Row
from knowledge.editions import Kind
from knowledge.names import Region

GONE = "The draft has changed since you opened it; look at the page again."


@dataclass(frozen=True)
class Thing:
    """What is drafted: `called` is its name in the audit; no `id` where a region has only one."""

    kind: Kind
    region: Region
    id: str
    called: str

    @property
    def subject(self) -> str:
        """How it is published."""
        return f"{self.region}/{self.id}" if self.id else str(self.region)

    @property
    def row(self) -> Row:
        """Whose editors may touch it."""
        return Row(region=self.region)


def opened(session: Session, me: Staff, thing: Thing, action: Action) -> Draft | None:
    """The open draft of the thing. Raises ForbiddenError for whoever may not do the action."""
    permissions.require(me.operator, action, thing.row)
    return drafts.open_of(session, thing.kind, thing.subject)


def keep(  # noqa: PLR0913
    session: Session,
    me: Staff,
    thing: Thing,
    body: Mapping[str, object],
    *,
    seen: int,
    now: datetime,
) -> None:
    """Write the body into the draft, a new one if need be. Raises StaleError where the page
    showed another draft than there is."""
    author, draft = me.operator.id, drafts.open_of(session, thing.kind, thing.subject)
    if draft is not None:
        kept = drafts.revise(session, draft.id, body, seen=seen, author=author, now=now)
    elif seen:
        raise StaleError(GONE)
    else:
        kept = drafts.begin(
            session,
            kind=thing.kind,
            subject=thing.subject,
            region=thing.region,
            body=body,
            author=author,
            now=now,
        )
    audit.record(session, author, f"drafted {thing.called}", kept.id, now=now)


def publish(  # noqa: PLR0913
    session: Session,
    me: Staff,
    thing: Thing,
    draft: Draft,
    *,
    seen: int,
    effective: date,
    now: datetime,
) -> None:
    """Publish what was seen. Raises StaleError, and ForbiddenError for who wrote it."""
    publisher = me.operator.id
    row = drafts.publish(
        session, draft.id, seen=seen, effective=effective, published_by=publisher, now=now
    )
    audit.record(session, publisher, f"published {thing.called}", row.id, now=now)


def drop(  # noqa: PLR0913
    session: Session, me: Staff, thing: Thing, draft: Draft | None, *, seen: int, now: datetime
) -> None:
    """Give the draft up; what is published stays."""
    if draft is not None:
        drafts.drop(session, draft.id, seen=seen, now=now)
        audit.record(session, me.operator.id, f"dropped {thing.called}", draft.id, now=now)


def standing(session: Session, me: Staff, thing: Thing) -> Mapping[str, object]:
    """What a page shows of it: the draft, what was published, what this account may do."""
    draft = drafts.open_of(session, thing.kind, thing.subject)
    publishes = permissions.may(me.operator, Action.PUBLISH_KNOWLEDGE, thing.row)
    return {
        "draft": draft,
        "published": publications.history(session, thing.kind, thing.subject),
        "may_edit": permissions.may(me.operator, Action.EDIT_KNOWLEDGE, thing.row),
        "may_publish": publishes and draft is not None and draft.author != me.operator.id,
    }
