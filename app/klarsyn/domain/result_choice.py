"""Which of several results of one exam orders the queue and is shown first: the site's choice.

An exam may have a result of the local engine and those of each maker whose reports arrive. The site names the
sources in its order, best first; of each exam, the first that has a usable result stands for it. A source
that failed, saw a part only, speaks of images that the exam no longer has, or says nothing falls through to
the next. When nothing is usable the exam is not scored, for two readers (invariant 1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, IntendedUse, ResultOrigin, ResultStatus
from klarsyn.domain.result_words import result_label

ENGINE = "engine"
"""The name by which a site may call the engine that it runs, whichever that is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands for one exam.

    `result` orders the queue; None where no source of the site's has any. `ordered` are all results, the
    chosen one first, then the site's others in its order, then those that never order the queue.
    `passed_over` says of each better source why it does not stand for the exam.
    """

    result: AiResult | None
    ordered: tuple[AiResult, ...] = ()
    passed_over: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What asks for two readers: a better source, which is made for the exam, has not scored it, or another
    source gives it a higher score (`contradictions`)."""

    @property
    def note(self) -> str:
        """E.g. "instead of Transpara: the report could not be read"; empty for a first choice."""
        return f"instead of {'; '.join(self.passed_over)}" if self.passed_over else ""


def source_of(result: AiResult) -> str:
    """Return the name that a site chooses a result by; old rows have their engine's only."""
    return result.provenance.source or result.provenance.engine


def usable(result: AiResult, exam: Exam) -> bool:
    """True when a result may stand for the exam as it is now."""
    return result.score_for(exam) is not None


def choose(exam: Exam, results: Iterable[AiResult], sources: Sequence[str] = ()) -> Choice:
    """Choose among the results that count.

    Parameters
    ----------
    results
        As the store gives them: the engine's, then reports, newest first.
    sources
        Names of engines and of makers' rules, best first; "engine" is the engine that the site runs. What is
        not named is shown beside, and never orders the queue. () takes the engine first, then reports,
        newest first.
    """
    given = tuple(results)
    mine, others = _in_order(given, sources)
    chosen = next((r for r in mine if usable(r, exam)), None) or _next_best(mine, exam)
    if chosen is None:
        return Choice(None, others)
    better = mine[: mine.index(chosen)] if usable(chosen, exam) else ()
    rest = tuple(r for r in mine if r is not chosen)
    return Choice(
        chosen,
        (chosen, *rest, *others),
        tuple(_why(r, exam) for r in better),
        tuple(
            f"not scored by the site's first choice: {_why(r, exam)}"
            for r in better
            if r.status is not ResultStatus.NOT_FOR_THIS_EXAM
        ),
    )


def contradictions(choice: Choice, exam: Exam, single_read_below: int) -> tuple[str, ...]:
    """Return why another source's score speaks against one reader: it is not below `single_read_below`.

    Also of sources that never order the queue, and of what one saw in a part of the exam: who has a second
    opinion at hand that is not calm does not leave the exam to a single reader. Only of software that is
    declared for clinical use: what a demonstration says decides nothing.
    """
    found = []
    for result in choice.ordered:
        score = result.score_for(exam) or result.lifting_score_for(exam)
        if result is choice.result or result.provenance.intended_use is not IntendedUse.CLINICAL:
            continue
        if score is not None and score.value >= single_read_below > 0:
            found.append(f"{result_label(result)} gives it {score.value}")
    return tuple(found)


def report_stands(exam: Exam, results: Iterable[AiResult], sources: Sequence[str] = ()) -> bool:
    """True when a report may stand for the exam, so that a site can spare its engine the run."""
    reports = [r for r in results if r.provenance.origin is ResultOrigin.REPORT]
    chosen = choose(exam, reports, sources).result
    return chosen is not None and usable(chosen, exam)


def _in_order(
    results: tuple[AiResult, ...], sources: Sequence[str]
) -> tuple[tuple[AiResult, ...], tuple[AiResult, ...]]:
    """Return the results that may order the queue, best first, and the others."""
    if not sources:
        engines = tuple(r for r in results if r.provenance.origin is ResultOrigin.ENGINE)
        reports = [r for r in results if r.provenance.origin is ResultOrigin.REPORT]
        reports.sort(key=lambda r: r.provenance.made_at, reverse=True)
        return (*engines, *reports), ()
    mine: list[AiResult] = []
    for name in sources:
        mine += [r for r in results if _is_called(r, name) and all(r is not known for known in mine)]
    return tuple(mine), tuple(r for r in results if all(r is not known for known in mine))


def _is_called(result: AiResult, name: str) -> bool:
    wanted = name.strip().casefold()
    if result.provenance.origin is ResultOrigin.ENGINE:
        # Rows from before sources were kept have only the name that the engine gives itself.
        return wanted in (ENGINE, source_of(result).casefold(), result.provenance.engine.casefold())
    return wanted == source_of(result).casefold()


def _next_best(results: tuple[AiResult, ...], exam: Exam) -> AiResult | None:
    """Return what stands for an exam that nothing scores: what was seen of it may lift it, the most first."""
    lifting = [(score.value, r) for r in results if (score := r.lifting_score_for(exam)) is not None]
    if lifting:
        return max(lifting, key=lambda each: each[0])[1]
    return results[0] if results else None


def _why(result: AiResult, exam: Exam) -> str:
    return f"{result_label(result)}: {result.why_not_scored(exam)}"
