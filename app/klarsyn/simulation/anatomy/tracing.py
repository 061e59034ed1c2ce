"""Draws curves with sub-pixel accuracy: each is a row of points whose mass is shared by four pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """Curves of one width as one view shows them.

    `x`, `y`, `z` are (n, p) in mm, `area_mm2` (n, p) the cross-section of dense tissue; see
    strands.Strands for the rest.
    """

    x: Field
    y: Field
    z: Field
    area_mm2: Field
    width_mm: float
    ribbon_mm: float


def trace(
    traces: Traces, shape: tuple[int, int], spacing_mm: float, slope: float, top_mm: float = 0.0
) -> Field:
    """Return mm of dense tissue on a grid of `shape` that begins `top_mm` above the image.

    The beam moves height z by z * `slope` along y.
    """
    y = traces.y + np.float32(slope) * traces.z if slope else traces.y
    if top_mm:
        y = y + np.float32(top_mm)
    step = np.hypot(np.diff(traces.x, axis=1), np.diff(y, axis=1))
    parts = int(np.clip(np.ceil(np.quantile(step, 0.9) / (0.6 * spacing_mm)), 1, 40))
    fine_x, fine_y = _split(traces.x, parts), _split(y, parts)
    length = np.repeat(step, parts, axis=1) / np.float32(parts)
    mass = np.asarray(_split(traces.area_mm2, parts) * length / np.float32(spacing_mm**2), np.float32)
    if slope and traces.ribbon_mm:
        # A band that extends along the beam is smeared by a tilted one: its points take turns in height.
        count = fine_y.shape[1]
        turns = (np.arange(count) * 0.618034 % 1 - 0.5).astype(np.float32)
        fine_y = fine_y + turns[None, :] * np.float32(traces.ribbon_mm * slope)
    canvas = _scatter(fine_x / np.float32(spacing_mm), fine_y / np.float32(spacing_mm), mass, shape)
    sigma = traces.width_mm / spacing_mm
    # Sharing by four pixels already blurs by about 0.4 pixels.
    extra = np.sqrt(max(sigma**2 - 0.17, 0.0))
    if extra > 0.25:
        cv2.GaussianBlur(canvas, (0, 0), extra, dst=canvas)
    return canvas


def _split(values: Field, parts: int) -> Field:
    """Return the middles of `parts` equal pieces of each segment."""
    t = ((np.arange(parts, dtype=np.float32) + 0.5) / np.float32(parts))[None, None, :]
    pieces = values[:, :-1, None] + t * np.diff(values, axis=1)[:, :, None]
    return np.asarray(pieces.reshape(len(values), -1), np.float32)


def _scatter(column: Field, row: Field, mass: Field, shape: tuple[int, int]) -> Field:
    rows, columns = shape
    keep = (column >= 0.5) & (row >= 0.5) & (column < columns - 1) & (row < rows - 1) & (mass > 0)
    u, v, m = column[keep] - np.float32(0.5), row[keep] - np.float32(0.5), mass[keep]
    c, r = u.astype(np.int32), v.astype(np.int32)
    u -= c
    v -= r
    index = r * columns + c
    right, low = m * u, m * v
    both = right * v
    where = np.concatenate([index, index + 1, index + columns, index + columns + 1])
    what = np.concatenate([m - right - low + both, right - both, low - both, both])
    return np.bincount(where, what, rows * columns).astype(np.float32).reshape(shape)
