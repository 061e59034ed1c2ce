"""What one reader draws on one exam and its priors; no Qt, tested without a window.

Drawings belong to the reader's own read: they are loaded by exam and reader, and no other reader's are ever
loaded here (invariant 5). They are kept as a draft from stroke to stroke, and with each signed read as
presentation states.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from klarsyn.base.log import get_logger
from klarsyn.domain.annotation import Annotation
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.exam import Exam
from klarsyn.domain.read import Read
from klarsyn.reading.read_keeping import NotKept, ShownImage, keep_states
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.presentations import KeptState
from klarsyn.store.store import Store

_log = get_logger(__name__)


class Drawings:
    """A reader's drawings, with undo and redo.

    Attributes
    ----------
    shown
        How each image stands on the screen; whoever signs sets it before.
    not_kept
        Why the latest read has no presentation state; "" when it has.
    """

    def __init__(
        self, store: Store, exam: Exam, priors: tuple[Exam, ...], reader: str, may_draw: Callable[[], bool]
    ) -> None:
        """Load what this reader has drawn [store]."""
        self._store, self._reader, self._may_draw = store, reader, may_draw
        self._exams = (exam, *priors)
        self.folder: ImageFolder | None = None
        self.shown: Mapping[str, ShownImage] = {}
        self.not_kept = ""
        images = {i.sop_instance_uid for e in self._exams for i in e.images}
        before = store.presentations.drawn(exam.exam_id, reader)
        # An image may have gone to another exam since, by a header repair: its drawings with it.
        self.history = AnnotationHistory(tuple(a for a in before if a.sop_instance_uid in images))
        self._saved = self.history.present

    @property
    def may_change(self) -> bool:
        """False once the read is final."""
        return self._may_draw()

    def on(self, sop_instance_uid: str, frame: int | None = None) -> tuple[Annotation, ...]:
        """Return what is drawn on one image, or on one frame of it."""
        return self.history.on(sop_instance_uid, frame)

    def change(self, change: Callable[[AnnotationHistory], AnnotationHistory]) -> bool:
        """Take one step; False when it changes nothing, or the read is final."""
        if not self.may_change:
            return False
        before, self.history = self.history, change(self.history)
        return self.history is not before

    @staticmethod
    def new_id() -> str:
        """Return an id for the next drawing."""
        return str(uuid.uuid4())

    def save(self, at: datetime) -> None:
        """Remember the drawings on disk, if they have changed since the last time [store]."""
        present = self.history.present
        if present != self._saved:
            self._store.presentations.save_drawn(self._exams[0].exam_id, self._reader, present, at)
            self._saved = present

    def states_of(self, read: Read) -> tuple[KeptState, ...]:
        """Write what is kept with a read; without a folder to write to, or on failure, nothing [store].

        A read is signed whatever becomes of its drawings: `not_kept` says what the reader must know.
        """
        self.not_kept = ""
        if self.folder is None or read.impression is None:
            return ()
        try:
            return keep_states(self._store, self.folder, read, self._exams, self.shown, self.history.present)
        except NotKept as error:
            self.not_kept = str(error)
            cause = type(error.__cause__).__name__
            _log.warning("presentation state not kept", exam_id=read.exam_id, error=cause)
            return ()
