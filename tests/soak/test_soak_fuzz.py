"""Damaged files by the thousand: each is read or refused with a sentence, never anything else."""

import random
from pathlib import Path

import pytest
from small_mammograms import write_exam
from soak_share import share_of

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import read_frame


def damaged(whole: bytes, rng: random.Random) -> bytes:
    """Flip, cut, repeat or overwrite a few bytes."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 6)):
        # Headers are a thousandth of a file and hold all its meaning, so most damage goes there.
        at = rng.randrange(min(len(data), 1800) if rng.random() < 0.8 else len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\x00\xe0"])
        elif kind == 2:
            del data[at : at + rng.randint(1, 40)]
        elif kind == 3:
            data[at:at] = data[at : at + rng.randint(1, 40)]
        else:
            del data[max(at, 140) :]
        if len(data) < 140:
            break
    return bytes(data)


@pytest.mark.soak
def test_no_damage_to_a_file_does_more_than_refuse_it(tmp_path: Path) -> None:
    rng = random.Random(20261124)
    whole = write_exam(tmp_path / "whole")[0].read_bytes()
    path, refused, silent = tmp_path / "damaged.dcm", 0, 0
    for _ in range(share_of(500_000)):
        path.write_bytes(damaged(whole, rng))
        try:
            instance = read_instance(path)
            assert read_frame(path).shape == (instance.image.rows, instance.image.columns)
        except UnreadableFile as error:
            refused += bool(error.reason and error.advice)
            silent += not (error.reason and error.advice)
    assert refused > 0
    assert silent == 0
