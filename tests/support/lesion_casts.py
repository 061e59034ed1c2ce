"""What tests of lesions draw: planned lesions in an even slab, and masks of what their truth outlines."""

import cv2
import numpy as np

from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import Lesion, make_lesion
from klarsyn.simulation.lesions.plan import LesionPlan, plan_lesion
from klarsyn.simulation.rays import Beam, Rays

KINDS = list(LesionKind)
SPACING = 0.1


class Slab:
    """A breast as a half disc of even tissue, 50 mm thick, whose frame is breast space, mirrored."""

    thickness_mm = 50.0

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        return 100 - depth, 110 - lateral, 25 + 0.6 * superior

    def skin_distance(self, spacing_mm: float) -> np.ndarray:
        y, x = np.mgrid[: int(220 / spacing_mm), : int(120 / spacing_mm)] * spacing_mm
        return (100 - np.hypot(x, y - 110)).astype(np.float32)

    def pectoral_depth(self, spacing_mm: float) -> None:
        return None

    def dense_share(self, x: float, y: float) -> float:
        return 0.2


def planned(kind: LesionKind, grade: Conspicuity = Conspicuity.CLEAR, seed: int = 3) -> LesionPlan:
    return plan_lesion(kind, grade, np.random.default_rng([seed, KINDS.index(kind)]))


def lesion_of(kind: LesionKind, grade: Conspicuity = Conspicuity.CLEAR, seed: int = 3) -> Lesion:
    return make_lesion(planned(kind, grade, seed), Site(52.0, 0.0, 0.0))


def cast(lesion: Lesion, view: Slab, angle: float = 0.0) -> Rays:
    beam = Beam(int(220 / SPACING), int(120 / SPACING), SPACING, angle)
    rays = Rays(beam, np.full(beam.shape, 40, np.float32), np.full(beam.shape, 10, np.float32))
    for part in lesion.parts(view):
        part.add_to(rays)
    return rays


def attenuation(rays: Rays) -> np.ndarray:
    total = 0.045 * rays.fat + 0.08 * rays.dense
    return total if rays.calcium is None else total + 2.0 * rays.calcium


def inside_and_around(
    outline: np.ndarray, shape: tuple[int, ...], spacing: float = SPACING
) -> tuple[np.ndarray, np.ndarray]:
    """Masks of the outline and of a ring around it that begins 1.5 mm outside."""
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [np.round(outline / spacing - 0.5).astype(np.int32)], 1)
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) * spacing
    return inside > 0, (out > 1.5) & (out < 6)
