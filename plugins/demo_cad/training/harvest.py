"""From a drawn exam to what training keeps of it: patches of candidates, and tables of what is true."""

from typing import Any

import numpy as np
import numpy.typing as npt
from draw import Drawing
from labels import label
from scene import DrawnView, Truth

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.engine import DemoCad
from klarsyn_demo_cad.patches import Cutter, cutter
from klarsyn_demo_cad.working_image import Region, flat_region

SIDE = 128
"""Wider than the network's patch, so that training can turn and shift it."""

TYPES = (LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE)
_PLACED = 2
_JITTER = 0.25

CANDIDATES = np.dtype([
    ("type", "i1"), ("view", "i1"), ("lesion", "i2"), ("placed", "?"), ("evidence", "f4"), ("radius_mm",
    "f4"), ("column_mm", "f4"), ("row_mm", "f4"), ("patch", "i4"),
])  # fmt: skip
"""`lesion` is the exam's number of the lesion that holds it, or as in labels.py; `placed` ones were put on
a lesion by its truth, candidates or not; `patch` is the place among the patches of its type."""

LESIONS = np.dtype([
    ("lesion", "i2"), ("view", "i1"), ("kind", "U40"), ("suspicious", "?"), ("type", "i1"), ("contrast",
    "f4"), ("size_mm", "f4"), ("detectability", "f4"),
])  # fmt: skip


def harvest(drawing: Drawing, engine: DemoCad | None) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that are kept of an exam; patches are float16.

    Without an engine only what was put on lesions by their truth.
    """
    rows: list[tuple[Any, ...]] = []
    patches: dict[LesionType, list[npt.NDArray[np.float16]]] = {kind: [] for kind in TYPES}
    rng = np.random.default_rng([drawing.number, 41])
    for number, drawn in enumerate(drawing.views):
        region = flat_region(drawn.view)
        if region is None:
            continue
        image = region.image(drawn.view.pixels)
        cutters = {kind: cutter(kind, image, SIDE) for kind in TYPES}
        candidates = engine.proposals(image) if engine else []
        found = [(one, _lesion(one, drawn, region), False) for one in candidates]
        found += [(one, truth.number, True) for truth in drawn.truths for one in _placed(truth, region, rng)]
        for one, lesion, placed in found:
            kept = patches[one.lesion_type]
            rows.append(
                (TYPES.index(one.lesion_type), number, lesion, placed, one.evidence, one.radius_mm,
                 *one.centre_mm, len(kept))
            )  # fmt: skip
            kept.append(_cut(cutters[one.lesion_type], one.centre_mm))
    lesions = [
        (
            t.number,
            v,
            t.kind.value,
            t.suspicious,
            TYPES.index(t.lesion_type),
            t.contrast,
            t.size_mm,
            t.detectability,
        )
        for v, drawn in enumerate(drawing.views)
        for t in drawn.truths
    ]
    empty = np.zeros((0, SIDE, SIDE), np.float16)
    return {
        "candidates": np.array(rows, CANDIDATES),
        "lesions": np.array(lesions, LESIONS),
        "about": np.array(
            [drawing.vendor, drawing.density, str(drawing.validation), str(len(drawing.views))]
        ),
        **{kind.name: np.stack(kept) if kept else empty for kind, kept in patches.items()},
    }


def _cut(one: Cutter, centre_mm: tuple[float, float]) -> npt.NDArray[np.float16]:
    return one.at(centre_mm).astype(np.float16)


def _lesion(one: Candidate, drawn: DrawnView, region: Region) -> int:
    place = label(one.centre_mm, one.lesion_type, drawn.truths, region)
    return drawn.truths[place].number if place >= 0 else place


def _placed(truth: Truth, region: Region, rng: np.random.Generator) -> list[Candidate]:
    """Put candidates on a lesion, as if the filters had found it a little off its middle."""
    row_mm, column_mm = region.spacing_mm
    outline = truth.outline * (column_mm, row_mm) - region.corner_mm
    middle = outline.mean(axis=0)
    radius = float(np.hypot(*(outline - middle).T).mean())
    places = middle + rng.normal(0, _JITTER * radius, (_PLACED, 2))
    return [Candidate(truth.lesion_type, 0.0, (float(x), float(y)), radius, outline) for x, y in places]
