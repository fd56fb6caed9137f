"""Which services fit the needs of a person: eight dimensions, four grades, no summed score."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path

from pydantic import Field

from knowledge import sheets
from knowledge.entries import Entry, Slug, Text
from knowledge.names import Region
from knowledge.programmes import Cite


class Dimension(StrEnum):
    """What a need is about, in the order of the assessment form."""

    ILLNESS = "illness"
    DISABILITY = "disability"
    SCHOOLING = "schooling"
    WORK = "work"
    DWELLING = "dwelling"
    FAMILY = "family"
    BELONGING = "belonging"
    OTHER = "other"


class Grade(IntEnum):
    """How hard it is: 无, 轻度, 中度, 重度. Grades of different dimensions are never added."""

    NONE = 0
    LIGHT = 1
    MODERATE = 2
    SEVERE = 3


class Category(StrEnum):
    """照护, 生活 or 关爱; the order in which help is short: life and limb first."""

    CARE = "care"
    DAILY = "daily"
    SUPPORT = "support"


class Payer(StrEnum):
    """The list keeps what the state pays for apart from what society gives."""

    STATE = "state"
    SOCIETY = "society"
    UNKNOWN = "unknown"


class DimensionWords(Entry):
    """How a dimension is called and asked for; `label` is what a resident ticks."""

    id: Dimension
    name: Text
    label: Text
    aliases: tuple[Text, ...] = ()
    question: Text
    why: Text
    sensitive: bool = False


class Service(Entry):
    """One item of the service list. `needs` are the dimensions that it helps with, from
    which grade on; standard and provider are the deployment's to fill in. One that is not
    `offered` now stays on the list and is proposed to nobody."""

    id: Slug
    category: Category
    name: Text
    aliases: tuple[Text, ...] = ()
    needs: dict[Dimension, Grade] = Field(min_length=1)
    for_whom: Text | None = None
    standard: Text | None = None
    provider: Text | None = None
    payer: Payer = Payer.UNKNOWN
    offered: bool = True
    cite: Cite


class Words(Entry):
    """One question of the assessment that is not about a single dimension."""

    question: Text
    why: Text
    answers: tuple[Text, ...] = ()


class AssessmentWords(Entry):
    """The questions around the dimensions: for whom, where it is hard, what is given already,
    what is wanted. The answers of `grade` stand for the grades from 轻度 on; the last one of
    `whom` is somebody of another home."""

    whom: Words
    hard: Words
    grade: Words
    given: Words
    wanted: Words


class ServiceList(Entry):
    """The services of one region, with the words of the assessment. `everything`,
    `nothing_else` and `denied` are words with which all of a list is taken, only what is named,
    and all but what is named."""

    region: Region
    document: Slug
    grades: tuple[Text, Text, Text, Text]
    for_whom: Text
    categories: dict[Category, Text]
    nothing_else: tuple[Text, ...]
    everything: tuple[Text, ...]
    denied: tuple[Text, ...]
    asking: AssessmentWords
    dimensions: tuple[DimensionWords, ...]
    services: tuple[Service, ...]

    @property
    def offered(self) -> tuple[Service, ...]:
        """The services that can be had now."""
        return tuple(service for service in self.services if service.offered)

    def having(self, service_id: str, service: Service | None) -> "ServiceList":
        """The list with this in the place of the service of that id, a new one at the end; None
        takes it off."""
        put = () if service is None else (service,)
        found = [(s,) if s.id != service_id else put for s in self.services]
        if self.service(service_id) is None:
            found.append(put)
        return self.model_copy(update={"services": tuple(s for one in found for s in one)})

    def service(self, service_id: str) -> Service | None:
        """The service of that id; None where the list no longer has it."""
        return next((s for s in self.services if s.id == service_id), None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The grades of one person; a dimension that is absent was not looked at. `wishes` are
    services the person asks for, `given` those already received in kind, `refused` those
    the person does not want."""

    grades: Mapping[Dimension, Grade]
    wishes: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A service to offer, and for which needs; each one is confirmed with the person."""

    service: Service
    needs: tuple[Dimension, ...]
    gravest: Grade
    wished: bool


def load(content: Path, region: Region) -> ServiceList | None:
    """The service list of a region; None where no document gives one."""
    path = content / region.value / "services.yml"
    return sheets.read_one(path, ServiceList) if path.exists() else None


def unasked(services: ServiceList, assessment: Assessment) -> tuple[DimensionWords, ...]:
    """The dimensions still to look at, sensitive ones last."""
    left = [words for words in services.dimensions if words.id not in assessment.grades]
    return tuple(sorted(left, key=lambda words: words.sensitive))


def match(services: ServiceList, assessment: Assessment) -> tuple[Match, ...]:
    """What to offer, the gravest single need first, then what is wished for, then care
    before daily life before support. Nothing given already or refused is offered."""
    closed = assessment.given | assessment.refused
    found = (_match(s, assessment) for s in services.offered if s.id not in closed)
    return tuple(sorted((m for m in found if m is not None), key=_order))


def _match(service: Service, assessment: Assessment) -> Match | None:
    needs = tuple(
        dimension
        for dimension, least in service.needs.items()
        if assessment.grades.get(dimension, Grade.NONE) >= max(least, Grade.LIGHT)
    )
    wished = service.id in assessment.wishes
    if not needs and not wished:
        return None
    gravest = max((assessment.grades[dimension] for dimension in needs), default=Grade.NONE)
    return Match(service, needs, gravest, wished)


def _order(found: Match) -> tuple[int, bool, int]:
    return -found.gravest, not found.wished, list(Category).index(found.service.category)
