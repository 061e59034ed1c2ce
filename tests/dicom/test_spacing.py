"""Real size at the breast."""

import pytest

from klarsyn.dicom.headers import read_instance


def spacing_and_codes(path):
    image = read_instance(path).image
    return image.spacing, {notice.code for notice in image.notices}


def test_detector_spacing_is_divided_by_the_magnification(write, a_mammogram):
    spacing, codes = spacing_and_codes(write(a_mammogram()))
    assert spacing.row_mm == pytest.approx(0.07 / 1.05)
    assert spacing.source.startswith("ImagerPixelSpacing")
    assert not codes


@pytest.mark.parametrize("factor", [None, "0", "-1", "80"])
def test_without_a_usable_magnification_it_counts_as_1_and_is_flagged(write, a_mammogram, factor):
    ds = a_mammogram()
    ds.EstimatedRadiographicMagnificationFactor = factor
    spacing, codes = spacing_and_codes(write(ds))
    assert spacing.column_mm == pytest.approx(0.07)
    assert codes == {"magnification-missing"}
    assert spacing.source == "ImagerPixelSpacing", "no factor is named that is not there"


def test_row_and_column_step_are_not_exchanged(write, a_mammogram):
    ds = a_mammogram()
    ds.ImagerPixelSpacing = ["0.105", "0.21"]
    spacing, _ = spacing_and_codes(write(ds))
    assert (spacing.row_mm, spacing.column_mm) == pytest.approx((0.1, 0.2))


def test_an_uncalibrated_pixel_spacing_that_disagrees_is_flagged_and_not_used(write, a_mammogram):
    # Given a Hologic-like file: PixelSpacing 0.975 beside a detector of 0.1 mm
    ds = a_mammogram()
    ds.ImagerPixelSpacing, ds.PixelSpacing = ["0.1", "0.1"], ["0.975", "0.975"]
    spacing, codes = spacing_and_codes(write(ds))
    assert spacing.row_mm == pytest.approx(0.1 / 1.05)
    assert codes == {"spacing-unusable"}


def test_a_pixel_spacing_equal_to_the_detectors_says_nothing_new(write, a_mammogram):
    ds = a_mammogram()
    ds.PixelSpacing = ["0.07", "0.07"]
    spacing, codes = spacing_and_codes(write(ds))
    assert spacing.row_mm == pytest.approx(0.07 / 1.05)
    assert not codes


@pytest.mark.parametrize("kind", ["GEOMETRY", "FIDUCIAL"])
def test_a_calibrated_pixel_spacing_near_the_detectors_is_the_better_value(write, a_mammogram, kind):
    ds = a_mammogram()
    ds.PixelSpacing, ds.PixelSpacingCalibrationType = ["0.065", "0.065"], kind
    spacing, codes = spacing_and_codes(write(ds))
    assert (spacing.row_mm, spacing.source) == (0.065, "PixelSpacing")
    assert not codes


def test_a_calibrated_pixel_spacing_more_than_20_percent_off_is_refused(write, a_mammogram):
    ds = a_mammogram()
    ds.PixelSpacing, ds.PixelSpacingCalibrationType = ["0.085", "0.085"], "FIDUCIAL"
    spacing, codes = spacing_and_codes(write(ds))
    assert spacing.row_mm == pytest.approx(0.07 / 1.05)
    assert codes == {"spacing-unusable"}


def test_without_any_spacing_the_image_says_so(write, a_mammogram):
    ds = a_mammogram()
    del ds.ImagerPixelSpacing
    assert spacing_and_codes(write(ds)) == (None, {"spacing-missing"})


def test_an_uncalibrated_pixel_spacing_alone_is_no_spacing(write, a_mammogram):
    ds = a_mammogram()
    del ds.ImagerPixelSpacing
    ds.PixelSpacing = ["0.07", "0.07"]
    assert spacing_and_codes(write(ds)) == (None, {"spacing-missing", "spacing-unusable"})


@pytest.mark.parametrize("value", [["0", "0"], ["-0.1", "0.1"], ["1e9", "1e9"], "0.1"])
def test_an_impossible_spacing_is_no_spacing(write, a_mammogram, value):
    ds = a_mammogram()
    ds.ImagerPixelSpacing = value
    assert spacing_and_codes(write(ds))[0] is None


def test_tomosynthesis_is_measured_in_its_slices(write, a_tomosynthesis):
    spacing, _ = spacing_and_codes(write(a_tomosynthesis()))
    assert (spacing.row_mm, spacing.source) == (0.1, "PixelSpacing (Pixel Measures)")
