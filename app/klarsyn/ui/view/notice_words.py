"""Short words on the screen for notices, whose sentence is shown on request; which of them comes first."""

from collections.abc import Iterable

from klarsyn.domain.exam import Image, Notice

_NOT_SHOWN = ("slice-unreadable", "slices-missing", "parts-missing", "frames-missing")

_SHORT = {
    "header-repair": "header repaired",
    "for-processing": "FOR PROCESSING",
    "lossy": "lossy compression",
    "laterality-missing": "side not coded",
    "laterality-contradiction": "SIDE: contradiction",
    "view-contradiction": "VIEW: contradiction",
    "modifier-damaged": "VIEW MODIFIER unreadable",
    "modifier-contradiction": "VIEW MODIFIER: contradiction",
    "modifier-misplaced": "view modifier unsure",
    "modifier-unknown": "view modifier unknown",
    "implant-unclear": "implant possible",
    "shutter-hides-all": "SHUTTER COVERS ALL",
    "view-missing": "view missing",
    "view-repeated": "repeated view",
    "tomosynthesis": "tomosynthesis behind the 2D image",
    "tomosynthesis-later": "tomosynthesis in later steps",
    "projections": "projections, not shown",
    "synthetic": "synthetic 2D",
    "spacing-missing": "real size unknown",
    "spacing-unusable": "real size unknown",
    "spacing-unchecked": "real size not confirmed",
    "orientation-missing": "hung by side and pixels",
    "orientation-illegal": "hung by side and pixels",
    "orientation-from-pixels": "hung by side and pixels",
    "orientation-unknown": "ORIENTATION unknown",
    "orientation-contradiction": "ORIENTATION: contradiction",
    "magnification-missing": "sizes at the detector",
    "sizes-differ": "sizes differ by 2 to 10 %",
    "no-window": "no window in the file",
    "window-invalid": "windows left out",
    "voi-function-unknown": "window function unknown",
    "lut-invalid": "lookup table left out",
    "rescale-invalid": "RESCALE not valid",
    "grey-contradiction": "BLACK AND WHITE: contradiction",
    "lut-shape-unknown": "black and white unsure",
    "padding-invalid": "border may be grey",
    "lossy-unclear": "lossy compression possible",
    "partial-view-unclear": "partial view possible",
    "slice-unreadable": "SLICES UNREADABLE",
    "slices-missing": "SLICES MISSING",
    "parts-missing": "SLICES MISSING",
    "frames-missing": "SLICES MISSING",
}

_QUIET = ("magnification-missing", "not-all-pixels-seen", "not-seen-whole", "synthetic")


def short(notice: Notice) -> str:
    """Return a notice in two or three words; the sentence is shown on request."""
    return _SHORT.get(notice.code, notice.code.replace("-", " "))


def is_quiet(notice: Notice) -> bool:
    """True for what is much the same on every view of a unit or a reader: said, but not in colour.

    Amber that stands on all views all day is amber that nobody sees.
    """
    return notice.code in _QUIET


def full(notice: Notice) -> str:
    """Return a notice's sentence with its short words before it, unless it begins with them."""
    words = short(notice)
    return notice.text if notice.text.casefold().startswith(words.casefold()) else f"{words}: {notice.text}"


def image_notices(image: Image, more: Iterable[Notice] = ()) -> tuple[Notice, ...]:
    """Return everything a reader must be told of an image, each once; flags without a notice get one."""
    notices = [n for n in dict.fromkeys((*image.notices, *more)) if n.code != "credit"]
    codes = {n.code for n in notices}
    flags = (
        (image.for_processing, "processing", "for-processing", "Not processed for presentation."),
        (image.lossy, "lossy", "lossy", "Compressed with loss; fine detail may be altered."),
        (image.partial_view, "partial", "partial-view", "Shows a part of the breast only."),
        (image.synthetic, "synthetic", "synthetic", "Computed from tomosynthesis, not exposed."),
        (image.spacing is None, "spacing", "no-spacing", "No pixel spacing: real size is unknown."),
    )
    for flag, stem, code, text in flags:
        if flag and not any(stem in c for c in codes):
            notices.append(Notice(code, text))
    return tuple(sorted(notices, key=_urgency))


def _urgency(notice: Notice) -> int:
    """What cannot be shown comes first, then contradictions, then images that are not as sent or meant."""
    if notice.code in _NOT_SHOWN:
        return 0
    if "contradiction" in notice.code:
        return 1
    return (
        2 if notice.code in ("header-repair", "for-processing", "lossy", "partial-view", "synthetic") else 3
    )
