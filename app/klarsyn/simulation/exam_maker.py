"""One whole exam: two breasts, four views, at most one lesion, written as DICOM with its truth."""

from datetime import date
from pathlib import Path

import cv2
import numpy as np

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.breast import make_shape, other_side
from klarsyn.simulation.glandular import make_glandular_volume
from klarsyn.simulation.identifiers import make_uid
from klarsyn.simulation.lesions import LesionPlan, plan_lesion
from klarsyn.simulation.people import invent_woman
from klarsyn.simulation.placement import choose_site
from klarsyn.simulation.recipes import recipe_for
from klarsyn.simulation.render import LesionSite, RenderedView, finish_view, make_bare_view
from klarsyn.simulation.technique import choose_technique
from klarsyn.simulation.truth import LesionView, PracticeExam, PracticeLesion, save_truth
from klarsyn.simulation.vendors import VENDORS, Vendor
from klarsyn.simulation.writer import write_view

_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_VIEWS = (ViewPosition.CC, ViewPosition.MLO)
_GLANDULAR = {"A": 0.1, "B": 0.3, "C": 0.6, "D": 0.85}


def draw_exam(folder: Path, seed: int, number: int, today: date) -> PracticeExam:
    """Draw exam `number` (from 0) of `seed` into the existing, empty `folder`."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # Exams are drawn side by side in processes.
    try:
        return _draw(folder, seed, number, today)
    finally:
        cv2.setNumThreads(threads)


def _rng(seed: int, number: int, *purpose: int) -> np.random.Generator:
    """Return a generator of its own for each purpose, so that a change in one does not move the others."""
    return np.random.default_rng([seed, 7, number, *purpose])


def _draw(folder: Path, seed: int, number: int, today: date) -> PracticeExam:
    recipe = recipe_for(seed, number)
    vendor = VENDORS[recipe.vendor]
    glandular = _GLANDULAR[recipe.density]
    woman = invent_woman(_rng(seed, number, 1), number, today)
    right = make_shape(_rng(seed, number, 2))
    shapes = dict(zip(_SIDES, (right, other_side(right, _rng(seed, number, 3))), strict=True))
    plan, sick_side = None, None
    if recipe.lesion:
        rng = _rng(seed, number, 4)
        plan = plan_lesion(*recipe.lesion, rng)
        sick_side = _SIDES[int(rng.integers(2))]

    files: list[Path] = []
    lesions: list[PracticeLesion] = []
    for s, side in enumerate(_SIDES):
        shape = shapes[side]
        volume = make_glandular_volume(shape, recipe.density, _rng(seed, number, 5), _rng(seed, number, 6, s))
        bare = tuple(
            make_bare_view(side, position, shape, volume, vendor, _rng(seed, number, 8, s, v))
            for v, position in enumerate(_VIEWS)
        )
        placed: list[tuple[LesionPlan, LesionSite]] = []
        if plan is not None and side is sick_side:
            placed = [(plan, choose_site(plan, shape, bare, _rng(seed, number, 9)))]
        marks: list[LesionView] = []
        for v, one in enumerate(bare):
            view = finish_view(one, placed, vendor, _rng(seed, number, 10, s, v))
            instance = 1 + 2 * v + s  # Radiographers take both CC views, then both MLO views.
            path = folder / f"{instance}-{side.value}{one.position.value}.dcm"
            rng = _rng(seed, number, 11, s, v)
            technique = choose_technique(vendor, one.position, shape.thickness, glandular, rng)
            uid = write_view(path, view, vendor, woman, technique, seed, number, instance)
            files.append(path)
            marks += _marks(view, vendor, path.name, uid)
        lesions += [_lesion(p, site, side, tuple(marks)) for p, site in placed]
    exam = PracticeExam(
        folder=folder,
        files=tuple(sorted(files)),
        vendor=recipe.vendor,
        study_instance_uid=make_uid(seed, number, "study"),
        density=recipe.density,
        lesions=tuple(lesions),
    )
    save_truth(exam, folder)
    return exam


def _marks(view: RenderedView, vendor: Vendor, file: str, uid: str) -> list[LesionView]:
    return [
        LesionView(
            file=file,
            sop_instance_uid=uid,
            view_position=view.position,
            outline=tuple((round(float(c), 2), round(float(r), 2)) for c, r in outline),
            centre=centre,
            size_mm=round(_diameter(outline) * vendor.detector.spacing_mm, 2),
        )
        for outline, centre in zip(view.outlines, view.centres, strict=True)
    ]


def _diameter(outline: np.ndarray) -> float:
    """Return the largest distance between two corners."""
    return float(np.hypot(*(outline[:, None, :] - outline[None, :, :]).transpose(2, 0, 1)).max())


def _lesion(
    plan: LesionPlan, site: LesionSite, side: Laterality, views: tuple[LesionView, ...]
) -> PracticeLesion:
    return PracticeLesion(
        kind=plan.kind,
        lesion_type=plan.kind.lesion_type,
        suspicious=plan.kind.suspicious,
        conspicuity=plan.conspicuity,
        contrast=round(plan.contrast, 4),
        laterality=side,
        depth_mm=round(site.depth, 1),
        views=views,
    )
