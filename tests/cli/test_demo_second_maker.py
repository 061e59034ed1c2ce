"""The demonstration shows a second maker beside its engine, and paints the exam on which they differ most."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from second_maker import truth_of
from small_mammograms import COLUMNS, ROWS, write_exam

from klarsyn.cli.context import opened
from klarsyn.cli.demo_command import most_disputed
from klarsyn.cli.seat import seat
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.read import Assessment
from klarsyn.simulation import second_vendor
from klarsyn.simulation.lists.truth import SimulatedExam
from klarsyn.simulation.second_vendor import Behaviour
from klarsyn.simulation.second_vendor_file import add_report


@pytest.fixture
def two_makers(tmp_path: Path, monkeypatch, say) -> dict[str, str]:
    """Three exams: on the first both makers say little, on the second they disagree, the third has the
    engine's result only. Returns the exams' ids by name."""
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    for number, name in enumerate(("agreed", "disputed", "alone")):
        write_exam(tmp_path / name, number)
        files = sorted((tmp_path / name).glob("*.dcm"))
        images = tuple(read_instance(file).image for file in files)
        truth = truth_of(images, centre=(COLUMNS / 2, ROWS / 2), study=images[0].study_instance_uid)
        truth = replace(truth, name=name, request=name, files={f.name: f.stat().st_size for f in files})
        behaviour = Behaviour(name != "alone", blind=True, hallucinates=name == "disputed")
        monkeypatch.setattr(second_vendor, "behaviour_of", lambda _name, _seed, b=behaviour: b)
        add_report(SimulatedExam(tmp_path / name, truth), 5)
        assert say("import", "--read", tmp_path / name)[0] == 0
    ids = {}
    with opened() as context:
        for exam in context.store.exams.many():
            name = ("agreed", "disputed", "alone")[int(exam.accession_number.removeprefix("A"))]
            ids[name] = exam.exam_id
            uids = tuple(image.sop_instance_uid for image in exam.images)
            made = Provenance(
                "Own engine", "V", "1", "0", IntendedUse.DEMONSTRATION, "c", 1, uids, datetime.now(UTC)
            )
            score = ExamScore(1, 0.1, 5.0, provisional=True)
            context.store.results.add(
                AiResult(name, exam.exam_id, ResultStatus.NO_FINDINGS, made, score, considered=uids)
            )
    return ids


def test_the_full_queue_shows_both_makers(two_makers, say):
    printed = say("queue", "--full")[1]

    assert printed.count("Own engine 1") >= 3
    assert printed.count("Simulated CAD 2.3") == 2


@pytest.mark.invariant(7)
def test_the_second_makers_score_is_provisional_and_says_where_it_is_from(two_makers):
    with opened() as context:
        (report,) = (
            result
            for result in context.store.results.of_exams([two_makers["disputed"]])[two_makers["disputed"]]
            if result.provenance.origin is ResultOrigin.REPORT
        )
    assert report.score.provisional
    assert report.score.value >= 9
    made = report.provenance
    assert (made.engine, made.source, made.intended_use) == (
        "Simulated CAD",
        "simulated",
        IntendedUse.DEMONSTRATION,
    )
    assert report.unplaced == ()
    assert len(report.findings) >= 1


def test_the_exam_on_which_they_differ_most_is_painted(two_makers):
    with opened() as context:
        desk, _ = seat(context)
        assert most_disputed(context.store, desk) == two_makers["disputed"]


def test_an_exam_that_the_reader_has_signed_is_not_painted(two_makers):
    with opened() as context:
        desk, _ = seat(context)
        session = desk.open(two_makers["disputed"])
        for side in session.breasts:
            session.assess(side, Assessment.NORMAL)
        session.sign()
        assert most_disputed(context.store, desk) == two_makers["agreed"]


def test_without_two_makers_no_exam_is_preferred(import_exams):
    import_exams(1)
    with opened() as context:
        desk, _ = seat(context)
        assert most_disputed(context.store, desk) is None
