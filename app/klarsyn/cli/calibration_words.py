"""Calibrations in words for the terminal. No exam is named: a calibration is known by its numbers."""

import numpy as np
import numpy.typing as npt

from klarsyn.domain.calibration_findings import MINIMUM_CANCERS, MINIMUM_OUTCOMES
from klarsyn.domain.calibration_history import CalibrationEvent, CalibrationRecord, EventKind, SampleRef
from klarsyn.domain.calibration_sample import MINIMUM_SAMPLE, sample_sha256, thresholds
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.release import SIGNATURES, signatures

_MEANS = {
    CalibrationState.NONE: "No exam is scored: the engine brings no calibration, and the site has none yet.",
    CalibrationState.PROVISIONAL: "Scores are the maker's and provisional; every exam gets two readers.",
    CalibrationState.COLLECTING: "The sample fills; until it is whole scores are provisional and every exam "
    "gets two readers.",
    CalibrationState.VALID: "Scores rest on this site's own exams; the reading policy may go by them.",
    CalibrationState.FROZEN: "Scores are provisional and every exam gets two readers until two persons have "
    "signed a comparison and it is released.",
    CalibrationState.INVALID: "One value holds more than a tenth of the sample, so that exams cannot be told "
    "apart; scores are the maker's and provisional.",
}


def list_line(record: CalibrationRecord) -> str:
    """Return key, state, engine, unit and count in one line."""
    key = record.key
    line = (
        f"{record.calibration_id[:8]}  {_state(record):<24}  {key.engine} {key.engine_version}  "
        f"model {key.model_sha256[:8]}  {key.device}"
    )
    left_out = sum(record.left_out.values())
    return f"{line}  ({left_out} exams left out)" if left_out else line


def _state(record: CalibrationRecord) -> str:
    if record.state is CalibrationState.COLLECTING:
        return f"collecting {record.taken} of {MINIMUM_SAMPLE}"
    if record.state is CalibrationState.FROZEN:
        return f"frozen, {record.taken} exams"
    return record.state.value


def told(record: CalibrationRecord, outcomes: int, cancers: int) -> list[str]:
    """Return all that is known of a calibration, line by line.

    `outcomes` are those of its results, `cancers` how many of them.
    """
    key = record.key
    lines = [
        f"Calibration {record.calibration_id}: {_state(record)}",
        f"  {_MEANS[record.state]}",
        f"  Engine   {key.engine} {key.engine_version}, model {key.model_sha256}",
        f"  Unit     {key.device}",
        f"  Begun    {record.begun_at:%Y-%m-%d}" if record.begun_at else "  Begun    not yet",
        f"  Taken    {record.taken} consecutive screening exams, each once",
    ]
    lines += [f"  Left out {count}: {reason}" for reason, count in sorted(record.left_out.items())]
    if record.sample is not None:
        lines.append(f"  Sample   {_sample(record.sample)}")
    lines.append(f"  Findings {_findings(record, outcomes, cancers)}")
    if record.state is CalibrationState.FROZEN:
        lines.append(f"  Signed   {len(signatures(record))} of {SIGNATURES} on the newest comparison")
    lines += [f"  {event_line(event)}" for event in record.events]
    return lines


def _sample(sample: SampleRef) -> str:
    return (
        f"{sample.count} exams, largest tie {100 * sample.tie_mass:.1f} %, SHA-256 {sample.sha256}, "
        f"collected by {sample.calibration_id[:8]}"
    )


def _findings(record: CalibrationRecord, outcomes: int, cancers: int) -> str:
    newest = record.newest(EventKind.FINDINGS)
    fitted = newest.findings if newest is not None else None
    if fitted is not None:
        made_of = f"{fitted.count} regions, SHA-256 {fitted.sha256}"
        return f"{fitted.source}, {made_of}; {outcomes} outcomes are known now, {cancers} of them cancer"
    instead = "by the maker's map" if record.factory else "by rank among the sample's regions"
    return (
        f"{instead}; {outcomes} of the {MINIMUM_OUTCOMES} outcomes that probabilities need are known, and "
        f"{cancers} of {MINIMUM_CANCERS} cancers"
    )


def event_line(event: CalibrationEvent) -> str:
    """Return one event of the history in one line."""
    line = f"{event.at:%Y-%m-%d %H:%M}  {event.number}  {event.kind.value} by {event.by}"
    if event.kind is EventKind.COMPARED and event.comparison is not None:
        return f"{line}: {event.comparison}"
    if event.kind is EventKind.RELEASED and event.sample is not None and event.basis is not None:
        return f"{line}: scores by {event.basis.value} ({event.sample.sha256[:12]}), comparison {event.of}"
    if event.kind is EventKind.SIGNED:
        return f"{line}: {event.reason} (comparison {event.of})"
    if event.kind is EventKind.COMPLETED and event.sample is not None:
        return f"{line}: {_sample(event.sample)}"
    if event.kind is EventKind.FINDINGS and event.findings is not None:
        made_of = event.reason or f"{event.findings.count} regions"
        return f"{line}: {event.findings.source}, {made_of}, {event.findings.sha256[:12]}"
    return f"{line}: {event.reason}" if event.reason else line


def quantile_lines(raw: npt.NDArray[np.float64]) -> list[str]:
    """Return a CSV of the sample's quantiles: an exam is above `percent` of it from `raw_from` on, exactly.

    The rows at 10, 20, ... 90 give the same scores as the whole sample.
    """
    ordered = np.sort(raw)
    told = f"{ordered.size},{sample_sha256(ordered)}"
    rows = enumerate(thresholds(ordered, 100).tolist(), start=1)
    return [
        "percent,raw_from,exams,sample_sha256",
        *(f"{percent},{value!r},{told}" for percent, value in rows),
    ]
