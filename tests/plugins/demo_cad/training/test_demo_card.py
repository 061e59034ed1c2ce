"""What an engine said, kept and put into the model's card."""

import card
import numpy as np
import phantoms
import pytest
from bootstrap import Interval
from frozen import sha256_of
from hits import NOTHING, ExamJudged, LesionSeen
from measures import curve, difference, exam_area, place_areas
from seen_exams import ExamSeen, Watched, load, look_at_flat, save
from strata import AREAS, LesionClass

RNG = np.random.default_rng(9)


def exams(shift=1.5, vendors="ABC", count=30):
    """Exams whose lesions score `shift` higher than healthy places, in units of their spread."""
    made = []
    for n in range(count):
        sick = n % 2 == 0
        scores = tuple(float(s) for s in RNG.normal(size=6))
        lesions = tuple(
            LesionSeen(c, a, 12.0, float(RNG.normal(shift)), (float(RNG.normal(shift)),) * 2)
            for c in LesionClass
            for a in AREAS
        )
        healthy = tuple((c, float(RNG.normal())) for c in LesionClass for _ in range(4))
        made.append(
            ExamJudged(
                n, vendors[n % len(vendors)], sick, float(RNG.normal(shift if sick else 0)), 4, scores, 1,
                lesions if sick else (), () if sick else healthy,
            )
        )  # fmt: skip
    return tuple(made)


def seen(name="exam-0001"):
    return ExamSeen(name, 1.2, 1.5, 800.0, {}, {"cc.dcm": ()}, {"cc.dcm": 0.1})


def test_all_places_are_noted_where_the_engine_reports_them_and_many_more(tmp_path):
    engine = Watched()
    files = [(tmp_path / f"{k}.dcm", phantoms.view(plant(phantoms.half_disc()), name=f"{k}.dcm"))
             for k, plant in enumerate((phantoms.with_mass, phantoms.with_cluster))]  # fmt: skip
    found = look_at_flat(engine, "exam", files)
    for (path, _), middle in zip(files, (phantoms.MASS_MM, phantoms.CLUSTER_MM), strict=True):
        best = found.places[path.name][0]
        assert np.hypot(best.column - middle[0] * 10, best.row - middle[1] * 10) < 30
        reported = max(found.reported[path.name], key=lambda mark: mark.score)
        assert reported.score == pytest.approx(best.score, abs=1e-5)
        assert np.hypot(reported.column - best.column, reported.row - best.row) < 15
        assert len(found.places[path.name]) > 3
    save(found, tmp_path)
    assert load("exam", tmp_path) == found
    assert load("another", tmp_path) is None


def test_the_area_at_known_places_is_that_of_the_scores_and_nothing_found_is_lowest():
    areas = place_areas(exams(1.5, count=120), draws=20)
    assert [a.value for a in areas] == pytest.approx([0.856] * 3, abs=0.06)
    blind = tuple(
        ExamJudged(e.number, e.vendor, e.affected, e.raw, 4, e.false, 0,
                   tuple(LesionSeen(x.lesion_class, x.stratum, 12.0, NOTHING, (NOTHING,)) for x in e.lesions),
                   e.healthy) for e in exams()
    )  # fmt: skip
    assert place_areas(blind, draws=5)[0].value == 0


def test_exams_of_one_kind_have_no_area():
    assert np.isnan(exam_area([e for e in exams() if e.affected], draws=5).value)


def test_a_maker_on_which_the_engine_does_worse_shows_as_a_negative_difference():
    good, bad = exams(2.0, "AB"), exams(0.2, "C")
    found, area = difference(good, bad, draws=100)
    assert found.value < 0
    assert area.high < 0


def test_a_curve_rises_with_false_marks():
    values = [point.value for point in curve(exams(), draws=5)]
    assert values == sorted(values)


def test_the_card_quotes_the_hash_of_the_test_set_and_every_table():
    contrasts = {one: (Interval(0.1, 0.08, 0.12),) * 3 for one in LesionClass}
    text = card.tables(
        card.Measured("0.2.0-abc", sha256_of(), "C", exams(), (seen(),), films=(seen("sfm-malign-0"),),
                      observer=contrasts), draws=5,
    )  # fmt: skip
    assert sha256_of() in text
    for words in ("maker C, never trained on", "observer 0.75", "0.100 (0.080 to 0.120)", "sfm-malign-0",
                  "false marks an image", "800 MiB"):  # fmt: skip
        assert words in text


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path):
    path = tmp_path / "MODEL_CARD.md"
    path.write_text("# Card\n\nWords.\n", encoding="utf-8")
    card.write("first", path)
    assert path.read_text(encoding="utf-8").startswith("# Card\n\nWords.\n")
    path.write_text(path.read_text(encoding="utf-8") + "\nMore words.\n", encoding="utf-8")
    card.write("second", path)
    text = path.read_text(encoding="utf-8")
    assert "first" not in text
    assert text.index("Words.") < text.index("second") < text.index("More words.")
    assert text.count(card.BEGIN) == 1


def test_the_card_of_the_repository_was_measured_on_the_frozen_test_set():
    text = card.CARD.read_text(encoding="utf-8")
    measured = text.split(card.BEGIN)[1].split(card.END)[0]
    assert sha256_of() in measured
