"""Waiting between attempts at something that is away: soon at first, then once a minute."""

import threading
from dataclasses import dataclass, field

LONGEST_S = 60.0


@dataclass(slots=True)
class Retrying:
    """How long to wait before the next attempt; `stop` ends a wait."""

    stop: threading.Event = field(default_factory=threading.Event)
    next_s: float = 1.0

    def wait(self) -> bool:
        """Wait, twice as long as the time before; False when stopped."""
        seconds, self.next_s = self.next_s, min(2 * self.next_s, LONGEST_S)
        return not self.stop.wait(seconds)

    def succeeded(self) -> None:
        """Begin with short waits again."""
        self.next_s = 1.0
