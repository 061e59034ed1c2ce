"""What a segmentation says of each of its segments beside the pixels (PS3.3 C.8.20.2 and C.8.20.4)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, text, whole_number
from klarsyn.dicom.content.values import code_of
from klarsyn.dicom.functional_groups import tag_of
from klarsyn.dicom.measurements.finding_codes import lesion_type, side
from klarsyn.dicom.report_facts import legal_uid
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import Algorithm, Code, Feature
from klarsyn.domain.view_names import Laterality

UNNAMED = Code("", "", "segment")


@dataclass(frozen=True, slots=True)
class Segment:
    """One item of SegmentSequence (0062,0002)."""

    number: int
    kind: Code
    lesion_type: LesionType | None
    algorithm: Algorithm | None
    tracking_uid: str
    tracking_id: str
    laterality: Laterality | None
    features: tuple[Feature, ...]


def read_segments(ds: Dataset, problems: list[str]) -> dict[int, Segment]:
    """Return the segments by their number; one without a number or with another's is told and left out."""
    found: dict[int, Segment] = {}
    for place, item in enumerate(items(ds, "SegmentSequence"), 1):
        number = whole_number(item, "SegmentNumber")
        if number is None or number < 1 or number in found:
            why = "has the number of another" if number in found else "has no number"
            problems.append(f"Segment {place} {why} and is left out.")
            continue
        found[number] = _segment(item, number, problems)
    return found


def _segment(item: Dataset, number: int, problems: list[str]) -> Segment:
    kind = code_of(item, tag_of("SegmentedPropertyTypeCodeSequence"))
    label = text(item, "SegmentLabel")
    if kind is None:
        problems.append(f"Segment {number} does not say by a code what it is.")
    # What it is called is the maker's; what it is, its code says.
    named = [("Segment label", label), ("Segment description", text(item, "SegmentDescription"))]
    features = [Feature(Code(word, "", word), said[:1024]) for word, said in named if said]
    for keyword, word in (
        ("SegmentedPropertyCategoryCodeSequence", "Category"),
        ("AnatomicRegionSequence", "Anatomic region"),
    ):
        code = code_of(item, tag_of(keyword))
        if code is not None:
            features.append(Feature(Code(word, "", word), code.meaning or code.value))
    uid = text(item, "TrackingUID")
    category = code_of(item, tag_of("SegmentedPropertyCategoryCodeSequence"))
    return Segment(
        number,
        kind or Code("", "", label or UNNAMED.meaning),
        lesion_type(kind, category),
        _algorithm(item),
        uid if legal_uid(uid) else "",
        text(item, "TrackingID"),
        _side(item),
        tuple(features),
    )


def _algorithm(item: Dataset) -> Algorithm | None:
    """Segmentation Algorithm Identification (PS3.3 table 10-19), or the name alone."""
    stated = next(iter(items(item, "SegmentationAlgorithmIdentificationSequence")), Dataset())
    name = text(stated, "AlgorithmName") or text(item, "SegmentAlgorithmName")
    if not name:
        return None
    parameters = tuple(p for p in (text(stated, "AlgorithmParameters"),) if p)
    return Algorithm(name, text(stated, "AlgorithmVersion"), parameters)


def _side(item: Dataset) -> Laterality | None:
    """Return the side that is coded of the segment, its place or a modifier of one; None where two are."""
    coded = [(item, "SegmentedPropertyTypeCodeSequence"), (item, "AnatomicRegionSequence")]
    for sequence, modifiers in (
        ("SegmentedPropertyTypeCodeSequence", "SegmentedPropertyTypeModifierCodeSequence"),
        ("AnatomicRegionSequence", "AnatomicRegionModifierSequence"),
    ):
        coded += [(one, modifiers) for one in items(item, sequence)]
    codes = (code_of(ds, tag_of(keyword)) for ds, keyword in coded)
    sides = {found for code in codes if (found := side(code)) is not None}
    return sides.pop() if len(sides) == 1 else None
