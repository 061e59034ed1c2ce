"""Who made a result and how long ago, in the words that readers and administrators are told it in."""

from datetime import datetime

from klarsyn.domain.finding import AiResult


def result_label(result: AiResult) -> str:
    """E.g. "Transpara 2.1": what made a result, with its version."""
    made = result.provenance
    return f"{made.engine} {made.version}".strip()


def age(result: AiResult, now: datetime) -> str:
    """E.g. "4 min", "3 h", "5 d" since a result was made; never less than nothing, however clocks differ."""
    minutes = max(0, int((now - result.provenance.made_at).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
