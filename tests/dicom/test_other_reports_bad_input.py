"""Whatever is done to the bytes of a report or document, it is read or refused in a sentence."""

import random
import warnings
from pathlib import Path

import imagecodecs
import numpy as np
import other_report_files as files
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.documents.document import document_pdf, is_document, read_document
from klarsyn.dicom.documents.picture import document_picture
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import is_report, read_report

READERS = (is_report, read_report, is_document, read_document, document_pdf, document_picture)
MUTANTS = 40
COLOURED = np.arange(16 * 24 * 3).astype(np.uint8).reshape(16, 24, 3)
MASKS = np.zeros((2, 9, 9), bool)
MASKS[:, 2:5, 3:6] = True


def measured() -> Dataset:
    images = files.library(files.library_group(files.content("IMAGE", None, files.reference())))
    marked = files.group(
        files.region("POLYLINE", (1, 2, 3, 4, 5, 6), files.by_reference(1, 1, 1, 1)),
        files.content("NUM", ("111047", "DCM", "Probability of cancer"), (4, "%")),
    )
    return files.structured(images, files.measurements(marked))


@pytest.mark.parametrize(
    ("make", "syntax"),
    [
        (measured, uid.ExplicitVRLittleEndian),
        (measured, uid.ImplicitVRLittleEndian),
        (lambda: files.segmentation(MASKS), uid.ExplicitVRLittleEndian),
        (lambda: files.fractional(MASKS * 0.7), uid.ExplicitVRLittleEndian),
        (files.pdf_document, uid.ExplicitVRLittleEndian),
        (lambda: files.capture(COLOURED), uid.ExplicitVRLittleEndian),
        (
            lambda: files.compressed(
                files.capture(COLOURED, "YBR_FULL_422"), [imagecodecs.jpeg8_encode(COLOURED)]
            ),
            uid.JPEGBaseline8Bit,
        ),
    ],
)
def test_any_damage_ends_in_facts_or_a_sentence(tmp_path: Path, make, syntax):
    whole = files.write(tmp_path / "whole", make(), syntax).read_bytes()
    damaged = tmp_path / "damaged"
    for seed in range(MUTANTS):
        damaged.write_bytes(spoiled(whole, random.Random(seed)))
        for read in READERS:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    read(damaged)
            except UnreadableFile as refused:
                said = (refused.reason, refused.advice)
                assert all(said), f"seed {seed}"


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """The bytes with one to five changes behind the preamble: others, flipped, cut out, doubled."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(132, len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + chance.choice((1, 2, 8, 40))]
            case _:
                changed[at:at] = changed[at - chance.choice((2, 8, 40)) : at]
    return bytes(changed)
