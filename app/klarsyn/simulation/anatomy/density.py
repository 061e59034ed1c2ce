"""How much of a breast is glandular, and what that means for its tissue."""

from dataclasses import dataclass
from enum import StrEnum


class Density(StrEnum):
    """ACR BI-RADS breast composition, 5th edition."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True)
class Fill:
    """How glandular tissue fills the breast at one density.

    `threshold` is the level above which the random potential is glandular (higher is fattier), `reach` the
    share of the breast's radius that tissue may fill, `subcutaneous_mm` the fat left under the skin,
    `strands` how many connective strands show, as a share of the usual number.
    """

    threshold: float
    reach: float
    subcutaneous_mm: float
    strands: float


FILLS = {
    Density.A: Fill(2.55, 0.85, 9.0, 1.0),
    Density.B: Fill(1.1, 0.92, 8.0, 1.1),
    Density.C: Fill(0.15, 1.05, 6.0, 0.9),
    Density.D: Fill(-1.65, 1.2, 4.0, 0.6),
}

SHARES = {Density.A: 0.1, Density.B: 0.4, Density.C: 0.4, Density.D: 0.1}
"""How common each density is among women who are screened (ACR BI-RADS Atlas, 5th edition, 2013)."""
