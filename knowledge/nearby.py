"""Which place of help is named to whom: one of the region, the one that serves the area named."""

from collections.abc import Iterable
from datetime import date, timedelta

from knowledge.entries import Place
from knowledge.names import Region

VERIFIED_FOR = timedelta(days=400)


def verified(place: Place, on: date) -> bool:
    """Whether address and hours were checked within 400 days before that day."""
    return place.verified is not None and timedelta() <= on - place.verified <= VERIFIED_FOR


def serves(place: Place, said: str) -> bool:
    """Whether a question names an area that the place serves."""
    return any(area in said for area in place.areas)


def nearest(places: Iterable[Place], region: Region, said: str, *, on: date) -> Place | None:
    """The verified place with an address that serves the area named, else the first that serves
    the whole region; None where there is none."""
    known = [
        place
        for place in places
        if place.region is region and place.address is not None and verified(place, on)
    ]
    named = (place for place in known if serves(place, said))
    whole = (place for place in known if not place.areas)
    return next(named, None) or next(whole, None)


def of_region(places: Iterable[Place], region: Region | None) -> tuple[Place, ...]:
    """Every place of the region, or all where none is given; those with an address first."""
    wanted = [place for place in places if region is None or place.region is region]
    return tuple(sorted(wanted, key=lambda place: place.address is None))
