"""Concepts that our CAD reports are written with (PS3.16 TID 4000 to 4023, and the CIDs named below)."""

from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition
from klarsyn.domain.reports.cad_report import Code, Rendering, ReportStatus


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


def _sct(value: str, meaning: str) -> Code:
    return Code(value, "SCT", meaning)


REPORT = _dcm("111036", "Mammography CAD Report")
LANGUAGE = _dcm("121049", "Language of Content Item and Descendants")
ENGLISH = Code("en", "RFC5646", "English")

LIBRARY = _dcm("111028", "Image Library")
IMAGE_LATERALITY = _dcm("111027", "Image Laterality")
IMAGE_VIEW = _dcm("111031", "Image View")
IMAGE_VIEW_MODIFIER = _dcm("111032", "Image View Modifier")
ORIENTATION_ROW = _dcm("111044", "Patient Orientation Row")
ORIENTATION_COLUMN = _dcm("111043", "Patient Orientation Column")
HORIZONTAL_SPACING = _dcm("111026", "Horizontal Pixel Spacing")
VERTICAL_SPACING = _dcm("111066", "Vertical Pixel Spacing")
ROWS = _dcm("110910", "Pixel Data Rows")
COLUMNS = _dcm("110911", "Pixel Data Columns")

SUMMARY = _dcm("111017", "CAD Processing and Findings Summary")
IMPRESSION = _dcm("111034", "Individual Impression/Recommendation")
IMPRESSION_DESCRIPTION = _dcm("111033", "Impression Description")
CERTAINTY_OF_IMPRESSION = _dcm("111013", "Certainty of Impression")
CERTAINTY_OF_FEATURE = _dcm("111011", "Certainty of Feature")
CERTAINTY_OF_FINDING = _dcm("111012", "Certainty of Finding")
PROBABILITY_OF_CANCER = _dcm("111047", "Probability of cancer")
NUMBER_OF_CALCIFICATIONS = _dcm("111038", "Number of calcifications")
RENDERING_INTENT = _dcm("111056", "Rendering Intent")
SINGLE_IMAGE_FINDING = _dcm("111059", "Single Image Finding")
COMPOSITE_FEATURE = _dcm("111015", "Composite Feature")
COMPOSITE_TYPE = _dcm("111016", "Composite type")
RELATED_SPATIALLY = _dcm("111154", "Target content items are related spatially")
SCOPE_OF_FEATURE = _dcm("111057", "Scope of Feature")
ON_SEVERAL_IMAGES = _dcm("111158", "Feature detected on multiple images")
CENTER = _dcm("111010", "Center")
OUTLINE = _dcm("111041", "Outline")
TRACKING_IDENTIFIER = _dcm("112039", "Tracking Identifier")
TRACKING_UID = _dcm("112040", "Tracking Unique Identifier")

ALGORITHM_NAME = _dcm("111001", "Algorithm Name")
ALGORITHM_PARAMETERS = _dcm("111002", "Algorithm Parameters")
ALGORITHM_VERSION = _dcm("111003", "Algorithm Version")

DETECTIONS = _dcm("111064", "Summary of Detections")
ANALYSES = _dcm("111065", "Summary of Analyses")
DETECTION_PERFORMED = _dcm("111022", "Detection Performed")
ANALYSIS_PERFORMED = _dcm("111004", "Analysis Performed")
SUCCESSFUL_DETECTIONS = _dcm("111063", "Successful Detections")
FAILED_DETECTIONS = _dcm("111025", "Failed Detections")
SUCCESSFUL_ANALYSES = _dcm("111062", "Successful Analyses")
FAILED_ANALYSES = _dcm("111024", "Failed Analyses")

SUCCEEDED = _dcm("111222", "Succeeded")
PARTIALLY_SUCCEEDED = _dcm("111223", "Partially Succeeded")
FAILED = _dcm("111224", "Failed")
NOT_ATTEMPTED = _dcm("111225", "Not Attempted")

PERCENT = Code("%", "UCUM", "percent")
MILLIMETER = Code("mm", "UCUM", "millimeter")
PIXELS = Code("{pixels}", "UCUM", "pixels")
NO_UNITS = Code("1", "UCUM", "no units")

_NONE_SUCCEEDED = _dcm("111245", "No algorithms succeeded; without findings")
SUMMARIES = {
    (ReportStatus.FINDINGS, True): _dcm("111242", "All algorithms succeeded; with findings"),
    (ReportStatus.NO_FINDINGS, False): _dcm("111241", "All algorithms succeeded; without findings"),
    (ReportStatus.PARTIAL, True): _dcm("111244", "Not all algorithms succeeded; with findings"),
    (ReportStatus.PARTIAL, False): _dcm("111243", "Not all algorithms succeeded; without findings"),
    (ReportStatus.FAILED, False): _NONE_SUCCEEDED,
    (ReportStatus.NOT_ATTEMPTED, False): _NONE_SUCCEEDED,
}
"""CID 6047 by (status, whether there are findings); what is missing here contradicts itself."""

RENDERINGS = {
    Rendering.REQUIRED: _dcm("111150", "Presentation Required: Rendering device is expected to present"),
    Rendering.OPTIONAL: _dcm("111151", "Presentation Optional: Rendering device may present"),
}
"""CID 6034 without Not for Presentation: what is not to be shown is left out."""

SIDES = {
    Laterality.RIGHT: _sct("73056007", "Right breast"),
    Laterality.LEFT: _sct("80248007", "Left breast"),
    Laterality.BOTH: _sct("63762007", "Both breasts"),
}
"""CID 6022."""

VIEW_MEANINGS = {
    ViewPosition.CC: "cranio-caudal",
    ViewPosition.MLO: "medio-lateral oblique",
    ViewPosition.ML: "medio-lateral",
    ViewPosition.LM: "latero-medial",
    ViewPosition.LMO: "latero-medial oblique",
    ViewPosition.XCCL: "cranio-caudal exaggerated laterally",
    ViewPosition.XCCM: "cranio-caudal exaggerated medially",
    ViewPosition.FB: "caudo-cranial (from below)",
    ViewPosition.SIO: "superolateral to inferomedial oblique",
    ViewPosition.ISO: "inferomedial to superolateral oblique",
    ViewPosition.SPECIMEN: "tissue specimen from breast",
}
"""CID 4014."""

MODIFIERS = {
    ViewModifier.CLEAVAGE: _sct("399161006", "Cleavage"),
    ViewModifier.AXILLARY_TAIL: _sct("399011000", "Axillary Tail"),
    ViewModifier.ROLLED_LATERAL: _sct("399197002", "Rolled Lateral"),
    ViewModifier.ROLLED_MEDIAL: _sct("399226006", "Rolled Medial"),
    ViewModifier.ROLLED_INFERIOR: _sct("414493004", "Rolled Inferior"),
    ViewModifier.ROLLED_SUPERIOR: _sct("415670009", "Rolled Superior"),
    ViewModifier.IMPLANT_DISPLACED: _sct("399209000", "Implant Displaced"),
    ViewModifier.MAGNIFIED: _sct("399163009", "Magnification"),
    ViewModifier.SPOT: _sct("399055006", "Spot Compression"),
    ViewModifier.TANGENTIAL: _sct("399110001", "Tangential"),
    ViewModifier.NIPPLE_IN_PROFILE: _sct("442581004", "Nipple in profile"),
    ViewModifier.ANTERIOR_COMPRESSION: _sct("441752004", "Anterior compression"),
    ViewModifier.INFRAMAMMARY_FOLD: _sct("442593008", "Infra-mammary fold"),
    ViewModifier.AXILLARY_TISSUE: _sct("442580003", "Axillary tissue"),
}
"""CID 4015."""
