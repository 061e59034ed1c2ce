"""Which extra images stand behind which place of a step, reached with the wheel.

No image is put behind a place of the other breast: one whose side or projection the step does not show waits
for a step that does (`step_sequence` adds one where no step would).
"""

from collections.abc import Mapping, Sequence

from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.domain.hanging_protocol import Cell

_AXIAL = {ViewPosition.CC, ViewPosition.XCCL, ViewPosition.XCCM, ViewPosition.FB}

Pages = tuple[Image | None, ...]
"""The images of one place in the order of the wheel; None is the labelled empty place."""


def share_out(
    placed: Sequence[tuple[Cell, Image | None]], more: Mapping[int, Sequence[Image]]
) -> tuple[Pages, ...]:
    """Return the pages of each place, its own image or None first.

    Parameters
    ----------
    placed
        The places of a step with what hangs there.
    more
        By number of the exam, the images without a place of their own, best first. Those without a stated
        side go to the last place of their exam, or, when nothing of it hangs, one to each.
    """
    pages: list[list[Image | None]] = [[image] for _, image in placed]
    for exam, images in more.items():
        own = [n for n, (cell, _) in enumerate(placed) if cell.match.exam == exam]
        if not own:
            continue
        nothing_hangs = all(placed[n][1] is None for n in own)
        strays = 0
        for image in images:
            if image.laterality in (Laterality.RIGHT, Laterality.LEFT):
                place = _place_of(image, own, placed)
            else:
                place = own[strays % len(own)] if nothing_hangs else own[-1]
                strays += 1
            if place is not None:
                pages[place].append(image)
        if nothing_hangs:
            for n in own:
                pages[n] = pages[n][1:] or pages[n]
    return tuple(tuple(listed) for listed in pages)


def _place_of(image: Image, own: list[int], placed: Sequence[tuple[Cell, Image | None]]) -> int | None:
    """Return the place on the image's own side that fits best: what it asks for, its view, its projection."""
    candidates = []
    for n in own:
        match = placed[n][0].match
        axial = {view in _AXIAL for view in match.views}
        if match.laterality not in (None, image.laterality):
            continue
        if axial and (image.view_position in _AXIAL) not in axial:
            continue
        candidates.append((not match.fits(image), image.view_position not in match.views, n))
    return min(candidates)[2] if candidates else None
