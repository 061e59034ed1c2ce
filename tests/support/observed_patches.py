"""What tests of model observers look at: flat tissue, power-law noise and lesions drawn in their middle."""

import numpy as np

from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.plan import plan_lesion
from klarsyn.simulation.observer import log_contrast
from klarsyn.simulation.rays import Beam, Rays
from klarsyn.simulation.xray.materials import effective_spectrum

SPACING = 0.2
SIZE = 160


class FlatView:
    """Even tissue in which the frame of the image is breast space."""

    thickness_mm = 50.0

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        return depth, lateral, 25 + superior

    def skin_distance(self, spacing_mm: float) -> np.ndarray:
        return np.full((int(80 / spacing_mm), int(80 / spacing_mm)), 30, np.float32)

    def pectoral_depth(self, spacing_mm: float) -> None:
        return None

    def dense_share(self, x: float, y: float) -> float:
        return 0.2


def power_law(rng: np.random.Generator, count: int, beta: float = 2.7, amplitude: float = 2e-5) -> np.ndarray:
    """Gaussian fields (count, SIZE, SIZE) of power amplitude / f ** beta."""
    f = np.hypot(np.fft.fftfreq(SIZE, SPACING)[:, None], np.fft.rfftfreq(SIZE, SPACING))
    f[0, 0] = np.inf
    white = np.fft.rfft2(rng.standard_normal((count, SIZE, SIZE)))
    return np.fft.irfft2(white * np.sqrt(amplitude / f**beta) / SPACING, (SIZE, SIZE)).astype(np.float32)


def drawn(kind: LesionKind, contrast: float = 1.0) -> np.ndarray:
    """The signal of a lesion of that kind in the middle of a patch."""
    plan = plan_lesion(kind, Conspicuity.MODERATE, np.random.default_rng(6))
    middle = SIZE * SPACING / 2
    beam = Beam(SIZE, SIZE, SPACING)
    rays = Rays(beam, np.full(beam.shape, 50, np.float32), np.zeros(beam.shape, np.float32))
    for part in make_lesion(plan, Site(middle, middle, 0.0)).parts(FlatView()):
        part.add_to(rays)
    spectrum = effective_spectrum("TUNGSTEN", "RHODIUM", 28)
    return log_contrast(rays, spectrum, 50.0, 0.2) * np.float32(contrast)


def disc(height: float) -> np.ndarray:
    at = (np.arange(SIZE) - (SIZE - 1) / 2) * SPACING
    return (height * np.exp(-(at[:, None] ** 2 + at**2) / 18)).astype(np.float32)
