"""`klarsyn engine import-gmic`: from weights to the folder of an engine, in steps that can each refuse."""

import hashlib
import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

from klarsyn.engine.package import NotAnEngine
from klarsyn_gmic.comparing import State, faults, table
from klarsyn_gmic.naming import NAMES, proposal, renamed
from klarsyn_gmic.reading import find_weights, needs_torch, read_state
from klarsyn_gmic.running.engine import MODEL, VERSION

PACKAGE = "gmic_of_own_weights"
_PROJECT = f"""[project]
name = "gmic-of-own-weights"
version = "{VERSION}"
dependencies = ["klarsyn", "numpy", "onnxruntime", "opencv-python-headless"]

[project.entry-points."klarsyn.engines"]
gmic = "{PACKAGE}:Gmic"
"""
_INIT = '''"""Made by `klarsyn engine import-gmic` from weights with the SHA-256 {weights}."""

from .engine import GmicEngine, manifest_of


class Gmic(GmicEngine):
    """The engine with the graph beside this file."""

    manifest = manifest_of("{model}")
'''


def make_engine(source: Path, into: Path, say: Callable[[str], None]) -> None:
    """Make an engine's folder of `into`, from the weights at `source`.

    Parameters
    ----------
    source
        A folder with one file of weights, perhaps `names.toml`, and DICOM images to compare on; or that file.
    into
        An empty folder; what is in it afterwards can be installed.
    say
        Called with lines for the user.

    Raises
    ------
    NotAnEngine
        If the weights cannot be read, are not those of this network, or the graph says something else.
    """
    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx")):
        raise needs_torch()
    path = find_weights(source)
    state = renamed(read_state(path), path.with_name(NAMES))
    _refuse_faults(state, say)
    with path.open("rb") as stream:
        weights = hashlib.file_digest(stream, "sha256").hexdigest()

    def write(graph: Path) -> None:
        _write_graph(state, graph)
        _compare(state, graph, path.parent, say)

    model = write_package(into, write, weights)
    say(f"Weights {weights}, graph {model} (SHA-256).")


def write_package(into: Path, write: Callable[[Path], object], weights: str) -> str:
    """Write an engine's folder around a graph, and return the graph's SHA-256.

    Parameters
    ----------
    write
        Writes the graph to the path that it is given.
    weights
        SHA-256 of the weights, kept in the engine's code.
    """
    code = into / "src" / PACKAGE
    shutil.copytree(Path(__file__).with_name("running"), code, ignore=shutil.ignore_patterns("__pycache__"))
    write(code / MODEL)
    with (code / MODEL).open("rb") as stream:
        model = hashlib.file_digest(stream, "sha256").hexdigest()
    (code / "__init__.py").write_text(_INIT.format(weights=weights, model=model), encoding="utf-8")
    (into / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    return model


def _refuse_faults(state: State, say: Callable[[str], None]) -> None:
    found = faults(state)
    if not found:
        return
    say(table(found))
    if text := proposal(state):
        say(f"By shapes and their order these names would fit; {NAMES}:\n{text}")
        hint = (
            f"The number and shapes are right and the names are not: read the proposal above, save it as "
            f"{NAMES} beside the weights, correct it where you know better, and import again."
        )
    else:
        hint = "The table above names each. Take the weights of GMIC with a ResNet-18, as published."
    raise NotAnEngine(
        f"{len(found)} tensors of these weights are not what the network needs. Nothing was imported. {hint}"
    )


def _write_graph(state: State, path: Path) -> None:
    from klarsyn_gmic.graph import build

    path.write_bytes(build(state).SerializeToString(deterministic=True))


def _compare(state: State, graph: Path, folder: Path, say: Callable[[str], None]) -> None:
    from klarsyn_gmic.measuring import MOST, differences

    for one in differences(state, graph, folder):
        say(f"Graph and torch differ by {one.largest:.1e} at most on {one.image}.")
        if not one.small:
            crops = "" if one.same_crops else ", and look at different crops"
            raise NotAnEngine(
                f"The ONNX graph and torch differ by more than {MOST:g} on {one.image}{crops}. Nothing was "
                "imported; report this, with the versions of torch and onnxruntime."
            )
