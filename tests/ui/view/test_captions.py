"""What stands on a view: on the right side, and only what is true of it."""

from datetime import UTC, date, datetime

from window_helpers import make_image

from klarsyn.domain.arranging import HungCell
from klarsyn.domain.exam import Exam, ExamType, Notice, Patient, Spacing
from klarsyn.domain.hanging import FOUR_UP
from klarsyn.domain.hanging_protocol import Cell, Match
from klarsyn.ui.view.captions import captions
from klarsyn.ui.view.notice_words import full, image_notices, short
from klarsyn.ui.words import age_on

REPAIR = Notice("header-repair", "Header repair cbis-ddsm: the side is read from Laterality (0020,0060).")


def _exam(**changes) -> Exam:
    facts = {
        "exam_id": "e",
        "key": "k",
        "patient": Patient("19580312-TEST", "Testsson, Anna", date(1958, 3, 12)),
        "study_date": date(2026, 3, 11),
        "arrived_at": datetime(2026, 3, 11, tzinfo=UTC),
        "exam_type": ExamType.FFDM,
        "images": (),
    }
    return Exam(**{**facts, **changes})


def _hung(slot, pages=(None,), **facts) -> HungCell:
    number = facts.pop("number", 0)
    cell = Cell(Match(slot.laterality, (slot.view_position,), exam=number), slot.row, slot.column)
    return HungCell(cell, pages[0], facts.pop("exam", None), "", pages, **facts)


def test_texts_stand_away_from_the_breast() -> None:
    sides = [captions(_exam(), _hung(slot), 0).right for slot in FOUR_UP]
    assert sides == [False, True, False, True]


def test_the_identity_is_on_every_image() -> None:
    shown = captions(_exam(), _hung(FOUR_UP[0], (make_image(),)), 0)
    assert shown.identity == "Testsson, Anna · 19580312-TEST"


def test_each_image_says_when_it_was_made_and_how_and_on_which_device_when_asked() -> None:
    image = make_image(technique="28 kV, 1.2 mGy", manufacturer="Maker One", software_versions="4.1")
    shown = captions(_exam(), _hung(FOUR_UP[0], (image,)), 0)
    assert (shown.day, shown.technique) == ("2026-03-11", "28 kV, 1.2 mGy")
    assert shown.device == "Maker One · software 4.1"
    undated = captions(_exam(study_date=None), _hung(FOUR_UP[0], (make_image(),)), 0)
    assert undated.day == "date unknown"
    assert undated.device == "maker of the device not told"


def test_several_images_in_one_place_are_counted() -> None:
    shown = captions(_exam(), _hung(FOUR_UP[0], (make_image("1"), make_image("2"), make_image("3"))), 1)
    assert shown.place.startswith("2 of 3")


def test_a_collection_is_credited_where_its_repair_has_recognised_it_and_nowhere_else() -> None:
    film = _exam(exam_type=ExamType.FILM)
    credit = Notice("credit", "Image: CBIS-DDSM, TCIA, CC BY 3.0")
    known, unknown = make_image(notices=(REPAIR, credit)), make_image(notices=(REPAIR,))
    assert captions(film, _hung(FOUR_UP[0], (known,)), 0).credit == "Image: CBIS-DDSM, TCIA, CC BY 3.0"
    assert captions(film, _hung(FOUR_UP[0], (unknown,)), 0).credit == ""


def test_a_prior_says_when_it_was_made_and_how_long_before_and_todays_exam_does_not() -> None:
    prior = _exam(study_date=date(2024, 11, 3))
    pages, gap = (make_image(),), "1 year 4 months earlier"
    shown = captions(_exam(), _hung(FOUR_UP[0], pages, exam=prior, gap=gap, number=1), 0)
    assert shown.prior == "PRIOR 2024-11-03, 1 year 4 months earlier"
    assert captions(_exam(), _hung(FOUR_UP[0], pages, exam=_exam()), 0).prior == ""


def test_an_implant_is_flagged() -> None:
    shown = captions(_exam(), _hung(FOUR_UP[0], (make_image(implant=True),)), 0)
    assert "implant" in [short(n) for n in shown.notices]


def test_contradictions_are_told_before_all_else() -> None:
    notices = (Notice("spacing-missing", "a"), REPAIR, Notice("laterality-contradiction", "b"))
    codes = [n.code for n in image_notices(make_image(notices=notices))]
    assert codes[:2] == ["laterality-contradiction", "header-repair"]


def test_raw_lossy_and_partial_images_are_flagged_even_without_a_notice() -> None:
    image = make_image(for_processing=True, lossy=True, partial_view=True)
    codes = {n.code for n in image_notices(image)}
    assert {"for-processing", "lossy", "partial-view"} <= codes


def test_the_age_is_that_on_the_day_of_the_exam() -> None:
    assert age_on(date(1958, 3, 12), date(2026, 3, 11)) == "67 y"
    assert age_on(date(1958, 3, 12), date(2026, 3, 12)) == "68 y"


def test_slices_that_cannot_be_shown_are_told_before_all_else() -> None:
    notices = (*(Notice(f"{n}-contradiction", "a") for n in range(5)), Notice("slice-unreadable", "Slice 3."))
    shown = image_notices(make_image(frames=60, notices=notices))
    assert shown[0].code == "slice-unreadable"
    assert short(shown[0]) == "SLICES UNREADABLE"


def test_a_tomosynthesis_with_all_its_slices_says_nothing_of_frames() -> None:
    spacing = Spacing(0.1, 0.1, "ImagerPixelSpacing")
    assert image_notices(make_image(frames=60, spacing=spacing)) == ()


def test_a_notice_in_full_begins_with_its_short_words() -> None:
    assert full(Notice("view-missing", "R CC is missing.")) == "view missing: R CC is missing."


def test_the_identity_is_on_every_prior_and_is_that_of_the_priors_own_header() -> None:
    married = _exam(patient=Patient("19580312-TEST", "Provsson, Anna", date(1958, 3, 12)))
    for slot in FOUR_UP:
        shown = captions(_exam(), _hung(slot, (make_image(),), exam=married, number=1), 0)
        assert shown.identity == "Provsson, Anna · 19580312-TEST"
