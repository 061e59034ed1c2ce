"""A result's marks as presentation states, for viewers that draw those and read no CAD reports.

A state says nothing of why a mark is there: the report does. So each mark has its score, and what it is good
for, as text beside its outline.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, IntendedUse, Mark
from klarsyn.domain.graphic import (
    Graphic,
    GraphicAnnotation,
    GraphicLayer,
    GraphicType,
    ImageFrames,
    TextAnchor,
    TextObject,
)
from klarsyn.domain.placing import place
from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.read_presentation import ImageDisplay, states_of_read
from klarsyn.domain.reports.own_sentences import score_words

LABEL = "AI MARKS"
LAYER = GraphicLayer("AI_MARKS", 1, 65535, "Marks of an AI, with their scores")
_MAKER = "Klarsyn"
_LONGEST_LINE = 64
_NOT_IN_A_LINE = re.compile(r"[\\\x00-\x1f]")


def states_of_marks(
    result: AiResult, exam: Exam, displays: Sequence[ImageDisplay], sop_instance_uid: Callable[[int], str]
) -> tuple[PresentationState, ...]:
    """Return the states that draw a result's marks; none where there is nothing to draw.

    Each mark stands on the frame that it names, and on no other. What cannot be drawn is in the report's
    list (invariant 3).

    Parameters
    ----------
    displays
        How the marked images are shown, as the files themselves ask for it; others are left out.
    sop_instance_uid
        Gives the UID of the first, second, ... state, counted from 0.

    Raises
    ------
    ValueError
        If a marked image is not among `displays`.
    """
    drawn = tuple(
        (mark, _drawing(finding, mark, result))
        for finding in place(result, exam).findings
        for mark in finding.marks
    )
    marked = {mark.sop_instance_uid for mark, _ in drawn}
    shown = [display for display in displays if display.image.sop_instance_uid in marked]
    if len(shown) < len(marked):
        raise ValueError("An image with marks is not among those that the state is to show.")
    made = result.provenance
    description = _NOT_IN_A_LINE.sub("/", f"{score_words(result)} {made.engine} {made.version}")
    states = states_of_read(
        shown,
        (),
        sop_instance_uid,
        _MAKER,
        made.made_at.replace(microsecond=0),
        description[:_LONGEST_LINE].strip(),
    )
    return tuple(
        replace(
            state,
            label=LABEL,
            layers=(LAYER,),
            annotations=tuple(
                drawing for mark, drawing in drawn if state.references(mark.sop_instance_uid, mark.frame or 1)
            ),
        )
        for state in states
    )


def mark_words(finding: Finding, mark: Mark, result: AiResult) -> str:
    """Return what stands at a mark: "91 calcifications", and below it what must not be overlooked."""
    score = result.score
    remarks = (
        "below the operating point" if finding.optional else "",
        "provisional" if score is not None and score.provisional else "",
        f"{result.provenance.intended_use.value} only"
        if result.provenance.intended_use is not IntendedUse.CLINICAL
        else "",
    )
    first = f"{mark.score} {finding.lesion_type.value}"
    return "\r\n".join((first, ", ".join(remark for remark in remarks if remark))).strip()


def _drawing(finding: Finding, mark: Mark, result: AiResult) -> GraphicAnnotation:
    outline = mark.outline
    kind = GraphicType.POLYLINE if len(outline) > 1 else GraphicType.POINT
    points = (*outline, outline[0]) if len(outline) > 1 else outline
    rightmost = max(outline, key=lambda point: point[0])
    return GraphicAnnotation(
        LAYER.name,
        (Graphic(kind, points),),
        (TextObject(mark_words(finding, mark, result), anchor=TextAnchor(rightmost)),),
        (ImageFrames(mark.sop_instance_uid, () if mark.frame is None else (mark.frame,)),),
    )
