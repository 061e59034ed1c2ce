"""The grey-scale steps of a presentation state (PS3.3 C.11.1 modality, C.11.8 VOI, C.11.6 Presentation LUT).

The items have the form that they have in an image, and are read by the same code (grey.py).
"""

from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset
from pydicom.valuerep import DSfloat

from klarsyn.dicom.attributes import items, text
from klarsyn.dicom.grey import read_grayscale
from klarsyn.dicom.limits import PixelShape
from klarsyn.dicom.luts import InvalidLut, read_lut
from klarsyn.dicom.states.notices import not_used, state_notice
from klarsyn.dicom.states.scopes import read_scope
from klarsyn.domain.display import LutTable
from klarsyn.domain.exam import Notice
from klarsyn.domain.presentation_state import SoftcopyVoi

GREY_KEYWORDS = (
    *("ModalityLUTSequence", "RescaleIntercept", "RescaleSlope", "RescaleType"),
    *("SoftcopyVOILUTSequence", "PresentationLUTSequence", "PresentationLUTShape"),
)
_VOI = ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction", "VOILUTSequence")
_MISSING = "no-window"


def _as_image(signed: bool) -> PixelShape:
    return PixelShape(1, 1, 1, 16, 16, signed)


def read_modality(ds: Dataset, notices: list[Notice]) -> tuple[float, float, LutTable | None]:
    """Return slope, intercept and Modality LUT; 1, 0 and None where the state has none."""
    found, told = read_grayscale(ds, _as_image(signed=_first_is_signed(ds, "ModalityLUTSequence")), False)
    notices += [n for n in told if n.code != _MISSING]
    return found.rescale_slope, found.rescale_intercept, found.modality_lut


def read_vois(ds: Dataset, negative: bool, notices: list[Notice]) -> tuple[SoftcopyVoi, ...]:
    """Return windows and VOI LUTs; `negative` says that modality values may lie below zero."""
    vois = []
    for item in items(ds, "SoftcopyVOILUTSequence"):
        signed = negative or _first_is_signed(item, "VOILUTSequence")
        found, told = read_grayscale(item, _as_image(signed), False)
        notices += [state_notice("state-voi-empty") if n.code == _MISSING else n for n in told]
        notices += not_used(item, _VOI)
        if found.windows or found.voi_luts:
            vois.append(SoftcopyVoi(found.windows, found.voi_luts, read_scope(item)))
    return tuple(vois)


def read_presentation_lut(ds: Dataset, notices: list[Notice]) -> tuple[bool, LutTable | None]:
    """Return whether the lowest value is white, and the table that stands instead of a shape."""
    if sequence := items(ds, "PresentationLUTSequence"):
        try:
            return False, read_lut(sequence[0], False, _little_endian(ds))
        except InvalidLut:
            notices.append(state_notice("state-lut-table"))
            return False, None
    shape = text(ds, "PresentationLUTShape")
    if shape not in ("IDENTITY", "INVERSE"):
        notices.append(state_notice("state-lut-missing"))
    return shape == "INVERSE", None


def write_modality(ds: Dataset, slope: float, intercept: float, table: LutTable | None) -> None:
    """Put the modality step into a data set; nothing for the identity (PS3.4 N.2)."""
    if table is not None:
        # Its entries are values, not parts of a range: they keep their size in 16 bits.
        item = _lut_item(replace(table, bits=16))
        item.ModalityLUTType = table.explanation[:16] or "US"
        ds.ModalityLUTSequence = [item]
    elif (slope, intercept) != (1.0, 0.0):
        ds.RescaleSlope, ds.RescaleIntercept = decimal(slope), decimal(intercept)
        ds.RescaleType = "US"


def write_voi(item: Dataset, voi: SoftcopyVoi) -> None:
    """Put windows and VOI LUTs into an item of SoftcopyVOILUTSequence."""
    if voi.windows:
        item.WindowCenter = [decimal(w.center) for w in voi.windows]
        item.WindowWidth = [decimal(w.width) for w in voi.windows]
        if any(w.explanation for w in voi.windows):
            item.WindowCenterWidthExplanation = [w.explanation for w in voi.windows]
        item.VOILUTFunction = voi.windows[0].function.value
    if voi.voi_luts:
        item.VOILUTSequence = [_voi_lut(table) for table in voi.voi_luts]


def write_presentation_lut(ds: Dataset, inverse: bool, table: LutTable | None) -> None:
    """Put the shape, or the table instead of it, into a data set."""
    if table is None:
        ds.PresentationLUTShape = "INVERSE" if inverse else "IDENTITY"
        return
    ds.PresentationLUTSequence = [_lut_item(in_16_bits(table))]


def decimal(value: float) -> DSfloat:
    """Return a number as a Decimal String of 16 characters at most (PS3.5 6.2)."""
    return DSfloat(value, auto_format=True)


def in_16_bits(table: LutTable) -> LutTable:
    """Return a table that shows the same with entries over the whole of 16 bits.

    Tables of 8 and 16 bits are all that a presentation state may hold; an entry means its part of the
    range that the bits give (C.11.2.1.1).
    """
    whole = (1 << table.bits) - 1
    values = (table.values.astype(np.uint32) * 65535 + whole // 2) // whole
    return replace(table, bits=16, values=np.minimum(values, 65535).astype(np.uint16))


def _voi_lut(table: LutTable) -> Dataset:
    item = _lut_item(in_16_bits(table))
    if table.explanation:
        item.LUTExplanation = table.explanation
    return item


def _lut_item(table: LutTable) -> Dataset:
    item = Dataset()
    vr = "SS" if table.first < 0 else "US"
    entries = table.values.size & 0xFFFF  # 0 means 65 536
    if vr == "SS" and entries > 0x7FFF:
        entries -= 0x10000  # one VR for all three values: the same 16 bits
    item.add_new("LUTDescriptor", vr, [entries, table.first, table.bits])
    item.add_new("LUTData", "OW", table.values.astype("<u2").tobytes())
    return item


def _first_is_signed(ds: Dataset, sequence: str) -> bool:
    """True when a sender has written the first input value of a table as a signed number."""
    return any("LUTDescriptor" in item and item["LUTDescriptor"].VR == "SS" for item in items(ds, sequence))


def _little_endian(ds: Dataset) -> bool:
    return ds.original_encoding[1] is not False
