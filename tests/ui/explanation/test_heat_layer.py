"""The heat map stands where its image stands, never hides it, and says on each view what it is."""

from types import SimpleNamespace

import numpy as np
import pytest
from explained_exams import occlusion_of, own_map
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.explanation import HeatMap
from klarsyn.imaging.geometry import Flip, ViewTransform
from klarsyn.ui.explanation.heat_field import LEVELS, engine_fields, occlusion_field, on_one_scale
from klarsyn.ui.explanation.heat_layer import DEEPEST, HeatLayer, tint_of

UID = "1.2.3"


def field_of(top: float = 0.3):
    (field,) = on_one_scale([occlusion_field(occlusion_of(UID, top=top), 15.0)])
    return field


def view_of(image=None) -> SimpleNamespace:
    loaded = make_loaded(image or make_image(UID))
    return SimpleNamespace(view=SimpleNamespace(loaded=loaded, shown_slices=None), ratio=1.0)


def painted(layer: HeatLayer, transform: ViewTransform, grey: int = 128) -> np.ndarray:
    """What a grey sheet looks like under the layer, as (rows, columns, 3) of blue, green, red."""
    sheet = QImage(260, 340, QImage.Format.Format_RGB32)
    sheet.fill(0xFF000000 | grey * 0x010101)
    painter = QPainter(sheet)
    layer.cover(painter, view_of(), transform)
    painter.end()
    return np.array(sheet.constBits()).reshape(340, 260, 4)[..., :3].astype(int)


def layer_with(*fields, on: bool = True) -> HeatLayer:
    layer = HeatLayer()
    layer.take(fields)
    layer.on = on
    return layer


@given(st.builds(Flip, st.booleans(), st.booleans()), st.floats(0.4, 0.8), st.floats(0, 20), st.floats(0, 20))
@settings(max_examples=25, deadline=None)
def test_it_stands_at_the_same_transform_as_the_image(qapp, flip, scale, x, y) -> None:
    transform = ViewTransform(200, 300, flip, scale, scale, (x, y))
    change = np.abs(painted(layer_with(field_of()), transform) - 128).max(axis=2)
    at_y, at_x = np.unravel_index(change.argmax(), change.shape)
    # The hottest cell is the one of rows 80 to 120 and columns 40 to 80.
    column, row = transform.to_image(at_x + 0.5, at_y + 0.5)
    assert 25 <= column <= 95
    assert 65 <= row <= 135


def test_nothing_is_drawn_beyond_the_image(qapp) -> None:
    transform = ViewTransform(200, 300, Flip(), 0.5, 0.5, (30.0, 20.0))
    found = occlusion_of(UID)
    found.drop[:] = 0.3
    (field,) = on_one_scale([occlusion_field(found, 15.0)])
    change = np.abs(painted(layer_with(field), transform) - 128).max(axis=2) > 0
    assert change[20:170, 30:130].any()
    change[19:171, 29:131] = False
    assert not change.any()


@pytest.mark.invariant(4)
def test_grey_values_are_honest_the_tint_is_never_deeper_than_forty_percent(qapp) -> None:
    assert DEEPEST <= 0.4
    tint = tint_of(field_of(), Flip())
    alphas = [tint.pixelColor(x, y).alphaF() for x in range(tint.width()) for y in range(tint.height())]
    assert 0.3 < max(alphas) <= 0.4 + 1 / 255
    assert min(alphas) == 0.0


def test_without_its_key_nothing_is_drawn(qapp) -> None:
    transform = ViewTransform(200, 300, Flip(), 1.0, 1.0)
    assert (painted(layer_with(field_of(), on=False), transform) == 128).all()


@pytest.mark.invariant(3)
def test_a_map_stands_on_its_own_image_and_on_no_other_of_the_same_view(qapp) -> None:
    layer = layer_with(field_of())
    assert layer.of(view_of()) is not None
    assert layer.of(view_of(make_image("1.2.9"))) is None


@pytest.mark.invariant(3)
def test_a_map_of_a_frame_stands_on_that_frame_alone(qapp) -> None:
    sizes = {UID: (300, 200)}
    layer = layer_with(*engine_fields([own_map(UID, 5), own_map(UID, 9)], sizes, "E"))
    for index, frame in ((4, 5), (8, 9), (6, None)):
        shown = SimpleNamespace(
            index=index, first=index, slices=[SimpleNamespace(sop_instance_uid=UID, frame=index + 1)]
        )
        shown.volume = SimpleNamespace(
            slices=[SimpleNamespace(sop_instance_uid=UID, frame=n) for n in (1, 2)]
        )
        view = view_of()
        view.view.shown_slices = shown
        found = layer.of(view)
        assert (found.frame if found is not None else None) == frame


def test_contours_stand_at_set_parts_of_the_highest_value() -> None:
    field = field_of()
    assert [each.level for each in field.contours] == list(LEVELS)
    areas = []
    for contours in field.contours:
        (columns, rows) = np.concatenate(contours.lines).T
        areas.append((columns.max() - columns.min()) * (rows.max() - rows.min()))
        assert columns.min() <= 60 <= columns.max()
        assert rows.min() <= 100 <= rows.max()
    assert areas == sorted(areas, reverse=True)


def test_all_images_of_an_exam_share_one_scale() -> None:
    weak, strong = occlusion_of("1.1", top=0.1), occlusion_of("1.2", top=0.4)
    fields = on_one_scale([occlusion_field(weak, 15.0), occlusion_field(strong, 15.0)])
    assert [each.highest for each in fields] == pytest.approx([0.4, 0.4])
    assert fields[0].shares.max() == pytest.approx(0.25, abs=0.01)


def test_a_map_of_next_to_nothing_is_not_blown_up() -> None:
    found = occlusion_of(UID, top=0.001)
    found.drop[np.isfinite(found.drop)] = 0.001
    assert on_one_scale([occlusion_field(found, 15.0)]) == ()


def test_cells_where_the_value_rises_or_nothing_is_known_are_not_tinted() -> None:
    found = occlusion_of(UID)
    found.drop[5, 3] = -0.5
    (field,) = on_one_scale([occlusion_field(found, 15.0)])
    assert field.shares[49, 31] == 0.0
    assert field.shares[0, 0] == 0.0


def test_legend_and_tint_are_on_each_view_of_the_exam_and_the_image_stays_in_sight(opened, qapp) -> None:
    exam = opened()
    exam.sign()
    exam.press(exam.K.Key_A)
    views = exam.page.grid.viewports
    before = [grey_of(view).astype(int) for view in views]
    exam.why()
    exam.heat()
    exam.explaining.close()
    exam.page.findings.hide()
    after = [grey_of(view).astype(int) for view in views]
    layer = exam.explaining.layer
    for view, old, new in zip(views, before, after, strict=True):
        assert (old != new).any()
        (legend,) = layer.occupied(view)
        assert view.rect().contains(legend.toAlignedRect())
        assert not any(box.intersects(legend) for box in view.corners.written)
    exam.explaining.heat()
    assert all((grey_of(view) == old).all() for view, old in zip(views, before, strict=True))


def test_several_maps_of_one_image_are_drawn_as_one_the_highest_value_at_each_place() -> None:
    upper, lower = own_map(UID), HeatMap(UID, None, np.zeros((20, 16), np.float32))
    lower.values[18:, 14:] = 0.5
    (field,) = engine_fields([upper, lower], {UID: (300, 200)}, "E")
    assert field.values.shape == (20, 16)
    assert field.cell == (15.0, 12.5)
    assert field.values[9, 7] == pytest.approx(0.9)
    assert field.values[19, 15] == pytest.approx(0.5)
    assert field.values[0, 0] == 0.0
