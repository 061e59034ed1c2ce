"""How far apart two exams are, as it is written on the image of a prior."""

from datetime import date


def gap_text(current: date | None, prior: date | None) -> str:
    """Return e.g. "2 years 1 month earlier"; whole units passed, never rounded up.

    A date that is unknown, or a prior that is no earlier than the exam, is said as such: the reader must not
    take it for a comparison in time.
    """
    if current is None or prior is None:
        return "date unknown"
    if prior == current:
        return "same day"
    if prior > current:
        return "later than this exam"
    days = (current - prior).days
    months = (current.year - prior.year) * 12 + current.month - prior.month - (current.day < prior.day)
    if months < 2:
        return f"{_counted(days, 'day')} earlier"
    if months < 24:
        return f"{_counted(months, 'month')} earlier"
    years, rest = divmod(months, 12)
    more = f" {_counted(rest, 'month')}" if rest else ""
    return f"{_counted(years, 'year')}{more} earlier"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
