"""One bad file stops nothing: it is listed with what is wrong with it, and the rest is imported."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.intake import file_reader
from klarsyn.intake.discover import source_files
from klarsyn.intake.importer import Importer


@pytest.fixture
def importer(installation) -> Importer:
    return Importer(installation.store, installation.settings.folders, installation.clock, workers=1)


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    write_exam(tmp_path / "in")
    return tmp_path / "in"


def listed(installation) -> list[tuple[str, str, str]]:
    return [(Path(q.path).name, q.reason, q.advice) for q in installation.store.arrivals.quarantined()]


def when_decoding(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[Path], None]) -> None:
    """Let `act` happen when the pixels of the file `name` have been decoded."""
    decode = file_reader.read_frame

    def read_frame(path: Path) -> object:
        values = decode(path)
        if path.name == name:
            act(path)
        return values

    monkeypatch.setattr(file_reader, "read_frame", read_frame)


def grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more of it")


def test_a_file_that_is_still_being_written_is_listed_and_imported_when_it_is_complete(
    importer: Importer, installation, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = incoming / "LCC.dcm"
    whole = path.read_bytes()
    when_decoding(monkeypatch, "LCC.dcm", grow)
    summary = importer.run([incoming])
    assert (summary.new, summary.quarantined) == (3, 1)
    assert listed(installation) == [
        ("LCC.dcm", "The file was still being written.", "Import it again when it is complete.")
    ]
    monkeypatch.undo()
    path.write_bytes(whole)
    assert importer.run([incoming]).new == 1
    assert listed(installation) == []


def test_a_file_that_looks_truncated_because_it_is_being_copied_is_called_that(
    installation, incoming: Path
) -> None:
    file_reader.start(installation.settings.folders.images, ())
    path = incoming / "LCC.dcm"
    whole = path.read_bytes()
    path.write_bytes(whole[:2000])
    (source,) = source_files([path])
    path.write_bytes(whole[:5000])
    assert "still being written" in file_reader.read_file(source).reason
    (source,) = source_files([path])
    assert "too short" in file_reader.read_file(source).reason


def test_a_file_that_was_completed_since_it_was_found_is_an_image_like_any_other(
    importer: Importer, installation, incoming: Path
) -> None:
    file_reader.start(installation.settings.folders.images, ())
    path = incoming / "LCC.dcm"
    whole = path.read_bytes()
    path.write_bytes(whole[:2000])
    (source,) = source_files([path])
    path.write_bytes(whole)
    reading = file_reader.read_file(source)
    assert reading.instance is not None
    assert reading.source == next(source_files([path]))


def test_a_text_that_grows_meanwhile_is_no_ones_loss(installation, tmp_path: Path) -> None:
    file_reader.start(installation.settings.folders.images, ())
    path = tmp_path / "log.txt"
    path.write_text("a line of a log file, longer than a preamble\n" * 20)
    (source,) = source_files([path])
    grow(path)
    assert file_reader.read_file(source).reason == ""


def bad_sector_in_decoding(path: Path) -> None:
    raise UnreadableFile("Frame 1 cannot be decoded.", "Send again.") from OSError(
        errno.EIO, "Input/output error"
    )


def bad_sector_in_copying(path: Path) -> None:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("trouble", [bad_sector_in_decoding, bad_sector_in_copying])
def test_a_bad_sector_under_one_file_stops_nothing_and_is_called_that(
    importer: Importer,
    installation,
    incoming: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Path], None],
) -> None:
    when_decoding(monkeypatch, "LCC.dcm", trouble)
    assert importer.run([incoming]).new == 3
    ((name, reason, advice),) = listed(installation)
    assert name == "LCC.dcm"
    assert "Input/output error" in reason
    assert "disc or the share" in advice


def test_a_file_that_vanishes_is_listed(
    importer: Importer, installation, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_decoding(monkeypatch, "LCC.dcm", lambda path: path.unlink())
    assert importer.run([incoming]).new == 3
    assert "not there" in listed(installation)[0][1]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_that_leads_nowhere_is_listed_instead_of_passed_by(
    importer: Importer, installation, incoming: Path
) -> None:
    (incoming / "lost.dcm").symlink_to(incoming / "nowhere.dcm")
    assert importer.run([incoming]).new == 4
    assert [name for name, _, _ in listed(installation)] == ["lost.dcm"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always Unicode")
def test_a_name_that_is_not_unicode_stops_nothing(importer: Importer, installation, incoming: Path) -> None:
    (incoming / "LCC.dcm").rename(incoming / os.fsdecode(b"h\xf6ger.dcm"))
    (incoming / os.fsdecode(b"s\xf6nder.dcm")).write_bytes(b"")
    assert importer.run([incoming]).new == 4
    assert [name for name, _, _ in listed(installation)] == ["s\\udcf6nder.dcm"]
    assert importer.run([incoming]).known == 4


def test_another_error_than_our_own_folders_is_not_called_a_full_disk(
    importer: Importer, incoming: Path
) -> None:
    def closed(_done: int, _total: int) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        importer.run([incoming], progress=closed)
