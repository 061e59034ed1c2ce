"""One reader reads one exam: first the eye, then the AI (invariant 6).

The steps are READING -> SIGNED -> REVEALED -> FINAL. What is shown between the signed first impression and
the final read is in `ResultsShown`. Methods marked [store] touch the database; a window calls them off its
own thread.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.hanging import Hanging, hang
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.domain.volumes import hanging_images
from klarsyn.reading.assessing import breasts_of, missing_words
from klarsyn.reading.beside import priors_beside
from klarsyn.reading.claiming import ClaimDesk, ExamTaken
from klarsyn.reading.drawings import Drawings
from klarsyn.reading.looked import Looked
from klarsyn.reading.read_details import DetailsDraft
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.results_shown import ResultsShown
from klarsyn.reading.signed_rows import SignedRows
from klarsyn.reading.standing import standing
from klarsyn.reading.step import Step
from klarsyn.store.reads import OpenRead
from klarsyn.store.store import Store

__all__ = ["ReadingError", "ReadingSession", "Step"]


class ReadingSession(ResultsShown):
    """The read of one exam by one reader."""

    def __init__(
        self, store: Store, exam: Exam, policy: ReadingPolicy, reader: str, clock: Clock, place_text: str = ""
    ) -> None:
        """Open, or open again, an exam [store]: signed rows and the unsigned draft decide the step."""
        stands = standing(store, exam, reader)
        super().__init__(store, exam, policy, reader, clock, stands)
        self._store, self._clock, self.place_text = store, clock, place_text
        self.hanging: Hanging = hang(hanging_images(exam))
        self.priors: tuple[Exam, ...] = priors_beside(store, exam.exam_id, policy, clock.now())
        """Newest first. What an engine says of them is never shown (invariant 6)."""
        self.seen_in_part_now: tuple[str, ...] | None = None
        """UIDs of the images of which not every pixel has been on the screen at 1:1; told before signing."""
        self.undo_deadline: datetime | None = None
        self.first: Read | None = stands.first
        self.final: Read | None = stands.final
        self.draft = stands.draft
        self.drawings = Drawings(store, exam, self.priors, reader, lambda: self.step is not Step.FINAL)
        self.looked = Looked(store, exam.exam_id, reader)
        self.details = DetailsDraft(
            store, exam, reader, (self.final, self.first), lambda: self.step is not Step.FINAL
        )
        self._rows = SignedRows(store, exam, reader, self.drawings, self.details)
        self.claims: ClaimDesk | None = None
        """Set by the desk: the exam is this reader's while it is open."""
        self.told = ""
        """What the reader is to be told on opening."""

    @property
    def seen_in_part(self) -> tuple[str, ...]:
        """UIDs of the images that had not been seen whole when the first impression was signed."""
        return (self.first.seen_in_part or ()) if self.first is not None else ()

    @property
    def prior_dates(self) -> tuple[date | None, ...]:
        """Days of the priors, newest first."""
        return tuple(prior.study_date for prior in self.priors)

    @property
    def breasts(self) -> tuple[Laterality, ...]:
        """The sides to assess."""
        return breasts_of(self.exam)

    def assess(self, side: Laterality, assessment: Assessment) -> None:
        """Take one breast's assessment into the draft.

        Raises
        ------
        ReadingError
            If the final read is signed, or the breast was not imaged.
        """
        if self.step is Step.FINAL:
            raise ReadingError("This read is final. Take it back with undo to change it.")
        if side not in self.breasts:
            raise ReadingError("That breast has no image in this exam.")
        self.draft = self.draft.with_side(side, assessment)

    def missing(self) -> str:
        """Say what still has to be assessed; empty when the draft can be signed."""
        return missing_words(self.draft, self.breasts)

    def save_draft(self) -> None:
        """Remember the exam and the draft, so that a restart comes back to them [store]."""
        self._store.reads.save_open(OpenRead(self.reader, self.exam.exam_id, self.draft, self._clock.now()))
        self.drawings.save(self._clock.now())
        self.details.save(self._clock.now())
        self.looked.save(self._clock.now())
        if self.claims is not None:
            self.claims.keep()

    def sign(self) -> Read:
        """Sign the first impression [store].

        Raises
        ------
        ReadingError
            If it is signed already, or a breast is not assessed.
        """
        if self.step is not Step.READING:
            raise ReadingError("The first impression of this exam is signed already.")
        if self.missing():
            raise ReadingError(self.missing())
        now = self._clock.now()
        read = self._rows.append(ReadKind.FIRST_IMPRESSION, self.draft, now, now, self.seen_in_part_now)
        self.first, self.step = read, Step.SIGNED
        self.save_draft()
        return read

    def finalise(self, impression: Impression | None = None, reason: str = "") -> Read:
        """Sign the final read: the first impression kept, or changed with a reason [store].

        Raises
        ------
        ReadingError
            Before the first impression, after the final one, or for a change without a reason.
        """
        if self.first is None or self.step is Step.READING:
            raise ReadingError("Sign your first impression first.")
        if self.step is Step.FINAL:
            raise ReadingError("This read is final already.")
        chosen = impression or self.draft
        if chosen != self.first.impression and not reason.strip():
            raise ReadingError("A changed assessment needs a reason.")
        self.hide()
        now = self._clock.now()
        effective = now + timedelta(seconds=self.policy.undo_seconds)
        self.final = self._rows.append(
            ReadKind.FINAL, chosen, now, effective, self.seen_in_part_now, reason.strip()
        )
        self.draft, self.step, self.undo_deadline = chosen, Step.FINAL, effective
        self._store.reads.clear_draft(self.exam.exam_id, self.reader)
        self.details.clear_draft()
        self.drawings.save(now)
        if self.claims is not None:
            self.claims.release(self.exam)
        return self.final

    def withdraw(self) -> None:
        """Take the final read back before it is in force; the row stays, a withdrawal follows [store].

        Raises
        ------
        ReadingError
            If there is nothing to take back, or the time for it has passed.
        """
        if self.final is None:
            raise ReadingError("There is no final read to take back.")
        now = self._clock.now()
        if now >= self.final.effective_at:
            raise ReadingError(
                "The read is in force and cannot be taken back. Report the correction to the administrator."
            )
        if self.claims is not None:
            # Before the read is taken back: until then it counts, and nobody else can come in between.
            with suppress(ExamTaken):
                self.claims.take(self.exam, again=True)
        # The marks do not come back by themselves: the reader asks again, and that is logged (invariant 6).
        self.hide()
        self._rows.take_back(self.final, now, "undone by the reader")
        self.final, self.undo_deadline = None, None
        self.step = Step.REVEALED if self.result is not None else Step.SIGNED
        self.save_draft()

    def leave(self) -> None:
        """Put the exam back in the queue; signed rows stay, and the draft for the next opening [store]."""
        self.set_aside()
        if self.step is not Step.FINAL:
            self._store.reads.close_open(self.reader)
        if self.claims is not None:
            self.claims.release(self.exam)

    def set_aside(self) -> None:
        """Hide the overlay, and remember what is not signed, before another exam takes the screen [store]."""
        self.hide()
        if self.step is not Step.FINAL:
            self.save_draft()
