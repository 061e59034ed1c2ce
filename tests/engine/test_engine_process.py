"""How an engine's process is started, and where what it imports comes from."""

import sys

import pytest

from klarsyn.engine import child, registry


@pytest.mark.invariant(9)
def test_nothing_private_escapes_no_folder_of_an_engine_is_importable_before_the_seal(tmp_path):
    variables = child.environment(tmp_path)

    assert variables["PYTHONPATH"] == str(child._PACKAGE_FOLDER)


def test_an_engines_folder_comes_after_the_standard_library_and_before_packages(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", ["/app", "/python/lib", "/venv/site-packages", "/more/dist-packages"])
    registry._make_importable((str(tmp_path), "/app"))

    assert sys.path == [
        "/app", "/python/lib", str(tmp_path), "/venv/site-packages", "/more/dist-packages"
    ]  # fmt: skip


def test_on_linux_the_worker_seals_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")

    assert child.command(tmp_path)[:1] == [sys.executable]


@pytest.mark.parametrize("present", [True, False])
def test_on_windows_our_own_launcher_starts_the_worker_where_it_is_present(monkeypatch, tmp_path, present):
    python = tmp_path / "python.exe"
    if present:
        (tmp_path / child.LAUNCHER).touch()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(python))
    given = child.command(tmp_path / "run")

    worker = [str(python), "-P", "-s", "-m", "klarsyn.engine.worker", str(tmp_path / "run")]
    launcher = [str(tmp_path / child.LAUNCHER), "--folder", str(tmp_path / "run"), "--"]
    assert given == (launcher + worker if present else worker)
