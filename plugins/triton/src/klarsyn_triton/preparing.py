"""An image as the model wants it, and the way back from the model's matrix to the image."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality
from klarsyn.engine.contract import EngineView
from klarsyn.engine.server_file import InputTable

_TYPES = {"FP32": "<f4", "FP16": "<f2", "UINT16": "<u2"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image lies in the matrix: from its top-left corner, so many times as large, maybe mirrored."""

    rows: int
    columns: int
    per_row: float
    per_column: float
    mirrored: bool

    def outline(self, corners: npt.NDArray[np.float64]) -> tuple[tuple[float, float], ...] | None:
        """Return a box (x1, y1, x2, y2) of the matrix as an outline of the image; None outside of it."""
        x = np.clip(np.sort(corners[0::2]) / self.per_column, 0, self.columns)
        y = np.clip(np.sort(corners[1::2]) / self.per_row, 0, self.rows)
        if self.mirrored:
            x = (self.columns - x)[::-1]
        (left, right), (top, bottom) = map(float, x), map(float, y)
        if (right - left) * (bottom - top) < 1:
            return None
        return (left, top), (right, top), (right, bottom), (left, bottom)


def prepare(view: EngineView, table: InputTable) -> tuple[npt.NDArray[np.generic], Place]:
    """Return the tensor for one image and where it lies in the matrix.

    The image is shrunk or enlarged, as a whole and with its proportions, until it fills the matrix in one
    direction; below or to the right of it the matrix is 0. Where the file says so, images with the chest wall
    at the right are mirrored. Then the whole matrix is normalised.

    `ServerFile.fingerprint` holds the version of this code: whoever changes a number that comes out of it
    raises `PREPARING` there.
    """
    rows, columns = view.pixels.shape
    scale = min(table.matrix[0] / rows, table.matrix[1] / columns)
    height = min(max(round(rows * scale), 1), table.matrix[0])
    width = min(max(round(columns * scale), 1), table.matrix[1])
    image = np.asarray(view.pixels, dtype=np.float32)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image = np.asarray(cv2.resize(image, (width, height), interpolation=how))
    mirrored = table.mirror_right and chest_wall_is_right(view)
    if mirrored:
        image = image[:, ::-1]
    matrix = np.zeros(table.matrix, np.float32)
    matrix[:height, :width] = image
    matrix = _normalised(matrix, table)
    kind = np.dtype(_TYPES[table.datatype])
    if kind.kind == "u":
        matrix = np.rint(matrix)
    with np.errstate(over="ignore"):  # what is too large for its type is refused before it is sent
        matrix = matrix.astype(kind)
    tensor = np.ascontiguousarray(np.broadcast_to(matrix, table.sent_shape))
    return tensor, Place(rows, columns, height / rows, width / columns, mirrored)


def chest_wall_is_right(view: EngineView) -> bool:
    """Say where the chest wall lies: as the header has it, else as is usual of this breast.

    Rows that lead to posterior (P) end there (DICOM PS3.3 C.7.6.1.1.1). A film that was scanned from behind,
    or a unit that turns its images, has it on the other side than the breast would tell.
    """
    leads = view.patient_orientation[0][:1] if view.patient_orientation else ""
    return leads == "P" if leads in ("A", "P") else view.laterality is Laterality.RIGHT


def _normalised(matrix: npt.NDArray[np.float32], table: InputTable) -> npt.NDArray[np.float32]:
    """Bring the values to the model's scale; a matrix of one value becomes 0 before `mean` and `sd`."""
    wide = matrix.astype(np.float64)
    if table.normalise == "range":
        wide = (wide - wide.min()) / (np.ptp(wide) or 1.0)
    elif table.normalise == "standard":
        wide = (wide - wide.mean()) / (wide.std() or 1.0)
    with np.errstate(over="ignore"):
        return ((wide - table.mean) / table.sd).astype(np.float32)
