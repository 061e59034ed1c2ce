"""Outcomes come in from a file, and calibrations make probabilities of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from calibrated_exams import chosen, exam  # noqa: F401  `chosen` is a fixture
from calibration_samples import KEY, factory_of, feed, no_factory, normal_exams
from outcome_exams import add_exam, add_many, add_result, as_csv

from klarsyn.domain.calibration_history import EventKind
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Laterality
from klarsyn.domain.outcome import Outcome, OutcomeKind, Place
from klarsyn.intake.outcome_file import OutcomeFileError, read_outcomes
from klarsyn.intake.outcome_fitting import known_regions, refit
from klarsyn.intake.outcomes import import_outcomes

R = Laterality.RIGHT
TODAY = date(2026, 1, 5)


@pytest.fixture
def bring(installation):
    """Import lines below a head line."""

    def _bring(text: str, by: str = "Anna", **changes: bool):
        return import_outcomes(text.encode(), installation.store, installation.clock, by, **changes)

    return _bring


@pytest.fixture
def two(installation) -> None:
    add_exam(installation.store, "one", accession="A1")
    add_exam(installation.store, "two", accession="A2")


def test_an_exam_is_found_by_its_key_its_study_or_its_accession_number(installation, two, bring) -> None:
    done = bring("exam,study,accession,outcome\none,,,cancer\n,study.two,,no cancer\n")
    assert (done.lines, done.added) == (2, 2)
    bring("accession;outcome;side\nA2;cancer;R\n")
    known = installation.store.outcomes.of_exams(["one", "two"])
    assert known["one"] == (Outcome("one", OutcomeKind.CANCER),)
    assert [(o.kind.value, o.side.value) for o in known["two"]] == [("cancer", "R"), ("no cancer", "L")]


def test_side_date_and_place_are_kept(installation, two, bring) -> None:
    bring("exam,outcome,side,date,image,column,row\none,Cancer,right,2025-12-20,2.25.one.R,100.5,90\n")
    (outcome,) = installation.store.outcomes.of_exams(["one"])["one"]
    place = Place("2.25.one.R", 100.5, 90)
    assert outcome == Outcome("one", OutcomeKind.CANCER, R, date(2025, 12, 20), place)


def test_the_same_file_twice_changes_nothing(installation, two, bring) -> None:
    text = "exam,outcome\none,cancer\ntwo,no cancer\n"
    assert [bring(text).added, bring(text).added] == [2, 0]
    assert bring("exam,outcome\r\none,cancer\r\ntwo,no cancer\r\n").added == 0
    assert len(installation.store.outcomes.noted("one")) == 1


def test_an_old_file_again_does_not_undo_what_came_after_it(installation, two, bring) -> None:
    first = "exam,outcome\none,no cancer\n"
    bring(first)
    bring("exam,outcome\none,cancer\n")
    assert bring(first).added == 0
    assert installation.store.outcomes.of_exams(["one"])["one"] == (Outcome("one", OutcomeKind.CANCER),)


def test_a_correction_is_a_new_row_with_who_and_when_and_the_old_one_stays(installation, two, bring) -> None:
    bring("exam,outcome\none,cancer\n", by="Anna")
    bring("exam,outcome\none,benign\n", by="Bo")
    rows = installation.store.outcomes.noted("one")
    assert [(r.outcome.kind.value, r.noted_by) for r in rows] == [("cancer", "Anna"), ("benign", "Bo")]
    assert {r.noted_at for r in rows} == {installation.clock.now()}


HEAD = "exam,outcome,side,date,image,column,row\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: the column outcome is missing"),
        ("exam,outcome\n", "Line 1: no outcome"),
        ("exam,outcome,name\none,cancer,Eve\n", "Line 1: only the columns"),
        ("exam,outcome,outcome\none,cancer,cancer\n", "Line 1: a column stands twice"),
        ("outcome\ncancer\n", "Line 1: none of the columns"),
        ("exam,outcome\none,cancer\ntwo\n", "Line 3: it has 1 cells"),
        ("exam,outcome\n,cancer\n", "Line 2: it names no exam"),
        ("exam,outcome\none,maybe\n", "Line 2: the outcome is one of"),
        ("exam,outcome\n\none,cancer\nthree,cancer\n", "Line 4: no exam here"),
        ("exam,accession,outcome\none,A2,cancer\n", "Line 2: its names do not belong to one exam"),
        ('exam,outcome\n"one,cancer\n', "the quotes or separators"),
        (HEAD + "one,cancer,B,,,,\n", "Line 2: the side is"),
        (HEAD + "one,cancer,R,20251220,,,\n", "Line 2: the date is written"),
        (HEAD + "one,cancer,R,2025-02-30,,,\n", "Line 2: the date is written"),
        (HEAD + "one,cancer,R,2026-01-06,,,\n", "Line 2: the date is yet to come"),
        (HEAD + "one,cancer,R,2025-11-30,,,\n", "Line 2: its date is before the exam"),
        (HEAD + "one,cancer,R,,2.25.one.R,,\n", "Line 2: a place needs all"),
        (HEAD + "one,cancer,,,2.25.one.R,1,1\n", "Line 2: a place belongs to"),
        (HEAD + "one,no cancer,R,,2.25.one.R,1,1\n", "Line 2: a place belongs to"),
        (HEAD + "one,cancer,R,,2.25.two.R,1,1\n", "Line 2: its place is on an image that the exam"),
        (HEAD + "one,cancer,R,,2.25.one.L,1,1\n", "Line 2: its place is on an image of another side"),
        (HEAD + "one,cancer,R,,2.25.one.R,801,1\n", "Line 2: its place lies outside"),
        (HEAD + "one,cancer,R,,2.25.one.R,nan,1\n", "Line 2: column and row are finite"),
        (HEAD + 'one,cancer,R,,2.25.one.R,"1,5",1\n', "Line 2: column and row are numbers"),
        ("exam,outcome\none,cancer\none,cancer\n", "Line 3: it repeats line 2"),
        ("exam,outcome\none,cancer\none,no cancer\n", "Line 3: it contradicts line 2"),
        ("exam,outcome\none,cancer\none,benign\n", "Line 3: it contradicts line 2"),
        (HEAD + "one,cancer,,,,,\none,benign,R,,,,\n", "Line 3: an exam is told as a whole or by side"),
        (HEAD + "one,no cancer,R,,,,\none,benign,R,,,,\n", "Line 3: it contradicts line 2"),
        (HEAD + "one,cancer,R,,,,\none,cancer,R,,2.25.one.R,1,1\n", "Line 3: of one breast's cancers"),
        (
            HEAD + "one,cancer,R,,2.25.one.R,1,1\none,benign,R,,2.25.one.R,1,1\n",
            "Line 3: it contradicts line 2",
        ),
    ],
)
def test_a_faulty_line_is_told_by_its_number_and_nothing_is_imported(
    installation, two, bring, text: str, said: str
) -> None:
    with pytest.raises(OutcomeFileError) as refused:
        bring(text)
    assert said in str(refused.value)
    assert "Nothing was imported." in str(refused.value)
    assert installation.store.outcomes.count() == 0


def test_text_of_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(OutcomeFileError, match="Line 2: this is no UTF-8"):
        read_outcomes("exam,outcome\nö,cancer\n".encode("latin-1"), TODAY)


def test_a_spreadsheets_file_with_a_mark_of_its_encoding_is_read() -> None:
    (line,) = read_outcomes("exam;outcome\r\none;Benign\r\n".encode("utf-8-sig"), TODAY)
    assert (line.names, line.kind) == ({"exam": "one"}, OutcomeKind.BENIGN)


@pytest.mark.invariant(9)
def test_nothing_private_escapes_an_error_names_lines_and_never_what_stands_in_them(two, bring) -> None:
    with pytest.raises(OutcomeFileError) as refused:
        bring("accession,outcome,side\nSECRET,cancer,R\nA1,SECRET,R\nA2,cancer,SECRET\n")
    assert "SECRET" not in str(refused.value)


def test_many_faults_are_counted_not_listed(two, bring) -> None:
    with pytest.raises(OutcomeFileError, match="30 more faults"):
        bring("exam,outcome\n" + "one,maybe\n" * 50)


def test_several_exams_of_one_accession_number_are_no_guess(installation, two, bring) -> None:
    add_exam(installation.store, "three", accession="A1")
    with pytest.raises(OutcomeFileError, match="Line 2: several exams here"):
        bring("accession,outcome\nA1,cancer\n")


def test_lines_about_exams_elsewhere_are_left_out_when_asked_and_come_in_once_the_exam_is_here(
    installation, two, bring
) -> None:
    text = "accession,outcome\nA1,cancer\nA9,no cancer\n"
    done = bring(text, known_only=True)
    assert (done.lines, done.added, done.elsewhere) == (2, 1, 1)
    add_exam(installation.store, "nine", accession="A9")
    assert bring(text, known_only=True).added == 1


def fitted(installation):
    record = installation.store.calibrations.find(KEY)
    event = record.newest(EventKind.FINDINGS)
    return None if event is None else event.findings


def test_200_outcomes_make_probabilities_and_199_leave_the_makers_map(
    installation,
    bring,
    chosen,  # noqa: F811
) -> None:
    told = add_many(installation.store, 200)
    bring(as_csv(told[:-1]).decode())
    assert refit(installation.store, installation.clock, "Anna") == []
    makers = factory_of("", KEY.model_sha256)
    assert chosen(exam()).finding_raw.tolist() == makers.finding_raw.tolist()

    bring(as_csv(told).decode())
    ((_, event),) = refit(installation.store, installation.clock, "Anna")
    assert (event.by, event.findings.source) == ("Anna", "isotonic probability from outcomes")
    assert refit(installation.store, installation.clock, "Anna") == []
    made = chosen(exam())
    assert made.finding_raw.tolist() == event.findings.raw.tolist()
    assert event.findings.sha256[:12] in made.name
    assert made.state is CalibrationState.COLLECTING


def test_a_valid_calibration_keeps_its_samples_hash_when_outcomes_are_fitted(
    installation,
    bring,
    chosen,  # noqa: F811
) -> None:
    told = add_many(installation.store, 200)
    feed(installation.store, installation.clock, normal_exams(1800))
    before = chosen(exam())
    bring(as_csv(told).decode())
    refit(installation.store, installation.clock, "Anna")
    after = chosen(exam())
    assert (after.state, after.sample_sha256) == (CalibrationState.VALID, before.sample_sha256)
    assert after.exam_score(1.0) == before.exam_score(1.0)
    assert after.finding_raw.tolist() != before.finding_raw.tolist()
    assert chosen(exam(), no_factory).finding_raw.tolist() == after.finding_raw.tolist()


def test_no_region_is_shown_that_the_maker_does_not_show_whatever_probability_it_shares(
    installation,
    bring,
    chosen,  # noqa: F811
) -> None:
    bring(as_csv(add_many(installation.store, 200)).decode())
    refit(installation.store, installation.clock, "Anna")
    made, makers = chosen(exam()), factory_of("", KEY.model_sha256)
    at = np.linspace(0, 1, 300)
    assert [made.shows(raw) for raw in at] == [makers.shows(raw) for raw in at]
    assert 0 < sum(made.shows(raw) for raw in at) < at.size


def test_many_regions_of_few_exams_are_few_outcomes(installation, bring) -> None:
    # 150 exams with two findings each: 300 regions, 150 outcomes.
    told = [(exam_id, False) for exam_id, _ in add_many(installation.store, 150)]
    bring(as_csv(told).decode())
    calibration_id = installation.store.calibrations.find(KEY).calibration_id
    known = known_regions(installation.store, calibration_id)
    assert (known.outcomes, len(known.regions)) == (150, 300)
    with pytest.raises(ValueError, match="150 of the 200 outcomes"):
        known.fitted()


def test_one_cancer_among_200_outcomes_leaves_the_makers_map(installation, bring) -> None:
    told = [(exam_id, exam_id == "e100") for exam_id, _ in add_many(installation.store, 200)]
    bring(as_csv(told).decode())
    assert refit(installation.store, installation.clock, "Anna") == []
    known = known_regions(installation.store, installation.store.calibrations.find(KEY).calibration_id)
    assert (known.outcomes, known.cancers) == (200, 1)
    with pytest.raises(ValueError, match="1 of the 50 cancers"):
        known.fitted()


def test_corrections_that_leave_too_little_bring_the_makers_map_back(
    installation,
    bring,
    chosen,  # noqa: F811
) -> None:
    told = add_many(installation.store, 200)
    bring(as_csv(told).decode())
    refit(installation.store, installation.clock, "Anna")
    bring(as_csv([(exam_id, False) for exam_id, _ in told]).decode())
    ((_, event),) = refit(installation.store, installation.clock, "Bo")
    assert event.findings is None
    assert "one kind" in event.reason
    assert fitted(installation) is None
    assert chosen(exam()).name == "maker's"


def test_outcomes_count_for_the_model_whose_result_it_is(installation, bring) -> None:
    add_exam(installation.store, "one", accession="A1")
    add_result(installation.store, "one", 0.5, 0.2)
    other = replace(KEY, model_sha256="cd" * 32)
    begun = installation.store.calibrations.begin(other, None, installation.clock.now(), factory=True)
    bring("exam,outcome\none,cancer\n")
    assert known_regions(installation.store, begun).outcomes == 0
    mine = installation.store.calibrations.find(KEY).calibration_id
    assert [(r.raw, r.malignant) for r in known_regions(installation.store, mine).regions] == [(0.5, True)]
