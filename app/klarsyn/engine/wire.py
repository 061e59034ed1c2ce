"""What passes between the two processes: JSON and plain arrays, never pickle.

Every decoder treats its input as hostile: wrong types raise `WireError`, never anything else.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import (
    Accepts,
    EngineView,
    Manifest,
    ModelFile,
    RawRegion,
    RawResult,
)

MAX_EXPLANATION_PIXELS = 4_000_000

MapReader = Callable[[int, int], bytes]
"""Gives the bytes of an explanation map by its number, at most so many."""


class WireError(ValueError):
    """A message that does not hold what it must; the text says which part, never its content."""


def loads(text: bytes) -> dict[str, Any]:
    """Parse a JSON object; NaN and infinity, which JSON does not know, are refused."""
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, WireError):
            raise
        raise WireError("the message is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("the message is not an object")
    return message


def _refuse_constant(_name: str) -> float:
    raise WireError("a number is not finite")


def view_to_wire(view: EngineView) -> dict[str, Any]:
    """Everything of a view but its pixels."""
    return {
        "view_id": view.view_id,
        "laterality": view.laterality,
        "view_position": view.view_position,
        "spacing": asdict(view.spacing) if view.spacing else None,
        "manufacturer": view.manufacturer,
    }


def view_from_wire(message: dict[str, Any], pixels: npt.NDArray[np.uint16]) -> EngineView:
    """Put a view and its pixels together again."""
    return EngineView(
        view_id=message["view_id"],
        laterality=Laterality(message["laterality"]) if message["laterality"] else None,
        view_position=ViewPosition(message["view_position"]) if message["view_position"] else None,
        spacing=Spacing(**message["spacing"]) if message["spacing"] else None,
        pixels=pixels,
        manufacturer=message["manufacturer"],
    )


def result_to_wire(result: RawResult) -> tuple[dict[str, Any], list[npt.NDArray[np.float32]]]:
    """Split a result into JSON and its explanation maps, which travel as plain float32 files."""
    maps: list[npt.NDArray[np.float32]] = []
    regions = []
    for region in result.regions:
        shape = None
        if region.explanation is not None:
            heat = np.ascontiguousarray(region.explanation, dtype="<f4")
            shape = [len(maps), *heat.shape]
            maps.append(heat)
        regions.append(
            {
                "view_id": region.view_id,
                "frame": region.frame,
                "outline": [[float(column), float(row)] for column, row in region.outline],
                "lesion_type": LesionType(region.lesion_type),
                "raw_score": float(region.raw_score),
                "explanation": shape,
            }
        )
    return {"exam_token": result.exam_token, "raw": float(result.raw), "regions": regions}, maps


def result_from_wire(message: dict[str, Any], read_map: MapReader) -> RawResult:
    """Decode a result."""
    regions = message.get("regions")
    if not isinstance(regions, list):
        raise WireError("the marks are not a list")
    return RawResult(
        exam_token=_text(message, "exam_token"),
        raw=_number(message, "raw"),
        regions=tuple(_region(region, read_map) for region in regions),
    )


def _region(message: Any, read_map: MapReader) -> RawRegion:
    if not isinstance(message, dict):
        raise WireError("a mark is not an object")
    outline = message.get("outline")
    if not isinstance(outline, list) or not all(isinstance(p, list) and len(p) == 2 for p in outline):
        raise WireError("an outline is not a list of points")
    frame = message.get("frame")
    if frame is not None and type(frame) is not int:
        raise WireError("a frame number is not a whole number")
    try:
        lesion_type = LesionType(_text(message, "lesion_type"))
    except ValueError as error:
        raise WireError("a lesion type is unknown") from error
    return RawRegion(
        view_id=_text(message, "view_id"),
        frame=frame,
        outline=tuple((_as_float(column, "a column"), _as_float(row, "a row")) for column, row in outline),
        lesion_type=lesion_type,
        raw_score=_number(message, "raw_score"),
        explanation=_explanation(message.get("explanation"), read_map),
    )


def _explanation(shape: Any, read_map: MapReader) -> npt.NDArray[np.float32] | None:
    if shape is None:
        return None
    if not isinstance(shape, list) or len(shape) != 3 or not all(type(n) is int and n >= 0 for n in shape):
        raise WireError("an explanation has no shape")
    number, rows, columns = shape
    if not 0 < rows * columns <= MAX_EXPLANATION_PIXELS:
        raise WireError("an explanation is too large")
    data = read_map(number, rows * columns * 4)
    if len(data) != rows * columns * 4:
        raise WireError("an explanation has another size than it says")
    heat = np.frombuffer(data, dtype="<f4").reshape(rows, columns).astype(np.float32)
    if not np.isfinite(heat).all():
        raise WireError("an explanation is not finite")
    return heat


def manifest_to_wire(manifest: Manifest) -> dict[str, Any]:
    """Encode a manifest."""
    return {**asdict(manifest), "price_per_exam": str(manifest.price_per_exam)}


def manifest_from_wire(message: Any) -> Manifest:
    """Decode a manifest."""
    try:
        accepts = message["accepts"]
        return Manifest(
            name=_text(message, "name"),
            vendor=_text(message, "vendor"),
            version=_text(message, "version"),
            intended_use=IntendedUse(message["intended_use"]),
            model_files=tuple(
                ModelFile(_text(file, "name"), _text(file, "sha256")) for file in message["model_files"]
            ),
            accepts=Accepts(
                tuple(map(str, accepts["sop_classes"])),
                tuple(map(ViewPosition, accepts["view_positions"])),
                tuple(map(str, accepts["manufacturers"])),
            ),
            lesion_types=tuple(map(LesionType, message["lesion_types"])),
            needs_priors=bool(message["needs_priors"]),
            memory_mb=int(message["memory_mb"]),
            threads=int(message["threads"]),
            gpu=bool(message["gpu"]),
            price_per_exam=Decimal(message["price_per_exam"]),
            currency=_text(message, "currency"),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise WireError("the manifest is not one") from error


def _text(message: dict[str, Any], key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str) or len(value) > 200:
        raise WireError(f"{key} is not a text")
    return value


def _number(message: dict[str, Any], key: str) -> float:
    return _as_float(message.get(key), key)


def _as_float(value: Any, what: str) -> float:
    # bool is an int to isinstance; an int beyond the range of floats overflows.
    if type(value) not in (int, float):
        raise WireError(f"{what} is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise WireError(f"{what} is not finite") from error
