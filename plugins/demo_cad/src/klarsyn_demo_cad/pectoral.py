"""The pectoral muscle on an oblique view: a straight line, found where the grey value drops across it."""

import cv2
import numpy as np
import numpy.typing as npt

_ANGLES = np.deg2rad(np.arange(10, 56, 2.5))  # of the edge from the chest wall
_STEP_MM = 2
_BESIDE_MM = 3.0
# Breast must follow the muscle for this far, or the line found is the skin.
_BREAST_BEYOND_MM = 12.0
_LARGEST_SHARE = 0.45
_LEAST_DROP = 0.12
_SHORTEST_MM = 25


def pectoral_muscle(
    grey: npt.NDArray[np.float32], breast: npt.NDArray[np.bool_], chest_left: bool
) -> npt.NDArray[np.bool_]:
    """Return the mask of the muscle at 1 mm; empty when no edge is convincing.

    Lines from the upper edge down to the chest wall are tried; the one with the largest mean drop of
    grey value from its chest side to its breast side, over its length within the breast, wins.
    """
    nothing = np.zeros(grey.shape, np.bool_)
    image, inside = (grey, breast) if chest_left else (grey[:, ::-1], breast[:, ::-1])
    rows, columns = image.shape
    values = image[inside]
    if values.size == 0:
        return nothing
    spread = float(np.percentile(values, 95) - np.percentile(values, 10)) or 1.0
    smooth = cv2.GaussianBlur(np.ascontiguousarray(image), (0, 0), 1.5)
    mask = inside.astype(np.float32)

    best, winner = _LEAST_DROP, None
    for angle in _ANGLES:
        normal = np.array([np.cos(angle), np.sin(angle)])  # (column, row), away from the muscle
        along = np.array([-np.sin(angle), np.cos(angle)])
        for start in range(15, int(columns * 0.75), _STEP_MM):
            length = min(start / np.sin(angle), rows / np.cos(angle))
            t = np.arange(4.0, length - 4.0)
            if t.size < _SHORTEST_MM:
                continue
            points = np.array([start, 0.0]) + t[:, None] * along
            within = _sample(mask, points + _BREAST_BEYOND_MM * normal) > 0.5
            if within.sum() < _SHORTEST_MM:
                continue
            drop = _sample(smooth, points - _BESIDE_MM * normal) - _sample(
                smooth, points + _BESIDE_MM * normal
            )
            # The median asks for an edge all along, and longer edges are worth a little more.
            score = float(np.median(drop[within])) / spread * min(1.0, 0.5 + within.sum() / 120)
            if score > best:
                muscle = _chest_side(image.shape, angle, start)
                if (muscle & inside).sum() <= _LARGEST_SHARE * inside.sum():
                    best, winner = score, muscle
    if winner is None:
        return nothing
    return winner if chest_left else winner[:, ::-1]


def _chest_side(shape: tuple[int, ...], angle: float, start: float) -> npt.NDArray[np.bool_]:
    y, x = np.ogrid[: shape[0], : shape[1]]
    # Two millimetres more than the edge: the edge itself is no lesion.
    side: npt.NDArray[np.bool_] = (x - start) * np.cos(angle) + y * np.sin(angle) < 2.0
    return side


def _sample(image: npt.NDArray[np.float32], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Nearest pixels; points beyond the image read its border."""
    columns = np.clip(np.rint(points[:, 0]).astype(np.int64), 0, image.shape[1] - 1)
    rows = np.clip(np.rint(points[:, 1]).astype(np.int64), 0, image.shape[0] - 1)
    return image[rows, columns]
