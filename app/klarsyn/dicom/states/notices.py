"""Sentences about what a presentation state, a shutter or an overlay asks for and does not get."""

from collections.abc import Iterable

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset

from klarsyn.domain.exam import Notice

_TEXTS = {
    "state-area-missing": "The presentation state names no displayed area; the whole image is shown.",
    "state-area-invalid": "A displayed area of the presentation state is damaged and is left out.",
    "state-size-unusable": "The presentation state asks for {0} and does not say how large; "
    "the image is fitted instead.",
    "state-rotation-invalid": "The presentation state asks for a rotation by {0}, which is no multiple of 90 "
    "degrees; the image is not rotated.",
    "state-lut-table": "The Presentation LUT of the presentation state is damaged and not applied: "
    "greys differ from those that its maker saw.",
    "state-lut-missing": "The presentation state does not say whether it inverts, as each must: the file "
    "may be cut off, and drawings missing. Ask for it again.",
    "state-mask": "The presentation state subtracts a mask, which is not done here.",
    "state-graphic-invalid": "{0} drawings of the presentation state are damaged or of an unknown kind and "
    "are not shown.",
    "state-graphic-points": "A drawing of the presentation state has {0} points where {1} are announced; "
    "all {0} are drawn.",
    "state-text-invalid": "{0} texts of the presentation state have no words or no place and are not shown.",
    "state-compound": "{0} compound graphics (rulers, axes, arrows and the like) of the presentation state "
    "are not supported and are not shown.",
    "state-style": "Colours, dashes or fonts of single drawings in the presentation state are not followed.",
    "state-voi-empty": "A grey-scale item of the presentation state has neither a window nor a table; "
    "the full range is shown.",
    "state-segments": "The presentation state speaks of segments of images; they are not told apart.",
    "state-not-used": "The presentation state also has {0}, which is not used here.",
    "state-private": "The presentation state has private elements of its maker, which are not used.",
    "shutter-bitmap": "A bitmap shutter is not supported: the image is shown without it.",
    "shutter-invalid": "A shutter ({0}) is damaged or of an unknown shape: the image is shown without it.",
    "shutter-hides-all": "A shutter of the file covers the whole image: nothing of it is seen. Switch the "
    "shutters off to see it.",
    "overlay-invalid": "Overlay {0:04X} cannot be read and is not shown: {1}.",
    "overlay-embedded": "Overlay {0:04X} lies in unused bits of the compressed pixels and cannot be shown.",
}

_ABOUT_DISPLAY = frozenset({0x0018, 0x0028, 0x0070, 0x2050})


def state_notice(code: str, *facts: object) -> Notice:
    """Return the notice `code` with its facts put in; none of them is about the patient."""
    return Notice(code, _TEXTS[code].format(*facts))


def not_used(item: Dataset, used: Iterable[str]) -> list[Notice]:
    """Return notices of everything in a data set that concerns display and is not among `used`.

    So that what this reader does not know, now or in a later edition of the standard, is told.
    """
    known = frozenset(used)
    tags = sorted(item.keys())
    names = [keyword_for_tag(tag) or f"({tag:08X})" for tag in tags if tag >> 16 in _ABOUT_DISPLAY]
    found = [state_notice("state-not-used", name) for name in names if name not in known]
    if any(tag >> 16 & 1 for tag in tags):
        found.append(state_notice("state-private"))
    return found


def each_once(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return the notices without repetitions, in their order."""
    return tuple(dict.fromkeys(notices))
