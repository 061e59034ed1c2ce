"""Run as a program of its own, on the monitors that the platform's file describes.

    python on_screens.py OUT

OUT/scale-N.npz: a view at 1:1 on monitor N, what was grabbed and what should be there.
OUT/moved.npz: a view that went from the first monitor to the second, which has another table.
OUT/panned.npz: the same for a view that was zoomed and panned: the image point in its middle.
OUT/regrid.npz: all places of a step, on the last monitor, after they went to the first, and made there.
"""

import sys
from pathlib import Path

import numpy as np
from hanging_exams import four_views
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_helpers import grey_of, make_image, make_loaded

import klarsyn.ui.view.view_painting as painting
from klarsyn.imaging.grayscale import build_lut
from klarsyn.imaging.screen import screen_lut_for
from klarsyn.reading.monitor_state import MonitorState
from klarsyn.reading.protocol_folder import ProtocolFolder
from klarsyn.ui.hanging.hanging_grid import HangingGrid
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import identity_of
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport


def new_view() -> Viewport:
    """A view of a small image."""
    view = Viewport()
    view.resize(301, 403)
    loaded = make_loaded(make_image(rows=800, columns=600))
    view.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False))
    return view


_SHOWN: list[QWidget] = []
"""PySide takes a screen for gone together with a window that was given to it: all are kept."""


def show_on(window: QWidget, screen: QScreen) -> None:
    """Show a window on a screen."""
    _SHOWN.append(window)
    window.setScreen(screen)
    window.move(screen.geometry().topLeft())
    window.show()
    QTest.qWaitForWindowExposed(window)


def one_to_one(screen: QScreen, out: Path) -> None:
    """Grab at 1:1, within a window where the view begins between two device pixels."""
    window, view = QWidget(), new_view()
    window.resize(320, 420)
    view.setParent(window)
    view.move(7, 11)
    show_on(window, screen)
    view.one_to_one()
    got = grey_of(window)[:, :, 0]
    transform, (width, height) = view.transform(), view.device_size
    stored = view.picture.loaded.pyramid.levels[0]
    lut = build_lut(view.picture.loaded.grayscale, view.view.display, screen_book().look(view).lut)
    # Rows and columns of the screen are rows and columns of the image: each way can be found by itself.
    columns = [transform.pixel_at(x + 0.5, height / 2) for x in range(width)]
    rows = [transform.pixel_at(width / 2, y + 0.5) for y in range(height)]
    expected = np.full((height, width), -1)
    inside = np.ix_([at is not None for at in rows], [at is not None for at in columns])
    expected[inside] = lut[stored[np.ix_([at[1] for at in rows if at], [at[0] for at in columns if at])]]
    ratio = view.devicePixelRatioF()
    np.savez(out, got=got, expected=expected, ratio=ratio, corner=(11 * ratio, 7 * ratio))
    window.close()


def moved(screens: list[QScreen], out: Path) -> None:
    """Grab on the first monitor, then on the second."""
    view = new_view()
    show_on(view, screens[0])
    screen_book().follow(view)
    before = grey_of(view)[:, :, 0]
    frames: list[int] = []
    view.painted.connect(lambda: frames.append(1))
    view.move(screens[1].geometry().topLeft())
    QTest.qWait(200)
    painted_by_itself = len(frames)
    after = grey_of(view)[:, :, 0]
    grey, state = view.picture.loaded.grayscale, view.view.display
    tables = [build_lut(grey, state, lut) for lut in (None, screen_lut_for(None))]
    np.savez(out, before=before, after=after, tables=tables, painted=painted_by_itself)


def panned(screens: list[QScreen], out: Path) -> None:
    """Tell what stands in the middle on the last monitor, and after the view went to the first."""
    view = new_view()
    show_on(view, screens[-1])
    view.zoom(3.0)
    view.pan(37.0, -59.0)

    def middle() -> tuple[float, ...]:
        width, height = view.device_size
        return (view.ratio, view.transform().scale, *view.transform().to_image(width / 2, height / 2))

    there = middle()
    view.move(screens[0].geometry().topLeft())
    QTest.qWait(200)
    np.savez(out, there=there, here=middle())
    view.close()


def new_grid() -> HangingGrid:
    """Four full views in their places."""
    grid = HangingGrid()
    grid.resize(801, 603)
    grid.hung = HungExam(ProtocolFolder().protocols.by_name["four-up"], four_views(), ())
    return grid


def facts(grid: HangingGrid) -> list[tuple[float, ...]]:
    """Scale, real size and box of each place."""
    return [(v.ratio, v.mm_per_px or 0.0, *v.geometry().getRect()) for v in grid.viewports]


def regrid(screens: list[QScreen], out: Path) -> None:
    """Take a step from the last monitor to the first; beside it, one that began there."""
    grid, fresh = new_grid(), new_grid()
    show_on(grid, screens[-1])
    screen_book().follow(grid)
    before = facts(grid)
    grid.move(screens[0].geometry().topLeft())
    QTest.qWait(200)
    show_on(fresh, screens[0])
    np.savez(out, before=before, after=facts(grid), fresh=facts(fresh))
    grid.close()
    fresh.close()


def main() -> None:
    application = QApplication(sys.argv[:1])
    # Texts and frames would cover much of so small a view.
    painting.paint_corners = painting.paint_frames = lambda *_, **__: None
    out, screens = Path(sys.argv[1]), application.screens()
    for number, screen in enumerate(screens):
        name = identity_of(screen)
        lut = None if number == 0 else screen_lut_for(None)
        screen_book().take({name: MonitorState(name, lut, name, sound=True)})
    moved(screens, out / "moved.npz")
    regrid(screens, out / "regrid.npz")
    for number, screen in enumerate(screens):
        one_to_one(screen, out / f"scale-{number}.npz")
    panned(screens, out / "panned.npz")


if __name__ == "__main__":
    main()
