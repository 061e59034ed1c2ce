"""The same files once more: what is looked at again, what is put back, and what is said about priors."""

import errno
from pathlib import Path

import pytest
from small_mammograms import mammogram, write_exam

from klarsyn.dicom import repair_file
from klarsyn.domain.exam import Laterality
from klarsyn.intake import file_reader
from klarsyn.intake.importer import Importer
from klarsyn.store.image_folder import ImageFolder

REPAIR = """
title = "A source that writes the side into Manufacturer"
told = "Header repair {name}: the side is read from Manufacturer."
[[applies]]
tag = "0008,0070"
pattern = '{name} .*'
[laterality]
tag = "0008,0070"
pattern = '{name} (LEFT|RIGHT)'
meanings = {{ LEFT = "L", RIGHT = "R" }}
"""


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    write_exam(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def repairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of two header repairs, one and two; only one fits the files of `sideless`."""
    monkeypatch.setattr(repair_file, "resources", lambda: tmp_path)
    (tmp_path / "repairs").mkdir()
    for name in ("one", "two"):
        (tmp_path / "repairs" / f"{name}.toml").write_text(REPAIR.format(name=name))
    return tmp_path / "repairs"


@pytest.fixture
def sideless(tmp_path: Path) -> Path:
    folder = tmp_path / "sideless"
    write_exam(folder, views=(("R", "CC"),), ImageLaterality=None, Manufacturer="one RIGHT")
    return folder


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in order."""
    names: list[str] = []
    read = file_reader.read_file

    def watched(source: object) -> object:
        names.append(Path(source.path).name)  # type: ignore[attr-defined]
        return read(source)  # type: ignore[arg-type]

    monkeypatch.setattr(file_reader, "read_file", watched)
    return names


def importer(installation, *repairs: str) -> Importer:
    return Importer(
        installation.store, installation.settings.folders, installation.clock, repairs=repairs, workers=1
    )


def side_of(installation) -> Laterality | None:
    (exam,) = installation.store.exams.many()
    return exam.images[0].laterality


@pytest.mark.parametrize("damage", ["deleted", "cut"])
def test_importing_again_puts_a_lost_image_file_back(
    installation, incoming: Path, looked_at: list[str], damage: str
) -> None:
    importer(installation).run([incoming])
    (exam,) = installation.store.exams.many()
    folder = ImageFolder(installation.settings.folders.images)
    lost = folder.path(next(iter(installation.store.exams.files(exam.exam_id).values())))
    whole = lost.read_bytes()
    if damage == "deleted":
        lost.unlink()
    else:
        lost.write_bytes(whole[:100])
    looked_at.clear()
    summary = importer(installation).run([incoming])
    assert (summary.new, summary.known) == (0, 4)
    assert lost.read_bytes() == whole
    assert len(looked_at) == 1
    assert installation.store.exams.many() == [exam]


def test_files_that_need_nothing_are_not_read_again(
    installation, incoming: Path, looked_at: list[str]
) -> None:
    (incoming / "README.txt").write_text("a text that nobody misses")
    importer(installation).run([incoming])
    looked_at.clear()
    summary = importer(installation).run([incoming])
    assert (summary.known, summary.other) == (4, 1)
    assert looked_at == []


@pytest.mark.invariant(2)
def test_left_is_left_an_import_without_a_repair_never_undoes_it(
    installation, repairs: Path, sideless: Path, looked_at: list[str]
) -> None:
    importer(installation, "one").run([sideless])
    assert side_of(installation) is Laterality.RIGHT
    looked_at.clear()
    importer(installation).run([sideless])
    assert looked_at == []
    assert side_of(installation) is Laterality.RIGHT


def test_a_repair_that_is_new_to_a_file_is_worth_a_look_and_the_earlier_one_is_not_forgotten(
    installation, repairs: Path, sideless: Path, looked_at: list[str]
) -> None:
    importer(installation, "one").run([sideless])
    importer(installation, "two").run([sideless])
    assert len(looked_at) == 2
    assert side_of(installation) is Laterality.RIGHT
    for names in ((), ("one",), ("two",), ("one", "two")):
        importer(installation, *names).run([sideless])
    assert len(looked_at) == 2


def test_another_edition_of_a_repair_is_worth_a_look_and_so_is_going_back_to_the_first(
    installation, repairs: Path, sideless: Path, looked_at: list[str]
) -> None:
    importer(installation, "one").run([sideless])
    first = (repairs / "one.toml").read_text()
    (repairs / "one.toml").write_text(first.replace('RIGHT = "R"', 'RIGHT = "L"'))
    importer(installation, "one").run([sideless])
    assert side_of(installation) is Laterality.LEFT
    (repairs / "one.toml").write_text(first)
    importer(installation, "one").run([sideless])
    assert side_of(installation) is Laterality.RIGHT
    assert len(looked_at) == 3


@pytest.mark.invariant(2)
def test_left_is_left_a_repaired_image_whose_file_was_lost_comes_back_with_its_side(
    installation, repairs: Path, sideless: Path
) -> None:
    importer(installation, "one").run([sideless])
    for stored in installation.settings.folders.images.rglob("*.dcm"):
        stored.unlink()
    importer(installation).run([sideless])
    assert side_of(installation) is Laterality.RIGHT
    assert len(list(installation.settings.folders.images.rglob("*.dcm"))) == 1


def test_a_repair_counts_for_a_file_only_once_the_file_could_be_read(
    installation, repairs: Path, sideless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(file_reader, "is_dicom", refuse)
        assert importer(installation, "one").run([sideless]).quarantined == 1
    importer(installation).run([sideless])
    assert side_of(installation) is None
    importer(installation, "one").run([sideless])
    assert side_of(installation) is Laterality.RIGHT


def test_old_studies_do_not_vanish_without_a_word(installation, tmp_path: Path) -> None:
    write_exam(tmp_path / "in" / "0", 0, views=(("R", "CC"),), StudyDate="20200102")
    write_exam(tmp_path / "in" / "1", 1, StudyDate="20200103")
    write_exam(tmp_path / "in" / "2", 2, StudyDate=f"{installation.clock.now():%Y%m%d}")
    for new in (9, 0):
        said = str(importer(installation).run([tmp_path / "in"]))
        assert f"{new} new images" in said
        assert "2 exams are kept as priors and not to be read" in said
    assert "prior" not in str(importer(installation).run([tmp_path / "in"], read=True))
    assert all(e.reading_task for e in installation.store.exams.many())


def test_an_old_image_of_an_exam_that_is_to_be_read_is_not_called_a_prior(
    installation, tmp_path: Path
) -> None:
    today = f"{installation.clock.now():%Y%m%d}"
    (tmp_path / "in").mkdir()
    for name, laterality, day in (("a", "R", "20200102"), ("b", "L", today)):
        mammogram(laterality, "CC", 0, StudyDate=day).save_as(
            tmp_path / "in" / name, enforce_file_format=True
        )
    assert importer(installation).run([tmp_path / "in"]).prior_exams == set()
