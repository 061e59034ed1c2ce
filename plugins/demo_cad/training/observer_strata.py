"""Find the contrasts at which an observer who knows the place reaches the areas of the strata.

    python observer_strata.py FOLDER [--women 24] [--write]

Responses are kept in FOLDER, one file a woman, so that a run that was cut off goes on. With --write the
result goes to resources/simulation/observer.toml, from which freeze.py sets the contrasts of the test set.

A channelised Hotelling observer (app/klarsyn/simulation/hotelling.py) for each class, one template for all
contrasts. It learns on the women of one half and is judged on those of the other, both ways. Its d' over
contrast c is taken as (c / c1) ** b, fitted by least squares to logarithms; intervals are those of a
bootstrap over women.
"""

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from observer_channels import channel_responses
from observer_patches import samples
from strata import AREAS, LesionClass

from klarsyn.simulation.hotelling import area, hotelling_template, index_of_area

Floats = npt.NDArray[np.float64]

CONTRASTS: dict[LesionClass, tuple[float, ...]] = {
    LesionClass.MASS: (0.12, 0.25, 0.50),
    LesionClass.CLUSTER: (0.22, 0.30, 0.42),
    LesionClass.DISTORTION: (0.30, 0.55, 0.90),
    LesionClass.ASYMMETRY: (0.10, 0.22, 0.45),
}
WOMEN = 24
_BOOTSTRAPS = 400
OBSERVER = Path(__file__).resolve().parents[3] / "resources" / "simulation" / "observer.toml"


@dataclass(frozen=True, slots=True)
class Responses:
    """Responses of one class: `women` (n,), `without` (n, channels), `with_` (n, levels, channels)."""

    women: npt.NDArray[np.int64]
    without: Floats
    with_: Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """How well one class is seen: areas at the measured contrasts and the contrasts of the strata, each
    (value, low, high) with its 95 % interval; `places` is how many there are with, and as many without."""

    contrasts: tuple[float, ...]
    areas: tuple[tuple[float, float, float], ...]
    strata: tuple[tuple[float, float, float], ...]
    places: int


def collect(folder: Path, women: Iterable[int], contrasts: Mapping[LesionClass, Sequence[float]] = CONTRASTS
            ) -> Iterator[int]:  # fmt: skip
    """Measure the women that are not in `folder` yet, yielding each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for woman in women:
        path = folder / f"woman-{woman:04d}.npz"
        if path.exists():
            continue
        rows: dict[str, list[Floats]] = {}
        for sample in samples(woman, contrasts):
            patches = (sample.without, *sample.with_)
            rows.setdefault(sample.lesion_class.name, []).append(
                np.stack([channel_responses(patch) for patch in patches])
            )
        unfinished = folder / f".{woman}.{os.getpid()}.npz"
        stacked = {name: np.stack(values) for name, values in rows.items()}
        np.savez(unfinished, allow_pickle=False, **stacked)
        unfinished.replace(path)
        yield woman


def gathered(folder: Path, women: int) -> dict[LesionClass, Responses]:
    """Return what `collect` has measured."""
    found: dict[LesionClass, list[tuple[int, Floats]]] = {one: [] for one in LesionClass}
    for woman in range(women):
        with np.load(folder / f"woman-{woman:04d}.npz") as rows:
            for one in LesionClass:
                if one.name in rows:
                    found[one] += [(woman, row) for row in rows[one.name]]
    result = {}
    for one, values in found.items():
        all_rows = np.stack([row for _, row in values])
        result[one] = Responses(np.array([w for w, _ in values]), all_rows[:, 0], all_rows[:, 1:])
    return result


def decisions(responses: Responses) -> tuple[Floats, Floats]:
    """Return the observer's decision variable: (n,) without and (n, levels) with the lesion.

    Each half of the women is judged by the template of the other; halves are put on one scale by their
    healthy places.
    """
    # Makers take turns; halves by threes hold the same of each.
    half = (responses.women // 3) % 2
    without, with_ = np.empty(len(half)), np.empty(responses.with_.shape[:2])
    for own in (0, 1):
        learn, judge = half != own, half == own
        diseased = responses.with_[learn]
        template = hotelling_template(responses.without[learn], diseased.reshape(-1, diseased.shape[-1]))
        scores, others = responses.without[judge] @ template, responses.with_[judge] @ template
        middle, spread = np.median(scores), scores.std()
        without[judge], with_[judge] = (scores - middle) / spread, (others - middle) / spread
    return without, with_


def contrast_at(contrasts: Sequence[float], areas: Sequence[float], wanted: float) -> float:
    """Return the contrast at which the area is `wanted`: d' = (c / c1) ** b through the measured ones."""
    usable = [(c, min(max(a, 0.505), 0.995)) for c, a in zip(contrasts, areas, strict=True)]
    x = np.log([c for c, _ in usable])
    y = np.log([index_of_area(a) for _, a in usable])
    # Near 0.5 and near 1 an area says little of d'.
    weight = np.array([a * (1 - a) * (a - 0.5) for _, a in usable])
    slope, level = np.polyfit(x, y, 1, w=np.sqrt(np.maximum(weight, 1e-6)))
    return float(np.exp((np.log(index_of_area(wanted)) - level) / max(float(slope), 0.05)))


def curve(responses: Responses, contrasts: Sequence[float], seed: int = 61) -> Curve:
    """Measure one class."""
    without, with_ = decisions(responses)
    women = np.unique(responses.women)
    rng = np.random.default_rng(seed)

    def measured(rows: npt.NDArray[np.int64]) -> tuple[list[float], list[float]]:
        areas = [area(without[rows], with_[rows, k]) for k in range(with_.shape[1])]
        return areas, [contrast_at(contrasts, areas, wanted) for wanted in AREAS]

    rows_of = {woman: np.flatnonzero(responses.women == woman) for woman in women}
    areas, strata = measured(np.arange(len(without)))
    drawn = [
        measured(np.concatenate([rows_of[w] for w in rng.choice(women, len(women))]))
        for _ in range(_BOOTSTRAPS)
    ]

    def with_interval(values: list[float], which: int) -> tuple[tuple[float, float, float], ...]:
        low, high = np.quantile([one[which] for one in drawn], [0.025, 0.975], axis=0)
        return tuple((v, float(a), float(b)) for v, a, b in zip(values, low, high, strict=True))

    return Curve(tuple(contrasts), with_interval(areas, 0), with_interval(strata, 1), len(without))


def as_toml(curves: Mapping[LesionClass, Curve], women: int) -> str:
    """Return the result as a file."""

    def row(values: Sequence[float]) -> str:
        return "[" + ", ".join(f"{v:.4g}" for v in values) + "]"

    lines = [
        "# Written by plugins/demo_cad/training/observer_strata.py; do not edit.",
        "# Area under the curve of an observer who knows the place, and the contrasts of the strata;",
        "# each as [value, low, high] with a 95 % interval of a bootstrap over women.",
        f"women = {women}",
    ]
    for one, found in curves.items():
        lines += ["", f'["{one.value}"]', f"places = {found.places}", f"contrasts = {row(found.contrasts)}"]
        lines.append("areas = [" + ", ".join(row(a) for a in found.areas) + "]")
        lines += [
            f"contrast_at_{round(100 * wanted)} = {row(at)}"
            for wanted, at in zip(AREAS, found.strata, strict=True)
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--women", type=int, default=WOMEN)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    for woman in collect(given.folder, range(given.women)):
        print(f"woman {woman + 1} of {given.women}", flush=True)
    measured = gathered(given.folder, given.women)
    text = as_toml({one: curve(r, CONTRASTS[one]) for one, r in measured.items()}, given.women)
    print(text)
    if given.write:
        OBSERVER.parent.mkdir(parents=True, exist_ok=True)
        OBSERVER.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
