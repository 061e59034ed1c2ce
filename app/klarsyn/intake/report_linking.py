"""Reports that have come -> results of the exams they are about.

A report is read as a result when its exam is here, and again whenever that exam has other images or its
maker's rules another edition: what it said before stays as a row, and the last reading counts. A rule that a
site takes back takes its trust from every exam with the next import or scoring, whatever those are about.
Whatever is wrong with a report costs its score, never the exam and never the import (invariant 1).
"""

import hashlib
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, IntendedUse, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.reports.cad_report import CadReport
from klarsyn.domain.reports.vendor_rule import Scores, VendorRule
from klarsyn.intake.report_result import ReportRefused, result_of
from klarsyn.intake.vendor_rules import VendorRules
from klarsyn.store.received import CHECK_IDENTITY, Match
from klarsyn.store.reports import ReportState
from klarsyn.store.store import Store

READING = "2"
"""Counts up when reports are read otherwise than before, so that all are read again."""

_log = get_logger(__name__)


@dataclass(slots=True)
class Linked:
    """What was done: reports that were read as results, and those that must not meet an exam."""

    converted: int = 0
    failed: int = 0
    held: int = 0


class ReportLinker:
    """Reads the reports of one installation as results."""

    def __init__(self, store: Store, rules: Callable[[], VendorRules], clock: Clock) -> None:
        """Ask `rules` for the makers' rules each time, since a site may have changed its files."""
        self._store, self._rules, self._clock = store, rules, clock

    def run(
        self,
        exam_ids: Collection[str] | None = None,
        report_uids: Collection[str] = (),
        document_uids: Collection[str] = (),
    ) -> Linked:
        """Link what has come for `exam_ids`, and what is named; everything there is for None.

        Where the makers' rules have changed, everything else is read by the new ones, too.
        """
        done, reports = Linked(), self._store.reports
        states = reports.states(exam_ids, report_uids)
        if exam_ids is not None:
            self._hold({state.sop_instance_uid: state.match for state in states}, done)
            self._hold(self._store.documents.matches(exam_ids, document_uids), done)
        if not states and not reports.count():
            return done
        rules = self._rules()
        for problem in rules.problems:
            _log.warning("A file of makers' rules cannot be used.", problem=problem)
        edition = edition_of(rules)
        same_rules = reports.noted_rules() == edition
        if exam_ids is not None and not same_rules:
            known = {state.sop_instance_uid for state in states}
            states += [state for state in reports.states() if state.sop_instance_uid not in known]
        for state in states:
            if not (same_rules and _is_settled(state)):
                self._link(state, rules, done)
        if not same_rules:
            reports.note_rules(edition)
        if done.converted or done.failed or done.held:
            _log.info("reports linked", converted=done.converted, failed=done.failed, held=done.held)
        return done

    def _link(self, state: ReportState, rules: VendorRules, done: Linked) -> None:
        if not state.images:
            return
        report = self._store.reports.get(state.sop_instance_uid)
        if report is None:
            return
        rule = rules.of(report)
        edition = rule_edition(rule)
        for exam_id, digest in state.images.items():
            before = state.converted.get(exam_id)
            if before is not None and (before.images_sha256, before.rule_edition) == (digest, edition):
                continue
            exam = self._store.exams.get(exam_id)
            result = self._converted(report, rule, exam)
            self._store.reports.add_result(state, result, edition)
            done.converted += result.status is not ResultStatus.FAILED
            done.failed += result.status is ResultStatus.FAILED

    def _converted(self, report: CadReport, rule: VendorRule, exam: Exam) -> AiResult:
        """Return what the report says of the exam; a conversion that fails is a result that says so."""
        try:
            made = result_of(report, rule, exam, self._clock.now())
        except ReportRefused as refused:
            made = self._failed(report, rule, exam, str(refused).rstrip("."))
        except Exception as error:  # noqa: BLE001  whatever a report of others provokes costs its score, never an exam
            _log.error("report not converted", error=type(error).__name__, exam_id=exam.exam_id)
            reason = "the maker's report could not be read as a result; report it to Klarsyn's maintainers"
            made = self._failed(report, rule, exam, reason)
        return _attributed(made, report, rule, exam)

    def _failed(self, report: CadReport, rule: VendorRule, exam: Exam, reason: str) -> AiResult:
        return AiResult(
            result_id="",
            exam_id=exam.exam_id,
            status=ResultStatus.FAILED,
            provenance=Provenance(
                engine=rule.engine_name(report),
                vendor=report.manufacturer,
                version=report.software_versions,
                model_sha256="",
                intended_use=IntendedUse.DEMONSTRATION,
                calibration="",
                operating_point=1,
                input_instances=(),
                made_at=report.made_at or self._clock.now(),
            ),
            reason=reason,
        )

    def _hold(self, matches: dict[str, Match], done: Linked) -> None:
        """List what must not meet an exam, with the reason, and take off that list what may."""
        now = self._clock.now()
        for uid, found in matches.items():
            if found.why_not:
                self._store.arrivals.hold(uid, found.why_not, CHECK_IDENTITY, now)
                done.held += 1
        if fitting := [uid for uid, found in matches.items() if found.exam_ids]:
            self._store.arrivals.release(fitting)


def edition_of(rules: VendorRules) -> str:
    """Return a fingerprint of all rules together, and of how this program reads reports."""
    return _sha256(READING, *sorted(f"{rule.name}:{rule.edition}" for rule in rules.rules))


def rule_edition(rule: VendorRule) -> str:
    """Return a fingerprint of the rule that a report is read by."""
    return _sha256(READING, rule.name, rule.edition)


def _sha256(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _is_settled(state: ReportState) -> bool:
    """True when a report was read for the images that its exams have: nobody has to look at what it says."""
    read = {exam_id: done.images_sha256 for exam_id, done in state.converted.items()}
    return all(read.get(exam_id) == digest for exam_id, digest in state.images.items())


def _attributed(made: AiResult, report: CadReport, rule: VendorRule, exam: Exam) -> AiResult:
    """Say whose result it is and of which images. Where the site does not vouch for its maker's scores they
    are provisional, whatever the report claims, be it one that Klarsyn itself has written (invariant 7)."""
    trusted = rule.trusted and rule.scores is Scores.TENTHS
    claimed, at = made.provenance, made.provenance.made_at
    state = claimed.calibration_state
    provenance = replace(
        claimed,
        origin=ResultOrigin.REPORT,
        source=rule.source_of(report),
        report_uid=report.sop_instance_uid,
        report_form=report.form.value,
        # A maker that names no time zone means the clock of the place.
        made_at=at if at.tzinfo is not None else at.astimezone(),
        calibration_state=state if trusted or state.is_provisional else CalibrationState.PROVISIONAL,
    )
    score = made.score
    return replace(
        made,
        result_id=str(uuid.uuid4()),
        exam_id=exam.exam_id,
        provenance=provenance,
        considered=tuple(image.sop_instance_uid for image in exam.images),
        score=None if score is None else replace(score, provisional=score.provisional or not trusted),
    )
