"""Words for how large an image is drawn: 1:1, true size, how sure that is, and what is not at true size."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from klarsyn.imaging.geometry import ViewTransform

if TYPE_CHECKING:
    from klarsyn.ui.view.view_place import ViewPlace
    from klarsyn.ui.view.view_state import ViewState

_CLOSE = 1e-3


def size_words(
    view: "ViewState",
    transform: ViewTransform,
    pixel_mm: tuple[float, bool],
    walked: str = "",
    beside: Iterable["ViewPlace"] = (),
) -> str:
    """Return what stands on the image, e.g. "1:1 · stop 2 of 9 · 34 % seen", or "7 of 29 slices seen".

    Parameters
    ----------
    pixel_mm
        Size of a device pixel of the screen in mm, and whether a ruler has measured it.
    beside
        The views of the step. Where one of them is at true size and this one is not, it says how large it is:
        sizes must not be compared between the two by eye.
    """
    scale = transform.scale
    words = []
    if abs(scale - 1.0) < _CLOSE:
        words.append("1:1")
    elif scale > 1.0:
        words.append(f"{scale:.1f}:1")
    share = true_share(view, transform, pixel_mm[0])
    if share is not None and _is_one(share):
        words.append("true size" if pixel_mm[1] else "true size, screen not measured")
    elif any(each.at_true_size for each in beside):
        words.append(f"{share:.3g} × true size" if share is not None else "not at true size")
    if walked:
        words.append(walked)
    return " · ".join((*words, *_seen(view)))


def _seen(view: "ViewState") -> list[str]:
    """What has been seen. Pixels of a tomosynthesis are spoken of only once all of its slices have been."""
    words = []
    if view.stack is not None:
        seen, of = view.stack.seen_of
        if not view.stack.all_seen:
            return [f"{seen} of {of} slices seen"]
        if of:
            words.append("all slices seen")
    if 0.0 < view.coverage.share < 1.0:
        # Rounded down: 100 % stands for every pixel.
        words.append(f"{int(view.coverage.share * 100)} % {'at 1:1' if words else 'seen'}")
    elif view.coverage.all_seen:
        words.append("all pixels seen")
    return words


def true_share(view: "ViewState", transform: ViewTransform, pixel_mm: float) -> float | None:
    """Return how large the image is drawn over how large the breast was; None when that is not known."""
    spacing = view.loaded.image.spacing
    return transform.column_scale * pixel_mm / spacing.column_mm if spacing is not None else None


def is_true_size(view: "ViewState", transform: ViewTransform, pixel_mm: float) -> bool:
    """Return whether an image is drawn as large as the breast was."""
    share = true_share(view, transform, pixel_mm)
    return share is not None and _is_one(share)


def _is_one(share: float) -> bool:
    return abs(share - 1.0) < _CLOSE
