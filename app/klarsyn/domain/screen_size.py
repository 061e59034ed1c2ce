"""How large a device pixel really is, by a ruler laid on the screen."""

from dataclasses import dataclass

LARGEST_MM, SMALLEST_MM = 1.0, 0.02
"""Between a wall display and a phone: what lies outside was a slip of the hand."""


@dataclass(frozen=True, slots=True)
class ScreenRuler:
    """The size of one device pixel of a monitor, while it shows `columns` x `rows` device pixels.

    Another resolution makes pixels of another size: then this says nothing.

    Raises
    ------
    ValueError
        If no monitor has pixels of that size.
    """

    monitor: str
    columns: int
    rows: int
    mm_per_pixel: float

    def __post_init__(self) -> None:
        """Refuse a size that no monitor has."""
        if not SMALLEST_MM <= self.mm_per_pixel <= LARGEST_MM:
            raise ValueError(
                f"A pixel of {self.mm_per_pixel:.3g} mm is not one of a monitor. Measure the bar again."
            )


def mm_per_pixel(bar_pixels: int, bar_mm: float) -> float:
    """Return the size of a device pixel from a bar of so many of them that measures `bar_mm`.

    Raises
    ------
    ValueError
        If either is not above 0.
    """
    if not (bar_pixels > 0 and bar_mm > 0):
        raise ValueError("The bar and what the ruler says of it must be longer than nothing.")
    return bar_mm / bar_pixels
