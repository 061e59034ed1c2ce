"""Factory calibration and honest measure of demo_cad, on simulated exams.

    python calibrate.py FOLDER [--count 60] [--seed 2026] [--write]

Draws FFDM exams of three makers into FOLDER (those there are kept), lets the engine see each, and prints how
well it finds the simulated lesions. With --write the calibration goes to resources/engines/demo_cad. The
exams are none of those that the network was trained on; nothing is chosen here.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from klarsyn.dicom.headers import read_instance
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.imaging.frames import load_index_frame
from klarsyn.intake.engine_input import dense_is_bright
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import SimulatedExam
from klarsyn_demo_cad.engine import _LEAST_REPORTED, DemoCad

_TARGET = (
    Path(__file__).resolve().parents[3] / "resources" / "engines" / "demo_cad" / "factory_calibration.toml"
)
_WEAK, _MANY = 0.0, 8
_KNOTS = np.round(np.arange(0.0, 8.01, 0.4), 2)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engine said of one exam: `marks` are (raw score, number of the lesion hit or None)."""

    suspicious: bool
    raw: float
    views: int
    lesions: int
    marks: tuple[tuple[float, int | None], ...]


def as_engine_exam(exam: SimulatedExam) -> EngineExam:
    """Decode a simulated exam as intake does."""
    views = []
    for file in exam.files:
        instance = read_instance(file)
        image = instance.image
        pixels = dense_is_bright(load_index_frame(file), instance.grayscale)
        views.append(
            EngineView(
                file.name, image.laterality, image.view_position, image.spacing, pixels, image.manufacturer
            )
        )
    return EngineExam(exam.folder.name, tuple(views))


def look(engine: DemoCad, exam: SimulatedExam) -> Seen:
    """Let the engine see one exam and compare with the truth: a hit is a centre in a lesion's outline."""
    result = engine.analyse(as_engine_exam(exam), lambda _: None)
    truth = [
        (number, view.file, np.asarray(view.outline, np.float32))
        for number, lesion in enumerate(exam.lesions)
        if lesion.suspicious
        for view in lesion.views
    ]
    marks = []
    for region in result.regions:
        centre = np.asarray(region.outline).mean(axis=0)
        hit = (
            number
            for number, file, outline in truth
            if file == region.view_id
            and cv2.pointPolygonTest(outline, (float(centre[0]), float(centre[1])), False) >= 0
        )
        marks.append((region.raw_score, next(hit, None)))
    lesions = len({number for number, _, _ in truth})
    return Seen(exam.suspicious, result.raw, len(exam.files), lesions, tuple(marks))


def froc(seen: list[Seen], marks_an_image: float) -> tuple[int, int]:
    """Lesions found (on either view) and lesions, at so many false marks an image."""
    images = sum(s.views for s in seen)
    false = sorted((raw for s in seen for raw, hit in s.marks if hit is None), reverse=True)
    allowed = int(marks_an_image * images)
    threshold = false[allowed] if allowed < len(false) else -np.inf
    found = sum(len({hit for raw, hit in s.marks if hit is not None and raw > threshold}) for s in seen)
    return found, sum(s.lesions for s in seen)


def probability_map(seen: list[Seen]) -> npt.NDArray[np.int64]:
    """Finding scores 1 to 100 at the knots: a logistic curve through (raw, hit), mildly held back."""
    marks = np.array([(raw, hit is not None) for s in seen for raw, hit in s.marks])
    raw, hit = marks[:, 0], marks[:, 1]

    def loss(weights: npt.NDArray[np.float64]) -> float:
        logit = weights[0] + weights[1] * raw
        return float(np.logaddexp(0, logit).sum() - (hit * logit).sum() + 0.05 * weights[1] ** 2)

    intercept, slope = optimize.minimize(loss, np.array([-5.0, 4.0])).x
    score = np.rint(100 / (1 + np.exp(-(intercept + slope * _KNOTS))))
    return np.maximum.accumulate(np.clip(score, 1, 100)).astype(np.int64)


def calibration_text(seen: list[Seen], engine: DemoCad, seed: int, drawn: date) -> str:
    """The calibration as TOML."""
    raw = np.array([s.raw for s in seen])
    quantiles = np.round(np.percentile(raw, np.arange(101)), 6)
    healthy = sum(not s.suspicious for s in seen)

    def row(values: npt.NDArray[np.generic]) -> str:
        return "[" + ", ".join(f"{v:.10g}" for v in values.tolist()) + "]"

    return f"""# Written by plugins/demo_cad/training/calibrate.py; do not edit.
name = "demo_cad factory, {len(seen)} simulated exams of {drawn.isoformat()}"
model_sha256 = "{engine.manifest.model_sha256}"
engine_version = "{engine.manifest.version}"
source = "{len(seen)} simulated exams (seed {seed}), {healthy} of them without a suspicious lesion. \
Provisional by design: fewer than 2 000 exams, none of a real woman, and far more lesions than in screening."
count = {len(seen)}
# Raw evidence of an exam at percentiles 0 to 100.
quantiles = {row(quantiles)}

# Raw score of a mark to finding score, linear between the knots.
[findings]
raw = {row(_KNOTS)}
score = {row(probability_map(seen))}
"""


def report(seen: list[Seen]) -> Iterator[str]:
    """Lines that say how well the engine does, each with its n and exact 95 % interval."""
    with_lesion = [s.raw for s in seen if s.suspicious]
    without = [s.raw for s in seen if not s.suspicious]
    area = np.mean([(a > b) + 0.5 * (a == b) for a in with_lesion for b in without])
    yield f"AUC of exams {area:.3f} ({len(with_lesion)} with, {len(without)} without a suspicious lesion)"
    for rate in (0.25, 0.5, 1.0, 2.0):
        found, lesions = froc(seen, rate)
        low, high = stats.binomtest(found, lesions).proportion_ci(method="exact")
        interval = f"95 % interval {low:.2f} to {high:.2f}"
        yield f"{found} of {lesions} lesions found at {rate} false marks an image ({interval})"
    marked = [hit for s in seen for raw, hit in s.marks if raw >= _LEAST_REPORTED]
    rate = sum(hit is None for hit in marked) / sum(s.views for s in seen)
    yield f"{rate:.2f} false marks an image at the engine's own threshold"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    drawn = date(2026, 11, 24)
    request = ListRequest(exams=options.count, cancers=options.count * 2 // 5, seed=options.seed)
    exams = make_list(options.folder, request, today=drawn)
    engine = DemoCad(_WEAK, _MANY)  # also what is too weak to be marked, for the whole curve
    seen = [look(engine, exam) for exam in exams]
    print("\n".join(report(seen)))
    if options.write:
        _TARGET.parent.mkdir(parents=True, exist_ok=True)
        _TARGET.write_text(calibration_text(seen, engine, options.seed, drawn), encoding="utf-8")
        print(_TARGET)


if __name__ == "__main__":
    main()
