"""Tissue has the statistics of mammograms, and both breasts and both views belong together."""

from itertools import pairwise

import numpy as np
import pydicom
import pytest

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.breast import make_shape, other_side
from klarsyn.simulation.glandular import Density, make_glandular_volume
from klarsyn.simulation.positioning import make_view
from klarsyn.simulation.practice import PracticeExam
from klarsyn.simulation.tissue import Grain, power_law_field


def exponent(field: np.ndarray, spacing: float, low: float, high: float, *, window: bool = False) -> float:
    """Fit log power against log frequency over [low, high] cycles per mm."""
    field = field - field.mean()
    if window:
        field = field * np.outer(np.hanning(field.shape[0]), np.hanning(field.shape[1]))
    power = np.abs(np.fft.fft2(field)) ** 2
    f = np.hypot(*np.meshgrid(*(np.fft.fftfreq(n, spacing) for n in field.shape), indexing="ij"))
    edges = np.geomspace(low, high, 12)
    rings = [(f >= a) & (f < b) for a, b in pairwise(edges)]
    middle = np.sqrt(edges[:-1] * edges[1:])
    return -float(np.polyfit(np.log(middle), np.log([power[r].mean() for r in rings]), 1)[0])


@pytest.mark.parametrize("seed", range(3))
def test_the_power_of_tissue_falls_with_exponent_2_6_to_2_8(seed: int) -> None:
    field = power_law_field(np.random.default_rng(seed), (512, 512), 0.2, 60.0)
    assert 2.6 < exponent(field, 0.2, 0.1, 2.0) < 2.8


@pytest.mark.parametrize("seed", range(3))
def test_projecting_a_volume_keeps_the_exponent(seed: int) -> None:
    volume = power_law_field(np.random.default_rng(seed), (96, 128, 128), 1.0, 400.0)
    slope = np.mean([exponent(volume.sum(axis=axis), 1.0, 0.03, 0.4) for axis in range(3)])
    assert 2.5 < slope < 2.9


def test_grain_runs_along_its_direction() -> None:
    for angle in (0.0, np.pi / 2):
        grain = Grain(np.full((256, 256), angle, np.float32), 0.5)
        field = grain.field(np.random.default_rng(1), 20.0, 4.0)
        along_columns = np.abs(np.diff(field, axis=1)).mean()
        along_rows = np.abs(np.diff(field, axis=0)).mean()
        if angle == 0.0:
            assert along_columns < 0.7 * along_rows
        else:
            assert along_rows < 0.7 * along_columns


def test_glandular_tissue_of_the_images_has_the_exponent_of_mammograms(
    practice_exams: tuple[PracticeExam, ...], stored
) -> None:
    # Averages of real mammograms lie between 2.6 and 3.3 (Burgess 2001; Metheany 2008).
    slopes = []
    for exam in practice_exams:
        for file in exam.files:
            ds = pydicom.dcmread(file, stop_before_pixels=True)
            value, _ = stored.attenuation(file)
            if ds.PatientOrientation[0] == "P":
                value = value[:, ::-1]
            middle = value.shape[0] // 2
            part = value[middle - 256 : middle + 256, 130:642]
            slopes.append(exponent(part, float(ds.ImagerPixelSpacing[0]), 0.1, 0.8, window=True))
    assert 2.6 < np.mean(slopes) < 3.3


def test_denser_breasts_hold_more_glandular_tissue() -> None:
    shape = make_shape(np.random.default_rng(4))
    shares = [
        make_glandular_volume(shape, d, np.random.default_rng(5), np.random.default_rng(6)).share.mean()
        for d in Density
    ]
    assert shares == sorted(shares)
    assert shares[3] > 2 * shares[0]


def test_both_views_show_the_same_amount_of_glandular_tissue() -> None:
    shape = make_shape(np.random.default_rng(4))
    volume = make_glandular_volume(shape, Density.C, np.random.default_rng(5), np.random.default_rng(6))
    cc, mlo = (volume.project(p) for p in (ViewPosition.CC, ViewPosition.MLO))
    # Depth is common to both views: every plane at one depth holds the same tissue.
    np.testing.assert_allclose(mlo.sum(axis=1), cc.sum(axis=1), rtol=0.02, atol=0.5)


def test_right_and_left_breasts_are_alike_but_no_copies() -> None:
    rng = np.random.default_rng(4)
    right = make_shape(rng)
    left = other_side(right, rng)
    planes = [
        make_glandular_volume(s, Density.B, np.random.default_rng(5), np.random.default_rng(own))
        .project(ViewPosition.CC)
        .ravel()
        for s, own in ((right, 6), (left, 7))
    ]
    likeness = np.corrcoef(*planes)[0, 1]
    assert 0.5 < likeness < 0.97
    assert left != right
    assert left.depth == pytest.approx(right.depth, rel=0.06)


def test_the_distance_to_the_skin_does_not_depend_on_where_memory_lies() -> None:
    shape = make_shape(np.random.default_rng(4))
    view = make_view(shape, ViewPosition.CC, 230.0, 190.0, np.random.default_rng(5))
    first = view.signed_distance(0.4)
    held = []
    for n in range(12):
        held.append(np.empty(40_000 + 4_112 * n, np.uint8))  # Moves the next arrays about.
        np.testing.assert_array_equal(view.signed_distance(0.4), first)
