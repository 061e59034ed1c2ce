"""Places of a finding as we write them: a centre and outlines, each on an image of the library (TID 4021)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.items import HAS_PROPERTIES, SELECTED_FROM, by_reference, region_item
from klarsyn.dicom.cad_sr_writing.library import WrittenLibrary
from klarsyn.domain.reports.cad_report import Code, GraphicKind, Purpose, Region, ReportFinding

_OUTLINES = (GraphicKind.POLYLINE, GraphicKind.CIRCLE, GraphicKind.ELLIPSE)


def region_items(finding: ReportFinding, library: WrittenLibrary) -> list[Dataset]:
    """Return centre and outlines (TID 4021): the one centre is made of the outline if need be.

    Raises
    ------
    ValueError
        If the standard has no form for them.
    """
    centers = [region for region in finding.regions if region.purpose is Purpose.CENTER]
    outlines = [region for region in finding.regions if region.purpose is Purpose.OUTLINE]
    legal = len(centers) + len(outlines) == len(finding.regions) and len(centers) < 2
    if not legal or not (centers or outlines) or any(o.kind not in _OUTLINES for o in outlines):
        raise ValueError("A finding is written with one centre and outlines that are lines or curves.")
    if any(c.kind is not GraphicKind.POINT or len(c.points) != 1 for c in centers):
        raise ValueError("The centre of a finding is one point.")

    def item(name: Code, region: Region) -> Dataset:
        entry = by_reference(SELECTED_FROM, library.position(region.sop_instance_uid, region.frame))
        return region_item(HAS_PROPERTIES, name, region.kind, region.points, [entry])

    center = centers[0] if centers else _center_of(outlines[0])
    return [item(code.CENTER, center), *(item(code.OUTLINE, outline) for outline in outlines)]


def _center_of(outline: Region) -> Region:
    points = outline.points[:1] if outline.kind is GraphicKind.CIRCLE else outline.points
    columns, rows = [c for c, _ in points], [r for _, r in points]
    middle = ((min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2)
    return Region(outline.sop_instance_uid, outline.frame, GraphicKind.POINT, (middle,), Purpose.CENTER)
