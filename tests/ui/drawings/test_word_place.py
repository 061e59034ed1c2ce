"""Where words stand beside drawings: clear of shape, words and tissue, and within the view."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from klarsyn.ui.drawings.word_place import Room, along, nearest, place_words

SIZE = QSizeF(600, 800)
VIEW = QRectF(QPointF(0, 0), SIZE)
WORDS = QSizeF(160, 36)


def round_shape(x, y, across, down):
    turns = np.linspace(0, 2 * np.pi, 73)
    return along(np.stack([x + across * np.cos(turns), y + down * np.sin(turns)], axis=1))


def meets(box, line):
    wide = box.adjusted(-1, -1, 1, 1)
    return any(wide.contains(QPointF(x, y)) for x, y in line)


SHAPES = st.builds(round_shape, st.floats(20, 580), st.floats(20, 780), st.floats(5, 130), st.floats(5, 130))
LINES = st.builds(
    lambda a, b: along(np.array([a, b])),
    st.tuples(st.floats(0, 600), st.floats(0, 800)),
    st.tuples(st.floats(0, 600), st.floats(0, 800)),
)


@given(SHAPES)
def test_words_stand_within_the_view_and_neither_in_nor_over_their_own_shape(shape):
    box = place_words(WORDS, shape, Room(SIZE), closed=True)
    assert VIEW.contains(box)
    assert not meets(box, shape)
    middle = (shape.min(axis=0) + shape.max(axis=0)) / 2
    assert not box.contains(QPointF(*middle))


@given(LINES)
def test_words_never_cross_the_line_that_they_measure(line):
    box = place_words(WORDS, line, Room(SIZE))
    assert VIEW.contains(box)
    assert not meets(box, line)


@given(st.lists(st.one_of(SHAPES, LINES), min_size=2, max_size=5))
def test_words_of_several_drawings_do_not_cover_each_other(lines):
    room = Room(SIZE)
    for line in lines:
        box = place_words(WORDS, line, room)
        assert not any(box.intersects(other) for other in room.taken)
        room.taken.append(box)


@pytest.mark.parametrize("breast_on", ["left", "right"])
def test_words_go_to_the_side_where_no_tissue_is(breast_on):
    def tissue(points):
        return points[:, 0] < 330 if breast_on == "left" else points[:, 0] > 270

    box = place_words(WORDS, round_shape(300, 400, 30, 30), Room(SIZE, tissue=tissue), closed=True)
    assert (box.left() >= 330) if breast_on == "left" else (box.right() <= 270)


def test_words_stay_near_where_there_is_tissue_all_around():
    shape = round_shape(300, 400, 30, 30)
    box = place_words(WORDS, shape, Room(SIZE, tissue=lambda p: np.ones(len(p), bool)), closed=True)
    assert nearest(box, shape)[2] <= 11


def test_words_of_an_arrow_stand_at_its_tail_and_not_at_its_tip():
    tail, tip = (200.0, 300.0), (400.0, 320.0)
    box = place_words(WORDS, along(np.array([tail, tip])), Room(SIZE), home=(tail, 1.0))
    assert nearest(box, np.array([tail]))[2] < nearest(box, np.array([tip]))[2]


def test_a_drawing_out_of_sight_has_no_words_and_one_partly_in_sight_has_them_in_the_view():
    assert place_words(WORDS, along(np.array([(-90.0, 10.0), (-10.0, 50.0)])), Room(SIZE)) is None
    box = place_words(WORDS, along(np.array([(-5000.0, 400.0), (100.0, 410.0)])), Room(SIZE))
    assert VIEW.contains(box)


def test_in_a_full_view_words_stand_where_it_is_free():
    free = QRectF(380, 640, 200, 80)
    taken = [QRectF(0, 0, 600, 630), QRectF(0, 630, 370, 170)]
    box = place_words(WORDS, round_shape(100, 100, 20, 20), Room(SIZE, taken), closed=True)
    assert free.adjusted(-20, -20, 30, 90).contains(box)
