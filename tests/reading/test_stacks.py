"""A stack from the store begins with its middle slice, and has all the others behind it."""

from pathlib import Path

import numpy as np
import pytest
from small_mammograms import COLUMNS, ROWS, mammogram

from klarsyn.imaging.cache import DisplayCache
from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder

TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"


@pytest.mark.parametrize(("frames", "shown"), [(31, 16), (30, 15), (2, 1)])
def test_a_stack_begins_with_its_middle_and_has_all(installation, tmp_path: Path, frames, shown) -> None:
    ds = mammogram("R", "CC", 0, SOPClassUID=TOMOSYNTHESIS, NumberOfFrames=frames)
    ds.file_meta.MediaStorageSOPClassUID = TOMOSYNTHESIS
    slices = np.arange(1, frames + 1, dtype=np.uint16)[:, None, None] * np.ones((1, ROWS, COLUMNS), np.uint16)
    ds.PixelData = slices.tobytes()
    ds.save_as(tmp_path / "stack.dcm", enforce_file_format=True)
    folders, clock = installation.settings.folders, installation.clock
    Importer(installation.store, folders, clock, workers=1).run([tmp_path / "stack.dcm"])
    desk = ReadingDesk(
        installation.store, ImageFolder(folders.images), load_policy("practice"), "reader-one", clock
    )
    (exam,) = installation.store.exams.many()
    (stored,) = desk.images_of(exam.exam_id)
    loader = ImageLoader(DisplayCache(folders.cache, 1 << 30))
    for _ in range(2):  # Decoded, and from the cache.
        loaded = loader.load(stored)
        assert np.unique(loaded.pyramid.levels[0]).tolist() == [shown]
        assert loaded.stack.count == loaded.image.frames == len(loaded.volume.slices) == frames
        loaded.stack.close()
    loader.close()
