"""Where the planes of frames lie in the woman (Plane Position and Orientation, PS3.3 C.7.6.16.2.3 and .4).

Positions are measured along the normal of the planes, in mm. The normal points to the head, in a lateral
view to the middle of the body, whichever way the sender has stored its rows: for CC and MLO that is from the
breast support to the tube, so that slices count upwards from the support. The coded view says which of both
it is, not the angle: else a lateral view tilted a little would run the other way than one that is not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from klarsyn.dicom.attributes import numbers
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.domain.exam import Laterality, ViewPosition

Vector = tuple[float, float, float]

_SIDEWAYS = 0.05
"""Less of a direction in a normal than this (3 degrees) is none: then the head decides nothing."""

_LATERAL = frozenset({ViewPosition.ML, ViewPosition.LM})

_TURNED = 0.9998
"""Cosine of the angle, one degree, by which axes may differ and still be called the same."""

_STRAIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of all frames.

    Parameters
    ----------
    positions_mm
        Of frame 1, 2, …, () unless each has one.
    without_position
        How many frames state no position.
    orientation
        The six cosines of most frames, () where none states legal ones.
    turned
        Numbers of frames that state other axes, or none where others do.
    """

    positions_mm: tuple[float, ...]
    without_position: int
    orientation: tuple[float, ...]
    turned: tuple[int, ...]


def read_planes(
    groups: FrameGroups, frames: int, side: Laterality | None, view: ViewPosition | None = None
) -> Planes:
    """Return the planes of frames 1 to `frames`; `side` and `view` say which way is up."""
    stated = [_origin(groups, frame) for frame in range(1, frames + 1)]
    origins = [origin for origin in stated if origin is not None]
    axes = [_axes(groups, frame) for frame in range(1, frames + 1)]
    orientation = _usual(axes)
    turned = tuple(n for n, own in enumerate(axes, 1) if orientation and not _same(own, orientation))
    normal = _cross(orientation) if orientation else _line(origins)
    positions: tuple[float, ...] = ()
    if normal is not None and len(origins) == frames:
        upward = _upward(normal, side, view)
        positions = tuple(round(_dot(origin, upward), 4) for origin in origins)
    return Planes(positions, frames - len(origins), orientation, turned)


def usual_frame(planes: Planes, frames: int) -> int:
    """Return the frame, nearest to the middle, whose plane is that of most: it speaks for the others."""
    middle = (frames + 1) // 2
    turned = set(planes.turned)
    return min((n for n in range(1, frames + 1) if n not in turned), key=lambda n: abs(n - middle), default=1)


def _origin(groups: FrameGroups, frame: int) -> Vector | None:
    item = groups.saying("PlanePositionSequence", frame, "ImagePositionPatient")
    found = numbers(item, "ImagePositionPatient") if item is not None else ()
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _axes(groups: FrameGroups, frame: int) -> tuple[float, ...]:
    item = groups.saying("PlaneOrientationSequence", frame, "ImageOrientationPatient")
    found = numbers(item, "ImageOrientationPatient") if item is not None else ()
    if len(found) != 6:
        return ()
    row, column = found[:3], found[3:]
    unit = all(abs(_dot(axis, axis) - 1) < 0.01 for axis in (row, column))
    return found if unit and abs(_dot(row, column)) < 0.01 else ()


def _usual(axes: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the axes that most frames share; the same ones whatever the order of the frames."""
    kinds: list[list[tuple[float, ...]]] = []
    for own in sorted(axis for axis in axes if axis):
        kind = next((known for known in kinds if _same(own, known[0])), None)
        if kind is None:
            kinds.append([own])
        else:
            kind.append(own)
    return max(kinds, key=len)[0] if kinds else ()


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return bool(one) and min(_dot(one[:3], other[:3]), _dot(one[3:], other[3:])) > _TURNED


def _cross(axes: tuple[float, ...]) -> Vector:
    a, b, c, d, e, f = axes
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def _line(origins: Sequence[Vector]) -> Vector | None:
    """Return the direction in which positions lie behind each other, where no orientation is stated."""
    if len(origins) < 2:
        return None
    first = min(origins)
    far = max(origins, key=lambda o: math.dist(first, o))
    length = math.dist(first, far)
    if length == 0:
        return None
    along = ((far[0] - first[0]) / length, (far[1] - first[1]) / length, (far[2] - first[2]) / length)
    for origin in origins:
        away = tuple(o - f for o, f in zip(origin, first, strict=True))
        reach = _dot(away, along)
        if math.sqrt(max(_dot(away, away) - reach * reach, 0)) > _STRAIGHT * length:
            return None
    return along


def _upward(normal: Vector, side: Laterality | None, view: ViewPosition | None) -> Vector:
    head = normal[2]
    # The first axis points to the patient's left.
    medial = -normal[0] if side is Laterality.LEFT else normal[0]
    first, second = (medial, head) if view in _LATERAL else (head, medial)
    # Axes that contradict the view have nothing of its direction in them.
    sign = 1 if (first if abs(first) > _SIDEWAYS else second) >= 0 else -1
    return (sign * normal[0], sign * normal[1], sign * normal[2])


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
