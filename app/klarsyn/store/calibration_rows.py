"""Events of calibrations <-> rows, through pydantic, so that a row that does not fit is refused."""

from typing import Any

import numpy as np
from pydantic import TypeAdapter

from klarsyn.domain.calibration_findings import FindingMap
from klarsyn.domain.calibration_history import Basis, CalibrationEvent, EventKind, SampleRef
from klarsyn.domain.drift import Comparison
from klarsyn.domain.release import person
from klarsyn.store.calibration_models import CalibrationEventRow

_SAMPLE: TypeAdapter[SampleRef] = TypeAdapter(SampleRef)
_COMPARISON: TypeAdapter[Comparison] = TypeAdapter(Comparison)


def sample_to_json(sample: SampleRef | None) -> dict[str, Any] | None:
    """Return the JSON form of a sample's place; None stays None."""
    return None if sample is None else _SAMPLE.dump_python(sample, mode="json")


def sample_from_json(body: dict[str, Any] | None) -> SampleRef | None:
    """Return the sample's place whose JSON form is `body`."""
    return None if body is None else _SAMPLE.validate_python(body)


def event_to_row(calibration_id: str, event: CalibrationEvent) -> CalibrationEventRow:
    """Return a new row; the database gives its number."""
    body: dict[str, Any] = {
        "sample": sample_to_json(event.sample),
        "candidate": sample_to_json(event.candidate),
        "comparison": _COMPARISON.dump_python(event.comparison, mode="json") if event.comparison else None,
        "basis": event.basis.name if event.basis else None,
        "after_row": event.after_row,
        "findings": _findings_to_json(event.findings) if event.findings else None,
    }
    told = event.sample.sha256 if event.sample else (event.findings.sha256 if event.findings else "")
    return CalibrationEventRow(
        calibration_id=calibration_id,
        kind=event.kind.value,
        at=event.at,
        who=event.by,
        person=person(event.by),
        about=event.of,
        reason=event.reason,
        sample_sha256=told,
        body={name: value for name, value in body.items() if value},
    )


def event_from_row(row: CalibrationEventRow) -> CalibrationEvent:
    """Return the event of a row."""
    body = row.body
    comparison, findings = body.get("comparison"), body.get("findings")
    return CalibrationEvent(
        kind=EventKind(row.kind),
        at=row.at,
        by=row.who,
        reason=row.reason,
        sample=sample_from_json(body.get("sample")),
        candidate=sample_from_json(body.get("candidate")),
        comparison=_COMPARISON.validate_python(comparison) if comparison else None,
        of=row.about,
        basis=Basis[body["basis"]] if body.get("basis") else None,
        findings=_findings_from_json(findings) if findings else None,
        after_row=int(body.get("after_row", 0)),
        number=row.number,
    )


def _findings_to_json(findings: FindingMap) -> dict[str, Any]:
    return {
        "raw": findings.raw.tolist(),
        "score": findings.score.tolist(),
        "source": findings.source,
        "count": findings.count,
        "sha256": findings.sha256,
    }


def _findings_from_json(body: dict[str, Any]) -> FindingMap:
    return FindingMap(
        np.array(body["raw"], np.float64),
        np.array(body["score"], np.float64),
        body["source"],
        int(body["count"]),
        body["sha256"],
    )
