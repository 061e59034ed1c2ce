"""Exams drawn for training are those of the simulator, only without files."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import draw as drawing
import numpy as np
import pytest
from retake import retake
from scene import seen_by_engines

from klarsyn.dicom.headers import read_instance
from klarsyn.imaging.frames import load_index_frame
from klarsyn.intake.engine_pixels import dense_is_bright
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.xray.grey import digitise
from klarsyn.simulation.xray.vendors import VENDORS, Vendor


def small(maker: Vendor) -> Vendor:
    """The same unit with a sixteenth of the pixels."""
    d = maker.detector
    return replace(
        maker, detector=replace(d, spacing_mm=4 * d.spacing_mm, rows=d.rows // 4, columns=d.columns // 4)
    )


def drawn_small(number: int) -> drawing.Drawing:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "VENDOR_A", small(VENDORS["A"]))
        patched.setattr(drawing, "VENDOR_B", small(VENDORS["B"]))
        return drawing.draw(number)


@pytest.fixture(scope="module")
def drawn() -> drawing.Drawing:
    return drawn_small(1)


@pytest.mark.slow
def test_the_same_number_gives_the_same_pixels_and_truth(drawn: drawing.Drawing) -> None:
    again = drawn_small(1)

    assert sum(len(view.truths) for view in drawn.views) > 4
    for one, other in zip(drawn.views, again.views, strict=True):
        assert np.array_equal(one.view.pixels, other.view.pixels)
        assert [t.detectability for t in one.truths] == [t.detectability for t in other.truths]


@pytest.mark.slow
def test_a_truth_is_marked_on_the_breast_of_both_views(drawn: drawing.Drawing) -> None:
    assert [view.view.view_id for view in drawn.views] == ["RCC", "RMLO", "LCC", "LMLO"]
    for side in (drawn.views[:2], drawn.views[2:]):
        assert [t.number for t in side[0].truths] == [t.number for t in side[1].truths]
    for view in drawn.views:
        for truth in view.truths:
            inside = np.zeros(view.view.pixels.shape, np.uint8)
            cv2.fillPoly(inside, [np.rint(truth.outline).astype(np.int32)], 1)
            assert (view.view.pixels[inside > 0] > 0).mean() > 0.99


@pytest.mark.slow
def test_what_the_engine_sees_is_what_intake_makes_of_a_makers_file(tmp_path: Path) -> None:
    maker = "B"  # inverted, with padding: all that can go wrong
    request = ListRequest(exams=1, cancers=0, seed=5, vendors=(maker,))
    (exam,) = make_list(tmp_path, request, workers=1, today=date(2026, 11, 24))
    instance = read_instance(exam.files[0])
    stored = load_index_frame(exam.files[0])

    seen = seen_by_engines(stored, VENDORS[maker])

    assert np.array_equal(seen, dense_is_bright(stored, instance.grayscale))
    assert instance.image.spacing.row_mm == pytest.approx(VENDORS[maker].detector.spacing_mm)


def test_padding_is_air_and_inverted_values_are_turned() -> None:
    maker = VENDORS["B"]
    mask = np.array([[True, True, False]])
    stored = digitise(np.array([[0.3, 0.8, 0.0]], np.float32), mask, maker.grey)

    fat, dense, air = seen_by_engines(stored, maker)[0]
    assert air == 0 < fat < dense


def test_the_third_maker_and_the_test_sets_seeds_are_never_drawn() -> None:
    makers = {drawing._unit(n, np.random.default_rng(n)).key for n in range(40)}

    assert makers == {"A", "B"}
    with pytest.raises(ValueError, match="below 1000000"):
        drawing.draw(5_000_000)


def test_units_differ_in_half_of_the_exams() -> None:
    units = [drawing._unit(n, np.random.default_rng(n)) for n in range(200)]
    plain = sum(unit == VENDORS[unit.key] for unit in units)

    assert 70 < plain < 130
    assert all(replace(u, detector=VENDORS[u.key].detector).grey == VENDORS[u.key].grey for u in units)


def test_validation_exams_are_like_screening_and_the_others_hold_many_lesions() -> None:
    kinds = [drawing._kinds(n % 2 == 0, np.random.default_rng(n)) for n in range(400)]
    screened, taught = kinds[::2], kinds[1::2]

    suspicious = [sum(k.suspicious for side in sides for k in side) for sides in screened]
    assert max(suspicious) == 1
    assert 70 < sum(suspicious) < 130
    assert np.mean([sum(map(len, sides)) for sides in taught]) > 4
    assert {k for sides in taught for side in sides for k in side} == {*drawing._SUSPICIOUS, *drawing._BENIGN}


@pytest.mark.slow
def test_retakes_have_other_lesions_in_the_same_breast_and_repeat() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "VENDOR_A", small(VENDORS["A"]))
        one, again = retake(0, times=2), retake(0, times=2)

    assert [view.view.view_id for view in one] == [
        "RCC-0", "RMLO-1", "RCC-2", "RMLO-3", "LCC-4", "LMLO-5", "LCC-6", "LMLO-7",
    ]  # fmt: skip
    assert all(np.array_equal(a.view.pixels, b.view.pixels) for a, b in zip(one, again, strict=True))
    numbers = [{t.number for t in view.truths} for view in one[::2]]
    assert all(numbers)
    assert not set.intersection(numbers[0], numbers[1])
    # Most of the tissue has no lesion in it, and is the same but for noise; air, which is 0, is left out.
    first, second = (view.view.pixels.astype(float) for view in (one[0], one[2]))
    tissue = (first > 0.2 * first.max()) & (second > 0.2 * second.max())
    assert tissue.mean() > 0.2
    assert np.corrcoef(first[tissue], second[tissue])[0, 1] > 0.8


def test_nothing_that_chooses_the_epoch_teaches() -> None:
    teachers = [n for n in range(100) if drawing.teaches(n)]

    assert len(teachers) == 70
    assert not any(drawing.is_validation(n) for n in teachers)
