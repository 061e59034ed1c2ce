"""Spoiled CAD reports by the thousand: read, made a result of, placed; never anything but a sentence.

A whole run of 100 000 takes about a quarter of an hour of one core, so two share it.
"""

import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from soak_share import share_of
from sr_judging import judge
from sr_mutants import mutant

WHOLE, CHUNK = 100_000, 500


def judged(first: int, last: int, folder: Path) -> Counter[str]:
    """Judge the mutants from `first` to before `last`; a failure names the mutant by its number."""
    warnings.simplefilter("ignore")  # pydicom warns of what is spoiled on purpose
    path, outcomes = folder / f"mutant-{first}.dcm", Counter[str]()
    for number in range(first, last):
        path.write_bytes(mutant(number))
        try:
            outcomes[judge(path, number)] += 1
        except Exception as error:
            error.add_note(f"It was sr_mutants.mutant({number}).")
            raise
    path.unlink(missing_ok=True)
    return outcomes


@pytest.mark.soak
@pytest.mark.invariant(3)
def test_no_spoiled_report_does_more_than_be_refused_or_be_told_to_lack_something(tmp_path: Path) -> None:
    whole, outcomes = share_of(WHOLE), Counter[str]()
    starts = range(0, whole, CHUNK)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(judged, n, min(n + CHUNK, whole), tmp_path) for n in starts]
        for task in tasks:
            outcomes += task.result()
    print(f"Mutants by outcome: {dict(outcomes)}.")
    assert outcomes.total() == whole
    assert outcomes["refused"] < whole / 2, "most mutants must come further than the door"
