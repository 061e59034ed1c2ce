"""A wheel is a file from outside: whatever is wrong with it is a sentence, and nothing is left of it."""

import struct
import zipfile
from pathlib import Path

import pytest
from handed_over import write_wheel

from klarsyn.engine.package import NotAnEngine, copy_package

ABOUT = "wise-1.0.dist-info"


def refused(wheel: Path, words: str) -> None:
    target = wheel.parent / "code"
    target.mkdir()
    with pytest.raises(NotAnEngine, match=words):
        copy_package(wheel, target)


def rewritten(wheel: Path, change) -> Path:
    """The same wheel, with `change` given its files as a list of (name, content)."""
    with zipfile.ZipFile(wheel) as old:
        files = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in change(files):
            new.writestr(name, content)
    return wheel


def listing(files: list, more: bytes) -> list:
    return [(name, content + more if name.endswith("RECORD") else content) for name, content in files]


def test_a_stream_that_breaks_is_told(tmp_path):
    wheel = write_wheel(tmp_path / "wise.whl", extra={"noise.bin": bytes(range(256)) * 64})
    with zipfile.ZipFile(wheel) as found:
        entry = found.getinfo("noise.bin")
    content = bytearray(wheel.read_bytes())
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    wheel.write_bytes(content)

    refused(wheel, "damaged.*error")


def test_an_encrypted_wheel_is_told(tmp_path):
    wheel = write_wheel(tmp_path / "wise.whl")
    content = bytearray(wheel.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            struct.pack_into("<H", content, at + flags, 1)
            at = content.find(mark, at + 4)
    wheel.write_bytes(content)

    refused(wheel, "encrypted.*RuntimeError")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["w.bin", "W.BIN"])
def test_a_name_that_stands_twice_is_told(tmp_path, name):
    wheel = rewritten(write_wheel(tmp_path / "wise.whl"), lambda files: [*files, (name, b"other")])

    refused(wheel, "twice, and nobody can say")


def test_a_file_that_the_list_names_and_the_wheel_lacks_is_told(tmp_path):
    wheel = write_wheel(tmp_path / "wise.whl")

    refused(rewritten(wheel, lambda files: listing(files, b"gone.py,sha256=x,1\n")), "lacks 'gone.py'")


def test_a_file_that_the_list_does_not_name_is_told(tmp_path):
    wheel = write_wheel(tmp_path / "wise.whl")

    refused(rewritten(wheel, lambda files: [*files, ("more.py", b"")]), "'more.py' is not the file that")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b"w.bin\n", "damaged"),
        (b"w.bin,sha256=x,1\n", "names 'w.bin' twice"),
        (b'"' + b"x" * 200_000 + b'",,\n', "damaged"),
        (b" " * (9 * 2**20), "damaged"),
        (b"\xff\xff", "damaged"),
    ],
)
def test_a_list_that_is_none_is_told(tmp_path, row, words):
    refused(rewritten(write_wheel(tmp_path / "wise.whl"), lambda files: listing(files, row)), words)


@pytest.mark.parametrize("name", ["w.bin/inside.py", "x" * 300 + ".py"])
def test_names_that_no_disk_can_hold_are_told(tmp_path, name):
    refused(write_wheel(tmp_path / "wise.whl", extra={name: b""}), "damaged")


def test_a_signed_list_is_no_stranger(tmp_path):
    wheel = write_wheel(tmp_path / "wise.whl")
    rewritten(wheel, lambda files: [*files, (f"{ABOUT}/RECORD.jws", b"{}")])
    (tmp_path / "code").mkdir()

    assert copy_package(wheel, tmp_path / "code").engines == {"wise": "wise_engine:Wise"}
