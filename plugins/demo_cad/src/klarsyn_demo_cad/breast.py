"""Where the breast is on an image, and where lesions are looked for, on a grid of 1 mm."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn_demo_cad.pectoral import pectoral_muscle

Mask = npt.NDArray[np.bool_]

# Wider than the strokes of film labels and the bright rims of scanned film.
_OPENING_MM = 9
_SKIN_MM = 4.0
# A strip along the chest wall narrower than this is light that leaked onto film, or a fold of the abdomen.
_NARROWEST_MM = 13  # odd: OpenCV's opening by an even number shifts by a pixel
_TISSUE_SHARE = 0.2
_EDGE_MM = 3
_SMALLEST_MM2 = 800


@dataclass(frozen=True, slots=True, eq=False)
class BreastMasks:
    """`breast` is all of it; `inner` leaves out skin, air, image edges and the pectoral muscle."""

    breast: Mask
    inner: Mask


def breast_masks(grey: npt.NDArray[np.float32], oblique: bool) -> BreastMasks | None:
    """Find the breast on an image of 1 mm pixels; None when there is none of a plausible size.

    Parameters
    ----------
    grey
        (rows, columns), dense tissue bright, padding 0.
    oblique
        True on MLO-like views, which show the pectoral muscle.
    """
    breast = _largest_part(_above_background(grey))
    if breast is None or breast.sum() < _SMALLEST_MM2:
        return None
    inner = _without_skin(breast) & _tissue(grey, breast)
    if oblique:
        inner &= ~pectoral_muscle(grey, breast, chest_is_left(breast))
    return BreastMasks(breast, inner)


def chest_is_left(breast: Mask) -> bool:
    """True when the chest wall is at the first column: the side where more of the breast is cut off."""
    return bool(breast[:, :4].sum() >= breast[:, -4:].sum())


def _above_background(grey: npt.NDArray[np.float32]) -> Mask:
    """Threshold low between background and tissue, so that the fatty rim is kept."""
    top = float(np.percentile(grey, 99.5))
    if top <= 0:
        return np.zeros(grey.shape, np.bool_)
    eight = np.clip(grey / top * 255, 0, 255).astype(np.uint8)
    middle, _ = cv2.threshold(eight, 0, 255, cv2.THRESH_OTSU)
    dark = eight[eight <= middle]
    background = float(np.median(dark)) if dark.size else 0.0
    found: Mask = cv2.GaussianBlur(eight, (0, 0), 1.0) > background + max(0.2 * (middle - background), 4)
    return found


def _largest_part(found: Mask) -> Mask | None:
    """Largest part after an opening; labels and rims fall away. Holes are filled."""
    # The breast runs out of the image at the chest wall: continue it there, or the opening rounds it off.
    margin = _OPENING_MM
    padded = cv2.copyMakeBorder(found.astype(np.uint8), 0, 0, margin, margin, cv2.BORDER_REPLICATE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_OPENING_MM, _OPENING_MM))
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)[:, margin:-margin]
    opened = _without_narrow_strips(np.asarray(opened, np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(opened))
    if count < 2:
        return None
    biggest = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    contours, _ = cv2.findContours(biggest.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros(found.shape, np.uint8), contours, -1, 1, cv2.FILLED)
    return filled.astype(np.bool_)


def _without_narrow_strips(found: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Row by row, keep what is wide enough; beyond the image counts as nothing."""
    row = np.ones((1, _NARROWEST_MM), np.uint8)
    padded = cv2.copyMakeBorder(np.ascontiguousarray(found), 0, 0, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.morphologyEx(padded, cv2.MORPH_OPEN, row)[:, 1:-1], np.uint8)


def _tissue(grey: npt.NDArray[np.float32], breast: Mask) -> Mask:
    """True where it is clearly brighter than air: air on film is not black, and dust on it not tissue."""
    # The median of a neighbourhood of 5 mm: a speck does not lift it.
    around = cv2.medianBlur(np.ascontiguousarray(grey), 5)
    beside = grey[~cv2.dilate(breast.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.bool_)]
    air = float(np.median(beside)) if beside.size else 0.0
    typical = float(np.median(grey[breast]))
    bright: Mask = around > air + _TISSUE_SHARE * (typical - air)
    return bright


def _without_skin(breast: Mask) -> Mask:
    padded = cv2.copyMakeBorder(breast.astype(np.uint8), 8, 8, 8, 8, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[8:-8, 8:-8]
    inner: Mask = depth > _SKIN_MM
    for edge in (inner[:_EDGE_MM], inner[-_EDGE_MM:], inner[:, :_EDGE_MM], inner[:, -_EDGE_MM:]):
        edge[:] = False
    return inner
