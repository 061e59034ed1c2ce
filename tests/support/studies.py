"""Studies of one invented woman, imported as files are, for tests of the windows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_mammograms import ALL_VIEWS, mammogram

from klarsyn.intake.importer import Importer

ANNA = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "PatientBirthDate": "19580312"}


@pytest.fixture
def take_in(installation: Any, tmp_path: Path) -> Callable[..., str]:
    """Import one study of Anna's and return its exam id.

    `pixels` returns the PixelData of a side, "R" or "L"; the other changes are those of `mammogram`.
    """

    def _take_in(
        number: int,
        day: str,
        views: tuple[tuple[str, str], ...] = ALL_VIEWS,
        pixels: Callable[[str], bytes] | None = None,
        **changes: object,
    ) -> str:
        folder = tmp_path / f"study-{number}"
        folder.mkdir()
        for side, view in views:
            own = {} if pixels is None else {"PixelData": pixels(side)}
            written = mammogram(side, view, number, **{**ANNA, "StudyDate": day, **own, **changes})
            written.save_as(folder / f"{side}{view}.dcm", enforce_file_format=True)
        store = installation.store
        known = {e.exam_id for e in store.exams.many()}
        Importer(store, installation.settings.folders, installation.clock, workers=1).run([folder])
        return next(e.exam_id for e in store.exams.many() if e.exam_id not in known)

    return _take_in
