"""What a report of another maker says, in the list and over the image: its words, its doubt, no score."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel
from several_results import told_as
from shown_sessions import shown_session
from window_helpers import make_image, make_result

from klarsyn.domain.finding import Finding, IntendedUse, LesionType, Mark, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.reports.report_findings import NO_LESION
from klarsyn.imaging.geometry import Flip, ViewTransform
from klarsyn.ui.explanation.sheet import name_of, why_nothing
from klarsyn.ui.findings.finding_row import lines_of, tooltip_of
from klarsyn.ui.findings.findings_panel import FindingsPanel
from klarsyn.ui.findings.notice_lines import LONGEST, MOST, notice_lines
from klarsyn.ui.findings.overlay import paint, place, score_text
from klarsyn.ui.findings.result_names import BESIDE
from klarsyn.ui.findings.result_words import age_words, findings_line, use_line
from klarsyn.ui.theme import theme
from klarsyn.ui.words import result_line

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
POLICY = ReadingPolicy("test", "Test")
IMAGE = make_image("1.1")
EXAM = SimpleNamespace(exam_id="e", images=(IMAGE,), image=lambda _: IMAGE)
SOFT, CALC = LesionType.SOFT_TISSUE, LesionType.CALCIFICATIONS
BOX = ((40.0, 60.0), (70.0, 60.0), (70.0, 90.0))


def finding(name: str = "f", score: int = 0, **changes) -> Finding:
    mark = Mark("1.1", changes.pop("outline", BOX), score)
    return Finding(name, changes.pop("kind", SOFT), None, score, (mark,), **changes)


def told(*findings: Finding, status: ResultStatus = ResultStatus.SCORED, **changes):
    return replace(told_as(make_result(EXAM, status, NOW), *findings), **changes)


@pytest.fixture
def panel(qtbot):
    def _show(result, **session) -> FindingsPanel:
        made = FindingsPanel()
        made.now = lambda: NOW
        qtbot.addWidget(made)
        made.session = shown_session(EXAM, result, policy=POLICY, **session)
        made.show_session(made.session)
        return made

    return _show


def text_of(panel: FindingsPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def test_a_score_that_the_maker_does_not_state_is_a_dash_and_stands_in_no_line() -> None:
    assert score_text(0) == "–"
    assert score_text(87) == "87"
    assert lines_of(finding(), EXAM) == ("R CC",)
    assert lines_of(finding(score=31), EXAM) == ("R CC 31",)
    assert name_of(finding()) == "– soft"


def test_the_makers_words_are_a_line_of_their_own_and_with_the_rest_in_the_tooltip() -> None:
    said = finding(descriptor="mass", stated="certainty 87 %", algorithm="Masses 3")
    assert lines_of(said, EXAM) == ("R CC", "certainty 87 %")
    assert tooltip_of(said) == "mass (soft tissue)\ncertainty 87 %\nMasses 3"
    assert tooltip_of(finding()) == ""
    assert "below the maker's operating point" in tooltip_of(replace(said, optional=True))


def test_a_finding_without_a_score_stays_whatever_the_minimum_is_and_needs_no_slider(panel) -> None:
    shown = panel(told(finding("a"), finding("b", 20)), minimum_score=90)
    assert [row.finding.finding_id for row in shown.rows] == ["a"]
    assert panel(told(finding("a"))).minimum is None


def test_optional_findings_stand_below_the_others_and_are_no_next_finding(panel) -> None:
    shown = panel(told(finding("low", 5), finding("high", 90, optional=True)))
    assert [row.finding.finding_id for row in shown._rows] == ["low", "high"]
    assert [row.finding.finding_id for row in shown.rows] == ["low"]
    shown.session.optional_shown = True
    shown.show_session(shown.session)
    assert [row.finding.finding_id for row in shown.rows] == ["low", "high"]
    assert shown.optional.words[1] == "on"


def test_marks_below_the_minimum_are_counted_without_optional_ones(panel) -> None:
    shown = panel(told(finding("low", 5), finding("high", 4, optional=True)), minimum_score=50)
    assert shown.minimum.said.text() == "1 mark hidden below 50"


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_or_is_listed_with_the_makers_words_and_the_reason(panel) -> None:
    lost = finding(descriptor="mass", stated="certainty 87 %")
    shown = panel(told(unplaced=((lost, "it names an image that this exam does not have"),)))
    assert "Not drawn: mass, certainty 87 %. it names an image that this exam does not have" in text_of(shown)


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_also_a_report(panel) -> None:
    text = text_of(panel(told(finding())))
    assert "Other maker, from a report beside the images" in text
    assert panel(told(finding())).names.names == ("Imitation 2.1 · report",)
    assert "Operating point" not in text
    assert "of the reference exams" not in text
    stated = told(finding())
    stated = replace(stated, provenance=replace(stated.provenance, operating_point=3, calibration="tenths"))
    assert "Operating point 3" in text_of(panel(stated))
    assert "Calibration tenths" in text_of(panel(stated))


def test_the_ways_a_report_can_end_are_told_apart() -> None:
    texts = {findings_line(told(status=s, findings=(), reason="why"), EXAM) for s in ResultStatus}
    none = told(status=ResultStatus.NO_FINDINGS, findings=())
    assert len(texts) == len(ResultStatus) - 1  # Scored without a finding is no finding.
    assert findings_line(none, EXAM) == "No findings. Imitation 2.1 looked at the exam and marked none."
    part = told(status=ResultStatus.PARTIAL, reason="why")
    assert findings_line(part, EXAM) == "Partially processed: why."
    fewer = tuple(i.sop_instance_uid for i in EXAM.images[1:])
    part = replace(part, provenance=replace(part.provenance, input_instances=fewer))
    assert findings_line(part, EXAM) == "Partially processed: why. Some images were not looked at."
    optional = told(finding(optional=True))
    assert findings_line(optional, EXAM) == "No findings at the maker's operating point."


def test_a_report_that_is_not_for_clinical_use_says_so() -> None:
    made = told(finding())
    assert use_line(made) == ""
    research = replace(made, provenance=replace(made.provenance, intended_use=IntendedUse.RESEARCH))
    assert use_line(research) == "Research result. Not for clinical use."


@pytest.mark.invariant(7)
@pytest.mark.parametrize("status", [ResultStatus.SCORED, ResultStatus.NO_FINDINGS])
def test_a_result_that_holds_something_back_is_never_one_that_marked_none(panel, status) -> None:
    held = "The report holds 3 of its findings back from being shown."
    unread = "Not all of the report could be read: Finding 1.3 is left out: it is no code."
    for notice in (held, unread):
        shown = panel(told(status=status, findings=(), notices=(notice,)))
        assert notice in text_of(shown)
        assert "marked none" not in text_of(shown)
        (said,) = [each for each in shown._head.parentWidget().findChildren(QLabel) if each.text() == notice]
        assert said.palette().color(said.foregroundRole()) == theme().attention
        assert notice in said.toolTip()


def test_what_is_no_lesion_is_said_dimly_after_what_weighs_and_takes_nothing_from_no_findings(panel) -> None:
    aside = f"{NO_LESION}: Nipple."
    made = told(status=ResultStatus.NO_FINDINGS, findings=(), notices=(aside,))
    assert notice_lines(made) == ((aside, False),)
    assert "marked none" in text_of(panel(made))
    both = replace(made, notices=(aside, "The report holds 1 of its findings back from being shown."))
    assert [weighs for _, weighs in notice_lines(both)] == [True, False]


def test_many_and_long_notices_leave_the_list_its_room_and_stand_whole_in_the_tooltip(panel) -> None:
    long = "Marks on R CC stand where they stand on trust: " + "word " * 60
    made = told(finding(), notices=tuple(f"{number} {long}" for number in range(5)))
    lines = notice_lines(made)
    assert [len(text) <= LONGEST for text, _ in lines] == [True] * MOST
    assert lines[-1] == ("And 3 more of this kind.", True)
    shown = panel(made)
    said = next(each for each in shown.findChildren(QLabel) if each.text() == lines[0][0])
    assert said.toolTip().count(long.strip()) == 5


def test_a_notice_is_shown_as_it_is_and_never_as_markup(panel) -> None:
    made = told(finding(), notices=("Not all of the report could be read: <img src='x'>.",))
    shown = panel(made)
    said = next(each for each in shown.findChildren(QLabel) if "could be read" in each.text())
    assert "<img" in said.text()
    assert "<img" not in said.toolTip()


@pytest.mark.invariant(7)
def test_how_many_read_is_said_of_the_exam_and_not_of_the_result_that_happens_to_be_shown() -> None:
    scored, failed = told(finding()), told(status=ResultStatus.FAILED, findings=())
    for result in (scored, failed, None):
        assert "read by two" not in result_line(result, EXAM, readers=1)
        assert result_line(result, EXAM, readers=2).endswith("read by two")


def test_a_result_beside_the_one_that_orders_the_queue_has_no_exam_score() -> None:
    scored = told(finding())
    assert result_line(scored, EXAM, readers=1).startswith("exam score 8 · ")
    line = result_line(scored, EXAM, readers=1, beside=True)
    assert line.startswith("beside: score 8 · Imitation 2.1")
    assert "exam score" not in line
    failed = told(status=ResultStatus.FAILED, findings=())
    assert result_line(failed, EXAM, readers=1, beside=True).startswith("beside: not scored: ")


def test_the_names_say_which_results_are_beside(panel) -> None:
    one, other = told(finding()), replace(told(finding()), result_id="other")
    shown = panel(one, results=(one, other), ordering=one.result_id)
    first, second = shown.names.toolTip().split("\n")
    assert BESIDE not in first
    assert second.endswith(BESIDE)
    assert BESIDE not in panel(one, ordering="").names.toolTip()


def test_the_list_is_written_anew_for_new_results_and_documents_and_keeps_what_is_chosen(panel) -> None:
    one, other = told(finding()), replace(told(finding()), result_id="other")
    shown = panel(one)
    shown.mark("f")
    shown.session.results, shown.session.late = (one, other), (other,)
    shown.show_session(shown.session)
    assert len(shown.names.names) == 2
    assert shown.chosen == 0
    shown.session.documents = ("a document",)
    shown.show_session(shown.session)
    assert "Documents (1)" in text_of(shown)


def test_the_strip_names_whose_report_has_no_score() -> None:
    failed = told(status=ResultStatus.FAILED, findings=())
    assert (
        result_line(failed, EXAM, readers=2)
        == "not scored: the engine ran out of memory · Imitation 2.1 · read by two"
    )


def test_an_age_is_told_in_minutes_hours_and_days() -> None:
    ages = [age_words(told(), NOW + each) for each in (timedelta(0), timedelta(hours=3), timedelta(days=4))]
    assert ages == ["0 min old", "3 h old", "4 d old"]


def test_a_report_cannot_be_asked_why() -> None:
    assert why_nothing(told(finding()), EXAM).startswith("This came as a report of Imitation 2.1.")


@pytest.mark.parametrize("kind", [SOFT, CALC])
@pytest.mark.parametrize("scale", [0.1, 1.0, 6.0])
def test_a_finding_of_one_point_has_its_types_sign_around_the_spot_and_covers_nothing_of_it(
    qapp, kind, scale
) -> None:
    point = finding(kind=kind, outline=((100.0, 150.0),))
    transform = ViewTransform(200, 300, Flip(), scale, scale)
    (placed,) = place([(point, point.marks[0])], transform, QSizeF(1800, 1800), 1.0, None)
    ((x, y),) = transform.points_to_viewport(((100.0, 150.0),))
    assert placed.box.width() == placed.box.height() >= 26
    assert (placed.box.center().x(), placed.box.center().y()) == pytest.approx((x, y))
    sheet = QImage(1800, 1800, QImage.Format.Format_Grayscale8)
    sheet.fill(0)
    painter = QPainter(sheet)
    paint(painter, [placed])
    painter.end()
    drawn = np.array(sheet.constBits()).reshape(1800, sheet.bytesPerLine())
    column, row = round(x), round(y)
    assert drawn[row - 6 : row + 7, column - 6 : column + 7].max() == 0
    assert drawn.max() > 100
