"""Which numbers are put before a resident, and how they are written."""

from datetime import date

from knowledge.entries import Hotline
from knowledge.library import Library
from knowledge.names import Hazard, Region

FIRST: dict[Hazard, tuple[str, ...]] = {
    Hazard.SELF_HARM: ("110", "120", "12356"),
    Hazard.VIOLENCE: ("110", "120"),
    Hazard.CHILD_AT_RISK: ("110", "120"),
    Hazard.MEDICAL_EMERGENCY: ("120", "110"),
    Hazard.DISASTER_DANGER: ("119", "110", "120"),
}


# Few enough to be read by somebody in a hurry.
AT_NIGHT = ("12345", "110", "120", "119")


def urgent(library: Library, hazard: Hazard) -> str:
    """The numbers for a danger, the first to dial first, a line each."""
    wanted = FIRST.get(hazard, ("110", "120"))
    known = {line.number: line for line in library.hotlines}
    return "\n".join(_line(known[number]) for number in wanted if number in known)


def spoken(library: Library, region: Region, *, on: date) -> str:
    """The numbers that may be shown as fact for a region, a line each."""
    known = (*library.emergency_hotlines(on=on), *library.hotlines_for("", region, on=on))
    lines = {line.number: line for line in known}
    return "\n".join(_line(lines[number]) for number in AT_NIGHT if number in lines)


def _line(hotline: Hotline) -> str:
    return f"{hotline.number}  {hotline.name}"
