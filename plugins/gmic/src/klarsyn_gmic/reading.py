"""A state dict out of a file from outside: tensors and nothing else, whatever the file would like to run.

Python's pickles can call any function while they are read. torch's own reader is told to make tensors and
plain containers only (`weights_only`), and refuses a file that names anything else.
"""

import zipfile
from pathlib import Path

from klarsyn.engine.package import NotAnEngine
from klarsyn_gmic.comparing import State

SUFFIXES = (".p", ".pt", ".pth", ".bin")
MOST_BYTES = 2**30
"""Seventeen times what the weights take."""


def find_weights(source: Path) -> Path:
    """Return the one file of weights in a folder, or the file itself.

    Raises
    ------
    NotAnEngine
        If there is none, or several.
    """
    if source.is_file():
        return source
    found = (
        sorted(p for p in source.iterdir() if p.suffix in SUFFIXES and p.is_file()) if source.is_dir() else []
    )
    if not found:
        raise NotAnEngine(
            f"{source} holds no weights ({', '.join(SUFFIXES)}). Name the folder that they were unpacked to."
        )
    if len(found) > 1:
        raise NotAnEngine(
            f"{source} holds {len(found)} files of weights, and one becomes one engine. Name one of them: "
            f"{', '.join(p.name for p in found)}."
        )
    return found[0]


def read_state(path: Path) -> State:
    """Read a state dict.

    Raises
    ------
    NotAnEngine
        If torch is not installed, or the file is damaged, too large, or holds anything but named tensors.
    """
    try:
        import torch
    except ImportError as error:
        raise needs_torch() from error
    if _bytes(path) > MOST_BYTES:
        raise NotAnEngine(f"{path} is larger than any weights of this network. It was not read.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a file from outside: whatever it makes the reader raise
        raise NotAnEngine(
            f"{path} is damaged, or holds more than tensors ({type(error).__name__}). It was not read "
            "further: such files can run programs. Ask whoever gave it for the bare state dict."
        ) from error
    named = isinstance(state, dict) and all(
        isinstance(name, str) and isinstance(values, torch.Tensor) for name, values in state.items()
    )
    if not named:
        raise NotAnEngine(
            f"{path} holds no state dict (names and their tensors) at its top. Save that part of it alone."
        )
    return {name: values.detach().contiguous().numpy() for name, values in state.items()}


def needs_torch() -> NotAnEngine:
    """Say what an import needs beside what running takes."""
    return NotAnEngine(
        "Importing weights needs torch and onnx, once: pip install torch==2.13.0 onnx. Nothing was imported."
    )


def _bytes(path: Path) -> int:
    """Return what a file unpacks to."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as parts:
        return sum(part.file_size for part in parts.infolist())
