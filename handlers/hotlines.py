"""Which numbers are put before a resident, and how they are written."""

from collections.abc import Sequence
from datetime import date

from handlers.endangered import Scene
from handlers.turn import Value
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


# In a room full of gas the fire brigade comes as well; who has swallowed or cut wants a doctor
# first; who must not be heard writes to the police.
IN_GAS = ("120", "119", "110")
TAKEN = ("120", "110", "12356")
BY_TEXT = ("12110",)

# Few enough to be read by somebody in a hurry.
AT_NIGHT = ("12345", "110", "120", "119")


def urgent(library: Library, hazard: Hazard) -> str:
    """The numbers for a danger, the first to dial first, a line each."""
    return _lines(library, FIRST.get(hazard, ("110", "120")))


def of_card(library: Library, hazard: Hazard, key: str) -> dict[str, Value]:
    """The numbers that the first words on a danger hold."""
    if key.endswith(f".{Scene.GAS}"):
        return {"numbers": _lines(library, IN_GAS)}
    if key.endswith(f".{Scene.TAKEN}"):
        return {"numbers": _lines(library, TAKEN)}
    numbers: dict[str, Value] = {"numbers": urgent(library, hazard)}
    if key.endswith(f".{Scene.HIDING}"):
        numbers["text"] = _lines(library, BY_TEXT)
    return numbers


def spoken(library: Library, region: Region, *, on: date) -> str:
    """The numbers that may be shown as fact for a region, a line each."""
    known = (*library.emergency_hotlines(on=on), *library.hotlines_for("", region, on=on))
    lines = {line.number: line for line in known}
    return "\n".join(_line(lines[number]) for number in AT_NIGHT if number in lines)


def _lines(library: Library, wanted: Sequence[str]) -> str:
    known = {line.number: line for line in library.hotlines}
    return "\n".join(_line(known[number]) for number in wanted if number in known)


def _line(hotline: Hotline) -> str:
    return f"{hotline.number}  {hotline.name}"
