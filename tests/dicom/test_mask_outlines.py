"""The edges of masks run along the edges of pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from klarsyn.dicom.segmentation import mask_outlines as module
from klarsyn.dicom.segmentation.joined_outlines import joined_outlines
from klarsyn.dicom.segmentation.mask_outlines import MaskOutline, TooRagged, mask_outlines

_masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))


def filled(outlines: list[MaskOutline], shape: tuple[int, ...]) -> np.ndarray:
    """The even-odd fill, by the crossings left of each pixel's centre."""
    inside = np.zeros(shape, bool)
    for outline in outlines:
        for (c0, r0), (c1, r1) in zip(outline.points, outline.points[1:] + outline.points[:1], strict=True):
            assert (c0 == c1) != (r0 == r1), "an edge that is neither upright nor level, or none"
            if c0 == c1:
                inside[int(min(r0, r1)) : int(max(r0, r1)), int(c0) :] ^= True
    return inside


@given(_masks)
def test_the_fill_of_the_outlines_is_the_mask(mask: np.ndarray):
    assert (filled(mask_outlines(mask), mask.shape) == mask).all()


@given(_masks)
def test_outlines_and_holes_are_as_many_as_pieces_and_gaps(mask: np.ndarray):
    pieces = ndimage.label(mask, np.ones((3, 3)))[1]
    gaps = ndimage.label(np.pad(~mask, 1, constant_values=True))[1] - 1
    outlines = mask_outlines(mask)
    assert sum(not one.hole for one in outlines) == pieces
    assert sum(one.hole for one in outlines) == gaps


@given(_masks, st.sampled_from([(1, -1), (-1, 1), (-1, -1)]))
def test_a_mirrored_mask_has_mirrored_outlines(mask: np.ndarray, steps: tuple[int, int]):
    rows, columns = mask.shape
    mirrored = mask[:: steps[0], :: steps[1]]

    def turned(point: tuple[float, float]) -> tuple[float, float]:
        column, row = point
        return (columns - column if steps[1] < 0 else column, rows - row if steps[0] < 0 else row)

    there = {frozenset(one.points) for one in mask_outlines(mirrored)}
    back = {frozenset(turned(point) for point in one.points) for one in mask_outlines(mask)}
    assert there == back


def test_one_pixel_is_the_square_from_its_corner_to_the_next():
    mask = np.zeros((3, 4), bool)
    mask[0, 0] = True
    assert mask_outlines(mask) == [MaskOutline(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))]
    assert mask_outlines(np.zeros((3, 4), bool)) == []


def test_noise_is_refused_before_it_is_followed(monkeypatch):
    monkeypatch.setattr(module, "MAX_CORNERS", 100)
    with pytest.raises(TooRagged):
        mask_outlines(np.indices((20, 20)).sum(axis=0) % 2 == 0)


def inside_of(polygon: tuple[tuple[float, float], ...], shape: tuple[int, ...]) -> np.ndarray:
    inside, centres = np.zeros(shape, bool), np.arange(shape[0]) + 0.5
    for (c0, r0), (c1, r1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if c0 == c1:
            inside[(centres >= min(r0, r1)) & (centres < max(r0, r1)), int(c0) :] ^= True
    return inside


def area(polygon: tuple[tuple[float, float], ...]) -> float:
    ends = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return abs(sum(c0 * r1 - c1 * r0 for (c0, r0), (c1, r1) in ends)) / 2


@given(_masks)
def test_joined_to_their_holes_outlines_fill_and_measure_each_piece(mask: np.ndarray):
    polygons, uncut = joined_outlines(mask)
    assert uncut == 0
    pieces = [inside_of(polygon, mask.shape) for polygon in polygons]
    assert (sum(piece.astype(int) for piece in pieces) == mask).all()
    assert [area(polygon) for polygon in polygons] == [piece.sum() for piece in pieces]
    assert len(pieces) == ndimage.label(mask, np.ones((3, 3)))[1]


def test_noise_is_drawn_without_its_holes_and_they_are_counted(monkeypatch):
    monkeypatch.setattr("klarsyn.dicom.segmentation.joined_outlines.MAX_HOLES", 3)
    mask = np.ones((9, 9), bool)
    mask[1::2, 1::2] = False
    polygons, uncut = joined_outlines(mask)
    assert (len(polygons), uncut) == (1, 16)
    assert area(polygons[0]) == 81
