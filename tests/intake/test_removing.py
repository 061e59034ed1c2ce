"""Taking a finding out of a tomosynthesis: on its own slices, whatever order files have them in."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Image, Laterality, Spacing, ViewPosition
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.volume import Slice, Volume
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.intake.engine_input import EngineInput
from klarsyn.intake.engine_volumes import SentVolume
from klarsyn.intake.removing import without_findings, without_views

ROWS, COLUMNS, COUNT = 200, 120, 6
OUTLINE = ((40.0, 90.0), (60.0, 90.0), (60.0, 110.0), (40.0, 110.0))


class Stack:
    """Slices in memory, each with a bright square."""

    shape = (COUNT, ROWS, COLUMNS)

    def __iter__(self) -> Iterator[tuple[npt.NDArray[np.uint16], float]]:
        for height in range(COUNT):
            pixels = np.random.default_rng(height).integers(900, 1100, (ROWS, COLUMNS)).astype(np.uint16)
            pixels[:, 100:] = 0
            pixels[92:108, 42:58] = 3000
            yield pixels, float(height)


def sent() -> EngineInput:
    image = Image("2.25.5", "1.2", "2.25.6", ROWS, COLUMNS, COUNT, Laterality.LEFT, ViewPosition.CC)
    # Frames lie the other way round than heights.
    slices = tuple(Slice("2.25.5", COUNT - n, float(n)) for n in range(COUNT))
    volume = SentVolume(Volume(image, slices), {"2.25.5": Path("nowhere")})
    volume.given = list(slices)
    spacing = Spacing(0.5, 0.5, "test")
    empty = np.empty((0, ROWS, COLUMNS), np.uint16)
    view = EngineView("volume-0", Laterality.LEFT, ViewPosition.CC, spacing, empty, slices=Stack())
    return EngineInput(EngineExam("t", (view,)), {}, (), {"volume-0": volume})


def finding(frame: int | None, ends: tuple[int, int] | None, uid: str = "2.25.5") -> Finding:
    mark = Mark(uid, OUTLINE, 50, frame, ends)
    return Finding("f", LesionType.SOFT_TISSUE, Laterality.LEFT, 50, (mark,))


def bright_slices(exam: EngineExam) -> list[int]:
    (view,) = exam.views
    assert view.slices is not None
    return [n for n, (pixels, _) in enumerate(view.slices) if (pixels > 2500).any()]


def test_a_finding_is_taken_out_of_the_slices_of_its_range_and_of_no_other() -> None:
    given = sent()
    rest = without_findings(given.exam, given, [finding(4, (5, 3))])
    assert rest is not None
    assert bright_slices(rest) == [0, 4, 5]
    assert bright_slices(given.exam) == list(range(COUNT))


def test_a_finding_without_a_range_is_taken_out_of_its_one_slice() -> None:
    given = sent()
    rest = without_findings(given.exam, given, [finding(6, None)])
    assert rest is not None
    assert bright_slices(rest) == [1, 2, 3, 4, 5]


def test_two_findings_are_taken_out_at_once() -> None:
    given = sent()
    rest = without_findings(given.exam, given, [finding(6, None), finding(1, None)])
    assert rest is not None
    assert bright_slices(rest) == [1, 2, 3, 4]


def test_a_finding_on_an_image_that_was_not_sent_cannot_be_taken_out() -> None:
    given = sent()
    assert without_findings(given.exam, given, [finding(4, None, "2.25.99")]) is None
    assert without_findings(given.exam, given, [finding(17, None)]) is None


def test_a_view_is_left_out_whole() -> None:
    given = sent()
    assert without_views(given.exam, ["volume-0"]).views == ()
