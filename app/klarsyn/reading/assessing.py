"""What has to be assessed before a read can be signed: each breast that was imaged."""

from collections.abc import Iterable

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.read import Impression

BOTH = (Laterality.RIGHT, Laterality.LEFT)
_WORDS = {Laterality.RIGHT: "right", Laterality.LEFT: "left"}


def breasts_of(exam: Exam) -> tuple[Laterality, ...]:
    """Return the sides to assess: those imaged; both where the headers do not say."""
    sides = {image.laterality for image in exam.images}
    if None in sides or Laterality.BOTH in sides:
        return BOTH
    return tuple(side for side in BOTH if side in sides)


def missing_words(draft: Impression, breasts: Iterable[Laterality]) -> str:
    """Say which of these breasts still have to be assessed; empty when the draft can be signed."""
    open_sides = [_WORDS[side] for side in breasts if draft.of(side) is None]
    return f"Assess the {' and the '.join(open_sides)} breast first (1–5)." if open_sides else ""
