"""A segmentation (PS3.3 A.51) -> findings with outlines, one for each segment.

A segmentation says where something is, seldom how sure its maker is, and never that there is nothing: one
without a region is no all-clear.
"""

from collections.abc import Iterable

import numpy as np

from klarsyn.dicom.attributes import text
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.report_facts import made_at, referenced_classes, required_uid, software_versions
from klarsyn.dicom.segmentation.joined_outlines import joined_outlines
from klarsyn.dicom.segmentation.mask_outlines import Mask, TooRagged
from klarsyn.dicom.segmentation.pixels import THRESHOLD, SegmentationFrames
from klarsyn.dicom.segmentation.segments import Segment, read_segments
from klarsyn.dicom.segmentation.sources import DrawnOn, segment_of, source_of
from klarsyn.dicom.source import Source
from klarsyn.domain.reports.cad_report import (
    CadReport,
    GraphicKind,
    Purpose,
    Region,
    ReportFinding,
    ReportForm,
    ReportImage,
    ReportStatus,
)

Outline = tuple[tuple[float, float], ...]

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
_WHAT = "segmentation"
MAX_PIECES, MAX_REGIONS = 200, 5000
"""Separate pieces of one frame that are drawn, and outlines of one file; more are noise, and are told."""


def segmentation_report(source: Source) -> CadReport:
    """Return what an opened segmentation says.

    The outlines run along the edges of pixels, those of holes joined to them. Every piece of every frame of a
    segment is a region of its finding, on the image and frame that the frame names as its source.

    Raises
    ------
    UnreadableFile
        If it has no UIDs, or its pixels cannot be read.
    """
    ds = source.header
    problems: list[str] = []
    frames = SegmentationFrames(source)
    if frames.fractional:
        problems.append(
            f"The segmentation states fractions; outlines are drawn where they reach {THRESHOLD:.1f}."
        )
    segments = read_segments(ds, problems)
    drawn = _Drawn(frames)
    groups = FrameGroups(ds)
    if groups.described and groups.described != frames.count:
        problems.append(f"The segmentation has {frames.count} frames and describes {groups.described}.")
    for frame in range(1, frames.count + 1):
        number = segment_of(groups, frame)
        if number not in segments:
            problems.append(f"Frame {frame} belongs to no segment that is described, and is left out.")
            continue
        drawn.take(number, frame, source_of(groups, frame))
    findings = [_finding(segment, drawn) for segment in segments.values()]
    found = tuple(finding for finding in findings if finding.regions or finding.unusable)
    problems += [f"{_name(f)} marks nothing." for f in findings if found and f not in found]
    return CadReport(
        form=ReportForm.SEGMENTATION,
        status=ReportStatus.FINDINGS if found else ReportStatus.PARTIAL,
        sop_instance_uid=required_uid(ds, "SOPInstanceUID", _WHAT),
        sop_class_uid=SEGMENTATION,
        study_instance_uid=required_uid(ds, "StudyInstanceUID", _WHAT),
        manufacturer=text(ds, "Manufacturer"),
        model=text(ds, "ManufacturerModelName"),
        software_versions=software_versions(ds),
        made_at=made_at(ds),
        algorithms=tuple(dict.fromkeys(s.algorithm for s in segments.values() if s.algorithm is not None)),
        images=_images(drawn.sources, referenced_classes(ds), frames),
        findings=found,
        reason="" if found else "The segmentation marks nothing, which does not say that nothing is there.",
        problems=tuple(problems),
    )


class _Drawn:
    """What has been drawn so far, by segment."""

    def __init__(self, frames: SegmentationFrames) -> None:
        self._frames = frames
        self._count = 0
        self.regions: dict[int, list[Region]] = {}
        self.refused: dict[int, dict[str, list[int]]] = {}
        self.sources: list[DrawnOn] = []

    def take(self, segment: int, frame: int, on: DrawnOn) -> None:
        """Draw a frame of a segment, or keep why not; an empty one is nothing."""
        if on.sop_instance_uid:
            self.sources.append(on)
        mask = self._frames.mask(frame)
        if mask is None:
            return
        if on.why_not or self._count >= MAX_REGIONS:
            self._refuse(segment, frame, on.why_not or f"there are more than {MAX_REGIONS} outlines")
            return
        try:
            outlines, holes = _outlines(mask)
        except TooRagged:
            self._refuse(segment, frame, "it is noise, not the shape of a lesion")
            return
        if holes:
            self._refuse(segment, frame, f"its {holes} holes are not cut out")
        if len(outlines) > MAX_PIECES:
            self._refuse(
                segment, frame, f"only the {MAX_PIECES} largest of its {len(outlines)} pieces are drawn"
            )
            outlines = sorted(outlines, key=_extent, reverse=True)[:MAX_PIECES]
        self._count += len(outlines)
        self.regions.setdefault(segment, []).extend(_regions(outlines, on))

    def unusable(self, segment: int) -> tuple[str, ...]:
        """Return what of a segment is not drawn, a sentence for each reason."""
        return tuple(
            f"{_frames(frames)} of the segmentation cannot be drawn as it stands: {why}."
            for why, frames in self.refused.get(segment, {}).items()
        )

    def _refuse(self, segment: int, frame: int, why: str) -> None:
        self.refused.setdefault(segment, {}).setdefault(why, []).append(frame)


def _frames(numbers: list[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:8])
    more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
    return f"Frame{'s' if len(numbers) > 1 else ''} {named}{more}"


def _outlines(mask: Mask) -> tuple[list[Outline], int]:
    # A lesion fills a small part of a mammogram: its edges are looked for there only.
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    found, holes = joined_outlines(mask[top : rows[-1] + 1, left : columns[-1] + 1])
    return [tuple((c + left, r + top) for c, r in points) for points in found], holes


def _regions(outlines: Iterable[Outline], on: DrawnOn) -> list[Region]:
    place, kind = (on.sop_instance_uid, on.frame), GraphicKind.POLYLINE
    return [Region(*place, kind, (*outline, outline[0]), Purpose.OUTLINE) for outline in outlines]


def _extent(outline: Outline) -> float:
    columns, rows = zip(*outline, strict=True)
    return float((max(columns) - min(columns)) * (max(rows) - min(rows)))


def _finding(segment: Segment, drawn: _Drawn) -> ReportFinding:
    return ReportFinding(
        kind=segment.kind,
        lesion_type=segment.lesion_type,
        regions=tuple(drawn.regions.get(segment.number, ())),
        features=segment.features,
        algorithm=segment.algorithm,
        tracking_uid=segment.tracking_uid,
        tracking_id=segment.tracking_id,
        laterality=segment.laterality,
        unusable=drawn.unusable(segment.number),
    )


def _name(finding: ReportFinding) -> str:
    return f'The segment "{(finding.kind.meaning or finding.kind.value)[:64]}"'


def _images(
    sources: Iterable[DrawnOn], listed: dict[str, str], frames: SegmentationFrames
) -> tuple[ReportImage, ...]:
    """Return the images that are named; those drawn on have as many rows and columns as the masks."""
    named: dict[str, list[DrawnOn]] = {}
    for on in sources:
        named.setdefault(on.sop_instance_uid, []).append(on)
    drawn_on = [
        ReportImage(
            uid,
            next((o.sop_class_uid for o in ons if o.sop_class_uid), listed.get(uid, "")),
            frames=tuple(sorted({o.frame for o in ons if o.frame is not None})),
            rows=frames.rows,
            columns=frames.columns,
        )
        for uid, ons in named.items()
    ]
    return (*drawn_on, *(ReportImage(uid, listed[uid]) for uid in listed if uid not in named))
