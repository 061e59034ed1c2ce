"""Made images that try an engine: no woman's, the same bytes every time, and some that no unit would send."""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.engine.contract import Accepts, EngineExam, EngineView

MAKER = "Klarsyn"
"""The maker of images for an engine that accepts any."""

WHITE = 4095
_SLICES = 12
_SIDES = (Laterality.RIGHT, Laterality.LEFT)
Pixels = npt.NDArray[np.uint16]


def four_views(accepts: Accepts, shape: tuple[int, int], spacing_mm: float) -> EngineExam:
    """Return a screening exam: the views that the engine reads of CC and MLO on both sides."""
    views = []
    for number, (position, side) in enumerate((p, s) for p in positions(accepts) for s in _SIDES):
        pixels = breast(shape, side, number)
        spacing = Spacing(spacing_mm, spacing_mm, "ImagerPixelSpacing")
        view = EngineView(f"view-{number}", side, position, spacing, pixels, _maker(accepts))
        views.append(replace(view, patient_orientation=_orientation(side, position)))
    return EngineExam("0123456789abcdef", tuple(views))


def positions(accepts: Accepts) -> tuple[ViewPosition, ...]:
    """Return which of the two screening views an engine reads."""
    both = (ViewPosition.CC, ViewPosition.MLO)
    return tuple(p for p in both if not accepts.view_positions or p in accepts.view_positions)


def filled(exam: EngineExam, value: int) -> EngineExam:
    """Return the exam with every pixel of the same value: 0 is no breast at all, `WHITE` full exposure."""
    views = (replace(v, pixels=np.full(v.pixels.shape, value, np.uint16)) for v in exam.views)
    return replace(exam, views=tuple(views))


def single_view(exam: EngineExam) -> EngineExam:
    """Return the exam with its first view only."""
    return replace(exam, views=exam.views[:1])


def repeated(exam: EngineExam, count: int = 12) -> EngineExam:
    """Return an exam of `count` views: those of `exam` again and again, as after repeated exposures."""
    views = (exam.views[n % len(exam.views)] for n in range(count))
    return replace(exam, views=tuple(replace(v, view_id=f"view-{n}") for n, v in enumerate(views)))


def tomosynthesis(exam: EngineExam) -> EngineExam:
    """Return an exam of volumes alone, at half the resolution."""
    return replace(exam, views=tuple(_volume(view) for view in exam.views))


def _volume(view: EngineView) -> EngineView:
    flat = view.pixels[::2, ::2]
    depth = np.sin(np.linspace(0.3, math.pi - 0.3, _SLICES))
    pixels = np.stack([(flat * weight).astype(np.uint16) for weight in depth])
    spacing = view.spacing and Spacing(
        2 * view.spacing.row_mm, 2 * view.spacing.column_mm, view.spacing.source
    )
    heights = tuple(float(n) for n in range(_SLICES))
    return replace(view, pixels=pixels, spacing=spacing, slice_positions_mm=heights, thickness_mm=1.0)


def breast(shape: tuple[int, int], side: Laterality, seed: int) -> Pixels:
    """Return a breast-like image (rows, columns) of 12 bits: cloudy tissue with a bright spot and specks.

    Cloudy as mammograms are: the power of its texture falls with the third power of the frequency (Burgess,
    Jacobson and Judy, 2001).
    """
    rows, columns = shape
    rng = np.random.default_rng(seed)
    wave = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :])
    wave[0, 0] = np.inf
    noise = np.fft.rfft2(rng.standard_normal(shape)) * wave**-1.5
    texture = np.fft.irfft2(noise, shape)
    texture /= np.abs(texture).max()
    row, column = np.mgrid[0:rows, 0:columns]
    radius = np.hypot((row - rows / 2) / (0.45 * rows), column / (0.8 * columns))
    away = np.hypot(row - 0.6 * rows, column - 0.3 * columns)
    spot = np.exp(-((away / (0.02 * rows)) ** 2))
    tissue = 1800 * np.sqrt(np.clip(1 - radius**2, 0, None)) * (1 + 0.25 * texture + 0.3 * spot)
    # Specks of three pixels, as a cluster of calcifications within a centimetre.
    places = rng.uniform(-30, 30, (12, 2)) + np.array([0.42 * rows, 0.25 * columns])
    for y, x in places.astype(int):
        tissue[y : y + 3, x : x + 3] += 900
    pixels = np.clip(np.where(radius < 1, 300 + tissue, 0), 0, WHITE).astype(np.uint16)
    # The chest wall is on the left of a left breast's image, as units send it.
    return np.ascontiguousarray(pixels[:, ::-1]) if side is Laterality.RIGHT else pixels


def _orientation(side: Laterality, position: ViewPosition) -> tuple[str, str]:
    """Return where rows and columns lead, as the images of `breast` hang (PS3.3 C.7.6.1.1.1)."""
    medial = "L" if side is Laterality.RIGHT else "R"
    return "P" if side is Laterality.RIGHT else "A", medial if position is ViewPosition.CC else f"F{medial}"


def _maker(accepts: Accepts) -> str:
    return accepts.manufacturers[0] if accepts.manufacturers else MAKER
