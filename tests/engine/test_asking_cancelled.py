"""An engine that is asked what it is, and still loads when nobody wants the answer any more."""

import time

import pytest

from klarsyn.engine.asking import declared
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.registry import EngineSpec

SLOW = """
import time
time.sleep(30)
"""


@pytest.fixture
def slow(tmp_path) -> EngineSpec:
    (tmp_path / "slow_engine.py").write_text(SLOW)
    return EngineSpec("slow", "slow_engine:Slow", (str(tmp_path),))


@pytest.mark.parametrize(
    ("wanted", "deadline_s", "kind"),
    [(False, 25.0, FailureKind.CANCELLED), (True, 0.5, FailureKind.DEADLINE)],
)
def test_an_engine_that_loads_is_ended_when_cancelled_and_at_its_deadline(
    slow, work_root, wanted, deadline_s, kind
) -> None:
    begun = time.monotonic()
    with pytest.raises(EngineFailure) as failure:
        declared(
            slow,
            work_root=work_root,
            memory_mb=1024,
            allow_unsealed=True,
            deadline_s=deadline_s,
            cancelled=lambda: not wanted,
        )
    assert failure.value.kind is kind
    assert time.monotonic() - begun < 15
    assert list(work_root.iterdir()) == []
