"""Something like a session after the reveal, for tests of widgets; the real rules say what it draws."""

from types import SimpleNamespace
from typing import Any

from klarsyn.domain.finding import AiResult
from klarsyn.reading.results_shown import ResultsShown
from klarsyn.reading.step import Step


class ShownSession(SimpleNamespace):
    """Holds what it is given."""

    wants = ResultsShown.wants
    draws = ResultsShown.draws
    is_beside = ResultsShown.is_beside


def shown_session(exam: Any, result: AiResult | None, **changes: Any) -> ShownSession:
    """A session that shows `result` of `exam`; the changes are attributes of it."""
    facts = {
        "exam": exam,
        "result": result,
        "results": () if result is None else (result,),
        "late": (),
        "readers": 2,
        "ordering": "" if result is None else result.result_id,
        "documents": (),
        "step": Step.REVEALED,
        "overlay_shown": True,
        "minimum_score": 0,
        "optional_shown": False,
        "optional_chosen": "",
    }
    return ShownSession(**{**facts, **changes})
