"""Side, view and modifiers, from coded attributes only (invariant 2).

ViewCodeSequence, ViewModifierCodeSequence, ImageLaterality (PS3.3 C.8.11.7), and FrameLaterality of the
Frame Anatomy functional group (C.7.6.16.2.8) for tomosynthesis. Laterality (0020,0060) and ViewPosition
(0018,5101) are looked at only to notice when they contradict the code. Descriptions are never read.
"""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import damaged_items, items, text
from klarsyn.dicom.codes import scheme_and_value, view_modifier, view_position
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.notices import notice
from klarsyn.domain.exam import Laterality, Notice, ViewModifier, ViewPosition

_SIDES = {side.value: side for side in Laterality}
_PLAIN_VIEWS = {view.value: view for view in ViewPosition}


@dataclass(frozen=True, slots=True)
class View:
    """What the coded attributes say; None where they say nothing."""

    laterality: Laterality | None
    view_position: ViewPosition | None
    modifiers: tuple[ViewModifier, ...]
    notices: tuple[Notice, ...]


def read_view(ds: Dataset, frames: int = 1, *, single_slice: bool = False) -> View:
    """Return side, view and modifiers of an image, with a notice for each contradiction.

    `frames` are there; a `single_slice` of a CT image has no other place for its side than Laterality.
    """
    notices: list[Notice] = []
    laterality = _coded_side(ds, frames, notices)
    if laterality is None and single_slice:
        laterality = _SIDES.get(text(ds, "Laterality"))
    codes = items(ds, "ViewCodeSequence")
    position = view_position(codes[0]) if codes else None
    if codes and position is None:
        notices.append(notice("view-unknown", _spelled(codes[0])))
    text_view = _PLAIN_VIEWS.get(text(ds, "ViewPosition").upper())
    if position is not None and text_view is not None and text_view is not position:
        notices.append(notice("view-contradiction", "ViewCodeSequence", position, "ViewPosition", text_view))
    return View(laterality, position, _modifiers(ds, codes, notices), tuple(notices))


def missing_view_notices(laterality: Laterality | None, position: ViewPosition | None) -> list[Notice]:
    """Return what the reader must be told about a side or view that nothing names."""
    missing = [notice("laterality-missing")] if laterality is None else []
    return missing + ([notice("view-missing")] if position is None else [])


def _coded_side(ds: Dataset, frames: int, notices: list[Notice]) -> Laterality | None:
    said = {
        "FrameLaterality": _frame_side(ds, frames, notices),
        "ImageLaterality": _SIDES.get(text(ds, "ImageLaterality")),
    }
    name, side = next(((n, s) for n, s in said.items() if s is not None), ("", None))
    if side is None:
        return None
    others = said | {"Laterality": _SIDES.get(text(ds, "Laterality"))}
    for other, value in others.items():
        if value is not None and value is not side:
            notices.append(notice("laterality-contradiction", name, side, other, value))
    return side


def _frame_side(ds: Dataset, frames: int, notices: list[Notice]) -> Laterality | None:
    """Return the side that most frames state, the first of those that are equally many."""
    groups = FrameGroups(ds)
    of_side: dict[Laterality, list[int]] = {}
    for frame in range(1, min(frames, groups.described + 1) + 1):
        anatomy = groups.item("FrameAnatomySequence", frame)
        side = _SIDES.get(text(anatomy, "FrameLaterality")) if anatomy is not None else None
        if side is not None:
            of_side.setdefault(side, []).append(frame)
    if not of_side:
        return None
    shown = max(of_side, key=lambda side: len(of_side[side]))
    for other, numbers in of_side.items():
        if other is not shown:
            names = [f"FrameLaterality of {_counted(of_side[shown])}", f"that of {_counted(numbers)}"]
            notices.append(notice("laterality-contradiction", names[0], shown, names[1], other))
    return shown


def _counted(frames: list[int]) -> str:
    return f"frame {frames[0]}" if len(frames) == 1 else f"{len(frames)} frames"


def _modifiers(ds: Dataset, codes: tuple[Dataset, ...], notices: list[Notice]) -> tuple[ViewModifier, ...]:
    places = (*codes[:1], ds)  # some senders put modifiers beside the view code
    if any(damaged_items(place, "ViewModifierCodeSequence") for place in places):
        notices.append(notice("modifier-damaged"))
    nested = _known(codes[0], notices) if codes else None
    outside = _known(ds, notices)
    if outside is not None and nested is None:
        notices.append(notice("modifier-misplaced"))
    elif outside and nested is not None and set(outside) - set(nested):
        notices.append(notice("modifier-contradiction", _listed(nested), _listed(outside)))
    return tuple(nested if nested is not None else outside or ())


def _known(ds: Dataset, notices: list[Notice]) -> list[ViewModifier] | None:
    """Return the modifiers that are known, each once; None where no items stand."""
    found: list[ViewModifier] = []
    sequence = items(ds, "ViewModifierCodeSequence")
    for item in sequence:
        modifier = view_modifier(item)
        if modifier is None:
            notices.append(notice("modifier-unknown", _spelled(item)))
        elif modifier not in found:
            found.append(modifier)
    return found if sequence else None


def _listed(modifiers: list[ViewModifier]) -> str:
    return ", ".join(modifier.value for modifier in modifiers) or "none that is known"


def _spelled(item: Dataset) -> str:
    scheme, value = scheme_and_value(item)
    return f"({value or 'no value'}, {scheme or 'no scheme'})"
