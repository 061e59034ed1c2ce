"""The parts that test patterns are drawn from: named elements on an array of P-values, to the pixel."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from klarsyn.imaging.pattern_letters import GLYPH_HEIGHT, GLYPH_WIDTH, glyph
from klarsyn.imaging.screen import ScreenLut, screen_values

LEAST_SIDE = 480
"""Rows and columns below which the elements no longer fit in whole pixels."""


class ElementKind(StrEnum):
    """What an element shows."""

    BORDER = "border"
    GRID = "grid"
    PATCH = "patch"
    LINE_PAIRS = "line pairs"
    RAMP = "ramp"
    LETTERS = "letters"
    BARS = "bars"
    LABEL = "label"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class Element:
    """One element: top-left corner and size in device pixels, and the P-values in it.

    `levels` are background and signals of patches, letters and line pairs, the ends of ramps.
    """

    name: str
    kind: ElementKind
    x: int
    y: int
    width: int
    height: int
    levels: tuple[int, ...]

    @property
    def region(self) -> tuple[slice, slice]:
        """Return the slices (rows, columns) of the element in the pattern."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A drawn pattern: P-values of `bits` bits, shape (rows, columns), and what stands where.

    It is shown with one array pixel on one device pixel, through the table of the screen, never through a
    window.
    """

    p_values: npt.NDArray[np.uint16]
    bits: int
    elements: tuple[Element, ...]

    def for_screen(self, screen: ScreenLut | None) -> npt.NDArray[np.uint8]:
        """Return driving levels, shape (rows, columns), for a screen with this table or of its own."""
        return screen_values(np.linspace(0.0, 1.0, 1 << self.bits), screen)[self.p_values]

    def element(self, name: str) -> Element:
        """Return the element of this name; KeyError when there is none."""
        for element in self.elements:
            if element.name == name:
                return element
        raise KeyError(name)

    def of_kind(self, kind: ElementKind) -> tuple[Element, ...]:
        """Return all elements of one kind, in the order in which they were drawn."""
        return tuple(element for element in self.elements if element.kind is kind)


@dataclass(slots=True)
class Sheet:
    """A pattern while it is drawn.

    Raises
    ------
    ValueError
        If the sheet is too small for the elements.
    """

    rows: int
    columns: int
    background: int
    bits: int
    pixels: npt.NDArray[np.uint16] = field(init=False)
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take an empty sheet."""
        if min(self.rows, self.columns) < LEAST_SIDE:
            raise ValueError(
                f"A test pattern needs {LEAST_SIDE} x {LEAST_SIDE} pixels or more; "
                f"here are {self.columns} x {self.rows}."
            )
        self.pixels = np.full((self.rows, self.columns), self.background, dtype=np.uint16)

    def fill(self, x: int, y: int, width: int, height: int, value: int) -> None:
        """Fill a rectangle."""
        self.pixels[y : y + height, x : x + width] = value

    def frame(self, x: int, y: int, width: int, height: int, thickness: int, value: int) -> None:
        """Draw the inner edge of a rectangle."""
        self.fill(x, y, width, thickness, value)
        self.fill(x, y + height - thickness, width, thickness, value)
        self.fill(x, y, thickness, height, value)
        self.fill(x + width - thickness, y, thickness, height, value)

    def letters(self, x: int, y: int, size: int, text: str, values: tuple[int, ...]) -> None:
        """Write `text`, letter i in `values[i]`, each dot `size` pixels square; the ground stays."""
        for place, (character, value) in enumerate(zip(text, values, strict=True)):
            dots = np.kron(glyph(character), np.ones((size, size), dtype=np.bool_))
            left = x + place * (GLYPH_WIDTH + 1) * size
            self.pixels[y : y + GLYPH_HEIGHT * size, left : left + GLYPH_WIDTH * size][dots] = value

    def add(
        self,
        name: str,
        kind: ElementKind,
        place: tuple[int, int, int, int],
        levels: tuple[int, ...],
    ) -> None:
        """Enter what was drawn at `place` (x, y, width, height) into the list of elements."""
        self.elements.append(Element(name, kind, *place, levels))

    def finished(self) -> Pattern:
        """Return the pattern; its pixels cannot be written to any more."""
        self.pixels.flags.writeable = False
        return Pattern(self.pixels, self.bits, tuple(self.elements))


def letters_size(text: str) -> tuple[int, int]:
    """Return width and height of a line of text whose dots are one pixel."""
    return len(text) * (GLYPH_WIDTH + 1) - 1, GLYPH_HEIGHT


def near(value: float, parity_of: int) -> int:
    """Return the whole number nearest to `value` that is even or odd as `parity_of` is.

    What has the parity of the sheet can stand exactly in its middle.
    """
    return 2 * round((value - parity_of % 2) / 2) + parity_of % 2
