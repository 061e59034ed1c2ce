"""Women who do not exist: names, numbers and dates nobody can mistake for a patient's."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

_FAMILY = (
    "Testsson", "Provsson", "Exempel", "Demosson", "Fiktiv", "Mallberg",
    "Övningsson", "Påhittad", "Modellgren", "Attrappsson", "Simulin", "Fantomström",
)  # fmt: skip
_GIVEN = (
    "Test-Anna", "Demo-Karin", "Prov-Eva", "Mall-Ingrid", "Test-Birgitta", "Demo-Margareta",
    "Prov-Lena", "Mall-Elisabet", "Test-Kerstin", "Demo-Gunilla", "Prov-Helena", "Mall-Maria",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InventedWoman:
    """Who stands in the header of a practice exam, and when she came.

    `patient_id` is the birth date and "TEST": the shape of no country's personal number.
    `acquired` is the local time of the first view.
    """

    patient_id: str
    name: str
    birth_date: date
    accession_number: str
    acquired: datetime


def invent_woman(rng: np.random.Generator, number: int, today: date) -> InventedWoman:
    """Return the woman of practice exam `number`, examined within the last twenty days before `today`.

    Family names walk through their list, so that a short practice list has no two alike.
    """
    family = _FAMILY[number % len(_FAMILY)]
    given = _GIVEN[int(rng.integers(len(_GIVEN)))]
    day = today - timedelta(days=int(rng.integers(1, 21)))
    while day.weekday() >= 5:  # Screening units are closed on Saturdays and Sundays.
        day -= timedelta(days=1)
    # Swedish screening invites women of 40 to 74 years.
    birth = day - timedelta(days=int(rng.integers(40 * 366, 74 * 365)))
    minute = int(rng.integers(0, 9 * 60))
    acquired = datetime(day.year, day.month, day.day, 8, 0) + timedelta(minutes=minute, seconds=12)
    return InventedWoman(
        patient_id=f"{birth:%Y%m%d}-TEST",
        name=f"{family}^{given}",
        birth_date=birth,
        accession_number=f"TEST{today:%y%m}{number + 1:04d}",
        acquired=acquired,
    )
