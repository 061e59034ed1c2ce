"""Drawings, and the way back and forth between their states."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box, held_inside, is_inside
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.exam import Image

ENDS = st.floats(-50, 5000, allow_nan=False)


def line(key: str = "a", image: str = "1.2", frame: int | None = None, end: float = 9.0) -> Annotation:
    return Annotation(key, image, AnnotationKind.LENGTH, ((0.0, 0.0), (end, 0.0)), frame=frame)


@pytest.mark.parametrize(
    ("kind", "count"),
    [("length", 1), ("polygon", 2), ("angle", 2), ("angle", 4), ("arrow", 3), ("text", 2), ("ellipse", 3)],
)
def test_a_drawing_with_too_few_or_too_many_points_is_refused(kind, count):
    points = tuple((float(n), float(n * n)) for n in range(count))
    with pytest.raises(ValueError, match=f"{kind} has {count} points"):
        Annotation("a", "1.2", AnnotationKind(kind), points, "words")


def test_a_point_that_is_nowhere_is_refused():
    with pytest.raises(ValueError, match="nowhere"):
        Annotation("a", "1.2", AnnotationKind.LENGTH, ((0.0, 0.0), (math.nan, 1.0)))


def test_an_ellipse_whose_axes_are_skew_is_refused():
    with pytest.raises(ValueError, match="right angle"):
        Annotation("a", "1.2", AnnotationKind.ELLIPSE, ((0.0, 5.0), (10.0, 5.0), (2.0, 1.0), (8.0, 9.0)))


def test_a_text_without_words_is_refused():
    with pytest.raises(ValueError, match="empty"):
        Annotation("a", "1.2", AnnotationKind.TEXT, ((0.0, 0.0),), "  ")


@given(ENDS, ENDS, ENDS, ENDS)
@settings(deadline=None)
def test_an_ellipse_in_a_box_touches_all_four_sides_and_has_its_longer_axis_first(x0, y0, x1, y1):
    points = ellipse_in_box((x0, y0), (x1, y1))
    outline = Annotation("a", "1.2", AnnotationKind.ELLIPSE, points).outline(360)
    assert min(p[0] for p in outline) == pytest.approx(min(x0, x1), abs=1e-6)
    assert max(p[0] for p in outline) == pytest.approx(max(x0, x1), abs=1e-6)
    assert min(p[1] for p in outline) == pytest.approx(min(y0, y1), abs=1e-6)
    assert max(p[1] for p in outline) == pytest.approx(max(y0, y1), abs=1e-6)
    assert math.dist(*points[:2]) >= math.dist(*points[2:]) - 1e-9


@given(ENDS, ENDS)
@settings(deadline=None)
def test_a_drawing_hand_is_held_inside_the_image(column, row):
    image = Image("1.2", "1", "2", rows=400, columns=300)
    held = held_inside((column, row), image)
    assert is_inside(held, image)
    assert held == (column, row) or not is_inside((column, row), image)


def test_undo_takes_back_and_redo_makes_again():
    history = AnnotationHistory().added(line("a")).added(line("b"))
    assert [a.annotation_id for a in history.undone().present] == ["a"]
    assert history.undone().redone() == history


def test_a_change_keeps_the_place_of_the_drawing_and_can_be_undone():
    history = AnnotationHistory().added(line("a")).added(line("b")).changed(line("a", end=20.0))
    assert [a.points[1][0] for a in history.present] == [20.0, 9.0]
    assert [a.points[1][0] for a in history.undone().present] == [9.0, 9.0]


def test_a_new_step_after_an_undo_forgets_the_old_future():
    history = AnnotationHistory().added(line("a")).undone().added(line("b"))
    assert not history.can_redo
    assert [a.annotation_id for a in history.present] == ["b"]


def test_a_change_that_changes_nothing_is_no_step():
    history = AnnotationHistory().added(line("a"))
    assert history.changed(line("a")) is history


def test_a_step_leaves_earlier_histories_as_they_were():
    earlier = AnnotationHistory().added(line("a"))
    earlier.added(line("b"))
    earlier.removed("a")
    assert earlier.present == (line("a"),)


def test_an_id_is_drawn_once_only():
    with pytest.raises(ValueError, match="already"):
        AnnotationHistory().added(line("a")).added(line("a"))


def test_a_drawing_that_does_not_exist_cannot_be_removed():
    with pytest.raises(KeyError, match="no drawing b"):
        AnnotationHistory().added(line("a")).removed("b")


def test_clearing_an_image_leaves_the_other_images_and_is_one_step():
    history = AnnotationHistory().added(line("a")).added(line("b", image="1.3")).added(line("c"))
    cleared = history.cleared("1.2")
    assert [a.annotation_id for a in cleared.present] == ["b"]
    assert cleared.undone().present == history.present


def test_drawings_of_a_slice_are_shown_on_it_and_those_of_the_whole_image_on_all():
    history = AnnotationHistory().added(line("a", frame=3)).added(line("b", frame=4)).added(line("c"))
    assert [a.annotation_id for a in history.on("1.2", 3)] == ["a", "c"]
    assert [a.annotation_id for a in history.on("1.2")] == ["a", "b", "c"]


@given(st.lists(st.sampled_from(["add", "remove", "change", "undo", "redo"]), max_size=25))
@settings(deadline=None)
def test_undoing_everything_ends_where_the_reader_began(steps):
    history = AnnotationHistory()
    for number, step in enumerate(steps):
        present = history.present
        if step == "add":
            history = history.added(line(f"n{number}"))
        elif step == "remove" and present:
            history = history.removed(present[0].annotation_id)
        elif step == "change" and present:
            history = history.changed(line(present[-1].annotation_id, end=100.0 + number))
        elif step == "undo":
            history = history.undone()
        elif step == "redo":
            history = history.redone()
    latest = history
    while latest.can_redo:
        latest = latest.redone()
    while history.can_undo:
        history = history.undone()
    assert history.present == ()
    while history.can_redo:
        history = history.redone()
    assert history == latest
