"""What asks an engine why a result has its value; reading knows only how it is asked, not by whom."""

from collections.abc import Callable
from typing import Protocol

from klarsyn.domain.explanation import Explanation, OcclusionMap
from klarsyn.domain.finding import AiResult


class Explains(Protocol):
    """Asks engines. Both methods last from seconds to minutes; a window calls them on a thread of their own.

    They return a sentence where there is nothing to explain, and None when they were cancelled. `progress` is
    called with 0 to 1, `cancelled` asked again and again. Only for a reader to whom `ReadingSession.reveal`
    has given this very result (invariant 6).
    """

    def explain(
        self, result: AiResult, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> Explanation | str | None:
        """Return what each view, breast and finding adds."""

    def occlusion(
        self,
        result: AiResult,
        sop_instance_uid: str,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> OcclusionMap | str | None:
        """Return where on one image the value comes from."""
