"""A day's list read with the numeric keypad alone: no mouse, no letter, no manual."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window_fixtures import add_result, dressed, make_workplace
from window_helpers import settle

from klarsyn.domain.read import ReadKind
from klarsyn.intake.importer import Importer
from klarsyn.reading.session import Step
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.store.reads import in_force

__all__ = ["add_result", "dressed", "make_workplace"]

K = Qt.Key
EXAMS = 6
KEYS = {
    **{str(digit): K(K.Key_0 + digit) for digit in range(10)},
    "+": K.Key_Plus,
    "-": K.Key_Minus,
    ".": K.Key_Period,
    "\n": K.Key_Enter,
}


class Keypad:
    """A hand that reaches nothing but the keypad; keys go to whatever has the focus."""

    def __init__(self, workplace, qtbot) -> None:
        self._workplace, self._qtbot = workplace, qtbot

    def type(self, keys: str) -> None:
        """Press one key after the other, each when the window has answered the one before."""
        for key in keys:
            main = self._workplace.main
            widget = main.focusWidget() or main
            QTest.keyClick(widget, KEYS[key], Qt.KeyboardModifier.KeypadModifier)
            settle(self._qtbot, self._workplace)
            # What has not been painted has not been seen.
            QApplication.processEvents()

    @property
    def session(self):
        return self._workplace.flow.session

    def look_through(self) -> list[str]:
        """Look on until the exam begins again; returns the steps that came."""
        grid, seen = self._workplace.reading.grid, []
        for _ in range(300):
            if not seen or grid.hung.step.step.title.en != seen[-1]:
                seen.append(grid.hung.step.step.title.en)
            self.type("9")
            if len(seen) > 1 and grid.hung.sequence.position == 0:
                return seen
        raise AssertionError("Looking on does not come to an end.")


def _read_the_day(workplace, qtbot, installation) -> None:
    hand, page, store = Keypad(workplace, qtbot), workplace.reading, installation.store
    order = []

    def opened() -> str:
        order.append(hand.session.exam.exam_id)
        return order[-1]

    hand.type("\n")
    opened()
    steps = hand.look_through()
    assert len(steps) == len(page.grid.hung.sequence.steps)
    assert all(page.grid.views[i.sop_instance_uid].coverage.all_seen for i in hand.session.exam.images)
    hand.type("11\n\n")

    # A recall, with a look at the AI between the two signatures.
    recalled = opened()
    hand.type("+")
    assert not hand.session.overlay_shown
    hand.type("14\n+")
    assert hand.session.overlay_shown
    hand.type("7-")
    assert not hand.session.overlay_shown
    hand.type("\n")

    # A slip of the hand: confirmed, taken back, and changed with a reason.
    slip = opened()
    hand.type("11\n\n")
    assert hand.session.exam.exam_id != slip
    hand.type(".")
    assert (hand.session.exam.exam_id, hand.session.step) == (slip, Step.SIGNED)
    hand.type("3\n")
    assert page.bottom.currentWidget() is page.reasons
    hand.type("2")

    for _ in range(EXAMS - 3):
        opened()
        hand.type("11\n\n")
    assert hand.session is None
    assert workplace.queue.isVisible()
    assert len(set(order)) == EXAMS

    finals = {}
    for exam_id in order:
        reads = in_force(store.reads.own(exam_id, "reader-one"))
        assert sorted(read.kind for read in reads) == [ReadKind.FINAL, ReadKind.FIRST_IMPRESSION]
        assert all(read.seen_in_part is not None for read in reads)
        finals[exam_id] = next(read for read in reads if read.kind is ReadKind.FINAL)
    said = [str(finals[exam_id].impression) for exam_id in order]
    assert said[:2] == ["R1 L1", "R1 L4"]
    assert said[2] in ("R3 L1", "R1 L3")
    assert said[3:] == ["R1 L1"] * (EXAMS - 3)
    assert finals[slip].reason
    assert finals[order[0]].seen_in_part == ()
    assert len(finals[order[3]].seen_in_part) == 4
    assert [e for e in order if store.reads.reveals(e, "reader-one")] == [recalled]


def test_the_keypad_alone_reads_a_list(make_workplace, import_exams, add_result, installation, qtbot) -> None:
    for exam_id in import_exams(EXAMS):
        add_result(exam_id)
    # Smaller than the images, so that only walking shows every pixel.
    _read_the_day(make_workplace(size=(420, 330)), qtbot, installation)


@pytest.mark.soak
def test_the_keypad_alone_reads_a_simulated_list_at_full_size(
    make_workplace, add_result, installation, tmp_path, qtbot
) -> None:
    request = ListRequest(exams=EXAMS, cancers=2, priors=2, seed=5, vendors=("A",))
    # On the day of the installation's clock: which study is a prior depends on when it is looked at.
    make_list(tmp_path / "list", request, today=installation.clock.now().date())
    folders = installation.settings.folders
    Importer(installation.store, folders, installation.clock).run([tmp_path / "list"])
    assert sum(exam.reading_task for exam in installation.store.exams.many()) == EXAMS
    for exam in installation.store.exams.many():
        if exam.reading_task:
            add_result(exam.exam_id)
    _read_the_day(make_workplace(size=(1600, 1000)), qtbot, installation)
