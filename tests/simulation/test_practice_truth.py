"""The truth beside the images agrees with their pixels."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.breast import make_shape
from klarsyn.simulation.calcifications import draw_cluster
from klarsyn.simulation.lesions import Conspicuity, LesionKind, plan_lesion
from klarsyn.simulation.masses import draw_mass
from klarsyn.simulation.positioning import make_view
from klarsyn.simulation.practice import PracticeExam


def filled(outline: tuple[tuple[float, float], ...], shape: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round((np.array(outline) - 0.5) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask


def test_the_outline_lies_inside_the_breast(practice_exams: tuple[PracticeExam, ...], stored) -> None:
    for exam in practice_exams:
        for mark in exam.lesions[0].views:
            _, breast = stored.attenuation(exam.folder / mark.file)
            rim = cv2.dilate(filled(mark.outline, breast.shape), np.ones((31, 31), np.uint8)) > 0
            assert breast[rim].all()


def test_a_mass_is_brighter_inside_its_outline_than_around_it(practice_exam_a: PracticeExam, stored) -> None:
    lesion = practice_exam_a.lesions[0]
    assert lesion.lesion_type is LesionType.SOFT_TISSUE
    for mark in lesion.views:
        value, _ = stored.attenuation(practice_exam_a.folder / mark.file)
        inside = filled(mark.outline, value.shape)
        ring = cv2.dilate(inside, np.ones((61, 61), np.uint8)) - cv2.dilate(
            inside, np.ones((15, 15), np.uint8)
        )
        assert value[inside > 0].mean() > value[ring > 0].mean()


def test_a_cluster_holds_at_least_five_specks_and_its_surroundings_none(
    practice_exam_b: PracticeExam, stored
) -> None:
    lesion = practice_exam_b.lesions[0]
    assert lesion.lesion_type is LesionType.CALCIFICATIONS
    for mark in lesion.views:
        value, _ = stored.attenuation(practice_exam_b.folder / mark.file)
        inside = filled(mark.outline, value.shape)
        around = cv2.dilate(inside, np.ones((101, 101), np.uint8)) - inside
        smooth = cv2.GaussianBlur(value.astype(np.float32), (0, 0), 0.8)
        peaks = smooth - cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8))
        floor = peaks[around > 0]
        bright = (peaks > floor.mean() + 6 * floor.std()).astype(np.uint8)
        specks, _ = cv2.connectedComponents(bright * inside)
        strays, _ = cv2.connectedComponents(bright * around)
        assert specks - 1 >= 5
        assert strays - 1 <= 1


def test_the_centre_lies_inside_the_outline_and_the_size_is_the_outlines(
    practice_exams: tuple[PracticeExam, ...],
) -> None:
    pitch = {"A": 0.1, "B": 0.09}
    for exam in practice_exams:
        for mark in exam.lesions[0].views:
            corners = np.array(mark.outline, np.float32)
            assert cv2.pointPolygonTest(corners, mark.centre, False) >= 0
            _, radius = cv2.minEnclosingCircle(corners)
            # An outline of diameter d fits a circle of at most 2 d / sqrt 3 (Jung's theorem).
            assert mark.size_mm <= 2 * radius * pitch[exam.vendor] + 0.05
            assert mark.size_mm >= np.sqrt(3) * radius * pitch[exam.vendor] - 0.05


@given(st.integers(0, 2**32), st.floats(10, 80), st.floats(-40, 40), st.floats(-40, 40))
def test_a_point_of_the_breast_is_equally_far_behind_the_nipple_on_both_views(
    seed: int, depth: float, lateral: float, superior: float
) -> None:
    rng = np.random.default_rng(seed)
    shape = make_shape(rng)
    for position in (ViewPosition.CC, ViewPosition.MLO):
        view = make_view(shape, position, 230.0, 190.0, rng)
        x, y = view.place(depth, lateral, superior)
        along = (x - view.nipple[0]) * view.axis[0] + (y - view.nipple[1]) * view.axis[1]
        assert along == pytest.approx(depth, abs=1e-6)


@given(st.integers(0, 2**32))
def test_upper_and_outer_lie_towards_the_upper_edge_of_their_view(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = make_shape(rng)
    cc = make_view(shape, ViewPosition.CC, 230.0, 190.0, rng)
    mlo = make_view(shape, ViewPosition.MLO, 230.0, 190.0, rng)
    assert cc.place(40, 20, 0)[1] < cc.place(40, -20, 0)[1]
    assert cc.place(40, 0, 20) == pytest.approx(cc.place(40, 0, -20))
    assert mlo.place(40, 0, 20)[1] < mlo.place(40, 0, -20)[1]
    assert mlo.place(40, 20, 0)[1] < mlo.place(40, -20, 0)[1]


@pytest.mark.parametrize("kind", list(LesionKind))
def test_a_clear_lesion_has_more_contrast_than_a_subtle_one(kind: LesionKind) -> None:
    clear, subtle = (
        plan_lesion(kind, grade, np.random.default_rng(3))
        for grade in (Conspicuity.CLEAR, Conspicuity.SUBTLE)
    )
    assert clear.contrast > 1.5 * subtle.contrast


@pytest.mark.parametrize("kind", list(LesionKind))
def test_a_drawn_lesion_ends_on_nothing_at_the_edge_of_its_patch(kind: LesionKind) -> None:
    plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(5))
    draw = draw_mass if kind.lesion_type is LesionType.SOFT_TISSUE else draw_cluster
    signal = draw(plan, 0.1, np.random.default_rng(6)).signal
    edge = np.concatenate([signal[0], signal[-1], signal[:, 0], signal[:, -1]])
    assert np.abs(edge).max() < 1e-3
    assert signal.max() > 0.3 * plan.contrast
