"""The images of the open exam that have come so far, with the reader's display state of each. No Qt."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from klarsyn.domain.exam import Exam
from klarsyn.reading.first_look import unfinished
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.prepared import Prepared
from klarsyn.ui.view.view_state import ViewState

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage


class Shelf:
    """Holds pictures, views and what went wrong, by SOP instance UID."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.pictures: dict[str, Picture] = {}
        self.views: dict[str, ViewState] = {}
        self.failed: dict[str, str] = {}
        self._awaited: dict[str, int] = {}

    def put(self, prepared: Prepared) -> bool:
        """Take an image; returns False for a first look that comes after the whole image, and is left out.

        Where the whole image takes the place of a first look, what the reader has done to it stays.
        """
        picture, view = prepared
        uid = picture.loaded.image.sop_instance_uid
        before = self.views.get(uid)
        if before is not None:
            if picture.loaded.pyramid.is_preview:
                return False
            view.take_over(before)
        self.pictures[uid], self.views[uid] = picture, view
        if uid in self._awaited:
            self.show_slice(uid, self._awaited.pop(uid))
        return True

    def show_slice(self, uid: str, index: int) -> None:
        """Go to a slice of a tomosynthesis, in sight or not; where it has not come yet, once it comes."""
        view = self.views.get(uid)
        if view is None:
            self._awaited[uid] = index
        elif view.stack is not None:
            view.stack.go_to(index)

    def replace(self, prepared: Prepared) -> None:
        """Take another way of showing an image, with what the reader has done to that one."""
        picture, view = prepared
        uid = picture.loaded.image.sop_instance_uid
        self.pictures[uid], self.views[uid] = picture, view

    def clear(self) -> tuple["LoadedImage", ...]:
        """Forget all; returns the images, whose files somebody has to let go."""
        images = tuple(picture.loaded for picture in self.pictures.values())
        self.pictures, self.views, self.failed, self._awaited = {}, {}, {}, {}
        return images

    def linked_to(self, view: ViewState) -> Iterator[ViewState]:
        """Return the other views whose windows may change with this one's."""
        yield from (other for other in self.views.values() if other is not view and other.is_like(view))

    def unfinished(self, exam: Exam) -> str:
        """Return why this exam cannot be signed yet: some of its images are first looks; "" when none is."""
        for view in self.views.values():
            # What was a preview when it was painted last may be whole by now.
            view.turn_the_stack()
        own = [view.loaded for uid, view in self.views.items() if exam.image(uid) is not None]
        return unfinished(own)
