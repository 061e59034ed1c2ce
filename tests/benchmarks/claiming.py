"""Measure a claim on PostgreSQL with many readers at once, beside the change of one row; prints a table.

    python tests/benchmarks/claiming.py [--readers 50] [--seconds 10] [--pace 0.5]

Each reader is a process that asks about every half second, seventy times as often as a fast reader opens an
exam. The peer, in the same processes in turn with the claims: BEGIN, UPDATE of an own row, COMMIT.
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from claimed_exams import add_exams, images_of
from postgresql import postgresql
from sqlalchemy import text

from klarsyn.base import log
from klarsyn.store.database import Database
from klarsyn.store.store import Store

EXAMS = [f"exam-{n}" for n in range(200)]


def reader(url: str, name: str, seconds: float, pace: float, start: Barrier, said: Any) -> None:
    """Claim and change rows in turn, and say how long each took, in ms."""
    rng = random.Random(name)
    store = Store(Database(url))
    claims, changes = [], []
    start.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(rng.expovariate(1 / pace))
        exam_id = rng.choice(EXAMS)
        before = time.perf_counter()
        store.claims.claim(exam_id, name, rng.choice([1, 2]), images_of(exam_id))
        claims.append(1000 * (time.perf_counter() - before))
        time.sleep(rng.expovariate(1 / pace))
        before = time.perf_counter()
        with store.database.reading() as session:
            session.execute(text("UPDATE bench SET at = clock_timestamp() WHERE name = :n"), {"n": name})
        changes.append(1000 * (time.perf_counter() - before))
    store.close()
    said.put((claims[1:], changes[1:]))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--pace", type=float, default=0.5)
    asked = parser.parse_args()
    log.configure(None)
    # The fixture of the tests, without pytest around it.
    cluster = postgresql._get_wrapped_function()()
    url = next(cluster)()
    names = [f"reader-{n}" for n in range(asked.readers)]
    store = Store(Database(url))
    add_exams(store, EXAMS)
    with store.database.writing() as session:
        session.execute(text("CREATE TABLE bench (name text PRIMARY KEY, at timestamptz)"))
        session.execute(text("INSERT INTO bench SELECT unnest(CAST(:n AS text[]))"), {"n": names})
    store.close()
    forking = multiprocessing.get_context("fork")
    start, said = forking.Barrier(asked.readers), forking.Queue()
    children = [
        forking.Process(target=reader, args=(url, name, asked.seconds, asked.pace, start, said))
        for name in names
    ]
    for child in children:
        child.start()
    answers = [said.get() for _ in children]
    for child in children:
        child.join()
    next(cluster, None)
    claims = sorted(each for taken, _ in answers for each in taken)
    changes = sorted(each for _, taken in answers for each in taken)
    for what, taken in (("claim", claims), ("one row changed", changes)):
        print(
            f"{what:<16} {len(taken):6} times   median {statistics.median(taken):6.2f} ms   "
            f"95 % {taken[int(0.95 * len(taken))]:6.2f} ms   worst {taken[-1]:6.2f} ms"
        )
    print(f"ratio of the medians {statistics.median(claims) / statistics.median(changes):.2f}")


if __name__ == "__main__":
    main()
