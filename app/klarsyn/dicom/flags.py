"""What the reader is told of an image whose header says so in a word, or whose pixels disagree with it."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import short, text, whole_number
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.limits import PixelShape
from klarsyn.dicom.notices import notice
from klarsyn.dicom.pixel_data import PixelPlace
from klarsyn.dicom.sop_classes import SopClass
from klarsyn.dicom.source import Source
from klarsyn.dicom.syntaxes import ALWAYS_LOSSY, MAYBE_LOSSY
from klarsyn.domain.exam import Image, Notice


def image_flags(ds: Dataset, image: Image, sop_class: SopClass) -> list[Notice]:
    """Return what is told of an image by a word of its header."""
    ratio = text(ds, "LossyImageCompressionRatio")
    shown = {
        "secondary-capture": sop_class.secondary_capture,
        "for-processing": image.for_processing,
        "lossy": image.lossy,
        "partial-view": image.partial_view,
        "implant": image.implant,
        "burned-in": text(ds, "BurnedInAnnotation") == "YES",
    }
    facts = {"lossy": f" ({ratio[:8]}:1)" if ratio else ""}
    notices = [notice(code, facts.get(code, "")) for code, is_so in shown.items() if is_so]
    for keyword, known, code in (
        ("LossyImageCompression", ("", "00", "01"), "lossy-unclear"),
        ("PartialView", ("", "YES", "NO"), "partial-view-unclear"),
        ("BreastImplantPresent", ("", "YES", "NO"), "implant-unclear"),
    ):
        stated = text(ds, keyword)
        if stated not in known:
            notices.append(notice(code, short(stated)))
    return notices


def is_lossy(source: Source) -> bool:
    """Return whether pixels have been compressed with loss, by the header or by their syntax."""
    stated = text(source.header, "LossyImageCompression")
    syntax = source.transfer_syntax
    return stated == "01" or syntax in ALWAYS_LOSSY or (syntax in MAYBE_LOSSY and stated != "00")


def slice_flags(ds: Dataset, shape: PixelShape, place: PixelPlace, sop_class: SopClass) -> list[Notice]:
    """Return what is told of a stack whose header and pixels do not agree on how many slices there are."""
    notices = [notice("ct-slices")] if sop_class.single_slice else []
    if not sop_class.tomosynthesis:
        return notices
    counted, described = whole_number(ds, "NumberOfFrames", 1), FrameGroups(ds).described
    if described and counted != described:
        notices.append(notice("frames-disagree", counted, described))
    there = len(place.frames)
    if there < shape.frames:
        notices.append(notice("frames-missing", shape.frames, there, shape.frames - there))
    if place.beyond:
        notices.append(notice("frames-beyond", shape.frames))
    return notices
