"""A program may answer with a report: its declared numbers count, and whatever is unsound is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sr_concepts as c
from sr_builder import num
from sr_cases import (
    FOUR,
    L_CC,
    L_MLO,
    R_CC,
    SPECKS,
    SQUARE,
    TRIANGLE,
    done,
    mass_on_two_views,
    specks,
)
from sr_files import report, write
from sr_mammography import Library, center, composite, finding, impression, outline, summary, tree

from klarsyn.domain.finding import LesionType
from klarsyn.engine.external_output import read_output
from klarsyn.engine.external_report import report_reader
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.report_words import NamedNumber, ReportWords

VIEWS = {seen.uid: f"view-{number}" for number, seen in enumerate(FOUR)}
WORDS = ReportWords(NamedNumber("111013", "DCM", "%"), NamedNumber("111012", "DCM", "%"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., object]:
    """Let a program leave a report of these impressions, and read it."""

    def _read(
        make: Callable[[Library], tuple], exam: tuple = (83.5,), words: ReportWords | None = WORDS, **header
    ):
        library = Library(FOUR)
        numbers = [num(c.CERTAINTY_OF_IMPRESSION, value, c.PERCENT) for value in exam]
        found = summary(c.ALL_WITH, *numbers, *make(library))
        root = tree(library, found, *done(library, c.CLUSTER, c.DENSITY))
        write(tmp_path / "report.dcm", report(root, library.evidence, **header))
        return read_output(tmp_path, VIEWS, report_reader(words))

    return _read


def cluster(library: Library, *more, **options) -> tuple:
    options = {"certainty": 87, **options}
    return (impression(finding(c.CLUSTER, outline("POLYLINE", SQUARE, library[R_CC]), *more, **options)),)


def test_the_declared_numbers_are_the_evidence_and_the_patient_is_the_token(read):
    result = read(cluster, PatientID="token")

    assert (result.exam_token, result.raw) == ("token", 83.5)
    (region,) = result.regions
    assert (region.view_id, region.frame, region.raw_score) == ("view-0", None, 87.0)
    assert (region.outline, region.lesion_type) == (SQUARE, LesionType.CALCIFICATIONS)


def test_a_composite_finding_is_one_lesion_on_each_of_its_images(read):
    result = read(lambda lib: (impression(composite(c.MASS, *mass_on_two_views(lib))),))

    assert [(r.view_id, r.raw_score, r.finding) for r in result.regions] == [
        (VIEWS[L_CC.uid], 61.0, "1"),
        (VIEWS[L_MLO.uid], 83.5, "1"),
    ]
    assert result.regions[1].outline == TRIANGLE


def test_another_number_may_be_declared(read):
    words = ReportWords(WORDS.exam, NamedNumber("111047", "DCM", "%"))
    more = [num(c.PROBABILITY, 12.5, c.PERCENT)]
    assert read(lambda lib: cluster(lib, *more), words=words).regions[0].raw_score == 12.5


def test_a_circle_is_a_mark_and_a_centre_beside_it_is_none(read):
    def circle(lib):
        shape = outline("CIRCLE", ((50.5, 60.5), (62.5, 60.5)), lib[R_CC])
        return (impression(finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), shape, certainty=5)),)

    (region,) = read(circle).regions
    assert len(region.outline) >= 24
    assert min(column for column, _ in region.outline) == pytest.approx(38.5, abs=0.5)


def test_what_is_no_lesion_or_not_for_presentation_is_no_mark(read):
    def make(lib):
        nipple = finding(c.NIPPLE, center((150.5, 118.5), lib[L_CC]))
        hidden = finding(c.CLUSTER, outline("POLYLINE", SQUARE, lib[R_CC]), rendering=c.HIDDEN, certainty=3)
        return impression(nipple), impression(hidden, rendering=c.HIDDEN)

    assert read(make).regions == ()


def circled_specks(library: Library) -> list:
    return [
        finding(c.CALCIFICATION, outline("CIRCLE", (at, (at[0] + 1, at[1])), library[R_CC])) for at in SPECKS
    ]


@pytest.mark.parametrize("members", [specks, circled_specks])
def test_a_cluster_is_drawn_where_it_is_outlined_not_at_its_single_calcifications(read, members):
    (region,) = read(lambda lib: cluster(lib, *members(lib))).regions
    assert (region.outline, region.raw_score) == (SQUARE, 87.0)


@pytest.mark.parametrize(
    ("kind", "options"), [(c.NIPPLE, {"certainty": 5}), (c.DENSITY, {"certainty": 5, "rendering": c.HIDDEN})]
)
def test_a_member_that_is_no_lesion_or_must_not_be_shown_is_no_mark(read, kind, options):
    def make(lib):
        seen = finding(c.DENSITY, outline("POLYLINE", SQUARE, lib[L_CC]), certainty=61)
        other = finding(kind, outline("POLYLINE", TRIANGLE, lib[L_MLO]), **options)
        return (impression(composite(c.MASS, seen, other)),)

    (region,) = read(make).regions
    assert (region.view_id, region.raw_score) == (VIEWS[L_CC.uid], 61.0)


def test_a_composite_of_composites_is_one_lesion(read):
    def make(lib):
        third = finding(c.DENSITY, outline("POLYLINE", SQUARE, lib[R_CC]), certainty=12)
        return (impression(composite(c.MASS, composite(c.MASS, *mass_on_two_views(lib)), third)),)

    assert [(r.raw_score, r.finding) for r in read(make).regions] == [(61.0, "1"), (83.5, "1"), (12.0, "1")]


def test_a_report_that_speaks_of_one_image_of_four_is_not_the_whole(tmp_path):
    library = Library((R_CC,))
    found = summary(c.ALL_WITHOUT, num(c.CERTAINTY_OF_IMPRESSION, 5, c.PERCENT))
    root = tree(library, found, *done(library, c.CLUSTER, c.DENSITY))
    write(tmp_path / "report.dcm", report(root, library.evidence))
    with pytest.raises(EngineFailure, match="does not speak of 3 of the 4 images given to it"):
        read_output(tmp_path, VIEWS, report_reader(WORDS))


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (cluster, {"words": None}, "does not declare which of its numbers count"),
        (cluster, {"exam": ()}, "no number of the exam under the declared name .111013 DCM in %."),
        (cluster, {"exam": (10, 20)}, "several different numbers of the exam"),
        (
            cluster,
            {"words": ReportWords(NamedNumber("111013", "DCM", "1"), WORDS.finding)},
            "no number of the exam under",
        ),
        (lambda lib: cluster(lib, certainty=None), {}, "no number of a mark"),
        (
            lambda lib: (impression(finding(c.CLUSTER, center((5.0, 5.0), lib[R_CC]), certainty=5)),),
            {},
            "no outline",
        ),
        (
            lambda lib: cluster(lib, outline("CIRCLE", ((5.0, 5.0),), lib[R_CC])),
            {},
            "cannot be used",
        ),
    ],
)
def test_what_is_open_or_unsound_is_refused_with_a_sentence(read, make, options, words):
    with pytest.raises(EngineFailure, match=words) as caught:
        read(make, **options)
    assert caught.value.kind is FailureKind.INVALID_RESULT


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_on_none_that_was_not_given(read, monkeypatch):
    monkeypatch.delitem(VIEWS, R_CC.uid)
    with pytest.raises(EngineFailure, match="an image that the engine was not given"):
        read(cluster)


@pytest.mark.parametrize("name", ["failed", "partial_with_findings", "not_attempted"])
def test_a_report_that_calls_itself_incomplete_is_no_result(tmp_path, name):
    from sr_all_cases import a_case

    write(tmp_path / "report.dcm", a_case(name).dataset)
    with pytest.raises(EngineFailure, match="says of itself that it is not complete"):
        read_output(tmp_path, VIEWS, report_reader(WORDS))


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x08\x00\x16\x00UI\x04\x001.2\x00"])
def test_what_is_no_report_behind_its_preamble_is_refused(tmp_path, content):
    (tmp_path / "report.dcm").write_bytes(bytes(128) + b"DICM" + content)
    with pytest.raises(EngineFailure, match="report cannot be read"):
        read_output(tmp_path, VIEWS, report_reader(WORDS))


def test_a_report_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "report.dcm").open("wb") as out:
        out.write(bytes(128) + b"DICM")
        out.truncate(1 << 30)
    with pytest.raises(EngineFailure, match="too large"):
        read_output(tmp_path, VIEWS, report_reader(WORDS))


def test_too_many_marks_are_a_fault(read):
    with pytest.raises(EngineFailure, match="more than the 200 marks"):
        read(lambda lib: tuple(cluster(lib)[0] for _ in range(201)))
