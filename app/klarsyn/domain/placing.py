"""Whether a mark may be drawn, and where (invariant 3).

A mark stands on the SOP instance that its result names, inside that image, or it is listed with the
reason. Views are never matched by name.
"""

from dataclasses import replace

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, Mark


def why_unplaced(mark: Mark, exam: Exam) -> str:
    """Return why a mark cannot be drawn on this exam; an empty string when it can."""
    image = exam.image(mark.sop_instance_uid)
    if image is None:
        return "it names an image that this exam does not have"
    if mark.frame is not None and not 1 <= mark.frame <= image.frames:
        return f"it names frame {mark.frame} of an image with {image.frames}"
    if mark.frame is None and image.frames > 1:
        return "it names no frame of an image with several"
    if mark.frame_range is not None and not all(1 <= end <= image.frames for end in mark.frame_range):
        first, last = mark.frame_range
        return f"it names frames {first} to {last} of an image with {image.frames}"
    if not mark.outline:
        return "it has no outline"
    if not all(0 <= c <= image.columns and 0 <= r <= image.rows for c, r in mark.outline):
        return "its outline lies outside the image"
    return ""


def place(result: AiResult, exam: Exam) -> AiResult:
    """Return the result with every mark that cannot be drawn moved to `unplaced`, none dropped."""
    findings: list[Finding] = []
    unplaced = list(result.unplaced)
    for finding in result.findings:
        reasons = [(mark, why_unplaced(mark, exam)) for mark in finding.marks]
        drawn = tuple(mark for mark, reason in reasons if not reason)
        if drawn:
            findings.append(replace(finding, marks=drawn))
        unplaced += [(replace(finding, marks=(mark,)), reason) for mark, reason in reasons if reason]
        if not finding.marks:
            unplaced.append((finding, "it has no mark"))
    return replace(result, findings=tuple(findings), unplaced=tuple(unplaced))
