"""`klarsyn sr marks` says what a report states, unconverted, in the form that docs/cad-sr.md promises."""

import json
from dataclasses import replace
from typing import Any

import pytest
from json_shape import documented, misfits

from klarsyn.cli.sr_marks import marks_of
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    CadReport,
    Code,
    GraphicKind,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportForm,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)

SCHEMA = documented()
CERTAINTY = Code("111012", "DCM", "Certainty of Finding")
CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
MASS = Code("129788004", "SCT", "Mammographic breast mass")


def certain(value: float, unit: str = "%") -> StatedScore:
    return StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, CERTAINTY, value, unit)


def outlined(uid: str, frame: int | None = None) -> Region:
    return Region(uid, frame, GraphicKind.POLYLINE, ((1.5, 2.0), (3.0, 2.0), (3.0, 5.5)))


SINGLE = ReportFinding(
    CLUSTER,
    LesionType.CALCIFICATIONS,
    Rendering.OPTIONAL,
    (Region("1.1", None, GraphicKind.POINT, ((2.0, 3.0),), Purpose.CENTER), outlined("1.1")),
    (certain(87.0),),
    algorithm=Algorithm("Détection", "2.1"),
    tracking_uid="1.9",
)
REPORT = CadReport(ReportForm.CAD, ReportStatus.FINDINGS, "1.5", "1.6", "1.7", findings=(SINGLE,))


def said(report: CadReport) -> dict[str, Any]:
    """What is printed, read back; it must be of the documented form."""
    printed = json.loads(json.dumps(marks_of(report), allow_nan=False))
    assert misfits(printed, SCHEMA) == []
    return printed


def test_a_finding_is_told_with_all_that_is_documented():
    assert said(REPORT) == {
        "status": "findings",
        "reason": "",
        "findings": [
            {
                "type": "Calcification Cluster",
                "score": 87.0,
                "scale": "0-100",
                "rendering": "optional",
                "tracking_uid": "1.9",
                "algorithm": "Détection 2.1",
                "marks": [
                    {"sop_instance_uid": "1.1", "frame": None, "kind": "POINT", "points": [[2.0, 3.0]]},
                    {
                        "sop_instance_uid": "1.1",
                        "frame": None,
                        "kind": "POLYLINE",
                        "points": [[1.5, 2.0], [3.0, 2.0], [3.0, 5.5]],
                    },
                ],
            }
        ],
        "problems": [],
    }


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (ReportStatus.FINDINGS, "findings"),
        (ReportStatus.NO_FINDINGS, "no_findings"),
        (ReportStatus.PARTIAL, "partial"),
        (ReportStatus.FAILED, "failed"),
        (ReportStatus.NOT_ATTEMPTED, "failed"),
    ],
)
def test_each_status_has_one_of_four_words(status, word):
    assert said(replace(REPORT, status=status, reason="so"))["status"] == word


def composite(*members: ReportFinding, scores: tuple[StatedScore, ...] = ()) -> CadReport:
    whole = ReportFinding(MASS, LesionType.SOFT_TISSUE, members=members, scores=scores)
    return replace(REPORT, findings=(whole,))


def test_a_composite_finding_has_the_marks_of_all_its_members():
    second = replace(SINGLE, regions=(outlined("1.2", 7),), scores=(certain(91.0),))
    (finding,) = said(composite(SINGLE, second))["findings"]
    assert [(m["sop_instance_uid"], m["frame"]) for m in finding["marks"]] == [
        ("1.1", None), ("1.1", None), ("1.2", 7),
    ]  # fmt: skip
    assert (finding["type"], finding["score"], finding["algorithm"]) == (MASS.meaning, 91.0, "Détection 2.1")


def test_its_own_score_comes_before_those_of_its_members():
    assert said(composite(SINGLE, scores=(certain(0.4, "1"),)))["findings"][0]["score"] == 0.4


def test_scores_of_different_scales_are_not_compared():
    (finding,) = said(composite(SINGLE, replace(SINGLE, scores=(certain(0.9, "1"),))))["findings"]
    assert (finding["score"], finding["scale"]) == (None, None)


@pytest.mark.parametrize(
    ("score", "told", "scale"),
    [
        (certain(0.5, "1"), 0.5, "0-1"),
        (certain(7, "1"), 7, "maker's own (1)"),
        (certain(170, "%"), 170, "maker's own (%)"),
        (StatedScore(ScoreConcept.OTHER, Code("X1", "99A", "Score"), 50, "%"), 50, "maker's own (%)"),
        (StatedScore(ScoreConcept.OTHER, Code("X1", "99A", "Score"), 4), 4, "maker's own"),
        (StatedScore(ScoreConcept.OTHER, Code("X1", "99A", "Level"), text="hög"), "hög", "text"),
    ],
)
def test_a_scale_is_said_only_where_the_standard_fixes_it(score, told, scale):
    (finding,) = said(replace(REPORT, findings=(replace(SINGLE, scores=(score,)),)))["findings"]
    assert (finding["score"], finding["scale"]) == (told, scale)


def test_the_certainty_of_the_finding_is_told_before_other_numbers_and_numbers_before_texts():
    concepts = (ScoreConcept.CERTAINTY_OF_IMPRESSION, ScoreConcept.OTHER, ScoreConcept.CERTAINTY_OF_FEATURE,
                ScoreConcept.PROBABILITY_OF_CANCER, ScoreConcept.CERTAINTY_OF_FINDING)  # fmt: skip
    text = StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, CERTAINTY, text="sure")
    for count in range(1, 6):
        scores = (text, *(StatedScore(c, CERTAINTY, float(n), "%") for n, c in enumerate(concepts[:count])))
        (finding,) = said(replace(REPORT, findings=(replace(SINGLE, scores=scores),)))["findings"]
        assert finding["score"] == count - 1


def test_what_is_not_stated_is_null():
    bare = ReportFinding(Code("X", "99A"), None)
    (finding,) = said(replace(REPORT, findings=(bare,)))["findings"]
    assert finding == {
        "type": "X (99A)", "score": None, "scale": None, "rendering": "required", "tracking_uid": None,
        "algorithm": None, "marks": [],
    }  # fmt: skip


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_or_the_reason_is_told():
    lost = replace(SINGLE, regions=(), unusable=("it names no image",))
    printed = said(replace(composite(SINGLE, lost), problems=("The summary is missing.",)))
    assert len(printed["findings"][0]["marks"]) == 2
    assert printed["problems"][0] == "The summary is missing."
    assert "it names no image" in printed["problems"][1]
    assert len(printed["problems"]) == 2


def test_the_check_of_the_form_finds_what_is_wrong():
    for change, where in (
        ({"status": "fine"}, "$.status"),
        ({"more": 1}, "$.more"),
        ({"findings": [1]}, "[0]"),
    ):
        assert where in misfits({**marks_of(REPORT), **change}, SCHEMA)[0]
    assert misfits({}, SCHEMA) != []
