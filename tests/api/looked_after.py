"""Households that a caseworker looks after at the console, and she herself."""

from httpx import Client

from bot.helpline import Helpline
from cases.households import people
from cases.households.file_bodies import PartKind, Person
from cases.operators import Role
from knowledge.names import Region
from tests import factories
from tests.api import web
from tests.resident import Resident


def by_alice(client: Client, helpline: Helpline, region: Region, unit: str) -> Client:
    """The console of a caseworker who has signed in."""
    account = web.an_account(helpline, "Alice", Role.CASEWORKER, region=region, unit=unit)
    web.enter(client, account)
    return client


def of_the_chat(helpline: Helpline, resident: Resident, member: Person) -> str:
    """The id of a household of Fengze that this chat reaches, with one person in it."""
    with helpline.store.write() as session:
        kept = factories.a_household(session, now=web.now())
        kept.region, kept.conversation_id = Region.FENGZE, resident.conversation_id
        session.add(kept)
        people.write(session, kept, PartKind.MEMBER, member, by=kept.created_by, now=web.now())
        return kept.id
