"""Where a simulated maker draws its marks: near the truth where it sees a lesion, in the breast where not."""

from math import cos, hypot, pi, sin

import numpy as np

from klarsyn.domain.exam import Image
from klarsyn.domain.reports.cad_report import Code, GraphicKind, Purpose, Region, ReportFinding
from klarsyn.simulation.lists.truth import LesionView

_CORNERS = 24
_OFF = 0.15
"""How far a mark lies beside the lesion, as a share of its size."""
_STRAY_SIZE = 0.02
"""Radius of a false mark, as a share of the image's rows."""
_NOTHING_YET = Code("", "")


def member_of(view: LesionView, image: Image, rng: np.random.Generator) -> ReportFinding:
    """Return the mark of a lesion on one image: centre and outline, on slices the lesion's middle one."""
    radius = max((hypot(c - view.centre[0], r - view.centre[1]) for c, r in view.outline), default=8.0)
    off = rng.normal(0, _OFF * radius, 2)
    sections = view.sections
    frame = sections[len(sections) // 2].frame if sections else None
    centre = (view.centre[0] + float(off[0]), view.centre[1] + float(off[1]))
    return _round_mark(image, centre, radius * float(rng.uniform(1.0, 1.3)), frame)


def stray(image: Image, rng: np.random.Generator) -> ReportFinding:
    """Return a mark in the breast where nothing is: near the chest wall and half-way down, where there is
    tissue on every view."""
    depth = float(rng.uniform(0.12, 0.25)) * image.columns
    # Rows lead away from the chest wall or towards it (0020,0020).
    away = (image.patient_orientation or ("A", ""))[0].startswith("A")
    centre = (depth if away else image.columns - depth, float(rng.uniform(0.42, 0.58)) * image.rows)
    frame = int(rng.integers(image.frames // 3, 2 * image.frames // 3)) + 1 if image.frames > 1 else None
    return _round_mark(image, centre, _STRAY_SIZE * image.rows, frame)


def _round_mark(image: Image, centre: tuple[float, float], radius: float, frame: int | None) -> ReportFinding:
    angles = [2 * pi * n / _CORNERS for n in range(_CORNERS)]
    outline = [_inside(image, centre[0] + radius * cos(a), centre[1] + radius * sin(a)) for a in angles]
    uid = image.sop_instance_uid
    return ReportFinding(
        _NOTHING_YET,
        None,
        regions=(
            Region(uid, frame, GraphicKind.POINT, (_inside(image, *centre),), Purpose.CENTER),
            Region(uid, frame, GraphicKind.POLYLINE, (*outline, outline[0]), Purpose.OUTLINE),
        ),
        laterality=image.laterality,
    )


def _inside(image: Image, column: float, row: float) -> tuple[float, float]:
    """Return the point on the image's grid of half pixels, which SCOORD's 32 bits hold exactly."""
    return (
        round(2 * min(max(column, 0.0), image.columns)) / 2,
        round(2 * min(max(row, 0.0), image.rows)) / 2,
    )
