"""An engine sees what it is made for, by its own manifest, and nothing else."""

from pathlib import Path

import pytest
from any_calibration import any_calibration
from small_mammograms import mammogram, write_exam

from klarsyn.domain.exam import Image, ViewPosition
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.engine import registry
from klarsyn.engine.contract import Accepts
from klarsyn.intake.acceptance import accepts_image
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")
POLICY = ReadingPolicy("test", "Test", single_read_below=5)


@pytest.fixture
def score(installation):
    """Score the one exam of the installation with an engine of tests/intake/engines/picky.py."""
    made: list[str] = []

    def _score(engine: str) -> AiResult:
        registry.register(engine, f"picky:{engine}", (ENGINES,))
        made.append(engine)
        settings = installation.with_settings(engine=engine, engine_allow_unsealed=True).settings
        scorer = Scorer(installation.store, settings, installation.clock, any_calibration)
        (exam,) = installation.store.exams.many()
        return scorer.score(exam)

    yield _score
    for name in made:
        registry.unregister(name)


def bring(installation, folder: Path) -> None:
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [folder], read=True
    )


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("ForAnotherMaker", "made for Elsewhere, and the images are of Testmaker"),
        ("ForOtherImages", "SOP class"),
        ("WantsPriors", "images of earlier exams"),
    ],
)
@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_one_that_an_engine_is_not_made_for_says_why_and_gets_two_readers(
    installation, import_exams, score, engine, words
):
    import_exams(1)
    result = score(engine)
    (exam,) = installation.store.exams.many()

    assert result.status is ResultStatus.NOT_FOR_THIS_EXAM
    assert words in result.reason
    assert result.provenance.version == "1.2"
    assert reads_required(exam, result, POLICY).count == 2


@pytest.mark.parametrize(("engine", "views"), [("ForTestmaker", 4), ("ForMammograms", 4), ("ForObliques", 2)])
def test_an_exam_that_an_engine_is_made_for_is_scored_on_what_it_accepts(import_exams, score, engine, views):
    import_exams(1)
    result = score(engine)

    assert result.is_scored, result.reason
    assert len(result.provenance.input_instances) == views


def test_an_exam_with_images_of_another_maker_among_its_own_is_seen_in_part_and_has_no_score(
    installation, score, tmp_path
):
    write_exam(tmp_path / "in")
    other = mammogram("R", "CC", 0, SOPInstanceUID="2.25.4711", Manufacturer="Another", SeriesNumber=2)
    other.save_as(tmp_path / "in" / "other.dcm", enforce_file_format=True)
    bring(installation, tmp_path / "in")
    result = score("ForTestmaker")

    assert result.status is ResultStatus.PARTIAL
    assert "1 image(s) of Another" in result.reason
    assert "2.25.4711" not in result.provenance.input_instances


def test_an_exam_of_which_an_engine_sees_one_breast_only_has_no_score(installation, score, tmp_path):
    write_exam(tmp_path / "in", views=(("R", "CC"), ("R", "MLO"), ("L", "CC")))
    bring(installation, tmp_path / "in")
    result = score("ForObliques")

    assert result.status is ResultStatus.PARTIAL
    assert "the left breast (it reads MLO views only)" in result.reason
    assert not result.is_scored


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_an_engine_that_turns_into_another_meanwhile_is_refused(
    import_exams, score
):
    import_exams(1)
    result = score("TwoFaced")

    assert result.status is ResultStatus.FAILED
    assert "declared itself otherwise" in result.reason


@pytest.mark.parametrize(
    ("stated", "header", "fits"),
    [
        ("Hologic", "HOLOGIC, Inc.", True),
        ("HOLOGIC, Inc.", "Hologic Inc", True),
        ("GE MEDICAL SYSTEMS", "GE Medical  Systems", True),
        ("Siemens", "SIEMENS Healthineers", True),
        ("Siemens", "Not Siemens", False),
        ("", "Siemens", False),
        ("Siemens", "", False),
    ],
)
def test_a_maker_is_known_however_its_name_is_spelt(stated, header, fits):
    image = Image("1", "1.2", "3", 10, 10, view_position=ViewPosition.CC, manufacturer=header)

    assert accepts_image(Accepts(manufacturers=(stated,)), image) is fits
