"""Which status and which sentence an error becomes at the edge."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from cases import errors as cases

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
UNKNOWN = "There is nothing here under this address that you may see."


class EdgeError(Exception):
    """Something that the edge itself refuses."""

    status = 400


class UnauthorisedError(EdgeError):
    """No token, or one that opens nothing; sign in or open a conversation first."""

    status = 401


class ForgedError(EdgeError):
    """The form did not come from our own page; reload it and send it once more."""

    status = 403


class UnusableError(EdgeError):
    """What was sent cannot be used; the sentence says what to change."""

    status = 422


class LimitedError(EdgeError):
    """Too often. `after` is the number of seconds to wait."""

    status = 429

    def __init__(self, message: str, *, after: int) -> None:
        super().__init__(message)
        self.after = max(after, 1)


class BusyError(EdgeError):
    """More is open at once than this process serves; try again."""

    status = 503


AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
_STATUS: tuple[tuple[type[cases.CaseError], int], ...] = (
    (cases.UnknownError, 404),
    (cases.KeyDestroyedError, 404),
    (cases.ForbiddenError, 403),
    (cases.TakenError, 409),
    (cases.FullError, 409),
    (cases.StaleError, 409),
    (cases.StaleEpochError, 409),
    (cases.ReusedError, 409),
    (cases.MoveError, 409),
    (cases.CardMissingError, 409),
    (cases.SlotFullError, 409),
)


@dataclass(frozen=True)
class Refusal:
    """What is answered instead: a status, a sentence, and what stands beside it."""

    status: int
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)


def explain(error: Exception, *, hotline: str) -> Refusal:
    """The refusal that an error becomes. What nobody foresaw is logged and never shown."""
    match error:
        case cases.CaseError():
            return _case(error)
        case EdgeError():
            return _edge(error, hotline)
        case RequestValidationError():
            return _malformed(error)
        case HTTPException():
            return _http(error)
        # The bare family is what SQLite says of a file that is damaged.
        case _ if isinstance(error, AWAY) or type(error) is DatabaseError:
            return _away(error, hotline)
        case _:
            log.error("A request failed.", exc_info=error)
            return Refusal(500, "Something went wrong on our side; what was answered is kept.")


def as_problem(refusal: Refusal) -> JSONResponse:
    """The refusal as a problem document (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    headers = dict(refusal.headers)
    return JSONResponse(
        {**body, **refusal.more}, refusal.status, headers=headers, media_type=PROBLEM
    )


def _case(error: cases.CaseError) -> Refusal:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    if isinstance(error, cases.TakenError):
        return Refusal(status, str(error), more={"winner": error.winner})
    if isinstance(error, cases.FullError):
        return Refusal(status, str(error), more={"full": True})
    if isinstance(error, cases.ReceiverError):
        return Refusal(status, str(error), more={"receiver": True})
    if isinstance(error, cases.CardMissingError):
        return Refusal(status, str(error), more={"card": True})
    # Unknown and another's must look the same.
    return Refusal(status, UNKNOWN if status == HTTPStatus.NOT_FOUND else str(error))


def _edge(error: EdgeError, hotline: str) -> Refusal:
    match error:
        case LimitedError():
            return Refusal(429, str(error), {"Retry-After": str(error.after)})
        case BusyError():
            return Refusal(
                503,
                f"{error} Or call {hotline}.",
                {"Retry-After": str(RETRY_SECONDS)},
                {"hotline": hotline},
            )
        case UnauthorisedError():
            return Refusal(401, str(error), {"WWW-Authenticate": "Bearer"})
        case _:
            return Refusal(error.status, str(error))


def _malformed(error: RequestValidationError) -> Refusal:
    # Where and why, never the input itself.
    wrong = [
        {"where": ".".join(str(part) for part in found["loc"]), "why": str(found["msg"])}
        for found in error.errors()
    ]
    detail = "The input is not as /openapi.json describes it."
    return Refusal(422, detail, more={"errors": wrong})


def _http(error: HTTPException) -> Refusal:
    # A body that cannot be read is answered like any other malformed input.
    status = 422 if error.status_code == HTTPStatus.BAD_REQUEST else error.status_code
    detail = UNKNOWN if status == HTTPStatus.NOT_FOUND else str(error.detail)
    return Refusal(status, detail, dict(error.headers or {}))


def _away(error: Exception, hotline: str) -> Refusal:
    log.error("The database cannot be reached.", extra={"kind": type(error).__name__})
    return Refusal(
        503,
        f"Nothing can be saved at the moment; try again, or call {hotline}.",
        {"Retry-After": str(RETRY_SECONDS)},
        {"hotline": hotline},
    )
