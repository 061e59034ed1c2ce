"""Pages of documents are made in a process of their own, which may take time and memory, and fall."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from other_report_files import capture, pdf_document, write
from several_results import pdf_of

from klarsyn.dicom.documents.document import read_document
from klarsyn.reading.document_child import ANSWER, MAX_SIDE, fitting
from klarsyn.reading.documents import OpenDocument, Page, _page
from klarsyn.reading.refusal import ReadingError


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., OpenDocument]]:
    """Open what a data set holds; the process is ended with the test."""
    made: list[OpenDocument] = []

    def _open(ds, **changes) -> OpenDocument:
        path = write(tmp_path / f"{len(made)}.dcm", ds)
        made.append(OpenDocument(path, read_document(path).document, **changes))
        return made[-1]

    yield _open
    for each in made:
        each.close()


def as_array(page: Page) -> np.ndarray:
    return np.frombuffer(page.pixels, np.uint8).reshape(page.rows, page.columns, page.channels)


def test_pages_of_a_pdf_fit_into_the_box_and_keep_their_shape(opened) -> None:
    document = opened(pdf_document(pdf_of((600, 800), (800, 600))))
    first, second = document.page(1, 400, 400), document.page(2, 400, 400)
    assert (first.number, first.of, first.channels) == (1, 2, 3)
    assert (first.columns, first.rows) == (300, 400)
    assert (second.columns, second.rows) == (400, 300)
    assert as_array(first).min() == 255
    with pytest.raises(ReadingError, match="no page 3"):
        document.page(3, 400, 400)
    # A page that is not there costs nothing of the others.
    assert document.page(1, 100, 100).rows == 100


def test_a_picture_is_shrunk_to_the_box_and_never_enlarged(opened) -> None:
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[:, :, 2] = 90
    document = opened(capture(pixels))
    assert np.array_equal(as_array(document.page(1, 800, 800)), pixels)
    small = document.page(1, 40, 40)
    assert (small.columns, small.rows) == (40, 30)
    assert as_array(small)[15, 20].tolist() == [0, 0, 90]


def test_a_grey_picture_stays_grey(opened) -> None:
    page = opened(capture(np.full((30, 20), 77, np.uint8))).page(1, 100, 100)
    assert page.channels == 1
    assert as_array(page).max() == 77


@pytest.mark.parametrize(
    "spoil", [lambda pdf: pdf[: len(pdf) // 3], lambda _: b"%PDF-1.7\n" + b"\xff" * 4000]
)
def test_a_damaged_pdf_says_a_sentence(opened, spoil) -> None:
    document = opened(pdf_document(spoil(pdf_of((600, 800)))))
    with pytest.raises(ReadingError, match="damaged"):
        document.page(1, 400, 400)


def test_a_page_of_an_impossible_size_takes_no_more_than_the_largest_picture(opened) -> None:
    document = opened(pdf_document(pdf_of((14_400, 20))))
    page = document.page(1, 1 << 30, 1 << 30)
    assert max(page.rows, page.columns) <= MAX_SIDE


def test_a_process_that_falls_says_a_sentence_and_the_next_page_has_another(opened) -> None:
    document = opened(pdf_document(pdf_of((600, 800))))
    document.page(1, 50, 50)
    os.kill(document._process.pid, signal.SIGKILL)
    with pytest.raises(ReadingError, match="brought down"):
        document.page(1, 50, 50)
    assert document.page(1, 50, 50).of == 1


def test_a_page_that_takes_too_long_is_given_up_with_its_process(opened) -> None:
    document = opened(pdf_document(pdf_of((600, 800))), time_s=0.0)
    with pytest.raises(ReadingError, match="not ready within"):
        document.page(1, 50, 50)
    assert document._process is None


def test_a_closed_document_leaves_no_process(opened) -> None:
    document = opened(pdf_document(pdf_of((600, 800))))
    document.page(1, 50, 50)
    pid = document._process.pid
    document.close()
    assert pid not in {child.pid for child in multiprocessing.active_children()}
    with pytest.raises(ReadingError, match="closed"):
        document.page(1, 50, 50)


@pytest.mark.skipif(not Path("/proc/self/limits").is_file(), reason="limits are read from /proc")
def test_the_process_has_a_limit_of_memory(opened) -> None:
    document = opened(pdf_document(pdf_of((600, 800))))
    document.page(1, 50, 50)
    limits = Path(f"/proc/{document._process.pid}/limits").read_text()
    (line,) = [each for each in limits.splitlines() if each.startswith("Max address space")]
    assert 0 < int(line.split()[3]) < 8 << 30


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        ANSWER.pack(1, 1, 10, 10, 3) + b"x" * 299,
        ANSWER.pack(1, 1, 10, 10, 2) + b"x" * 200,
        ANSWER.pack(1, 1, 0, 0, 3),
        ANSWER.pack(1, 0, 10, 10, 1) + b"x" * 100,
        ANSWER.pack(0, 0, 0, 0, 0),
    ],
)
def test_an_answer_whose_sizes_do_not_agree_is_no_page(answer: bytes) -> None:
    with pytest.raises(ReadingError, match="no page"):
        _page(1, answer)


def test_what_is_no_page_has_no_scale() -> None:
    assert fitting(float("nan"), 10, 100, 100) == fitting(0, 10, 100, 100) == 0
    assert fitting(float("inf"), 10, 100, 100) == fitting(1e9, 1, 100, 100) == 0
    assert fitting(200, 100, 100, 100) == 0.5
