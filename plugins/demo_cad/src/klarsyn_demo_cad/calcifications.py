"""Clusters of calcifications from the graph's map of specks."""

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate, Proposing
from klarsyn_demo_cad.working_image import FINE_MM, WorkingImage

_LEAST_BODY_MM2 = 0.06
"""Area at half height below which a speck on scanned film is dust or a scratch: light spreads in the screen,
so that what was imaged by X-rays is about 0.3 mm wide at least, while dust is as sharp as the scanner."""

_CLUSTER_RADIUS_MM = 5.0  # at least three specks within 10 mm make a cluster
_FEWEST = 3
_THIRD = 0.3
"""Share of the second strongest speck that the third has at least: two specks in noise are no cluster."""

_BODY_MM = 0.8  # maxima nearer than this belong to one calcification
_LOUDEST = 4.0  # one huge speck is no cluster: none counts for more than this
_USUAL = 3.0
"""Sum of excesses of the best chance cluster on one normal view in ten; makes evidence 1."""

_MARGIN_MM = 1.5
_POINTS = 24


def clusters(specks: npt.NDArray[np.float32], image: WorkingImage, proposing: Proposing) -> list[Candidate]:
    """Group specks, strongest group first; each speck belongs to one group.

    Parameters
    ----------
    specks
        (rows, columns) at 0.1 mm: local maxima of dot-ness, else 0.
    """
    rows, columns = np.nonzero(specks >= proposing.least_speck)
    inside = image.inner[rows // 5, columns // 5] > 0
    rows, columns = rows[inside], columns[inside]
    if image.film:
        real = _bodies_mm2(image.grey, rows, columns) >= _LEAST_BODY_MM2 - 1e-6
        rows, columns = rows[real], columns[real]
    strength = specks[rows, columns]
    order = np.argsort(-strength, kind="stable")[: proposing.most_specks]
    places = (np.stack([columns[order], rows[order]], axis=1) + 0.5) * FINE_MM
    excess = np.minimum(strength[order] - proposing.least_speck + 0.1, _LOUDEST).astype(np.float64)

    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    single = _without_companions(apart)
    places, excess, apart = places[single], excess[single], apart[np.ix_(single, single)]
    strength = strength[order][single]
    near = apart <= _CLUSTER_RADIUS_MM
    free = np.ones(len(places), np.bool_)
    found: list[Candidate] = []
    while free.any():
        sums = np.where(free, (near & free) @ excess, 0)
        middle = int(np.argmax(sums))
        members = near[middle] & free
        free &= ~members
        if _is_cluster(np.sort(strength[members])[::-1]):
            found.append(_candidate(places[members], excess[members], image))
        elif not (near & free).sum(axis=1).max(initial=0) >= _FEWEST:
            break
    return sorted(found, key=lambda one: -one.evidence)[: proposing.most_clusters]


def _is_cluster(strength: npt.NDArray[np.float32]) -> bool:
    """Tell whether specks, strongest first, are three at least, the third no mere noise beside the second."""
    return len(strength) >= _FEWEST and bool(strength[_FEWEST - 1] >= _THIRD * strength[1])


def _bodies_mm2(
    grey: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Area around each speck that is brighter than half its height above the median of 0.9 x 0.9 mm."""
    areas = np.zeros(len(rows))
    padded = np.pad(grey, 4, mode="edge")
    for number, (row, column) in enumerate(zip(rows, columns, strict=True)):
        window = padded[row : row + 9, column : column + 9]
        # The map's maximum may lie one or two pixels beside the brightest pixel.
        half = (window[2:7, 2:7].max() + np.median(window)) / 2
        areas[number] = (window > half).sum() * FINE_MM**2
    return areas


def _without_companions(apart: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Indices of specks, strongest first, that are not part of a stronger one's body."""
    kept: list[int] = []
    for index in range(len(apart)):
        if not kept or apart[index, kept].min() > _BODY_MM:
            kept.append(index)
    return np.asarray(kept, np.int64)


def _candidate(
    places: npt.NDArray[np.float64], excess: npt.NDArray[np.float64], image: WorkingImage
) -> Candidate:
    evidence = float(excess.sum()) / _USUAL
    # Above the usual the sum grows with the number of specks: compress it to the range of masses.
    evidence = evidence if evidence <= 1 else 1 + 0.6 * float(np.log(evidence))
    outline = image.within_breast(_around(places), places.mean(axis=0))
    centre = outline.mean(axis=0)
    radius = float(np.hypot(*(outline - centre).T).max())
    return Candidate(
        LesionType.CALCIFICATIONS, evidence, (float(centre[0]), float(centre[1])), radius, outline
    )


def _around(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A rounded hull around specks, as 24 points."""
    angles = np.arange(_POINTS) * 2 * np.pi / _POINTS
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ring = (places[:, None] + _MARGIN_MM * directions[None]).reshape(-1, 2)
    hull = cv2.convexHull(ring.astype(np.float32))[:, 0].astype(np.float64)
    return _evenly(hull)


def _evenly(polygon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Place 24 points at equal steps along a closed polygon."""
    closed = np.vstack([polygon, polygon[:1]])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    steps = np.arange(_POINTS) * along[-1] / _POINTS
    return np.stack([np.interp(steps, along, closed[:, axis]) for axis in (0, 1)], axis=1)
