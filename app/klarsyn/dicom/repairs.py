"""Header repairs: declared exceptions for known sources of wrongly written files.

A repair is a file of resources/repairs. It names exactly the files that it is for, which attribute is
read from where, and what the reader is told. Nothing of it touches a file that does not match, and a
side or view that is properly coded always wins (invariant 2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pydicom.dataset import Dataset

from klarsyn.dicom.notices import notice
from klarsyn.dicom.repair_file import HeaderRepair, Reading, RepairFileError, load_repair
from klarsyn.domain.exam import ExamType, Image, Laterality, Notice, Patient, ViewPosition

Said = TypeVar("Said", Laterality, ViewPosition)

__all__ = ["HeaderRepair", "RepairFileError", "Repaired", "apply_repairs", "load_repairs"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a file says after the repairs that apply to it; `applied` has their names."""

    image: Image
    patient: Patient
    exam_key: str
    exam_type: ExamType
    applied: tuple[str, ...] = ()


def load_repairs(names: Iterable[str]) -> tuple[HeaderRepair, ...]:
    """Return the repairs of these names, in this order, from resources/repairs.

    Raises
    ------
    RepairFileError
        If there is no such repair, or its file is not valid; the message says what to correct.
    """
    return tuple(load_repair(name) for name in names)


def apply_repairs(ds: Dataset, said: Repaired, repairs: Sequence[HeaderRepair]) -> Repaired:
    """Return `said` changed by those repairs whose conditions all hold for this header."""
    for repair in repairs:
        if all(condition.holds(ds) for condition in repair.applies):
            said = _apply(ds, said, repair)
    return said


def _apply(ds: Dataset, said: Repaired, repair: HeaderRepair) -> Repaired:
    notices: list[Notice] = [Notice("header-repair", repair.told)]
    if repair.credit:
        notices.append(Notice("credit", repair.credit))
    side = _side(repair.laterality, ds)
    view = _view(repair.view_position, ds)
    image = said.image
    image = replace(
        image,
        laterality=_coded_first("laterality", image.laterality, side, repair.name, notices),
        view_position=_coded_first("view", image.view_position, view, repair.name, notices),
    )
    _check("laterality", repair.laterality, side, _side(repair.laterality_check, ds), repair, notices)
    _check("view", repair.view_position, view, _view(repair.view_position_check, ds), repair, notices)
    group, on = (reading.read(ds) if reading else None for reading in (repair.exam_group, repair.exam_date))
    patient_id, name = (r.read(ds) if r else None for r in (repair.patient_id, repair.patient_name))
    patient = said.patient
    return Repaired(
        image=replace(image, notices=(*image.notices, *notices)),
        patient=replace(patient, patient_id=patient_id or patient.patient_id, name=name or patient.name),
        exam_key=f"repair:{repair.name}:{group}:{on or 'undated'}" if group else said.exam_key,
        exam_type=repair.exam_type or said.exam_type,
        applied=(*said.applied, repair.name),
    )


def _side(reading: Reading | None, ds: Dataset) -> Laterality | None:
    found = reading.read(ds) if reading else None
    return Laterality(found) if found else None


def _view(reading: Reading | None, ds: Dataset) -> ViewPosition | None:
    found = reading.read(ds) if reading else None
    return ViewPosition(found) if found else None


def _coded_first(
    what: str, coded: Said | None, repaired: Said | None, name: str, notices: list[Notice]
) -> Said | None:
    if coded is not None and repaired is not None and coded is not repaired:
        notices.append(notice(f"{what}-contradiction", "the code", coded, f"repair {name}", repaired))
    return repaired if coded is None else coded


def _check(
    what: str,
    reading: Reading | None,
    value: Laterality | ViewPosition | None,
    checked: Laterality | ViewPosition | None,
    repair: HeaderRepair,
    notices: list[Notice],
) -> None:
    """Compare what a repair has read with a second place in the same header."""
    second = repair.laterality_check if what == "laterality" else repair.view_position_check
    if reading and second and value is not None and checked is not None and value is not checked:
        notices.append(notice(f"{what}-contradiction", reading.label, value, second.label, checked))
