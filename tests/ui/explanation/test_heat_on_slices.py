"""Tomosynthesis: maps are computed of 2D images only, and that is said on the slices."""

from dataclasses import replace

import pytest
from explained_exams import Held, explanation_of, own_map
from marked_volumes import open_marked, reveal, show
from PySide6.QtCore import Qt
from window_helpers import press, settle

from klarsyn.ui.drawings.tools.film import film_of

__all__ = ["open_marked"]


@pytest.fixture
def explained(open_marked, installation, qtbot):
    workplace = open_marked()
    (exam,) = installation.store.exams.many()
    held = Held()
    held.go.set()
    workplace.flow.desk.explains = held
    reveal(workplace, qtbot)
    held.explained = explanation_of(workplace.flow.session.result, exam)
    return workplace, held, exam


def test_slices_say_that_a_map_is_of_2d_images_only_and_no_volume_is_asked_about(explained, qtbot) -> None:
    workplace, held, exam = explained
    explaining = workplace.reading.explaining
    explaining.heat()
    qtbot.waitUntil(lambda: explaining.layer.on and explaining.questions.asked is None, timeout=20_000)
    flat = {i.sop_instance_uid for i in exam.images if not i.is_tomosynthesis}
    given = flat & set(workplace.flow.session.result.provenance.input_instances)
    assert set(held.asked[1:]) == given
    show(workplace, 0, 7, qtbot)
    viewport = workplace.reading.grid.viewports[0]
    assert viewport.stack is not None
    assert explaining.layer.of(viewport) is None
    assert explaining.layer._legend(viewport) == ("Heat map: 2D images only, none of slices",)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_hiding_the_ai_takes_the_words_off_the_slices(explained, qtbot) -> None:
    workplace, _, _ = explained
    explaining = workplace.reading.explaining
    explaining.heat()
    qtbot.waitUntil(lambda: explaining.layer.on and explaining.questions.asked is None, timeout=20_000)
    press(workplace.reading, Qt.Key.Key_Minus, keypad=True)
    settle(qtbot, workplace)
    assert explaining.layer._legend(workplace.reading.grid.viewports[0]) == ()


def test_slices_without_the_engines_own_map_say_on_which_slice_it_is(explained, qtbot) -> None:
    workplace, held, _ = explained
    viewport = workplace.reading.grid.viewports[0]
    held.explained = replace(held.explained, maps=(own_map(film_of(viewport).image.sop_instance_uid, 8),))
    explaining = workplace.reading.explaining
    explaining.heat()
    qtbot.waitUntil(lambda: explaining.layer.on and explaining.questions.asked is None, timeout=20_000)
    show(workplace, 0, 2, qtbot)
    (words,) = explaining.layer._legend(viewport)
    assert words.startswith("Heat map: on slice 8")
    show(workplace, 0, 8, qtbot)
    assert explaining.layer._legend(viewport)[0].startswith("Heat map: of ")
