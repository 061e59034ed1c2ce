"""Our own pattern for counting a screen's bits, after the description of TG18-MP (AAPM On-line Report 03).

Sixteen ramps together run through all P-values of twelve bits. On a screen that follows the display function
by itself and shows eight bits, each ramp has a visible step at every long mark beside it, and nowhere else;
one that shows ten bits has a step at every short mark. Where P-values go through a table the steps lie
elsewhere; steps further apart than long marks are levels that the table, or a link, has lost.
"""

import numpy as np

from klarsyn.imaging.pattern import ElementKind, Pattern, Sheet, letters_size

BITS = 12
RAMPS = 16
VALUES_A_RAMP = (1 << BITS) // RAMPS

_GROUND, _INK = 410, 2048


def bit_depth_pattern(rows: int, columns: int) -> Pattern:
    """Draw the pattern for a sheet of `rows` x `columns` device pixels, in P-values of twelve bits.

    Raises
    ------
    ValueError
        If the sheet has fewer than 480 rows or columns.
    """
    sheet = Sheet(rows, columns, _GROUND, BITS)
    cell = int(0.94 * columns) // RAMPS
    mark = cell // 4
    width = cell - mark - max(1, cell // 16)
    rows_a_value = max(1, int(0.85 * rows) // VALUES_A_RAMP)
    height = VALUES_A_RAMP * rows_a_value
    left, top = (columns - RAMPS * cell) // 2, (rows - height) // 2
    for number in range(RAMPS):
        x, first = left + number * cell, number * VALUES_A_RAMP
        for step in range(VALUES_A_RAMP):
            sheet.fill(x, top + step * rows_a_value, width, rows_a_value, first + step)
        sheet.add(
            f"ramp {number + 1}",
            ElementKind.RAMP,
            (x, top, width, height),
            (first, first + VALUES_A_RAMP - 1),
        )
        for bits, length in ((10, mark // 2), (8, mark)):
            for step in _steps(bits, first):
                sheet.fill(x + width, top + step * rows_a_value, length, 1, _INK)
        sheet.add(f"marks {number + 1}", ElementKind.MARKS, (x + width, top, mark, height), (_GROUND, _INK))
    label = "SYNTHETIC, AFTER AAPM TG18 REPORT, LONG MARKS 8 BITS, SHORT MARKS 10 BITS"
    text_width, text_height = letters_size(label)
    dot = max(1, columns // (2 * text_width))
    place = (columns - text_width * dot) // 2, max(2, (top - text_height * dot) // 2)
    sheet.letters(*place, dot, label, (_INK,) * len(label))
    sheet.add("label", ElementKind.LABEL, (*place, text_width * dot, text_height * dot), (_GROUND, _INK))
    return sheet.finished()


def _steps(bits: int, first: int) -> list[int]:
    """Return where in the ramp from `first` on a screen of so many bits goes to its next level.

    A mark stands in the first row of the new level. Levels are rounded, as `screen.screen_values` does.
    """
    values = np.arange(first - 1, first + VALUES_A_RAMP)
    levels = np.floor(values / ((1 << BITS) - 1) * ((1 << bits) - 1) + 0.5)
    return np.flatnonzero(np.diff(levels)).tolist()
