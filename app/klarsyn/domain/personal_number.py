"""Swedish personal numbers and coordination numbers (samordningsnummer), told from other patient numbers.

Skatteverket SKV 704 and 707: the day of a coordination number is 60 higher; the last digit checks the nine
before it, without the century. What has not their form (a hospital's reserve number, another country's) is
neither, and nothing is said against it.
"""

import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})")


class WrongNumber(Exception):
    """A number has the form of a personal number and cannot be one; the message says why, and not which."""


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A personal or coordination number whose check digit is right. `born` is None without a century."""

    coordination: bool
    born: date | None


def personal_number(written: str) -> PersonalNumber | None:
    """Return what a patient number says as a personal number; None where it has not that form.

    Raises
    ------
    WrongNumber
        If its check digit or its date is wrong: somebody has mistyped it.
    """
    form = _FORM.fullmatch(written.strip())
    if form is None:
        return None
    century, year, month, day, _sign, last = form.groups()
    if _check_digit(f"{year}{month}{day}{last[:3]}") != int(last[3]):
        raise WrongNumber("The number has the form of a personal number, and its check digit is wrong.")
    coordination = int(day) > 60
    true_day = int(day) - 60 if coordination else int(day)
    try:
        # Without a century any leap year will do: whether the date can be is all that is asked.
        born = date(int(f"{century or '20'}{year}") if century else 2000, int(month), true_day)
    except ValueError as error:
        if coordination and (true_day == 0 or int(month) == 0):
            # A birth date that is not known stands as 00 or 60 there.
            return PersonalNumber(True, None)
        raise WrongNumber("The number has the form of a personal number, and its date cannot be.") from error
    return PersonalNumber(coordination, born if century else None)


def _check_digit(nine: str) -> int:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return -sum(value // 10 + value % 10 for value in doubled) % 10
