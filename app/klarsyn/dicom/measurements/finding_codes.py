"""Codes of measurement reports (TID 1500) and segmentations beyond those of Mammography CAD SR.

They may name a lesion by any code of PS3.16 or SNOMED CT, and say in words of their own that there is none.
"""

from klarsyn.dicom.cad_sr import codes as cad_sr_codes
from klarsyn.dicom.cad_sr.codes import SIDES, Concept, concept_of
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import Code
from klarsyn.domain.view_names import Laterality

FINDING: Concept = ("121071", "DCM")
FINDING_CATEGORIES = frozenset({("276214006", "SCT"), ("R-427CE", "SRT")})
FINDING_SITES = frozenset({("363698007", "SCT"), ("G-C0E3", "SRT")})

_CALCIFICATIONS = frozenset({("18115005", "SCT"), ("M-55420", "SRT"), ("111344", "DCM"), ("111345", "DCM")})
"""Pathologic calcification (CID 6335), fine pleomorphic calcification and macrocalcifications (CID 6010)."""

_LESIONS = frozenset(
    {
        *(("27925004", "SCT"), ("M-03010", "SRT"), ("52988006", "SCT"), ("M-01100", "SRT")),
        *(("108369006", "SCT"), ("M-8FFFF", "SRT"), ("372087000", "SCT")),
        *(("86049000", "SCT"), ("M-80003", "SRT"), ("254837009", "SCT"), ("126926005", "SCT")),
        *(("129738007", "SCT"), ("F-01741", "SRT"), ("129740002", "SCT"), ("F-01743", "SRT")),
        *(("129741003", "SCT"), ("F-01744", "SRT"), ("129742005", "SCT"), ("F-01745", "SRT")),
        *(("111460", "DCM"), ("111461", "DCM"), ("112118", "DCM")),
    }
)
"""CID 7159 and 6006: nodule, lesion, neoplasm, malignant neoplasm, lesions by their margin; complex cyst,
intracystic lesion and density of CID 6054 and 6102; neoplasms of the breast of SNOMED CT itself.

A lesion of a kind that is not stated counts as soft tissue, so that it is not lost among what is no lesion;
its own name stands beside it.
"""

_ABNORMAL = frozenset({("49755003", "SCT"), ("M-01000", "SRT")})
"""Morphologically abnormal structure (CID 7150)."""

_ABSENT = frozenset(
    {
        *(("272519000", "SCT"), ("R-4089B", "SRT"), ("121054", "DCM"), ("RID28473", "RADLEX")),
        *(("260385009", "SCT"), ("R-40759", "SRT"), ("260413007", "SCT"), ("R-40775", "SRT")),
        *(("111286", "DCM"), ("17621005", "SCT"), ("164854000", "SCT"), ("125112009", "SCT")),
    }
)
"""Absent (CID 240), negative (CID 250), none, no abnormality, normal (CID 242), within normal limits."""

_PRESENT = frozenset(
    {
        *(("52101004", "SCT"), ("G-A203", "SRT"), ("121053", "DCM"), ("RID28472", "RADLEX")),
        *(("10828004", "SCT"), ("G-A200", "SRT"), ("263654008", "SCT")),
        *(("373068000", "SCT"), ("82334004", "SCT"), ("G-A385", "SRT")),
    }
)
"""Present, positive, abnormal; undetermined and indeterminate too: nobody said that there is nothing."""


def lesion_type(code: Code | None, category: Code | None = None) -> LesionType | None:
    """Return the family of a finding; None for what is no lesion or not known to be one.

    `category` is the code of its category: in a maker's own words a lesion is known by that alone.
    """
    known = cad_sr_codes.lesion_type(code)
    if known is not None:
        return known
    concept = concept_of(code)
    if concept in _CALCIFICATIONS:
        return LesionType.CALCIFICATIONS
    if concept in _LESIONS:
        return LesionType.SOFT_TISSUE
    named = concept_of(category) in _ABNORMAL and not cad_sr_codes.is_no_lesion(code)
    return LesionType.SOFT_TISSUE if named else None


def says_absent(code: Code | None) -> bool:
    """True for a code that says that what is asked for is not there."""
    return concept_of(code) in _ABSENT


def says_present(code: Code | None) -> bool:
    """True for a code that says that it is there, or may be."""
    return concept_of(code) in _PRESENT


def side(code: Code | None) -> Laterality | None:
    """Return the side that the code of a laterality, or of one breast, states."""
    return SIDES.get(concept_of(code))
