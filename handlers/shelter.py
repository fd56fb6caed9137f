"""While an event is on, where to go for shelter stands before everything but danger's numbers."""

from dataclasses import replace

from handlers import speech
from handlers.turn import Outcome, Reply, Turn
from knowledge import nearby
from knowledge.entries import Place
from knowledge.library import Library
from knowledge.names import Hazard, Programme, Region

SHELTERED = frozenset({Hazard.DISPLACED, Hazard.DISASTER_DANGER})
ABOUT_IT = frozenset({Programme.DISASTER, Programme.DISPLACED_PERSONS, Programme.HEATING})
MOST = 5


def first(turn: Turn, library: Library, decided: Outcome) -> Outcome:
    """The outcome with the places of the event before its answer, where it concerns the event."""
    region = turn.scene
    if turn.event is None or region is None or not decided.replies or not _concerns(turn):
        return decided
    said = Reply(
        "shelter.places",
        {"area": turn.event.area or library.region_name(region), "places": _places(turn, library)},
    )
    ahead = [reply.urgent for reply in decided.replies]
    at = ahead.index(False) if False in ahead else len(ahead)
    return replace(decided, replies=(*decided.replies[:at], said, *decided.replies[at:]))


def _concerns(turn: Turn) -> bool:
    if turn.with_person:
        return False
    about = turn.said.hazard in SHELTERED or turn.said.programme in ABOUT_IT
    return about or speech.chinese().hears("shelter.cue", turn.text)


def _places(turn: Turn, library: Library) -> str:
    words = speech.chinese()
    region = turn.scene or Region.NATIONAL
    found = [one for one in nearby.of_region(library.places, region) if _shelters(one)]
    near = sorted(found, key=lambda one: not _near(turn, one))[:MOST]
    if not near:
        return words.say("shelter.none")
    return "\n".join(_line(turn, one) for one in near)


def _shelters(place: Place) -> bool:
    return speech.chinese().hears("shelter.cue_kind", place.kind)


def _near(turn: Turn, place: Place) -> bool:
    area = "" if turn.event is None else turn.event.area
    return nearby.serves(place, turn.text) or (bool(area) and nearby.serves(place, area))


def _line(turn: Turn, place: Place) -> str:
    words = speech.chinese()
    if place.address is None or not nearby.verified(place, turn.today):
        return words.say("shelter.unverified", {"name": place.name})
    told = {"name": place.name, "address": place.address, "hours": place.hours or ""}
    return words.say("shelter.line", told).strip()
