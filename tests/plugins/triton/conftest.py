"""One real server for all tests of this folder, and engines that are installed in front of it."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from served_models import Serving, serving, write_server_toml

from klarsyn.engine import conformance_inputs as made
from klarsyn.engine.contract import Accepts, EngineExam, Manifest, RawResult
from klarsyn.engine.installed import announce, remove
from klarsyn.engine.installing import install
from klarsyn.engine.relay import failure_told, order_of
from klarsyn.engine.relay_limits import VARIABLE
from klarsyn.engine.sealed import run_sealed
from klarsyn.engine.server_file import ServerFile, read_server_file
from klarsyn_triton.carrier import carry
from klarsyn_triton.conversation import NoAnswer
from klarsyn_triton.engine import ServedModel

HERE = str(Path(__file__).parent)
sys.path.append(HERE)


@pytest.fixture(scope="session")
def a_server(tmp_path_factory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def server(a_server: Serving) -> Iterator[Serving]:
    """The server, which does nothing wrong before and after each test."""
    a_server.do_wrong("none")
    yield a_server
    a_server.do_wrong("none")


@pytest.fixture
def exam() -> EngineExam:
    return made.four_views(Accepts(), (144, 64), 1.0)


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Callable[..., Manifest]]:
    """Install an engine by a `server.toml`; taken away after the test."""

    def _put(url: str, more: str = "", **changes) -> Manifest:
        folder = write_server_toml(tmp_path / "handed-over", url, more, **changes)
        remove(tmp_path / "engines", "served")
        at = datetime(2026, 3, 1, tzinfo=UTC)
        work = tmp_path / "work"
        return install(
            folder,
            tmp_path / "engines",
            work_root=work,
            memory_mb=1024,
            by="admin",
            at=at,
            allow_unsealed=True,
        )[1]

    yield _put
    announce(tmp_path / "nowhere", ())


@pytest.fixture
def ask(tmp_path: Path, exam: EngineExam, server: Serving, monkeypatch) -> Callable[..., RawResult]:
    """Let the engine ask the server through the carrier, both in this process, without walls."""

    def _ask(given: EngineExam = exam, url: str = "", **changes) -> RawResult:
        url = url or f"grpc://{server.address}"
        file = read_server_file(write_server_toml(tmp_path / "asked", url, **changes) / "server.toml")
        engine = type("Asking", (ServedModel,), {"file": file})()
        with carried(file, monkeypatch) as told:
            try:
                return engine.analyse(given, lambda fraction: None)
            except NoAnswer:
                raise failure_told(file, told()) from None

    return _ask


@contextmanager
def carried(file: ServerFile, monkeypatch) -> Iterator[Callable[[], bytes]]:
    """A carrier in a thread at the other end of the line that the environment names; gives what it tells."""
    engines, ours = socket.socketpair()
    told: list[str] = []

    def _carry() -> None:
        with ours:
            carry(order_of(file, Path()), ours, told.append)

    thread = threading.Thread(target=_carry, daemon=True)
    thread.start()
    monkeypatch.setenv(VARIABLE, str(engines.detach()))

    def _told() -> bytes:
        thread.join(10)
        return told[0].encode()

    yield _told


@pytest.fixture
def run(tmp_path: Path, exam: EngineExam) -> Callable[..., RawResult]:
    def _run(name: str = "served", given: EngineExam = exam, deadline_s: float = 60) -> RawResult:
        work = tmp_path / "work"
        return run_sealed(
            name, given, work_root=work, deadline_s=deadline_s, memory_mb=1024, allow_unsealed=True
        )[0]

    return _run
