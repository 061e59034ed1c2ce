"""A second maker, simulated: what its software would report of an exam whose truth is known.

It sees some lesions and misses others, and marks what is none. How sure it is stands on a scale of its own,
0 to 100 (111012, 111013), which nothing calibrates. Whoever compares two makers on one worklist meets exams
where they disagree, and so should a demonstration.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import numpy as np

from klarsyn.domain.exam import Image
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Attempt,
    CadReport,
    Code,
    ReportFinding,
    ReportForm,
    ReportImage,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)
from klarsyn.simulation.lists.truth import ExamTruth, LesionTruth
from klarsyn.simulation.reported_marks import member_of, stray
from klarsyn.simulation.writing.identifiers import make_uid

MANUFACTURER, MODEL, VERSION = "Simulated CAD", "Simulated CAD", "2.3"
MAMMOGRAPHY_CAD_SR = "1.2.840.10008.5.1.4.1.1.88.50"

CALCIFICATION_CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
DENSITY = Code("129793001", "SCT", "Mammography breast density")
MASS = Code("129788004", "SCT", "Mammographic breast mass")
_FINDING = Code("111012", "DCM", "Certainty of Finding")
_IMPRESSION = Code("111013", "DCM", "Certainty of Impression")
_DETECTORS = {
    LesionType.CALCIFICATIONS: Algorithm("Simulated calcification detection", VERSION),
    LesionType.SOFT_TISSUE: Algorithm("Simulated density detection", VERSION),
}
_SEEN = {True: 0.8, False: 0.5}
"""How often it sees a lesion on one view, suspicious or benign."""
_SURE = {True: (68.0, 12.0), False: (32.0, 10.0)}
"""Mean and standard deviation of how sure it is of them, in %."""
_STRAYS = 0.4
"""False marks per exam, on average."""
_HALLUCINATES, _BLIND = 0.15, 0.25
"""How often it is very sure of a false mark, and how often it misses the lesions of a whole exam."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the maker's software does on one exam; drawn by `behaviour_of`."""

    answers: bool
    blind: bool
    hallucinates: bool


def behaviour_of(name: str, seed: int) -> Behaviour:
    """Return how it does on the exam of that name: whether it sends a report at all, misses all, or is sure
    of what is not there."""
    draw = _dice(name, seed, "behaviour").random(3)
    return Behaviour(bool(draw[0] < 0.8), bool(draw[1] < _BLIND), bool(draw[2] < _HALLUCINATES))


def report_of(truth: ExamTruth, images: Sequence[Image], seed: int) -> CadReport | None:
    """Return what it reports of an exam; None when it sends nothing.

    Parameters
    ----------
    images
        Of the exam, as their headers say; those not made for reading are not looked at.
    seed
        With the exam's name decides all.
    """
    behaviour = behaviour_of(truth.name, seed)
    looked_at = [image for image in images if image.hangs and not image.for_processing]
    if not behaviour.answers or not looked_at:
        return None
    rng = _dice(truth.name, seed, "findings")
    found = [] if behaviour.blind else _seen(truth, {i.sop_instance_uid: i for i in looked_at}, rng)
    count = int(rng.poisson(_STRAYS))
    sure = [float(rng.uniform(5, 30)) for _ in range(count)]
    if behaviour.hallucinates:
        sure.append(float(rng.uniform(88, 97)))
    for certainty in sure:
        image = looked_at[int(rng.integers(len(looked_at)))]
        found.append(_single(stray(image, rng), DENSITY, LesionType.SOFT_TISSUE, certainty))
    found = [
        replace(finding, tracking_uid=make_uid(seed, truth.request, "second maker", n), tracking_id=str(n))
        for n, finding in enumerate(found, start=1)
    ]
    highest = max((finding.scores[0].value or 0.0 for finding in found), default=0.0)
    exam_certainty = round(max(highest, float(rng.uniform(2, 12))), 1)
    return _report(truth, looked_at, tuple(found), exam_certainty, seed)


def _seen(truth: ExamTruth, images: dict[str, Image], rng: np.random.Generator) -> list[ReportFinding]:
    found = []
    for lesion in truth.lesions:
        members = [
            member_of(view, images[view.sop_instance_uid], rng)
            for view in lesion.views
            if view.sop_instance_uid in images and rng.random() < _SEEN[lesion.suspicious]
        ]
        mean, spread = _SURE[lesion.suspicious]
        sure = [float(np.clip(rng.normal(mean, spread), 1, 99)) for _ in members]
        kind = CALCIFICATION_CLUSTER if lesion.lesion_type is LesionType.CALCIFICATIONS else DENSITY
        singles = [
            _single(member, kind, lesion.lesion_type, certainty)
            for member, certainty in zip(members, sure, strict=True)
        ]
        if len(singles) == 1:
            found += singles
        elif singles:
            found.append(_composite(lesion, tuple(singles), max(sure)))
    return found


def _single(place: ReportFinding, kind: Code, lesion_type: LesionType, certainty: float) -> ReportFinding:
    """A finding on one image, where `place` is."""
    return replace(
        place,
        kind=kind,
        lesion_type=lesion_type,
        scores=(StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, _FINDING, round(certainty, 1), "%"),),
        algorithm=_DETECTORS[lesion_type],
    )


def _composite(lesion: LesionTruth, members: tuple[ReportFinding, ...], certainty: float) -> ReportFinding:
    """One lesion on several images (TID 4004)."""
    kind = members[0].kind if lesion.lesion_type is LesionType.CALCIFICATIONS else MASS
    whole = replace(members[0], regions=(), laterality=lesion.laterality, members=members)
    return _single(whole, kind, lesion.lesion_type, certainty)


def _report(
    truth: ExamTruth, images: Sequence[Image], found: tuple[ReportFinding, ...], certainty: float, seed: int
) -> CadReport:
    uids = tuple(image.sop_instance_uid for image in images)
    return CadReport(
        form=ReportForm.CAD,
        status=ReportStatus.FINDINGS if found else ReportStatus.NO_FINDINGS,
        sop_instance_uid=make_uid(seed, truth.request, "second maker"),
        sop_class_uid=MAMMOGRAPHY_CAD_SR,
        study_instance_uid=truth.study_instance_uid,
        manufacturer=MANUFACTURER,
        model=MODEL,
        software_versions=VERSION,
        made_at=datetime.combine(truth.study_date, time(18), UTC),
        algorithms=tuple(_DETECTORS.values()),
        images=tuple(_library_entry(image, found) for image in images),
        findings=found,
        scores=(StatedScore(ScoreConcept.CERTAINTY_OF_IMPRESSION, _IMPRESSION, certainty, "%"),),
        attempts=tuple(
            Attempt(
                CALCIFICATION_CLUSTER if kind is LesionType.CALCIFICATIONS else DENSITY,
                ReportStatus.FINDINGS if found else ReportStatus.NO_FINDINGS,
                algorithm=detector,
                images=uids,
            )
            for kind, detector in _DETECTORS.items()
        ),
    )


def _library_entry(image: Image, found: tuple[ReportFinding, ...]) -> ReportImage:
    regions = [r for f in found for each in (f.members or (f,)) for r in each.regions]
    named = {r.frame for r in regions if r.sop_instance_uid == image.sop_instance_uid} - {None}
    return ReportImage(
        sop_instance_uid=image.sop_instance_uid,
        sop_class_uid=image.sop_class_uid,
        frames=tuple(sorted(frame for frame in named if frame is not None)),
        laterality=image.laterality,
        view_position=image.view_position,
        modifiers=image.modifiers,
        patient_orientation=image.patient_orientation,
        rows=image.rows,
        columns=image.columns,
        spacing=None if image.spacing is None else (image.spacing.row_mm, image.spacing.column_mm),
    )


def _dice(name: str, seed: int, what: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}|{name}|{what}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
