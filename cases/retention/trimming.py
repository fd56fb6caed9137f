"""How far the log of changes reaches back: whoever missed more looks at everything again."""

from datetime import datetime

from sqlmodel import col, delete, select

from cases import events
from cases.database import Session
from cases.events import Event
from cases.retention import terms
from cases.retention.terms import Kept, Terms

# A console that missed 500 changes looks at everything again (`api/console/open_consoles.py`).
# What is cut off lies further back: a reader who comes from there always counts as such.
NEWEST_KEPT = 1000
BATCH = 500


def trim(session: Session, in_force: Terms, after: int, *, now: datetime) -> tuple[int, int | None]:
    """Cut off one batch of changes past their term, the oldest first, behind this row.

    Returns how many, and behind which row the next batch begins; None when nothing is left.
    """
    until = terms.until(in_force[Kept.EVENTS], now=now)
    if until is None:
        return 0, None
    oldest = select(Event.id, Event.stream, Event.seq, Event.at).where(col(Event.id) > after)
    rows = session.exec(oldest.order_by(col(Event.id)).limit(BATCH)).all()
    kept_from = events.last_seq(session, events.CONSOLE) - NEWEST_KEPT
    past = [(row, stream, seq) for row, stream, seq, at in rows if at <= until]
    gone = [row for row, stream, seq in past if stream != events.CONSOLE or seq <= kept_from]
    session.connection().execute(delete(Event).where(col(Event.id).in_(gone)))
    full = len(past) == BATCH
    return len(gone), past[-1][0] if full else None
