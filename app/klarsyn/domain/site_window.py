"""Windows that a site has saved under a name, for one device and one kind of view."""

from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.display import Window
from klarsyn.domain.exam import Image

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class SiteWindow:
    """A window offered beside those of the file, and shown at first only where the site says so.

    Parameters
    ----------
    device, software, view
        What it fits: `Image.manufacturer` (maker and model), `Image.software_versions` and `view_kind`.
        Values mean something else after another processing, so the software must be the same one.
    window
        Center, width and function; its explanation is the name.
    is_default
        True: images that it fits are shown with it at first, and the image says "site preset".

    Raises
    ------
    ValueError
        If the name or the device is empty, or the name is too long.
    """

    device: str
    software: str
    view: str
    window: Window
    is_default: bool = False
    saved_by: str = ""
    saved_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a window that could not be told from others."""
        if not self.device.strip():
            raise ValueError("The image does not say which device made it: no window can be saved for it.")
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise ValueError(f"A saved window needs a name of 1 to {LONGEST_NAME} letters.")

    @property
    def name(self) -> str:
        """What the site calls it."""
        return self.window.explanation

    @property
    def title(self) -> str:
        """Device and view, e.g. "Aurora 24 MLO"."""
        return f"{self.device} {self.view}".strip()

    def fits(self, image: Image) -> bool:
        """True when it was saved for images like this one."""
        return (self.device, self.software, self.view) == key_of(image)


def view_kind(image: Image) -> str:
    """Return what kind of image it is whatever its side: "MLO", "CC S", "MLO for processing"."""
    view = image.view_position.value if image.view_position else "view unknown"
    words = [view, *(m.value for m in image.modifiers)]
    return " ".join(words) + image.kind_label + (" for processing" if image.for_processing else "")


def key_of(image: Image) -> tuple[str, str, str]:
    """Return device, software and kind of view of an image."""
    return image.manufacturer, image.software_versions, view_kind(image)
