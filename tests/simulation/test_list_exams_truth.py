"""The truth beside simulated exams against the pixels written, on mirrored images and slices too."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pydicom
import pytest
from lesion_casts import inside_and_around

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lists.affected import AffectedBreast, affect
from klarsyn.simulation.lists.plan import plan_list
from klarsyn.simulation.lists.truth import LesionTruth, LesionView, SimulatedExam, load_list
from klarsyn.simulation.xray.storage import stored_points
from klarsyn.simulation.xray.vendors import VENDORS

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Marked:
    """A lesion on one SOP instance."""

    exam: SimulatedExam
    lesion: LesionTruth
    view: LesionView
    header: pydicom.Dataset

    @property
    def spacing(self) -> float:
        if "SharedFunctionalGroupsSequence" in self.header:
            shared = self.header.SharedFunctionalGroupsSequence[0]
            return float(shared.PixelMeasuresSequence[0].PixelSpacing[0])
        return float(self.header.ImagerPixelSpacing[0])

    def masks(self) -> tuple[np.ndarray, np.ndarray]:
        shape = self.header.Rows, self.header.Columns
        return inside_and_around(np.array(self.view.outline) * self.spacing, shape, self.spacing)

    def fine(self, value: np.ndarray) -> np.ndarray:
        """What is brighter than its surroundings of a millimetre, squared, without the noise of pixels."""
        slow, quiet = (cv2.GaussianBlur(value, (0, 0), mm / self.spacing) for mm in (1.2, 0.1))
        return np.maximum(quiet - slow, 0) ** 2


def marked(exams: tuple[SimulatedExam, ...]) -> Iterator[Marked]:
    for exam in exams:
        for lesion in exam.lesions:
            for view in lesion.views:
                header = pydicom.dcmread(exam.folder / view.file, stop_before_pixels=True)
                yield Marked(exam, lesion, view, header)


def on_slices(exams: tuple[SimulatedExam, ...]) -> list[Marked]:
    return [m for m in marked(exams) if m.view.sections]


def affected(one: Marked) -> AffectedBreast:
    """Return the breast that the image shows, drawn anew."""
    request = load_list(one.exam.folder.parent).request
    plan = plan_list(request)[int(one.exam.folder.name.split("-")[2]) - 1]
    thickness = float(request.slices) if request.slices and plan.dbt else None
    woman = make_woman((request.seed, 1, plan.number), plan.density, thickness)
    breast = woman.breast(one.lesion.laterality)
    return affect(breast, plan, one.exam.truth.years_before, VENDORS[plan.vendor], request.seed)


def test_the_list_shows_several_kinds_on_mirrored_images_and_in_tomosynthesis(
    simulated: tuple[SimulatedExam, ...],
) -> None:
    everywhere = list(marked(simulated))
    assert len({m.lesion.kind for m in everywhere}) >= 5
    mirrored = {m.exam.truth.vendor for m in everywhere if m.header.get("FieldOfViewHorizontalFlip") == "YES"}
    assert {"B", "C"} <= mirrored
    assert {m.lesion.lesion_type for m in on_slices(simulated)} == set(LesionType)
    assert any(m.lesion.suspicious and m.lesion.laterality is Laterality.RIGHT for m in on_slices(simulated))


def test_every_lesion_is_brighter_than_its_surroundings_where_the_truth_says_it_is(
    simulated: tuple[SimulatedExam, ...], shown
) -> None:
    for m in marked(simulated):
        frame = m.view.sections[len(m.view.sections) // 2].frame if m.view.sections else 1
        value = shown.attenuation(m.exam.folder / m.view.file, frame)
        inside, around = m.masks()
        assert inside.sum() > 20
        assert value[inside].mean() > value[around].mean(), (m.lesion.kind, m.view.file)


def test_the_slice_that_shows_a_lesion_best_is_one_of_its_sections(
    simulated: tuple[SimulatedExam, ...], shown
) -> None:
    for m in on_slices(simulated):
        inside, around = m.masks()
        shows = []
        for frame in range(1, int(m.header.NumberOfFrames) + 1):
            value = shown.attenuation(m.exam.folder / m.view.file, frame)
            if m.lesion.lesion_type is LesionType.CALCIFICATIONS:  # Specks are sharpest in their own slice.
                shows.append(float(np.quantile(m.fine(value)[inside], 0.995)))
            else:
                shows.append(float(value[inside].mean() - value[around].mean()))
        best = 1 + int(np.argmax(shows))
        assert best in {s.frame for s in m.view.sections}, (m.lesion.kind, m.view.file)


def test_the_sections_of_a_lesion_are_slices_in_a_row_and_shrink_from_the_middle(
    simulated: tuple[SimulatedExam, ...],
) -> None:
    def area(outline: tuple[tuple[float, float], ...]) -> float:
        return cv2.contourArea(np.array(outline, np.float32))

    for m in on_slices(simulated):
        frames = [s.frame for s in m.view.sections]
        assert frames == list(range(frames[0], frames[-1] + 1))
        areas = [area(s.outline) for s in m.view.sections]
        assert 0.8 * area(m.view.outline) < max(areas) <= 1.05 * area(m.view.outline)
        assert areas[0] < 0.8 * max(areas)
        assert areas[-1] < 0.8 * max(areas)


def test_a_lesion_is_as_far_behind_the_nipple_on_both_views(simulated: tuple[SimulatedExam, ...]) -> None:
    behind: dict[tuple[str, LesionKind], dict[ViewPosition, float]] = {}
    planned: dict[tuple[str, LesionKind], float] = {}
    breasts: dict[tuple[str, Laterality], AffectedBreast] = {}
    for m in marked(simulated):
        side = m.exam.folder.name, m.lesion.laterality
        if side not in breasts:
            breasts[side] = affected(m)
        breast = breasts[side].view(m.view.view_position)
        # The same turn undoes itself.
        x, y = m.spacing * stored_points(
            np.array(m.view.centre), m.header.Columns, m.lesion.laterality, VENDORS[m.exam.truth.vendor]
        )
        (ax, ay), (nx, ny) = breast.geometry.outline.axis, breast.nipple
        key = m.exam.folder.name, m.lesion.kind
        behind.setdefault(key, {})[m.view.view_position] = (x - nx) * ax + (y - ny) * ay
        planned[key] = m.lesion.centre_mm[0]
    for key, depths in behind.items():
        # A group's middle lies beside its site, by another piece in each view.
        assert depths[ViewPosition.CC] == pytest.approx(depths[ViewPosition.MLO], abs=4), key
        assert depths[ViewPosition.CC] == pytest.approx(planned[key], abs=5), key


def test_the_index_of_a_lesion_is_the_same_on_all_images_of_a_view(
    simulated: tuple[SimulatedExam, ...],
) -> None:
    found: dict[tuple[str, LesionKind, ViewPosition], set[float]] = {}
    for m in marked(simulated):
        key = m.exam.folder.name, m.lesion.kind, m.view.view_position
        found.setdefault(key, set()).add(m.view.detectability)
    assert all(len(values) == 1 and values.pop() > 1 for values in found.values())
