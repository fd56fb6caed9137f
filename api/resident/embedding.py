"""The box that a bureau sets into its own page by one line: a number, a button, its own colour.

It is a page without cookies, scripts or anything of the resident. The conversation opens in a
window of its own: inside a foreign page others could lay something over it, and browsers keep no
cookie there.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from api import headers, pages
from api.edge import EdgeOf
from api.resident import thread

router = APIRouter(include_in_schema=False)
COLOUR = re.compile(r"[0-9a-fA-F]{6}")
USUAL = "17558f"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?")
# Above this relative luminance black stands out better than white (WCAG 2, contrast ratio).
BRIGHT = 0.179
# Below it sRGB is linear (the same source).
LINEAR = 0.04045


@router.get("/embed")
def box(
    request: Request, edge: EdgeOf, accent: Annotated[str, Query(max_length=16)] = USUAL
) -> HTMLResponse:
    """The box, for the pages that the deployment names; to all others it stays shut."""
    # public: says nothing of anybody.
    values = {
        **thread.frame(edge, thread.look_of(request)),
        "accent": _colour(accent),
        "address": (edge.settings.public_url or str(request.base_url)).rstrip("/"),
    }
    response = pages.page("resident/embed.html", values)
    may = " ".join(one for one in edge.settings.embedded_by.split() if ORIGIN.fullmatch(one))
    shut = "frame-ancestors 'none'"
    policy = headers.POLICY.replace(shut, f"frame-ancestors {may}") if may else headers.POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


@router.get("/embed.css")
def style(accent: Annotated[str, Query(max_length=16)] = USUAL) -> Response:
    """The two colours of the box; what is no colour becomes our own."""
    # public: two colours.
    colour = _colour(accent)
    ink = "000000" if _luminance(colour) > BRIGHT else "ffffff"
    sheet = f":root {{ --accent: #{colour}; --accent-ink: #{ink}; }}\n"
    return Response(sheet, media_type="text/css")


def _colour(wanted: str) -> str:
    return wanted.lower() if COLOUR.fullmatch(wanted) else USUAL


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        part / 12.92 if part <= LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
