"""The codes of Mammography CAD SR (PS3.16 TID 4000 to 4023), and which codes mean the same.

A concept is (code value, scheme). SNOMED CT (SCT) is written today; older reports carry SNOMED RT under the
designators SRT, SNM3 or 99SDM (PS3.16 section 8), and DCM codes that the standard has retired since. Meanings
are never compared: they may be in any language.
"""

from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import Code, Rendering, ReportStatus, ScoreConcept
from klarsyn.domain.view_names import Laterality

Concept = tuple[str, str]

NO_CONCEPT: Concept = ("", "")
_SNOMED_RT = frozenset({"SRT", "SNM3", "99SDM"})
STANDARD_SCHEMES = frozenset(
    {"DCM", "SCT", "SRT", "UCUM", "LN", "NCIT", "UMLS", "RADLEX", "FMA", "BARI", "IBSI", "RXNORM"}
)
"""Whoever names a thing by another scheme names it in his own words (PS3.16 section 8.2: 99...)."""


def _dcm(value: int) -> Concept:
    return (str(value), "DCM")


ALGORITHM_NAME, ALGORITHM_PARAMETERS, ALGORITHM_VERSION = _dcm(111001), _dcm(111002), _dcm(111003)
ANALYSIS_PERFORMED, DETECTION_PERFORMED = _dcm(111004), _dcm(111022)
CENTER, OUTLINE = _dcm(111010), _dcm(111041)
COMPOSITE_FEATURE, SINGLE_IMAGE_FINDING = _dcm(111015), _dcm(111059)
SUMMARY, IMPRESSION, IMPRESSION_DESCRIPTION = _dcm(111017), _dcm(111034), _dcm(111033)
REPORT_TITLE, IMAGE_LIBRARY = _dcm(111036), _dcm(111028)
SUMMARY_OF_DETECTIONS, SUMMARY_OF_ANALYSES = _dcm(111064), _dcm(111065)
SUCCESSFUL_DETECTIONS, FAILED_DETECTIONS = _dcm(111063), _dcm(111025)
SUCCESSFUL_ANALYSES, FAILED_ANALYSES = _dcm(111062), _dcm(111024)
IMAGE_LATERALITY, IMAGE_VIEW, IMAGE_VIEW_MODIFIER = _dcm(111027), _dcm(111031), _dcm(111032)
ORIENTATION_ROW, ORIENTATION_COLUMN = _dcm(111044), _dcm(111043)
HORIZONTAL_SPACING, VERTICAL_SPACING = _dcm(111026), _dcm(111066)
PIXEL_ROWS, PIXEL_COLUMNS = _dcm(110910), _dcm(110911)
RENDERING_INTENT = _dcm(111056)
OPERATING_POINT, OPERATING_POINT_DESCRIPTION = _dcm(111071), _dcm(111081)
RECOMMENDED_OPERATING_POINT, OPERATING_POINT_TABLE = _dcm(111092), _dcm(111093)
TRACKING_IDENTIFIER, TRACKING_UID = _dcm(112039), _dcm(112040)
OBSERVER_NAME, OBSERVER_MANUFACTURER, OBSERVER_MODEL = _dcm(121013), _dcm(121014), _dcm(121015)
LATERALITY: Concept = ("272741003", "SCT")

COUNTS = frozenset(_dcm(value) for value in (111038, 111046, 111055, 112191, 112192))
"""Numbers that describe and say nothing of suspicion: calcifications, tissue, follow-up."""

RENDERINGS = {
    _dcm(111150): Rendering.REQUIRED,
    _dcm(111151): Rendering.OPTIONAL,
    _dcm(111152): Rendering.NOT_FOR_PRESENTATION,
}
"""CID 6034."""

SCORES = {
    _dcm(111011): ScoreConcept.CERTAINTY_OF_FEATURE,
    _dcm(111012): ScoreConcept.CERTAINTY_OF_FINDING,
    _dcm(111013): ScoreConcept.CERTAINTY_OF_IMPRESSION,
    _dcm(111047): ScoreConcept.PROBABILITY_OF_CANCER,
}

SUMMARIES = {
    _dcm(111241): ReportStatus.NO_FINDINGS,
    _dcm(111242): ReportStatus.FINDINGS,
    _dcm(111243): ReportStatus.PARTIAL,
    _dcm(111244): ReportStatus.PARTIAL,
    _dcm(111245): ReportStatus.FAILED,
}
"""CID 6047."""

SUCCEEDED, PARTIALLY_SUCCEEDED = _dcm(111222), _dcm(111223)
FAILED, NOT_ATTEMPTED = _dcm(111224), _dcm(111225)
"""CID 6042."""

SIDES = {
    ("73056007", "SCT"): Laterality.RIGHT,
    ("80248007", "SCT"): Laterality.LEFT,
    ("63762007", "SCT"): Laterality.BOTH,
    ("24028007", "SCT"): Laterality.RIGHT,
    ("7771000", "SCT"): Laterality.LEFT,
    ("51440002", "SCT"): Laterality.BOTH,
}
"""CID 6022 (breasts) and CID 244 (sides)."""

_RETIRED_DCM = {"111103": "129793001", "111104": "129770007", "111105": "129769006", "111168": "12402003"}
"""Density, individual calcification, calcification cluster and scar tissue before they were SNOMED's."""

SNOMED_CT_OF_RT = {
    "T-04020": "73056007",
    "T-04030": "80248007",
    "T-04080": "63762007",
    "G-A100": "24028007",
    "G-A101": "7771000",
    "G-A102": "51440002",
    "G-C171": "272741003",
    "F-01791": "129788004",  # mammographic breast mass
    "M-03000": "4147007",  # mass
    "F-01792": "129789007",  # focal asymmetric breast tissue
    "F-01793": "129790003",  # asymmetric breast tissue
    "F-01795": "129792006",  # architectural distortion of breast
    "F-01796": "129793001",  # mammography breast density: a finding, no composition
    "F-01797": "129794007",  # tubular density
    "F-01775": "129769006",  # calcification cluster
    "F-01776": "129770007",  # individual calcification
    "F-01760": "129748009",  # radiographic calcification finding
    "F-8A057": "309587003",  # calcification of breast
    "D7-90435": "44771000",  # microcalcifications of the breast
    "F-01710": "129715009",  # breast composition
    "T-04100": "24142002",  # nipple
    "M-78060": "12402003",  # scar tissue
    "T-C4710": "68171009",  # axillary lymph node
    "T-C430B": "443808008",  # intramammary lymph node
    "F-01798": "129795008",  # trabecular thickening
    "F-01799": "129796009",  # skin retraction
    "F-0179A": "129797000",  # skin thickening
    "D0-00050": "95324001",  # skin lesion
    "M-36300": "79654002",  # edema
    "DC-721C4": "127189005",  # axillary adenopathy
    # Calcification types, CID 6010.
    "F-01761": "129749001",
    "F-01762": "129750001",
    "F-01763": "129751002",
    "F-01764": "129752009",
    "F-01765": "129753004",
    "F-01766": "129754005",
    "F-01767": "129755006",
    "F-01768": "129756007",
    "F-01769": "129757003",
    "F-0176A": "129758008",
    "F-0176B": "129759000",
    "F-0176C": "129760005",
    "F-0176D": "129761009",
    "F-0176E": "129762002",
    "F-0176F": "129763007",
}
"""Pairs as in PS3.16 annex on SNOMED; a test compares them with pydicom's."""

_CALCIFICATIONS = frozenset(
    {"129769006", "129770007", "129748009", "309587003", "44771000"}
    | {SNOMED_CT_OF_RT[f"F-0176{last}"] for last in "123456789ABCDEF"}
)
_SOFT_TISSUE = frozenset(
    {"129788004", "4147007", "129789007", "129790003", "129792006", "129793001", "129794007"}
)
_SOFT_TISSUE_DCM = frozenset({"111112", "111113", "111126", "111459", "111462"})
"""Masses of the skin, image detected mass, mass with calcifications, solid mass (CID 6014, 6054, 6055)."""

_NO_LESION = frozenset(
    {("24142002", "SCT"), ("129715009", "SCT"), _dcm(112191)}
    | {_dcm(value) for value in (111099, 111100, 111101, 111102)}
)
"""Nipple, composition, density of tissue; selected region, geometry, quality, non-lesion (CID 6014)."""


def concept_of(code: Code | None) -> Concept:
    """Return what a code means, as (value, scheme) that can be compared; `NO_CONCEPT` for no code."""
    if code is None:
        return NO_CONCEPT
    value, scheme = code.value.upper(), code.scheme.upper()
    if scheme == "DCM":
        return (_RETIRED_DCM[value], "SCT") if value in _RETIRED_DCM else (value, scheme)
    if scheme in _SNOMED_RT:
        known = SNOMED_CT_OF_RT.get(value)
        return (known, "SCT") if known else (value, "SRT")
    return value, scheme


def is_of_a_maker(code: Code | None) -> bool:
    """True for a code that no standard defines."""
    return code is not None and concept_of(code)[1] not in STANDARD_SCHEMES


def lesion_type(code: Code | None) -> LesionType | None:
    """Return the family of a finding's own code (CID 6014, 6016); None for no lesion or an unknown one."""
    value, scheme = concept_of(code)
    if scheme == "SCT" and value in _CALCIFICATIONS:
        return LesionType.CALCIFICATIONS
    if (scheme == "SCT" and value in _SOFT_TISSUE) or (scheme == "DCM" and value in _SOFT_TISSUE_DCM):
        return LesionType.SOFT_TISSUE
    return None


def is_no_lesion(code: Code | None) -> bool:
    """True for what is known to be no lesion; False for what is not known."""
    return concept_of(code) in _NO_LESION
