"""Which way round an image hangs: from coded orientation, else from laterality and the pixels, flagged.

PatientOrientation (0020,0020) is the patient's direction along a row and down a column (PS3.3 C.7.6.1.1.1).
Chest walls meet in the middle: CC left A\\R, right P\\L; oblique and lateral views left A\\F, right P\\F.
"""

from dataclasses import dataclass

from klarsyn.domain.exam import Image, Laterality, Notice, ViewPosition

_OPPOSITE = {"A": "P", "P": "A", "L": "R", "R": "L", "H": "F", "F": "H"}

# Seen from above or below: down the column runs to the midline, not to the feet.
_AXIAL_VIEWS = {ViewPosition.CC, ViewPosition.XCCL, ViewPosition.XCCM, ViewPosition.FB}


@dataclass(frozen=True, slots=True)
class Flip:
    """Mirroring on the way to the screen: `horizontal` swaps left and right, `vertical` top and bottom."""

    horizontal: bool = False
    vertical: bool = False


def hanging_flip(image: Image, breast_side: str | None) -> tuple[Flip, tuple[Notice, ...]]:
    """Return how to mirror an image so that it hangs as readers expect, and what they must be told.

    Parameters
    ----------
    image
        Header facts; laterality decides which side of the screen the chest wall belongs to.
    breast_side
        Side of the *stored* image where the pixels show the chest wall, "left" or "right", or None
        (`breast.breast_side`).

    Returns
    -------
    Flip and notices. The coded orientation is followed even when the pixels contradict it; the
    contradiction is a notice, never resolved silently (docs/architecture.md, invariant 2).
    """
    if image.laterality not in (Laterality.LEFT, Laterality.RIGHT):
        return Flip(), (
            Notice(
                "hanging-unknown",
                "Laterality is not known: the image is shown as stored, and left and right may be swapped.",
            ),
        )
    chest_wall = hanging_chest_wall(image.laterality)
    orientation = _usable_orientation(image)
    if orientation is None:
        return _from_pixels(image, breast_side, chest_wall)
    row, column = orientation
    coded_side = "left" if row[0] == "A" else "right"
    wanted = _wanted_down(image, column)
    # Oblique directions have several letters, FR down a left MLO: the one on the wanted axis counts.
    down = next((letter for letter in column if letter in (wanted, _OPPOSITE[wanted])), None)
    notices: list[Notice] = []
    if breast_side is not None and breast_side != coded_side:
        notices.append(
            Notice(
                "orientation-contradiction",
                f"PatientOrientation puts the chest wall on the {coded_side} of the stored image, the pixels "
                f"show it on the {breast_side}. The coded orientation is followed: check left and right.",
            )
        )
    if down is None:
        notices.append(
            Notice(
                "orientation-vertical-unknown",
                "PatientOrientation does not say which way is up: top and bottom are shown as stored.",
            )
        )
    return Flip(coded_side != chest_wall, down == _OPPOSITE[wanted]), tuple(notices)


def hanging_chest_wall(laterality: Laterality | None) -> str | None:
    """Return the side of its viewport where a breast's chest wall hangs: "right" for R, "left" for L."""
    return {Laterality.RIGHT: "right", Laterality.LEFT: "left"}.get(laterality) if laterality else None


def _from_pixels(
    image: Image, breast_side: str | None, chest_wall: str | None
) -> tuple[Flip, tuple[Notice, ...]]:
    why = "is missing" if image.patient_orientation is None else "cannot be used"
    if breast_side is None:
        text = (
            f"PatientOrientation {why} and the pixels do not show the chest wall: the image is shown as "
            "stored. Check left and right, top and bottom."
        )
        return Flip(), (Notice("orientation-unknown", text),)
    text = (
        f"PatientOrientation {why}: the image hangs by its laterality and by the side where the pixels show "
        "the chest wall. Top and bottom are shown as stored."
    )
    return Flip(breast_side != chest_wall, False), (Notice("orientation-from-pixels", text),)


def _usable_orientation(image: Image) -> tuple[str, str] | None:
    """Return the coded directions, or None when they are absent, illegal or turned by 90 degrees."""
    orientation = image.patient_orientation
    if orientation is None or not all(_is_legal(direction) for direction in orientation):
        return None
    row, column = orientation
    return orientation if row[0] in "AP" and column[0] not in "AP" else None


def _wanted_down(image: Image, column: str) -> str:
    """Return the direction that must run down the screen: to the midline in axial views, else to the feet.

    Without a coded view, an orientation that names neither head nor feet is that of an axial one.
    """
    axial = image.view_position in _AXIAL_VIEWS
    if image.view_position is None:
        axial = not {"H", "F"} & set(column)
    if not axial:
        return "F"
    return "R" if image.laterality is Laterality.LEFT else "L"


def _is_legal(direction: str) -> bool:
    """True for one to three letters, one per axis at most (PS3.3 C.7.6.1.1.1); "CC" is not."""
    letters = set(direction)
    return (
        1 <= len(direction) <= 3
        and len(letters) == len(direction)
        and letters <= _OPPOSITE.keys()
        and not any(_OPPOSITE[letter] in letters for letter in letters)
    )
