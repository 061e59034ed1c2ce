"""From drawing to drawing: the step, the image and the slice of each, wherever it lies."""

from typing import TYPE_CHECKING

from klarsyn.domain.annotation import Annotation
from klarsyn.domain.exam import Exam
from klarsyn.domain.shown_slices import place_words
from klarsyn.domain.volume import Volume
from klarsyn.domain.volumes import volumes_of

if TYPE_CHECKING:
    from klarsyn.ui.drawings.annotation_layer import AnnotationLayer
    from klarsyn.ui.hanging.hanging_grid import HangingGrid


def go_to_next_drawing(grid: "HangingGrid", layer: "AnnotationLayer") -> bool:
    """Show and choose the drawing after the chosen one, image by image and slice by slice; then say where."""
    session, hung = grid.session, grid.hung
    drawn = session.drawings.history.present if session is not None else ()
    if session is None or hung is None or not drawn:
        grid.told.emit("Nothing is drawn on this exam.")
        return False
    exams = (session.exam, *session.priors)
    volumes = [volume for exam in exams for volume in volumes_of(exam)]
    ordered = sorted(drawn, key=lambda a: _place_of(a, exams, volumes))
    ids = [annotation.annotation_id for annotation in ordered]
    following = (ids.index(layer.chosen) + 1) % len(ids) if layer.chosen in ids else 0
    chosen = ordered[following]
    volume, index = _slice_of(chosen, volumes)
    uid = volume.image.sop_instance_uid if volume is not None else chosen.sop_instance_uid
    where = place_words(volume, index) if volume is not None else _label(uid, exams)
    found = hung.find(uid)
    if found is None:
        grid.told.emit(f"A drawing on {where} is out of reach in this protocol.")
        return False
    grid.scrolling.cine.stop()
    step, place, page = found
    if hung.go_to(step):
        grid.show_step()
    if hung.page(place) != page or hung.instead(place) is not None:
        hung.open_page(place, page)
        grid.refresh(place)
    if volume is not None:
        grid.shelf.show_slice(uid, index)
    layer.hidden = False
    layer.chosen = chosen.annotation_id
    _show(grid, place, chosen)
    grid.told.emit(f"Drawing {following + 1} of {len(ids)}: {where}.")
    return True


def _show(grid: "HangingGrid", place: int, annotation: Annotation) -> None:
    """Move the image only where the drawing is out of sight."""
    grid.pick(place)
    viewport = grid.viewports[place]
    transform = viewport.transform()
    if transform is None:
        return
    columns, rows = zip(*annotation.points, strict=True)
    middle = (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2
    x, y = transform.to_viewport(*middle)
    width, height = viewport.device_size
    if not (0 <= x < width and 0 <= y < height):
        viewport.look_at(*middle)
    grid.update_views()


def _slice_of(annotation: Annotation, volumes: list[Volume]) -> tuple[Volume | None, int]:
    for volume in volumes:
        index = volume.index_of(annotation.sop_instance_uid, annotation.frame or 1)
        if index is not None:
            return volume, index
    return None, 0


def _place_of(annotation: Annotation, exams: tuple[Exam, ...], volumes: list[Volume]) -> tuple[int, int]:
    """Return what drawings are ordered by: the image, as the exams list it, and the slice."""
    volume, index = _slice_of(annotation, volumes)
    uid = volume.image.sop_instance_uid if volume is not None else annotation.sop_instance_uid
    uids = [image.sop_instance_uid for exam in exams for image in exam.images]
    return uids.index(uid), index


def _label(uid: str, exams: tuple[Exam, ...]) -> str:
    found = [image for exam in exams if (image := exam.image(uid)) is not None]
    return f"{found[0].view_label}{found[0].kind_label}" if found else "an image"
