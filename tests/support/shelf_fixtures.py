"""Exams with presentation states of others, and a reader who opens them."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder


@pytest.fixture
def files(tmp_path) -> list[Path]:
    return write_exam(tmp_path / "incoming", 0)


@pytest.fixture
def bring(installation, tmp_path):
    def _bring(*, read=True):
        importer = Importer(installation.store, installation.settings.folders, installation.clock, workers=1)
        return importer.run([tmp_path / "incoming"], read=read)

    return _bring


@pytest.fixture
def open_session(installation):
    def _open(reader="reader-one", **changes):
        policy = replace(load_policy("practice"), **changes)
        folder = ImageFolder(installation.settings.folders.images)
        desk = ReadingDesk(installation.store, folder, policy, reader, installation.clock)
        (exam,) = [e for e in installation.store.exams.many() if e.reading_task]
        session = desk.open(exam.exam_id)
        return session, desk.shelf(session)

    return _open


@pytest.fixture
def two_exams(bring, open_session, tmp_path):
    """An exam that hangs with a prior; `make` is given an image file of each before they are imported."""

    def _open(make=lambda _now, _then: None, **how):
        her = {"PatientID": "one", "PatientBirthDate": "19580312"}
        now = write_exam(tmp_path / "incoming" / "now", 0, **her)
        then = write_exam(tmp_path / "incoming" / "then", 1, StudyDate="20240102", **her)
        make(now[0], then[0])
        bring(read=False)
        session, shelf = open_session(**how)
        assert len(session.priors) == 1
        return session, shelf

    return _open
