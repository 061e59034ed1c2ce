"""Measure the order of a queue of 100 000 exams beside a plain ORDER BY of SQLite; prints a table.

    python tests/benchmarks/ordering.py [--exams 100000]

Both read what they order into Python: `order` from entries, the peer rows of an indexless table in memory,
by a band and a shuffled key that it need not compute. Times are of the processor, not of the clock.
"""

import argparse
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import QueueEntry, order
from klarsyn.domain.session_plan import ReadingTimes, plan_session

TODAY = date(2026, 3, 2)
POLICY = ReadingPolicy("bench", "Bench")


def entries(count: int) -> list[QueueEntry]:
    """Return exams of all scores that have waited for up to a month."""
    rng = random.Random(1)
    made = []
    for n in range(count):
        day = TODAY - timedelta(days=rng.randrange(30))
        score = rng.choice([None, *range(1, 11)])
        made.append(QueueEntry(f"{rng.getrandbits(128):032x}", day, day, "FFDM", score, n % 2 == 0))
    return made


def median_ms(work: Callable[[], object], times: int = 5) -> float:
    """Return the median time of some runs."""
    taken = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - before))
    return statistics.median(taken)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exams", type=int, default=100_000)
    waiting = entries(parser.parse_args().exams)
    places = order(waiting, POLICY, reader="one", today=TODAY)
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE waiting (exam_id TEXT, band INTEGER, shuffled BLOB)")
    rng = random.Random(2)
    table.executemany(
        "INSERT INTO waiting VALUES (?, ?, ?)",
        [(each.exam_id, rng.randrange(-1, 4), rng.randbytes(8)) for each in waiting],
    )

    def ordered() -> object:
        return order(waiting, POLICY, reader="one", today=TODAY)

    def peer() -> object:
        return table.execute("SELECT exam_id, band FROM waiting ORDER BY band, shuffled, exam_id").fetchall()

    def planned() -> object:
        return plan_session(places, 40, ReadingTimes(), lambda _: False)

    own, theirs, plan = median_ms(ordered), median_ms(peer), median_ms(planned)
    print(f"{len(waiting)} exams: order {own:.0f} ms, ORDER BY {theirs:.0f} ms, ratio {own / theirs:.2f}")
    print(f"a session of 40 minutes from them {plan:.0f} ms")


if __name__ == "__main__":
    main()
