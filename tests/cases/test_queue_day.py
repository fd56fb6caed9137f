"""A small day at the desks, played as the benchmark plays the large one."""

from benchmarks import queue, queue_picture
from cases.database import Store
from knowledge.names import Priority

ARRIVALS = 60


def test_a_small_day_serves_everybody_and_foresees_their_wait(sqlite_store: Store) -> None:
    played = queue.play(sqlite_store, ARRIVALS, desks=2)
    assert len(played.waits) == ARRIVALS
    assert {one.priority for one in played.waits} <= set(Priority)
    assert sum(played.talks.values()) == ARRIVALS
    assert queue.calibration(played.waits).told > 0
    drawn = queue_picture.draw(played.waits, played.effort, begin=queue.BEGIN)
    # Three panels, each with a legend in blue, and a bar for each desk.
    assert (drawn.count("<g "), drawn.count(f'fill="{queue_picture.BLUE}"')) == (3, 3 + 2)
