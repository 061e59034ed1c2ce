"""How long an exam is held for images and for a score that may still come, and never longer (invariant 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from klarsyn.domain.exam import Exam
from klarsyn.domain.view_names import Laterality, ViewPosition

View = tuple[Laterality, ViewPosition]

SCREENING_VIEWS: tuple[View, ...] = tuple(
    (side, view)
    for view in (ViewPosition.CC, ViewPosition.MLO)
    for side in (Laterality.RIGHT, Laterality.LEFT)
)


@dataclass(frozen=True, slots=True)
class ArrivalRule:
    """A site's rule.

    `views`: what its protocol takes of every woman; an exam that has them waits for no further image.
    `quiet`: one that lacks some (an earlier operation, a wheelchair) is complete when none came for so long.
    `score_wait`: so long after its last image it is read without a score. `longest`: whatever keeps coming,
    an exam is held no longer than that after its first image.
    """

    views: tuple[View, ...] = SCREENING_VIEWS
    quiet: timedelta = timedelta(minutes=30)
    score_wait: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(hours=12)

    def lacks(self, exam: Exam) -> tuple[View, ...]:
        """Return the protocol's views that no whole image of the exam shows."""
        have = {
            (image.laterality, image.view_position)
            for image in exam.images
            if image.is_full_view and image.hangs and not image.for_processing
        }
        return tuple(view for view in self.views if view not in have)

    def held_until(self, exam: Exam, last_image: datetime) -> datetime:
        """Return until when views may still come; its first image's time where none is missing."""
        if not self.lacks(exam):
            return exam.arrived_at
        return min(last_image + self.quiet, exam.arrived_at + self.longest)

    def score_until(self, exam: Exam, last_image: datetime) -> datetime:
        """Return until when a result is waited for; after it the exam is ready, not scored."""
        return min(last_image + self.score_wait, exam.arrived_at + self.longest)


def view_named(words: str) -> View:
    """Return the view that a setting names, e.g. "R CC"; raises ValueError for whatever is none."""
    side, _, view = words.strip().upper().partition(" ")
    return Laterality(side), ViewPosition(view.strip())
