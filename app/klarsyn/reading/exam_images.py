"""The files behind exams: of the one that is read, of its priors, and of those to come."""

from collections.abc import Iterable
from dataclasses import replace

from klarsyn.base.clock import Clock
from klarsyn.domain.access import Access
from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.volumes import volumes_of
from klarsyn.reading.beside import priors_beside
from klarsyn.reading.images import StoredImage, StoredVolume
from klarsyn.reading.session import ReadingSession
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store


class ExamImages:
    """What a desk finds of images; every method touches the database."""

    def __init__(self, store: Store, images: ImageFolder, policy: ReadingPolicy, clock: Clock) -> None:
        """Look in `store`; image files lie in `images`."""
        self._store, self._images, self._clock, self.policy = store, images, clock, policy

    def images_of(self, exam_id: str) -> tuple[StoredImage, ...]:
        """Return the images of an exam with their files."""
        return self._stored(self._store.exams.get(exam_id))

    def images_of_session(self, session: ReadingSession) -> tuple[StoredImage, ...]:
        """Return the images of the exam that is read and of all its priors, with their files."""
        if session.priors:
            self._store.access_log.note(Access.PRIOR_SHOWN, session.priors)
        return tuple(each for exam in (session.exam, *session.priors) for each in self._stored(exam))

    def images_ahead(self, exam_ids: Iterable[str]) -> tuple[StoredImage, ...]:
        """Return what is to be decoded for these exams, in this order: their images, then the newest priors'.

        A reader looks at the exam first; a prior that is not ready yet comes while she does.
        """
        wanted = tuple(exam_ids)
        own = [each for exam_id in wanted for each in self.images_of(exam_id)]
        now = self._clock.now()
        priors = [priors_beside(self._store, exam_id, self.policy, now)[:1] for exam_id in wanted]
        beside = [each for newest in priors for exam in newest for each in self._stored(exam)]
        led = {
            uid
            for each in (*own, *beside)
            if each.volume is not None
            for uid in each.volume.volume.instances[1:]
        }
        return tuple(
            each for each in (*own, *beside) if each.image.hangs and each.image.sop_instance_uid not in led
        )

    def _stored(self, exam: Exam) -> tuple[StoredImage, ...]:
        files = self._store.exams.files(exam.exam_id)
        stored = {
            i.sop_instance_uid: StoredImage(
                i, self._images.path(files[i.sop_instance_uid]), files[i.sop_instance_uid]
            )
            for i in exam.images
        }
        for volume in volumes_of(exam):
            whole = StoredVolume(volume, {uid: stored[uid] for uid in volume.instances})
            leading = volume.image.sop_instance_uid
            stored[leading] = replace(stored[leading], volume=whole)
        return tuple(stored.values())
