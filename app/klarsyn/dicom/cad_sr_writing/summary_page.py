"""Lines of text -> a page as a Secondary Capture (PS3.3 A.8.1), 8-bit grey, for viewers that read no reports.

Patient and study are copied from a file of the study itself; the picture names no patient.
"""

import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from pydicom.dataset import Dataset

from klarsyn.dicom.stated_zone import put_zone
from klarsyn.dicom.study_modules import study_modules
from klarsyn.dicom.written_file import file_meta, write_whole

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_WIDTH, _HEIGHT, _MARGIN, _SIZE, _LEADING = 1024, 768, 48, 20, 30
_LETTERS = 84
_WHITE = 255


@dataclass(frozen=True, slots=True)
class PageSeries:
    """The series of pages in the study, and the number of this one in it: one of our own (modality OT)."""

    series_instance_uid: str
    series_number: int = 9003
    instance_number: int = 1
    software: str = ""


def write_summary_page(
    path: Path,
    lines: tuple[str, ...],
    made_at: datetime,
    sop_instance_uid: str,
    study_file: Path,
    series: PageSeries,
) -> None:
    """Write a page; the file gets its name when it is whole.

    Parameters
    ----------
    lines
        `domain.summary_lines.summary_lines`; longer ones are broken.
    study_file
        An image of the same study: identity and study are copied from its header.

    Raises
    ------
    UnreadableFile
        If the header of `study_file` cannot be read.
    OSError
        If the file cannot be written; nothing is left behind then.
    """
    ds = study_modules(study_file)
    ds.SOPClassUID, ds.SOPInstanceUID = SECONDARY_CAPTURE, sop_instance_uid
    ds.Modality, ds.SeriesInstanceUID = "OT", series.series_instance_uid
    ds.SeriesNumber, ds.InstanceNumber = series.series_number, series.instance_number
    ds.SeriesDescription = "AI summary page"
    # Unknown: a page is about both breasts, as a rule, and has no direction (type 2C).
    ds.Laterality, ds.PatientOrientation = "", ""
    ds.Manufacturer, ds.ManufacturerModelName = "Klarsyn", "Klarsyn"
    if series.software:
        ds.SoftwareVersions = series.software
    ds.ConversionType = "WSD"
    ds.ImageType = ["DERIVED", "SECONDARY"]
    # No name and no number of the patient is in the pixels (C.7.6.1.1.10).
    ds.BurnedInAnnotation, ds.LossyImageCompression = "NO", "00"
    made = put_zone(ds, made_at, study_file)
    ds.ContentDate, ds.ContentTime = f"{made:%Y%m%d}", f"{made:%H%M%S}"
    _put_pixels(ds, page_pixels(lines))
    ds.file_meta = file_meta(SECONDARY_CAPTURE, sop_instance_uid)
    write_whole(path, ds)


def page_pixels(lines: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """Return the page, (rows, columns), white on black as images of breasts are; higher for more lines."""
    broken = [part for line in lines for part in (textwrap.wrap(_in_font(line), _LETTERS) or [""])]
    height = max(_HEIGHT, 2 * _MARGIN + _LEADING * len(broken))
    page = PillowImage.new("L", (_WIDTH, height), 0)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(_SIZE)
    for number, line in enumerate(broken):
        pen.text((_MARGIN, _MARGIN + number * _LEADING), line, fill=_WHITE, font=font)
    return np.asarray(page, dtype=np.uint8)


def _in_font(line: str) -> str:
    """Return a line in letters that Pillow's own font has, which every installation has: those of ASCII.
    Accents are left out; what has no such letter is a question mark."""
    bare = (sign for sign in unicodedata.normalize("NFKD", line) if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in bare)


def _put_pixels(ds: Dataset, pixels: npt.NDArray[np.uint8]) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = pixels.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    even = pixels.tobytes() + b"\0" * (pixels.size % 2)
    ds.add_new("PixelData", "OB", even)
