"""Women who do not exist: names that give them away, and identity numbers set aside for tests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np

from klarsyn.simulation.writing.personal_numbers import TEST_NUMBERS

_FAMILY = (
    "Testsson", "Provsson", "Exempelgren", "Demosson", "Fiktivsson", "Mallberg", "Övningsson", "Påhittberg",
    "Modellgren", "Attrappsson", "Simulin", "Fantomström", "Övningsdal", "Låtsasson", "Mönsterberg",
    "Påhittsdotter", "Provbild", "Skenlund", "Testlund", "Övningsäng", "Låtsasgård", "Demoström",
    "Exempelsjö", "Fantasiholm", "Attrappåker", "Skuggbild", "Mallqvist", "Ingenstam", "Provtagare",
    "Simulgård",
    "Ickeverklig", "Sagolund", "Dockström", "Fejkberg", "Prototypsson", "Kulissgren", "Mönsterlund",
)  # fmt: skip
_GIVEN = (
    "Test-Anna", "Demo-Karin", "Prov-Eva", "Mall-Ingrid", "Test-Birgitta", "Demo-Margareta", "Prov-Lena",
    "Mall-Elisabet", "Test-Kerstin", "Demo-Gunilla", "Prov-Helena", "Mall-Maria", "Test-Åsa", "Demo-Märta",
    "Prov-Görel", "Mall-Ann-Britt", "Test-Yvonne", "Demo-Solveig", "Prov-Åse", "Mall-Gun-Britt",
    "Test-Marianne", "Demo-Siv", "Prov-Monica", "Mall-Pia", "Test-Agneta", "Demo-Käthe", "Prov-Ewa",
)  # fmt: skip
# Swedish screening invites from 40 to 74 (Socialstyrelsen); a woman of 43 may have been here two years ago.
_YOUNGEST, _OLDEST = 43, 74


@dataclass(frozen=True, slots=True)
class InventedWoman:
    """Who stands in the header of a simulated exam; the same woman in all her exams.

    Parameters
    ----------
    patient_id
        Her personal identity number, twelve digits out of `TEST_NUMBERS`. Where a list has more women than
        there are numbers, those of a later round carry it behind a hyphen, which no register issues.
    issuer
        IssuerOfPatientID (0010,0021), another one for each seed: lists do not share their women.
    """

    patient_id: str
    issuer: str
    name: str
    birth_date: date


def invent_woman(seed: int, number: int, today: date) -> InventedWoman:
    """Return woman `number` (from 0) of the list with `seed`, who is of screening age on `today`.

    Numbers and names walk through shuffled tables, so that the first hundred women of a list differ in both.
    """
    numbers = _of_screening_age(today)
    rng = np.random.default_rng([seed, 4711])
    order, family, given = (rng.permutation(len(t)) for t in (numbers, _FAMILY, _GIVEN))
    personal_number = numbers[order[number % len(numbers)]]
    again = number // len(numbers)
    # A step of one more at each round of family names, or pairs would repeat after the longer table.
    first = _GIVEN[given[(number + number // len(_FAMILY)) % len(_GIVEN)]]
    return InventedWoman(
        patient_id=f"{personal_number}-{again + 1}" if again else personal_number,
        issuer=f"KLARSYN SIMULATION {seed}",
        name=f"{_FAMILY[family[number % len(_FAMILY)]]}^{first}",
        birth_date=_birth(personal_number),
    )


def invent_visit(seed: int, number: int, today: date, years_before: int = 0) -> datetime:
    """Return when woman `number` was examined, local time: a weekday of the twenty days before `today`, or
    about `years_before` years earlier."""
    rng = np.random.default_rng([seed, 4712, number])
    day = today - timedelta(days=int(rng.integers(1, 21)))
    clock = timedelta(minutes=int(rng.integers(0, 9 * 60)), seconds=12)
    if years_before:
        # Nobody is invited to the day: two months early to a month late.
        rng = np.random.default_rng([seed, 4712, number, years_before])
        day -= timedelta(days=round(365.25 * years_before) + int(rng.integers(-60, 31)))
        clock = timedelta(minutes=int(rng.integers(0, 9 * 60)), seconds=37)
    while day.weekday() >= 5:  # Screening units are closed on Saturdays and Sundays.
        day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, 8) + clock


@lru_cache(maxsize=64)
def _of_screening_age(today: date) -> tuple[str, ...]:
    """Return the numbers of women between 43 and 74; the youngest hundred once all have grown older."""
    suit = tuple(n for n in TEST_NUMBERS if _YOUNGEST <= _age(_birth(n), today) <= _OLDEST)
    return suit if len(suit) >= 20 else TEST_NUMBERS[-100:]


def _birth(personal_number: str) -> date:
    return date(int(personal_number[:4]), int(personal_number[4:6]), int(personal_number[6:8]))


def _age(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
