"""An exam of tomosynthesis in the window, small, with findings on known slices."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from small_volumes import write_volumes
from window_helpers import make_result, press, settle

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, LesionType, Mark, ResultStatus
from klarsyn.domain.volumes import volumes_of
from klarsyn.intake.importer import Importer
from klarsyn.reading.session import Step
from klarsyn.ui.workplace import Workplace

K = Qt.Key
COUNT = 12
BOX = ((40.0, 50.0), (60.0, 50.0), (60.0, 70.0), (40.0, 70.0))
SLICES = {"R CC": (8, (7, 9)), "R MLO": (4, (4, 4))}
"""Frame and range of the soft tissue finding; the calcifications lie on frame 2 of the left CC."""


def marked(exam: Exam, moment: Any, status: ResultStatus = ResultStatus.SCORED) -> AiResult:
    """Soft tissue on both right volumes and the 2D image of the right CC, calcifications on the left CC."""
    result = make_result(exam, status, moment)
    if status is not ResultStatus.SCORED:
        return result
    volumes = {v.image.view_label: v.image.sop_instance_uid for v in volumes_of(exam)}
    flat = next(i for i in exam.images if i.view_label == "R CC" and not i.is_tomosynthesis)
    soft = [Mark(volumes[view], BOX, 71, *where) for view, where in SLICES.items()]
    soft.append(Mark(flat.sop_instance_uid, BOX, 66))
    calc = (Mark(volumes["L CC"], BOX, 38, 2, (2, 2)),)
    findings = (
        Finding("soft", LesionType.SOFT_TISSUE, None, 71, tuple(soft)),
        Finding("calc", LesionType.CALCIFICATIONS, None, 38, calc),
    )
    return replace(result, findings=findings)


@pytest.fixture
def open_marked(
    installation: Any, tmp_path: Path, qtbot: Any, make_workplace: Any, open_exam: Any
) -> Callable[..., Workplace]:
    """Open an exam of tomosynthesis and synthetic 2D images, hung by a protocol."""

    def _opened(
        protocol: str = "dbt-pairs", *, result: bool = True, size: tuple[int, int] = (1200, 800)
    ) -> Workplace:
        write_volumes(tmp_path / "now", 1, COUNT)
        store = installation.store
        Importer(store, installation.settings.folders, installation.clock, workers=1).run([tmp_path / "now"])
        (exam,) = store.exams.many()
        if result:
            store.results.add(marked(exam, installation.clock.now()))
        workplace = make_workplace(size=size)
        open_exam(workplace, exam.exam_id)
        hang(workplace, protocol, qtbot)
        return workplace

    return _opened


def hang(workplace: Workplace, protocol: str, qtbot: Any) -> None:
    page = workplace.reading
    page.grid.looks.choose(page.flow.protocols.protocols.by_name[protocol])
    decoded(workplace, qtbot)


def decoded(workplace: Workplace, qtbot: Any) -> None:
    """Wait until every slice is there."""
    settle(qtbot, workplace)
    views = workplace.reading.grid.views.values()
    stacks = [view.stack for view in views if view.stack is not None]
    qtbot.waitUntil(lambda: all(s.stack.state(n) != "waiting" for s in stacks for n in range(s.count)))
    qtbot.waitUntil(lambda: not any(v.gliding for v in workplace.reading.grid.viewports))


def sign(workplace: Workplace, qtbot: Any) -> None:
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(workplace.reading, key)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED


def reveal(workplace: Workplace, qtbot: Any) -> None:
    sign(workplace, qtbot)
    press(workplace.reading, K.Key_A)
    settle(qtbot, workplace)


def show(workplace: Workplace, place: int, number: int, qtbot: Any) -> None:
    """Show the slice of a number, counted from 1."""
    grid = workplace.reading.grid
    grid.scrolling.go_to(place, number - 1)
    qtbot.waitUntil(lambda: not grid.viewports[place].gliding)
