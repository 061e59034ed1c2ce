"""Which Secondary Captures are pages for a human to look at, and which are mammograms.

A software's page (a summary, a table, a picture with marks drawn in) comes in the same SOP class as a film
that was digitised. One that hung among the images would show what an AI thinks before the first impression
(invariant 6); a mammogram that was taken for a page would not be read. What decides is how it was made and
whether a breast's side or view is coded; never words in it.
"""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, text, whole_number
from klarsyn.dicom.functional_groups import group_item
from klarsyn.dicom.sop_classes import hides_tomosynthesis

CAPTURES = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.7",
        "1.2.840.10008.5.1.4.1.1.7.2",
        "1.2.840.10008.5.1.4.1.1.7.3",
        "1.2.840.10008.5.1.4.1.1.7.4",
    }
)
"""Single frame; multi-frame grey of 8 and 16 bits; multi-frame true colour."""

_GREY = ("MONOCHROME1", "MONOCHROME2")


def is_page(ds: Dataset, sop_class_uid: str) -> bool:
    """True for a Secondary Capture that is a page.

    In colour: always, as no mammogram is. Digitised film (ConversionType DF) never, and neither is
    tomosynthesis in a maker's private form. Of the other grey ones: what was derived (ImageType, value 1) and
    has writing burned in, in any number of bits; what was derived in 8 bits or fewer, or drawn upon by a
    workstation in so few (WSD with BurnedInAnnotation YES), which no mammogram is; and what has neither side
    nor view coded in so few.
    """
    if sop_class_uid not in CAPTURES or hides_tomosynthesis(ds):
        return False
    photometric = text(ds, "PhotometricInterpretation")
    if (photometric and photometric not in _GREY) or (whole_number(ds, "SamplesPerPixel", 1) or 1) > 1:
        return True
    conversion = text(ds, "ConversionType")
    if conversion == "DF":
        return False
    derived, few = text(ds, "ImageType") == "DERIVED", (whole_number(ds, "BitsStored") or 8) <= 8
    written_upon = text(ds, "BurnedInAnnotation") == "YES"
    if derived and (written_upon or few):
        return True
    return few and ((conversion == "WSD" and written_upon) or not _names_breast(ds))


def _names_breast(ds: Dataset) -> bool:
    anatomy = group_item(ds, "FrameAnatomySequence")
    sides = [text(ds, "ImageLaterality"), text(ds, "Laterality")]
    sides += [text(anatomy, "FrameLaterality")] if anatomy is not None else []
    views = (items(ds, "ViewCodeSequence"), text(ds, "ViewPosition"))
    return any(views) or any(one in ("L", "R", "B") for one in sides)
