"""The plugin from its folder, whether it is installed or not, and an engine of a tiny graph, installed."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[1:1] = [str(HERE), str(Path(__file__).parents[3] / "plugins" / "gmic" / "src")]


@pytest.fixture(scope="session")
def state():
    """Weights of the right names and shapes; not to be changed."""
    from random_weights import random_state

    return random_state()


@pytest.fixture(scope="session")
def full_graph(state, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole network with random weights, once for all tests."""
    from klarsyn_gmic.graph import build

    path = tmp_path_factory.mktemp("gmic") / "gmic.onnx"
    path.write_bytes(build(state).SerializeToString(deterministic=True))
    return path


@pytest.fixture
def tiny_engine(tmp_path: Path) -> Callable[[float], Path]:
    """Make an engine's folder as an import does, with a graph that marks what is brighter than a level."""
    from random_weights import tiny_graph

    from klarsyn_gmic.importing import write_package

    def _make(level: float) -> Path:
        folder = tmp_path / "import-gmic"
        write_package(folder, lambda path: path.write_bytes(tiny_graph(level)), "0" * 64)
        return folder

    return _make


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Install an engine's folder and return the name that it is known by."""
    from klarsyn.engine.installed import announce
    from klarsyn.engine.installing import install

    def _put(folder: Path) -> str:
        record, _ = install(
            folder,
            tmp_path / "engines",
            work_root=tmp_path / "work",
            memory_mb=4096,
            by="admin",
            at=datetime(2026, 3, 1, tzinfo=UTC),
            allow_unsealed=True,
        )
        return record.name

    yield _put
    announce(tmp_path / "nowhere")
