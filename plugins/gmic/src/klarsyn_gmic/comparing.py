"""Whether a state dict is the one that the network needs: each tensor missing, surplus or misshapen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn_gmic.tensors import TENSORS, Tensor

State = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one tensor, and what was looked for and found."""

    name: str
    what: str
    wanted: str
    found: str


def faults(state: State) -> list[Fault]:
    """Compare a state dict with the table; an empty list means that each tensor is what it must be."""
    wanted = {tensor.name: tensor for tensor in TENSORS}
    found = [
        Fault(name, "missing", _said(tensor), "-") for name, tensor in wanted.items() if name not in state
    ]
    for name, values in state.items():
        has = f"{_size(values.shape)} {values.dtype}"
        if name not in wanted:
            found.append(Fault(name, "surplus", "-", has))
            continue
        tensor = wanted[name]
        if values.shape != tensor.shape:
            found.append(Fault(name, "misshapen", _said(tensor), has))
        elif values.dtype != _dtype(tensor):
            found.append(Fault(name, "wrong kind", _said(tensor), has))
        elif not np.isfinite(values).all():
            found.append(Fault(name, "not finite", _said(tensor), has))
        elif name.endswith("running_var") and (values < 0).any():  # type: ignore[operator]
            found.append(Fault(name, "negative variance", _said(tensor), has))
    return found


def table(found: list[Fault]) -> str:
    """Return the faults as lines of equal columns."""
    rows = [("tensor", "what", "looked for", "found"), *((f.name, f.what, f.wanted, f.found) for f in found)]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _dtype(tensor: Tensor) -> np.dtype[np.generic]:
    return np.dtype(np.int64 if tensor.counts else np.float32)


def _said(tensor: Tensor) -> str:
    return f"{_size(tensor.shape)} {_dtype(tensor)}"


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "one number"
