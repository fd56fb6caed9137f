"""What the parts of a household's file say: the shapes that are sealed."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from cases.residents import ContactKind
from knowledge.occasions import Trait


class PartKind(StrEnum):
    """What a part of a file is."""

    MEMBER = "member"
    SUPPORTER = "supporter"
    REPRESENTATIVE = "representative"
    HOME = "home"
    CARE = "care"
    ASSESSMENT = "assessment"
    SERVICE = "service"
    CONSENT = "consent"
    PAPER = "paper"
    HAPPENING = "happening"
    DONE = "done"


PEOPLE = (PartKind.MEMBER, PartKind.SUPPORTER, PartKind.REPRESENTATIVE)
RECORDS = (
    PartKind.ASSESSMENT,
    PartKind.SERVICE,
    PartKind.CONSENT,
    PartKind.PAPER,
    PartKind.HAPPENING,
)


class Body(BaseModel):
    """What is sealed; fields of older versions are let go."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Way(Body):
    """A way to reach somebody; hours are local, `safe_until` exclusive."""

    kind: ContactKind = ContactKind.CALL
    value: str
    safe_from: int = Field(default=8, ge=0, le=23)
    safe_until: int = Field(default=21, ge=1, le=24)
    do_not_call: bool = False


class Person(Body):
    """A member, a supporter who lives elsewhere, or a representative with their authority."""

    name: str
    relation: str = ""
    id_number: str | None = None
    born: date | None = None
    lives_here: bool | None = None
    registered_here: bool | None = None
    ways: tuple[Way, ...] = ()
    language: str = ""
    needs: str = ""
    authority: str = ""
    authority_until: date | None = None


class Home(Body):
    """The three places, the street by which visits are grouped, the class a region gives."""

    registered: str = ""
    living: str = ""
    event: str = ""
    street: str = ""
    group: str = ""
    traits: tuple[Trait, ...] = ()
    needs: str = ""


class Care(Body):
    """A care agreement: who cares, for what, who goes along to hospital, who stands in."""

    carer: str
    duties: str = ""
    hospital_escort: str = ""
    stand_in: str = ""
    until: date | None = None


class Note(Body):
    """Anything dated: an assessment, service, consent, paper, happening, or thing done."""

    text: str = ""
    whom: str = ""
    source: str = ""
