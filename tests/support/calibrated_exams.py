"""Exams without pixels, an engine's manifest, and fixtures that choose and feed calibrations."""

from dataclasses import replace
from decimal import Decimal

import pytest
from calibration_samples import KEY, NOW, UNIT, factory_of, feed, normal_exams

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_key import Device
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, IntendedUse, LesionType, Provenance, ResultStatus
from klarsyn.engine.contract import Accepts, Manifest
from klarsyn.intake.calibration_choice import calibration_for
from klarsyn.intake.calibration_release import CalibrationDesk

VIEWS = [(s, v) for v in (ViewPosition.CC, ViewPosition.MLO) for s in (Laterality.RIGHT, Laterality.LEFT)]
LATER = replace(KEY, device=Device(UNIT.manufacturer, "3.0"))


def exam(*devices: Device) -> Exam:
    """Four views, the last ones from other devices when more than one is given."""
    of = [devices[min(n, len(devices) - 1)] for n in range(4)] if devices else [UNIT] * 4
    images = tuple(
        Image(
            f"2.25.{n}", "1.2", "2.25.9", 100, 80, laterality=side, view_position=view,
            manufacturer=of[n].manufacturer, software_versions=of[n].software_versions,
        )
        for n, (side, view) in enumerate(VIEWS)
    )  # fmt: skip
    return Exam("e", "study:e", Patient(), None, NOW, ExamType.FFDM, images)


def manifest(**changes: object) -> Manifest:
    """An engine for clinical use without model files, as the test's keys name it."""
    return Manifest(**{
        "name": "Cad", "vendor": "V", "version": "1.0", "intended_use": IntendedUse.CLINICAL,
        "model_files": (), "accepts": Accepts(), "lesion_types": (LesionType.SOFT_TISSUE,),
        "needs_priors": False, "memory_mb": 1, "threads": 1, "gpu": False, "price_per_exam": Decimal(0),
        "currency": "SEK", **changes,
    })  # fmt: skip


@pytest.fixture
def chosen(installation):
    """Choose for an exam of four images; all images were sent."""

    def _chosen(of: Exam, factory=factory_of, **changes: object):
        uids = [i.sop_instance_uid for i in of.images]
        return calibration_for(of, uids, manifest(**changes), installation.store, factory, "cad")

    return _chosen


@pytest.fixture
def fed(installation):
    """Let normal exams go through the engine."""

    def _fed(count: int = 2000, key=KEY, **changes: object) -> str:
        return feed(installation.store, installation.clock, normal_exams(count, **changes), key)

    return _fed


@pytest.fixture
def desk(installation):
    """Where persons act on calibrations."""
    return CalibrationDesk(installation.store, installation.clock)


def result_by(made: Calibration, raw: float, of: Exam) -> AiResult:
    """What an engine for clinical use said of an exam."""
    uids = tuple(i.sop_instance_uid for i in of.images)
    who = Provenance(
        "Cad", "V", "1.0", KEY.model_sha256, IntendedUse.CLINICAL, made.name, 1, uids, NOW,
        made.state, made.sample_sha256, made.calibration_id,
    )  # fmt: skip
    return AiResult("r", "e", ResultStatus.SCORED, who, made.exam_score(raw), considered=uids)
