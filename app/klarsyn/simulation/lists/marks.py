"""From a lesion in a breast to its outline on stored pixels, with how detectable it is there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.lesions.lesion import Lesion
from klarsyn.simulation.lists.truth import LesionSection, LesionTruth, LesionView, Points
from klarsyn.simulation.rays import Beam
from klarsyn.simulation.xray.storage import stored_points
from klarsyn.simulation.xray.vendors import Vendor

Polygon = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stored:
    """One SOP instance on whose grid a lesion is marked; `heights_mm` of its slices, if it has any."""

    vendor: Vendor
    beam: Beam
    file: str
    sop_instance_uid: str
    heights_mm: tuple[float, ...] = ()


def mark(lesion: Lesion, view: CompressedBreast, image: Stored, detectability: float) -> LesionView:
    """Return where `lesion` lies on `image`."""
    truth = lesion.truth_on(view)
    sections = []
    for frame, height in enumerate(image.heights_mm, start=1):
        outline = truth.outline_at(height)
        if outline is not None:
            sections.append(LesionSection(frame, _points(outline, view, image)))
    return LesionView(
        file=image.file,
        sop_instance_uid=image.sop_instance_uid,
        view_position=view.position,
        outline=_points(truth.outline, view, image),
        centre=_points(np.array([truth.centre[:2]]), view, image)[0],
        size_mm=round(_diameter(truth.outline), 2),
        detectability=detectability,
        sections=tuple(sections),
    )


def lesion_truth(lesion: Lesion, laterality: Laterality, views: tuple[LesionView, ...]) -> LesionTruth:
    """Return what is true of a lesion in all images."""
    plan, site = lesion.plan, lesion.site
    return LesionTruth(
        kind=plan.kind,
        lesion_type=plan.kind.lesion_type,
        suspicious=plan.kind.suspicious,
        conspicuity=plan.conspicuity,
        contrast=round(plan.contrast, 4),
        size_mm=round(plan.size_mm, 2),
        laterality=laterality,
        centre_mm=(round(site.depth, 1), round(site.lateral, 1), round(site.superior, 1)),
        views=views,
    )


def _points(outline_mm: Polygon, view: CompressedBreast, image: Stored) -> Points:
    """Turn (x, y) in mm into (column, row) of the stored pixels, rounded so that bytes repeat."""
    pixels = np.asarray(outline_mm, np.float64) / image.beam.spacing_mm
    moved = stored_points(pixels, image.beam.columns, view.laterality, image.vendor)
    return tuple((round(float(c), 2), round(float(r), 2)) for c, r in moved)


def _diameter(outline: Polygon) -> float:
    """Return the largest distance between two corners."""
    return float(np.hypot(*(outline[:, None, :] - outline[None, :, :]).transpose(2, 0, 1)).max())
