"""Which texts stand on one place of the hanging."""

from typing import TYPE_CHECKING

from klarsyn.domain.arranging import HungCell
from klarsyn.domain.exam import Exam, Image, Laterality, Notice
from klarsyn.domain.hanging_protocol import CURRENT
from klarsyn.domain.measuring import spacing_words
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.notice_words import image_notices
from klarsyn.ui.words import identity

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

IMPLANT = Notice("implant", "The header says that there is an implant in this breast.")
SEEN_IN_PART = Notice(
    "not-all-pixels-seen",
    "When this read was signed, a part of the breast had not been on the screen pixel by pixel (1:1).",
)

VOLUME_SEEN_IN_PART = Notice(
    "not-seen-whole",
    "When this read was signed, a slice had not been shown, or a part of the breast not pixel by pixel.",
)


def seen_in_part_of(image: Image) -> Notice:
    """Return what is told of an image that had not been seen whole when its read was signed."""
    return VOLUME_SEEN_IN_PART if image.is_tomosynthesis else SEEN_IN_PART


def captions(
    exam: Exam,
    hung: HungCell,
    page: int,
    loaded: "LoadedImage | None" = None,
    more: tuple[Notice, ...] = (),
) -> Corners:
    """Return identity, view, date of a prior, technique, notices and credit of what a place shows at `page`.

    They stand on the side away from the breast: left for right breasts. `loaded` adds what was found out
    while hanging; it is None before an image is decoded. `more` are notices of the step and of the read.
    `exam` is the one that is read.
    """
    image = hung.pages[page]
    side = hung.cell.match.laterality or (image.laterality if image is not None else None)
    patient = (hung.exam or exam).patient
    corners = Corners(hung.cell.match.label, right=side is Laterality.LEFT, identity=identity(patient))
    corners.prior = prior_words(hung)
    if len(hung.pages) > 1:
        # The wheel of a tomosynthesis turns its slices.
        how = "  ·  wheel" if image is None or not image.is_tomosynthesis else ""
        corners.place = f"{page + 1} of {len(hung.pages)}{how}"
    if image is not None:
        corners.label = image.view_label
        day = (hung.exam or exam).study_date
        # A prior's date stands above, with how much earlier it is.
        corners.day = "" if corners.prior else day.isoformat() if day else "date unknown"
        corners.technique = image.technique
        corners.device = device_words(image)
        corners.spacing = spacing_words(image)
        corners.notices = image_notices(image, (*_flags(image), *(loaded.notices if loaded else ()), *more))
        # Owed where a header repair has recognised a public collection; the repair's file words it.
        corners.credit = next((n.text for n in image.notices if n.code == "credit"), "")
    return corners


def device_words(image: Image) -> str:
    """Return who made the device and its software; said only while the reader asks for it."""
    software = f"software {image.software_versions}" if image.software_versions else ""
    return " · ".join(filter(None, (image.manufacturer or "maker of the device not told", software)))


def prior_words(hung: HungCell) -> str:
    """Return e.g. "PRIOR 2024-11-03, 2 years 1 month earlier"; "" for the exam that is read."""
    if hung.cell.match.exam == CURRENT:
        return ""
    if hung.exam is None:
        return "PRIOR"
    day = hung.exam.study_date
    return f"PRIOR {day.isoformat()}, {hung.gap}" if day is not None else "PRIOR of unknown date"


def _flags(image: Image) -> tuple[Notice, ...]:
    told = any("implant" in notice.code for notice in image.notices)
    return (IMPLANT,) if image.implant and not told else ()
