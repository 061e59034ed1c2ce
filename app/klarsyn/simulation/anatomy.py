"""One healthy view: the sum of everything that a breast without lesions shows, without noise.

Values are a signal that grows with attenuation after the maker's thickness correction: 0 is air,
about 0.3 fat, about 0.8 dense tissue. They become stored values in detector.py.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.breast import BreastShape, ViewGeometry
from klarsyn.simulation.glandular import GlandularVolume
from klarsyn.simulation.tissue import Grain, arcs, power_law_field, ridges, tubes, wandering_path

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class HealthyView:
    """A view at full resolution.

    `signal` is (rows, columns); `skin_distance` is mm inside the skin (negative outside) and
    `pectoral_depth` mm behind the muscle's edge, both on the same grid.
    """

    signal: Field
    skin_distance: Field
    pectoral_depth: Field | None


def _enlarge(field: Field, shape: tuple[int, int]) -> Field:
    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def make_healthy_view(
    view: ViewGeometry,
    shape: BreastShape,
    volume: GlandularVolume,
    spacing_mm: float,
    rng: np.random.Generator,
) -> HealthyView:
    """Draw the view at `spacing_mm`; structures wider than 0.4 mm are made at twice that."""
    coarse = 2 * spacing_mm
    rows, columns = round(view.height_mm / spacing_mm), round(view.width_mm / spacing_mm)
    skin = view.signed_distance(coarse)
    h, w = skin.shape
    pectoral = view.pectoral_depth(coarse)
    inside = np.maximum(skin, 0)

    x = ((np.arange(w, dtype=np.float32) + 0.5) * np.float32(coarse))[None, :]
    y = ((np.arange(h, dtype=np.float32) + 0.5) * np.float32(coarse))[:, None]
    direction = np.arctan2(y - view.nipple[1], x - (view.nipple[0] + 12)).astype(np.float32)

    gland = 1 - np.exp(-volume.on_view(view, coarse) / np.float32(0.55 * shape.thickness))
    # Tissue does not reach the skin: a layer of fat of 2 to 8 mm stays.
    gland *= np.clip((inside - 1.5) / 9, 0, 1)
    grain = Grain(direction, coarse)
    net = _net(rng, grain)
    fine = np.float32(0.7) * power_law_field(rng, (h, w), coarse, 20.0)
    fine += np.float32(0.7) * grain.field(rng, 20.0, 3.0)
    cloud = grain.field(rng, 40.0, 1.5, beta=3.4)
    signal = 0.34 + np.float32(0.014) * cloud + np.float32(0.013) * fine
    signal += gland * (0.13 + 0.11 * gland + 0.19 * net + 0.040 * cloud + 0.040 * fine)
    web = _connective(rng, view, skin, coarse) * (1 - 0.55 * gland)
    signal += web if pectoral is None else web * np.clip(1 - pectoral / 3, 0.25, 1)
    signal += np.float32(0.07) * _vessels(rng, view, skin, coarse)
    if pectoral is not None:
        signal = _add_pectoral(rng, signal, pectoral, view, coarse, y)
    signal += np.float32(0.13) * _nipple(view, x, y)
    signal *= _rolloff(inside, shape.thickness)
    signal += _skin_line(rng, inside, coarse)

    full = (rows, columns)
    skin_full = _enlarge(skin, full)
    edge = np.clip(skin_full / np.float32(0.25) + 0.5, 0, 1)
    signal_full = np.maximum(_enlarge(signal.astype(np.float32), full), 0) * edge
    return HealthyView(signal_full, skin_full, None if pectoral is None else _enlarge(pectoral, full))


def _net(rng: np.random.Generator, grain: Grain) -> Field:
    """Return fibroglandular septa, 0 to about 1: ridges of three sizes, the finer ones on the coarser."""
    coarse = ridges(grain.field(rng, 26.0, 1.7, beta=3.6, shortest_mm=2.6))
    middle = ridges(grain.field(rng, 13.0, 1.9, beta=3.4, shortest_mm=1.3))
    fine = ridges(grain.field(rng, 6.0, 2.2, beta=3.0, shortest_mm=0.35))
    net = np.float32(0.62) * coarse + middle * (0.14 + 0.45 * coarse) + fine * (0.07 + 0.32 * middle)
    return np.asarray(net, np.float32)


def _connective(rng: np.random.Generator, view: ViewGeometry, skin: Field, spacing: float) -> Field:
    """Return Cooper's ligaments and ducts: long thin arcs, most of them towards the nipple."""
    nipple = np.array(view.nipple)
    layers = np.zeros(skin.shape, np.float32)
    for count, longest, spread, sway, blur_mm, strength in (
        (80, 60.0, 0.30, 0.10, 0.34, 0.46),
        (160, 34.0, 0.55, 0.14, 0.24, 0.34),
        (160, 18.0, 0.90, 0.20, 0.20, 0.22),
    ):
        paths: list[npt.NDArray[np.float64]] = []
        weights: list[float] = []
        while len(paths) < count:
            at = np.array([rng.uniform(-5, view.nipple[0]), rng.uniform(0, view.height_mm)])
            row, column = int(at[1] / spacing), int(max(at[0], 0) / spacing)
            if row >= skin.shape[0] or skin[row, column] < 2:
                continue
            to_nipple = nipple - at
            angle = np.arctan2(to_nipple[1], to_nipple[0] + 15) + rng.normal(0, spread)
            half = 0.5 * longest * rng.uniform(0.4, 1.0) * np.array([np.cos(angle), np.sin(angle)])
            path = wandering_path(rng, tuple(at - half), tuple(at + half), sway, 24)
            paths.append(path / spacing)
            weights.append(rng.uniform(0.25, 1.0) ** 1.5)
        layer = arcs(skin.shape, paths, np.array(weights))
        layers += np.float32(strength * blur_mm / spacing) * cv2.GaussianBlur(
            layer, (0, 0), blur_mm / spacing
        )
    return np.float32(0.30) * layers * np.clip((skin - 1.0) / 5, 0, 1)


def _vessels(rng: np.random.Generator, view: ViewGeometry, skin: Field, spacing: float) -> Field:
    """Return two to five veins and arteries that run from the chest wall towards the nipple."""
    paths = []
    h = skin.shape[0]
    for _ in range(int(rng.integers(2, 6))):
        start = (float(rng.uniform(-5, 25)), float(rng.uniform(0.15, 0.85) * h * spacing))
        reach = rng.uniform(0.5, 0.95)
        end = (
            start[0] + reach * (view.nipple[0] - 8 - start[0]),
            start[1] + reach * (view.nipple[1] + rng.normal(0, 22) - start[1]),
        )
        path = wandering_path(rng, start, end, 0.10) / spacing
        diameter = rng.uniform(1.1, 2.4) / spacing
        paths.append((path, diameter))
        if rng.random() < 0.6:  # A branch leaves at a sharp angle and is thinner.
            at = path[int(rng.integers(15, 40))]
            aside = np.array([0, rng.choice([-1, 1]) * rng.uniform(12, 28) / spacing])
            tip = at + (path[-1] - at) * 0.7 + aside
            paths.append((wandering_path(rng, tuple(at), tuple(tip), 0.12, 40), diameter * 0.65))
    return tubes(rng, skin.shape, paths) * np.clip((skin - 2) / 6, 0, 1)


def _add_pectoral(
    rng: np.random.Generator, signal: Field, depth: Field, view: ViewGeometry, spacing: float, y: Field
) -> Field:
    """Lay the muscle over the breast: bright, striped along its fibres, fading where it thins."""
    if view.position is ViewPosition.CC:
        muscle = np.clip(depth / 4, 0, 1) ** 0.7
        return np.asarray(signal + np.float32(0.17) * muscle, np.float32)
    (x0, y0), (x1, y1) = view.pectoral[0], view.pectoral[150]
    along = np.full_like(depth, np.arctan2(y1 - y0, x1 - x0))
    fibres = Grain(along, spacing).field(rng, 20.0, 5.0, beta=3.2)
    end = float(view.pectoral[199, 1])
    fade = np.clip(1.08 - (y / end) ** 1.8, 0.0, 1)
    strength = fade * (0.27 + 0.06 * np.clip(depth / 40, 0, 1) + 0.007 * fibres)
    cover = np.float32(0.5) + np.float32(0.5) * np.tanh(depth / np.float32(1.3))
    return np.asarray(signal * (1 - 0.2 * cover * fade) + cover * strength, np.float32)


def _nipple(view: ViewGeometry, x: Field, y: Field) -> Field:
    """Return the nipple and the ducts that gather behind it: denser than fat, in profile or face-on."""
    behind = (x - view.nipple[0]) * view.axis[0] + (y - view.nipple[1]) * view.axis[1]
    across = (x - view.nipple[0]) * view.axis[1] - (y - view.nipple[1]) * view.axis[0]
    if not view.nipple_in_profile:
        return np.asarray(0.7 * np.exp(-(((behind**2 + across**2) / 4.6**2) ** 1.6)), np.float32)
    along = np.where(behind < 0, behind / 8, behind / (5 + np.abs(across)))
    shape = np.exp(-(along**2) - (across / (4 + 0.25 * np.maximum(behind, 0))) ** 2)
    return np.asarray(shape, np.float32)


def _rolloff(inside: Field, thickness: float) -> Field:
    """Return what the maker's correction leaves of the thinning edge of the compressed breast."""
    radius = thickness * 0.42
    profile = np.sqrt(np.maximum(1 - (1 - np.minimum(inside / radius, 1)) ** 2, 0))
    return np.asarray(0.18 + 0.82 * profile**0.55, np.float32)


def _skin_line(rng: np.random.Generator, inside: Field, spacing: float) -> Field:
    """Return the skin, 1 to 2 mm thick, seen edge-on: brightest just inside the edge."""
    uneven = power_law_field(rng, inside.shape, spacing, 40.0, shortest_mm=6.0)
    thick = np.float32(1.15) + np.float32(0.12) * uneven
    line = np.exp(-(((inside - 0.75 * thick) / (0.62 * thick)) ** 2)) * (inside > 0)
    return np.asarray(np.float32(0.13) * line, np.float32)
