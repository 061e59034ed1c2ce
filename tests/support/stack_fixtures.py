"""A tomosynthesis in the real window: imported as files are, opened by the reader, decoded by the crew."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stack_files import breast_slice, write_stack
from window_helpers import settle

from klarsyn.imaging.stack import SliceState
from klarsyn.intake.importer import Importer

SHAPE = (320, 200)


def slices(count: int, shape: tuple[int, int] = SHAPE) -> list[np.ndarray]:
    """Slices that all differ."""
    return [breast_slice(shape, n) for n in range(1, count + 1)]


@pytest.fixture
def open_stack(installation: Any, tmp_path: Path, make_workplace: Any, qtbot: Any) -> Callable[..., Any]:
    """Import one left CC tomosynthesis and open it in a window; returns the workplace.

    The window is 700 by 560 unless `size` says otherwise; the rest is `write_stack`'s.
    """

    def _open(
        count: int = 9,
        frames: Iterable[np.ndarray] | None = None,
        size: tuple[int, int] = (700, 560),
        wait: bool = True,
        **how: Any,
    ) -> Any:
        path = write_stack(tmp_path / "stack.dcm", slices(count) if frames is None else frames, **how)
        Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run([path])
        workplace = make_workplace(size=size)
        workplace.flow.open_next()
        settle(qtbot, workplace)
        grid = workplace.reading.grid
        grid.pick(next(n for n, v in enumerate(grid.viewports) if v.stack is not None))
        if wait:
            settle_stack(qtbot, workplace)
        return workplace

    return _open


def settle_stack(qtbot: Any, workplace: Any) -> None:
    """Wait until no slice of the current view waits to be decoded, and it has been painted."""
    stack = workplace.reading.grid.viewport.stack
    qtbot.waitUntil(
        lambda: all(stack.stack.state(n) is not SliceState.WAITING for n in range(stack.count)),
        timeout=20_000,
    )
    workplace.reading.grab()
