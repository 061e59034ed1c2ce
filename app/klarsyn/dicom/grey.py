"""The grey-scale parameters of a header (PS3.3 C.11.1, C.11.2, C.7.6.16.2.10 and C.7.5.1.1.2)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import (
    damaged_items,
    items,
    numbers,
    says_something,
    short,
    text,
    texts,
    values,
    whole_number,
)
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.limits import PixelShape
from klarsyn.dicom.luts import InvalidLut, read_lut
from klarsyn.dicom.notices import notice
from klarsyn.domain.display import GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.domain.exam import Notice


def read_grayscale(
    ds: Dataset, shape: PixelShape, tomosynthesis: bool, frame: int = 1
) -> tuple[GrayscaleParameters, list[Notice]]:
    """Return everything that decides how stored values are shown, and what was left out of it.

    In a multi-frame image the VOI of `frame`, counted from 1, wins over the shared one, and that over the top
    level. A Modality LUT of a tomosynthesis image is not applied: PS3.3 A.55.3 forbids it.
    """
    return GrayscaleReader(ds, shape, tomosynthesis).of(frame)


class GrayscaleReader:
    """Grey scales of one header, frame by frame; what is the same for all frames is read once."""

    def __init__(self, ds: Dataset, shape: PixelShape, tomosynthesis: bool) -> None:
        """Read what the whole file says."""
        little_endian = ds.original_encoding[1]
        self._little_endian = bool(little_endian) if little_endian is not None else True
        self._ds, self._shape, self.groups = ds, shape, FrameGroups(ds)
        self._notices: list[Notice] = []
        modality = () if tomosynthesis else _tables(ds, "ModalityLUTSequence", self._notices)
        found = _luts(modality[:1], shape.signed, self._little_endian, self._notices)
        self._modality = found[0] if found else None
        self._inverse = _inverse(ds, self._notices)
        self._padding = _padding(ds, shape.signed, self._notices)
        self._known: dict[tuple[int, int], tuple[GrayscaleParameters, list[Notice]]] = {}

    def of(self, frame: int) -> tuple[GrayscaleParameters, list[Notice]]:
        """Return the grey scale of a frame, counted from 1, and what was left out of it."""
        rescale = ("RescaleSlope", "RescaleIntercept")
        transformation = self.groups.saying("PixelValueTransformationSequence", frame, *rescale) or self._ds
        wanted = ("WindowCenter", "WindowWidth", "VOILUTSequence")
        voi = self.groups.saying("FrameVOILUTSequence", frame, *wanted) or self._ds
        said_by = (id(transformation), id(voi))
        if said_by not in self._known:
            self._known[said_by] = self._read(transformation, voi)
        return self._known[said_by]

    def _read(self, transformation: Dataset, voi: Dataset) -> tuple[GrayscaleParameters, list[Notice]]:
        notices: list[Notice] = []
        slope, intercept = _rescale(transformation, notices)
        # Values behind a Modality LUT are never negative; behind a rescale they may be (C.11.2.1.1).
        signed_voi = not self._modality and (self._shape.signed or intercept < 0 or slope < 0)
        windows = _windows(voi, notices)
        voi_luts = _luts(_tables(voi, "VOILUTSequence", notices), signed_voi, self._little_endian, notices)
        if not windows and not voi_luts:
            notices.append(notice("no-window"))
        parameters = GrayscaleParameters(
            bits_stored=self._shape.bits_stored,
            signed=self._shape.signed,
            monochrome1=self._inverse,
            rescale_slope=1.0 if self._modality else slope,
            rescale_intercept=0.0 if self._modality else intercept,
            modality_lut=self._modality,
            windows=windows,
            voi_luts=voi_luts,
            padding=self._padding,
        )
        return parameters, [*notices, *self._notices]


def _inverse(ds: Dataset, notices: list[Notice]) -> bool:
    # Two ways to say one thing (C.8.11.1.1.5): a file that says both is inverted once.
    photometric, lut_shape = text(ds, "PhotometricInterpretation"), text(ds, "PresentationLUTShape")
    usual = {"IDENTITY": "MONOCHROME2", "INVERSE": "MONOCHROME1"}
    if lut_shape and lut_shape not in usual:
        notices.append(notice("lut-shape-unknown", short(lut_shape)))
    elif lut_shape and photometric and usual[lut_shape] != photometric:
        notices.append(notice("grey-contradiction", photometric, lut_shape))
    return photometric == "MONOCHROME1" or lut_shape == "INVERSE"


def _rescale(ds: Dataset, notices: list[Notice]) -> tuple[float, float]:
    stated = [numbers(ds, keyword) for keyword in ("RescaleSlope", "RescaleIntercept")]
    if all(len(each) == 1 for each in stated) and stated[0][0] != 0.0:
        return stated[0][0], stated[1][0]
    if says_something(ds, "RescaleSlope") or says_something(ds, "RescaleIntercept"):
        notices.append(notice("rescale-invalid"))
    return 1.0, 0.0


def _windows(ds: Dataset, notices: list[Notice]) -> tuple[Window, ...]:
    centers, widths = numbers(ds, "WindowCenter"), numbers(ds, "WindowWidth")
    explanations = texts(ds, "WindowCenterWidthExplanation")
    function = _voi_function(ds, notices)
    narrowest = 1.0 if function is VoiFunction.LINEAR else 0.0  # C.11.2.1.2.1 and C.11.2.1.3
    found: list[Window] = []
    for place, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if width < narrowest or width == 0.0:
            continue
        explanation = explanations[place] if place < len(explanations) else ""
        found.append(Window(center, width, function, explanation))
    left_out = max(len(centers), len(widths)) - len(found)
    if left_out:
        notices.append(notice("window-invalid", left_out))
    return tuple(found)


def _voi_function(ds: Dataset, notices: list[Notice]) -> VoiFunction:
    named = text(ds, "VOILUTFunction")
    if not named:
        return VoiFunction.LINEAR
    if named in list(VoiFunction):
        return VoiFunction(named)
    notices.append(notice("voi-function-unknown", short(named)))
    return VoiFunction.LINEAR


def _tables(ds: Dataset, keyword: str, notices: list[Notice]) -> tuple[Dataset, ...]:
    if damaged_items(ds, keyword):
        notices.append(notice("lut-invalid", f"{keyword} holds no items"))
    return items(ds, keyword)


def _luts(
    sequence: tuple[Dataset, ...], signed: bool, little_endian: bool, notices: list[Notice]
) -> tuple[LutTable, ...]:
    found: list[LutTable] = []
    for item in sequence:
        try:
            found.append(read_lut(item, signed, little_endian))
        except InvalidLut as error:
            notices.append(notice("lut-invalid", error))
    return tuple(found)


def _padding(ds: Dataset, signed: bool, notices: list[Notice]) -> tuple[int, int] | None:
    stated = [
        (whole_number(ds, keyword), says_something(ds, keyword), len(values(ds, keyword)))
        for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")
    ]
    if any(said and (found is None or count != 1) for found, said, count in stated):
        notices.append(notice("padding-invalid"))
    value, limit = stated[0][0], stated[1][0]
    if value is None:
        return None
    ends = [_as_stored(end, signed) for end in (value, value if limit is None else limit)]
    return min(ends), max(ends)


def _as_stored(value: int, signed: bool) -> int:
    # US or SS by PixelRepresentation; senders have chosen the wrong one.
    value &= 0xFFFF
    return value - 0x10000 if signed and value > 0x7FFF else value
