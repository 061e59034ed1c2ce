"""Shared by all tests: no display, no real data folder, a clock that stands still."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("KLARSYN_DATA_FOLDER", None)

from klarsyn.base.clock import ManualClock
from klarsyn.base.settings import Settings, load_settings
from klarsyn.store.store import Store


@dataclass
class Installation:
    """One installation below a test's own folder."""

    settings: Settings
    store: Store
    clock: ManualClock

    def with_settings(self, **changes: Any) -> "Installation":
        """The same installation under other settings."""
        values = {**self.settings.model_dump(), **changes}
        return Installation(load_settings(**values), self.store, self.clock)


@pytest.fixture(autouse=True)
def _no_real_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(tmp_path / "klarsyn-data"))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation with a clock that the test turns."""
    settings = load_settings(data_folder=tmp_path / "klarsyn-data", reader="reader-one", workers=2)
    settings.folders.create()
    store = Store.file(settings.folders.database)
    yield Installation(settings, store, ManualClock())
    store.close()


@pytest.fixture
def import_exams(installation: Installation, tmp_path: Path) -> Callable[..., list[str]]:
    """Import `count` small four-view exams and return their exam ids in order of arrival."""
    from small_mammograms import write_exam

    from klarsyn.intake.importer import Importer

    def _import(count: int = 1, **changes: Any) -> list[str]:
        folder = tmp_path / "incoming"
        for number in range(count):
            write_exam(folder / f"exam-{number}", number, **changes)
        Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
            [folder], read=True
        )
        return [exam.exam_id for exam in installation.store.exams.many()]

    return _import
