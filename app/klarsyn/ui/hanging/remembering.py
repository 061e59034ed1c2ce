"""What a reader sees is followed from the moment an image comes: her earlier stays with it are added."""

from typing import TYPE_CHECKING

from klarsyn.ui.view.prepared import Prepared

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession


def remember_looks(session: "ReadingSession | None", prepared: Prepared) -> None:
    """Follow what is seen of an image, and of each slice of a tomosynthesis; a first look does not count."""
    picture, view = prepared
    if session is None or (view.stack is None and picture.loaded.pyramid.is_preview):
        return
    uid = picture.loaded.image.sop_instance_uid
    session.looked.take(uid, view.coverage)
    if view.stack is not None:
        session.looked.take_slices(uid, view.stack.seen)
