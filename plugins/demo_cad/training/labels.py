"""What is true of a place on a view: in which lesion it lies, or how near to one."""

from collections.abc import Sequence

import cv2
import numpy as np
from scene import Truth

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.working_image import Region

NEAR_MM = 4.0
NOTHING = -1
BESIDE = -2
"""Within 4 mm of a lesion: neither a hit nor a fair example of healthy tissue."""


def label(
    centre_mm: tuple[float, float], lesion_type: LesionType, truths: Sequence[Truth], region: Region
) -> int:
    """Return the place in `truths` of the lesion whose outline holds the centre, `NOTHING` or `BESIDE`.

    Parameters
    ----------
    centre_mm
        (column, row) from the corner of the region's crop.
    """
    point = np.add(centre_mm, region.corner_mm)
    row_mm, column_mm = region.spacing_mm
    held, beside = [], False
    for index, truth in enumerate(truths):
        outline = (truth.outline * (column_mm, row_mm)).astype(np.float32)
        depth = cv2.pointPolygonTest(outline, (float(point[0]), float(point[1])), True)
        if depth >= 0:
            # Where lesions lie over each other, the suspicious one of the candidate's own kind counts.
            held.append((truth.suspicious, truth.lesion_type is lesion_type, -index))
        beside |= depth > -NEAR_MM
    if held:
        return -max(held)[2]
    return BESIDE if beside else NOTHING
