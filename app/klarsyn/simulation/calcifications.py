"""Clusters of calcifications: fine dots, or grains that differ in size and shape."""

import cv2
import numpy as np

from klarsyn.simulation.lesions import Field, LesionKind, LesionPatch, LesionPlan, Polygon


def draw_cluster(plan: LesionPlan, spacing: float, rng: np.random.Generator) -> LesionPatch:
    """Draw 8 to 18 calcifications of 0.2 to 0.6 mm at `spacing` mm a pixel, the same number in both views."""
    fine = plan.kind is LesionKind.FINE_CLUSTER
    # The number and the sizes of the specks are the lesion's own and alike in both views.
    own = np.random.default_rng(plan.seed)
    count = int(own.integers(9, 19) if fine else own.integers(8, 17))
    sizes = own.uniform(0.20, 0.32, count) if fine else np.clip(own.lognormal(-1.12, 0.30, count), 0.2, 0.6)
    finer = 4
    half = int(np.ceil((plan.size_mm / 2 + 2.5) / spacing))
    step = spacing / finer
    canvas = np.zeros(((2 * half + 1) * finer,) * 2, np.float32)
    middle = canvas.shape[0] / 2
    tilt, flat = rng.uniform(0, np.pi), rng.uniform(0.5, 0.85)
    centres: list[np.ndarray] = []
    for size in sizes:
        for _ in range(60):
            along, across = np.clip(rng.normal(0, 0.50, 2), -0.95, 0.95) * plan.size_mm / 2
            across *= flat
            c = np.array([
                along * np.cos(tilt) - across * np.sin(tilt), along * np.sin(tilt) + across * np.cos(tilt)
            ])  # fmt: skip
            if all(np.hypot(*(c - other)) > 0.6 for other in centres):
                break
        centres.append(c)
        _draw_speck(canvas, middle + c / step, size / step, fine, rng)
    specks = cv2.GaussianBlur(canvas, (0, 0), 0.04 / step)
    shape = (2 * half + 1, 2 * half + 1)
    signal = cv2.resize(specks, shape, interpolation=cv2.INTER_AREA)
    hull = cv2.convexHull(np.array(centres, np.float32)).reshape(-1, 2).astype(np.float64)
    return LesionPatch(signal * np.float32(plan.contrast), _grown(hull, 0.7))


def _draw_speck(canvas: Field, at: np.ndarray, diameter: float, fine: bool, rng: np.random.Generator) -> None:
    """Draw one calcification: a dot, or an angular grain up to three times as long as wide."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    stretch = 1.0 if fine else rng.uniform(1.0, 2.4)
    radius = diameter / 2 * (rng.uniform(0.85, 1.1, 12) if fine else rng.uniform(0.55, 1.25, 12))
    turn = rng.uniform(0, np.pi)
    x, y = radius * np.cos(angles) * np.sqrt(stretch), radius * np.sin(angles) / np.sqrt(stretch)
    points = np.c_[x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)] + at
    grain = np.zeros_like(canvas)
    cv2.fillPoly(grain, [np.round(points * 16).astype(np.int32)], 1.0, cv2.LINE_8, 4)
    np.maximum(canvas, grain * np.float32(rng.uniform(0.55, 1.0)), out=canvas)


def _grown(hull: Polygon, rim: float, corners: int = 40) -> Polygon:
    """Return the convex `hull` with a rim: its support function grows by `rim` in every direction."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = rim * np.c_[np.cos(angles), np.sin(angles)]
    all_points = (hull[:, None, :] + ring[None, :, :]).reshape(-1, 2).astype(np.float32)
    return np.asarray(cv2.convexHull(all_points).reshape(-1, 2), np.float64)
