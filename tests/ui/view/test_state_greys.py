"""Greys of a presentation state on a view, pixel by pixel."""

import numpy as np
import pytest
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.display import LutTable, Window
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState, ReferencedImage, SoftcopyVoi
from klarsyn.ui.view.applied_state import seen_through
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

UID = "1.2.3"


def state_with(table):
    return PresentationState(
        "1.2.9",
        "1.2",
        "THEIRS",
        (ReferencedImage(UID, "1.2.840.10008.5.1.4.1.1.1.2", "1.2.8"),),
        (DisplayedArea((1, 1), (200, 300)),),
        vois=(SoftcopyVoi((Window(2048, 4096),)),),
        presentation_lut=table,
    )


@pytest.mark.parametrize("curve", [2.0, 0.5])
def test_a_presentation_lut_table_is_in_the_greys_on_the_screen(qtbot, curve):
    pixels = np.repeat(np.linspace(0, 4095, 300).astype(np.uint16)[:, None], 200, axis=1)
    table = LutTable(0, 12, (np.linspace(0, 1, 4096) ** curve * 4095).round().astype(np.uint16))
    loaded = seen_through(state_with(table), make_loaded(make_image(), pixels))
    view = Viewport()
    qtbot.addWidget(view)
    view.resize(400, 600)
    view.show_image(Picture(loaded), ViewState(loaded), Corners("", right=False))
    view.show()
    qtbot.waitExposed(view)
    view.one_to_one()
    shown = grey_of(view)[:, :, 0]
    for row in (40, 150, 210, 280):
        x, y = view.transform().to_viewport(120.5, row + 0.5)
        wanted = 255 * (pixels[row, 0] / 4095) ** curve
        assert shown[int(y), int(x)] == pytest.approx(wanted, abs=1.5)


def test_a_table_that_is_applied_is_no_notice_on_the_image():
    table = LutTable(0, 8, np.arange(256, dtype=np.uint16))
    notices = seen_through(state_with(table), make_loaded()).notices
    assert {n.code for n in notices} == {"presentation-state"}
