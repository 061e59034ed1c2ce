"""What an image needs is found out once; what is kept is what would be found again."""

import dataclasses
import errno
import os

import numpy as np
import pytest
from stored_images import smooth_breast, write_view

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading import images, ready_images
from klarsyn.reading.images import ImageLoader, cache_key


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def view(tmp_path):
    return write_view(tmp_path / "view.dcm", smooth_breast(), PixelPaddingValue=40, WindowCenter=1700)


@pytest.fixture
def headers_read(monkeypatch):
    """The files whose headers are read."""
    read, seen = ready_images.read_instance, []
    monkeypatch.setattr(ready_images, "read_instance", lambda path: (seen.append(path), read(path))[1])
    return seen


def shown(loaded) -> dict[str, object]:
    """Everything that decides what is painted, as plain values."""
    told = dataclasses.asdict(dataclasses.replace(loaded, pyramid=None))
    return {name: str(value) for name, value in told.items()} | {
        "mask": np.flatnonzero(loaded.breast).tolist(),
        "pixels": loaded.pyramid.levels[0].tobytes(),
    }


@pytest.mark.invariant(4)
def test_grey_values_are_honest_an_image_decoded_ahead_is_what_it_would_be_without(folder, tmp_path, view):
    alone = shown(ImageLoader(DisplayCache(tmp_path / "other", 1 << 30)).load(view))
    ImageLoader(DisplayCache(folder, 1 << 30)).prefetch([view])
    assert shown(ImageLoader(DisplayCache(folder, 1 << 30)).load(view)) == alone


def test_the_header_of_an_image_decoded_ahead_is_not_read_again(folder, view, headers_read):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    assert len(headers_read) == 1
    loader.load(view)
    assert len(headers_read) == 1


def test_an_image_that_is_still_being_written_behind_has_its_facts_already(folder, view, headers_read):
    cache = DisplayCache(folder, 1 << 30, quiet_s=60)
    first, second = ImageLoader(cache).load(view), ImageLoader(cache).load(view)
    assert not second.pyramid.is_mapped
    assert len(headers_read) == 1
    assert shown(first) == shown(second)
    cache.close()


@pytest.mark.invariant(4)
def test_grey_values_are_honest_rotten_facts_are_found_again_and_never_shown(folder, view, headers_read):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    before = shown(loader.load(view))
    (path,) = folder.glob("*.pyramid")
    content = bytearray(path.read_bytes())
    content[content.rindex(b'["GrayscaleParameters",12') + 24] ^= 1
    path.write_bytes(content)
    assert shown(loader.load(view)) == before
    assert len(headers_read) == 2
    loader.close()


def test_what_other_code_has_found_out_is_found_out_again(folder, view, headers_read, monkeypatch):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    before = cache_key(view)
    monkeypatch.setattr(images, "FACTS_VERSION", "another")
    assert cache_key(view) != before
    loader.prefetch([view])
    assert len(headers_read) == 2


@pytest.mark.invariant(2)
def test_left_is_left_what_a_header_repair_has_said_comes_from_the_store_not_from_the_cache(folder, view):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    repaired = dataclasses.replace(view, image=dataclasses.replace(view.image, lossy=True))
    assert loader.load(repaired).image.lossy
    assert not loader.load(view).image.lossy


def test_an_image_whose_file_has_gone_is_not_shown_from_the_cache(folder, view):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    view.path.unlink()
    with pytest.raises(UnreadableFile, match="no longer"):
        loader.load(view)


def test_forgetting_an_exam_forgets_what_was_found_out_about_it(folder, view):
    cache = DisplayCache(folder, 1 << 30)
    ImageLoader(cache).prefetch([view])
    cache.forget(view.sha256)
    assert not list(folder.glob("*.pyramid"))


@pytest.mark.parametrize("number", [errno.ENOTDIR, errno.EACCES, errno.ESTALE, errno.EIO])
def test_a_file_that_cannot_be_reached_says_what_the_system_says(folder, view, monkeypatch, number):
    loader = ImageLoader(DisplayCache(folder, 1 << 30))
    loader.prefetch([view])
    stat = type(view.path).stat

    def refused(path, **how):
        if path == view.path:
            raise OSError(number, os.strerror(number))
        return stat(path, **how)

    monkeypatch.setattr(type(view.path), "stat", refused)
    with pytest.raises(UnreadableFile, match=os.strerror(number)):
        loader.load(view)
