"""A progress bar for terminals, and plain lines for logs."""

import sys
from types import TracebackType


class Progress:
    """Prints how far a long job has come: one line redrawn on a terminal, every tenth in a log."""

    def __init__(self, title: str) -> None:
        """Show `title` before the bar."""
        self._title = title
        self._live = sys.stderr.isatty()
        self._tenth = -1

    def __enter__(self) -> "Progress":
        """Start."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the line."""
        if self._live and self._tenth >= 0:
            print(file=sys.stderr)

    def __call__(self, done: float, total: int) -> None:
        """Show that `done` of `total` are finished."""
        share = done / total if total else 1.0
        tenth = int(share * 10)
        if self._live:
            filled = int(share * 30)
            bar = "█" * filled + "·" * (30 - filled)
            print(f"\r{self._title} {bar} {int(done)}/{total}", end="", file=sys.stderr, flush=True)
        elif tenth != self._tenth:
            print(f"{self._title} {int(done)}/{total}", file=sys.stderr, flush=True)
        self._tenth = tenth
