"""Who may let an engine decide that one reader is enough, and when.

Two different persons sign one comparison, each with a reason; then the calibration may be released. A newer
comparison needs new signatures: what was signed is what was looked at.
"""

from collections.abc import Mapping
from dataclasses import replace

from klarsyn.domain.calibration_history import (
    Basis,
    CalibrationEvent,
    CalibrationRecord,
    EventKind,
    SampleRef,
)
from klarsyn.domain.calibration_sample import MINIMUM_SAMPLE
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.drift import MINIMUM_RECENT, Verdict
from klarsyn.domain.finding import AiResult, IntendedUse, ResultOrigin

SIGNATURES = 2


class ReleaseRefused(Exception):
    """A signature or a release that cannot be; the message says why and what to do."""


def may_route_to_one_reader(state: CalibrationState, use: IntendedUse) -> bool:
    """True only of a valid calibration of an engine that is declared for clinical use (invariants 7, 8)."""
    return not why_two_readers(state, use)


def why_two_readers(state: CalibrationState, use: IntendedUse) -> tuple[str, ...]:
    """Return every reason why an engine in this state cannot spare a reader; empty where it can."""
    reasons = []
    if use is not IntendedUse.CLINICAL:
        reasons.append(f"the engine is declared for {use.value} only")
    if state is not CalibrationState.VALID:
        reasons.append(f"the calibration is {_WORDS[state]}")
    return tuple(reasons)


_WORDS = {
    CalibrationState.NONE: "missing",
    CalibrationState.PROVISIONAL: "provisional",
    CalibrationState.COLLECTING: "still collecting exams",
    CalibrationState.FROZEN: "frozen until two have signed",
    CalibrationState.INVALID: "invalid",
}


def as_it_stands(result: AiResult, in_force: Mapping[str, str]) -> AiResult:
    """Return a stored result under what is in force now: its score is provisional where its sample is not.

    `in_force` maps each valid calibration by id to its sample's SHA-256. A freeze so reaches what was
    scored before it; a release gives back only what the released sample has scored. A report's score has no
    sample here: it is no more than its maker's rules make of it (domain/reports/vendor_rule.py).
    """
    made = result.provenance
    if result.score is None or result.score.provisional:
        return result
    if made.origin is ResultOrigin.REPORT and made.calibration_state is not CalibrationState.VALID:
        return replace(result, score=replace(result.score, provisional=True))
    if not made.calibration_id:
        return result
    if in_force.get(made.calibration_id) == made.calibration_sha256:
        return result
    return replace(
        result,
        score=replace(result.score, provisional=True),
        provenance=replace(made, calibration_state=CalibrationState.FROZEN),
    )


def signatures(record: CalibrationRecord) -> tuple[CalibrationEvent, ...]:
    """Return the signatures on the newest comparison, one a person."""
    about = record.newest(EventKind.COMPARED)
    if about is None:
        return ()
    signed = [e for e in record.events if e.kind is EventKind.SIGNED and e.of == about.number]
    return tuple({person(e.by): e for e in reversed(signed)}.values())[::-1]


def person(account: str) -> str:
    """Return what two spellings of one account have in common."""
    return account.strip().casefold()


def check_signature(record: CalibrationRecord, by: str, reason: str) -> CalibrationEvent:
    """Return the comparison that a signature is about.

    Raises
    ------
    ReleaseRefused
        If there is nothing to sign, it was signed by the same person, or the reason is missing.
    """
    about = _open_comparison(record)
    if not reason.strip():
        raise ReleaseRefused("A signature needs its reason. Give one with --reason.")
    if not person(by):
        raise ReleaseRefused("A signature needs a name. Set `reader` in klarsyn.toml.")
    if any(person(e.by) == person(by) for e in signatures(record)):
        raise ReleaseRefused(f"{by} has signed this comparison already. Another person must sign too.")
    return about


def released_sample(record: CalibrationRecord) -> tuple[SampleRef, Basis, CalibrationEvent]:
    """Return the sample that a release puts in force, why that one, and the comparison it rests on.

    Raises
    ------
    ReleaseRefused
        If a signature is missing, or no sample is good enough.
    """
    about = _open_comparison(record)
    missing = SIGNATURES - len(signatures(record))
    if missing > 0:
        raise ReleaseRefused(
            f"{missing} signature{'s are' if missing > 1 else ' is'} missing: {SIGNATURES} different persons "
            "sign the newest comparison, each with a reason."
        )
    if about.comparison is not None and about.comparison.verdict is Verdict.ALIKE and about.sample:
        return about.sample, Basis.KEPT, about
    own = about.candidate
    if own is not None and own.count >= MINIMUM_SAMPLE and not own.heavy:
        return own, Basis.OWN, about
    if own is not None and own.count >= MINIMUM_SAMPLE:
        raise ReleaseRefused(
            f"One value holds {100 * own.tie_mass:.1f} % of the new sample, so that exams cannot be told "
            "apart. This version cannot be released."
        )
    raise ReleaseRefused(
        f"The comparison did not find the exams alike, and there are {own.count if own else 0} of the "
        f"{MINIMUM_SAMPLE} that a sample of their own needs. Compare again when there are more."
    )


def _open_comparison(record: CalibrationRecord) -> CalibrationEvent:
    if record.state is not CalibrationState.FROZEN:
        raise ReleaseRefused(
            f"This calibration is {record.state.value}, not frozen: there is nothing to release."
        )
    about = record.newest(EventKind.COMPARED)
    since = record.newest(EventKind.FROZEN, EventKind.RELEASED)
    if about is None or about.comparison is None or (since is not None and since.number > about.number):
        raise ReleaseRefused("Nobody has compared the exams yet. Do so first: `klarsyn calibration compare`.")
    if about.comparison.verdict is Verdict.TOO_FEW:
        raise ReleaseRefused(
            f"The comparison had {about.comparison.n_recent} of the {MINIMUM_RECENT} exams that it needs. "
            "Compare again when there are more."
        )
    return about
