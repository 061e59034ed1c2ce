"""How stored values are meant to be seen: windows and VOI LUTs (PS3.3 C.11.2)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from klarsyn.simulation.xray.grey import voi_lut, windows_in_stored
from klarsyn.simulation.xray.vendors import Vendor

_MOST_ENTRIES = 65536


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the header says of the grey values of an image For Presentation.

    Parameters
    ----------
    bits
        That a value may use.
    windows
        (explanation, centre, width) in stored values.
    luts
        (explanation, first mapped value, bits of an entry, uint16 table). Where there are any, windows are
        left out: a maker who writes tables means those.
    inverted
        MONOCHROME1.
    padding
        Value of what is no image, None when there is none.
    """

    bits: int
    windows: tuple[tuple[str, int, int], ...]
    sigmoid: bool = False
    luts: tuple[tuple[str, int, int, npt.NDArray[np.uint16]], ...] = ()
    inverted: bool = False
    padding: int | None = None

    @classmethod
    def as_made_by(cls, vendor: Vendor) -> "Shown":
        """Return the maker's own grey scale of mammograms."""
        grey = vendor.grey
        luts = tuple((curve[0], *voi_lut(curve, grey)) for curve in grey.curves)
        return cls(
            grey.bits,
            windows_in_stored(grey),
            grey.sigmoid,
            luts,
            inverted=grey.inverted,
            padding=grey.padding,
        )

    @classmethod
    def as_slices(cls, bits: int, window: tuple[float, float]) -> "Shown":
        """Return the grey scale of slices or of a synthetic image: dense is high, one window, air 0."""
        return cls(bits, (("NORMAL", round(window[0]), round(window[1])),))


def describe_voi(ds: Dataset, shown: Shown) -> None:
    """VOI LUT module or the like of a functional group, by tables or by windows."""
    if shown.luts:
        ds.VOILUTSequence = [_lut_item(*lut) for lut in shown.luts]
        return
    ds.WindowCenter = [center for _, center, _ in shown.windows]
    ds.WindowWidth = [width for _, _, width in shown.windows]
    ds.WindowCenterWidthExplanation = [explanation for explanation, _, _ in shown.windows]
    ds.VOILUTFunction = "SIGMOID" if shown.sigmoid else "LINEAR"


def _lut_item(explanation: str, first: int, bits: int, table: npt.NDArray[np.uint16]) -> Dataset:
    if not 0 < table.size <= _MOST_ENTRIES:
        raise ValueError(f"A VOI LUT has 1 to {_MOST_ENTRIES} entries, not {table.size}.")
    item = Dataset()
    # 65 536 entries are written as 0 (C.11.2.1.1); the VR depends on the sign of the pixels, which have none.
    item.add_new("LUTDescriptor", "US", [table.size % _MOST_ENTRIES, first, bits])
    item.LUTExplanation = explanation
    item.add_new("LUTData", "OW", table.astype("<u2").tobytes())
    return item
