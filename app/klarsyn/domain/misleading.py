"""What of an exam's images may mislead an engine, as far as headers and the exam itself say it.

Motion, skin folds and bad positioning are not among it: nothing here looks at pixels.
"""

from collections.abc import Collection

from klarsyn.domain.exam import Exam, ExamType, Notice

_EFFECTS = {
    "implant": "Its edge and the tissue that it hides may move the score either way.",
    "partial-view": "The engine is not given it.",
    "partial-view-unclear": "",
    "lossy": "",
    "lossy-unclear": "",
    "spacing-missing": "The engine does not know how large anything is.",
    "spacing-unusable": "The engine does not know how large anything is.",
    "laterality-contradiction": "The engine took it for the side that is shown.",
    "view-contradiction": "The engine took it for the view that is shown.",
    "grey-contradiction": "The engine may have seen it inverted.",
    "padding-invalid": "The engine may have taken the border for tissue.",
    "secondary-capture": "Its grey values may be other than those that the engine knows.",
    "burned-in": "The engine is not given it.",
    "frames-missing": "",
}
"""Which notices of an image may mislead an engine, and what that does where the notice does not say it."""


def misleading(exam: Exam, given: Collection[str]) -> tuple[Notice, ...]:
    """Return what may mislead an engine that was given the images `given` (SOPInstanceUIDs) of an exam."""
    found: list[Notice] = []
    if exam.missing_views:
        found.append(
            Notice(
                "view-missing",
                f"{', '.join(exam.missing_views)} missing: the score stands on fewer views than usual.",
            )
        )
    if exam.exam_type is ExamType.FILM:
        found.append(Notice("film", "Digitised film: engines for digital images are weak on it."))
    found += exam.contradictions()
    for image in exam.images:
        for notice in image.notices:
            if notice.code in _EFFECTS:
                text = " ".join(filter(None, (notice.text, _EFFECTS[notice.code])))
                found.append(Notice(notice.code, f"{image.view_label}: {text}"))
    unseen = [
        f"{image.view_label}{image.kind_label}"
        for image in exam.images
        if image.hangs and not image.for_processing and image.sop_instance_uid not in given
    ]
    if unseen:
        found.append(Notice("not-given", f"The engine has not seen {', '.join(dict.fromkeys(unseen))}."))
    return tuple(dict.fromkeys(found))
