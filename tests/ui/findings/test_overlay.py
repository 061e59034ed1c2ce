"""Marks: on their own image, after the reveal, and never over what they mark."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QPainter
from shown_sessions import shown_session
from window_helpers import make_image, make_result

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.imaging.geometry import Flip, ViewTransform
from klarsyn.reading.session import Step
from klarsyn.ui.findings.overlay import paint, place, visible_marks


def _session(step: Step, shown: bool = True) -> SimpleNamespace:
    views = [(s, v) for s in (Laterality.RIGHT, Laterality.LEFT) for v in (ViewPosition.CC, ViewPosition.MLO)]
    images = tuple(
        make_image(f"1.{n}", laterality=side, view_position=view) for n, (side, view) in enumerate(views)
    )
    exam = SimpleNamespace(exam_id="e", images=images)
    result = make_result(exam, moment=datetime(2026, 1, 5, tzinfo=UTC))
    return shown_session(exam, result, step=step, overlay_shown=shown)


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_not_on_another_of_the_same_view() -> None:
    session = _session(Step.REVEALED)
    assert [m.score for _, m in visible_marks(session, make_image("1.2"))] == [71]
    assert visible_marks(session, make_image("1.2.9")) == ()


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_not_on_another_frame_of_it() -> None:
    session = _session(Step.REVEALED)
    (finding, *_), stack = session.result.findings, make_image("1.2", frames=31)
    for frame, drawn in ((1, 0), (16, 1), (31, 0)):
        moved = replace(finding, marks=tuple(replace(m, frame=frame) for m in finding.marks))
        session.result = replace(session.result, findings=(moved,))
        assert len(visible_marks(session, stack)) == drawn


@pytest.mark.invariant(6)
@pytest.mark.parametrize("step", [Step.READING, Step.SIGNED])
def test_first_the_eye_then_the_ai_no_mark_before_the_reveal(step: Step) -> None:
    assert visible_marks(_session(step), make_image("1.2")) == ()


def test_hidden_marks_are_not_drawn() -> None:
    assert visible_marks(_session(Step.REVEALED, shown=False), make_image("1.2")) == ()


@given(
    st.builds(Flip, st.booleans(), st.booleans()),
    st.floats(0.2, 6.0),
    st.floats(10, 150),
    st.floats(10, 250),
    st.sampled_from([1.0, 1.25, 1.5, 2.0]),
)
@settings(max_examples=60, deadline=None)
def test_the_line_stands_around_its_lesion_and_the_number_outside(flip, scale, column, row, ratio) -> None:
    outline = ((column, row), (column + 20, row), (column + 20, row + 12), (column, row + 12))
    mark = Mark("1.2.3", outline, 50)
    finding = Finding("f", LesionType.SOFT_TISSUE, None, 50, (mark,))
    transform = ViewTransform(200, 300, flip, scale, scale, (13.0, -7.0))
    (placed,) = place([(finding, mark)], transform, QSizeF(2000, 2000), ratio, "left")
    for x, y in transform.points_to_viewport(outline):
        assert placed.box.contains(x / ratio, y / ratio)
    assert not placed.number.intersects(placed.box)


def test_numbers_of_neighbours_do_not_cover_each_others_marks() -> None:
    outlines = [((40.0 + d, 40.0), (60.0 + d, 40.0), (60.0 + d, 60.0), (40.0 + d, 60.0)) for d in (0, 45)]
    marks = [Mark("1.2.3", outline, score) for outline, score in zip(outlines, (50, 60), strict=True)]
    found = [(Finding(str(m.score), LesionType.CALCIFICATIONS, None, m.score, (m,)), m) for m in marks]
    placed = place(found, ViewTransform(200, 300, Flip(), 1.0, 1.0), QSizeF(300, 300), 1.0, None)
    for one in placed:
        for other in placed:
            assert not one.number.intersects(other.box)
            assert one is other or not one.number.intersects(other.number)


def test_each_type_of_finding_has_a_shape_of_its_own(qapp) -> None:
    outline = ((40.0, 40.0), (80.0, 40.0), (80.0, 80.0), (40.0, 80.0))
    corners = {}
    for kind in (LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE):
        mark = Mark("1.2.3", outline, 50)
        found = [(Finding("f", kind, None, 50, (mark,)), mark)]
        (placed,) = place(found, ViewTransform(200, 300, Flip(), 1.0, 1.0), QSizeF(300, 300), 1.0, None)
        sheet = QImage(300, 300, QImage.Format.Format_Grayscale8)
        sheet.fill(0)
        painter = QPainter(sheet)
        paint(painter, [placed])
        painter.end()
        box = placed.box.toRect()
        # Where the square has its corners and dots the circle has nothing; a grey monitor shows it, too.
        places = (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight())
        corners[kind] = [sheet.pixelColor(at).lightness() > 60 for at in places]
    assert corners == {LesionType.CALCIFICATIONS: [True] * 4, LesionType.SOFT_TISSUE: [False] * 4}
