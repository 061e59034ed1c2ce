"""Words for how large an image is drawn: 1:1, true size, and how sure that is."""

from typing import TYPE_CHECKING

from klarsyn.imaging.geometry import ViewTransform

if TYPE_CHECKING:
    from klarsyn.ui.view_state import ViewState

_CLOSE = 1e-3


def size_words(
    view: "ViewState", transform: ViewTransform, pixel_mm: tuple[float, bool], walked: str = ""
) -> str:
    """Return what stands on the image, e.g. "1:1 · stop 2 of 9 · 34 % seen".

    Parameters
    ----------
    pixel_mm
        Size of a device pixel of the screen in mm, and whether a ruler has measured it.
    """
    scale = transform.scale
    words = []
    if abs(scale - 1.0) < _CLOSE:
        words.append("1:1")
    elif scale > 1.0:
        words.append(f"{scale:.1f}:1")
    if _is_true_size(view, transform, pixel_mm[0]):
        words.append("true size" if pixel_mm[1] else "true size, screen not measured")
    if walked:
        words.append(walked)
    if 0.0 < view.coverage.share < 1.0:
        # Rounded down: 100 % stands for every pixel.
        words.append(f"{int(view.coverage.share * 100)} % seen")
    elif view.coverage.all_seen:
        words.append("all pixels seen")
    return " · ".join(words)


def _is_true_size(view: "ViewState", transform: ViewTransform, pixel_mm: float) -> bool:
    spacing = view.loaded.image.spacing
    if spacing is None:
        return False
    return abs(transform.column_scale * pixel_mm / spacing.column_mm - 1.0) < _CLOSE
