"""The frozen test set: a changed byte is noticed, and what it holds is what the card says."""

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import test_set
from freeze import as_toml, contrasts_of, fixed
from frozen import TEST_SET, ChangedTestSet, FrozenExam, load, sha256_of
from lesion_free_places import find_places, load_places, save_places
from observer_patches import SEED as OBSERVER_SEED
from strata import AREAS, SIZES_MM, LesionClass, class_of
from test_design import DBT_EXAMS, EXAMS, SEED, design

from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lists.truth import ExamTruth, SimulatedExam
from klarsyn.simulation.xray.vendors import VENDORS


@pytest.fixture(scope="module")
def frozen():
    return load()


def test_a_changed_byte_of_the_test_set_is_noticed(tmp_path):
    copy = tmp_path / "test-set.toml"
    data = bytearray(TEST_SET.read_bytes())
    copy.write_bytes(data)
    assert load(copy, sha256_of()).sha256 == sha256_of()
    place = data.index(b"contrast = 0.") + 13
    data[place] = ord("8") if data[place] != ord("8") else ord("7")
    copy.write_bytes(data)
    with pytest.raises(ChangedTestSet, match="not the frozen test set"):
        load(copy, sha256_of())


def test_lesions_are_in_equal_shares_of_class_stratum_and_maker(frozen):
    cells = Counter(
        (exam.vendor, class_of(lesion.kind), lesion.stratum)
        for exam in frozen.exams
        if not exam.dbt
        for lesion in exam.lesions
        if lesion.stratum is not None
    )
    assert set(cells) == {(v, c, a) for v in VENDORS for c in LesionClass for a in AREAS}
    assert set(cells.values()) == {4}


def test_half_of_the_exams_are_normal_and_every_maker_has_a_third(frozen):
    flat = [exam for exam in frozen.exams if not exam.dbt]
    assert (len(flat), len(frozen.exams) - len(flat)) == (EXAMS, DBT_EXAMS)
    assert sum(exam.affected for exam in flat) == 100
    assert sorted(Counter(exam.vendor for exam in flat).values()) == [66, 67, 67]


def test_the_held_out_maker_and_the_seeds_are_apart_from_those_of_training(frozen):
    assert frozen.held_out == "C"
    assert frozen.seed >= 5_000_000
    assert frozen.seed != OBSERVER_SEED
    assert len({exam.number for exam in frozen.exams}) == len(frozen.exams)


def test_each_contrast_is_the_observers_for_its_class_and_stratum(frozen):
    contrasts = contrasts_of()
    for exam in frozen.exams:
        for lesion in exam.lesions:
            if lesion.stratum is not None:
                assert lesion.contrast == contrasts[class_of(lesion.kind)][lesion.stratum]
                assert SIZES_MM[lesion.kind][0] <= lesion.size_mm <= SIZES_MM[lesion.kind][1]


def test_contrast_rises_with_the_observers_area_in_every_class():
    for one, at in contrasts_of().items():
        assert [at[a] for a in AREAS] == sorted(at[a] for a in AREAS), one


def test_the_file_is_what_the_design_and_the_observer_make(frozen):
    rows = [fixed(exam, contrasts_of()) for exam in design()]
    # A woman without room for her lesion made place for another: only the number differs.
    there = [replace(exam, number=exam.number % 1000) for exam in frozen.exams]
    assert there == rows
    assert as_toml(frozen.exams) == TEST_SET.read_text(encoding="utf-8")


def test_the_file_reads_as_toml_with_one_line_an_exam(frozen):
    words = tomllib.loads(TEST_SET.read_text(encoding="utf-8"))
    assert words["seed"] == SEED
    assert len(words["exams"]) == EXAMS + DBT_EXAMS


def _fake(exam, frozen, folder: Path) -> SimulatedExam:
    job = test_set.job_of(exam, frozen, folder)
    truth = ExamTruth(
        3, exam.name, job.answers, "1.2", frozen.drawn, "p", 0, exam.vendor, exam.density, 55.0, "FFDM",
        exam.affected, {}, (),
    )  # fmt: skip
    return SimulatedExam(job.place, truth)


def test_a_run_that_was_cut_off_draws_only_what_is_missing(frozen, tmp_path, monkeypatch):
    drawn: list[str] = []
    there = set()

    def draw(exam, frozen, folder):
        if len(drawn) == 2 and not there:
            there.update(drawn)
            raise KeyboardInterrupt
        drawn.append(exam.name)

    monkeypatch.setattr(test_set, "draw", draw)
    monkeypatch.setattr(test_set, "load_exam", lambda place: (
        _fake(next(e for e in frozen.exams if e.name == place.name), frozen, tmp_path)
        if place.name in drawn else None
    ))  # fmt: skip
    affected = [exam for exam in frozen.exams if exam.affected][:4]
    with pytest.raises(KeyboardInterrupt):
        list(test_set.draw_missing(affected, frozen, tmp_path, processes=1))
    list(test_set.draw_missing(affected, frozen, tmp_path, processes=1))
    assert drawn == [exam.name for exam in affected]


def test_an_exam_drawn_for_another_test_set_is_drawn_again(frozen, tmp_path, monkeypatch):
    exam = next(exam for exam in frozen.exams if exam.affected)
    older = replace(exam, lesions=(replace(exam.lesions[0], contrast=0.01), *exam.lesions[1:]))
    monkeypatch.setattr(test_set, "load_exam", lambda place: _fake(older, frozen, tmp_path))
    assert test_set.whole(exam, frozen, tmp_path) is None
    assert test_set.whole(older, frozen, tmp_path) is not None


def test_lesion_free_places_lie_on_both_views_of_both_breasts_and_repeat(tmp_path):
    exam = FrozenExam(3, "A", Density.B, False, ())
    places = find_places(exam, SEED)
    assert {(p.side, p.view) for p in places} == {(s, v) for s in "RL" for v in ("CC", "MLO")}
    assert {p.lesion_class for p in places} == {one.value for one in LesionClass}
    detector = VENDORS["A"].detector
    columns, rows = np.array([p.centre for p in places]).T
    assert ((columns > 0) & (columns < detector.columns) & (rows > 0) & (rows < detector.rows)).all()
    # Right breasts of this maker lie at the right edge, left ones at the left.
    right = np.array([p.side == "R" for p in places])
    assert columns[right].min() > columns[~right].max()
    save_places(places, tmp_path)
    assert load_places(tmp_path) == places == find_places(exam, SEED)
