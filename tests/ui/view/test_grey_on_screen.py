"""The grey that is grabbed from a view, against the standard's own formulas, worked out here once more.

PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3 (SIGMOID, LINEAR_EXACT), C.11.2.1.1 (VOI LUT), C.7.6.3.1.2
(MONOCHROME1), C.7.5.1.1.2 (padding); PS3.14 D.1.3 (a screen that does not follow the display function).
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from panels import gamma_panel
from PySide6.QtWidgets import QApplication
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.display import LutTable, VoiFunction, Window
from klarsyn.domain.exam import Spacing
from klarsyn.domain.screen_curve import DisplayCurve
from klarsyn.imaging.geometry import Flip, common_scale
from klarsyn.imaging.gsdf import gsdf_jnd
from klarsyn.imaging.screen import screen_lut
from klarsyn.reading.monitor_state import MonitorState
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import identity_of
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

SIDE = 300
STORED = (np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 4096).astype(np.uint16)
"""All values of twelve bits, many times."""

PANEL = gamma_panel()


@pytest.fixture(autouse=True)
def without_texts(monkeypatch) -> None:
    """Nothing stands over the image."""
    for texts in ("paint_corners", "paint_frames"):
        monkeypatch.setattr(f"klarsyn.ui.view.view_painting.{texts}", lambda *_, **__: None)


@pytest.fixture
def view_of(qtbot) -> Callable[..., Viewport]:
    def _show(inverted: bool = False, flip: Flip | None = None, **grey) -> Viewport:
        image = make_image(rows=SIDE, columns=SIDE)
        loaded = make_loaded(image, STORED, flip, **grey)
        made = Viewport()
        qtbot.addWidget(made)
        made.resize(SIDE, SIDE)
        made.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False))
        made.view.display.inverted = inverted
        made.show()
        qtbot.waitExposed(made)
        return made

    return _show


def grabbed(view: Viewport) -> np.ndarray:
    got = grey_of(view)
    assert (got[:, :, 0] == got[:, :, 1]).all()
    assert (got[:, :, 0] == got[:, :, 2]).all()
    return got[:, :, 0]


def linear(x: float, center: float, width: float) -> float:
    if x <= center - 0.5 - (width - 1) / 2:
        return 0.0
    if x > center - 0.5 + (width - 1) / 2:
        return 1.0
    return (x - (center - 0.5)) / (width - 1) + 0.5


def linear_exact(x: float, center: float, width: float) -> float:
    if x <= center - width / 2:
        return 0.0
    return 1.0 if x > center + width / 2 else (x - center) / width + 0.5


def sigmoid(x: float, center: float, width: float) -> float:
    return 1.0 / (1.0 + math.exp(-4.0 * (x - center) / width))


def expected(p_value_of: Callable[[int], float]) -> np.ndarray:
    """What a screen of eight bits that follows the display function must get for `STORED`."""
    grey = np.array([math.floor(255 * p_value_of(value) + 0.5) for value in range(4096)])
    return grey[STORED]


def expected_on(panel: np.ndarray, p_value_of: Callable[[int], float]) -> np.ndarray:
    """The level whose JND index is nearest to that which the P-value asks for, by looking at all of them."""
    jnd = gsdf_jnd(panel)
    wanted = [jnd[0] + p_value_of(value) * (jnd[-1] - jnd[0]) for value in range(4096)]
    grey = np.array([int(np.argmin(np.abs(jnd - each))) for each in wanted])
    return grey[STORED]


FORMULAS = [
    (VoiFunction.LINEAR, linear, 2048.0, 1024.0),
    (VoiFunction.LINEAR, linear, 1900.5, 4096.0),
    (VoiFunction.LINEAR, linear, 2000.0, 1.0),
    (VoiFunction.LINEAR_EXACT, linear_exact, 2048.0, 1024.0),
    (VoiFunction.LINEAR_EXACT, linear_exact, 700.25, 333.3),
    (VoiFunction.SIGMOID, sigmoid, 2048.0, 1024.0),
    (VoiFunction.SIGMOID, sigmoid, 3000.0, 150.0),
]


@pytest.mark.invariant(4)
@pytest.mark.parametrize(("function", "formula", "center", "width"), FORMULAS)
def test_grey_values_are_honest_each_window_function_gives_its_formulas_grey(
    view_of, function, formula, center, width
) -> None:
    view = view_of(windows=(Window(center, width, function),))
    assert np.array_equal(grabbed(view), expected(lambda x: formula(x, center, width)))


@pytest.mark.invariant(4)
@pytest.mark.parametrize(("function", "formula", "center", "width"), FORMULAS[::2])
def test_grey_values_are_honest_on_an_uncalibrated_screen_each_grey_is_the_nearest_by_eye(
    view_of, function, formula, center, width
) -> None:
    measured_gamma_screen()
    view = view_of(windows=(Window(center, width, function),))
    assert np.array_equal(grabbed(view), expected_on(PANEL, lambda x: formula(x, center, width)))


def measured_gamma_screen() -> None:
    curve = DisplayCurve("gamma", np.arange(256), PANEL, date(2026, 1, 5))
    name = identity_of(QApplication.primaryScreen())
    screen_book().take({name: MonitorState(name, screen_lut(curve), "GSDF, checked 2026-01-05", sound=True)})


@pytest.mark.invariant(4)
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("monochrome1", [False, True])
def test_grey_values_are_honest_monochrome1_and_inversion_invert_once_each(
    view_of, monochrome1, inverted
) -> None:
    view = view_of(inverted, windows=(Window(2048, 1024),), monochrome1=monochrome1)

    def p_value(x: int) -> float:
        y = linear(x, 2048, 1024)
        return 1.0 - y if monochrome1 != inverted else y

    assert np.array_equal(grabbed(view), expected(p_value))


@pytest.mark.invariant(4)
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("with_table", [False, True])
def test_grey_values_are_honest_padding_is_black_under_inversion_and_on_every_screen(
    view_of, inverted, with_table
) -> None:
    if with_table:
        measured_gamma_screen()
    got = grabbed(view_of(inverted, windows=(Window(2048, 1024),), padding=(0, 30)))
    assert (got[STORED <= 30] == 0).all()
    # The next value is no padding: inverted it is white.
    assert (got[STORED == 31] == (255 if inverted else 0)).all()


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_voi_lut_is_looked_up_and_scaled_to_its_bits(view_of) -> None:
    values = (np.sqrt(np.arange(2000) / 1999) * 1023).astype(np.uint16)
    view = view_of(voi_luts=(LutTable(500, 10, values, "HARDER"),))

    def p_value(x: int) -> float:
        return float(values[min(max(x - 500, 0), 1999)]) / 1023

    assert np.array_equal(grabbed(view), expected(p_value))


@pytest.mark.invariant(4)
def test_grey_values_are_honest_the_rescale_comes_before_the_window(view_of) -> None:
    view = view_of(windows=(Window(100, 600),), rescale_slope=0.5, rescale_intercept=-900.0)
    assert np.array_equal(grabbed(view), expected(lambda x: linear(0.5 * x - 900.0, 100, 600)))


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_mirrored_image_is_the_same_grey_mirrored(view_of) -> None:
    window = (Window(2048, 1024),)
    mirrored = view_of(flip=Flip(horizontal=True, vertical=False), windows=window)
    assert np.array_equal(grabbed(mirrored), grabbed(view_of(windows=window))[:, ::-1])


def test_an_image_says_on_which_kind_of_screen_it_stands(view_of) -> None:
    screen_book().forget()
    view = view_of(windows=(Window(2048, 1024),))
    view.grab()
    assert view.corners.screen == "uncalibrated screen"
    assert not view.corners.screen_is_sound
    measured_gamma_screen()
    view.grab()
    assert view.corners.screen == "GSDF, checked 2026-01-05"


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True, vertical=False)])
def test_a_bar_of_50_mm_is_as_long_in_two_images_of_different_spacing(qtbot, flip) -> None:
    lengths = []
    images = [
        make_image(str(n), rows=rows, columns=columns, spacing=Spacing(mm, mm, "test"))
        for n, (rows, columns, mm) in enumerate(((1400, 900, 0.1), (2300, 1500, 0.07)))
    ]
    scale = common_scale(images, (400, 500))
    for image in images:
        mm = image.spacing.column_mm
        pixels = np.zeros((image.rows, image.columns), dtype=np.uint16)
        begin = image.columns // 5
        pixels[image.rows // 2 - 60 : image.rows // 2 + 60, begin : begin + round(50 / mm)] = 4095
        loaded = make_loaded(image, pixels, flip, windows=(Window(2048, 4096),))
        view = Viewport()
        qtbot.addWidget(view)
        view.resize(400, 500)
        view.mm_per_px = scale
        view.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False))
        row = grabbed(view)[250].astype(float) / 255
        # A bar's end may lie within a pixel: what it covers of it counts.
        lengths.append(row.sum())
    assert lengths[0] == pytest.approx(lengths[1], abs=1.0)
    assert lengths[0] == pytest.approx(50 / scale, abs=1.0)


RATIOS = (1.0, 1.0, 1.25, 1.5, 2.0)
"""Device pixels per logical pixel of the monitors; two of one kind, to move a window between."""


@pytest.fixture(scope="module")
def grabs(tmp_path_factory) -> Path:
    """What a program of its own has grabbed on monitors of every scale."""
    out = tmp_path_factory.mktemp("grabs")
    screens = [
        {"name": f"screen-{n}", "x": 2000 * n, "y": 0, "width": 1900, "height": 1800}
        | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for n in range(len(RATIOS))
    ]
    layout = out / "screens.json"
    layout.write_text(json.dumps({"screens": screens}))
    script = Path(__file__).parents[2] / "support" / "on_screens.py"
    environment = {
        "QT_QPA_PLATFORM": f"offscreen:configfile={layout}",
        "QT_SCREEN_SCALE_FACTORS": ";".join(f"screen-{n}={ratio}" for n, ratio in enumerate(RATIOS)),
    }
    subprocess.run([sys.executable, script, out], env=os.environ | environment, check=True, timeout=120)
    return out


@pytest.mark.parametrize("number", range(len(RATIOS)))
def test_at_one_to_one_each_device_pixel_of_a_scaled_screen_is_one_of_the_image(grabs, number) -> None:
    found = np.load(grabs / f"scale-{number}.npz")
    assert found["ratio"] == RATIOS[number]
    rows, columns = found["expected"].shape
    # Where a view begins between two device pixels it goes to one of them, as a whole.
    edges = [(math.floor(at), math.ceil(at)) for at in found["corner"].tolist()]
    inner = found["expected"][2:-2, 2:-2]
    shown = inner >= 0
    crops = [found["got"][y + 2 : y + rows - 2, x + 2 : x + columns - 2] for y in edges[0] for x in edges[1]]
    assert shown.mean() > 0.9
    assert any(np.array_equal(crop[shown], inner[shown]) for crop in crops)


def test_a_window_that_goes_to_another_monitor_gets_that_monitors_table(grabs) -> None:
    found = np.load(grabs / "moved.npz")
    as_it_is, through_table = found["tables"]
    assert found["painted"] > 0
    # Each grey of the first monitor stands, on the second, for the same stored values.
    pairs = set(zip(as_it_is.tolist(), through_table.tolist(), strict=True))
    seen = set(zip(found["before"].ravel().tolist(), found["after"].ravel().tolist(), strict=True))
    assert seen <= pairs | {(0, 0)}
    assert (found["before"] != found["after"]).mean() > 0.5


def test_a_panned_view_that_goes_to_a_monitor_of_another_scale_shows_the_same_point_in_its_middle(
    grabs,
) -> None:
    found = np.load(grabs / "panned.npz")
    (ratio, scale, *there), (_, other_scale, *here) = found["there"], found["here"]
    assert ratio == RATIOS[-1]
    assert other_scale == pytest.approx(scale / ratio, rel=0.01)
    # A place of whole logical pixels may be a device pixel wider there.
    assert here == pytest.approx(there, abs=1 / other_scale)


def test_a_step_that_goes_to_a_monitor_of_another_scale_is_laid_out_as_if_it_had_begun_there(grabs) -> None:
    found = np.load(grabs / "regrid.npz")
    assert found["before"][:, 0].tolist() == [RATIOS[-1]] * 4
    assert (found["before"][:, 1] > 0).all()
    assert np.array_equal(found["after"], found["fresh"])
    assert found["after"][:, 1] == pytest.approx(2 * found["before"][:, 1], rel=0.01)
