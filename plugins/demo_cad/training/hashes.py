"""Writes down the hashes of the model files, which the manifest declares and the registry compares."""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "klarsyn_demo_cad"
FILES = ("demo_cad.onnx", "specks.onnx", "masses.onnx")


def write_hashes(package: Path = PACKAGE) -> list[str]:
    """Write model_hash.py for the model files as they are; return a line for each."""
    hashes = {name: hashlib.sha256((package / name).read_bytes()).hexdigest() for name in FILES}
    rows = "".join(f'    "{name}": "{value}",\n' for name, value in hashes.items())
    text = f'"""Written by training/hashes.py."""\n\nMODEL_FILES = {{\n{rows}}}\n'
    (package / "model_hash.py").write_text(text)
    return [f"{name} {value}" for name, value in hashes.items()]
