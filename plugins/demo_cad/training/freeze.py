"""Write resources/simulation/test-set.toml: the design of the test set with the contrasts of the observer.

    python freeze.py [--again]

Done once, before the first engine was trained. --again replaces the file: then no measure of before holds
any longer. A woman whose breast has no room for her lesion makes place for one 1000 numbers further on.
"""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from frozen import TEST_SET, FrozenExam, FrozenLesion, sha256_of
from observer_strata import OBSERVER
from strata import LesionClass, class_of
from test_design import HELD_OUT, SEED, DesignedExam, DesignedLesion, design

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.site import ImpossibleLesion
from klarsyn.simulation.lists.affected import affect
from klarsyn.simulation.xray.vendors import VENDORS

DRAWN = date(2026, 11, 25)
_NEXT = 1000
_MOST = 20
Contrasts = Mapping[LesionClass, Mapping[float, float]]


def contrasts_of(path: Path = OBSERVER) -> Contrasts:
    """Read the contrast of each class and stratum from the observer's file."""
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        one: {
            int(key.rsplit("_", 1)[1]) / 100: round(value[0], 4)
            for key, value in words[one.value].items()
            if key.startswith("contrast_at_")
        }
        for one in LesionClass
    }


def fixed(exam: DesignedExam, contrasts: Contrasts) -> FrozenExam:
    """Return the exam with its contrasts."""
    return FrozenExam(
        exam.number,
        exam.vendor,
        exam.density,
        exam.dbt,
        tuple(_fixed(one, contrasts) for one in exam.lesions),
    )


def _fixed(lesion: DesignedLesion, contrasts: Contrasts) -> FrozenLesion:
    contrast = None if lesion.stratum is None else contrasts[class_of(lesion.kind)][lesion.stratum]
    return FrozenLesion(lesion.kind, lesion.side, lesion.stratum, lesion.size_mm, contrast)


def with_room(exam: FrozenExam) -> FrozenExam:
    """Return the exam of the first woman whose breasts have room for the lesions.

    Raises
    ------
    klarsyn.simulation.lesions.site.ImpossibleLesion
        When none of twenty has.
    """
    if not exam.lesions:
        return exam
    for _ in range(_MOST):
        woman = make_woman((SEED, 1, exam.number), exam.density)
        try:
            for side in (Laterality.RIGHT, Laterality.LEFT):
                affect(woman.breast(side), exam.plan(), 0, VENDORS[exam.vendor], SEED)
        except ImpossibleLesion:
            exam = replace(exam, number=exam.number + _NEXT)
        else:
            return exam
    raise ImpossibleLesion(f"None of {_MOST} women has room for the lesions planned for {exam}.")


def as_toml(exams: Sequence[FrozenExam]) -> str:
    """Return the file's text; one line an exam."""
    head = f"""\
# The frozen test set of the demonstration engine: written by plugins/demo_cad/training/freeze.py before it
# was trained; do not edit. Its SHA-256 stands in the model's card. Women are those of the seed and their
# number; a lesion's stratum is the area under the curve of an observer who knows its place (observer.toml).
seed = {SEED}
drawn = {DRAWN.isoformat()}
held_out = "{HELD_OUT}"
"""
    return head + "exams = [\n" + "".join(f"  {_row(exam)},\n" for exam in exams) + "]\n"


def _row(exam: FrozenExam) -> str:
    lesions = ", ".join(_lesion(one) for one in exam.lesions)
    dbt = ", dbt = true" if exam.dbt else ""
    words = f'number = {exam.number}, vendor = "{exam.vendor}", density = "{exam.density.value}"{dbt}'
    return f"{{ {words}, lesions = [{lesions}] }}"


def _lesion(one: FrozenLesion) -> str:
    words = f'kind = "{one.kind.value}", side = "{one.side.value}"'
    if one.stratum is not None:
        words += f", stratum = {one.stratum}, size_mm = {one.size_mm}, contrast = {one.contrast}"
    return f"{{ {words} }}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--again", action="store_true", help="replace the frozen set")
    given = parser.parse_args()
    if TEST_SET.exists() and not given.again:
        parser.error(f"{TEST_SET} is frozen; --again replaces it, and with it all that was measured on it.")
    contrasts = contrasts_of()
    exams = [with_room(fixed(exam, contrasts)) for exam in design()]
    TEST_SET.write_text(as_toml(exams), encoding="utf-8", newline="\n")
    print(f"{len(exams)} exams, SHA-256 {sha256_of()}")


if __name__ == "__main__":
    main()
