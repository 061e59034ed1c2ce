"""Projections: the breast from each angle, with its share of the dose."""

import dataclasses

import numpy as np
import pytest
from tomo_phantom import Blob, PhantomView

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.tomosynthesis.acquisition import (
    acquire,
    air_value,
    for_tomosynthesis,
    projection_grid,
)
from klarsyn.simulation.tomosynthesis.projections import tilt_angles
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.technique import Technique, choose_technique
from klarsyn.simulation.xray.vendors import VENDORS, Vendor


def small(key: str, rows: int = 512, columns: int = 384) -> Vendor:
    """Return the vendor with a small detector."""
    vendor = VENDORS[key]
    return dataclasses.replace(
        vendor, detector=dataclasses.replace(vendor.detector, rows=rows, columns=columns)
    )


def technique_of(vendor: Vendor, thickness_mm: float = 40.0) -> Technique:
    mammogram = choose_technique(vendor, ViewPosition.CC, thickness_mm, 0.2, np.random.default_rng(3))
    return for_tomosynthesis(mammogram)


@pytest.mark.parametrize(("key", "count", "half_sweep"), [("A", 15, 7.5), ("B", 25, 25.0), ("C", 15, 12.5)])
def test_each_vendor_moves_the_tube_evenly_over_its_sweep(key, count, half_sweep):
    vendor = small(key, 128, 128)
    view = PhantomView(depth_mm=5)
    acquired = acquire(view, (), vendor, technique_of(vendor), np.random.default_rng(1))

    assert len(acquired.stack) == len(acquired.angles_deg) == count
    assert view.angles == list(acquired.angles_deg)
    assert acquired.angles_deg[0] == -half_sweep
    assert acquired.angles_deg[-1] == half_sweep
    assert np.allclose(np.diff(acquired.angles_deg), 2 * half_sweep / (count - 1))


def test_what_lies_high_moves_further_along_the_travel_of_the_tube():
    vendor = small("B")
    view = PhantomView(depth_mm=20, blobs=(Blob(8, 18, 30, peak_mm=25, spread=(0.5, 0.5)),))
    acquired = acquire(view, (), vendor, technique_of(vendor), np.random.default_rng(1))

    column = int(8 / acquired.spacing_mm)
    for i in (0, 12, 24):
        line = acquired.stack[i][:, column - 3 : column + 4].mean(axis=1)
        expected = 18 + 30 * np.tan(np.deg2rad(acquired.angles_deg[i]))
        lost = np.maximum(np.median(line) * 0.7 - line, 0)
        rows = np.arange(len(line)) + 0.5
        assert (lost * rows).sum() / lost.sum() * acquired.spacing_mm == pytest.approx(expected, abs=0.15)


def test_air_has_the_value_that_projections_say_it_has():
    vendor = small("C")
    technique = technique_of(vendor)
    acquired = acquire(PhantomView(depth_mm=6), (), vendor, technique, np.random.default_rng(1))

    beside = acquired.stack[:, :, -20:]  # Far from the breast there is hardly any scatter.
    assert acquired.air == air_value(vendor, technique)
    assert beside.mean() == pytest.approx(acquired.air, rel=0.03)


def test_each_projection_is_as_noisy_as_its_share_of_the_dose_of_the_technique():
    vendor = small("B")
    technique = technique_of(vendor)
    view = PhantomView(depth_mm=100)
    acquired = acquire(view, (), vendor, technique, np.random.default_rng(1))
    beam = projection_grid(vendor)
    whole = expose(view.cast(beam), vendor, technique, np.random.default_rng(2), grid=False)

    def noise(image: np.ndarray) -> float:
        deep = image[40:-40, 5:].astype(float)
        return float((np.diff(deep, axis=0)).std() / deep.mean())

    count = len(acquired.stack)
    assert noise(acquired.stack[12]) == pytest.approx(noise(whole) * count**0.5, rel=0.08)


def test_lesions_are_cast_with_the_breast():
    class Stone:
        def add_to(self, rays: Rays) -> None:
            rays.add_calcium(100, 60, np.full((8, 8), 2, np.float32))

    vendor = small("A", 256, 256)
    acquired = acquire(PhantomView(), (Stone(),), vendor, technique_of(vendor), np.random.default_rng(1))

    for projection in acquired.stack:
        assert projection[102:106, 62:66].mean() < 0.5 * projection[102:106, 90:120].mean()


def test_the_same_seed_gives_the_same_bytes_with_one_thread_and_two():
    vendor = small("A", 128, 128)
    technique = technique_of(vendor)

    def bytes_of(seed: int, threads: int) -> bytes:
        rng = np.random.default_rng(seed)
        return acquire(PhantomView(), (), vendor, technique, rng, threads=threads).stack.tobytes()

    assert bytes_of(1, 1) == bytes_of(1, 2)
    assert bytes_of(1, 1) != bytes_of(2, 1)


def test_half_matrix_has_a_quarter_of_the_pixels_on_the_same_area():
    full, half = projection_grid(VENDORS["B"]), projection_grid(VENDORS["B"], half_matrix=True)

    assert full == Beam(1664, 1280, pytest.approx(0.14))
    assert half == Beam(832, 640, pytest.approx(0.28))


def test_progress_ends_with_all_projections():
    vendor = small("A", 64, 64)
    seen: list[tuple[int, int]] = []
    acquire(
        PhantomView(depth_mm=4), (), vendor, technique_of(vendor), np.random.default_rng(1),
        progress=lambda done, count: seen.append((done, count)),
    )  # fmt: skip

    assert seen[-1] == (15, 15)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize(("count", "sweep"), [(1, 15.0), (15, 0.0), (15, 180.0)])
def test_an_impossible_sweep_is_refused_in_a_sentence(count, sweep):
    with pytest.raises(ValueError, match="is impossible"):
        tilt_angles(count, sweep)
