"""A whole exam of tomosynthesis, of simulated breasts, read by key events; its marks against the truth."""

import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from marked_volumes import decoded
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from small_tomo_exams import SLICES, draw_small_exam, result_of_truth, store_frames_in_order
from window_fixtures import dressed, make_workplace, open_exam
from window_helpers import press, settle

from klarsyn.domain.finding import Mark
from klarsyn.domain.read import ReadKind
from klarsyn.domain.shown_slices import ShownSlices
from klarsyn.domain.volume import Volume
from klarsyn.domain.volumes import volumes_of
from klarsyn.intake.importer import Importer
from klarsyn.reading.session import Step
from klarsyn.simulation.lists.truth import LesionView, SimulatedExam
from klarsyn.ui.slices.slice_marks import on_slices
from klarsyn.ui.workplace import Workplace

__all__ = ["dressed", "make_workplace", "open_exam"]

K = Qt.Key
ORDERS = {
    "from the support": list(range(SLICES)),
    "from the tube": list(range(SLICES))[::-1],
    "by turns": [*range(0, SLICES, 2), *range(1, SLICES, 2)],
}


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedExam:
    """A mass in the right breast, calcifications in the left one: four stacks, four synthetic images."""
    return draw_small_exam(tmp_path_factory.mktemp("simulated") / "exam-A")


def take_in(installation, folder: Path):
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [folder], read=True
    )
    (exam,) = installation.store.exams.many()
    return exam


def shift(workplace: Workplace, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.ShiftModifier)
        QApplication.sendEvent(workplace.reading, event)


def stacks(workplace: Workplace) -> dict[str, object]:
    views = workplace.reading.grid.views.values()
    return {v.loaded.image.view_label: v.stack for v in views if v.stack is not None}


def truth_of(simulated: SimulatedExam) -> dict[str, LesionView]:
    """What is true on each stack, by its UID."""
    return {
        view.sop_instance_uid: view for lesion in simulated.lesions for view in lesion.views if view.sections
    }


def is_on_its_lesion(volume: Volume, index: int, truth: LesionView) -> bool:
    return volume.slices[index].frame in {section.frame for section in truth.sections}


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_through_a_whole_exam_of_tomosynthesis(
    make_workplace, installation, simulated, qtbot
) -> None:
    exam = take_in(installation, simulated.folder)
    installation.store.results.add(result_of_truth(exam, simulated, installation.clock.now()))
    workplace = make_workplace()
    page = workplace.reading
    grid, cine = page.grid, page.grid.scrolling.cine
    # A clock on which each look takes a frame of the cine: none is left out, and none is waited for.
    ticks = itertools.count()
    cine.clock = lambda: next(ticks) / cine.fps

    press(workplace.queue, K.Key_Return)
    settle(qtbot, workplace)
    while not (grid.viewport.view and grid.viewport.view.stack):
        press(page, K.Key_PageDown)
        press(page, K.Key_Tab)
    decoded(workplace, qtbot)
    stack = grid.viewport.view.stack
    middle = stack.index
    press(page, K.Key_Period)
    assert stack.index == middle + 1
    shift(workplace, K.Key_Greater)
    assert stack.index == middle + 6
    press(page, K.Key_V)
    qtbot.waitUntil(lambda: stack.index == SLICES - 1)
    qtbot.waitUntil(lambda: stack.index < SLICES - 4)
    press(page, K.Key_V)
    assert not cine.is_running
    press(page, K.Key_Z)
    assert stack.shown.is_slab
    press(page, K.Key_Z)
    assert stack.is_single

    for _ in range(200):
        if len(stacks(workplace)) == 4 and all(s.all_seen for s in stacks(workplace).values()):
            break
        if not cine.is_run_through:
            press(page, K.Key_Space)
            decoded(workplace, qtbot)
        qtbot.waitUntil(lambda: not cine.is_run_through, timeout=20_000)
    assert {label: s.seen_of for label, s in stacks(workplace).items()} == {
        label: (s.count, s.count) for label, s in stacks(workplace).items()
    }

    for key in (K.Key_4, K.Key_4, K.Key_Return):
        assert not any(v.marks for v in grid.viewports)
        press(page, key)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED
    assert not any(v.marks for v in grid.viewports)
    press(page, K.Key_A)
    settle(qtbot, workplace)

    lesions = truth_of(simulated)
    rows = [row.finding for row in page.findings.rows]
    assert len(rows) == 2
    for finding in rows:
        press(page, K.Key_J)
        decoded(workplace, qtbot)
        marked = {mark.sop_instance_uid for mark in finding.marks} & lesions.keys()
        assert len(marked) == 2, "CC and MLO"
        for uid in marked:
            there = grid.views[uid].stack
            assert is_on_its_lesion(there.volume, there.index, lesions[uid])
        in_sight = [v for v in grid.viewports if v.view and v.view.loaded.image.sop_instance_uid in marked]
        assert in_sight, "the jump shows slices, not the synthetic image alone"
        for viewport in in_sight:
            assert finding.finding_id in {m.finding.finding_id for m in viewport.placed_marks()}

    press(page, K.Key_Return)
    settle(qtbot, workplace)
    reads = installation.store.reads.own(exam.exam_id, "reader-one")
    assert {(r.kind, str(r.impression)) for r in reads} == {
        (ReadKind.FIRST_IMPRESSION, "R4 L4"),
        (ReadKind.FINAL, "R4 L4"),
    }
    assert workplace.queue.isVisible()


@pytest.fixture(scope="module")
def one_view(tmp_path_factory: pytest.TempPathFactory):
    """The right CC of each maker, drawn once."""
    drawn: dict[str, SimulatedExam] = {}

    def _drawn(vendor: str) -> SimulatedExam:
        if vendor not in drawn:
            folder = tmp_path_factory.mktemp("views") / f"exam-{vendor}"
            drawn[vendor] = draw_small_exam(folder, vendor, one_view=True)
        return drawn[vendor]

    return _drawn


@pytest.mark.invariant(3)
@pytest.mark.parametrize("vendor", ["A", "B", "C"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_a_mark_stands_on_the_slices_of_its_lesion_in_every_makers_files_whatever_their_order(
    installation, tmp_path, one_view, vendor: str, order: Sequence[int]
) -> None:
    simulated = one_view(vendor)
    folder = tmp_path / "incoming"
    shutil.copytree(simulated.folder, folder)
    (lesion,) = truth_of(simulated).values()
    store_frames_in_order(folder / lesion.file, order)
    exam = take_in(installation, folder)
    result = result_of_truth(exam, simulated, installation.clock.now(), order)
    (volume,) = volumes_of(exam)
    marks = [(f, m) for f in result.findings for m in f.marks if m.frame is not None]
    # Truth counts slices from the support: so do volumes, whatever the order of frames.
    true = {section.frame - 1 for section in lesion.sections}
    shown = {n: on_slices(marks, ShownSlices.one(volume, n)) for n in range(len(volume.slices))}
    assert {n for n, here in shown.items() if here and not here[0][2]} == true
    assert {n for n, here in shown.items() if here and here[0][2]} == {min(true) - 1, max(true) + 1}
    mark: Mark = marks[0][1]
    assert volume.index_of(mark.sop_instance_uid, mark.frame) in true
