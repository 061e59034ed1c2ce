"""Lesions of every kind on processed pixels, where a reader meets them: truth falls on what they change."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from lesion_casts import KINDS, inside_and_around, planned

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import Breast, make_woman
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.site import choose_site
from klarsyn.simulation.rays import Beam, Part
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.processing import for_presentation
from klarsyn.simulation.xray.raw import for_processing
from klarsyn.simulation.xray.technique import choose_technique
from klarsyn.simulation.xray.vendors import VENDOR_A

SPACING = 0.14
SMALL = replace(VENDOR_A, detector=replace(VENDOR_A.detector, rows=1640, columns=1000, spacing_mm=SPACING))
HEIGHT, WIDTH = SMALL.detector.rows * SPACING, SMALL.detector.columns * SPACING


def picture(view: CompressedBreast, parts: tuple[Part, ...] = ()) -> np.ndarray:
    """Return pixels For Presentation; the noise is the same with and without `parts`."""
    cv2.setNumThreads(1)
    rays = view.cast(Beam(SMALL.detector.rows, SMALL.detector.columns, SPACING), parts)
    technique = choose_technique(SMALL, view.position, view.thickness_mm, 0.15, np.random.default_rng(1))
    photons = expose(rays, SMALL, technique, np.random.default_rng(2))
    return for_presentation(for_processing(photons, SMALL, technique), SMALL).astype(np.float32)


@dataclass(frozen=True)
class Healthy:
    """A breast without a lesion, compressed for both views, and its picture in CC."""

    breast: Breast
    views: tuple[CompressedBreast, ...]
    cc: np.ndarray


@pytest.fixture(scope="module")
def healthy() -> Healthy:
    breast = make_woman((5, 1), Density.B, 52.0).breast(Laterality.RIGHT)
    views = tuple(breast.compress(p, HEIGHT, WIDTH, 0) for p in (ViewPosition.CC, ViewPosition.MLO))
    return Healthy(breast, views, picture(views[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_for_presentation_become_brighter_where_the_truth_says(
    kind: LesionKind, healthy: Healthy
) -> None:
    plan = planned(kind)
    lesion = make_lesion(plan, choose_site(plan, healthy.views, np.random.default_rng(8)))
    view, before = healthy.views[0], healthy.cc
    if lesion.pulls:
        view = healthy.breast.compress(ViewPosition.CC, HEIGHT, WIDTH, 0, lesion.pulls)
        before = picture(view)
    after = picture(view, lesion.parts(view))
    inside, around = inside_and_around(lesion.truth_on(view).outline, after.shape, SPACING)
    added = after - before
    assert added[inside].mean() > 2.5 * abs(added[around].mean())
    assert added[inside].mean() > 0.05 * before[inside].std()
    # What a reader sees of specks and strands is fine; of masses and asymmetries it is the whole.
    seen = after
    if not (kind.is_mass or kind is LesionKind.ASYMMETRY):
        seen = np.maximum(after - cv2.GaussianBlur(after, (0, 0), 1.2 / SPACING), 0) ** 2
    assert seen[inside].mean() > seen[around].mean()
