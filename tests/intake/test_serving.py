"""`klarsyn serve`: what comes to a folder becomes exams, and a stop loses nothing."""

import os
import signal
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.base.stopping import stopping_on_signals
from klarsyn.engine import registry
from klarsyn.intake.drop_folder import DropFolder
from klarsyn.intake.importer import Importer
from klarsyn.intake.serving import Server

ENGINES = str(Path(__file__).parent / "engines")


@pytest.fixture
def serve(installation, tmp_path: Path):
    """A server on a workstation's own file, and the sentences that it has said."""
    registry.register("Steady", "scripted:Steady", (ENGINES,))
    here = installation.with_settings(engine="Steady", engine_allow_unsealed=True)
    importer = Importer(here.store, here.settings.folders, here.clock, workers=1)
    said: list[str] = []
    server = Server(here.store, here.settings, here.clock, importer, (tmp_path / "drop",), 0.01, said.append)
    yield server, said
    registry.unregister("Steady")


def test_a_file_is_taken_when_it_has_not_changed_between_two_looks(tmp_path: Path) -> None:
    drop, file = DropFolder([tmp_path]), tmp_path / "a"
    file.write_bytes(b"half")
    assert drop.ready() == []
    file.write_bytes(b"half and half")
    assert drop.ready() == [], "it has grown since"
    assert drop.ready() == [file]
    assert drop.ready() == [file], "what was not dealt with comes again"
    drop.done([file])
    assert drop.ready() == []
    file.write_bytes(b"another")
    drop.ready()
    assert drop.ready() == [file], "another file of that name"


def test_a_folder_that_goes_away_and_comes_back_is_told_and_watched_on(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    drop = DropFolder([folder])
    assert (drop.ready(), drop.missing()) == ([], (folder,))
    folder.mkdir()
    (folder / "a").write_bytes(b"x")
    drop.ready()
    assert (drop.ready(), drop.missing()) == ([folder / "a"], ())


def test_on_its_own_file_one_process_imports_and_scores(serve, installation, tmp_path: Path) -> None:
    server, said = serve
    write_exam(tmp_path / "drop", 1, StudyDate="20260104")
    before = sorted((p, p.read_bytes()) for p in (tmp_path / "drop").rglob("*.dcm"))
    server.run(once=True)
    (exam,) = installation.store.exams.many()
    assert installation.store.results.count(exam.exam_id) == 1
    assert said[0].startswith("4 files: 4 new images")
    assert sorted((p, p.read_bytes()) for p in (tmp_path / "drop").rglob("*.dcm")) == before


def test_a_stop_ends_it_after_the_file_under_way_and_the_next_start_goes_on(
    serve, installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, said = serve
    write_exam(tmp_path / "drop", 1, StudyDate="20260104")
    settled, settle = [], Importer._settle

    def asked_to_stop(self: Importer, *arguments: object) -> None:
        settle(self, *arguments)
        settled.append(arguments)
        os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patched:
        patched.setattr(Importer, "_settle", asked_to_stop)
        server.run()
    assert len(settled) == 1
    assert said[-1].startswith("Stopped. What was finished is kept")
    assert sum(len(exam.images) for exam in installation.store.exams.many()) == 1
    server.run(once=True)
    assert sum(len(exam.images) for exam in installation.store.exams.many()) == 4


def test_the_second_signal_ends_the_process_and_others_get_their_handlers_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping_on_signals() as asked:
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked.is_set()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) == before
