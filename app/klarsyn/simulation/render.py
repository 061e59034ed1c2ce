"""From a plan to the stored pixels of one view, with the outline of every lesion on them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.anatomy import HealthyView, make_healthy_view
from klarsyn.simulation.breast import BreastShape, ViewGeometry
from klarsyn.simulation.calcifications import draw_cluster
from klarsyn.simulation.detector import digitise, expose, hold_back_bright
from klarsyn.simulation.glandular import GlandularVolume
from klarsyn.simulation.lesions import LesionPatch, LesionPlan
from klarsyn.simulation.masses import draw_mass
from klarsyn.simulation.positioning import make_view
from klarsyn.simulation.vendors import Vendor


@dataclass(frozen=True, slots=True)
class LesionSite:
    """Where a lesion lies in breast space: mm behind the nipple, lateral, superior."""

    depth: float
    lateral: float
    superior: float


@dataclass(frozen=True, slots=True, eq=False)
class BareView:
    """A healthy view that waits for its lesions, still in the simulator's frame (chest wall left)."""

    laterality: Laterality
    geometry: ViewGeometry
    healthy: HealthyView
    spacing_mm: float

    @property
    def position(self) -> ViewPosition:
        """CC or MLO."""
        return self.geometry.position


@dataclass(frozen=True, slots=True, eq=False)
class RenderedView:
    """Stored pixels (rows, columns) as the maker writes them.

    `orientation` is PatientOrientation. `outlines` and `centres` are (column, row) per lesion, in the
    order given, (0, 0) being the top-left corner of the top-left pixel.
    """

    laterality: Laterality
    position: ViewPosition
    pixels: npt.NDArray[np.uint16]
    orientation: tuple[str, str]
    outlines: tuple[npt.NDArray[np.float64], ...]
    centres: tuple[tuple[float, float], ...]


def make_bare_view(
    laterality: Laterality,
    position: ViewPosition,
    shape: BreastShape,
    volume: GlandularVolume,
    vendor: Vendor,
    rng: np.random.Generator,
) -> BareView:
    """Position the breast and draw its healthy anatomy."""
    spacing = vendor.detector.spacing_mm
    geometry = make_view(shape, position, vendor.rows * spacing, vendor.columns * spacing, rng)
    return BareView(laterality, geometry, make_healthy_view(geometry, shape, volume, spacing, rng), spacing)


def finish_view(
    view: BareView, lesions: list[tuple[LesionPlan, LesionSite]], vendor: Vendor, rng: np.random.Generator
) -> RenderedView:
    """Add the lesions, expose, digitise, and turn the image as `vendor` stores it."""
    signal = view.healthy.signal.copy()
    outlines, centres = [], []
    for plan, site in lesions:
        soft = plan.kind.lesion_type is LesionType.SOFT_TISSUE
        patch = (draw_mass if soft else draw_cluster)(plan, view.spacing_mm, rng)
        column, row = _add(signal, patch, view, site)
        outlines.append(patch.outline / view.spacing_mm + (column, row))
        centres.append((column, row))
    exposed = expose(hold_back_bright(signal), vendor.detector, rng)
    pixels = digitise(exposed, view.healthy.skin_distance, vendor.grey)
    right = view.laterality is Laterality.RIGHT
    if right and not vendor.mirrors_right:  # Hung with the chest wall at the right.
        width = pixels.shape[1]
        pixels = np.ascontiguousarray(pixels[:, ::-1])
        outlines = [np.c_[width - o[:, 0], o[:, 1]] for o in outlines]
        centres = [(width - c, r) for c, r in centres]
    return RenderedView(
        view.laterality, view.position, pixels, _orientation(view, vendor), tuple(outlines), tuple(centres)
    )


def _add(signal: np.ndarray, patch: LesionPatch, view: BareView, site: LesionSite) -> tuple[float, float]:
    """Add a patch around the pixel that holds the site; return the centre of that pixel."""
    x, y = view.geometry.place(site.depth, site.lateral, site.superior)
    column, row = int(x / view.spacing_mm), int(y / view.spacing_mm)
    half = patch.signal.shape[0] // 2
    top, left = max(0, row - half), max(0, column - half)
    bottom, right = min(signal.shape[0], row + half + 1), min(signal.shape[1], column + half + 1)
    part = patch.signal[top - row + half : bottom - row + half, left - column + half : right - column + half]
    signal[top:bottom, left:right] += part * (view.healthy.skin_distance[top:bottom, left:right] > 0)
    return column + 0.5, row + 0.5


def _orientation(view: BareView, vendor: Vendor) -> tuple[str, str]:
    """Return PatientOrientation (0020,0020): where rows lead to, where columns lead to.

    Downwards is medial in CC; inferior and medial in MLO. Medial of the left breast is the right.
    """
    right = view.laterality is Laterality.RIGHT
    medial = "L" if right else "R"
    row = "P" if right and not vendor.mirrors_right else "A"
    return row, medial if view.position is ViewPosition.CC else "F" + medial
