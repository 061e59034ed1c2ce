"""What a page about a result says, line by line, for viewers that show pictures and nothing else."""

from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import AiResult, Finding, IntendedUse
from klarsyn.domain.placing import place
from klarsyn.domain.reports.own_sentences import impression

_USE = {
    IntendedUse.DEMONSTRATION: "DEMONSTRATION ONLY - NOT FOR DIAGNOSIS",
    IntendedUse.RESEARCH: "RESEARCH ONLY - NOT FOR DIAGNOSIS",
    IntendedUse.CLINICAL: "",
}


def summary_lines(result: AiResult, exam: Exam) -> tuple[str, ...]:
    """Return the lines; an empty one parts what belongs to different things. Nothing names the patient.

    First what the result is good for, then the score and what could not be drawn, the findings of each view,
    and who made it (invariant 7).
    """
    placed = place(result, exam)
    made = placed.provenance
    provisional = placed.score is not None and placed.score.provisional
    warnings = (_USE[made.intended_use], "PROVISIONAL SCORES" if provisional else "")
    views = [line for image in exam.images if (line := _view(image, placed.findings))]
    return (
        *(warning for warning in warnings if warning),
        "",
        impression(placed),
        "",
        *(views or ["No marks."]),
        "",
        f"Made by {made.engine} {made.version} of {made.vendor}",
        f"Model {made.model_sha256[:16] or 'without a hash'}, operating point {made.operating_point}",
        f"Calibration {made.calibration or 'none'} ({made.calibration_state.value})",
        f"Made at {made.made_at:%Y-%m-%d %H:%M}",
    )


def _view(image: Image, findings: tuple[Finding, ...]) -> str:
    """Return "R CC: 91 calcifications, frame 17; 44 soft tissue"; "" without marks."""
    said = []
    for finding in findings:
        for mark in finding.marks:
            if mark.sop_instance_uid == image.sop_instance_uid:
                frame = f", frame {mark.frame}" if mark.frame is not None else ""
                optional = " (below the operating point)" if finding.optional else ""
                said.append(f"{mark.score} {finding.lesion_type.value}{optional}{frame}")
    return f"{image.view_label}{image.kind_label}: {'; '.join(said)}" if said else ""
