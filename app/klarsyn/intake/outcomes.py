"""Bringing outcomes in: lines of a file find their exams, are noted, and calibrations are fitted anew."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.outcome import Outcome, OutcomeKind, Place
from klarsyn.intake.outcome_file import NAMES, OutcomeFileError, OutcomeLine, read_outcomes
from klarsyn.store.outcomes import Import
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class OutcomeImport:
    """What an import did: outcomes in the file, those that were new, and lines of exams that are not here."""

    lines: int
    added: int
    elsewhere: int


def import_outcomes(
    data: bytes, store: Store, clock: Clock, by: str, *, known_only: bool = False
) -> OutcomeImport:
    """Note the outcomes of a file in the name of `by`: all of them, or none.

    Parameters
    ----------
    known_only
        Leave out lines about exams that are not here, as a registry's file has them, instead of refusing.

    Raises
    ------
    OutcomeFileError
        If a line is wrong, contradicts another, or does not fit its exam.
    """
    now = clock.now()
    lines = read_outcomes(data, now.astimezone().date())
    if not lines:
        raise OutcomeFileError([(1, "no outcome follows the head line")])
    found, faults, elsewhere = _exams(lines, store)
    if not known_only:
        faults += [(line.line, "no exam here has this name; --known-only leaves such lines out")
                   for line in elsewhere]  # fmt: skip
    exams = {e.exam_id: e for e in store.exams.many(set(found.values()))}
    outcomes: dict[int, Outcome] = {}
    for line in lines:
        if line.line not in found:
            continue
        if found[line.line] not in exams:
            faults.append((line.line, "every image of this exam was rejected"))
            continue
        try:
            outcomes[line.line] = _outcome(line, exams[found[line.line]])
        except ValueError as error:
            faults.append((line.line, str(error)))
    faults += _contradictions(outcomes)
    if faults:
        raise OutcomeFileError(faults)
    made = Import(str(uuid.uuid4()), hashlib.sha256(data).hexdigest(), now, by)
    return OutcomeImport(len(lines), store.outcomes.note(outcomes, made), len(elsewhere))


def _exams(
    lines: list[OutcomeLine], store: Store
) -> tuple[dict[int, str], list[tuple[int, str]], list[OutcomeLine]]:
    """Return line -> exam_id, the faults, and the lines whose exam is not here."""
    asked: dict[str, Callable[[Iterable[str]], Iterable[tuple[str, str]]]] = {
        "exam": lambda ids: [(e.exam_id, e.exam_id) for e in store.exams.many(ids)],
        "study": store.outcomes.by_study,
        "accession": store.outcomes.by_accession,
    }
    known: dict[str, dict[str, set[str]]] = {}
    for name in NAMES:
        told = {line.names[name] for line in lines if name in line.names}
        known[name] = {}
        for value, exam_id in asked[name](sorted(told)):
            known[name].setdefault(value, set()).add(exam_id)
    found: dict[int, str] = {}
    faults, elsewhere = [], []
    for line in lines:
        fitting = [known[name].get(value, set()) for name, value in line.names.items()]
        both = set.intersection(*fitting)
        if len(both) == 1:
            found[line.line] = both.pop()
        elif len(both) > 1:
            faults.append((line.line, "several exams here have this name; tell the exam's key"))
        elif any(fitting):
            faults.append((line.line, "its names do not belong to one exam here"))
        else:
            elsewhere.append(line)
    return found, faults, elsewhere


def _outcome(line: OutcomeLine, exam: Exam) -> Outcome:
    if line.known_on is not None and exam.study_date is not None and line.known_on < exam.study_date:
        raise ValueError("its date is before the exam")
    place = None
    if line.at is not None:
        image = exam.image(line.image)
        if image is None:
            raise ValueError("its place is on an image that the exam does not have")
        if image.laterality is not line.side:
            raise ValueError("its place is on an image of another side")
        column, row = line.at
        if not (0 <= column <= image.columns and 0 <= row <= image.rows):
            raise ValueError("its place lies outside the image")
        place = Place(line.image, column, row)
    return Outcome(exam.exam_id, line.kind, line.side, line.known_on, place)


def _contradictions(outcomes: dict[int, Outcome]) -> Iterator[tuple[int, str]]:
    by_exam: dict[str, list[tuple[int, Outcome]]] = {}
    for line, outcome in outcomes.items():
        by_exam.setdefault(outcome.exam_id, []).append((line, outcome))
    for told in by_exam.values():
        for (first, one), (line, other) in combinations(told, 2):
            if words := _contradiction(one, other):
                yield line, f"{words} line {first}"


def _contradiction(one: Outcome, other: Outcome) -> str:
    """Say how two outcomes of one exam in one file go against each other; empty when they do not."""
    if (one.side is None) is not (other.side is None):
        return "an exam is told as a whole or by side, not both; see"
    if one.side is not other.side:
        return ""
    if (one.kind, one.place) == (other.kind, other.place):
        return "it repeats"
    if OutcomeKind.NO_CANCER in (one.kind, other.kind) or one.side is None:
        return "it contradicts"
    if one.place == other.place and one.place is not None:
        return "it contradicts"
    if one.kind is other.kind is OutcomeKind.CANCER and (one.place is None or other.place is None):
        return "of one breast's cancers all have a place or none; see"
    return ""
