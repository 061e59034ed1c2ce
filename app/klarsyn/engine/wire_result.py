"""A result on its way from the worker: JSON, and explanation maps as plain float32 files beside it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from klarsyn.domain.finding import LesionType
from klarsyn.engine import wire
from klarsyn.engine.contract import RawRegion, RawResult
from klarsyn.engine.limits import MAX_ALL_MAP_PIXELS, MAX_MAP_PIXELS, MAX_MAPS, MAX_POINTS, MAX_REGIONS
from klarsyn.engine.wire import WireError

MapReader = Callable[[int, int], bytes]
"""Gives the bytes of an explanation map by its number, at most one more than so many."""


def result_to_wire(result: RawResult) -> tuple[dict[str, Any], list[npt.NDArray[np.float32]]]:
    """Split a result into JSON and its explanation maps; a map that several marks share travels once."""
    maps: list[npt.NDArray[np.float32]] = []
    numbers: dict[int, int] = {}
    regions = []
    for region in result.regions:
        shape = None
        if region.explanation is not None:
            number = numbers.setdefault(id(region.explanation), len(maps))
            if number == len(maps):
                maps.append(np.ascontiguousarray(region.explanation, dtype="<f4"))
            shape = [number, *maps[number].shape]
        regions.append(
            {
                "view_id": region.view_id,
                "frame": region.frame,
                "frame_range": region.frame_range,
                "finding": region.finding,
                "outline": [[float(column), float(row)] for column, row in region.outline],
                "lesion_type": LesionType(region.lesion_type),
                "raw_score": float(region.raw_score),
                "explanation": shape,
            }
        )
    return {"exam_token": result.exam_token, "raw": float(result.raw), "regions": regions}, maps


def result_from_wire(message: object, read_map: MapReader) -> RawResult:
    """Decode a result. Marks are counted before the first map is read, and each map is read once.

    Raises
    ------
    WireError
        If anything is not what it must be, or is more than `limits` allows.
    """
    fields = wire.mapping(message, "the result")
    maps = _Maps(read_map)
    regions = wire.listing(fields.get("regions"), "the marks", MAX_REGIONS)
    return RawResult(
        exam_token=wire.text(fields.get("exam_token"), "the exam's token"),
        raw=wire.number(fields.get("raw"), "the evidence for the exam"),
        regions=tuple(_region(region, maps) for region in regions),
    )


def _region(message: object, maps: "_Maps") -> RawRegion:
    fields = wire.mapping(message, "a mark")
    frame, shape, finding = fields.get("frame"), fields.get("explanation"), fields.get("finding")
    outline = wire.listing(fields.get("outline"), "the points of an outline", MAX_POINTS)
    return RawRegion(
        view_id=wire.text(fields.get("view_id"), "the image of a mark"),
        frame=None if frame is None else wire.whole(frame, "a frame number"),
        outline=tuple(_point(point) for point in outline),
        lesion_type=wire.member(LesionType, fields.get("lesion_type"), "a lesion type"),
        raw_score=wire.number(fields.get("raw_score"), "the score of a mark"),
        explanation=None if shape is None else maps.take(shape),
        frame_range=_range(fields.get("frame_range")),
        finding=None if finding is None else wire.text(finding, "the finding of a mark"),
    )


def _range(message: object) -> tuple[int, int] | None:
    if message is None:
        return None
    ends = wire.listing(message, "the slices of a mark", 2)
    if len(ends) != 2:
        raise WireError("a range of slices has not two ends")
    return wire.whole(ends[0], "a slice"), wire.whole(ends[1], "a slice")


def _point(message: object) -> tuple[float, float]:
    pair = wire.listing(message, "the coordinates of a point", 2)
    if len(pair) != 2:
        raise WireError("a point has not two coordinates")
    return wire.number(pair[0], "a column"), wire.number(pair[1], "a row")


class _Maps:
    """The explanation maps of one result, and how much of the memory for them is left."""

    def __init__(self, read: MapReader) -> None:
        self._read = read
        self._left = MAX_ALL_MAP_PIXELS
        self._known: dict[int, npt.NDArray[np.float32]] = {}

    def take(self, message: object) -> npt.NDArray[np.float32]:
        """Return the map that `message` names as [number, rows, columns]."""
        shape = wire.listing(message, "the shape of an explanation", 3)
        if len(shape) != 3:
            raise WireError("an explanation has no shape")
        number, rows, columns = (wire.whole(n, "the shape of an explanation") for n in shape)
        if number in self._known:
            if self._known[number].shape != (rows, columns):
                raise WireError("an explanation has two shapes")
            return self._known[number]
        if number >= MAX_MAPS or not 0 < rows * columns <= min(MAX_MAP_PIXELS, self._left):
            raise WireError("the explanations are too large")
        self._left -= rows * columns
        self._known[number] = self._load(number, rows, columns)
        return self._known[number]

    def _load(self, number: int, rows: int, columns: int) -> npt.NDArray[np.float32]:
        data = self._read(number, rows * columns * 4)
        if len(data) != rows * columns * 4:
            raise WireError("an explanation has another size than it says")
        # Over the bytes themselves, hence read-only, as befits what marks may share.
        heat = np.frombuffer(data, dtype="<f4").reshape(rows, columns).astype(np.float32, copy=False)
        if not np.isfinite(heat).all():
            raise WireError("an explanation is not finite")
        return heat
