"""A few hundred spoiled CAD reports on their whole way: file, report, result, marks on the exam."""

from collections import Counter
from pathlib import Path

import pytest
from sr_judging import judge
from sr_mutants import mutant

pytestmark = pytest.mark.filterwarnings("ignore")  # pydicom warns of what is spoiled on purpose


@pytest.mark.invariant(3)
@pytest.mark.parametrize("first", range(0, 300, 50))
def test_no_spoiled_report_draws_a_mark_off_its_image_or_ends_unsaid(first: int, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(first, first + 50):
        path = tmp_path / f"mutant-{number}.dcm"  # which a failure names: sr_mutants.mutant(number)
        path.write_bytes(mutant(number))
        outcomes[judge(path, number)] += 1
    assert outcomes.total() == 50
    assert outcomes["refused"] < 40
