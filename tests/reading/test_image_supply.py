"""Where the window's images come from, with processes of its own."""

import pytest
from stored_images import smooth_breast, write_view

from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading import first_look
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.image_supply import ImageSupply
from klarsyn.reading.images import cache_key

LIMIT = 1 << 30


@pytest.fixture
def supply(tmp_path):
    made = ImageSupply(tmp_path / "cache", LIMIT)
    yield made
    made.stop()
    made.close()


@pytest.mark.invariant(9)
def test_nothing_private_escapes_what_was_decoded_goes_with_the_exam_that_is_deleted(supply, tmp_path):
    views = [write_view(tmp_path / f"{n}.dcm", smooth_breast(n)) for n in range(2)]
    supply.prefetch(views)
    supply.forget(views[:1])
    kept = DisplayCache(tmp_path / "cache", LIMIT)
    assert [kept.has(cache_key(view)) for view in views] == [False, True]


def test_warming_up_starts_the_processes_of_first_looks_before_an_image_needs_them(tmp_path, monkeypatch):
    begun = []

    class Counted(DecoderProcesses):
        def submit(self, work, /, *args, **kwargs):
            begun.append(work)

    monkeypatch.setattr(first_look, "DecoderProcesses", Counted)
    supply = ImageSupply(tmp_path / "cache", LIMIT)
    assert begun == []
    supply.warm_up()
    assert len(begun) == first_look.PROCESSES
    supply.stop()
