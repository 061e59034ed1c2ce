"""Which texts stand on one place of the hanging."""

from typing import TYPE_CHECKING

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.hanging import Slot
from klarsyn.ui.corners import Corners
from klarsyn.ui.hung import Pages
from klarsyn.ui.words import identity, image_notices

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage


def captions(exam: Exam, slot: Slot, listed: Pages, page: int, loaded: "LoadedImage | None") -> Corners:
    """Return identity, view, technique, notices and credit of what a place shows at `page`.

    They stand on the side away from the breast: left for right breasts. `loaded` adds what was found out
    while hanging; it is None before an image is decoded.
    """
    image = listed[page]
    corners = Corners(slot.label, right=slot.laterality is Laterality.LEFT, identity=identity(exam.patient))
    corners.place = f"{page + 1} of {len(listed)}  ·  wheel" if len(listed) > 1 else ""
    if image is not None:
        corners.label = image.view_label
        corners.technique = image.technique
        corners.notices = image_notices(image, loaded.notices if loaded else ())
        # Owed where a header repair has recognised a public collection; the repair's file words it.
        corners.credit = next((n.text for n in image.notices if n.code == "credit"), "")
    return corners
