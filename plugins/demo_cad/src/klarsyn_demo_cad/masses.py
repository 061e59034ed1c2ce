"""Masses from the graph's maps of convergence, contrast and spiculation."""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate, Proposing
from klarsyn_demo_cad.working_image import COARSE_MM, WorkingImage

Maps = npt.NDArray[np.float32]

_RINGS_MM = ((1.5, 4.0), (3.0, 7.0), (5.0, 11.0))  # as in the graph
_USUAL = (1.7, 0.91, 0.66)
"""Strongest response of each scale on one normal view in ten; makes evidence 1."""

_SPICULATION_WEIGHT = 1.0
_POINTS = 20


def masses(
    convergence: Maps, contrast: Maps, spiculation: Maps, image: WorkingImage, proposing: Proposing
) -> list[Candidate]:
    """Return the strongest places of each scale.

    Parameters
    ----------
    convergence, contrast, spiculation
        (3, rows, columns) at 0.5 mm, one map a scale.
    """
    grey = cv2.resize(image.grey, image.inner.shape[::-1], interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(grey, (0, 0), 1.0)
    found: list[Candidate] = []
    for scale, ring in enumerate(_RINGS_MM):
        response = evidence_map(convergence[scale], contrast[scale], spiculation[scale], scale) * image.inner
        for row, column in _peaks(response, proposing):
            centre = (column + 0.5, row + 0.5)
            middle = np.asarray(centre) * COARSE_MM
            outline = image.within_breast(_edge_around(grey, centre, ring), middle)
            found.append(
                Candidate(
                    LesionType.SOFT_TISSUE,
                    float(response[row, column]),
                    (float(middle[0]), float(middle[1])),
                    float(np.hypot(*(outline - middle).T).max()),
                    outline,
                )
            )
    return found


def evidence_map(convergence: Maps, contrast: Maps, spiculation: Maps, scale: int) -> Maps:
    """Combine the maps of one scale: a mass converges *and* stands out; spicules make it worse."""
    stands_out = np.maximum(convergence, 0) * np.maximum(contrast, 0) / _USUAL[scale]
    worse: Maps = (stands_out * (1 + _SPICULATION_WEIGHT * np.maximum(spiculation, 0))).astype(np.float32)
    return worse


def _peaks(response: Maps, proposing: Proposing) -> list[tuple[int, int]]:
    size = 2 * round(proposing.apart_mm / COARSE_MM / 2) + 1
    top = cv2.dilate(response, np.ones((size, size), np.uint8))
    rows, columns = np.nonzero((response == top) & (response > 0))
    order = np.argsort(-response[rows, columns], kind="stable")[: proposing.masses_a_scale]
    return [(int(rows[k]), int(columns[k])) for k in order]


def _edge_around(
    grey: Maps, centre: tuple[float, float], ring_mm: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Outline in mm: along each of 20 rays, where the grey value falls most, smoothed around the circle."""
    angles = np.arange(_POINTS) * 2 * np.pi / _POINTS
    radii = np.arange(0.7 * ring_mm[0], 1.1 * ring_mm[1], COARSE_MM / 2)
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.asarray(centre) + rays[:, None] * (radii / COARSE_MM)[None, :, None]
    columns = np.clip(points[..., 0].astype(np.int64), 0, grey.shape[1] - 1)
    rows = np.clip(points[..., 1].astype(np.int64), 0, grey.shape[0] - 1)
    fall = -np.gradient(grey[rows, columns], axis=1)
    edge = radii[np.argmax(fall, axis=1)]
    # One ray can follow a strand far out: the median of five neighbours does not.
    wide = np.stack([np.roll(edge, shift) for shift in range(-2, 3)])
    edge = np.median(wide, axis=0)
    edge = (np.roll(edge, 1) + 2 * edge + np.roll(edge, -1)) / 4
    outline: npt.NDArray[np.float64] = np.asarray(centre) * COARSE_MM + rays * edge[:, None]
    return outline
