"""Which images each place of the hanging can show: its own first, then the extra ones that fit there."""

from klarsyn.domain.exam import Image, ViewPosition
from klarsyn.domain.hanging import Hanging, Slot

_AXIAL = {ViewPosition.CC, ViewPosition.XCCL, ViewPosition.XCCM, ViewPosition.FB}

Pages = tuple[Image | None, ...]
"""The images of one place in the order of the wheel; None is the labelled empty place."""


def pages(hanging: Hanging) -> tuple[tuple[Slot, Pages], ...]:
    """Share the extra images out, so that each can be reached and none takes a side that it does not state.

    An extra image of a stated side goes to that side's place, the upper for craniocaudal projections.
    Images without a stated side go to the last place, or, when nothing else hangs, one to each place.
    """
    own: dict[int, list[Image | None]] = {n: [image] for n, (_, image) in enumerate(hanging.placed)}
    nothing_hangs = all(image is None for _, image in hanging.placed)
    strays = 0
    for image in hanging.more:
        number = _place_of(image, hanging)
        if number is None:
            number = strays % len(own) if nothing_hangs else len(own) - 1
            strays += 1
        own[number].append(image)
    shared = []
    for n, (slot, _) in enumerate(hanging.placed):
        listed = own[n]
        if nothing_hangs and len(listed) > 1:
            listed = listed[1:]
        shared.append((slot, tuple(listed)))
    return tuple(shared)


def _place_of(image: Image, hanging: Hanging) -> int | None:
    upper = image.view_position in _AXIAL
    wanted = ViewPosition.CC if upper else ViewPosition.MLO
    for number, (slot, _) in enumerate(hanging.placed):
        if slot.laterality is image.laterality and slot.view_position is wanted:
            return number
    return None
