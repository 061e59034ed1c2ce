"""A simulated tomosynthesis exam with known truth, on a coarse detector: a test can draw it in seconds.

Anatomy, lesion, X-rays, reconstruction and files are the simulator's; only the detector is coarse. A result
made from the truth stands for an engine's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pydicom
import pytest
from pydicom.encaps import encapsulate, generate_frames

from klarsyn.domain.exam import Exam, Laterality, ViewPosition
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists import exam as exams
from klarsyn.simulation.lists.plan import ExamPlan, PlannedLesion
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import LesionView, SimulatedExam, load_exam
from klarsyn.simulation.xray.vendors import VENDORS, Vendor

TODAY = date(2026, 1, 5)
SLICES = 30
_COARSER = 5
_REQUEST = ListRequest(exams=1, cancers=1, dbt=1, seed=11, slices=SLICES)
_SOFT, _CALC = LesionKind.SPICULATED_MASS, LesionKind.PLEOMORPHIC_CLUSTER


def coarse(vendor: Vendor) -> Vendor:
    """The same unit with pixels that are five times as large, and fewer projections."""
    sharp = vendor.detector
    detector = replace(
        sharp,
        spacing_mm=sharp.spacing_mm * _COARSER,
        rows=sharp.rows // _COARSER,
        columns=sharp.columns // _COARSER,
        blur_mm=sharp.blur_mm * _COARSER,
    )
    return replace(
        vendor, detector=detector, tomosynthesis=replace(vendor.tomosynthesis, binning=1, projections=9)
    )


def draw_small_exam(folder: Path, vendor: str = "A", *, one_view: bool = False) -> SimulatedExam:
    """Draw an exam with a clear mass in the right breast and calcifications in the left one.

    Four stacks and four synthetic images; with `one_view`, those of the right CC alone.
    """
    folder.mkdir(parents=True)
    lesions = tuple(
        PlannedLesion(kind, Conspicuity.CLEAR, side)
        for kind, side in ((_SOFT, Laterality.RIGHT), (_CALC, Laterality.LEFT))
    )
    plan = ExamPlan(0, vendor, Density.B, True, None, lesions[:1] if one_view else lesions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exams, "VENDORS", {key: coarse(each) for key, each in VENDORS.items()})
        if one_view:
            patch.setattr(exams, "_SIDES", (Laterality.RIGHT,))
            patch.setattr(exams, "_VIEWS", (ViewPosition.CC,))
        exams.draw_exam(folder, folder.name, plan, 0, _REQUEST, f"small-{vendor}", TODAY)
    found = load_exam(folder)
    assert found is not None
    return found


def store_frames_in_order(path: Path, order: Sequence[int]) -> None:
    """Store the frames of a stack in another order, as other makers do; `order` counts from 0."""
    ds = pydicom.dcmread(path)
    if ds.file_meta.TransferSyntaxUID.is_encapsulated:
        frames = list(generate_frames(ds.PixelData, number_of_frames=len(order)))
        ds.PixelData = encapsulate([frames[n] for n in order])
    else:
        size = len(ds.PixelData) // len(order)
        ds.PixelData = b"".join(ds.PixelData[n * size : (n + 1) * size] for n in order)
    groups = list(ds.PerFrameFunctionalGroupsSequence)
    ds.PerFrameFunctionalGroupsSequence = [groups[n] for n in order]
    ds.save_as(path)


def result_of_truth(
    exam: Exam, simulated: SimulatedExam, moment: datetime, order: Sequence[int] | None = None
) -> AiResult:
    """What an engine would say that knows the truth; `order` is that of the frames in files (see above)."""
    findings = []
    for number, lesion in enumerate(simulated.lesions):
        marks = tuple(_mark(view, 71 - 13 * number, order) for view in lesion.views)
        findings.append(
            Finding(
                f"lesion-{number}", lesion.lesion_type, lesion.laterality, max(m.score for m in marks), marks
            )
        )
    uids = tuple(i.sop_instance_uid for i in exam.images)
    provenance = Provenance(
        "Engine that knows",
        "Klarsyn",
        "0.0.0",
        "0" * 64,
        IntendedUse.DEMONSTRATION,
        "factory",
        45,
        uids,
        moment,
    )
    score = ExamScore(8, 0.7, 74.0, True)
    return AiResult(
        f"truth-{exam.exam_id}",
        exam.exam_id,
        ResultStatus.SCORED,
        provenance,
        score,
        tuple(findings),
        considered=uids,
    )


def _mark(view: LesionView, score: int, order: Sequence[int] | None) -> Mark:
    if not view.sections:
        return Mark(view.sop_instance_uid, view.outline, score - 5)
    best = view.sections[len(view.sections) // 2]
    number = (lambda n: n) if order is None else (lambda n: list(order).index(n - 1) + 1)
    first, last = view.sections[0].frame, view.sections[-1].frame
    ends = (number(first), number(last))
    return Mark(view.sop_instance_uid, best.outline, score, number(best.frame), ends)
