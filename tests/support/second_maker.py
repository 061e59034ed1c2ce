"""Exams with a lesion whose truth is written by hand, for the simulated second maker."""

from datetime import date

from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.truth import FORMAT, ExamTruth, LesionSection, LesionTruth, LesionView
from klarsyn.simulation.second_vendor import Behaviour

ROWS, COLUMNS = 1000, 800
POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
SEES = Behaviour(answers=True, blind=False, hallucinates=False)


def image(position: ViewPosition, side: Laterality = Laterality.LEFT, frames: int = 1) -> Image:
    towards = ("A", "R") if side is Laterality.LEFT else ("P", "L")
    return Image(
        f"1.2.{side.value == 'L':d}.{position.value == 'CC':d}.{frames}",
        "1.2.840.10008.5.1.4.1.1.1.2",
        "1.2.3",
        ROWS,
        COLUMNS,
        frames,
        laterality=side,
        view_position=position,
        patient_orientation=towards,
    )


def square(centre: tuple[float, float], half: float) -> tuple[tuple[float, float], ...]:
    (c, r) = centre
    return ((c - half, r - half), (c + half, r - half), (c + half, r + half), (c - half, r + half))


def truth_of(
    images: tuple[Image, ...],
    kind: LesionKind = LesionKind.SPICULATED_MASS,
    centre: tuple[float, float] = (400.0, 500.0),
    study: str = "1.2.3",
) -> ExamTruth:
    """An exam with one lesion, at `centre` on every image."""
    views = tuple(
        LesionView(
            "f.dcm", i.sop_instance_uid, i.view_position, square(centre, 40), centre, 10, 5.0,
            tuple(LesionSection(n, square(centre, 20)) for n in (4, 5, 6)) if i.frames > 1 else (),
        )
        for i in images
    )  # fmt: skip
    lesion = LesionTruth(
        kind,
        kind.lesion_type,
        kind.suspicious,
        Conspicuity.CLEAR,
        1.0,
        10.0,
        Laterality.LEFT,
        (1, 1, 1),
        views,
    )
    return ExamTruth(
        FORMAT, "exam-1-001", "answers", study, date(2026, 1, 2), "p", 0, "A", Density.B, 50.0, "FFDM",
        kind.suspicious, {}, (lesion,),
    )  # fmt: skip
