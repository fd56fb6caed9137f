"""In which form a refusal is answered: a problem document to programs, a page to people."""

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from api import errors
from api.edge import Edge
from api.headers import HEADERS

PROGRAMS = ("/api/", "/healthz", "/readyz", "/openapi.json")
CENTRAL_HOTLINE = "12345"
Answer = Callable[[Request, Exception], Response]
Page = Callable[[Request, errors.Refusal], Response]


def to_failures(edge: Edge, page: Page) -> Answer:
    """The handler of every failure; `page` makes the page for people."""
    hotline = edge.settings.hotline_number or CENTRAL_HOTLINE

    def answer(request: Request, error: Exception) -> Response:
        refusal = errors.explain(error, hotline=hotline)
        program = request.url.path.startswith(PROGRAMS)
        response = errors.as_problem(refusal) if program else page(request, refusal)
        # The answer to what nobody foresaw is made outside of the middleware.
        response.headers.update(HEADERS)
        return response

    return answer
