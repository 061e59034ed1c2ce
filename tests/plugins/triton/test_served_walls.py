"""What an engine in a server can reach: three calls about one model, and nothing else."""

import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from breaking_out import infer, sequence, shared_memory
from served_models import write_server_toml

from klarsyn.engine import registry
from klarsyn.engine.asking import probe
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.relay import failure_told, order_of
from klarsyn.engine.server_file import read_server_file
from klarsyn_triton.carrier import Carrier, Trouble
from klarsyn_triton.frames import Code, send

HERE = str(Path(__file__).parent)


@pytest.fixture
def file(server, tmp_path):
    return read_server_file(write_server_toml(tmp_path / "f", f"grpc://{server.address}") / "server.toml")


@pytest.fixture
def breaking(file):
    """Announces an engine of `breaking_out.py` as one in the server."""
    names = []

    def _breaking(name: str) -> str:
        names.append(name)
        registry.register(name, f"breaking_out:{name}", (HERE,), server=file)
        return name

    yield _breaking
    for name in names:
        registry.unregister(name)


@pytest.mark.invariant(9)
def test_nothing_private_escapes_to_another_address_or_socket(breaking, run, exam, tmp_path):
    isolation = probe(tmp_path / "probe")
    if isolation.missing and not (os.environ.get("CI") and sys.platform == "linux"):
        pytest.skip(f"this machine cannot seal completely: {isolation.missing}")
    with (
        socket.create_server(("127.0.0.1", 0)) as internet,
        socket.socket(socket.AF_UNIX) as stream,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        places = [str(tmp_path / "s"), str(tmp_path / "d")]
        stream.bind(places[0])
        stream.listen()
        datagrams.bind(places[1])
        aimed = replace(exam.views[0], manufacturer="|".join((*places, str(internet.getsockname()[1]))))
        through = run(breaking("OpensSockets"), replace(exam, views=(aimed,))).raw

        assert through == 0
        for listener in (internet, stream, datagrams):
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.recv(1) if listener is datagrams else listener.accept()


@pytest.mark.invariant(9)
@pytest.mark.parametrize(
    ("code", "payload"),
    [
        (Code.INFER, infer("another")),
        (Code.INFER, infer("breast", "2")),
        (Code.INFER, infer("breast", "")),
        (Code.INFER, shared_memory()),
        (Code.INFER, sequence()),
        (Code.INFER, b"\xff\xff"),
        (Code.READY, b"another"),
        (Code.METADATA, b"another"),
        (Code.COMPLAINT, b"away:all is well"),
        (Code.ANSWER, b""),
        (200, b""),
    ],
)
def test_nothing_private_escapes_the_carrier_makes_three_calls_about_one_model(file, code, payload):
    engines, ours = socket.socketpair()
    with engines, ours:
        send(engines, code, payload)
        engines.shutdown(socket.SHUT_WR)
        with pytest.raises(Trouble) as caught:
            Carrier(order_of(file, Path())).serve(ours)

    assert caught.value.args == ("forbidden", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [("SwallowsTheRefusal", "may not ask"), ("AnnouncesTooMuch", "than may go")],
)
def test_an_engine_that_was_stopped_on_its_line_gives_no_result(breaking, run, name, words):
    with pytest.raises(EngineFailure, match=words):
        run(breaking(name))


def test_a_run_may_move_so_much_and_no_more(file):
    engines, ours = socket.socketpair()
    with engines, ours:
        send(engines, Code.READY)
        engines.shutdown(socket.SHUT_WR)
        with pytest.raises(Trouble, match="too much"):
            Carrier({**order_of(file, Path()), "run_limit": 1}).serve(ours)


@pytest.mark.invariant(9)
def test_nothing_private_escapes_in_what_is_told_of_a_server(file):
    told = b'["differs", "its inputs are ANNA^ANDERSSON 19121212-1212\\u001b[2J"]'

    sentence = failure_told(file, told).sentence

    assert "its inputs are [name] [number]" in sentence
    assert "ANNA" not in sentence


@pytest.mark.parametrize("told", [b"", b"[]", b'["away"]', b'["unheard of", ""]', b"\xff", b'"away"', b"7"])
def test_whatever_a_carrier_tells_becomes_a_sentence(file, told):
    assert "could not be opened" in failure_told(file, told).sentence


def test_no_carrier_outlives_its_run(file, breaking, run, monkeypatch):
    from klarsyn.engine import relay

    started = []
    before = relay.subprocess.Popen

    def _start(*arguments, **options):
        started.append(before(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(relay.subprocess, "Popen", _start)
    with pytest.raises(EngineFailure):
        run(breaking("SwallowsTheRefusal"))

    carriers = [process for process in started if relay.CARRIER in process.args]
    assert len(carriers) == 1
    assert carriers[0].returncode is not None
    assert carriers[0].stdout.closed
