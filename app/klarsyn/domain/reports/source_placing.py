"""On which images of an exam a place in a report may be drawn (invariant 3).

On the SOP instance and frame that the report names. Reports are often made on For Processing images, which
are not kept: then on each For Presentation image whose SourceImageSequence names that instance and whose
geometry is known to be the same by SpatialLocationsPreserved (0028,135A; PS3.3 C.12.4.1). Never by the names
of views.
"""

from dataclasses import dataclass

from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import Mark
from klarsyn.domain.placing import why_unplaced
from klarsyn.domain.reports.cad_report import Region, ReportImage
from klarsyn.domain.reports.report_outline import outline_of

Orientation = tuple[str, str]

_OPPOSITE = str.maketrans("APLRHF", "PARLFH")


@dataclass(frozen=True, slots=True)
class Spot:
    """An outline on one image of the exam; `notice` tells what it stands there on, where not on its own."""

    sop_instance_uid: str
    frame: int | None
    outline: tuple[tuple[float, float], ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Geometry:
    """How points of a source come to an image that was made from it: mirrored along each axis, or not."""

    flips_columns: bool = False
    flips_rows: bool = False
    notice: str = ""

    def to(self, image: Image, point: tuple[float, float]) -> tuple[float, float]:
        """Return where a point (column, row) of the source lies in the image."""
        column, row = point
        return (
            image.columns - column if self.flips_columns else column,
            image.rows - row if self.flips_rows else row,
        )


def spots_of(region: Region, exam: Exam, stated: ReportImage | None) -> tuple[tuple[Spot, ...], str]:
    """Return where a place of a report is drawn, or () and the reason why nowhere.

    `stated` is what the report says of the image that it names.
    Several For Presentation images may be made from one source: it is drawn on each whose geometry is known,
    as each shows those very pixels.
    """
    uid = region.sop_instance_uid
    named = exam.image(uid)
    spots: list[Spot] = []
    reasons: list[str] = []
    if named is None or named.for_processing:
        for image in made_from(exam, uid):
            geometry, reason = geometry_of(image, uid, named, stated)
            if geometry is None:
                reasons.append(reason)
                continue
            _add(spots, reasons, _spot(region, image, geometry), exam)
    if named is not None and not named.hangs:
        return (), "it names exposures that slices were computed from, which are not for reading"
    if named is not None and not spots:
        said = f"it stands on the image for processing: {reasons[0]}" if reasons else ""
        if contradiction := _other_size(named, stated):
            reasons.insert(0, contradiction)
        else:
            reasons.clear()
            _add(spots, reasons, _spot(region, named, Geometry(notice=said)), exam)
    if spots:
        return tuple(spots), ""
    return (), "; ".join(dict.fromkeys(reasons)) or "it names an image that this exam does not have"


def made_from(exam: Exam, uid: str) -> tuple[Image, ...]:
    """Return the For Presentation images that name an instance as their source."""
    return tuple(
        image
        for image in exam.images
        if uid in image.made_from
        and image.hangs
        and not image.for_processing
        and image.sop_instance_uid != uid
    )


def geometry_of(
    image: Image, source_uid: str, source: Image | None, stated: ReportImage | None
) -> tuple[Geometry | None, str]:
    """Return how points of a source come to an image that names it, or None and why that is not known.

    Parameters
    ----------
    source
        The source itself where the exam has it; its size and orientation count before what is `stated` of it
        in the report.
    """
    if image.synthetic or image.is_tomosynthesis:
        return None, "the image that names its source is computed from slices, or is slices"
    items = [item for item in image.sources if item.uid == source_uid]
    preserved = {item.spatial_locations_preserved for item in items} or {""}
    if len(preserved) > 1:
        return None, "the image says of its source both that places are kept and that they are not"
    if contradiction := _other_size(source, stated):
        return None, contradiction
    size = _size(source) or _size(stated)
    if size is None:
        return None, "how many rows and columns the source image has is not known"
    if size != (image.rows, image.columns):
        return None, (
            f"the source image has {size[0]} × {size[1]} rows and columns, the image made from it "
            f"{image.rows} × {image.columns}"
        )
    known = {item.patient_orientation for item in items if item.patient_orientation is not None}
    known |= {one.patient_orientation for one in (source, stated) if one and one.patient_orientation}
    return _by_what_is_said(preserved.pop(), known, image.patient_orientation)


def _by_what_is_said(
    preserved: str, known: set[Orientation], target: Orientation | None
) -> tuple[Geometry | None, str]:
    # "F" and "FR" are one direction, told less and more exactly.
    source = max(known, key=lambda one: (len(one[0]) + len(one[1]), one), default=None)
    if source is not None and not all(_agree(source, other) for other in known):
        return None, "the source image is said to be oriented in two ways"
    if preserved == "YES":
        if source is not None and target is not None and source != target:
            return None, "places are said to be kept, yet the two images are oriented differently"
        return Geometry(), ""
    if preserved == "REORIENTED_ONLY":
        if source is None or target is None:
            return None, "the image was reoriented, and how one of the two is oriented is not known"
        return _turned(source, target)
    if preserved == "NO":
        return None, "the image's maker says that places of its source are not kept"
    if preserved:
        return None, "what the image says of its source's places is not known to the standard"
    if source is None or target is None or source != target:
        return None, "the image does not say that its source's places are kept"
    return Geometry(
        notice="the image does not say that places of its source are kept; size and orientation are the same"
    ), ""


def _turned(source: Orientation, target: Orientation) -> tuple[Geometry | None, str]:
    """Return the flips between two orientations; of flips alone it is known what becomes of a place."""
    flips = []
    for mine, other in zip(source, target, strict=True):
        # At 45 degrees either letter may come first.
        if frozenset(mine) == frozenset(other):
            flips.append(False)
        elif frozenset(mine.translate(_OPPOSITE)) == frozenset(other):
            flips.append(True)
        else:
            return None, "the image was turned against its source, not only mirrored"
    return Geometry(flips_columns=flips[0], flips_rows=flips[1]), ""


def _agree(one: Orientation, other: Orientation) -> bool:
    return all(a.startswith(b) for a, b in zip(one, other, strict=True))


def _other_size(image: Image | None, stated: ReportImage | None) -> str:
    size, said = _size(image), _size(stated)
    if size is None or said is None or size == said:
        return ""
    return f"its report speaks of {said[0]} × {said[1]} rows and columns, the image has {size[0]} × {size[1]}"


def _size(image: Image | ReportImage | None) -> tuple[int, int] | None:
    if image is None or not image.rows or not image.columns:
        return None
    return image.rows, image.columns


def _spot(region: Region, image: Image, geometry: Geometry) -> tuple[Spot | None, str]:
    points = tuple(geometry.to(image, point) for point in region.points)
    outline, reason = outline_of(region.kind, points, image.columns, image.rows)
    if reason:
        return None, reason
    frame = region.frame
    if image.is_tomosynthesis:
        frame = 1 if frame is None and image.frames == 1 else frame
    elif frame == 1:
        frame = None
    return Spot(image.sop_instance_uid, frame, outline, geometry.notice), ""


def _add(spots: list[Spot], reasons: list[str], found: tuple[Spot | None, str], exam: Exam) -> None:
    spot, reason = found
    if spot is not None:
        reason = why_unplaced(Mark(spot.sop_instance_uid, spot.outline, 0, spot.frame), exam)
        if not reason:
            spots.append(spot)
            return
    reasons.append(reason)
