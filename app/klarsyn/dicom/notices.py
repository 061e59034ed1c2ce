"""Sentences that the reader is shown about one image, by their stable code."""

from klarsyn.domain.exam import Notice

_TEXTS = {
    "laterality-missing": "The side is not coded (ImageLaterality, FrameLaterality). "
    "Check it on the image itself.",
    "view-missing": "The view is not coded in ViewCodeSequence. Check it on the image itself.",
    "view-unknown": "The view is coded as {0}, which is not a known mammography view.",
    "modifier-unknown": "A view modifier is coded as {0}, which is not known.",
    "modifier-misplaced": "View modifiers stand outside the view code. They are shown; check them.",
    "modifier-damaged": "The view modifiers are damaged and left out: the view may be a special one, such as "
    "one with the implant displaced. Check the marker on the image.",
    "modifier-contradiction": "Contradiction about the view modifiers: the view code says {0}, beside it "
    "stands {1}. {0} is shown. Check the marker on the image.",
    "laterality-contradiction": "Contradiction about the side: {0} says {1}, {2} says {3}. "
    "{1} is shown. Check the marker on the image and ask the radiographer.",
    "view-contradiction": "Contradiction about the view: {0} says {1}, {2} says {3}. "
    "{1} is shown. Check the marker on the image and ask the radiographer.",
    "orientation-missing": "PatientOrientation is absent: the image hangs by its side and the breast's "
    "place in it.",
    "orientation-illegal": "PatientOrientation ({0}) is not legal and not used: the image hangs by its "
    "side and the breast's place in it.",
    "orientation-contradiction": "PatientOrientation {0} is that of the other breast. "
    "Check the marker on the image.",
    "spacing-missing": "The real size is not known: no measurements and no true size on this image.",
    "spacing-unusable": "PixelSpacing {0} is not calibrated for the breast or disagrees with the detector; "
    "it is not used.",
    "spacing-unchecked": "The real size comes from a calibrated PixelSpacing; no detector spacing "
    "confirms it.",
    "magnification-missing": "The magnification factor is absent: sizes are those at the detector, "
    "a few percent larger than in the breast.",
    "spacing-outside": "The real size is stated outside the Pixel Measures of the frames, where no "
    "tomosynthesis may state it.",
    "spacing-varies": "The frames state different pixel sizes; that of frame {0} is used for all.",
    "thickness-varies": "The frames state different slice thicknesses; that of frame {0} is shown.",
    "frames-missing": "The file announces {0} slices and holds {1}: {2} are missing. Those that are here "
    "are shown. Ask for the stack to be sent again.",
    "frames-beyond": "The file holds more pixels than the {0} slices that it announces; what is beyond "
    "them is not shown.",
    "frames-disagree": "Contradiction about the number of slices: NumberOfFrames says {0}, {1} are "
    "described.",
    "positions-missing": "The position of {0} of {1} slices is not stated: they stand in {2}, and no "
    "position in mm is known.",
    "positions-equal": "Most slices claim the same position: they stand in {0}, and no position in mm is "
    "known.",
    "planes-missing": "The orientation of the slices is not stated: their order is taken from their "
    "positions.",
    "stacks-several": "The file says that its frames belong to {0} stacks; they are shown as one, by "
    "position.",
    "ct-slices": "Tomosynthesis of an older unit, sent as CT images: one file for each slice, put "
    "together by series. Check that none is missing.",
    "for-processing": "Raw image (FOR PROCESSING): not meant for reading.",
    "lossy": "Compressed with loss{0}: fine calcifications may be altered.",
    "partial-view": "Partial view: it shows only a part of the breast.",
    "implant": "Breast implant present.",
    "implant-unclear": "BreastImplantPresent ({0}) does not exist: there may be an implant in this breast.",
    "burned-in": "Text is burnt into the image; it may identify the patient.",
    "secondary-capture": "Secondary capture, not an image from a mammography device.",
    "window-invalid": "{0} window settings of the file are not valid and are left out.",
    "voi-function-unknown": "The file asks for the window function {0}, which does not exist; "
    "a linear window is shown.",
    "rescale-invalid": "RescaleSlope and RescaleIntercept are not valid and are left out: windows of the "
    "file may not fit its values.",
    "grey-contradiction": "Contradiction about black and white: PhotometricInterpretation says {0}, "
    "PresentationLUTShape says {1}. Invert the image if air is bright.",
    "lut-shape-unknown": "PresentationLUTShape ({0}) does not exist and is not used. Invert the image if "
    "air is bright.",
    "padding-invalid": "The padding value of the file is not valid: its border may be grey or white.",
    "lossy-unclear": "LossyImageCompression ({0}) does not exist: the image may be compressed with loss.",
    "partial-view-unclear": "PartialView ({0}) does not exist: the image may show only a part of the breast.",
    "lut-invalid": "A lookup table of the file is damaged and is left out: {0}.",
    "no-window": "The file names no window; one is derived from the pixel values.",
}


def notice(code: str, *facts: object) -> Notice:
    """Return the notice `code` with its facts put in; none of them is about the patient."""
    return Notice(code, _TEXTS[code].format(*facts))
