"""Slices that are scrolled together: which volumes may be linked, and which slice stands for which.

Only slices of the same kind of view are cut in the same direction: R CC goes with L CC, and with the R CC of
a prior; never CC with MLO.

Between volumes of one exam, height counts: as many mm above the breast support (the detector's cover). With a
volume of another exam the share of the compressed thickness counts: the breast may have been compressed more
or less, and what lay halfway up then lies halfway up again, since compression squeezes all of it.
"""

from klarsyn.domain.exam import Image, Laterality
from klarsyn.domain.volume import Volume


def why_not_linked(one: Image, other: Image) -> str:
    """Return why slices of two views do not move together, for the reader; "" when they do."""
    if not (one.is_tomosynthesis and other.is_tomosynthesis):
        return "an image without slices"
    sides = (Laterality.LEFT, Laterality.RIGHT)
    if one.view_position is None or one.laterality not in sides:
        return f"side or view of {one.view_label} is not coded"
    if other.view_position is None or other.laterality not in sides:
        return f"side or view of {other.view_label} is not coded"
    if one.view_position is not other.view_position:
        return f"{one.view_position.value} and {other.view_position.value} are cut in different directions"
    if set(one.modifiers) != set(other.modifiers) or one.partial_view is not other.partial_view:
        return f"{one.view_label} and {other.view_label} were compressed in different ways"
    return ""


def positions_are_known(volume: Volume) -> bool:
    """Return whether heights can be compared; else numbers of slices are."""
    return _height(volume, 0) is not None and _thickness(volume) is not None


def linked_slice(source: Volume, index: int, target: Volume, *, same_exam: bool) -> int:
    """Return the slice of `target` (from 0) that stands for slice `index` of `source`.

    Beyond its ends the target stays at its end. Where a volume does not state positions, the share of the
    number of slices counts.
    """
    here = _height(source, index)
    high, there = _thickness(source), _thickness(target)
    if here is None or high is None or there is None:
        share = index / max(len(source.slices) - 1, 1)
        # Halves up, in both directions alike; Python's round goes to the even one.
        return int(share * (len(target.slices) - 1) + 0.5)
    wanted = here if same_exam else here / high * there
    return target.nearest(wanted - _half_a_slice(target))


def _half_a_slice(volume: Volume) -> float:
    """Positions are those of middles: the support lies half a slice below the lowest one."""
    return (volume.thickness_mm or volume.step_mm or 0.0) / 2


def _height(volume: Volume, index: int) -> float | None:
    """Return mm of a slice's middle above the lower face of the lowest slice, which lies on the support."""
    above = volume.position_of(index)
    return None if above is None else above + _half_a_slice(volume)


def _thickness(volume: Volume) -> float | None:
    """Return mm from the lower face of the lowest slice to the upper one of the highest; None if unknown."""
    top = _height(volume, len(volume.slices) - 1)
    thickness = None if top is None else top + _half_a_slice(volume)
    return thickness or None
