"""Our own pattern for looking at a screen, after the description of TG18-QC (AAPM On-line Report 03, 2005).

The report lets others draw such patterns if they name it, do not use its label, and say on the pattern that
it is synthetic and scaled: the label above the middle does.

Everything is to the pixel for any sheet of 480 x 480 or more. Squares and bars stand in the middle square;
grid, border and the corner line pairs reach out to the whole screen.
"""

from klarsyn.imaging.pattern import ElementKind, Pattern, Sheet, letters_size, near

BITS = 8
BLACK, MIDDLE, WHITE = 0, 128, 255
GRID = 192

PATCH_LEVELS = tuple(range(8, 256, 16))
"""The sixteen grey squares, 8 to 248; black and white stand beside them."""

CORNER_CONTRAST = 4
"""P-values by which the small squares in the corners of a grey square differ from it."""

NEAR_BLACK, NEAR_WHITE = 13, 242
"""5 % and 95 % of 255."""

LOW_CONTRAST = (128, 130)
WORDS = "QUALITY CONTROL"

# The ring of eighteen squares: six columns and five rows, from the top-left corner with the clock.
_RING = (
    *((column, 0) for column in range(6)),
    *((5, row) for row in range(1, 4)),
    *((column, 4) for column in range(5, -1, -1)),
    *((0, row) for row in range(3, 0, -1)),
)


def qc_pattern(rows: int, columns: int) -> Pattern:
    """Draw the pattern for a sheet of `rows` x `columns` device pixels, in P-values of eight bits.

    Raises
    ------
    ValueError
        If the sheet has fewer than 480 rows or columns.
    """
    sheet = Sheet(rows, columns, MIDDLE, BITS)
    _grid(sheet)
    _border(sheet)
    _ring(sheet)
    _line_pair_blocks(sheet)
    _ramps(sheet)
    _words(sheet)
    _bars_and_label(sheet)
    return sheet.finished()


def _side(sheet: Sheet) -> int:
    return min(sheet.rows, sheet.columns)


def grid_lines(length: int, side: int) -> list[int]:
    """Return the positions of the one-pixel grid lines along a side of `length`, in equal steps.

    The step's parity is opposite to the length's, so that lines left and right of the middle mirror each
    other in whole pixels.
    """
    step = near(side / 10, length + 1)
    half_steps = range(1, length // step + 2, 2)
    right = [(length - 1 + n * step) // 2 for n in half_steps if (length - 1 + n * step) // 2 < length]
    return sorted([length - 1 - position for position in right] + right)


def _grid(sheet: Sheet) -> None:
    for x in grid_lines(sheet.columns, _side(sheet)):
        sheet.fill(x, 0, 1, sheet.rows, GRID)
    for y in grid_lines(sheet.rows, _side(sheet)):
        sheet.fill(0, y, sheet.columns, 1, GRID)
    sheet.add("grid", ElementKind.GRID, (0, 0, sheet.columns, sheet.rows), (MIDDLE, GRID))


def _border(sheet: Sheet) -> None:
    # The outermost pixel shows whether the whole screen is seen; the thicker line whether it is straight.
    inset = round(0.015 * _side(sheet))
    inner = inset, inset, sheet.columns - 2 * inset, sheet.rows - 2 * inset
    sheet.frame(*inner, 3, GRID)
    sheet.add("inner border", ElementKind.BORDER, inner, (GRID,))
    whole = 0, 0, sheet.columns, sheet.rows
    sheet.frame(*whole, 1, WHITE)
    sheet.add("outer border", ElementKind.BORDER, whole, (WHITE,))


def _ring(sheet: Sheet) -> None:
    side = _side(sheet)
    size, gap = near(0.088 * side, sheet.rows), near(0.012 * side, 0)
    # Six columns have no middle one, but a middle gap, which must be as even or odd as the sheet.
    middle = near(gap, sheet.columns)
    step = size + gap
    width = 6 * size + 4 * gap + middle
    left, top = (sheet.columns - width) // 2, (sheet.rows - 5 * size - 4 * gap) // 2
    margin = 2 * gap
    ground = left - margin, top - margin, width + 2 * margin, 5 * size + 4 * gap + 2 * margin
    sheet.fill(*ground, MIDDLE)
    sheet.frame(*ground, 3, GRID)
    levels = (BLACK, *PATCH_LEVELS, WHITE)
    for (column, row), level in zip(_RING, levels, strict=True):
        x = left + column * step if column < 3 else left + width - size - (5 - column) * step
        _patch(sheet, x, top + row * step, size, level)


def _patch(sheet: Sheet, x: int, y: int, size: int, level: int) -> None:
    sheet.fill(x, y, size, size, level)
    place = x, y, size, size
    if level in (BLACK, WHITE):
        inner = near(size / 2, size)
        start, signal = (size - inner) // 2, NEAR_BLACK if level == BLACK else NEAR_WHITE
        sheet.fill(x + start, y + start, inner, inner, signal)
        sheet.add(f"patch {level}", ElementKind.PATCH, place, (level, signal))
        return
    small, inset = size // 8, size // 16
    near_, far = inset, size - inset - small
    for dx, dy, contrast in (
        (near_, near_, CORNER_CONTRAST),
        (far, far, CORNER_CONTRAST),
        (far, near_, -CORNER_CONTRAST),
        (near_, far, -CORNER_CONTRAST),
    ):
        sheet.fill(x + dx, y + dy, small, small, level + contrast)
    levels = level, level + CORNER_CONTRAST, level - CORNER_CONTRAST
    sheet.add(f"patch {level}", ElementKind.PATCH, place, levels)


def _line_pair_blocks(sheet: Sheet) -> None:
    side = _side(sheet)
    tile = 4 * round(0.01 * side)
    # Gaps as even or odd as the sheet let the middle block stand in the very middle.
    gap_x, gap_y = near(0.004 * side + 1, sheet.columns), near(0.004 * side + 1, sheet.rows)
    width, height = 4 * tile + 3 * gap_x, 2 * tile + gap_y
    inset = round(0.03 * side)
    right, bottom = sheet.columns - inset - width, sheet.rows - inset - height
    for name, x, y in (
        ("centre", (sheet.columns - width) // 2, (sheet.rows - height) // 2),
        ("top left", inset, inset),
        ("top right", right, inset),
        ("bottom left", inset, bottom),
        ("bottom right", right, bottom),
    ):
        sheet.fill(x - gap_x, y - gap_y, width + 2 * gap_x, height + 2 * gap_y, MIDDLE)
        for row, (contrast, levels) in enumerate(
            (("high contrast", (BLACK, WHITE)), ("low contrast", LOW_CONTRAST))
        ):
            for column, (lines, thickness) in enumerate(
                (("vertical", 1), ("horizontal", 1), ("vertical", 2), ("horizontal", 2))
            ):
                place = x + column * (tile + gap_x), y + row * (tile + gap_y), tile, tile
                frequency = "Nyquist" if thickness == 1 else "half Nyquist"
                _lines(sheet, place, lines == "vertical", thickness, levels)
                sheet.add(f"{name}, {lines}, {frequency}, {contrast}", ElementKind.LINE_PAIRS, place, levels)


def _lines(
    sheet: Sheet, place: tuple[int, int, int, int], vertical: bool, thickness: int, levels: tuple[int, int]
) -> None:
    x, y, tile, _ = place
    sheet.fill(*place, levels[0])
    for start in range(0, tile, 2 * thickness):
        if vertical:
            sheet.fill(x + start, y, thickness, tile, levels[1])
        else:
            sheet.fill(x, y + start, tile, thickness, levels[1])


def _ramps(sheet: Sheet) -> None:
    side = _side(sheet)
    rows_a_level = max(1, int(0.62 * side / 256))
    height, width = 256 * rows_a_level, round(0.05 * side)
    y = (sheet.rows - height) // 2
    left = sheet.columns // 2 - round(0.42 * side)
    for name, x, rising in (("left", left, True), ("right", sheet.columns - left - width, False)):
        for level in range(256):
            place = level if rising else 255 - level
            sheet.fill(x, y + place * rows_a_level, width, rows_a_level, level)
        ends = (BLACK, WHITE) if rising else (WHITE, BLACK)
        sheet.add(f"{name} ramp", ElementKind.RAMP, (x, y, width, height), ends)


def _words(sheet: Sheet) -> None:
    side = _side(sheet)
    width, height, step = near(0.5 * side, sheet.columns), round(0.055 * side), round(0.063 * side)
    text_width, text_height = letters_size(WORDS)
    dot = int(0.46 * side / text_width)
    x, y = (sheet.columns - width) // 2, sheet.rows // 2 + round(0.285 * side)
    # From 14 P-values down to 1, letter by letter: the last one read is the threshold.
    contrasts = iter(range(len(WORDS.replace(" ", "")), 0, -1))
    steps = tuple(0 if letter == " " else next(contrasts) for letter in WORDS)
    for number, (level, sign) in enumerate(((BLACK, 1), (MIDDLE, 1), (WHITE, -1))):
        top = y + number * step
        sheet.fill(x, top, width, height, level)
        values = tuple(level + sign * contrast for contrast in steps)
        start = x + (width - text_width * dot) // 2, top + (height - text_height * dot) // 2
        sheet.letters(*start, dot, WORDS, values)
        shown = tuple(v for v, letter in zip(values, WORDS, strict=True) if letter != " ")
        sheet.add(f"letters on {level}", ElementKind.LETTERS, (x, top, width, height), (level, *shown))


def _bars_and_label(sheet: Sheet) -> None:
    side = _side(sheet)
    width, height = near(0.5 * side, sheet.columns), near(0.03 * side, 0)
    x, y = (sheet.columns - width) // 2, sheet.rows // 2 - round(0.36 * side)
    # Long bars of full contrast show smears and shadows along the line.
    for number, (ground, bar) in enumerate(((BLACK, WHITE), (WHITE, BLACK))):
        top, inner = y + number * height, near(0.4 * side, sheet.columns)
        sheet.fill(x, top, width, height, ground)
        sheet.fill((sheet.columns - inner) // 2, top + height // 4, inner, height // 2, bar)
        name = "white on black" if bar == WHITE else "black on white"
        sheet.add(f"bar, {name}", ElementKind.BARS, (x, top, width, height), (ground, bar))
    lines = (
        "KLARSYN DISPLAY CHECK",
        "SYNTHETIC, AFTER AAPM TG18 REPORT",
        f"SCALED TO {sheet.columns} X {sheet.rows} PIXELS",
    )
    dot = max(1, side // 700)
    box_width, box_height = near(0.5 * side, sheet.columns), (len(lines) * 10 + 2) * dot
    left, top = (sheet.columns - box_width) // 2, y - box_height - round(0.01 * side)
    sheet.fill(left, top, box_width, box_height, MIDDLE)
    for number, line in enumerate(lines):
        start = left + (box_width - letters_size(line)[0] * dot) // 2, top + (2 + number * 10) * dot
        sheet.letters(*start, dot, line, (WHITE,) * len(line))
    sheet.add("label", ElementKind.LABEL, (left, top, box_width, box_height), (MIDDLE, WHITE))
