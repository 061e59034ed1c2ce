"""What passes between the two processes: JSON and plain arrays, never pickle.

Here are the parsing and the reading of single fields, and what goes in. The answer, which a worker could
make of anything, is read in `wire_result` and `wire_manifest` by these fields alone: each has the type and
the size that it must have, or `WireError` is raised, never anything else.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.engine.contract import EngineView

MAX_TEXT = 200
MAX_WHOLE = 2**31 - 1

_Member = TypeVar("_Member", bound=StrEnum)


class WireError(ValueError):
    """A message that does not hold what it must; the text says which part, never its content."""


def loads(text: bytes) -> dict[str, Any]:
    """Parse a JSON object.

    Refused are NaN and infinity, which JSON does not know, and numbers beyond the range of floats, which
    the parser would make infinity of.
    """
    try:
        message = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        if isinstance(error, WireError):
            raise
        raise WireError("the message is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("the message is not an object")
    return message


def _refuse_constant(_name: str) -> float:
    raise WireError("a number is not finite")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise WireError("a number is not finite")
    return value


def text(value: object, what: str) -> str:
    """Read a text of at most `MAX_TEXT` characters that can be stored."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise WireError(f"{what} is not a text")
    try:
        # JSON can carry half of a surrogate pair, at which every store and hash would break later.
        value.encode()
    except UnicodeEncodeError as error:
        raise WireError(f"{what} is not a text") from error
    return value


def number(value: object, what: str) -> float:
    """Read a finite number."""
    # bool is an int to isinstance.
    if type(value) not in (int, float):
        raise WireError(f"{what} is not a number")
    try:
        found = float(value)  # type: ignore[arg-type]
    except OverflowError as error:
        raise WireError(f"{what} is not finite") from error
    if not math.isfinite(found):
        raise WireError(f"{what} is not finite")
    return found


def whole(value: object, what: str) -> int:
    """Read a whole number from 0 to `MAX_WHOLE`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_WHOLE:
        raise WireError(f"{what} is not a whole number")
    return value


def yes_or_no(value: object, what: str) -> bool:
    """Read a truth value."""
    if not isinstance(value, bool):
        raise WireError(f"{what} is neither true nor false")
    return value


def listing(value: object, what: str, most: int) -> list[Any]:
    """Read a list of at most `most` entries."""
    if not isinstance(value, list):
        raise WireError(f"{what} are not a list")
    if len(value) > most:
        raise WireError(f"{what} are {len(value)}, more than the {most} that are plausible")
    return value


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """Read an object."""
    if not isinstance(value, dict):
        raise WireError(f"{what} is not an object")
    return value


def member(kind: type[_Member], value: object, what: str) -> _Member:
    """Read one of a fixed set of words."""
    try:
        return kind(text(value, what))
    except ValueError as error:
        raise WireError(f"{what} is unknown") from error


def view_to_wire(view: EngineView) -> dict[str, Any]:
    """Everything of a view but its pixels."""
    return {
        "view_id": view.view_id,
        "laterality": view.laterality,
        "view_position": view.view_position,
        "spacing": asdict(view.spacing) if view.spacing else None,
        "manufacturer": view.manufacturer,
        "slice_positions_mm": [None if math.isnan(p) else p for p in view.slice_positions_mm],
        "thickness_mm": view.thickness_mm,
        "patient_orientation": view.patient_orientation,
    }


def view_from_wire(message: dict[str, Any], pixels: npt.NDArray[np.uint16]) -> EngineView:
    """Put a view and its pixels together again; Klarsyn wrote both, so nothing is doubted."""
    return EngineView(
        view_id=message["view_id"],
        laterality=Laterality(message["laterality"]) if message["laterality"] else None,
        view_position=ViewPosition(message["view_position"]) if message["view_position"] else None,
        spacing=Spacing(**message["spacing"]) if message["spacing"] else None,
        pixels=pixels,
        manufacturer=message["manufacturer"],
        slice_positions_mm=tuple(math.nan if p is None else p for p in message["slice_positions_mm"]),
        thickness_mm=message["thickness_mm"],
        patient_orientation=tuple(message["patient_orientation"]) if message["patient_orientation"] else None,
    )
