"""Places of healthy breasts that a lesion could have had: what an engine's score at a lesion is held against.

They are chosen by the simulator's own rule for lesions, in normal exams, for a lesion of each class and of a
size from the same range, so that tissue and distance from the skin are those of lesions.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from frozen import FrozenExam
from strata import KINDS, LesionClass, plan_of, size_of

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.site import ImpossibleLesion, choose_site
from klarsyn.simulation.xray.storage import stored_points
from klarsyn.simulation.xray.vendors import VENDORS

PLACES_FILE = "lesion-free.json"
_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_VIEWS = (ViewPosition.CC, ViewPosition.MLO)


@dataclass(frozen=True, slots=True)
class HealthyPlace:
    """Where a lesion of that class and size could lie on a stored image; `centre` is (column, row)."""

    lesion_class: str
    side: str
    view: str
    centre: tuple[float, float]
    size_mm: float


def find_places(exam: FrozenExam, seed: int) -> tuple[HealthyPlace, ...]:
    """Return one place of each class in each view of a normal exam, where the breast has room for it."""
    detector = VENDORS[exam.vendor].detector
    height, width = detector.rows * detector.spacing_mm, detector.columns * detector.spacing_mm
    woman = make_woman((seed, 1, exam.number), exam.density)
    places = []
    for s, side in enumerate(_SIDES):
        views = tuple(woman.breast(side).compress(position, height, width, 0) for position in _VIEWS)
        for c, (lesion_class, kinds) in enumerate(KINDS.items()):
            rng = np.random.default_rng([seed, 21, exam.number, s, c])
            kind = kinds[(exam.number + s) % len(kinds)]
            plan = plan_of(kind, size_of(kind, rng), 0.5, rng)
            try:
                site = choose_site(plan, views, rng)
            except ImpossibleLesion:
                continue
            for view in views:
                x, y, _ = view.place(site.depth, site.lateral, site.superior)
                point = np.array([[x, y]]) / detector.spacing_mm
                column, row = stored_points(point, detector.columns, side, VENDORS[exam.vendor])[0]
                where = round(float(column), 1), round(float(row), 1)
                places.append(
                    HealthyPlace(lesion_class.value, side.value, view.position.value, where, plan.size_mm)
                )
    return tuple(places)


def save_places(places: tuple[HealthyPlace, ...], folder: Path) -> None:
    """Write them beside the exam."""
    unfinished = folder / f".{PLACES_FILE}.unfinished"
    unfinished.write_text(json.dumps([asdict(place) for place in places]), encoding="utf-8")
    unfinished.replace(folder / PLACES_FILE)


def load_places(folder: Path) -> tuple[HealthyPlace, ...]:
    """Return the places beside an exam.

    Raises
    ------
    OSError
        When there are none.
    """
    rows = json.loads((folder / PLACES_FILE).read_text(encoding="utf-8"))
    return tuple(HealthyPlace(**{**row, "centre": tuple(row["centre"])}) for row in rows)


def class_named(word: str) -> LesionClass:
    """Return the class that a place was chosen for."""
    return LesionClass(word)
