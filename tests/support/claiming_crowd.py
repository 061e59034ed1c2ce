"""Many readers in processes of their own, who all want the same exams."""

import multiprocessing
import os
import random
import traceback
from multiprocessing.synchronize import Barrier

from claimed_exams import images_of, sign

from klarsyn.store.claims import ClaimAnswer
from klarsyn.store.database import Database
from klarsyn.store.store import Store


def crowd(url: str, readers: int, needs: dict[str, int], seed: int, rounds: int = 1) -> None:
    """Let `readers` processes ask for each exam, sign what they are given, and leave some unsigned.

    They start together; each goes through the exams in an order of its own, so many times.
    """
    # The test's own process has everything loaded: a fork costs next to nothing, and is as real.
    forking = multiprocessing.get_context("fork")
    start = forking.Barrier(readers)
    children = [
        forking.Process(target=_read, args=(url, f"reader-{n}", needs, seed + n, rounds, start))
        for n in range(readers)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * readers


def _read(url: str, reader: str, needs: dict[str, int], seed: int, rounds: int, start: Barrier) -> None:
    try:
        rng = random.Random(seed)
        store = Store(Database(url))
        start.wait(60)
        for _ in range(rounds):
            for exam_id in rng.sample(sorted(needs), len(needs)):
                answer = store.claims.claim(exam_id, reader, needs[exam_id], images_of(exam_id))
                if answer is ClaimAnswer.GRANTED:
                    if rng.random() < 0.8:
                        sign(store, exam_id, reader)
                    store.claims.release(exam_id, reader)
        store.close()
    except BaseException:  # noqa: BLE001  whatever it is, the child ends here and the test sees it
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def signed_too_often(store: Store, needs: dict[str, int]) -> dict[str, list[str]]:
    """Return the exams that more readers have signed than they need, or one reader twice."""
    finals = store.reads.finals(needs)
    readers = {exam_id: [read.reader for read in reads] for exam_id, reads in finals.items()}
    return {
        exam_id: names
        for exam_id, names in readers.items()
        if len(names) > needs[exam_id] or len(set(names)) < len(names)
    }
