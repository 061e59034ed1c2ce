"""Asking an engine without each view, each breast and each finding, and putting together what it says."""

from collections.abc import Callable, Sequence

from klarsyn.domain.exam import Laterality, Notice
from klarsyn.domain.explanation import Additivity, Contribution, Explanation, additivity, place_among
from klarsyn.domain.finding import Finding
from klarsyn.domain.misleading import misleading
from klarsyn.engine.contract import EngineExam, RawResult
from klarsyn.intake.asking_again import Asking, NoExplanation, Prepared, is_same
from klarsyn.intake.heat_maps import heat_maps
from klarsyn.intake.removing import without_findings, without_views

MOST_FINDINGS = 8
"""Findings that are asked about one by one, from the highest score down."""

_SIDES = {Laterality.RIGHT: "right breast", Laterality.LEFT: "left breast"}


class Explaining:
    """One explanation under way: the whole exam first, then each part."""

    def __init__(self, prepared: Prepared, asking: Asking, progress: Callable[[float], None]) -> None:
        """Ask `asking` about what was prepared."""
        self._p, self._asking, self._progress = prepared, asking, progress
        self._done, self._whole, self._steps = 0, 0.0, 1
        asking.tell = self._tell

    def explain(self) -> Explanation:
        """Ask, and return what there is to say.

        Raises
        ------
        NoExplanation
            When the engine says nothing of the whole exam any more.
        ExplainingStopped
            When cancelled.
        """
        p = self._p
        exam, findings = p.sent.exam, p.result.findings[:MOST_FINDINGS]
        names = {view.view_id: self._instances(view.view_id) for view in exam.views}
        breasts = self._breasts() if len(exam.views) > 1 else {}
        several = len(exam.views) > 1
        self._steps = 1 + several * len(exam.views) + len(breasts) + len(findings) + (len(findings) > 1)
        raw = self._first()
        # Before other parts of the exam are sent: they are of what the engine was given for this answer.
        maps, instances = heat_maps(raw, p.sent), p.sent.all_instances
        views = {}
        if several:
            for view_id, uids in names.items():
                views[view_id] = self._without(without_views(exam, [view_id]), self._label(uids), uids)
        sides = {}
        for side, ids in breasts.items():
            uids = tuple(uid for view_id in ids for uid in names[view_id])
            sides[side] = self._without(without_views(exam, ids), _SIDES[side], uids)
        parts, together = self._findings(findings)
        sums = [additivity(tuple(views[i] for i in ids), sides[side]) for side, ids in breasts.items()]
        sums.append(additivity(parts, together) if together else None)
        return Explanation(
            result_id=p.result.result_id,
            raw=raw.raw,
            reproduced=not self._other_value(raw.raw),
            views=tuple(views.values()),
            breasts=tuple(sides.values()),
            findings=parts,
            sums=tuple(each for each in sums if isinstance(each, Additivity)),
            place=place_among(raw.raw, p.calibration) if p.calibration else None,
            flags=(*self._other_value(raw.raw), *misleading(p.exam, instances)),
            maps=maps,
            left_out=self._left_out([*views.values(), *sides.values(), *parts, together]),
        )

    def _first(self) -> RawResult:
        raw = self._asking.raw(self._p.sent.exam)
        if isinstance(raw, str):
            raise NoExplanation(f"The exam cannot be explained: {raw}. Try again later.")
        self._next()
        self._whole = raw.raw
        return raw

    def _other_value(self, raw: float) -> tuple[Notice, ...]:
        stored = self._p.result.raw_value
        if stored is None or is_same(raw, stored):
            return ()
        text = (
            f"The engine gives this exam {raw:.3g} now and gave it {stored:.3g} when scored: it does not "
            "repeat itself, and differences as large as that between the two say nothing."
        )
        return (Notice("not-reproduced", text),)

    def _findings(self, findings: Sequence[Finding]) -> tuple[tuple[Contribution, ...], Contribution | None]:
        sent = self._p.sent
        parts = []
        for number, finding in enumerate(findings, start=1):
            rest = without_findings(sent.exam, sent, [finding])
            uids = tuple(dict.fromkeys(mark.sop_instance_uid for mark in finding.marks))
            parts.append(self._without(rest, f"finding {number}", uids, finding.finding_id))
        if len(parts) < 2:
            return tuple(parts), None
        return tuple(parts), self._without(without_findings(sent.exam, sent, findings), "all findings", ())

    def _without(
        self, rest: EngineExam | None, label: str, uids: tuple[str, ...], finding_id: str | None = None
    ) -> Contribution:
        raw = self._asking.raw(rest) if rest else "its marks lie on no image that the engine was given"
        self._next()
        if isinstance(raw, str):
            return Contribution(label, uids, self._whole, None, None, finding_id, raw)
        calibration = self._p.calibration
        score = calibration.exam_score(raw.raw).value if calibration else None
        return Contribution(label, uids, self._whole, raw.raw, score, finding_id)

    def _breasts(self) -> dict[Laterality, list[str]]:
        """Return the views of each breast that has several, where another breast remains."""
        sides: dict[Laterality, list[str]] = {}
        for view in self._p.sent.exam.views:
            if view.laterality in _SIDES:
                sides.setdefault(view.laterality, []).append(view.view_id)
        return {side: ids for side, ids in sides.items() if len(ids) > 1} if len(sides) > 1 else {}

    def _instances(self, view_id: str) -> tuple[str, ...]:
        sent = self._p.sent
        if view_id in sent.instances:
            return (sent.instances[view_id],)
        return sent.volumes[view_id].volume.instances

    def _label(self, uids: tuple[str, ...]) -> str:
        image = self._p.exam.image(uids[0])
        return f"{image.view_label}{image.kind_label}" if image else "view unknown"

    def _left_out(self, parts: Sequence[Contribution | None]) -> tuple[str, ...]:
        words = [f"{part.label}: {part.reason}" for part in parts if part and part.reason]
        if self._p.calibration is None:
            words.append("The result's calibration is no longer in force: no scores without parts are given.")
        more = len(self._p.result.findings) - MOST_FINDINGS
        if more > 0:
            words.append(f"{more} findings with lower scores were not asked about.")
        return tuple(words)

    def _tell(self, part: float) -> None:
        self._progress(min(1.0, (self._done + part) / self._steps))

    def _next(self) -> None:
        self._done += 1
        self._tell(0.0)
