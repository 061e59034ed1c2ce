"""The pixels of views in the working folder, to write and to map.

A tomosynthesis has half a gigabyte, so it never is in memory: the sender decodes a slice, writes it and
forgets it; the engine looks at pages of the file, which the system takes back when others need them.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from klarsyn.engine.contract import EngineView
from klarsyn.engine.wire import view_from_wire, view_to_wire

_Slices = Iterable[tuple[npt.NDArray[np.uint16], float]]


def bytes_needed(views: Iterable[EngineView]) -> int:
    """Return how much room the pixels of some views take on disk."""
    return sum(2 * math.prod(view.slices.shape if view.slices else view.pixels.shape) for view in views)


def write_views(
    folder: Path, kind: str, views: Iterable[EngineView], look: Callable[[], None] = lambda: None
) -> list[dict[str, Any]]:
    """Write a numbered file for each view and return what else there is to say of it.

    `look` is called before each image and slice, and may raise to break off. A slice that cannot be decoded
    is left out, and a tomosynthesis without any.

    Raises
    ------
    OSError
        When a file cannot be written.
    ValueError
        When a slice has another size than announced.
    """
    messages: list[dict[str, Any]] = []
    for view in views:
        look()
        stem = folder / f"{kind}-{len(messages)}"
        if not view.is_volume:
            pixels = np.ascontiguousarray(view.pixels, dtype=np.uint16)
            np.save(stem.with_suffix(".npy"), pixels, allow_pickle=False)
            messages.append(view_to_wire(view))
            continue
        slices: _Slices = view.slices or zip(view.pixels, view.slice_positions_mm, strict=True)
        shape = view.slices.shape if view.slices else view.pixels.shape
        heights = _write_slices(stem.with_suffix(".u16"), slices, shape[0], shape[1:], look)
        if heights:
            written = view_to_wire(replace(view, slice_positions_mm=heights))
            messages.append({**written, "shape": [len(heights), *shape[1:]]})
    return messages


def read_views(folder: Path, kind: str, messages: list[dict[str, Any]]) -> tuple[EngineView, ...]:
    """Return what `write_views` wrote; the pixels are mapped from disk, read-only."""
    return tuple(_read_view(folder / f"{kind}-{number}", each) for number, each in enumerate(messages))


def _read_view(stem: Path, message: dict[str, Any]) -> EngineView:
    if "shape" not in message:
        pixels = np.load(stem.with_suffix(".npy"), mmap_mode="r", allow_pickle=False)
    else:
        pixels = np.memmap(stem.with_suffix(".u16"), np.dtype("<u2"), "r", shape=tuple(message["shape"]))
    return view_from_wire(message, pixels)


def _write_slices(
    path: Path, slices: _Slices, most: int, shape: tuple[int, ...], look: Callable[[], None]
) -> tuple[float, ...]:
    heights: list[float] = []
    with FileIO(path, "w") as stream:
        for pixels, height in slices:
            if pixels.shape != shape or len(heights) == most:
                raise ValueError("A tomosynthesis gave another slice than it announced.")
            left = np.ascontiguousarray(pixels, dtype="<u2").data.cast("B")
            while left:  # a call may write less than it was given
                left = left[stream.write(left) :]
            # Let go before the next is decoded.
            del pixels, left
            heights.append(height)
            look()
    return tuple(heights)
