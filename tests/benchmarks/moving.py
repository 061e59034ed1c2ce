"""One frame while the reader changes something: window, zoom, pan, marks; one view, and four linked."""

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import peer
from display import Row, klarsyn_view, paint, screen_of, stored, turn_by_turn

from klarsyn.domain.display import VoiFunction, Window
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.frames import load_index_frame
from klarsyn.reading.images import ImageLoader
from klarsyn.ui.view.prepared import prepared
from klarsyn.ui.view.viewport import Viewport

FRAME_60 = 1000 / 60
FRAME_30 = 1000 / 30
FRAMES = 20
"""Frames of one sample: there and back again, so that nothing runs out of room."""

Frame = Callable[[int], object]


def changes(views: Sequence[Viewport], screens: Sequence[object]) -> dict[str, Frame]:
    """Return what one frame of all views costs, by what the reader does; each takes a running number."""
    marks = {view: _marks(view) for view in views}

    def then_paint(change: Callable[[Viewport, int], object]) -> Frame:
        def frame(n: int) -> None:
            for view, screen in zip(views, screens, strict=True):
                change(view, n)
                paint(view, screen)

        return frame

    def window(view: Viewport, n: int) -> None:
        view.view.display.window = Window(2048 + n % 57 * 7, 2000, VoiFunction.SIGMOID)

    def zoom(view: Viewport, n: int) -> None:
        # One frame of a series; the last of them is painted once more, as the still frame is.
        view.zoom(1 / 0.95 if n % 20 < 10 else 0.95)

    def still_frame(view: Viewport, n: int) -> None:
        view.zoom(1 / 0.95 if n % 20 < 10 else 0.95)
        view.hold_still()

    return {
        "still frame after a zoom": then_paint(still_frame),
        "window change": then_paint(window),
        "pan": then_paint(lambda view, n: view.pan(30 if n % 20 < 10 else -30, 0)),
        "zoom": then_paint(zoom),
        "marks on and off": then_paint(lambda v, n: setattr(v, "marks", marks[v] if n % 2 else ())),
    }


def one_view(folder: Path, path: Path, viewport: tuple[int, int], turns: int) -> list[Row]:
    """Time one view's frames beside pyqtgraph's; ratios are to ours."""
    rows: list[Row] = []
    with ExitStack() as stack:
        (view,) = _views(stack, folder, [path], viewport)
        ours = changes([view], [screen_of(viewport)])
        theirs = peer.frames(load_index_frame(path), viewport)
        for what in ("window change", "pan", "zoom"):
            _room_for(what, view)
            mine, other = _timed([ours[what], theirs[what]], turns)
            rows.append((f"one {what}", mine, 1.0, "5 ms"))
            rows.append((f"one {what}, pyqtgraph ImageView", other, other / mine, ""))
        (still,) = _timed([ours["still frame after a zoom"]], turns)
        rows.append(("the still frame after a zoom", still, still / FRAME_60, ""))
        view.one_to_one()
        (close,) = _timed([ours["pan"]], turns)
        rows.append(("one pan at 1:1", close, close / FRAME_60, "below 1 of 1/60 s"))
        view.fit()
        (toggled,) = _timed([ours["marks on and off"]], turns)
        rows.append(("20 marks switched on or off", toggled, toggled / FRAME_60, "below 1 of 1/60 s"))
    return rows


def four_linked(folder: Path, paths: list[Path], viewport: tuple[int, int], turns: int) -> list[Row]:
    """Time frames of four views that change together; ratios are to a thirtieth of a second."""
    rows: list[Row] = []
    with ExitStack() as stack:
        views = _views(stack, folder, paths, viewport)
        together = changes(views, [screen_of(viewport) for _ in views])
        for what in ("window change", "pan", "zoom"):
            for view in views:
                _room_for(what, view)
            (ms,) = _timed([together[what]], turns)
            rows.append(
                (
                    f"four linked views, {what}, {1000 / ms:.0f} a second",
                    ms,
                    ms / FRAME_30,
                    "below 1 of 1/30 s",
                )
            )
    return rows


def _room_for(what: str, view: Viewport) -> None:
    """Show the whole image; for panning a part of it, or there would be nothing to move."""
    view.fit()
    if what == "pan":
        view.zoom(1.6)
    view.hold_still()


def _timed(frames: Sequence[Frame], turns: int) -> list[float]:
    """Return ms a frame of each, over there-and-back runs."""
    count = itertools.count()

    def run(frame: Frame) -> Callable[[], None]:
        def twenty() -> None:
            start = next(count) * FRAMES
            for n in range(start, start + FRAMES):
                frame(n)

        return twenty

    return [ms / FRAMES for ms in turn_by_turn([run(frame) for frame in frames], turns)]


def _views(
    stack: ExitStack, folder: Path, paths: Sequence[Path], viewport: tuple[int, int]
) -> list[Viewport]:
    cache = DisplayCache(folder / "cache", 24 * len(paths) * paths[0].stat().st_size)
    stack.callback(cache.close)
    loaded = [ImageLoader(cache).load(stored(path, f"moving-{path.name}")) for path in paths]
    return [stack.enter_context(klarsyn_view(prepared(each, viewport, None), viewport)) for each in loaded]


def _marks(view: Viewport) -> tuple[tuple[Finding, Mark], ...]:
    image = view.view.loaded.image
    found = []
    for n in range(20):
        x, y = image.columns * (0.1 + 0.03 * n), image.rows * (0.1 + 0.04 * n)
        outline = ((x, y), (x + 90, y), (x + 90, y + 90), (x, y + 90))
        mark = Mark(image.sop_instance_uid, outline, 50 + n)
        kind = LesionType.CALCIFICATIONS if n % 2 else LesionType.SOFT_TISSUE
        found.append((Finding(f"f{n}", kind, Laterality.LEFT, 50 + n, (mark,)), mark))
    return tuple(found)
