"""The concepts that the tests' reports are made of, as they stand in PS3.16 (CIDs of 2025; annex D)."""

from sr_builder import Concept


def dcm(value: str, meaning: str) -> Concept:
    return value, "DCM", meaning


def sct(value: str, meaning: str) -> Concept:
    return value, "SCT", meaning


REPORT, LIBRARY = dcm("111036", "Mammography CAD Report"), dcm("111028", "Image Library")
LANGUAGE, COUNTRY = (
    dcm("121049", "Language of Content Item and Descendants"),
    dcm("121046", "Country of Language"),
)
SUMMARY = dcm("111017", "CAD Processing and Findings Summary")
ALL_WITH = dcm("111242", "All algorithms succeeded; with findings")
ALL_WITHOUT = dcm("111241", "All algorithms succeeded; without findings")
SOME_WITHOUT = dcm("111243", "Not all algorithms succeeded; without findings")
SOME_WITH = dcm("111244", "Not all algorithms succeeded; with findings")
NONE_SUCCEEDED = dcm("111245", "No algorithms succeeded; without findings")

IMPRESSION = dcm("111034", "Individual Impression/Recommendation")
INTENT = dcm("111056", "Rendering Intent")
REQUIRED = dcm("111150", "Presentation Required: Rendering device is expected to present")
OPTIONAL = dcm("111151", "Presentation Optional: Rendering device may present")
HIDDEN = dcm("111152", "Not for Presentation: Rendering device expected not to present")
FINDING, COMPOSITE = dcm("111059", "Single Image Finding"), dcm("111015", "Composite Feature")
COMPOSITE_TYPE, SCOPE = dcm("111016", "Composite Type"), dcm("111057", "Scope of Feature")
SPATIAL = dcm("111154", "Target content items are related spatially")
ON_SEVERAL = dcm("111158", "Feature detected on multiple images")
CENTER, OUTLINE = dcm("111010", "Center"), dcm("111041", "Outline")
PIXELATED = dcm("113666", "Pixelated spiculations")

CERTAINTY, CERTAINTY_OF_FEATURE = dcm("111012", "Certainty of Finding"), dcm("111011", "Certainty of Feature")
CERTAINTY_OF_IMPRESSION = dcm("111013", "Certainty of Impression")
PROBABILITY = dcm("111047", "Probability of cancer")
DESCRIPTION = dcm("111033", "Impression Description")
ALGORITHM, VERSION = dcm("111001", "Algorithm Name"), dcm("111003", "Algorithm Version")
PARAMETERS = dcm("111002", "Algorithm Parameters")
COUNT = dcm("111038", "Number of calcifications")
TRACKING_ID, TRACKING_UID = dcm("112039", "Tracking Identifier"), dcm("112040", "Tracking Unique Identifier")
MARGINS, TISSUE_DENSITY = dcm("111037", "Margins"), dcm("112191", "Breast tissue density")

DETECTIONS, ANALYSES = dcm("111064", "Summary of Detections"), dcm("111065", "Summary of Analyses")
SUCCEEDED, PARTIALLY = dcm("111222", "Succeeded"), dcm("111223", "Partially Succeeded")
FAILED, NOT_ATTEMPTED = dcm("111224", "Failed"), dcm("111225", "Not Attempted")
SUCCESSFUL_DETECTIONS = dcm("111063", "Successful Detections")
FAILED_DETECTIONS = dcm("111025", "Failed Detections")
SUCCESSFUL_ANALYSES, FAILED_ANALYSES = dcm("111062", "Successful Analyses"), dcm("111024", "Failed Analyses")
DETECTION, ANALYSIS = dcm("111022", "Detection Performed"), dcm("111004", "Analysis Performed")
POINT, POINT_TEXT = dcm("111071", "CAD Operating Point"), dcm("111081", "CAD Operating Point Description")
MOST_POINT, ADVISED_POINT = (
    dcm("111072", "Maximum CAD Operating Point"),
    dcm("111092", "Recommended CAD Operating Point"),
)
POINT_TABLE = dcm("111093", "CAD Operating Point Table")
X_CONCEPT, Y_CONCEPT = dcm("122698", "X-Concept"), dcm("122699", "Y-Concept")

SIDE, VIEW, MODIFIER = (
    dcm("111027", "Image Laterality"),
    dcm("111031", "Image View"),
    dcm("111032", "Image View Modifier"),
)
ROW_TO, COLUMN_TO = dcm("111044", "Patient Orientation Row"), dcm("111043", "Patient Orientation Column")
STUDY_DATE, STUDY_TIME = dcm("111060", "Study Date"), dcm("111061", "Study Time")
HORIZONTAL, VERTICAL = dcm("111026", "Horizontal Pixel Spacing"), dcm("111066", "Vertical Pixel Spacing")
ROWS, COLUMNS = dcm("110910", "Pixel Data Rows"), dcm("110911", "Pixel Data Columns")
THICKNESS, FRAME_OF_REFERENCE = dcm("112225", "Slice Thickness"), dcm("112227", "Frame of Reference UID")

CLUSTER = sct("129769006", "Calcification Cluster")
CALCIFICATION = sct("129770007", "Individual Calcification")
DENSITY = sct("129793001", "Mammography breast density")
DISTORTION = sct("129792006", "Architectural distortion of breast")
MASS, NIPPLE = sct("129788004", "Mammographic breast mass"), sct("24142002", "Nipple")
COMPOSITION = sct("129715009", "Breast composition")
HETEROGENEOUS = sct("129718006", "Heterogeneously dense")
COLLOCATION = sct("133884007", "Spatial collocation analysis")
SPICULATED = sct("129742005", "Spiculated lesion")

RIGHT, LEFT = sct("73056007", "Right breast"), sct("80248007", "Left breast")
CC, MLO = sct("399162004", "cranio-caudal"), sct("399368009", "medio-lateral oblique")
SPOT = sct("399055006", "Spot Compression")

PERCENT, MM = ("%", "UCUM", "Percent"), ("mm", "UCUM", "millimeter")
ONE, PIXELS = ("1", "UCUM", "no units"), ("{pixels}", "UCUM", "pixels")
UP_TO = ("{0:n}", "UCUM", "range: 0:n")

RETIRED = {
    DENSITY: dcm("111103", "Density"),
    CALCIFICATION: dcm("111104", "Individual Calcification"),
    CLUSTER: dcm("111105", "Calcification Cluster"),
}
"""DCM codes that later editions retired for SNOMED codes of the same meaning (PS3.16 annex D)."""

SNOMED_RT = {
    CLUSTER: "F-01775",
    CALCIFICATION: "F-01776",
    DENSITY: "F-01796",
    DISTORTION: "F-01795",
    MASS: "F-01791",
    NIPPLE: "T-04100",
    COMPOSITION: "F-01710",
    HETEROGENEOUS: "F-01713",
    RIGHT: "T-04020",
    LEFT: "T-04030",
    CC: "R-10242",
    MLO: "R-10226",
    SPOT: "R-102D7",
    SPICULATED: "F-01745",
}
"""The same concepts in SNOMED RT, as older reports write them (PS3.16 section 8, table L-1)."""


def older(concept: Concept, scheme: str) -> Concept:
    """A concept as an older report writes it: `scheme` is "SRT", "SNM3", "99SDM" or "DCM" (retired codes)."""
    if scheme == "DCM":
        return RETIRED.get(concept, concept)
    return (SNOMED_RT[concept], scheme, concept[2]) if concept in SNOMED_RT else concept
