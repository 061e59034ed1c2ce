"""Plain breasts with one planted lesion, drawn in a few milliseconds."""

import numpy as np

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.engine.contract import EngineView

SPACING = 0.1
ROWS, COLUMNS = 1500, 900
FILM_ROWS, FILM_LEAK_MM = 2400, 11.0
AIR = 60.0
SPECKS_MM = np.array([(40, 70), (42, 71), (41, 73), (44, 72), (43, 75), (39, 72), (45, 74)], float)
_SIGMAS_MM = (0.10, 0.15, 0.12, 0.08, 0.16, 0.11, 0.09)
_HEIGHTS = (370.0, 180.0, 320.0, 230.0, 130.0, 390.0, 260.0)
CLUSTER_MM = SPECKS_MM.mean(axis=0)
MASS_MM = np.array([35.0, 80.0])


def half_disc(seed: int = 3, spacing: float = SPACING) -> np.ndarray:
    """A half disc of fatty tissue at the left edge, with cloudy texture and noise, about 12 bit."""
    rng = np.random.default_rng(seed)
    rows, columns = round(ROWS * SPACING / spacing), round(COLUMNS * SPACING / spacing)
    y, x = np.mgrid[:rows, :columns].astype(np.float32) * np.float32(spacing)
    inside = np.hypot(x, y - 75) < 65
    frequency = np.hypot(*np.meshgrid(np.fft.rfftfreq(columns), np.fft.fftfreq(rows)))
    spectrum = np.fft.rfft2(rng.standard_normal((rows, columns))) / np.maximum(frequency, 0.004) ** 1.5
    cloud = np.fft.irfft2(spectrum, (rows, columns))
    image = 1400 + 120 * cloud / cloud.std() + 12 * rng.standard_normal((rows, columns))
    return np.where(inside, image, 0).astype(np.float32)


def view(image: np.ndarray, *, spacing: float | None = SPACING, name: str = "view-0") -> EngineView:
    size = Spacing(spacing, spacing, "ImagerPixelSpacing") if spacing else None
    pixels = np.clip(np.rint(image), 0, 65535).astype(np.uint16)
    return EngineView(name, Laterality.LEFT, ViewPosition.CC, size, pixels, "Phantom")


def with_cluster(image: np.ndarray, brightness: float = 1.0) -> np.ndarray:
    """Seven specks within 10 mm that differ in size and brightness: equal ones are benign."""
    specks = zip(SPECKS_MM, _SIGMAS_MM, _HEIGHTS, strict=True)
    return _add(image, [(column, row, sigma, brightness * h) for (column, row), sigma, h in specks])


def with_round_cluster(image: np.ndarray) -> np.ndarray:
    """Seven round and equal specks of about 0.35 mm within 10 mm."""
    return _add(image, [(column, row, 0.16, 500.0) for column, row in SPECKS_MM])


def with_mass(image: np.ndarray) -> np.ndarray:
    """A smooth round mass of about 10 mm."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] * SPACING
    distance = np.hypot(x - MASS_MM[0], y - MASS_MM[1])
    return image + np.where(image > 0, 900 / (1 + np.exp((distance - 5) / 0.7)), 0).astype(np.float32)


def with_two_specks(image: np.ndarray) -> np.ndarray:
    return _add(image, [(column, row, 0.16, 500.0) for column, row in SPECKS_MM[:2]])


def with_line(image: np.ndarray) -> np.ndarray:
    """A sharp strand across the breast."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] * SPACING
    across = (x - 35) * 0.6 - (y - 75) * 0.8
    return image + np.where(image > 0, 500 * np.exp(-(across**2) / (2 * 0.16**2)), 0).astype(np.float32)


def with_label(image: np.ndarray) -> np.ndarray:
    """Bright letters beside the breast and a bright rim, as on scanned film."""
    labelled = image.copy()
    labelled[40:120, 700:720] = labelled[40:60, 700:780] = 4000
    labelled[:15] = 4000
    return labelled


def film(tissue: np.ndarray) -> np.ndarray:
    """The breast in the middle of a scan of 240 mm: air is not black, light leaked in at the chest wall."""
    rng = np.random.default_rng(5)
    above = (FILM_ROWS - tissue.shape[0]) // 2
    scan = np.pad(tissue, [(above, above), (0, 0)])
    scan = np.maximum(scan, AIR + 6 * rng.standard_normal(scan.shape))
    scan[:, : round(FILM_LEAK_MM / SPACING)] += 700
    return scan.astype(np.float32)


def with_specks_at(image: np.ndarray, column_mm: float, row_mm: float, dust: bool = False) -> np.ndarray:
    """The same seven specks around another middle; dust is as sharp as the scanner, and very bright."""
    places = SPECKS_MM - CLUSTER_MM + [column_mm, row_mm]
    sigma, height = (0.06, 4000.0) if dust else (0.16, 900.0)
    return _add(image, [(column, row, sigma, height) for column, row in places])


def _add(image: np.ndarray, dots: list[tuple[float, float, float, float]]) -> np.ndarray:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] * SPACING
    added = image.copy()
    for column, row, sigma, height in dots:
        added += height * np.exp(-((x - column) ** 2 + (y - row) ** 2) / (2 * sigma**2))
    return added
