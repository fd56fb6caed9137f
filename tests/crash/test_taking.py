"""Taking chats from several processes at once: one winner, and never more than the capacity."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from api import chats
from cases import events, operators
from cases.database import Store
from cases.desk import assigning, line_settings, queues
from cases.events import Kind
from cases.operators import Operator
from cases.talk import conversations
from handlers import speech
from knowledge.names import Region
from tests import factories, threads
from tests.clock import Clock
from tests.forked import Part

PROCESSES = 4


def _race(store: Store, keys: Path, shares: Sequence[Sequence[str]]) -> Counter[str]:
    """What every pair `NAME=CHAT` was answered; the processes begin together."""
    address = store.engine.url.render_as_string(hide_password=False)
    with ExitStack() as running:
        begun = [
            running.enter_context(Part("tests.crash.taking", address, str(keys), *share))
            for share in shares
        ]
        assert [process.says.readline() for process in begun] == ["ready\n"] * len(begun)
        for process in begun:
            process.hears.write("go\n")
            process.hears.flush()
        return Counter(line for process in begun for line in process.says.read().splitlines())


def test_twenty_operators_of_four_processes_have_one_winner(shared: Store, keys: Path) -> None:
    now = Clock().now
    with shared.write() as session:
        names = [factories.an_operator(session, f"op{n:02}", now=now).name for n in range(20)]
        chat = factories.a_waiting_chat(session, now=now).id
    pairs = [f"{name}={chat}" for name in names]
    said = _race(shared, keys, [pairs[n::PROCESSES] for n in range(PROCESSES)])
    with shared.read() as session:
        (winner,) = [o.name for o in operators.everyone(session) if queues.held_by(session, o.id)]
        stream = events.conversation_stream(chat)
        taken = [c for c in events.since(session, stream, 0) if c.kind is Kind.MODE]
    assert said == {f"200 {winner}": 1, f"409 {winner}": 19}
    # One event for the asking, one for the taking.
    assert [change.body["mode"] for change in taken] == ["queued", "operator"]


def test_ten_arrivals_on_three_processes_never_exceed_a_capacity_of_three(
    shared: Store, keys: Path
) -> None:
    now = Clock().now
    with shared.write() as session:
        alice = factories.an_operator(session, now=now)
        alice.capacity = 3
        pairs = [f"Alice={factories.a_waiting_chat(session, now=now).id}" for _ in range(10)]
    said = _race(shared, keys, [pairs[n::3] for n in range(3)])
    with shared.read() as session:
        held = queues.load_of(session, alice.id)
    assert (held, said) == (3, {"200 Alice": 3, "409 full": 7})


def test_of_a_long_line_each_who_claims_the_next_gets_another(store: Store, clock: Clock) -> None:
    with store.write() as session:
        clerks = [
            factories.an_operator(session, f"op{n:02}", region=Region.ZICHUAN, now=clock.now)
            for n in range(16)
        ]
        for _ in range(2 * len(clerks)):
            factories.a_waiting_chat(session, now=clock.now)
    words = speech.chinese()

    def claim(me: Operator) -> str | None:
        with store.write() as session:
            found = chats.take_next(session, me, speech=words, now=clock.now)
            return None if found is None else found.id

    claimed = threads.at_once(claim, clerks)
    assert None not in claimed
    assert len(set(claimed)) == len(clerks)


def test_three_clocks_that_give_out_fill_a_desk_and_never_overfill_it(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, region=Region.ZICHUAN, now=clock.now)
        alice.capacity = 3
        line_settings.put(
            session, Region.ZICHUAN, automatic=True, sticky=False, by=alice.id, now=clock.now
        )
        line = [
            factories.a_waiting_chat(session, now=clock.advance(seconds=1)).id for _ in "x" * 10
        ]

    def tick(_: int) -> set[str]:
        with store.write() as session:
            given = assigning.give_out(session, may=lambda *_: True, most=9, now=clock.now)
            return {one.conversation.id for one in given}

    def given() -> set[str]:
        return set().union(*threads.at_once(tick, range(3)))

    assert given() == set(line[:3])
    with store.write() as session:
        queues.hand_back(session, conversations.find(session, line[1]), now=clock.now)
    # The next tick, a second later, gives the one who has waited longest.
    assert given() == {line[3]}
