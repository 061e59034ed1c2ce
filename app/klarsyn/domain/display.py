"""What a header says about grey values, and the reader's display state.

Grey is a pure function of stored values, these parameters and the visible state (invariant 4).
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class VoiFunction(StrEnum):
    """VOILUTFunction (0028,1056), PS3.3 C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """WindowCenter and WindowWidth (0028,1050/1051) in modality values, with its explanation."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LutTable:
    """A Modality or VOI LUT, PS3.3 C.11.1 and C.11.2: `first` is the first stored value mapped.

    `values` is uint16, one entry per input; `bits` is the third value of LUTDescriptor.
    """

    first: int
    bits: int
    values: npt.NDArray[np.uint16]
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class GrayscaleParameters:
    """Everything of a header that decides how a stored value is shown.

    Parameters
    ----------
    bits_stored, signed
        PixelRepresentation and BitsStored of the stored values.
    monochrome1
        PhotometricInterpretation is MONOCHROME1 *or* PresentationLUTShape is INVERSE; the two are one
        statement and invert once.
    windows, voi_luts
        Everything the file offers, in file order; VOI LUTs are offered after windows.
    padding
        Inclusive range of stored values that are padding, shown black always; None without padding.
    presentation_lut
        A table from the output of the VOI step to P-values (PS3.3 C.11.6), of the presentation state that
        the image is shown through; `first` has no meaning in it. None: they are the same.
    """

    bits_stored: int
    signed: bool = False
    monochrome1: bool = False
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    modality_lut: LutTable | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LutTable, ...] = ()
    padding: tuple[int, int] | None = None
    presentation_lut: LutTable | None = None


@dataclass(slots=True)
class DisplayState:
    """What the reader has chosen for one viewport: the whole of the visible state, no more.

    `preset` counts through `windows` and then `voi_luts`; a `window` of the reader's own overrides it.
    `pan` counts pixels of the image, to the right and down on the screen.
    """

    preset: int = 0
    window: Window | None = None
    inverted: bool = False
    zoom: float = 1.0
    pan: tuple[float, float] = field(default=(0.0, 0.0))
