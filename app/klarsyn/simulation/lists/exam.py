"""One whole exam: two breasts, their lesions, their images, written as DICOM with the truth beside them."""

from datetime import date
from pathlib import Path

import cv2
import numpy as np

from klarsyn.domain.exam import ExamType, Laterality, ViewPosition
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lists.affected import affect
from klarsyn.simulation.lists.marks import lesion_truth
from klarsyn.simulation.lists.plan import ExamPlan
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.studio import Marks, Studio
from klarsyn.simulation.lists.truth import FORMAT, ExamTruth, save_exam
from klarsyn.simulation.writing.facts import StudyFacts
from klarsyn.simulation.writing.identifiers import make_accession_number, make_uid
from klarsyn.simulation.writing.people import invent_visit, invent_woman
from klarsyn.simulation.xray.technique import choose_technique
from klarsyn.simulation.xray.vendors import VENDORS

_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_VIEWS = (ViewPosition.CC, ViewPosition.MLO)
_DENSE_SHARE = {"A": 0.05, "B": 0.12, "C": 0.25, "D": 0.45}


def draw_exam(
    folder: Path,
    name: str,
    plan: ExamPlan,
    years_before: int,
    request: ListRequest,
    answers: str,
    today: date,
) -> None:
    """Draw an exam into the existing, empty `folder`: files and truth.json.

    Parameters
    ----------
    name
        Of the folder in which it will stand.
    years_before
        0 for the current exam, else that many years earlier: the same breasts, lesions smaller or absent.
    answers
        Identifies the request, for whoever looks whether this exam is the one asked for.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # Exams are drawn side by side in processes.
    try:
        save_exam(_draw(folder, name, plan, years_before, request, answers, today), folder)
    finally:
        cv2.setNumThreads(threads)


def _draw(
    folder: Path,
    name: str,
    plan: ExamPlan,
    years_before: int,
    request: ListRequest,
    answers: str,
    today: date,
) -> ExamTruth:
    seed, n = request.seed, plan.number
    vendor = VENDORS[plan.vendor]
    tomosynthesis = plan.dbt and not years_before
    thickness = float(request.slices) if request.slices and plan.dbt else None
    anatomy = make_woman((seed, 1, n), plan.density, thickness)
    person = invent_woman(seed, n, today)
    acquired = invent_visit(seed, n, today, years_before)
    study = StudyFacts(
        person,
        make_uid(seed, answers, "study"),
        acquired,
        make_accession_number(seed, answers),
        f"S{n + 1:05d}",
    )
    studio = Studio(folder, vendor, study, (seed, n, years_before), answers, request)
    dense = _DENSE_SHARE[plan.density.value]
    shown: Marks = {}
    breasts = [affect(anatomy.breast(side), plan, years_before, vendor, seed) for side in _SIDES]
    for v, position in enumerate(_VIEWS):  # Radiographers take both CC views, then both MLO views.
        for s, breast in enumerate(breasts):
            view = breast.view(position)
            rng = np.random.default_rng([seed, 11, n, years_before, s, v])
            technique = choose_technique(vendor, position, view.thickness_mm, dense, rng)
            number = 1 + 2 * v + s
            if not tomosynthesis or plan.combo:
                _add(shown, studio.mammogram(view, breast.lesions, technique, number))
            if tomosynthesis:
                taken = studio.tomosynthesis(
                    view, breast.lesions, technique, number, synthetic=not plan.combo
                )
                _add(shown, taken)
    lesions = tuple(
        lesion_truth(lesion, breast.laterality, tuple(shown.get(lesion, ())))
        for breast in breasts
        for lesion in breast.lesions
    )
    return ExamTruth(
        format=FORMAT,
        name=name,
        request=answers,
        study_instance_uid=study.study_instance_uid,
        study_date=acquired.date(),
        patient_id=person.patient_id,
        years_before=years_before,
        vendor=plan.vendor,
        density=plan.density,
        thickness_mm=round(anatomy.thickness_mm, 1),
        exam_type=_exam_type(tomosynthesis, plan.combo).value,
        suspicious=any(lesion.suspicious for lesion in lesions),
        files={f.name: f.stat().st_size for f in sorted(folder.glob("*.dcm"))},
        lesions=lesions,
    )


def _add(shown: Marks, marks: Marks) -> None:
    for lesion, views in marks.items():
        shown.setdefault(lesion, []).extend(views)


def _exam_type(tomosynthesis: bool, combo: bool) -> ExamType:
    if not tomosynthesis:
        return ExamType.FFDM
    return ExamType.FFDM_DBT if combo else ExamType.DBT
