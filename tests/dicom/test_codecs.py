"""imagecodecs is the decoder in use, and Python's lock is free while it works."""

import threading
import time
from itertools import pairwise

import imagecodecs
import numpy as np
import pytest
from pydicom import uid
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.encoders.base import RLELosslessEncoder

from klarsyn.dicom.codecs import install_codecs
from klarsyn.dicom.codecs.codestream import jpeg_2000_codestream, jpeg_codestream
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.pixels import read_frame
from klarsyn.dicom.syntaxes import COMPRESSED


@pytest.mark.parametrize("syntax", sorted(COMPRESSED), ids=lambda s: s.name)
def test_imagecodecs_is_the_only_decoder_of_a_compressed_syntax(syntax):
    install_codecs()
    install_codecs()
    assert get_decoder(syntax).available_plugins == ("imagecodecs",)


@pytest.mark.parametrize(
    "syntax",
    [uid.JPEG2000Lossless, uid.HTJ2KLossless, uid.JPEGLosslessSV1, uid.JPEGLSLossless],
    ids=lambda s: s.name,
)
@pytest.mark.invariant(10)
def test_the_window_never_freezes_a_timer_keeps_ticking_while_a_frame_is_decoded(write, a_mammogram, syntax):
    values = np.random.default_rng(5).normal(2000, 200, (1400, 1200)).clip(0, 4095).astype(np.uint16)
    path = write(a_mammogram(values), syntax, [_encode(syntax, values)])
    assert _longest_silence(path) < 0.5


@pytest.mark.invariant(10)
def test_the_window_never_freezes_a_timer_keeps_ticking_while_a_scanned_film_is_decoded(cbis_files):
    assert _longest_silence(cbis_files[0]) < 0.5


def _longest_silence(path) -> float:
    """Return the longest gap of a ticking thread as a share of the time that decoding takes beside it.

    A decoder that keeps Python's lock stops the ticks for as long as it works, and the share is near 1.
    The best of a few attempts counts, because other programs share this machine.
    """
    best = 1.0
    for _ in range(5):
        ticks, stop = [], threading.Event()
        ticker = threading.Thread(target=_tick, args=(ticks, stop))
        ticker.start()
        begin = time.perf_counter()
        read_frame(path)
        end = time.perf_counter()
        stop.set()
        ticker.join()
        moments = [begin, *(t for t in ticks if begin < t < end), end]
        best = min(best, max(b - a for a, b in pairwise(moments)) / (end - begin))
        if best < 0.5:
            break
    return best


def test_a_stream_larger_than_its_header_is_refused_before_it_is_decoded(write, a_mammogram, monkeypatch):
    frame = imagecodecs.jpeg2k_encode(np.zeros((600, 500), np.uint16), level=0, codecformat="j2k")
    path = write(a_mammogram(), uid.JPEG2000Lossless, [frame])
    monkeypatch.setattr(imagecodecs, "jpeg2k_decode", lambda *_a, **_k: pytest.fail("it was decoded"))
    with pytest.raises(UnreadableFile, match="600 x 500"):
        read_frame(path)


@pytest.mark.parametrize("syntax", sorted(COMPRESSED), ids=lambda s: s.name)
@pytest.mark.parametrize("frame", [b"\0\0", b"\xff\xd8\xff\xd9", b"\xff\x4f\xff\x51\0\0", b"garbage " * 40])
def test_garbage_instead_of_a_frame_is_unreadable(write, a_mammogram, syntax, frame):
    with pytest.raises(UnreadableFile):
        read_frame(write(a_mammogram(), syntax, [frame]))


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "syntax",
    [uid.JPEG2000Lossless, uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.RLELossless, uid.HTJ2KLossless],
    ids=lambda s: s.name,
)
@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_frame_that_breaks_off_is_never_shown_in_part(
    write, a_mammogram, a_ramp, syntax, kept
):
    values = a_ramp(300, 260)
    frame = _encode(syntax, values)
    with pytest.raises(UnreadableFile):
        read_frame(write(a_mammogram(values), syntax, [frame[: int(len(frame) * kept)]]))


def test_the_size_of_a_jpeg_is_found_behind_fill_bytes_and_other_segments():
    frame = imagecodecs.jpeg8_encode(np.zeros((33, 21), np.uint8), level=90)
    padded = frame[:2] + b"\xff\xfe\x00\x06note\xff" + frame[2:]
    stream = jpeg_codestream(padded)
    assert (stream.rows, stream.columns, stream.components, stream.precision) == (33, 21, 1, 8)


@pytest.mark.parametrize("form", ["j2k", "jp2"])
def test_the_size_of_a_jpeg_2000_is_found_with_and_without_boxes(form):
    frame = imagecodecs.jpeg2k_encode(
        np.zeros((33, 21), np.uint16), level=0, codecformat=form, bitspersample=12
    )
    stream = jpeg_2000_codestream(frame)
    assert (stream.rows, stream.columns, stream.components, stream.precision) == (33, 21, 1, 12)


def _tick(ticks: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.001):
        ticks.append(time.perf_counter())


def _encode(syntax: uid.UID, values: np.ndarray) -> bytes:
    if syntax == uid.JPEG2000Lossless:
        return imagecodecs.jpeg2k_encode(
            values, level=0, reversible=True, codecformat="j2k", bitspersample=12
        )
    if syntax == uid.HTJ2KLossless:
        return imagecodecs.htj2k_encode(values, reversible=True)
    if syntax == uid.JPEGLSLossless:
        return imagecodecs.jpegls_encode(values)
    if syntax == uid.JPEGLosslessSV1:
        return imagecodecs.jpeg8_encode(values, lossless=True, bitspersample=12)
    return RLELosslessEncoder.encode(
        values.astype("<u2").tobytes(),
        rows=values.shape[0],
        columns=values.shape[1],
        samples_per_pixel=1,
        bits_allocated=16,
        bits_stored=12,
        pixel_representation=0,
        number_of_frames=1,
        photometric_interpretation="MONOCHROME2",
    )
