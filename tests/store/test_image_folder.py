"""The folder of image files: whole files or none, and who is to blame when one cannot be put there."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from klarsyn.store.image_folder import CannotKeep, ImageFolder, SourceUnreadable


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"pixels" * 1000)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> ImageFolder:
    return ImageFolder(tmp_path / "images")


def files_below(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file()]


class Failing:
    """A stream whose reads fail after the first, as a bad sector's do."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.reads = stream, 0

    def __enter__(self) -> "Failing":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def read(self, _size: int) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError(errno.EIO, "Input/output error")
        return self.stream.read(100)


def test_a_file_is_held_only_with_its_whole_size(folder: ImageFolder, source: Path) -> None:
    sha256, size = folder.put(source), source.stat().st_size
    assert folder.holds(sha256, size)
    folder.path(sha256).write_bytes(b"cut")
    assert not folder.holds(sha256, size)
    folder.path(sha256).unlink()
    assert not folder.holds(sha256, size)


def test_a_file_that_was_cut_or_deleted_here_is_put_back(folder: ImageFolder, source: Path) -> None:
    sha256 = folder.put(source)
    folder.path(sha256).write_bytes(b"cut")
    folder.put(source)
    assert folder.path(sha256).read_bytes() == source.read_bytes()


def test_a_bad_sector_is_the_sources_fault(
    folder: ImageFolder, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda p, *a, **k: Failing(opened(p, *a, **k)) if p == source else opened(p, *a, **k)
    )
    with pytest.raises(SourceUnreadable) as failure:
        folder.put(source)
    assert "Input/output error" in failure.value.reason
    assert files_below(tmp_path / "images") == []


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.EACCES, "permission"), (errno.ENOENT, "folder"), (errno.EIO, "share")]
)
def test_the_advice_fits_what_the_system_answered(number: int, advice: str) -> None:
    assert advice in SourceUnreadable.because(OSError(number, os.strerror(number))).advice


def test_a_file_that_grows_while_it_is_copied_is_not_kept(
    folder: ImageFolder, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow(*_: object, **__: object) -> None:
        with source.open("ab") as stream:
            stream.write(b"more")
        monkeypatch.undo()

    monkeypatch.setattr(Path, "mkdir", lambda p, *a, **k: (os.makedirs(p, exist_ok=True), grow()))
    with pytest.raises(SourceUnreadable, match="complete"):
        folder.put(source)
    assert files_below(tmp_path / "images") == []


@pytest.mark.parametrize("call", ["fsync", "mkdir"])
def test_a_full_disk_is_our_own_folders_fault_and_leaves_nothing(
    folder: ImageFolder, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if call == "fsync" else (Path, "mkdir", full)))
    with pytest.raises(CannotKeep, match="No space") as failure:
        folder.put(source)
    assert failure.value.errno == errno.ENOSPC
    assert files_below(tmp_path / "images") == []
