"""A program is not started where a machine cannot seal it wholly, unless the site allows that."""

import json
import os

import pytest
from external_engines import write_program

from klarsyn.engine import external_worker, registry
from klarsyn.engine.external_run import declared_outside
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.isolation import Isolation
from klarsyn.engine.registry import EngineSpec


def _refused(monkeypatch, tmp_path, missing: tuple[str, ...], **order) -> dict[str, object] | None:
    """Run the launcher in this process without sealing it, and return its answer; None when it started."""
    started: list[list[str]] = []
    left: list[int] = []
    monkeypatch.setattr(external_worker, "seal", lambda *args, **kinds: Isolation((), missing))
    monkeypatch.setattr(os, "nice", lambda step: step)
    monkeypatch.setattr(os, "execve", lambda path, arguments, variables: started.append(arguments))

    def leave(code: int) -> None:
        left.append(code)
        raise SystemExit

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.chdir(tmp_path)
    defaults = {"engine": "x", "code": str(tmp_path), "arguments": ["detect"], "memory_mb": 512,
                "input_mb": 1, "parent": os.getpid(), "allow_unsealed": False}  # fmt: skip
    (tmp_path / "order.json").write_text(json.dumps(defaults | order))
    with pytest.raises(SystemExit):
        external_worker.main(tmp_path)
    text = (tmp_path / "result.json").read_text()
    assert bool(started) != bool(text)
    return json.loads(text) if text else None


def test_a_program_is_refused_where_a_piece_is_missing(monkeypatch, tmp_path):
    missing = ("no network (not here)",)

    assert _refused(monkeypatch, tmp_path, missing) == {"status": "failed", "kind": "unsealed"}
    assert _refused(monkeypatch, tmp_path, missing, allow_unsealed=True) is None
    assert _refused(monkeypatch, tmp_path, ()) is None


def test_a_program_is_not_even_chosen_where_a_piece_is_missing(detect, tmp_path):
    spec = EngineSpec("x", registry.EXTERNAL, (str(write_program(tmp_path / "program", detect)),))
    walls = Isolation((), ("no network (not here)",))

    with pytest.raises(EngineFailure, match="no network") as caught:
        declared_outside(spec, lambda: walls, allow_unsealed=False)
    assert caught.value.kind is FailureKind.UNSEALED
    assert declared_outside(spec, lambda: walls, allow_unsealed=True).vendor == "Test"
