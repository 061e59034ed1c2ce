"""An image becomes the model's matrix, and what the model finds there comes back to the image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality
from klarsyn.engine.contract import EngineView
from klarsyn.engine.server_file import PREPARING, InputTable
from klarsyn_triton.preparing import prepare


def view(pixels, side=Laterality.LEFT, orientation=None) -> EngineView:
    pixels = np.asarray(pixels, np.uint16)
    return EngineView("v", side, None, None, pixels, patient_orientation=orientation)


def table(**changes) -> InputTable:
    values = {"name": "image", "datatype": "FP32", "shape": (1, 1, 32, 16), "matrix": (32, 16), **changes}
    return InputTable(**values)


def test_an_image_keeps_its_proportions_and_the_rest_is_black():
    tensor, _ = prepare(view(np.full((64, 64), 100)), table())

    assert tensor.shape == (1, 1, 32, 16)
    assert (tensor[0, 0, :16] == 100).all()
    assert (tensor[0, 0, 16:] == 0).all()


def test_a_right_breast_is_mirrored_unless_the_file_says_otherwise():
    pixels = np.zeros((32, 16))
    pixels[:, -4:] = 50
    right = view(pixels, Laterality.RIGHT)

    assert (prepare(right, table())[0][0, 0, :, :4] == 50).all()
    assert (prepare(right, table(mirror_right=False))[0][0, 0, :, -4:] == 50).all()


@pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT, None])
@pytest.mark.parametrize(
    ("orientation", "mirrored"),
    [(("A", "R"), False), (("P", "L"), True), (("PR", "FL"), True), (("L", "F"), None), (("", ""), None)],
)
def test_the_header_says_where_the_chest_wall_lies_and_the_breast_where_it_does_not(
    side, orientation, mirrored
):
    expected = side is Laterality.RIGHT if mirrored is None else mirrored
    pixels = np.zeros((32, 16))
    pixels[:, -4:] = 50

    tensor, place = prepare(view(pixels, side, orientation), table())
    assert place.mirrored is expected
    assert (tensor[0, 0, :, :4] == 50).all() == expected


def test_numbers_that_come_out_change_with_the_version_only():
    # Whoever has to change a number here raises PREPARING, and with it every calibration's model.
    tensor, place = prepare(
        view(np.arange(60 * 50).reshape(60, 50), orientation=("P", "L")), table(normalise="standard")
    )
    seen = [round(float(tensor[0, 0, r, c]), 2) for r, c in ((0, 0), (0, 15), (9, 4), (18, 15), (31, 0))]
    assert (PREPARING, seen) == (2, [-0.79, -0.84, 0.62, 2.02, -0.9])
    assert (place.per_row, place.per_column) == (19 / 60, 16 / 50)


def test_values_come_to_the_models_scale():
    pixels = np.repeat([[100], [300]], 16, axis=0) * np.ones((1, 16))

    for how, expected in (("none", (100, 300)), ("range", (0, 1)), ("standard", (-1, 1))):
        tensor = prepare(view(pixels), table(normalise=how))[0]
        assert (tensor.min(), tensor.max()) == pytest.approx(expected)
    tensor = prepare(view(pixels), table(normalise="range", mean=0.5, sd=0.25))[0]
    assert (tensor.min(), tensor.max()) == (-2, 2)


@pytest.mark.parametrize("how", ["range", "standard"])
def test_an_image_of_one_value_is_finite(how):
    assert not prepare(view(np.full((32, 16), 4095)), table(normalise=how))[0].any()


@pytest.mark.parametrize(("name", "kind"), [("FP32", "<f4"), ("FP16", "<f2"), ("UINT16", "<u2")])
def test_numbers_are_of_the_type_that_the_model_takes(name, kind):
    tensor, _ = prepare(view(np.full((32, 16), 1000)), table(datatype=name, shape=(-1, 3, -1, -1)))

    assert (tensor.dtype, tensor.shape) == (np.dtype(kind), (1, 3, 32, 16))
    assert (tensor == 1000).all()


sides = st.sampled_from([Laterality.LEFT, Laterality.RIGHT, None])


@given(rows=st.integers(20, 400), columns=st.integers(20, 400), side=sides, data=st.data())
def test_a_box_lies_on_the_image_over_the_same_pixels(rows, columns, side, data):
    _, place = prepare(view(np.zeros((rows, columns)), side), table())
    x = sorted(data.draw(st.tuples(*[st.floats(0, columns)] * 2)))
    y = sorted(data.draw(st.tuples(*[st.floats(0, rows)] * 2)))
    seen = [columns - v for v in reversed(x)] if place.mirrored else x
    corners = np.array(
        [seen[0] * place.per_column, y[0] * place.per_row, seen[1] * place.per_column, y[1] * place.per_row]
    )

    outline = place.outline(corners)

    if (x[1] - x[0]) * (y[1] - y[0]) > 1.01:
        assert (*outline[0], *outline[2]) == pytest.approx((x[0], y[0], x[1], y[1]), abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_no_outline_leaves_the_image_whatever_box_a_model_gives(corners):
    _, place = prepare(view(np.zeros((60, 50)), Laterality.RIGHT), table())

    outline = place.outline(np.array(corners))

    assert outline is None or all(0 <= x <= 50 and 0 <= y <= 60 for x, y in outline)
