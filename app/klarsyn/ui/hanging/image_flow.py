"""Images on their way from the store to the screen: the open exam's, its priors', then the next exams'."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.exam import Image
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader, LoadedImage, StoredImage
from klarsyn.reading.session import ReadingError
from klarsyn.ui.background import Background, Scope
from klarsyn.ui.hanging.first_looks import FirstLooks
from klarsyn.ui.slices.open_stacks import OpenStacks

AHEAD = 2
"""Exams that are decoded before they are opened."""


class ImageFlow(QObject):
    """Asks the pool for images, and tells the widgets what came of it."""

    ready = Signal(object)
    failed = Signal(str, str)

    def __init__(
        self, background: Background, desk: ReadingDesk, loader: ImageLoader, parent: QObject | None = None
    ) -> None:
        """Load with `loader` on the workers of `background`."""
        super().__init__(parent)
        self._background, self._desk, self._loader = background, desk, loader
        self._scope = Scope()
        self._stored: dict[str, StoredImage] = {}
        self._asked: set[str] = set()
        self._exam_id = ""
        self._stacks = OpenStacks()

    def enter(self, exam_id: str, stored: Iterable[StoredImage], scope: Scope) -> None:
        """From now on images of this exam and its priors are asked for; after the scope's end none comes."""
        self._asked = set()
        self._exam_id, self._scope = exam_id, scope
        self._stored = {s.image.sop_instance_uid: s for s in stored}

    def load(
        self, images: Iterable[Image], preparation: Callable[[Image], Callable[[LoadedImage], object]]
    ) -> None:
        """Decode images in this order, each once while the exam is open, and make each ready for its place.

        `preparation` is asked on this thread what to do with an image, and what it returns is done on
        the worker; `ready` carries the outcome.
        """
        new = [i for i in dict.fromkeys(images) if i.sop_instance_uid not in self._asked]
        self._asked |= {image.sop_instance_uid for image in new}
        scope, before = self._scope, FirstLooks()
        if self._loader.has_first_looks:
            self._look_first(new, preparation, before)
        for image in new:
            uid = image.sop_instance_uid
            stored = self._stored.get(uid)
            if stored is None:
                self.failed.emit(uid, "The store has no file of this image. Import the exam again.")
                continue
            self._background.image(
                partial(self._prepared, stored, preparation(image), before, scope),
                self.ready.emit,
                partial(self._tell, uid),
                what="image",
                scope=self._scope,
                waits=stored.volume is not None,
            )

    def _look_first(
        self,
        images: Iterable[Image],
        preparation: Callable[[Image], Callable[[LoadedImage], object]],
        looks: FirstLooks,
    ) -> None:
        """Ask for first looks; where one fails, the whole image tells why."""

        def look(stored: StoredImage, prepare: Callable[[LoadedImage], object]) -> object | None:
            loaded = self._loader.look(stored)
            return prepare(loaded) if loaded is not None else None

        def seen(found: object | None) -> None:
            if found is not None:
                self.ready.emit(found)

        for image in images:
            stored = self._stored.get(image.sop_instance_uid)
            if stored is not None:
                work = partial(looks.take, image.sop_instance_uid, partial(look, stored, preparation(image)))
                self._background.image(work, seen, nothing, what="first look", scope=self._scope)

    def _prepared(
        self,
        stored: StoredImage,
        prepare: Callable[[LoadedImage], object],
        looks: FirstLooks,
        scope: Scope,
    ) -> object:
        looks.wait(stored.image.sop_instance_uid, lambda: scope.alive)
        loaded = self._loader.load(stored)
        if loaded.stack is not None:
            self._stacks.take(loaded.stack, lambda: scope.alive)
        return prepare(loaded)

    def load_ahead(self) -> None:
        """Decode the next exams of the queue; what cannot be decoded is told when it is opened."""
        open_id, desk = self._exam_id, self._desk

        def wanted() -> list[StoredImage]:
            return list(desk.images_ahead([e for e in desk.upcoming(AHEAD + 1) if e != open_id][:AHEAD]))

        def decode(images: list[StoredImage]) -> None:
            for stored in () if self._loader.want(images) else images:
                prefetch = partial(self._loader.prefetch, (stored,))
                self._background.image(prefetch, nothing, nothing, what="prefetch", scope=self._scope)

        self._background.desk(wanted, decode, nothing, what="upcoming", scope=self._scope)

    def warm_up(self) -> None:
        """Let the loader start what takes long to start, behind whatever is asked for already."""
        self._background.image(self._loader.warm_up, nothing, nothing, what="warm up")

    def close(self) -> None:
        """Begin nothing more."""
        self._stacks.close_all()
        self._loader.stop()

    def let_go(self, images: Iterable[LoadedImage]) -> None:
        """Close the files of images that are no longer shown, and the stacks of those that came too late."""
        held = tuple(images)
        self._stacks.close_all()

        def close() -> None:
            for loaded in held:
                loaded.pyramid.close()

        self._background.image(close, nothing, nothing, what="close")

    def _tell(self, sop_instance_uid: str, error: BaseException) -> None:
        self.failed.emit(sop_instance_uid, sentence_of(error))


def sentence_of(error: BaseException) -> str:
    """Return what the reader is told of an error."""
    if isinstance(error, (ReadingError, UnreadableFile)):
        return str(error)
    return (
        f"Klarsyn could not do this ({type(error).__name__}). What you have signed is safe. "
        "Try again; if it comes back, tell the administrator to look into the log."
    )


def nothing(_: Any) -> None:
    """The work itself was all; a failure has been logged by the worker."""
