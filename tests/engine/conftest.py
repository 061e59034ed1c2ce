"""A small exam without identity, and engines that do what no engine should."""

import inspect
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from external_engines import compiled

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.engine import registry
from klarsyn.engine.contract import EngineExam, EngineView, Manifest, RawResult
from klarsyn.engine.installed import announce
from klarsyn.engine.installing import install
from klarsyn.engine.sealed import run_sealed

HERE = str(Path(__file__).parent)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_exam(token: str = "token") -> EngineExam:
    rng = np.random.default_rng(5)
    views = tuple(
        EngineView(
            f"view-{number}",
            side,
            position,
            Spacing(0.1, 0.1, "ImagerPixelSpacing"),
            rng.integers(0, 4096, (60, 40)).astype(np.uint16),
            "Maker",
        )
        for number, (side, position) in enumerate(
            (s, p) for p in (ViewPosition.CC, ViewPosition.MLO) for s in (Laterality.RIGHT, Laterality.LEFT)
        )
    )
    return EngineExam(token, views)


@pytest.fixture
def exam() -> EngineExam:
    return make_exam()


@pytest.fixture
def work_root(tmp_path: Path) -> Path:
    return tmp_path / "engine-work"


@pytest.fixture(scope="session")
def detect(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine of `external_sample.c`, compiled to a program that needs nothing of the system."""
    return compiled(tmp_path_factory.mktemp("sample") / "detect")


@pytest.fixture(scope="session")
def misbehaving():
    """The module of `misbehaving.py`, as the worker imports it."""
    sys.path.append(HERE)
    import misbehaving

    yield misbehaving
    sys.path.remove(HERE)


@pytest.fixture(scope="session")
def escaping(misbehaving):
    """The module of `escaping.py`, as the worker imports it."""
    import escaping

    return escaping


@pytest.fixture
def registered(misbehaving, escaping) -> Iterator[None]:
    """Every engine of `misbehaving.py` and `escaping.py`, known by its class name."""
    names = []
    for module in (misbehaving, escaping):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                names.append(name)
                registry.register(name, f"{module.__name__}:{name}", (HERE,))
    yield
    for name in names:
        registry.unregister(name)


@pytest.fixture
def run(registered, exam: EngineExam, work_root: Path) -> Callable[..., tuple[RawResult, Manifest]]:
    """Run an engine by name on the small exam, on any machine, however little it can seal."""

    def run_engine(name: str, **options) -> tuple[RawResult, Manifest]:
        settings = {"deadline_s": 30, "memory_mb": 1024, "allow_unsealed": True, **options}
        return run_sealed(name, exam, work_root=work_root, **settings)

    return run_engine


@pytest.fixture
def engines(tmp_path):
    """Where a site keeps its engines; forgotten afterwards."""
    yield tmp_path / "engines"
    announce(tmp_path / "nowhere")


@pytest.fixture
def put(engines, work_root):
    """Install what lies in a folder, as an administrator does."""

    def _put(source: Path, **options):
        options = {"by": "admin", "at": AT, "allow_unsealed": True, **options}
        return install(source, engines, work_root=work_root, memory_mb=1024, **options)

    return _put
