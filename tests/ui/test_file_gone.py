"""Files that vanish while their exam is open: what is on the screen stays, and the read can be finished."""

import shutil

import numpy as np
import pytest
from window_helpers import grey_of

from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment
from klarsyn.reading.session import Step
from klarsyn.ui.view.view_state import ViewState


@pytest.fixture
def workplace(make_workplace, import_exams, open_exam):
    import_exams(2)
    made = make_workplace()
    open_exam(made)
    return made


@pytest.fixture
def without_files(workplace, installation, qtbot):
    """Images and display cache are gone, behind the open exam."""
    qtbot.waitUntil(lambda: workplace.flow.background.idle)
    folders = installation.settings.folders
    for folder in (folders.images, folders.cache):
        shutil.rmtree(folder)
        folder.mkdir()


def test_an_open_exam_whose_files_are_deleted_stays_on_the_screen_and_answers(
    workplace, without_files
) -> None:
    grid = workplace.reading.grid
    for viewport in grid.viewports:
        before = grey_of(viewport)
        assert np.array_equal(grey_of(viewport), before)
        viewport.one_to_one()
        closer = grey_of(viewport)
        assert not np.array_equal(closer, before)
        viewport.fit()
        assert np.array_equal(grey_of(viewport), before)
    before = grey_of(grid.viewports[0])
    grid.change_grey(ViewState.next_preset)
    assert not np.array_equal(grey_of(grid.viewports[0]), before)


def test_a_read_of_an_exam_whose_files_are_deleted_can_be_signed(workplace, without_files, qtbot) -> None:
    flow = workplace.flow
    for side in (Laterality.RIGHT, Laterality.LEFT):
        flow.assess(side, Assessment.NORMAL)
    flow.sign()
    qtbot.waitUntil(lambda: not flow.busy and flow.background.idle)
    assert flow.session.step is not Step.READING


def test_the_next_exam_whose_files_are_deleted_says_so_in_each_place(
    workplace, without_files, open_exam, installation
) -> None:
    open_now = workplace.flow.session.exam.exam_id
    other = next(e.exam_id for e in installation.store.exams.many() if e.exam_id != open_now)
    open_exam(workplace, other)
    messages = {v.message for v in workplace.reading.grid.viewports}
    assert all(m.endswith(".") and m for m in messages), messages
    assert workplace.flow.session is not None
