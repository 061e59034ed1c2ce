"""An exam as an engine sees it, with a view left out or a region of it filled like the tissue around it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import Finding, Mark
from klarsyn.engine.contract import EngineExam, EngineView, SliceSource
from klarsyn.imaging.breast import breast_mask
from klarsyn.imaging.tissue_fill import outline_mask, without_region
from klarsyn.intake.engine_input import EngineInput

MARGIN_MM = 2.0
"""How far beyond its outline a region is taken out: outlines are drawn close."""

_MARGIN_SHARE = 0.005
"""The same where the size is not known, as a share of the image's longer side."""

_Mask = npt.NDArray[np.bool_]


@dataclass(eq=False)
class FilledSlices:
    """Slices of a tomosynthesis, those from `first` to `last` (counted from 0) with a region filled."""

    source: SliceSource
    region: _Mask
    first: int
    last: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices at most, rows, columns)."""
        return self.source.shape

    def __iter__(self) -> Iterator[tuple[npt.NDArray[np.uint16], float]]:
        """Give each slice with its height, as the source does."""
        for number, (pixels, height) in enumerate(self.source):
            if self.first <= number <= self.last:
                yield without_region(pixels, self.region, breast_mask(pixels)), height
            else:
                yield pixels, height


def without_views(exam: EngineExam, view_ids: Collection[str]) -> EngineExam:
    """Return the exam without some views."""
    return replace(exam, views=tuple(view for view in exam.views if view.view_id not in view_ids))


def filled(
    exam: EngineExam, view_id: str, region: _Mask, slices: tuple[int, int] | None = None
) -> EngineExam:
    """Return the exam with a region of one view filled; of a tomosynthesis, on some slices or on all."""

    def _view(view: EngineView) -> EngineView:
        if view.view_id != view_id:
            return view
        if view.slices is None:
            return replace(view, pixels=without_region(view.pixels, region, breast_mask(view.pixels)))
        first, last = slices or (0, view.slices.shape[0] - 1)
        return replace(view, slices=FilledSlices(view.slices, region, first, last))

    return replace(exam, views=tuple(map(_view, exam.views)))


def without_findings(exam: EngineExam, sent: EngineInput, findings: Collection[Finding]) -> EngineExam | None:
    """Return the exam with all marks of some findings filled; None when one lies on nothing that is sent.

    Of tomosynthesis it can tell slices only when an engine has been given the exam before.
    """
    rest: EngineExam | None = exam
    for finding in findings:
        for mark in finding.marks:
            rest = _without_mark(rest, sent, mark) if rest else None
    return rest


def margin(view: EngineView) -> int:
    """Return how many pixels beyond its outline a region of a view is taken out."""
    if view.spacing is not None:
        return max(1, round(MARGIN_MM / min(view.spacing.row_mm, view.spacing.column_mm)))
    rows, columns = view.pixels.shape[-2:]
    return max(1, round(_MARGIN_SHARE * max(int(rows), int(columns))))


def _without_mark(exam: EngineExam, sent: EngineInput, mark: Mark) -> EngineExam | None:
    for view in exam.views:
        shape = view.pixels.shape[-2:]
        if sent.instances.get(view.view_id) == mark.sop_instance_uid:
            return filled(exam, view.view_id, outline_mask(shape, mark.outline, margin(view)))
        volume = sent.volumes.get(view.view_id)
        if volume is None:
            continue
        place = {(one.sop_instance_uid, one.frame): n for n, one in enumerate(volume.given)}
        ends = mark.frame_range or (mark.frame or 0, mark.frame or 0)
        found = [place[mark.sop_instance_uid, end] for end in ends if (mark.sop_instance_uid, end) in place]
        if found:
            region = outline_mask(shape, mark.outline, margin(view))
            return filled(exam, view.view_id, region, (min(found), max(found)))
    return None
