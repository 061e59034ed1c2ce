"""Slices and the synthetic 2D image as a reader gets them."""

import numpy as np
import pytest
from tomo_phantom import Blob, PhantomView, quiet_projections

from klarsyn.simulation.tomosynthesis.filtering import attenuation
from klarsyn.simulation.tomosynthesis.outline import find_outline
from klarsyn.simulation.tomosynthesis.presentation import PresentedSlices, slices_for_presentation
from klarsyn.simulation.tomosynthesis.projections import Projections
from klarsyn.simulation.tomosynthesis.reconstruction import reconstruct, slice_heights
from klarsyn.simulation.tomosynthesis.synthesis import SyntheticImage, synthesise

SPACING = 0.2
ROWS, COLUMNS = 500, 260
MIDDLE = ROWS // 2
BEAD = Blob(20.1, 50.1, 11.5, peak_mm=6, spread=(0.2, 0.2))
LOW_BEAD = Blob(12.1, 44.1, 30.5, peak_mm=6, spread=(0.2, 0.2))


@pytest.fixture(scope="module")
def projections() -> Projections:
    view = PhantomView(depth_mm=42, is_round=True, blobs=(BEAD, LOW_BEAD))
    return quiet_projections(view, spacing_mm=SPACING, rows=ROWS, columns=COLUMNS)


@pytest.fixture(scope="module")
def slices(projections: Projections) -> PresentedSlices:
    return slices_for_presentation(reconstruct(projections, slice_heights(40)))


@pytest.fixture(scope="module")
def synthetic(slices: PresentedSlices, projections: Projections) -> SyntheticImage:
    return synthesise(slices, projections)


def place(blob: Blob) -> tuple[int, int]:
    return int(blob.y / SPACING), int(blob.x / SPACING)


def test_air_is_black_on_all_slices_and_tissue_never_is(slices):
    row = slices.pixels[:, MIDDLE, :]

    assert (slices.pixels[:, :30] == 0).all()
    assert (row[:, 220:] == 0).all()  # The skin is at 42 mm, column 210.
    assert (row[:, :200] > 0).all()


def test_slices_use_their_bits_with_room_for_calcifications(slices):
    top = 2**slices.bits - 1

    assert slices.pixels.max() <= top
    fat = np.median(slices.pixels[20, MIDDLE - 50 : MIDDLE + 50, 20:100])
    assert 0.1 * top < fat < 0.85 * top
    centre, width = slices.window
    assert centre - width / 2 < fat < centre + width / 2


def stored_per_unit(projections: Projections, slices: PresentedSlices, index: int) -> float:
    """Return by how much stored values grow with attenuation, from the differences of two slices.

    Only pixels below the shoulder of the scale are asked, deep in the breast.
    """
    reconstruction = reconstruct(projections, slice_heights(40))
    here = (slice(MIDDLE - 60, MIDDLE + 60), slice(20, 160))
    pair = [slices.pixels[i][here].astype(float) for i in (index, 20)]
    linear = (np.minimum(*pair) > 1) & (np.maximum(*pair) < 0.6 * 2**slices.bits)
    shown = (pair[0] - pair[1])[linear]
    real = (reconstruction[index][here] - reconstruction[20][here])[linear]
    return float((real * shown).sum() / (real * real).sum())


def test_the_breast_does_not_darken_towards_the_skin_as_it_thins_out(projections, slices):
    plain = reconstruct(projections, (20.5,))[0][MIDDLE]
    shown = slices.pixels[20, MIDDLE].astype(float) / stored_per_unit(projections, slices, 5)
    near, deep = slice(185, 190), slice(80, 110)  # 4 to 5 mm, and 20 to 26 mm from the skin.

    assert plain[near].mean() < 0.85 * plain[deep].mean()
    assert shown[deep].mean() - shown[near].mean() < 0.5 * (plain[deep].mean() - plain[near].mean())


def test_all_slices_share_one_grey_scale(projections, slices):
    gains = [stored_per_unit(projections, slices, index) for index in (5, 11, 30)]

    assert gains[0] > 100
    assert gains == pytest.approx([gains[0]] * 3, rel=0.05)


@pytest.mark.parametrize("bead", [BEAD, LOW_BEAD])
def test_the_synthetic_image_shows_a_bead_where_it_is(synthetic, bead):
    row, column = place(bead)
    around = synthetic.pixels[row - 15 : row + 16, column - 15 : column + 16].astype(int)
    peak = np.unravel_index(np.argmax(around), around.shape)

    assert np.abs(np.array(peak) - 15).max() <= 1
    assert around.max() > np.median(around) + 0.05 * 2**synthetic.bits


@pytest.mark.parametrize("bead", [BEAD, LOW_BEAD])
def test_the_synthetic_image_leads_from_a_bead_to_its_slice(synthetic, slices, bead):
    index = int(synthetic.best_slice[place(bead)])

    assert abs(slices.heights_mm[index] - bead.z) <= 1.0


def test_the_synthetic_image_has_the_air_of_its_slices(synthetic, slices):
    assert ((synthetic.pixels == 0) == (slices.pixels[0] == 0)).all()


def test_threads_do_not_change_what_is_presented(projections, slices, synthetic):
    again = slices_for_presentation(reconstruct(projections, slice_heights(40), threads=1))

    assert again.pixels.tobytes() == slices.pixels.tobytes()
    other = synthesise(again, projections, threads=1)
    assert other.pixels.tobytes() == synthetic.pixels.tobytes()
    assert other.best_slice.tobytes() == synthetic.best_slice.tobytes()


def test_the_outline_knows_the_distance_to_the_skin(projections):
    outline = find_outline(attenuation(projections.stack[7], projections.air, 0.0), SPACING)

    line = outline.inside_mm[MIDDLE - outline.box.top]
    inwards = 42 - (np.arange(outline.box.left, outline.box.right) + 0.5) * SPACING
    assert line[60:] == pytest.approx(inwards[60:], abs=0.5)


def test_the_edges_of_the_image_are_no_skin(projections):
    outline = find_outline(attenuation(projections.stack[7], projections.air, 0.0), SPACING)

    assert outline.box.left == 0
    assert outline.inside_mm[MIDDLE - outline.box.top, 0] > 30
