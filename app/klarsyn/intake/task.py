"""Which studies are reading tasks, and which are priors."""

from datetime import date


def is_reading_task(study_date: date | None, arrived: date, window_days: int) -> bool:
    """True for a study not older than `window_days` on arrival.

    A study without a date is a task: what cannot be dated must be seen rather than filed away.
    """
    return study_date is None or (arrived - study_date).days <= window_days
