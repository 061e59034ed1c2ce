"""The makers' images For Presentation, judged on a phantom: half a disk of fat with gland, skin and a rim."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.domain.exam import ViewPosition
from klarsyn.imaging.grayscale import build_lut
from klarsyn.simulation.rays import Beam, Field, Rays
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.grey import air_value, voi_lut, windows_in_stored
from klarsyn.simulation.xray.processing import FAT, for_presentation, process
from klarsyn.simulation.xray.raw import for_processing
from klarsyn.simulation.xray.technique import choose_technique
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_C, VENDORS, Vendor

HEIGHT_MM, WIDTH_MM = 130.0, 80.0
RADIUS_MM, THICKNESS_MM = 58.0, 50.0
GLAND_AT, FAT_AT, CALCIUM_AT = (20.0, 65.0), (20.0, 92.0), (20.0, 40.0)  # x, y in mm


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A vendor's picture of the phantom."""

    vendor: Vendor
    depth: Field
    raw: npt.NDArray[np.uint16]
    stored: npt.NDArray[np.uint16]
    density: Field
    mask: npt.NDArray[np.uint8]

    def around(self, image: npt.NDArray[np.generic], at: tuple[float, float], half_mm: float = 2.0) -> Field:
        """Return the pixels around a point given as x, y in mm."""
        pitch = self.vendor.detector.spacing_mm
        column, row, half = (round(v / pitch) for v in (*at, half_mm))
        return np.asarray(image[row - half : row + half, column - half : column + half], np.float32)

    def band(self, image: npt.NDArray[np.generic], near_mm: float, far_mm: float) -> Field:
        """Return the pixels between two depths inside the skin."""
        return np.asarray(image[(self.depth > near_mm) & (self.depth < far_mm)], np.float32)


def _phantom(spacing: float) -> tuple[Rays, Field]:
    beam = Beam(round(HEIGHT_MM / spacing), round(WIDTH_MM / spacing), spacing)
    y, x = ((np.mgrid[0 : beam.rows, 0 : beam.columns] + 0.5) * spacing).astype(np.float32)
    depth = RADIUS_MM - np.hypot(x, y - HEIGHT_MM / 2)
    rim = THICKNESS_MM / 2
    thick = THICKNESS_MM * np.sqrt(np.maximum(1 - (1 - np.clip(depth / rim, 0, 1)) ** 2, 0))
    under = np.clip(depth - 1.5, 0, rim)  # The same rim, a skin of 1.5 mm further in.
    core = (THICKNESS_MM - 3) * np.sqrt(np.maximum(1 - (1 - under / rim) ** 2, 0))
    skin = np.where(depth > 0, thick - np.minimum(core, thick), 0)
    gland = 22 * np.exp(-((x - GLAND_AT[0]) ** 2 + (y - GLAND_AT[1]) ** 2) / (2 * 8.0**2))
    dense = np.minimum(skin + gland * (depth > 3), thick)
    rays = Rays(beam, (thick - dense).astype(np.float32), dense.astype(np.float32))
    side = round(0.5 / spacing)
    column, row = (round(v / spacing) for v in CALCIUM_AT)
    rays.add_calcium(row - side // 2, column - side // 2, np.full((side, side), 0.3, np.float32))
    return rays, depth.astype(np.float32)


def _shoot(vendor: Vendor) -> Shot:
    cv2.setNumThreads(1)
    rays, depth = _phantom(vendor.detector.spacing_mm)
    technique = choose_technique(vendor, ViewPosition.CC, THICKNESS_MM, 0.2, np.random.default_rng(1))
    photons = expose(rays, vendor, technique, np.random.default_rng(2))
    raw = for_processing(photons, vendor, technique)
    done = process(raw, vendor)
    return Shot(vendor, depth, raw, for_presentation(raw, vendor), done.density, done.region.mask)


@pytest.fixture(scope="module", params=list(VENDORS))
def shot(request: pytest.FixtureRequest) -> Shot:
    return _shoot(VENDORS[request.param])


def _shown(shot: Shot, preset: int = 0) -> npt.NDArray[np.uint8]:
    """Return the picture as the viewer shows it with one of the maker's own settings."""
    grey = shot.vendor.grey
    function = VoiFunction.SIGMOID if grey.sigmoid else VoiFunction.LINEAR
    parameters = GrayscaleParameters(
        bits_stored=grey.bits,
        monochrome1=grey.inverted,
        windows=tuple(Window(c, w, function, name) for name, c, w in windows_in_stored(grey)),
        voi_luts=tuple(LutTable(*voi_lut(curve, grey), curve[0]) for curve in grey.curves),
        padding=None if grey.padding is None else (grey.padding, grey.padding),
    )
    return np.asarray(build_lut(parameters, DisplayState(preset=preset))[shot.stored])


def test_the_breast_found_is_the_breast_that_was_there(shot: Shot) -> None:
    found, true = shot.mask > 0, shot.depth > 0
    assert (found & true).sum() / (found | true).sum() > 0.985
    assert not found[shot.depth < -1.0].any()


def test_everything_outside_the_breast_is_air_and_nothing_inside_is(shot: Shot) -> None:
    air = air_value(shot.vendor.grey)
    assert (shot.stored[shot.depth < -1.0] == air).all()
    assert not (shot.stored[shot.mask > 0] == air).any()


def test_pixels_keep_to_the_bits_of_the_maker(shot: Shot) -> None:
    assert shot.stored.dtype == np.uint16
    assert shot.stored.max() < 2**shot.vendor.grey.bits
    inside = shot.stored[shot.mask > 0]
    assert inside.min() >= 1
    assert inside.max() <= 2**shot.vendor.grey.bits - 2


def test_dense_tissue_is_low_where_the_maker_stores_inverted(shot: Shot) -> None:
    gland, fat = shot.around(shot.stored, GLAND_AT).mean(), shot.around(shot.stored, FAT_AT).mean()
    assert (gland < fat) == shot.vendor.grey.inverted


def test_fat_and_gland_have_the_same_processed_density_from_every_maker(shot: Shot) -> None:
    assert shot.around(shot.density, FAT_AT).mean() == pytest.approx(FAT, abs=0.08)
    assert 0.65 < shot.around(shot.density, GLAND_AT).mean() < 0.95


def test_the_makers_own_window_shows_air_black_fat_dark_grey_and_gland_bright(shot: Shot) -> None:
    settings = len(shot.vendor.grey.windows) + len(shot.vendor.grey.curves)
    for preset in range(settings):
        shown = _shown(shot, preset)
        assert shown[shot.depth < -1.0].max() <= 12
        assert 15 < shot.around(shown, FAT_AT).mean() < 115
        assert 165 < shot.around(shown, GLAND_AT).mean() < 254


def test_the_thin_rim_is_shown_in_the_same_window_as_the_thick_breast(shot: Shot) -> None:
    """Unequalised, fat 3 mm inside the skin has less than two thirds of the density of fat in the middle."""
    raw = -np.log(shot.raw / np.percentile(shot.raw, 99))
    assert np.median(shot.band(raw, 2.5, 4)) < 0.67 * shot.around(raw, FAT_AT).mean()
    fat = shot.around(shot.density, FAT_AT).mean()
    for near, far in ((2.5, 4), (5, 8), (10, 14)):
        assert np.median(shot.band(shot.density, near, far)) == pytest.approx(fat, abs=0.10)


def test_the_skin_is_faintly_visible_and_fades_out_without_a_bright_halo(shot: Shot) -> None:
    shown = _shown(shot)
    skin, fat = shot.band(shown, 0.3, 1.2), shot.around(shown, FAT_AT)
    assert 10 < np.median(skin) < fat.mean() + 60
    assert np.median(shot.band(shown, -0.1, 0.15)) < np.median(skin)


def test_calcium_of_a_third_of_a_millimetre_is_brighter_than_the_fat_around_it(shot: Shot) -> None:
    around = shot.around(shot.density, (CALCIUM_AT[0] + 3, CALCIUM_AT[1]), 1.0)
    calcium = shot.around(shot.density, CALCIUM_AT, 0.15)
    assert calcium.mean() > around.mean() + 8 * around.std()


def test_noise_is_fine_grain_and_no_more_than_a_tenth_of_the_span_of_tissue(shot: Shot) -> None:
    fat = shot.around(shot.density, FAT_AT)
    grain = fat - cv2.GaussianBlur(fat, (0, 0), 3)
    assert 0.003 < grain.std() < 0.06


def test_the_same_raw_pixels_give_the_same_bytes() -> None:
    shot = _shoot(VENDOR_C)
    moved = np.empty(shot.raw.size + 8, np.uint16)[3 : 3 + shot.raw.size].reshape(shot.raw.shape)
    moved[:] = shot.raw
    assert for_presentation(moved, VENDOR_C).tobytes() == shot.stored.tobytes()


def test_a_breast_that_fills_the_picture_is_processed_to_its_edges() -> None:
    rng = np.random.default_rng(1)
    raw = (rng.normal(600, 10, (800, 600))).astype(np.uint16)
    raw[:, 595:] = 13000
    stored = for_presentation(raw, VENDOR_A)
    assert (stored[:, :560] > 0).all()


def test_an_exposure_without_a_breast_is_refused_in_one_sentence() -> None:
    raw = np.random.default_rng(1).normal(13000, 40, (800, 600)).astype(np.uint16)
    with pytest.raises(ValueError, match="There is no breast in this exposure"):
        for_presentation(raw, VENDOR_A)
