"""What a luminance meter looks at: one driving level after the other, past every table."""

import numpy as np
import numpy.typing as npt

MEASURING_LEVELS = tuple(range(0, 256, 15))
"""The 18 driving levels that AAPM TG18 measures."""

_SHARE = 0.1
_SURROUND = 153


def measuring_field(rows: int, columns: int, level: int) -> npt.NDArray[np.uint8]:
    """Return driving levels, shape (rows, columns): a tenth of the sheet at `level`, in the middle.

    These are no P-values; they go to the screen as they are, because the screen itself is measured. The
    field is a tenth of the area within an even grey, as PS3.14, annex D.1.1, has it, so that light from
    the rest of the screen is the same for each level.

    Raises
    ------
    ValueError
        If the level is not one of 0 to 255.
    """
    if not 0 <= level <= 255:
        raise ValueError(f"A driving level lies between 0 and 255; {level} does not.")
    field = np.full((rows, columns), _SURROUND, dtype=np.uint8)
    height, width = (max(1, round(side * _SHARE**0.5)) for side in (rows, columns))
    top, left = (rows - height) // 2, (columns - width) // 2
    field[top : top + height, left : left + width] = level
    return field
