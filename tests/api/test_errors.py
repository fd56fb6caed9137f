"""What the database refuses is told as 503 with the number to call; a fault of ours is a 500."""

import pytest
from sqlalchemy import exc

from api import errors

SAID = Exception("database disk image is malformed")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (exc.OperationalError, 503),
        (exc.InterfaceError, 503),
        (exc.InternalError, 503),
        (exc.DatabaseError, 503),
        (exc.IntegrityError, 500),
        (exc.ProgrammingError, 500),
    ],
)
def test_a_database_that_cannot_be_used_is_told_with_a_number_to_call(
    kind: type[exc.DBAPIError], status: int
) -> None:
    refusal = errors.explain(kind("SELECT 1", {}, SAID), hotline="12345")
    assert refusal.status == status
    assert ("12345" in refusal.detail, "Retry-After" in refusal.headers) == (status == 503,) * 2
    assert "malformed" not in refusal.detail
