"""Pictures of the real windows, taken without a display."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Picture

from klarsyn.domain.finding import ResultOrigin
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.snapshots import SnapshotError, write_snapshots


@pytest.fixture
def take(installation, tmp_path):
    folders = installation.settings.folders
    images, policy = ImageFolder(folders.images), load_policy("demo")
    desk = ReadingDesk(installation.store, images, policy, "demonstration", installation.clock)
    loader = ImageLoader(DisplayCache(folders.cache, 1 << 30))
    return lambda: write_snapshots(desk, loader, tmp_path / "out", (1200, 800), clock=installation.clock)


def test_the_queue_and_the_exam_before_and_after_the_reveal_are_written(
    take, import_exams, add_result
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    paths = take()
    assert [p.name for p in paths] == ["queue.png", "reading-before.png", "reading-after.png"]
    before, after = (np.asarray(Picture.open(p).convert("RGB")) for p in paths[1:])
    assert before.shape == (800, 1200, 3)
    assert not np.array_equal(before, after)


def test_where_another_maker_looked_at_the_exam_its_result_is_painted_too(
    take, import_exams, add_result, installation
) -> None:
    (exam_id,) = import_exams(1)
    own = add_result(exam_id)
    made = replace(own.provenance, origin=ResultOrigin.REPORT, source="other", engine="Other CAD")
    installation.store.results.add(replace(own, result_id="other", findings=(), provenance=made))
    paths = take()
    assert paths[-1].name == "reading-other-result.png"
    after, other = (np.asarray(Picture.open(p).convert("RGB")) for p in paths[-2:])
    assert not np.array_equal(after, other)


def test_without_an_unsigned_exam_no_false_picture_is_taken(take, qapp) -> None:
    with pytest.raises(SnapshotError, match="No exam waits"):
        take()
