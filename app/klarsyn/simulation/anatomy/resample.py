"""From one grid of square pixels to another, both beginning at the upper left corner of the image."""

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]


def resample(
    field: Field,
    spacing_mm: float,
    shape: tuple[int, int],
    new_spacing_mm: float,
    *,
    top_mm: float = 0.0,
    out: Field | None = None,
    cubic: bool = True,
) -> Field:
    """Return `field` with pixels of `spacing_mm` on a grid of `shape` with pixels of `new_spacing_mm`.

    `field` begins `top_mm` above the new grid.
    """
    rows, columns = shape
    flags = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    scale = new_spacing_mm / spacing_mm
    if not top_mm and scale < 1 and np.allclose(np.array(shape) * scale, field.shape, rtol=0, atol=1e-6):
        return np.asarray(cv2.resize(field, (columns, rows), dst=out, interpolation=flags), np.float32)
    offset = 0.5 * scale - 0.5  # Pixel centres.
    matrix = np.array([[scale, 0, offset], [0, scale, offset + top_mm / spacing_mm]])
    turned = cv2.warpAffine(
        field, matrix, (columns, rows), dst=out,
        flags=flags | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(turned, np.float32)


def sample(field: Field, spacing_mm: float, x: Field, y: Field) -> Field:
    """Return `field` at points (x, y) in mm, linear between pixel centres."""
    column = np.clip(
        np.asarray(x, np.float32) / np.float32(spacing_mm) - np.float32(0.5), 0, field.shape[1] - 1.001
    )
    row = np.clip(
        np.asarray(y, np.float32) / np.float32(spacing_mm) - np.float32(0.5), 0, field.shape[0] - 1.001
    )
    c, r = column.astype(np.int32), row.astype(np.int32)
    fc, fr = column - c, row - r
    upper = field[r, c] * (1 - fc) + field[r, c + 1] * fc
    lower = field[r + 1, c] * (1 - fc) + field[r + 1, c + 1] * fc
    return np.asarray(upper * (1 - fr) + lower * fr, np.float32)


def add_shifted(total: Field, field: Field, rows: float) -> None:
    """Add `field` to `total`, moved down by `rows`, linear between rows."""
    whole = int(np.floor(rows))
    part = np.float32(rows - whole)
    for move, weight in ((whole, 1 - part), (whole + 1, part)):
        if weight == 0 or abs(move) >= len(total):
            continue
        to = total[move:] if move >= 0 else total[:move]
        source = field[: len(total) - move] if move >= 0 else field[-move:]
        cv2.scaleAdd(source, float(weight), to, dst=to)
