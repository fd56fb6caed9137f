"""What of a list that is still being taken in, or of an erased file, may be seen: nothing."""

from sqlalchemy import column, event, or_, select, table
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlmodel import SQLModel

from cases.database import Session

SEES_ALL = "sees unfinished lists"
_LISTS = table("list_imports", column("id"), column("state"))
_UNFINISHED = select(_LISTS.c.id).where(_LISTS.c.state == "working")
_hidden: list[LoaderCriteriaOption] = []
_erased: list[LoaderCriteriaOption] = []


def hide(rows: type[SQLModel]) -> None:
    """Let no session read rows of this table whose `list_id` is a list that is not yet all in."""
    _hidden.append(
        with_loader_criteria(
            rows,
            lambda row: or_(row.list_id.is_(None), row.list_id.not_in(_UNFINISHED)),
            include_aliases=True,
        )
    )


def hide_erased(rows: type[SQLModel]) -> None:
    """Let no session read rows of this table of which nothing is left."""
    _erased.append(
        with_loader_criteria(rows, lambda row: row.erased_at.is_(None), include_aliases=True)
    )


def show(session: Session) -> None:
    """Let this session see them too: for whoever takes the list in."""
    session.info[SEES_ALL] = True


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    if state.is_select:
        hidden = () if state.session.info.get(SEES_ALL) else _hidden
        state.statement = state.statement.options(*hidden, *_erased)
